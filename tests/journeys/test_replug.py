"""A screen is unplugged and plugged in again, on a real X server: programs live on, each window returns home."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.hall import RunningHall, running_hall
from tests.journeys.driver import Program
from tests.journeys.screens import VirtualScreen

pytestmark = pytest.mark.skipif(not (shutil.which("Xvfb") and shutil.which("xrandr")), reason="no X server here")
MAIN, SIDE = ("MAIN", 1920, 1080, 0, 0), ("SIDE", 1280, 800, 1920, 0)
AT_MAIN, AT_SIDE = [0, 0, 1920, 1080], [1920, 0, 1280, 800]
PATIENCE_S = 60
OPTIONS = {
    "kiosk": ["--fullscreen", "--screen", "SIDE"],
    "signage": ["--fullscreen", "--silent", "--screen", "SIDE"],
    "counter": ["--counter", "A03"],
}


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    with running_hall(tmp_path_factory.mktemp("replug")) as started:
        yield started


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    made = VirtualScreen(3200, 1080, [MAIN, SIDE])
    yield made
    made.close()


def start(name: str, hall: RunningHall, screen: VirtualScreen, folder: Path) -> Program:
    kind = "display" if name == "signage" else name
    environment = {"ZHITING_HOME": str(folder), "ZHITING_TOKEN": hall.token(kind), **screen.environment}
    arguments = ["--server", hall.url, *OPTIONS[name]]
    program = Program(f"{name}_app", arguments, environment, folder / "log.txt")
    program.wait_started()
    return program


def window(program: Program, number: int) -> dict[str, Any]:
    return dict(program.do("windows")["windows"][number])


def wait_at(program: Program, number: int, screen: str, box: list[int] | None) -> None:
    """Until the window stands on this screen, covering it; without a box it only has to be seen there."""
    end = time.monotonic() + PATIENCE_S
    while True:
        now = window(program, number)
        there = now["visible"] and now["screen"] == screen
        if there and (box is None or (now["full"] and now["box"] == box)):
            return
        assert time.monotonic() < end, now
        time.sleep(0.05)


@pytest.mark.parametrize(("name", "number"), [("kiosk", 0), ("signage", 0), ("counter", 1)])
def test_a_window_returns_to_its_screen(
    name: str, number: int, hall: RunningHall, screen: VirtualScreen, tmp_path: Path
) -> None:
    program = start(name, hall, screen, tmp_path)
    try:
        wait_at(program, number, "SIDE", AT_SIDE)
        for _ in range(2):
            screen.unplug("SIDE")
            # The citizen's window stays a normal one beside the operator's bar; the others cover what there is.
            wait_at(program, number, "MAIN", None if name == "counter" else AT_MAIN)
            screen.plug("SIDE")
            wait_at(program, number, "SIDE", AT_SIDE)
        if name == "counter":
            return
        # The other screen's coming and going is nothing to it.
        screen.unplug("MAIN")
        time.sleep(0.6)  # nothing to wait for: nothing may happen
        assert window(program, number)["visible"]
        screen.plug("MAIN")
        wait_at(program, number, "SIDE", AT_SIDE)
    finally:
        assert program.stop() == 0


def test_the_counters_windows_are_not_swapped_by_the_operators_screen(hall: RunningHall, tmp_path: Path) -> None:
    screen = VirtualScreen(3200, 1080, [MAIN, SIDE], stays="SIDE")
    program = start("counter", hall, screen, tmp_path)
    try:
        wait_at(program, 0, "MAIN", None)
        wait_at(program, 1, "SIDE", AT_SIDE)
        bar = window(program, 0)["box"]
        for _ in range(2):
            screen.unplug("MAIN")
            # Where the operator's work goes on: the only screen there is.
            wait_at(program, 0, "SIDE", None)
            screen.plug("MAIN")
            wait_at(program, 0, "MAIN", None)
            wait_at(program, 1, "SIDE", AT_SIDE)
            assert window(program, 0)["box"] == bar
    finally:
        code = program.stop()
        screen.close()
    assert code == 0
