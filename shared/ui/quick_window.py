"""Opens a QML file as a window with the presenter, the theme and the words in place."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, QSize, QUrl, qInstallMessageHandler
from PySide6.QtGui import QColor
from PySide6.QtQml import QQmlEngine
from PySide6.QtQuick import QQuickView

from shared.domain.errors import HallError
from shared.ui.surface import SURFACE_PROPERTY, Surface
from shared.ui.theme import design_size

IMPORT_PATH = Path(__file__).parent / "quick"


def parse_size(given: str) -> tuple[int, int]:
    """The setting ``WxH`` in pixels; ``HallError("profile_wrong")`` for anything else or less than 200."""
    width, _, height = given.lower().partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) >= 200 and int(height) >= 200):
        raise HallError("profile_wrong", path="--size", fault=given)
    return int(width), int(height)


class QmlLoadError(RuntimeError):
    """A QML file that does not load; the text is Qt's list of errors."""


def prepare_engine(engine: QQmlEngine, surface: Surface) -> None:
    """Gives an engine the `ZhiTing.Ui` module and the surface its Theme and Words read."""
    engine.addImportPath(str(IMPORT_PATH))
    engine.setProperty(SURFACE_PROPERTY, surface)


# A window that is minimised has no size, and letters of none are a fault.
SMALLEST = 0.1


class QuickWindow(QQuickView):
    """A top-level Quick window; all theme sizes follow the window's size against the design size."""

    def __init__(
        self,
        qml: Path,
        *,
        presenter: QObject | None = None,
        surface: Surface | None = None,
        context: Mapping[str, object] | None = None,
        title: str = "",
        size: tuple[int, int] | None = None,
        turns: bool = False,
    ) -> None:
        """`turns`: the view has an upright and a lying layout; sizes are the same in both."""
        super().__init__()
        self._turns = turns
        self.surface = surface or Surface()
        self.presenter = presenter
        self._context = dict(context or {})
        prepare_engine(self.engine(), self.surface)
        if presenter is not None:
            self.rootContext().setContextProperty("presenter", presenter)
        for name, value in self._context.items():
            self.rootContext().setContextProperty(name, value)
        self.setTitle(title)
        self.setColor(QColor(str(self.surface.tokens["background"])))
        self.setResizeMode(QQuickView.ResizeMode.SizeRootObjectToView)
        self.widthChanged.connect(self._fit)
        self.heightChanged.connect(self._fit)
        self.resize(QSize(*(size or design_size(self.surface.look.profile))))
        self._fit()
        self._load(qml)
        if self.status() != QQuickView.Status.Ready:
            raise QmlLoadError("\n".join(error.toString() for error in self.errors()))

    def _load(self, qml: Path) -> None:
        # setSource waits for Qt's QML thread and keeps Python locked meanwhile; a warning from that thread into a
        # handler written in Python would never return. While loading, Qt writes to standard error by itself.
        handler = qInstallMessageHandler(None)
        try:
            self.setSource(QUrl.fromLocalFile(str(qml)))
        finally:
            qInstallMessageHandler(handler)

    def _fit(self) -> None:
        width, height = design_size(self.surface.look.profile)
        if self._turns and (self.width() < self.height()) != (width < height):
            width, height = height, width
        if self.width() > 0 and self.height() > 0:
            self.surface.set_scale(max(SMALLEST, min(self.width() / width, self.height() / height)))
