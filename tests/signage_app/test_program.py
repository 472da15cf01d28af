"""What plays on a wall: no black frame between items, calls over all of it, emergencies that survive a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from shared.client.settings import TerminalSettings
from shared.domain.errors import HallError
from shared.domain.notices.life import Kind
from shared.offline.kept_signage import KeptSignage, SignageCopy
from shared.schemas.emergencies import EmergencyChange, EmergencyRaise
from shared.schemas.events import Event, Snapshot
from shared.schemas.notices import ShownNotice
from shared.schemas.signage import ContentCreate, ContentPlaces, ProgramSpan, ServiceFigures, SignageFigures
from shared.schemas.weather import Weather, WeatherDay, WeatherNow
from shared.ui.application import create_application, qt_warnings
from signage_app.bootstrap import SignageApp
from signage_app.features.program.presenter import DUCKED
from signage_app.features.program.reel import AGAIN_S, PATIENCE_S, Reel
from tests.fakes.hall import RunningHall
from tests.fakes.qml import find_item
from tests.signage_app.desks import Desk
from tests.signage_app.stage import Display, Elapsed, Line, free_now
from tests.signage_app.test_layout import HALL, NOON, called
from tests.signage_app.walls import COLOURS, OTHER, PLAYLIST, UTC_8, emergency, film, item, picture, program

MakeDisplay = Callable[..., Display]
MEDIA: dict[str, Any] = {"id": "m", "kind": "media", "x": 0, "y": 0, "width": 1920, "height": 1080}
WALL = {"zones": [MEDIA]}
RED = "#A50F19"
Start = Callable[..., SignageApp]
# Of a picture that is none, and of a film that is let go before it has begun.
EXPECTED = ("Error decoding", "Immediate exit requested")
pytestmark = pytest.mark.qt_log_ignore(*EXPECTED, "No RHI backend", "pipewire-0.3")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "media"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def elapsed() -> Elapsed:
    return Elapsed()


@pytest.fixture
def start(tmp_path: Path, store: Path, qtbot: QtBot, elapsed: Elapsed) -> Iterator[Start]:
    """A display without a server, small; each one starts where the one before has ended."""
    create_application("signage")
    apps: list[SignageApp] = []
    before = len(qt_warnings())

    def make(*, met: bool = True) -> SignageApp:
        """``met``: the hall has been heard of, and so its time."""
        for old in apps:
            old.stop()
        settings = TerminalSettings(
            "signage", "t", "http://127.0.0.1:9", "t", "zh-CN", {}, {"silent": True, "size": "640x360"},
            store.parent,
        )  # fmt: skip
        app = SignageApp(settings, elapsed=elapsed)
        apps.append(app)
        if met:
            app.presenter.set_hall(HALL)
        app.start()
        qtbot.waitExposed(app.window)
        return app

    yield make
    for app in apps:
        app.stop()
    free_now()
    assert [said for said in qt_warnings()[before:] if not any(one in said for one in EXPECTED)] == []


def seen(app: SignageApp, x: float = 0.5, y: float = 0.3) -> QColor:
    image = app.window.grabWindow()
    return image.pixelColor(int(image.width() * x), int(image.height() * y))


def near(one: QColor, other: str) -> bool:
    # A video's colours are rounded on their way.
    wanted = QColor(other)
    parts = zip(one.getRgb()[:3], wanted.getRgb()[:3], strict=True)  # type: ignore[arg-type]
    return max(abs(a - b) for a, b in parts) < 24


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


def zone_text(app: SignageApp, name: str) -> str:
    found = find_item(app.window.rootObject(), name)
    return str(found.property("text")) if found is not None and found.isVisible() else ""


def call(app: SignageApp, count: int = 1) -> None:
    app.presenter.take_snapshot(
        Snapshot(hall_id=HALL.id, epoch=1, seq=99, at=NOON, calls=called(count), waiting=[], counters=[])
    )


def tell(app: SignageApp, change: EmergencyChange) -> None:
    data = change.model_dump(mode="json")
    app.program.take_event(Event(hall_id=HALL.id, epoch=1, seq=100, kind="emergency.changed", at=NOON, data=data))


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


def test_the_clock_says_the_lunar_date_and_the_last_weather_known_also_after_a_restart(start: Start) -> None:
    clock = {"id": "c", "kind": "clock", "x": 0, "y": 0, "width": 1920, "height": 1080}
    app = start()
    app.program.set_program(program({}, {"zones": [clock]}))
    assert zone_text(app, "clock_lunar").startswith("农历") and not zone_text(app, "clock_weather")
    told = Weather(
        place="云山区", as_of=NOON - timedelta(minutes=18), source="气象台",
        now=WeatherNow(sky="rain", celsius=11.6), days=(WeatherDay(day=NOON.date(), sky="rain", low=9, high=14),),
    )  # fmt: skip
    data = told.model_dump(mode="json")
    app.program.take_event(Event(seq=1, epoch=1, hall_id=HALL.id, kind="weather.changed", at=NOON, data=data))
    assert zone_text(app, "clock_weather") == "云山区 · 雨 12℃ · 9～14℃"
    assert zone_text(app, "clock_weather_note") == "11:42 更新 · 气象台"
    app.stop()
    again = start()
    assert zone_text(again, "clock_weather") == "云山区 · 雨 12℃ · 9～14℃"


def test_a_page_of_the_web_is_shown_with_its_time_and_the_figures_with_what_they_count(
    start: Start, store: Path, qtbot: QtBot
) -> None:
    page = {"id": "w", "kind": "web", "x": 0, "y": 0, "width": 960, "height": 1080, "words": "https://a.example/"}
    numbers = {"id": "f", "kind": "figures", "x": 960, "y": 0, "width": 960, "height": 1080}
    app = start()
    app.program.set_program(program({}, {"zones": [page, numbers]}))
    assert not zone_text(app, "web_as_of") and zone_text(app, "figure_served") == "–"
    old, new = picture(store, COLOURS[0], (960, 1080)), picture(store, COLOURS[1], (960, 1080))
    shown = {**page, "media": old, "as_of": (NOON - timedelta(minutes=5)).isoformat()}
    app.program.set_program(program({}, {"zones": [shown, numbers]}))
    qtbot.waitUntil(lambda: near(seen(app, x=0.25), COLOURS[0]), timeout=10_000)
    assert zone_text(app, "web_as_of") == "画面截至 11:55"
    frames: list[QColor] = []
    looking = QTimer()
    looking.timeout.connect(lambda: frames.append(seen(app, x=0.25)))
    looking.start(5)
    app.program.set_program(program({}, {"zones": [{**shown, "media": new}, numbers]}))
    qtbot.waitUntil(lambda: near(seen(app, x=0.25), COLOURS[1]), timeout=10_000)
    looking.stop()
    assert [one.name() for one in frames if not (near(one, COLOURS[0]) or near(one, COLOURS[1]))] == []
    lines = [ServiceFigures(name="户籍", name_en="", waiting=3, served=8)]
    told = SignageFigures(at=NOON, waiting=3, served=8, wait_mean_s=620, longest_waiting_s=None, services=lines)
    app.program.set_figures(told)
    shown_now = {name: zone_text(app, f"figure_{name}") for name in ("served", "average", "longest")}
    assert shown_now == {"served": "8", "average": "10", "longest": "–"}
    assert find_item(app.window.rootObject(), "figure_service_0") is not None


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


def test_a_layout_that_shows_calls_says_how_old_they_are(start: Start, store: Path, qtbot: QtBot) -> None:
    calls = {"id": "c", "kind": "calls", "x": 0, "y": 0, "width": 900, "height": 1080}
    part = {**MEDIA, "x": 900, "width": 1020}
    app = start()
    lists = {PLAYLIST: [item(picture(store, COLOURS[0]))]}
    app.program.set_program(program(lists, {"zones": [calls, part]}))
    qtbot.waitUntil(lambda: zone_text(app, "as_of_banner") != "")
    app.program.set_program(program(lists, WALL))
    assert zone_text(app, "as_of_banner") == ""


def test_all_zones_are_drawn(start: Start, store: Path, qtbot: QtBot, elapsed: Elapsed) -> None:
    kinds = ("head", "call", "calls", "waiting", "media", "ticker", "clock", "figures", "qr", "web", "text")
    zones = [
        {
            "id": kind, "kind": kind, "x": n % 4 * 480, "y": n // 4 * 360, "width": 480, "height": 360,
            "words": "https://a.example" if kind == "qr" else "今日无雨" if kind in ("text", "ticker") else "",
        }
        for n, kind in enumerate(kinds)
    ]  # fmt: skip
    app = start()
    app.program.set_program(program({PLAYLIST: [item(picture(store, COLOURS[0]))]}, {"zones": zones}))
    call(app)
    app.window.grabWindow()
    assert zone_text(app, "ticker_words") == zone_text(app, "text_words") == "今日无雨"
    assert zone_text(app, "figure_waiting") == "0" and zone_text(app, "clock_time") == "12:00"
    app.program.take_snapshot(snapshot_with(notice("明天停办不动产业务")))
    assert app.program.state.notices == ("明天停办不动产业务",)
    # It is over: an event without what is shown takes it away; before, by the clock, it went off the ticker by itself.
    gone = {"id": str(NOTICE), "number": 1, "state": "retracted"}
    app.program.take_event(Event(hall_id=HALL.id, epoch=1, seq=100, kind="notice.retracted", at=NOON, data=gone))
    assert app.program.state.notices == ()
    app.program.take_snapshot(snapshot_with(notice("到一点为止", until=NOON + timedelta(hours=1))))
    assert app.program.state.notices == ("到一点为止",)
    elapsed.pass_by(3600)
    app.program.tick()
    assert app.program.state.notices == ()


NOTICE = UUID(int=75)


def notice(title: str, until: datetime | None = None) -> ShownNotice:
    return ShownNotice(
        id=NOTICE, number=1, kind=Kind.NOTICE, title=title, summary="", body="", cover="", video="", pin=0,
        published_at=NOON, first_at=NOON, until=until, link="http://hall/n/1",
    )  # fmt: skip


def snapshot_with(one: ShownNotice) -> Snapshot:
    return Snapshot(hall_id=HALL.id, epoch=1, seq=99, at=NOON, notices=[one])


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
