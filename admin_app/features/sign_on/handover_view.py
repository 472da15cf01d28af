"""What is given to the other side, each part to be copied; the one place where a new secret can be read.

handover_dialog handover_<key> handover_copy_<key> handover_config handover_copy_config handover_copy_all handover_once
handover_close
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.sign_on import handover
from admin_app.parts_view import Banner, label, named, pad, size
from shared.i18n import text
from shared.schemas.sign_on import SignOnClient, SignOnProvider
from shared.ui.theme.widgets import mark
from shared.ui.widgets import button


def fixed_font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(size("text_body"))
    return font


class HandoverDialog(QDialog):
    """``secret``: just made, empty when it is not known any more. Does not block; what it shows goes with it."""

    def __init__(
        self, parent: QWidget, provider: SignOnProvider | None, client: SignOnClient, name: str, secret: str,
        language: str,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("handover_dialog")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 52)
        self._language = language
        self._facts = handover.facts(provider, client, secret)
        self._config = handover.apache(provider, client, secret)
        title = self._t("title", name=name)
        self.setWindowTitle(title)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        once = Banner("handover_once")
        column.addWidget(once)
        once.show_words(self._t("once") if secret else "", "warn")
        column.addWidget(label(self._t("intro" if secret else "intro_later"), "muted", wrap=True))
        tabs = QTabWidget()
        tabs.setObjectName("handover_tabs")
        mark(tabs, "plain")
        tabs.addTab(self._grid(), self._t("facts"))
        if self._config:
            tabs.addTab(self._example(), self._t("config"))
        column.addWidget(tabs, 1)
        column.addLayout(self._foot(bool(secret)))

    def _t(self, key: str, **params: object) -> str:
        return text(f"registry.handover.{key}", self._language, **params)

    def _grid(self) -> QWidget:
        sheet = QWidget()
        grid = QGridLayout(sheet)
        pad(grid, gap="space_xs")
        for row, (key, value) in enumerate(self._facts):
            field = QLineEdit(value)
            field.setObjectName(f"handover_{key}")
            field.setAccessibleName(self._t(key))
            field.setReadOnly(True)
            field.setCursorPosition(0)
            # Letters that look alike are told apart.
            field.setFont(fixed_font())
            grid.setRowMinimumHeight(row, size("touch_target"))
            grid.addWidget(label(self._t(key), "muted"), row, 0)
            grid.addWidget(field, row, 1)
            grid.addWidget(self._copier(value, f"handover_copy_{key}"), row, 2)
        grid.setRowStretch(len(self._facts), 1)
        return sheet

    def _example(self) -> QWidget:
        sheet = QWidget()
        column = QVBoxLayout(sheet)
        pad(column)
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("config_note"), "muted", wrap=True), 1)
        head.addWidget(self._copier(self._config, "handover_copy_config"))
        shown = QPlainTextEdit(self._config)
        shown.setObjectName("handover_config")
        shown.setAccessibleName(self._t("config"))
        shown.setReadOnly(True)
        shown.setFont(fixed_font())
        column.addLayout(head)
        column.addWidget(shown, 1)
        return sheet

    def _foot(self, has_secret: bool) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        whole = handover.in_words(self._facts, self._language) + (f"\n{self._config}" if self._config else "")
        every = self._copier(whole, "handover_copy_all")
        every.setText(self._t("copy_all"))
        row.addWidget(every)
        row.addStretch(1)
        close = button(self._t("close_secret" if has_secret else "close"), role="primary", on_click=self.close)
        row.addWidget(named(close, "handover_close"))
        return row

    def _copier(self, value: str, name: str) -> QPushButton:
        made = named(button(self._t("copy"), "document", "quiet"), name)
        made.setAutoDefault(False)

        def copy() -> None:
            QGuiApplication.clipboard().setText(value)
            made.setText(self._t("copied"))

        made.clicked.connect(copy)
        return made
