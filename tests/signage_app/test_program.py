"""What plays on a wall: no black frame between items, calls over all of it, emergencies that survive a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from shared.domain.errors import HallError
from shared.offline.kept_signage import KeptSignage, SignageCopy
from shared.schemas.emergencies import EmergencyChange, EmergencyRaise
from shared.schemas.events import Snapshot
from shared.schemas.signage import ContentCreate, ContentPlaces, ProgramSpan
from signage_app.bootstrap import SignageApp
from signage_app.features.program.presenter import DUCKED
from signage_app.features.program.reel import AGAIN_S, PATIENCE_S, Reel
from tests.fakes.hall import RunningHall
from tests.fakes.qml import find_item
from tests.signage_app.desks import Desk
from tests.signage_app.glass import EXPECTED, MEDIA, RED, WALL, call, near, seen, tell, zone_text
from tests.signage_app.stage import Display, Elapsed, Line
from tests.signage_app.test_layout import HALL, NOON
from tests.signage_app.walls import COLOURS, OTHER, PLAYLIST, UTC_8, emergency, film, item, picture, program

MakeDisplay = Callable[..., Display]
Start = Callable[..., SignageApp]
pytestmark = pytest.mark.qt_log_ignore(*EXPECTED, "No RHI backend", "pipewire-0.3")


def between(one: QColor, colours: tuple[str, ...]) -> bool:
    """Whether it is one of them, or two of them laid over each other."""
    r, g, b, _ = one.getRgb()  # type: ignore[misc]
    for first in map(QColor, colours):
        for second in map(QColor, colours):
            for part in range(0, 101, 5):
                mixed = [
                    a + (z - a) * part / 100
                    for a, z in zip(first.getRgb()[:3], second.getRgb()[:3], strict=True)  # type: ignore[arg-type]
                ]
                if max(abs(mixed[0] - r), abs(mixed[1] - g), abs(mixed[2] - b)) < 26:
                    return True
    return False


@pytest.mark.parametrize("transition", ["cut", "fade"])
def test_no_frame_between_items_is_anything_but_the_items(
    start: Start, store: Path, qtbot: QtBot, transition: str
) -> None:
    """Each frame that is painted is looked at, across pictures, films, a broken file and one that is missing."""
    red, green, blue, yellow = COLOURS
    broken = store / "bb" / ("b" * 64)
    broken.parent.mkdir()
    broken.write_bytes(b"no picture")
    items = [
        item(picture(store, red), transition=transition),
        item("a" * 64),
        item(film(store, green), kind="video", seconds=None, transition=transition),
        item(broken.name),
        item(picture(store, blue), transition=transition),
        item(film(store, yellow), kind="video", seconds=None, transition=transition),
    ]
    app = start()
    app.program.set_program(program({PLAYLIST: items}, WALL))
    qtbot.waitUntil(lambda: near(seen(app), red), timeout=10_000)
    frames: list[QColor] = []
    looking = QTimer()
    looking.timeout.connect(lambda: frames.append(seen(app)))
    looking.start(10)
    for colour in (green, blue, yellow, red, green):
        qtbot.waitUntil(lambda colour=colour: bool(frames) and near(frames[-1], colour), timeout=10_000)  # type: ignore[misc]
    looking.stop()
    assert len(frames) > 50
    strange = [frame.name() for frame in frames if not between(frame, COLOURS)]
    assert strange == []


def test_a_call_shows_over_what_plays_and_what_plays_goes_on(start: Start, store: Path, qtbot: QtBot) -> None:
    app = start()
    app.program.set_program(program({PLAYLIST: [item(picture(store, COLOURS[1]))]}, WALL))
    qtbot.waitUntil(lambda: near(seen(app), COLOURS[1]), timeout=10_000)
    assert zone_text(app, "current_number") == ""
    call(app)
    qtbot.waitUntil(lambda: zone_text(app, "current_number") == "A000")
    qtbot.waitUntil(lambda: near(seen(app, x=0.02, y=0.97), RED))
    assert near(seen(app, y=0.1), COLOURS[1])
    # Only who is called now is on the glass: the others are told of when it is their turn.
    call(app, 3)
    hero = app.presenter.state.hero
    assert hero is not None and len(app.presenter.visible_calls()) == 3
    assert app.program.on_glass(app.presenter.visible_calls(), hero.call_id) == {UUID(hero.call_id)}


def test_the_field_of_a_call_is_red_in_its_first_frame(start: Start, store: Path, qtbot: QtBot) -> None:
    """Its letters are white at once: while the ground still came up, nobody could read them."""
    app = start()
    app.program.set_program(program({PLAYLIST: [item(picture(store, COLOURS[1]))]}, WALL))
    qtbot.waitUntil(lambda: near(seen(app), COLOURS[1]), timeout=10_000)
    call(app)
    assert near(seen(app, x=0.02, y=0.97), RED)
    assert zone_text(app, "current_number") == "A000"


def test_films_are_heard_where_the_layout_says_and_give_way_to_calls(start: Start, store: Path, qtbot: QtBot) -> None:
    app = start()
    name = film(store, COLOURS[1], seconds=2)
    items = [item(name, kind="video", seconds=30), item(name, kind="video", seconds=30)]
    app.program.set_program(program({PLAYLIST: items}, {"zones": [{**MEDIA, "sound": True}]}))
    qtbot.waitUntil(lambda: near(seen(app), COLOURS[1]), timeout=10_000)
    zone = find_item(app.window.rootObject(), "media_m")
    assert zone is not None
    loud = zone.property("volume")
    assert loud == app.settings.film_volume.at(time(12)) == app.program.state.volume
    sounding = find_item(app.window.rootObject(), "film")
    assert sounding is not None and sounding.property("volume") == loud
    soft = pytest.approx(loud * DUCKED)
    app.program.set_speaking(True)
    assert app.program.state.volume == soft and zone.property("volume") == loud, "it fades, and does not jump"
    qtbot.waitUntil(lambda: zone.property("volume") == soft)
    assert sounding.property("volume") == soft
    app.program.set_speaking(False)
    assert app.program.state.volume == loud and zone.property("volume") == soft
    qtbot.waitUntil(lambda: zone.property("volume") == loud)
    call(app)
    qtbot.waitUntil(lambda: zone.property("volume") == soft)
    tell(app, EmergencyChange(emergency=emergency(NOON)))
    qtbot.waitUntil(lambda: zone.property("volume") == 0)
    app.program.set_program(program({PLAYLIST: items}, WALL))
    assert find_item(app.window.rootObject(), "media_m").property("volume") == 0  # type: ignore[union-attr]


def test_an_emergency_covers_all_keeps_the_call_survives_a_restart_and_runs_out(
    start: Start, store: Path, qtbot: QtBot, elapsed: Elapsed
) -> None:
    app = start()
    app.program.set_program(program({PLAYLIST: [item(picture(store, COLOURS[2]))]}, WALL))
    tell(app, EmergencyChange(emergency=emergency(NOON, instruction="请听从工作人员指挥。")))
    qtbot.waitUntil(lambda: zone_text(app, "emergency_headline") == "请立即有序疏散")
    call(app)
    qtbot.waitUntil(lambda: zone_text(app, "emergency_call").startswith("请 A000 号到"))
    app = start()
    # Without the server, from the first frame on.
    assert zone_text(app, "emergency_headline") == "请立即有序疏散"
    tell(app, EmergencyChange(emergency=emergency(NOON, identifier="e-2", headline="改走东门"), ended=["e-1"]))
    assert zone_text(app, "emergency_headline") == "改走东门"
    elapsed.pass_by(11 * 60)
    qtbot.waitUntil(lambda: zone_text(app, "emergency_headline") == "")
    qtbot.waitUntil(lambda: near(seen(app), COLOURS[2]), timeout=10_000)


def test_an_emergency_runs_out_also_where_the_machine_woke_up_years_too_early(
    start: Start, store: Path, elapsed: Elapsed
) -> None:
    """Its battery is dead, and there is no server to say what time it is."""
    sent = datetime.now(UTC) + timedelta(days=3000)
    SignageCopy(store.parent / "signage.copy").save(KeptSignage(emergencies=(emergency(sent),)))
    app = start(met=False)
    assert zone_text(app, "emergency_headline") == "请立即有序疏散"
    elapsed.pass_by(11 * 60)
    app.program.tick()
    assert app.program.state.emergency is None


def test_a_cancelled_emergency_goes_at_once_and_a_snapshot_is_the_truth(start: Start) -> None:
    app = start()
    tell(app, EmergencyChange(emergency=emergency(NOON)))
    tell(app, EmergencyChange(ended=["e-1"]))
    assert app.program.state.emergency is None
    tell(app, EmergencyChange(emergency=emergency(NOON)))
    empty = Snapshot(hall_id=HALL.id, epoch=1, seq=9, at=NOON, emergencies=[])
    app.program.take_snapshot(empty.model_copy(update={"emergencies": None}))
    assert app.program.state.emergency is not None
    app.program.take_snapshot(empty)
    assert app.program.state.emergency is None


def test_the_timeline_is_followed_without_the_server(start: Start, store: Path, qtbot: QtBot, elapsed: Elapsed) -> None:
    """Noon at the hall; from one o'clock something else, and over both what was put in between."""
    one, two = item(picture(store, COLOURS[0])), item(picture(store, COLOURS[1]))
    three = UUID(int=74)
    local = NOON.astimezone(UTC_8).replace(tzinfo=None)

    def span(begin: int, end: int, playlist: UUID) -> ProgramSpan:
        hour = timedelta(hours=1)
        return ProgramSpan(begin=local + begin * hour, end=local + end * hour, playlist=playlist, layout=None)

    lists = {PLAYLIST: [one], OTHER: [two], three: [item(picture(store, COLOURS[2]))]}
    start().program.set_program(program(lists, WALL, timeline=[span(1, 9, OTHER)], interrupts=[span(2, 3, three)]))
    app = start()
    for colour in (COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[1]):
        qtbot.waitUntil(lambda colour=colour: near(seen(app), colour), timeout=10_000)  # type: ignore[misc]
        elapsed.pass_by(3600)


def test_nothing_of_a_program_that_is_here_leaves_the_built_in_screen(start: Start, store: Path, qtbot: QtBot) -> None:
    app = start()
    name = picture(store, COLOURS[3])
    (store / name[:2] / name).rename(store / "away")
    app.program.set_program(program({PLAYLIST: [item(name)]}))
    assert app.program.state.built_in
    (store / "away").rename(store / name[:2] / name)
    qtbot.waitUntil(lambda: not app.program.state.built_in and near(seen(app), COLOURS[3]), timeout=10_000)


def test_a_reel_passes_over_what_cannot_be_shown_and_tries_again() -> None:
    here = {"a" * 64, "b" * 64}
    reel = Reel(lambda media: Path("/x") if media in here else None)
    one, two, gone = item("a" * 64), item("b" * 64), item("c" * 64)
    reel.follow([one, gone, two], 0)
    assert reel.current is not None and reel.current.item == one
    reel.tick(5)
    assert reel.current.item == one, "it counts from when it is seen"
    reel.shown(reel.current.key, 5)
    reel.tick(6)
    assert reel.current.item == two
    reel.failed(reel.current.key, 6)
    assert reel.current.item == one
    reel.shown(reel.current.key, 6)
    key = reel.current.key
    reel.tick(8)
    assert reel.current.key == key, "the only picture there is stays, without a blink"
    reel.tick(6 + AGAIN_S)
    reel.tick(8 + AGAIN_S)
    assert reel.current.item == two
    reel.tick(8 + AGAIN_S + PATIENCE_S)
    assert reel.current.item == one, "what does not come is given up"
    here.clear()
    reel.failed(reel.current.key, 200)
    assert reel.current is None
    here.add("c" * 64)
    reel.tick(300)
    assert reel.current is not None and reel.current.item == gone


def test_a_display_on_a_hall_shows_its_program_and_an_emergency(
    hall: RunningHall, display: MakeDisplay, line: Line, tmp_path: Path
) -> None:
    admin = hall.client("admin")
    media = tmp_path / "display" / "media"
    media.mkdir(parents=True)
    wall, desk = display(), Desk(hall, "A05")
    wall.wait(lambda: wall.live)
    name = picture(media, COLOURS[1])
    playlist = admin.add_signage_content(
        ContentCreate(kind="playlist", name="一", data={"items": [item(name).model_dump(mode="json")]})
    )
    schedule = admin.add_signage_content(
        ContentCreate(kind="schedule", name="全厅", data={"playlist": str(playlist.id)})
    )
    admin.place_signage_content(schedule.id, ContentPlaces(version=0, hall=True))
    wall.wait(lambda: near(seen(wall.app), COLOURS[1]))
    number = desk.issue_and_call()
    wall.wait(lambda: wall.hero == number)
    wall.wait(lambda: desk.arrived() == (1, 1))
    now = admin.hall().now
    admin.raise_emergency(EmergencyRaise(headline="火警", identifier="fire", expires=now + timedelta(minutes=5)))
    wall.wait(lambda: zone_text(wall.app, "emergency_headline") == "火警")
    with pytest.raises(HallError):
        admin.raise_emergency(EmergencyRaise(headline="火警", identifier="fire", expires=now + timedelta(minutes=5)))
    line.pull()
    wall.stop()
    again = display()
    again.wait(lambda: zone_text(again.app, "emergency_headline") == "火警")
    line.plug()
    again.wait(lambda: again.app.clock.known)
    cancel = {"msg_type": "Cancel", "references": ["fire"], "headline": "解除"}
    admin.raise_emergency(EmergencyRaise.model_validate({**cancel, "expires": now + timedelta(minutes=5)}))
    again.wait(lambda: zone_text(again.app, "emergency_headline") == "")
