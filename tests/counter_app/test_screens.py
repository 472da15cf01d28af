"""Which screen is the citizen's, with named screens and with two real ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QRect

from counter_app.features.queueing.view import WIDTH, docked
from counter_app.screens import choose_screens
from shared.ui.screen_identity import ScreenIdentity


@dataclass(frozen=True)
class FakeScreen:
    """What a screen says of itself."""

    called: str
    serial: str = ""
    kind: str = ""
    left: int = 0

    def name(self) -> str:
        return self.called

    def manufacturer(self) -> str:
        return ""

    def model(self) -> str:
        return self.kind

    def serialNumber(self) -> str:
        return self.serial

    def geometry(self) -> QRect:
        return QRect(self.left, 0, 1920, 1080)


LEFT, RIGHT, WALL = FakeScreen("DP-1"), FakeScreen("HDMI-1", left=1920), FakeScreen("HDMI-2", left=3840)
AT_HOME = {"operators": ScreenIdentity.of(LEFT), "citizens": ScreenIdentity.of(RIGHT)}


def test_one_screen_leaves_a_normal_window() -> None:
    assert choose_screens([LEFT], LEFT) == (LEFT, None)


def test_the_screen_that_is_not_the_operators() -> None:
    assert choose_screens([LEFT, RIGHT], LEFT) == (LEFT, RIGHT)
    assert choose_screens([LEFT, RIGHT], RIGHT) == (RIGHT, LEFT)


def test_the_screen_that_is_wanted_by_name_when_it_is_there() -> None:
    assert choose_screens([LEFT, RIGHT, WALL], LEFT, wanted="HDMI-2") == (LEFT, WALL)
    assert choose_screens([LEFT, RIGHT], LEFT, wanted="HDMI-2") == (LEFT, RIGHT)
    assert choose_screens([LEFT, RIGHT], LEFT, wanted="DP-1") == (LEFT, RIGHT), "never over the operator's own work"


def test_both_find_home_whichever_screen_was_away() -> None:
    assert choose_screens([RIGHT], RIGHT, **AT_HOME) == (RIGHT, None)
    assert choose_screens([RIGHT, LEFT], RIGHT, **AT_HOME) == (LEFT, RIGHT), "the main one is another by now"
    assert choose_screens([LEFT], LEFT, **AT_HOME) == (LEFT, None)
    assert choose_screens([WALL, RIGHT], RIGHT, **AT_HOME) == (WALL, RIGHT), "a spare screen takes nobody's place"


def test_a_screen_is_known_by_its_serial_number_before_its_name() -> None:
    first, second = FakeScreen("DISPLAY1", "aa", "P24", 0), FakeScreen("DISPLAY2", "bb", "P24", 1920)
    renamed = FakeScreen("DISPLAY2", "aa", "P24", 0), FakeScreen("DISPLAY1", "bb", "P24", 1920)
    assert ScreenIdentity.of(first).find(renamed) is renamed[0]
    assert ScreenIdentity.of(second).find(renamed) is renamed[1]
    assert ScreenIdentity.of(first).find([second]) is None


def test_monitors_with_one_serial_number_are_told_apart_by_name_and_place() -> None:
    first, second = FakeScreen("DP-1", "01", "P24", 0), FakeScreen("DP-2", "01", "P24", 1920)
    assert ScreenIdentity.of(second).find([first, second]) is second
    moved = FakeScreen("DP-3", "", "P24", 1920)
    assert ScreenIdentity.of(second).find([moved, FakeScreen("DP-4", "", "P24", 0)]) is moved


def test_the_bar_stands_at_the_edge() -> None:
    assert docked(QRect(0, 0, 1920, 1040), "right", 30) == QRect(1920 - WIDTH, 30, WIDTH, 1010)
    assert docked(QRect(100, 20, 1920, 1040), "left", 0) == QRect(100, 20, WIDTH, 1040)


PROGRAM = """
from PySide6.QtGui import QGuiApplication, QWindow
from counter_app.screens import CitizenPlace
app = QGuiApplication([])
second = next(screen for screen in QGuiApplication.screens() if screen.name() == "SECOND")
window = QWindow()
place = CitizenPlace(window)
def report(step):
    app.processEvents()
    box = window.geometry()
    print(step, window.screen().name(), window.visibility().name, window.isVisible(), box.width(), box.height())
place.show()
report("start")
app.screenRemoved.emit(second)
report("unplugged")
app.screenAdded.emit(second)
report("back")
place.stop()
"""


def test_full_screen_on_the_second_screen_and_back_after_it_was_unplugged(tmp_path: Path) -> None:
    # The platform orders them by name; the first is the primary one.
    plain = {"y": 0, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    screens = [
        {"name": "SECOND", "x": 1920, "width": 1280, "height": 800} | plain,
        {"name": "FIRST", "x": 0, "width": 1920, "height": 1080} | plain,
    ]
    config = tmp_path / "screens.json"
    config.write_text(json.dumps({"screens": screens}))
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={config}", "PYTHONPATH": str(root)},
    )  # fmt: skip
    assert done.stdout.splitlines() == [
        "start SECOND FullScreen True 1280 800",
        "unplugged FIRST Windowed True 1280 800",
        "back SECOND FullScreen True 1280 800",
    ], done.stderr
