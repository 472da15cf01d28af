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
from shared.i18n import text
from shared.schemas.events import ActiveCall, Snapshot
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
def elapsed() -> Elapsed:
    return Elapsed()


@pytest.fixture
def show(tmp_path: Path, qtbot: QtBot, elapsed: Elapsed) -> Iterator[Show]:
    """A display in full size with these calls, without a server."""
    create_application("signage")
    shown: list[SignageApp] = []
    before = len(qt_warnings())

    def make(calls: list[ActiveCall], *, language: str = "zh-CN", **options: object) -> SignageApp:
        settings = TerminalSettings(
            "signage", "t", "http://127.0.0.1:9", "t", language, {}, {"silent": True, **options}, tmp_path
        )
        app = SignageApp(settings, elapsed=elapsed)
        shown.append(app)
        app.presenter.set_hall(HALL)
        app.presenter.take_snapshot(
            Snapshot(hall_id=UUID(int=1), epoch=1, seq=99, at=NOON, calls=calls, waiting=[], counters=[])
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
