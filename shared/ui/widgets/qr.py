"""A QR code as a picture."""

import qrcode  # type: ignore[import-untyped]
from PySide6.QtGui import QImage, QPixmap, qRgb


def qr_picture(words: str, edge: int) -> QPixmap:
    """A QR code with its quiet border, at most ``edge`` pixels wide as long as a module keeps one pixel."""
    code = qrcode.QRCode(border=2)
    code.add_data(words)
    rows = code.get_matrix()
    image = QImage(len(rows), len(rows), QImage.Format.Format_RGB32)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            image.setPixel(x, y, qRgb(0, 0, 0) if dark else qRgb(255, 255, 255))
    scale = max(1, edge // len(rows))
    return QPixmap.fromImage(image.scaled(len(rows) * scale, len(rows) * scale))
