"""One hall for all kiosk tests; whoever stops it has their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from shared.devices.board import DeviceBoard
from tests.fakes.hall import RunningHall, running_hall
from tests.kiosk_app.rig import KioskRig

MakeRig = Callable[..., KioskRig]


@pytest.fixture(scope="session")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    with running_hall(tmp_path_factory.mktemp("kiosk")) as started:
        yield started


@pytest.fixture
def board() -> Iterator[DeviceBoard]:
    with DeviceBoard() as made:
        yield made


@pytest.fixture
def make_kiosk(qtbot: QtBot, board: DeviceBoard, tmp_path: Path) -> Iterator[MakeRig]:
    """``make_kiosk(hall, option=value, devices=...)``: built, not yet started; stopped at the end."""
    made: list[KioskRig] = []

    def make(hall: RunningHall, *, devices: Any = None, **options: Any) -> KioskRig:
        made.append(KioskRig(qtbot, hall, board, tmp_path / "kiosk-data", options, devices))
        return made[-1]

    yield make
    for kiosk in made:
        kiosk.stop()


@pytest.fixture
def kiosk(make_kiosk: MakeRig, shared_hall: RunningHall) -> KioskRig:
    """Started, at the start screen, reader and printer there."""
    return make_kiosk(shared_hall).start()
