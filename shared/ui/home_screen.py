"""A window that fills one screen stays with it: its screen may be unplugged, and plugged in again."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QRect, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QScreen, QWindow

log = logging.getLogger(__name__)
# A screen that is plugged in comes with several events, and its size with the last of them.
SETTLE_MS = 300


class HomeScreen(QObject):
    """Keeps ``window`` full screen on the screen called ``wanted``; else on the one it was first shown on.

    While that screen is away the window stands on the main one, or waits for any; the program goes on meanwhile.
    """

    def __init__(self, window: QWindow, wanted: str = "") -> None:
        super().__init__()
        self._window, self._home = window, wanted
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        self._application = application
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._place)
        for signal in (application.screenAdded, application.screenRemoved, application.primaryScreenChanged):
            signal.connect(self._changed)
        self._followed: QScreen | None = None

    def show(self) -> None:
        self._place()
        if not self._home and (screen := self._window.screen()) is not None:
            self._home = screen.name()

    def stop(self) -> None:
        self._settle.stop()
        application = self._application
        for signal in (application.screenAdded, application.screenRemoved, application.primaryScreenChanged):
            signal.disconnect(self._changed)
        self._follow(None)

    def _changed(self, *_: object) -> None:
        self._settle.start()

    def _place(self) -> None:
        screens = self._application.screens()
        screen = next((one for one in screens if one.name() == self._home), self._application.primaryScreen())
        self._follow(screen)
        if screen is None:
            log.warning("no screen is there")
            return
        if self._is_there(screen):
            return
        log.info("the window stands on screen %s", screen.name())
        self._window.setScreen(screen)
        # From full screen to full screen elsewhere moves nothing under some window managers.
        if self._window.windowState() == Qt.WindowState.WindowFullScreen and self._window.isVisible():
            self._window.showNormal()
        self._window.setGeometry(screen.geometry())
        self._window.showFullScreen()

    def _is_there(self, screen: QScreen) -> bool:
        at_home = self._window.screen() is not None and self._window.screen().name() == screen.name()
        full = self._window.visibility() == QWindow.Visibility.FullScreen
        return at_home and full and self._window.geometry() == screen.geometry()

    def _follow(self, screen: QScreen | None) -> None:
        """A screen that turns upright takes its window along."""
        if self._followed is not None and self._followed in self._application.screens():
            self._followed.geometryChanged.disconnect(self._on_geometry)
        self._followed = screen
        if screen is not None:
            screen.geometryChanged.connect(self._on_geometry)

    def _on_geometry(self, _: QRect) -> None:
        self._settle.start()
