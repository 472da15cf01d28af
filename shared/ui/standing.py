"""A program's window where the public stands before it: full screen on a screen of its own, and no way out."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtQuick import QQuickView

from shared.ui.home_screen import HomeScreen
from shared.ui.lockdown import Lockdown


class Standing:
    """``show`` and ``close`` of a window. ``fullscreen``: locked, on the screen called ``screen``, else as any window;
    ``deaf``: nobody works at it. Main thread only.
    """

    def __init__(self, window: QQuickView, screen: str, *, fullscreen: bool, deaf: bool = False) -> None:
        self._window, self._screen, self._fullscreen, self._deaf = window, screen, fullscreen, deaf
        self._lockdown: Lockdown | None = None
        self._home_screen: HomeScreen | None = None

    def show(self) -> None:
        if not self._fullscreen:
            self._window.show()
            return
        self._lockdown = Lockdown(self._window, deaf=self._deaf)
        self._home_screen = HomeScreen(self._window, self._screen)
        self._home_screen.show()

    def close(self) -> None:
        if self._lockdown is not None:
            self._lockdown.release()
        if self._home_screen is not None:
            self._home_screen.stop()
        self._window.close()
        # The scene reads what it shows to its last moment: it goes first.
        self._window.setSource(QUrl())
