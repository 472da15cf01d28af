"""Orders to a terminal: their buttons, the question before a restart, and what came: a picture or a log.

order_<screenshot|log|restart> order_told restart_question restart_yes restart_no order_content order_picture order_log
order_save order_close
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QFontDatabase, QPixmap
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from admin_app.features.terminals.orders import KINDS, OrdersPresenter
from admin_app.parts_view import Banner, Dialog, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button

_ICONS = {"screenshot": "device", "log": "document", "restart": "refresh"}
_SUFFIX = {"screenshot": "png", "log": "log"}


class OrdersBox(QWidget):
    """Of the terminal shown last."""

    def __init__(self, presenter: OrdersPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        self._id = self._name = ""
        self._buttons = {
            kind: named(button(text(f"orders.button.{kind}", language), _ICONS[kind]), f"order_{kind}")
            for kind in KINDS
        }
        rows = QGridLayout()
        pad(rows)
        for place, (kind, made) in enumerate(self._buttons.items()):
            made.clicked.connect(lambda _=False, kind=kind: self._ask(kind))
            rows.addWidget(made, place // 2, place % 2)
        self._told = Banner("order_told")
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(rows)
        column.addWidget(self._told)
        presenter.came.connect(self._show)

    def show_terminal(self, terminal_id: str, name: str, kind: str, *, may: bool, online: bool) -> None:
        """``may``: whoever is signed in may give orders."""
        self._id, self._name = terminal_id, name
        self.setVisible(bool(terminal_id) and may and kind in ("kiosk", "counter", "display"))
        state = self._presenter.state
        for one, made in self._buttons.items():
            made.setEnabled(online and not state.busy)
            made.setVisible(one != "screenshot" or kind != "counter")
        self._told.show_words(state.told if state.terminal_id == terminal_id else "", state.tone)

    def _ask(self, kind: str) -> None:
        id_ = self._id
        if kind != "restart":
            self._presenter.ask(id_, kind)
            return
        words = {one: text(f"orders.confirm.{one}", self._language, name=self._name) for one in ("title", "text")}
        answers: list[tuple[str, str, str, Callable[[], object]]] = [
            ("restart_no", text("orders.confirm.no", self._language), "secondary", lambda: None),
            ("restart_yes", text("orders.confirm.yes", self._language), "primary",
             lambda: self._presenter.ask(id_, "restart")),
        ]  # fmt: skip
        Question(self.window(), "restart_question", words["title"], [words["text"]], answers).open()

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
