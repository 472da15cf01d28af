"""Orders to a terminal: their buttons, the question before a restart, and what came: a picture or a log.

order_<screenshot|log|restart|display_on|display_off|power_off|wake> order_told <restart|power_off>_<question|yes|no>
order_content order_picture order_log (level_view has the sliders)
order_save order_close
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QFontDatabase, QPixmap
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from admin_app.features.terminals.level_view import LevelRow
from admin_app.features.terminals.orders import KINDS, OrdersPresenter
from admin_app.parts_view import Banner, Dialog, Question, label, named, pad, size
from shared.i18n import text
from shared.schemas.machine_health import MachineHealth
from shared.schemas.orders import LEVELS
from shared.ui.widgets import button

_ICONS = {
    "screenshot": "device", "log": "document", "restart": "refresh", "display_on": "play", "display_off": "pause",
    "power_off": "plug", "wake": "plug",
}  # fmt: skip
# Nothing stops by a slip of the hand: where the words of the question are.
_ASKED = {"restart": "confirm", "power_off": "off"}
_SUFFIX = {"screenshot": "png", "log": "log"}


class OrdersBox(QWidget):
    """Of the terminal shown last. What it has no means for is not offered."""

    def __init__(self, presenter: OrdersPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._id = self._name = ""
        self._buttons = {
            kind: named(button(text(f"orders.button.{kind}", language), _ICONS[kind]), f"order_{kind}")
            for kind in (*KINDS, "wake")
        }
        self._rows = QGridLayout()
        pad(self._rows)
        for kind, made in self._buttons.items():
            made.clicked.connect(lambda _=False, kind=kind: self._ask(kind))
        self._levels = {
            kind: LevelRow(kind, language, partial(self._set_level, kind)) for kind in LEVELS
        }  # fmt: skip
        self._told = Banner("order_told")
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(self._rows)
        for row in self._levels.values():
            column.addWidget(row)
        column.addWidget(self._told)
        presenter.came.connect(self._show)

    def show_terminal(
        self, terminal_id: str, name: str, kind: str, machine: MachineHealth | None, *, may: bool, online: bool
    ) -> None:  # fmt: skip
        """``may``: whoever is signed in may give orders."""
        self._id, self._name = terminal_id, name
        self.setVisible(bool(terminal_id) and may and kind in ("kiosk", "counter", "display"))
        state = self._presenter.state
        for place, one in enumerate(_offered(kind, machine, online)):
            # Only what is there takes room.
            self._rows.addWidget(self._buttons[one], place // 2, place % 2)
        for one, made in self._buttons.items():
            made.setEnabled((online or one == "wake") and not state.busy)
            made.setVisible(one in _offered(kind, machine, online))
        for one, row in self._levels.items():
            value = getattr(machine, one) if machine is not None else None
            row.show_level(terminal_id, value, enabled=online and not state.busy)
        self._told.show_words(state.told if state.terminal_id == terminal_id else "", state.tone)

    def _set_level(self, kind: str, percent: int) -> None:
        self._presenter.ask(self._id, kind, percent)

    def _ask(self, kind: str) -> None:
        id_ = self._id
        if kind == "wake":
            self._presenter.wake(id_)
            return
        if kind not in _ASKED:
            self._presenter.ask(id_, kind)
            return
        area = _ASKED[kind]
        words = {one: text(f"orders.{area}.{one}", self._language, name=self._name) for one in ("title", "text")}
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            (f"{kind}_no", text(f"orders.{area}.no", self._language), "secondary", lambda: None),
            (f"{kind}_yes", text(f"orders.{area}.yes", self._language), "primary",
             lambda: self._presenter.ask(id_, kind)),
        ]  # fmt: skip
        Question(self.window(), f"{kind}_question", words["title"], [words["text"]], answers).open()

    def _show(self, kind: str, at: datetime, content: bytes) -> None:
        zone = self._presenter.zone
        title = text(f"orders.shown.{kind}", self._language, name=self._name, at=f"{at.astimezone(zone):%m-%d %H:%M}")
        ContentDialog(self.window(), title, kind, content, self._language).open()


class ContentDialog(Dialog):
    """A screen or a log from afar, to look at and to save."""

    def __init__(self, parent: QWidget, title: str, kind: str, content: bytes, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("order_content")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._kind, self._content = kind, content
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(self._picture() if kind == "screenshot" else self._text(), 1)
        column.addWidget(label(text("orders.shown.audited", language), "muted", wrap=True))
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(text("orders.shown.save", language), "download", on_click=self._save), "order_save"))
        row.addWidget(named(button(text("orders.shown.close", language), on_click=self.close), "order_close"))
        column.addLayout(row)
        area = parent.size()
        self.resize(area.width() * 4 // 5, area.height() * 9 // 10)

    def _picture(self) -> QLabel:
        shown = QLabel()
        shown.setObjectName("order_picture")
        shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        picture = QPixmap()
        picture.loadFromData(self._content, "PNG")
        window = self.parentWidget()
        assert window is not None
        room = window.size() * 0.72
        shown.setPixmap(
            picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        )
        return shown

    def _text(self) -> QPlainTextEdit:
        shown = QPlainTextEdit(self._content.decode("utf-8", "replace"))
        shown.setObjectName("order_log")
        shown.setReadOnly(True)
        shown.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(size("text_body") - 2)
        shown.setFont(font)
        # The last lines are what somebody wants to know.
        shown.verticalScrollBar().setValue(shown.verticalScrollBar().maximum())
        return shown

    def _save(self) -> None:
        dialog = QFileDialog(self, self.windowTitle(), QDir.homePath())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(_SUFFIX[self._kind])
        dialog.fileSelected.connect(self._write)
        dialog.open()

    def _write(self, path: str) -> None:
        with open(path, "wb") as file:
            file.write(self._content)


def _offered(kind: str, machine: MachineHealth | None, online: bool) -> list[str]:
    """The orders of a terminal of this kind that its machine can follow."""
    can = machine.can if machine is not None else ()
    offered = ["log", "restart"] if kind == "counter" else ["screenshot", "log", "restart"]
    if "display" in can:
        offered += ["display_on", "display_off"]
    if "power" in can:
        offered.append("power_off")
    if machine is not None and machine.macs and not online:
        offered.append("wake")
    return offered
