"""A whole hall for a journey: server, device bench without a window, and real programs on screens of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from installers.demo import staff_cards, write_profiles
from server.auth import Keys
from shared.devices.board import DeviceBoard
from shared.devices.printer.stand_in import PrinterStandIn
from shared.ui.device_bench.presenter import sample_cards
from tests.fakes.hall import ROOT, running_hall
from tests.journeys.driver import Program
from tests.journeys.screens import VirtualScreen

# What each terminal's machine has: the size of its screen, and how a counter's two monitors lie in it.
SCREENS: dict[str, tuple[int, int, list[tuple[str, int, int, int, int]]]] = {
    "kiosk": (1080, 1920, []),
    "signage": (1920, 1080, []),
    "counter": (3200, 1080, [("OPERATOR", 1920, 1080, 0, 0), ("CITIZEN", 1280, 800, 1920, 0)]),
    "admin": (1600, 1000, []),
}


class Stage:
    """Use as a context; everything it started is gone afterwards."""

    def __init__(
        self,
        folder: Path,
        *,
        virtual: bool,
        speech: Mapping[str, Any] | None = None,
        guide: Mapping[str, Any] | None = None,
    ) -> None:
        self.folder = folder
        self.virtual = virtual
        self.speech = dict(speech or {"driver": "simulator"})
        self.guide = dict(guide or {"driver": "simulator"})
        self.programs: dict[str, Program] = {}
        self.screens: dict[str, VirtualScreen] = {}
        self.cards = sample_cards(ROOT / "assets" / "device_bench" / "cards.toml")

    def __enter__(self) -> Stage:
        self._temporary = tempfile.TemporaryDirectory(prefix="zhiting-stage-")
        self.home = Path(self._temporary.name)
        self._hall = running_hall(self.home, forked=False)
        self.hall = self._hall.__enter__()
        self.board = DeviceBoard()
        self.printer = PrinterStandIn()
        keys = Keys.of(self.hall.data)
        write_profiles(
            self.home / "profiles", self.hall.url, keys, name="stage", board=self.board.address,
            printer_port=self.printer.port, speech=self.speech, guide=self.guide,
        )  # fmt: skip
        self.staff_cards = staff_cards(self.hall.url, keys)
        return self

    def __exit__(self, *error: object) -> None:
        for program in self.programs.values():
            program.kill()
        for screen in self.screens.values():
            screen.close()
        self.board.close()
        self.printer.close()
        self._hall.__exit__(None, None, None)
        self._temporary.cleanup()

    def start(self, name: str, *options: str) -> Program:
        """Start a program on its own screen; it is ready when this returns from ``wait_started``."""
        environment = {"ZHITING_HOME": str(self.home), "QT_QPA_PLATFORM": "offscreen"}
        if self.virtual:
            if name not in self.screens:
                width, height, monitors = SCREENS[name]
                self.screens[name] = VirtualScreen(width, height, monitors)
            environment |= self.screens[name].environment
        arguments = ["--profile", "stage", *options]
        program = Program(f"{name}_app", arguments, environment, self.folder / f"{name}.log")
        self.programs[name] = program
        return program
