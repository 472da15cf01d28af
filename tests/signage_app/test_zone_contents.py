"""What zones of a layout say: day and weather, pages of the web, figures, notices, how old the calls are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from shared.domain.notices.life import Kind
from shared.schemas.events import Event, Snapshot
from shared.schemas.notices import ShownNotice
from shared.schemas.signage import ServiceFigures, SignageFigures
from shared.schemas.weather import Weather, WeatherDay, WeatherNow
from signage_app.bootstrap import SignageApp
from tests.fakes.qml import find_item
from tests.signage_app.glass import MEDIA, WALL, call, near, seen, zone_text
from tests.signage_app.stage import Elapsed
from tests.signage_app.test_layout import HALL, NOON
from tests.signage_app.walls import COLOURS, PLAYLIST, item, picture, program

Start = Callable[..., SignageApp]
NOTICE = UUID(int=75)


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


def notice(title: str, until: datetime | None = None) -> ShownNotice:
    return ShownNotice(
        id=NOTICE, number=1, kind=Kind.NOTICE, title=title, summary="", body="", cover="", video="", pin=0,
        published_at=NOON, first_at=NOON, until=until, link="http://hall/n/1",
    )  # fmt: skip


def snapshot_with(one: ShownNotice) -> Snapshot:
    return Snapshot(hall_id=HALL.id, epoch=1, seq=99, at=NOON, notices=[one])
