"""The sheets and looks of the gallery and how one becomes a picture."""

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import (
    QBuffer,
    QByteArray,
    QCoreApplication,
    QDeadlineTimer,
    QEventLoop,
    QIODevice,
    QRect,
    Qt,
    QUrl,
)
from PySide6.QtGui import QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from shared.i18n import text
from shared.ui.gallery.desk import DeskGallery
from shared.ui.icons import icon_names
from shared.ui.quick_window import QuickWindow
from shared.ui.surface import Surface
from shared.ui.theme import MODES, widgets

HERE = Path(__file__).parent
SHEETS = ("Choices", "Typing", "Searching", "Telling", "Rating", "Icons")
LOOKS: dict[str, Callable[[], Surface]] = {
    "day": lambda: Surface(),
    "contrast": lambda: Surface(mode="high_contrast"),
    "elder": lambda: Surface(elder=True),
    "english": lambda: Surface(language="en"),
}


def draw_all(out: Path, only: str = "") -> Iterator[Path]:
    """Draws every sheet in every look whose name contains `only`; gives the paths as they are written."""
    out.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        for look, make_surface in LOOKS.items():
            name = f"{sheet.lower()}-{look}"
            if only in name:
                path = out / f"{name}.png"
                draw(HERE / f"{sheet}.qml", make_surface()).save(str(path))
                yield path

    for mode in MODES:
        name = f"desk-{mode}"
        if only in name:
            path = out / f"{name}.png"
            draw_desk(mode).save(str(path))
            yield path


def draw_desk(mode: str) -> QPixmap:
    """The widgets of the staff screens as a picture."""
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    widgets.apply(app, mode)
    window = DeskGallery()
    window.show()
    settle(100)
    picture = window.grab()
    window.close()
    window.deleteLater()
    return picture


def draw(qml: Path, surface: Surface) -> QImage:
    """One QML file as a picture of the design size."""
    window = QuickWindow(
        qml,
        surface=surface,
        context={
            "iconNames": list(icon_names()),
            "ticketPicture": demonstration_ticket(),
        },
    )
    root = window.rootObject()
    if root.property("qr") is not None:
        root.setProperty("qr", demonstration_code())
    window.show()
    settle()
    image = window.grabWindow()
    window.close()
    window.deleteLater()
    return image


def settle(milliseconds: int = 400) -> None:
    """Lets animations and canvases finish."""
    deadline = QDeadlineTimer(milliseconds)
    while not deadline.hasExpired():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


def demonstration_ticket() -> QUrl:
    """A ticket as a printer would have made it, as a data: address."""
    image = QImage(576, 760, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    font = painter.font()
    lines = (
        ("hall", 30, 30),
        ("called", 90, 34),
        ("service", 330, 34),
        ("waiting", 400, 44),
        ("todo", 640, 24),
    )
    for key, top, pixels in lines:
        font.setPixelSize(pixels)
        painter.setFont(font)
        box = QRect(24, top, 528, pixels * 3)
        painter.drawText(
            box,
            Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap,
            text(f"ui.gallery.{key}"),
        )
    font.setPixelSize(150)
    painter.setFont(font)
    painter.drawText(QRect(0, 130, 576, 190), Qt.AlignmentFlag.AlignCenter, "A017")
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return QUrl("data:image/png;base64," + bytes(data.toBase64().data()).decode())


def demonstration_code(side: int = 25) -> list[list[bool]]:
    """A pattern that looks like a QR code; it says nothing."""

    def finder(row: int, column: int) -> bool | None:
        for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
            y, x = row - top, column - left
            if -1 <= y <= 7 and -1 <= x <= 7:
                return max(abs(y - 3), abs(x - 3)) in (0, 1, 3)
        return None

    return [
        [
            bool((row * column + row // 2 + column * 3) % 3 == 0) if (f := finder(row, column)) is None else f
            for column in range(side)
        ]
        for row in range(side)
    ]
