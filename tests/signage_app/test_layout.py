"""Readable from twelve metres, and nothing cut or covered, however many are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF
from PySide6.QtQuick import QQuickItem
from pytestqt.qtbot import QtBot

from shared.client.settings import TerminalSettings
from shared.domain.errors import HallError
from shared.domain.waits.told import GOOD_FOR_S
from shared.i18n import text
from shared.schemas.events import ActiveCall, ExpectedWait, ExpectedWaits, ServiceWaiting, Snapshot, VolatileEvent
from shared.schemas.hall import Hall, Line
from shared.ui.application import create_application, qt_warnings
from signage_app.bootstrap import SignageApp
from tests.fakes.qml import find_item
from tests.signage_app.stage import Elapsed, free_now

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
# 60 mm of the 685 mm that a 55 inch screen is high, and of the 1218 mm when it stands upright.
LYING, UPRIGHT = 60 / 685, 60 / 1218
LONG = "城乡居民基本养老保险参保登记、信息变更及待遇领取资格认证综合受理"

HALL = Hall(
    id=UUID(int=1), name="云山区高新技术产业开发区综合政务服务中心", name_en="Yunshan District Service Centre",
    address="", address_en="", phone="", time_zone="Asia/Shanghai", now=NOON, floors=[], zones=[],
    notes=[Line(key="a", text=LONG, text_en=LONG)], languages=[], speech_languages=["mandarin"], rating_levels=5,
    rating_reasons=[],
)  # fmt: skip

Show = Callable[..., SignageApp]


@pytest.fixture
def show(tmp_path: Path, qtbot: QtBot, elapsed: Elapsed) -> Iterator[Show]:
    """A display in full size with these calls, without a server."""
    create_application("signage")
    shown: list[SignageApp] = []
    before = len(qt_warnings())

    def make(
        calls: list[ActiveCall], waiting: list[ServiceWaiting] | None = None, waits: ExpectedWaits | None = None, *,
        language: str = "zh-CN", **options: object,
    ) -> SignageApp:  # fmt: skip
        settings = TerminalSettings(
            "signage", "t", "http://127.0.0.1:9", "t", language, {}, {"silent": True, **options}, tmp_path
        )
        app = SignageApp(settings, elapsed=elapsed)
        shown.append(app)
        app.presenter.set_hall(HALL)
        app.presenter.take_snapshot(
            Snapshot(
                hall_id=UUID(int=1),
                epoch=1,
                seq=99,
                at=NOON,
                calls=calls,
                waiting=waiting or [],
                counters=[],
                waits=waits,
            )
        )
        app.window.show()
        qtbot.waitExposed(app.window)
        app.window.grabWindow()
        return app

    yield make
    for app in shown:
        app.stop()
    free_now()
    assert qt_warnings()[before:] == ()


def called(count: int, label: str = "A{:02d}", number: str = "A{:03d}", status: str = "called") -> list[ActiveCall]:
    return [
        ActiveCall(
            call_id=UUID(int=100 + place), seq=count - place, called_at=NOON - timedelta(seconds=1),
            ticket_id=UUID(int=200 + place), number=number.format(place), status=status, service_id=UUID(int=1),
            service_name=LONG, service_name_en="Basic pension insurance: registration and changes",
            counter_id=UUID(int=300 + place), counter_label=label.format(place), counter_name="", zone="a", floor="1",
            recalls=0,
        )
        for place in range(count)
    ]  # fmt: skip


def waiting_lines(count: int) -> list[ServiceWaiting]:
    return [
        ServiceWaiting(
            service_id=UUID(int=900 + n), service_name=LONG, service_name_en="Basic pension insurance: registration",
            zones=[], waiting=128 - n,
        )
        for n in range(count)
    ]  # fmt: skip


def expected(*minutes: tuple[int, int], at: datetime = NOON) -> ExpectedWaits:
    """Of the lines in their order."""
    return ExpectedWaits(
        at=at, until=at + timedelta(seconds=GOOD_FOR_S),
        services=[
            ExpectedWait(service_id=UUID(int=900 + n), p50_s=low * 60, p90_s=high * 60)
            for n, (low, high) in enumerate(minutes)
        ],
    )  # fmt: skip


def told(waits: ExpectedWaits) -> VolatileEvent:
    data = waits.model_dump(mode="json")
    return VolatileEvent(hall_id=UUID(int=1), kind="waits.changed", at=waits.at, data=data)


def waits_on(app: SignageApp) -> list[str]:
    """What stands behind the lines; nothing where the column is hidden."""
    found = [item(app, f"wait_{n}") for n in range(4)]
    return [str(one.property("text")) for one in found if one.isVisible()]


def item(app: SignageApp, name: str) -> QQuickItem:
    found = find_item(app.window.rootObject(), name)
    assert found is not None, name
    return found


def digits(app: SignageApp, name: str) -> float:
    """Height of the figures of a text, as a share of the screen's height."""
    number = item(app, name)
    return QFontMetricsF(number.property("font")).capHeight() * number.scale() / app.window.height()


def place(app: SignageApp, name: str) -> QRectF:
    one = item(app, name)
    return one.mapRectToScene(QRectF(QPointF(0, 0), one.size()))


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_called_numbers_are_readable_from_twelve_metres(show: Show, portrait: bool, language: str) -> None:
    app = show(called(5), language=language, portrait=portrait)
    least = UPRIGHT if portrait else LYING
    names = [
        "current_number",
        "current_counter",
        *[f"call_{what}_{n}" for what in ("number", "counter") for n in range(5)],
    ]
    assert {name: digits(app, name) for name in names if digits(app, name) < least} == {}
    assert digits(app, "current_number") > (0.07 if portrait else 0.12)


@pytest.mark.parametrize("portrait", [False, True])
@pytest.mark.parametrize(
    ("count", "label", "number"),
    [(1, "A{:02d}", "A{:03d}"), (5, "社保{}号窗口", "A·K3-{:02d}"), (12, "A{:02d}", "AB{:04d}")],
)
def test_nothing_overlaps_and_nothing_leaves_its_row(
    show: Show, portrait: bool, count: int, label: str, number: str
) -> None:
    app = show(called(count, label, number), portrait=portrait)
    screen = QRectF(0, 0, app.window.width(), app.window.height())
    rows = {f"call_row_{n}": place(app, f"call_row_{n}") for n in range(count)}
    parts = rows | {name: place(app, name) for name in ("hero", "head_hall", "clock", "note")}
    assert {name: part for name, part in parts.items() if not screen.contains(part)} == {}
    assert all(item(app, name).isVisible() for name in rows)
    solid = {**rows, "hero": parts["hero"], "clock": parts["clock"]}
    assert [pair for pair in combinations(solid, 2) if solid[pair[0]].intersects(solid[pair[1]])] == []
    for n in range(count):
        row = rows[f"call_row_{n}"]
        for what in ("number", "counter"):
            # The box of a letter is higher than the letter; what counts is its width.
            inside = place(app, f"call_{what}_{n}")
            assert row.left() <= inside.left()
            assert inside.right() <= row.right()
        if count <= 5:
            assert place(app, f"call_status_{n}").bottom() <= row.bottom()


def test_an_empty_hall_welcomes(show: Show) -> None:
    app = show([])
    assert not item(app, "current_number").isVisible()
    assert app.presenter.state.rows == ()


def test_the_banner_says_since_when_and_what_to_do(show: Show, elapsed: Elapsed) -> None:
    app = show(called(2))
    app.presenter.set_connection(False, HallError("token_expired"))
    assert not item(app, "as_of_banner").isVisible(), "a moment without the server alarms nobody"
    elapsed.pass_by(10)
    app.presenter.tick()
    assert item(app, "as_of_banner").property("text") == text("signage.as_of.since", time="12:00")
    assert item(app, "problem_banner").property("text") == text("errors.token_expired")
    assert app.presenter.visible_calls() == frozenset(), "no receipts for what may be over"
    app.presenter.set_connection(True, None)
    assert not item(app, "as_of_banner").isVisible()
    assert not item(app, "problem_banner").isVisible()


def test_the_date_is_the_halls(show: Show) -> None:
    app = show([])
    expected = text("ui.date.long", year=2026, month=11, day=23, month_name="11月", weekday="星期一")
    assert item(app, "date").property("text") == expected


RANGES = ((120, 180), (12, 20), (0, 8), (0, 1))


def test_each_line_says_how_long_who_comes_now_will_wait(show: Show) -> None:
    app = show([], waiting_lines(4), expected(*RANGES))
    assert waits_on(app) == ["约120–180分钟", "约12–20分钟", "约8分钟", "几乎不用等"]
    assert item(app, "waiting_expected").property("text") == text("signage.waiting.expected")
    # One line has no counter any more: the others keep their figures, and this one says why it has none.
    app.presenter.take_waits(told(expected(*RANGES[:3])))
    assert waits_on(app)[3] == text("signage.waiting.no_counter")
    # Every counter has closed: nobody can say anything.
    app.presenter.take_waits(told(expected()))
    assert waits_on(app) == []
    assert not item(app, "waiting_expected").isVisible()


@pytest.mark.parametrize("size", ["1366x768", "1920x1080", "3840x1080", "1080x1920"])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_lines_and_their_waits_have_room(show: Show, size: str, language: str) -> None:
    app = show(called(12), waiting_lines(6), expected(*RANGES), language=language, size=size)
    card = place(app, "waiting_card")
    rows = [place(app, f"waiting_{n}") for n in range(4)]
    assert all(card.contains(row) for row in rows)
    assert [pair for pair in combinations(rows, 2) if pair[0].intersects(pair[1])] == []
    columns = set()
    for n in range(4):
        name, people, wait = (item(app, f"{what}_{n}") for what in ("waiting_name", "waiting_people", "wait"))
        assert name.property("implicitHeight") <= rows[n].height() + 1
        assert not people.property("truncated") and not wait.property("truncated")
        # A name is cut before a figure is, and enough of it is left to be told from others.
        assert name.width() >= 8 * name.property("font").pixelSize()
        columns.add(round(place(app, f"wait_{n}").left()))
    assert len(columns) == 1
    for part in ("waiting_total", "waiting_expected", "waiting_more"):
        assert not item(app, part).property("truncated"), part
        assert card.contains(place(app, part)), part


def test_a_wait_is_gone_with_the_line_and_does_not_come_back_old(show: Show, elapsed: Elapsed) -> None:
    app = show([], waiting_lines(2), expected(*RANGES[:2]))
    assert len([words for words in waits_on(app) if words]) == 2
    app.presenter.set_connection(False, None)
    assert waits_on(app) == [], "what is expected now cannot be known from before"
    elapsed.pass_by(5)
    app.presenter.tick()
    assert item(app, "as_of_banner").isVisible()
    app.presenter.set_connection(True, None)
    assert waits_on(app) == []
    app.presenter.take_waits(told(expected((20, 30), at=NOON + timedelta(seconds=5))))
    assert waits_on(app)[0] == "约20–30分钟"


def test_a_wait_nobody_renews_is_not_shown_any_more(show: Show, elapsed: Elapsed) -> None:
    app = show([], waiting_lines(1), expected(RANGES[1]))
    elapsed.pass_by(GOOD_FOR_S - 5)
    app.presenter.tick()
    assert waits_on(app)[0] == "约12–20分钟"
    elapsed.pass_by(10)
    app.presenter.tick()
    assert waits_on(app) == []
    assert app.presenter.state.waiting[0].waiting == 128, "how many wait is known still"
