"""A real display on a real hall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from shared.ui.application import qt_warnings
from shared.ui.background import wait_for_background
from tests.fakes.hall import RunningHall
from tests.signage_app.stage import Display, Line, free_now

MakeDisplay = Callable[..., Display]


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
