"""A real display on a real hall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shared.client.settings import TerminalSettings
from shared.ui.application import create_application, qt_warnings
from shared.ui.background import wait_for_background
from signage_app.bootstrap import SignageApp
from tests.fakes.hall import RunningHall
from tests.signage_app.glass import EXPECTED
from tests.signage_app.stage import Display, Elapsed, Line, free_now
from tests.signage_app.test_layout import HALL

MakeDisplay = Callable[..., Display]
Start = Callable[..., SignageApp]


@pytest.fixture
def line(hall: RunningHall) -> Iterator[Line]:
    """The cable between the display and the hall."""
    with Line(hall.port) as cable:
        yield cable


@pytest.fixture
def display(hall: RunningHall, line: Line, tmp_path: Path, qtbot: QtBot) -> Iterator[MakeDisplay]:
    """Starts displays; `display(zone="a")` has that setting. They are stopped at the end, and Qt had no complaint."""
    started: list[Display] = []
    before = len(qt_warnings())

    def start(**options: object) -> Display:
        one = Display(qtbot, line.url, hall.token("display", "wall"), tmp_path / "display", options)
        started.append(one)
        return one

    yield start
    for one in started:
        one.stop()
    assert wait_for_background(5)
    free_now()
    assert qt_warnings()[before:] == ()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Where a display's pictures and films lie."""
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

    def make(*, met: bool = True, **options: object) -> SignageApp:
        """``met``: the hall has been heard of, and so its time."""
        for old in apps:
            old.stop()
        settings = TerminalSettings(
            "signage", "t", "http://127.0.0.1:9", "t", "zh-CN", {}, {"silent": True, "size": "640x360", **options},
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
