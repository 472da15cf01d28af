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
from counter_app.screens import choose_screen


@dataclass(frozen=True)
class NamedScreen:
    """As much of a screen as the choice looks at."""

    called: str

    def name(self) -> str:
        return self.called


LEFT, RIGHT, WALL = NamedScreen("DP-1"), NamedScreen("HDMI-1"), NamedScreen("HDMI-2")


def test_one_screen_leaves_a_normal_window() -> None:
    assert choose_screen([LEFT], LEFT) is None


def test_the_screen_that_is_not_the_operators() -> None:
    assert choose_screen([LEFT, RIGHT], LEFT) is RIGHT
    assert choose_screen([LEFT, RIGHT], RIGHT) is LEFT


def test_the_screen_that_is_wanted_by_name_when_it_is_there() -> None:
    assert choose_screen([LEFT, RIGHT, WALL], LEFT, "HDMI-2") is WALL
    assert choose_screen([LEFT, RIGHT], LEFT, "HDMI-2") is RIGHT
    assert choose_screen([LEFT, RIGHT], LEFT, "DP-1") is RIGHT, "never over the operator's own work"


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
