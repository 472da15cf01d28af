"""What a kiosk plays while nobody is here, and when: rules and schedules of the hall, proof of what was shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from kiosk_app.features.attract.presenter import AttractPresenter, Slide
from shared.schemas.signage import AttractRuleEdit, ContentCreate, ContentPlaces
from shared.ui.quick_window import QuickWindow
from tests.fakes import media
from tests.fakes.hall import RunningHall
from tests.fakes.pictures import upload, upload_picture
from tests.kiosk_app.conftest import MakeRig

PICTURES = (301, 302)


def pictures(sha256s: list[str]) -> list[dict[str, object]]:
    """A moment each."""
    return [{"media": sha256, "seconds": 1} for sha256 in sha256s]


def schedule(hall: RunningHall, items: list[dict[str, object]]) -> UUID:
    client = hall.client("admin")
    playlist = client.add_signage_content(ContentCreate(kind="playlist", name="大厅风采", data={"items": items}))
    data = {"playlist": str(playlist.id)}
    return client.add_signage_content(ContentCreate(kind="schedule", name="取号机待机", data=data)).id


@pytest.fixture
def hall(shared_hall: RunningHall) -> Iterator[RunningHall]:
    """Whose kiosks rest as they are told here, and afterwards as before."""
    yield shared_hall
    client = shared_hall.client("admin")
    for rule in client.attract_rules():
        client.keep_attract_rule(AttractRuleEdit(terminal=rule.terminal, before_s=rule.after_s))
    for content in client.signage_contents():
        if content.kiosks:
            client.place_signage_content(content.id, ContentPlaces(version=content.version))


def test_a_rule_of_the_hall_says_when_a_running_kiosk_rests(make_kiosk: MakeRig, hall: RunningHall) -> None:
    kiosk = make_kiosk(hall, attract_seconds=3600).start()
    hall.client("admin").keep_attract_rule(AttractRuleEdit(after_s=5))
    kiosk.until_step("attract")
    kiosk.app.queueing.touch()
    assert kiosk.state.step == "start", "at once, not by a timer"
    kiosk.until(lambda: (kiosk.folder / "content" / "program.json").exists())
    kiosk.stop()
    # It is known without a server too.
    again = make_kiosk(hall, attract_seconds=3600)
    assert again.app.queueing.rests_after() == 5


def test_what_the_schedule_changes_to_is_on_at_once_and_one_slide_alone_is_counted_each_time(
    make_kiosk: MakeRig, hall: RunningHall
) -> None:
    kiosk = make_kiosk(hall, slide_seconds=3600)
    reel, noted = [Slide(film="file:///a.mp4", media="a")], []
    loop = AttractPresenter(
        kiosk.app.copy, kiosk.app.settings, kiosk.app.window, reel=lambda: reel,
        note=lambda slide, began, seconds, whole: noted.append((slide.media, whole)),
    )  # fmt: skip
    loop.run(True)
    assert loop.state.slide.media == "a"
    # It has ended, and begins again.
    loop.next()
    loop.next()
    assert (noted, loop.state.slide.media) == ([("a", True)] * 2, "a")
    # Nobody tells the loop: the time has come.
    reel[:] = [Slide(picture="file:///b.png", media="b")]
    kiosk.until(lambda: loop.state.slide.media == "b")
    # What can't be shown was not.
    loop.skip()
    loop.run(False)
    assert noted[2:] == [("a", False), ("b", False)]


def test_a_kiosk_plays_its_schedule_and_proves_it(make_kiosk: MakeRig, hall: RunningHall) -> None:
    client = hall.client("admin")
    wanted = [upload_picture(client, f"{width}.png", width) for width in PICTURES]
    kiosk = make_kiosk(hall, attract_seconds=3600).start()
    client.place_signage_content(schedule(hall, pictures(wanted)), ContentPlaces(version=0, kiosks=True))
    kiosk.until(lambda: all(map(kiosk.app.media.address, wanted)))
    # Both are alike but for their picture: each that follows is a change.
    seen = [kiosk.app.attract.state.slide.media]
    kiosk.app.attract.state_changed.connect(lambda: seen.append(kiosk.app.attract.state.slide.media))
    kiosk.app.queueing.rests_after = lambda: 0.1
    kiosk.app.queueing.rest_anew()
    kiosk.until(lambda: seen[-3:] == [*wanted, wanted[0]])
    # Somebody touches the screen in the middle of one.
    kiosk.app.queueing.touch()
    assert kiosk.state.step == "start"
    kiosk.stop()
    shown = [one for one in seen if one]
    today = datetime.now(UTC).date()
    days = (today - timedelta(days=1), today + timedelta(days=1))
    # The next start tells what was not told yet.
    make_kiosk(hall, attract_seconds=3600).start()

    def told() -> dict[str, tuple[int, int]]:
        return {one.sha256: (one.plays, one.whole) for one in client.plays(*days)}

    kiosk.until(lambda: told() == {one: (shown.count(one), shown[:-1].count(one)) for one in wanted})


def is_grey(window: QuickWindow) -> bool:
    """As the film is, in its middle; nothing else of a kiosk's screen is."""
    colour = window.grabWindow().pixelColor(window.width() // 2, window.height() // 3)
    channels = colour.red(), colour.green(), colour.blue()
    return max(channels) - min(channels) <= 3 and 40 < min(channels) < 215


@pytest.mark.qt_log_ignore("No RHI backend", "pipewire-0.3", "Immediate exit requested")
def test_a_film_is_painted_to_its_end_and_the_picture_follows(make_kiosk: MakeRig, hall: RunningHall) -> None:
    client = hall.client("admin")
    film = upload(client, "film.mp4", media.mp4(columns=8, rows=6, frames=50, rate=25), "video/mp4")
    picture = upload_picture(client, "303.png", 303)
    kiosk = make_kiosk(hall, attract_seconds=3600).start()
    items: list[dict[str, object]] = [{"media": film, "kind": "video", "fit": "cover"}, *pictures([picture])]
    client.place_signage_content(schedule(hall, items), ContentPlaces(version=0, kiosks=True))
    kiosk.until(lambda: len(kiosk.app.media.reel()) == 2)
    kiosk.app.queueing.rests_after = lambda: 0.1
    kiosk.app.queueing.rest_anew()
    kiosk.until(lambda: kiosk.app.attract.state.slide.media == film)
    kiosk.until(lambda: is_grey(kiosk.app.window))
    kiosk.until(lambda: kiosk.app.attract.state.slide.media == picture)
    kiosk.until(lambda: kiosk.app.attract.state.slide.media == film)
