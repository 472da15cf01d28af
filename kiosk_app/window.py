"""The kiosk's window: portrait as designed, or a touch screen lying on its side."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from shared.ui.quick_window import QuickWindow, parse_size
from shared.ui.surface import Surface
from shared.ui.theme import design_size

MAIN = Path(__file__).parent / "Main.qml"
TOUCH = Path(__file__).parent / "Touch.qml"
# On its side the screen is nearer and lower: letters may be smaller than 1080 / 1920 of the portrait ones, not less.
LYING = (2400, 1350)
SHARE_OF_SCREEN = 0.88


class KioskWindow(QuickWindow):
    """``size`` "WxH"; empty: the design size, made smaller where the screen is."""

    def __init__(
        self, desk: QObject, attract: QObject, emergencies: QObject, surface: Surface, title: str, size: str = "",
        qml: Path = MAIN,
    ) -> None:  # fmt: skip
        super().__init__(
            qml, presenter=desk, surface=surface, title=title,
            context={"attract": attract, "emergencies": emergencies}, size=_size(size),
        )  # fmt: skip

    def _fit(self) -> None:
        if self.width() > self.height() > 0:
            self.surface.set_scale(min(self.width() / LYING[0], self.height() / LYING[1]))
        else:
            super()._fit()


def _size(given: str) -> tuple[int, int]:
    if given:
        return parse_size(given)
    width, height = design_size("kiosk")
    screen = QGuiApplication.primaryScreen()
    if screen is None:
        return width, height
    room = screen.availableGeometry()
    scale = min(1.0, SHARE_OF_SCREEN * room.height() / height, SHARE_OF_SCREEN * room.width() / width)
    # A screen made for a kiosk is filled; a desktop's is not.
    if room.width() >= width and room.height() >= height:
        scale = 1.0
    return round(width * scale), round(height * scale)
