"""One hall for all kiosk tests; whoever stops it has their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from kiosk_app.touch import TouchApp, build
from shared.client.settings import TerminalSettings
from shared.devices.board import DeviceBoard
from shared.ui.application import create_application
from tests.fakes.hall import RunningHall, running_hall
from tests.kiosk_app.rig import PATIENCE_MS, KioskRig

MakeRig = Callable[..., KioskRig]
MakeTouch = Callable[..., TouchApp]


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


@pytest.fixture
def make_touch(qtbot: QtBot, board: DeviceBoard, tmp_path: Path) -> Iterator[MakeTouch]:
    """Built and started, at the start with all guides there; stopped at the end."""
    made: list[TouchApp] = []
    create_application("kiosk")
    devices = {
        "printer": {"driver": "simulator", "board": board.address, "name": "p", "print_s": 0.05},
        "document_printer": {"driver": "simulator", "board": board.address, "name": "d", "print_s": 0.05},
    }

    def make(hall: RunningHall, **options: object) -> TouchApp:
        given = {"mode": "touch", "size": "540x960", "touch_guard_ms": 0, **options}
        token = hall.token("kiosk", "touch-1")
        app = build(
            TerminalSettings("kiosk", "t", hall.url, token, devices=devices, options=given, data=tmp_path)
        )  # fmt: skip
        made.append(app)
        app.start()
        qtbot.waitUntil(lambda: app.browsing.state.place == "start" and app.content.content.read, timeout=PATIENCE_MS)
        return app

    yield make
    for app in made:
        app.stop()
        app.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, 0)
        QCoreApplication.processEvents()
