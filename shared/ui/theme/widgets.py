"""The theme for Qt Widgets: one style sheet made from the tokens; `apply(app)`, `mark(button, "primary")`."""

from pathlib import Path
from string import Template

from PySide6.QtCore import QDir, QTemporaryDir
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

from shared.ui.icons import FOLDER as ICON_FOLDER
from shared.ui.theme.tokens import Look, resolve

_SHEET = Path(__file__).parent / "widgets.qss"
_PREFIX = "ztheme"
_drawn = {
    "check": "primary_text",
    "chevron-down": "muted",
    "chevron-up": "muted",
    "chevron-right": "muted",
    "minus": "primary_text",
}

_tokens = resolve(Look(profile="desk"))
_files: list[QTemporaryDir] = []
_WORN = "look_worn"


def tokens() -> dict[str, str | int]:
    """The tokens the widgets are drawn with now."""
    return _tokens


def colour(name: str) -> QColor:
    """One colour of the palette the widgets are drawn with now."""
    return QColor(str(_tokens[name]))


def style_sheet(look: Look) -> str:
    """The QSS for a look; `tone_*` icons come from the folder `apply` fills."""
    return Template(_SHEET.read_text(encoding="utf-8")).substitute(resolve(look))


def apply(target: QApplication | QWidget, mode: str = "day", scale: float = 1.0) -> None:
    """Dresses an application or one widget tree; call again to change the mode."""
    global _tokens
    look = Look(mode=mode, profile="desk", scale=scale)
    # Qt polishes every widget there is for a sheet, be it the same: a second for a console that somebody else enters.
    if target.property(_WORN) == repr(look):
        return
    target.setProperty(_WORN, repr(look))
    _tokens = resolve(look)
    _draw_icons()
    if isinstance(target, QApplication):
        target.setStyle(QStyleFactory.create("Fusion"))
        target.setPalette(_palette())
        font = target.font()
        font.setPixelSize(int(_tokens["text_body"]))
        target.setFont(font)
    target.setStyleSheet(style_sheet(look))


def mark(widget: QWidget, role: str) -> None:
    """Gives a widget a role of the style sheet: primary, danger, quiet, card, title, muted, number, ok, warn, ..."""
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def _palette() -> QPalette:
    roles = {
        QPalette.ColorRole.Window: "background",
        QPalette.ColorRole.WindowText: "foreground",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "surface_sunken",
        QPalette.ColorRole.Text: "foreground",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "foreground",
        QPalette.ColorRole.PlaceholderText: "faint",
        QPalette.ColorRole.Highlight: "selection",
        QPalette.ColorRole.HighlightedText: "foreground",
        QPalette.ColorRole.ToolTipBase: "foreground",
        QPalette.ColorRole.ToolTipText: "surface",
        QPalette.ColorRole.Link: "primary",
    }
    palette = QPalette()
    for role, name in roles.items():
        palette.setColor(role, colour(name))
    return palette


def _draw_icons() -> None:
    # Style sheets take pictures from files only, and the colour depends on the mode.
    folder = QTemporaryDir()
    _files[:] = [folder]
    for name, token in _drawn.items():
        svg = (ICON_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        Path(folder.filePath(f"{name}.svg")).write_text(
            svg.replace("currentColor", str(_tokens[token])), encoding="utf-8"
        )
    QDir.setSearchPaths(_PREFIX, [folder.path()])
