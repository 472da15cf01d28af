"""Whatever people do to a kiosk: its window is there, full screen, in front, alone, at a step that exists."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kiosk_app.flow import FLOW, Step
from shared.devices.board import DeviceBoard
from shared.ui.application import create_application
from tests.fakes import escapes
from tests.fakes.hall import ROOT, RunningHall
from tests.kiosk_app.rig import KioskRig

FOLDER = Path(tempfile.mkdtemp(prefix="zhiting-escape-"))
create_application("kiosk")
FINGER = QTest.createTouchDevice()
ACTIONS: dict[str, escapes.Action] = {}
for family in (
    escapes.keys(), escapes.mouse(), escapes.gestures(FINGER), escapes.things(FOLDER), escapes.window_acts(),
):  # fmt: skip
    for name, action in family:
        assert name not in ACTIONS, name
        ACTIONS[name] = action


@pytest.fixture(scope="module")
def kiosk(qapp: QApplication, shared_hall: RunningHall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskRig]:
    """One real kiosk for all of it: what one action leaves behind, the next one meets."""
    with DeviceBoard() as board:
        # Only waits for conditions are asked of it.
        bot = QtBot(type("Request", (), {"node": None, "addfinalizer": lambda *_: None})())
        made = KioskRig(bot, shared_hall, board, tmp_path_factory.mktemp("escape"), {"fullscreen": True})
        made.start()
        yield made
        made.stop()


def children() -> set[str]:
    """Processes that this one has started and that still run."""
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        try:
            found |= set((task / "children").read_text().split())
        except OSError:
            continue
    return found


def visible_windows() -> list[QWindow]:
    return [window for window in QGuiApplication.topLevelWindows() if window.isVisible()]


def is_home(kiosk: KioskRig) -> bool:
    window = kiosk.app.window
    return (
        window.isVisible()
        and window.visibility() == QWindow.Visibility.FullScreen
        and window.geometry() == window.screen().geometry()
        and QGuiApplication.focusWindow() == window
        and visible_windows() == [window]
    )


# Half of them where nothing takes keys, half of them where a text is typed.
@pytest.mark.parametrize(("step", "name"), list(zip(cycle(["start", "search"]), ACTIONS, strict=False)))
def test_nobody_gets_out(kiosk: KioskRig, step: str, name: str) -> None:
    kiosk.app.queueing.home()
    if step == "search":
        kiosk.app.queueing.open_search()
    kiosk.until_step(step)
    kiosk.until(lambda: is_home(kiosk))
    before = children()
    ACTIONS[name](kiosk.app.window)
    QGuiApplication.processEvents()
    kiosk.until(lambda: is_home(kiosk))
    assert Step(kiosk.state.step) in FLOW
    assert children() <= before
    assert QApplication.activePopupWidget() is None and QApplication.activeModalWidget() is None
    assert kiosk.shows("home_button") or kiosk.state.step in ("start", "attract")


def test_the_suite_is_as_large_as_promised() -> None:
    assert len(ACTIONS) >= 150


def test_the_kiosk_still_works_afterwards(kiosk: KioskRig) -> None:
    """Who locks everything out has locked out nobody who wants a ticket."""
    kiosk.app.queueing.home()
    kiosk.click("start_without")
    kiosk.until_step("services")
    kiosk.app.queueing.home()
    kiosk.click("start_search")
    for key in (Qt.Key.Key_S, Qt.Key.Key_F, Qt.Key.Key_Z):
        QTest.keyClick(kiosk.app.window, key)
    kiosk.until(lambda: kiosk.state.query.lower() == "sfz")
    QTest.keyClick(kiosk.app.window, Qt.Key.Key_Backspace)
    kiosk.until(lambda: kiosk.state.query.lower() == "sf")


def test_the_program_itself_may_close_it(kiosk: KioskRig) -> None:
    kiosk.app.stop()
    assert not kiosk.app.window.isVisible()


def test_nothing_of_the_screens_opens_files_links_or_menus() -> None:
    """What could lead out is not there in the first place."""
    forbidden = ("openUrlExternally", "FileDialog", "FolderDialog", "DropArea", "Menu {", "WebView", "onLinkActivated")
    for folder in ("kiosk_app", "shared/ui/quick", "signage_app"):
        for path in (ROOT / folder).rglob("*.qml"):
            words = path.read_text()
            assert not [word for word in forbidden if word in words], path
