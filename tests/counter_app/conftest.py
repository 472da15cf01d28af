"""One demonstration hall for all counters of these tests; each test works at a counter of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.counter_app.station import Station, Workplace, workplaces
from tests.fakes.hall import RunningHall, running_hall

Opens = Callable[..., Station]


@pytest.fixture(scope="session")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    with running_hall(tmp_path_factory.mktemp("counters")) as hall:
        yield hall


@pytest.fixture(scope="session")
def free_workplaces(shared_hall: RunningHall) -> Iterator[Workplace]:
    return workplaces(shared_hall)


@pytest.fixture
def workplace(free_workplaces: Iterator[Workplace]) -> Workplace:
    """A counter nobody else uses, somebody to sit there, and a service only it is asked for."""
    return next(free_workplaces)


@pytest.fixture
def open_station(qtbot: QtBot, tmp_path: Path) -> Iterator[Opens]:
    """Starts the real program; stopped at the end, newest first."""
    opened: list[Station] = []

    def start(hall: RunningHall, workplace: Workplace, **options: Any) -> Station:
        station = Station(qtbot, hall, workplace, options.pop("data", tmp_path / "data"), **options)
        opened.append(station)
        return station

    yield start
    for station in reversed(opened):
        station.stop()


@pytest.fixture
def station(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> Station:
    """A counter that is signed in."""
    started = open_station(shared_hall, workplace)
    started.sign_in()
    return started
