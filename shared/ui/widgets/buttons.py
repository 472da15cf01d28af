"""Buttons of staff screens."""

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from shared.ui.icons import icon
from shared.ui.theme.widgets import mark, tokens

_INK = {"primary": "primary_text", "danger": "error"}


def button(
    words: str,
    icon_name: str = "",
    role: str = "",
    on_click: Callable[[], object] | None = None,
) -> QPushButton:
    """A push button with an icon in the right colour; role: "", primary, danger, quiet."""
    made = QPushButton(words)
    made.setAccessibleName(words)
    if icon_name:
        # Qt sets words right against the icon; a style sheet cannot part them.
        made.setText(" " + words)
        # White on the ground of a button that is off would be no icon at all.
        made.setIcon(icon(icon_name, str(tokens()[_INK.get(role, "primary")]), disabled=str(tokens()["faint"])))
        made.setIconSize(QSize(int(tokens()["icon_s"]), int(tokens()["icon_s"])))
    if role:
        mark(made, role)
    if on_click is not None:
        made.clicked.connect(lambda: on_click())
    return made
