"""The house's own icons (assets/icons/*.svg), drawn in any colour and size for Quick and for Widgets."""

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QIcon, QImage, QPainter, QPixmap
from PySide6.QtQuick import QQuickImageProvider
from PySide6.QtSvg import QSvgRenderer

PROVIDER = "zticon"
FOLDER = Path(__file__).resolve().parents[2] / "assets" / "icons"
_DEFAULT_EDGE = 48


@cache
def _svg(name: str) -> str:
    return (FOLDER / f"{name}.svg").read_text(encoding="utf-8")


def icon_names() -> tuple[str, ...]:
    """Names of all icons."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.svg")))


@lru_cache(maxsize=512)
def icon_image(name: str, colour: str, edge: int) -> QImage:
    """A square picture of an icon, `edge` pixels wide; FileNotFoundError for an unknown name."""
    image = QImage(QSize(edge, edge), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(QByteArray(_svg(name).replace("currentColor", colour).encode())).render(painter)
    painter.end()
    return image


def icon(name: str, colour: str, edge: int = 64, disabled: str = "") -> QIcon:
    """An icon for a widget; ``disabled``: its colour while nothing can be done with it."""
    made = QIcon(QPixmap.fromImage(icon_image(name, colour, edge)))
    if disabled:
        made.addPixmap(QPixmap.fromImage(icon_image(name, disabled, edge)), QIcon.Mode.Disabled)
    return made


class IconProvider(QQuickImageProvider):
    """image://zticon/<name>/<rrggbb> for QML; pictures are made on the main thread."""

    def __init__(self) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)

    def requestImage(self, path: str, size: QSize, requested: QSize) -> QImage:
        name, _, colour = path.partition("/")
        edge = max(requested.width(), requested.height())
        return icon_image(name, f"#{colour}", edge if edge > 0 else _DEFAULT_EDGE)
