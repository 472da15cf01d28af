"""Where the citizen's window stands: full screen on the second screen, a normal window while there is only one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QScreen, QWindow

NORMAL = QSize(1280, 800)
SHARE_OF_ROOM = 0.8
# Long enough for a program that is ending to end first.
REOPEN_MS = 300


class NamedScreen(Protocol):
    """As much of a QScreen as the choice needs."""

    def name(self) -> str: ...


Screen = TypeVar("Screen", bound=NamedScreen)


def choose_screen(screens: Sequence[Screen], operators: Screen | None, wanted: str = "") -> Screen | None:
    """The citizen's screen: the one wanted by name, else the first that is not the operator's; None without one."""
    # By name: two Python objects may stand for one screen.
    taken = operators.name() if operators is not None else None
    others = [screen for screen in screens if screen.name() != taken]
    return next((screen for screen in others if screen.name() == wanted), others[0] if others else None)


class CitizenPlace(QObject):
    """Follows screens that come and go; the window is never lost with its screen, nor closed by mistake."""

    def __init__(self, window: QWindow, *, wanted: str = "", windowed: bool = False) -> None:
        super().__init__()
        self._window, self._wanted, self._windowed = window, wanted, windowed
        self.screen_name = ""
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._application = application
        application.screenAdded.connect(self._on_added)
        application.screenRemoved.connect(self._on_removed)
        application.primaryScreenChanged.connect(self._on_added)
        self._reopen = QTimer(self, singleShot=True, interval=REOPEN_MS)
        self._reopen.timeout.connect(self._open_again)
        window.visibleChanged.connect(self._on_visible)

    def stop(self) -> None:
        self._window.visibleChanged.disconnect(self._on_visible)
        self._reopen.stop()
        self._application.screenAdded.disconnect(self._on_added)
        self._application.screenRemoved.disconnect(self._on_removed)
        self._application.primaryScreenChanged.disconnect(self._on_added)

    def show(self) -> None:
        self.place(QGuiApplication.screens())

    def place(self, screens: Sequence[QScreen]) -> None:
        """Full screen where it belongs; a normal window when its screen is gone."""
        chosen = None if self._windowed else choose_screen(screens, QGuiApplication.primaryScreen(), self._wanted)
        name = chosen.name() if chosen is not None else ""
        if name == self.screen_name and self._window.isVisible():
            return
        lost, self.screen_name = bool(self.screen_name), name
        if chosen is None:
            self._show_normal()
            if lost:
                # It comes back behind what the operator is working at.
                self._window.lower()
            return
        self._window.setScreen(chosen)
        self._window.setGeometry(chosen.geometry())
        # Not showFullScreen: it asks for the focus, which this window never takes from the operator.
        self._window.setWindowState(Qt.WindowState.WindowFullScreen)
        self._window.setVisible(True)

    def _on_visible(self, visible: bool) -> None:
        if not visible:
            self._reopen.start()

    def _open_again(self) -> None:
        if not self._window.isVisible():
            self.show()
            self._window.lower()

    def _show_normal(self) -> None:
        screen = QGuiApplication.primaryScreen()
        room = screen.availableGeometry()
        size = NORMAL.boundedTo(room.size() * SHARE_OF_ROOM)
        self._window.setScreen(screen)
        self._window.showNormal()
        self._window.setGeometry(room.left(), room.top(), size.width(), size.height())

    def _on_added(self, screen: QScreen) -> None:
        self.place(QGuiApplication.screens())

    def _on_removed(self, screen: QScreen) -> None:
        self.place([one for one in QGuiApplication.screens() if one.name() != screen.name()])
