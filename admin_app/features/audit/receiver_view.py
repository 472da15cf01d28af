"""Asks where copies of the trail go.

receiver_dialog receiver_address receiver_cancel receiver_ok
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.parts_view import label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Form, button

_ADDRESS = re.compile(r"(udp|tcp|tls)://([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?")


def _check(value: Any) -> tuple[str, dict[str, object]] | None:
    good = not str(value).strip() or _ADDRESS.fullmatch(str(value).strip())
    return None if good else ("protection.audit.copies_wrong", {})


class ReceiverDialog(QDialog):
    """Does not block; ``act`` gets the address, an empty one for nowhere."""

    def __init__(self, parent: QWidget, target: str, language: str, act: Callable[[str], object]) -> None:
        super().__init__(parent)

        def words(key: str) -> str:
            return text(f"protection.audit.{key}", language)

        self.setObjectName("receiver_dialog")
        self.setWindowTitle(words("group_audit"))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 34)
        self._act = act
        self._form = Form(language)
        field = QLineEdit()
        field.setObjectName("receiver_address")
        field.setMaxLength(200)
        field.setPlaceholderText("tls://host:6514")
        self._form.add("target", words("copies_to"), field, _check)
        self._form.set_values({"target": target})
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(words("group_audit"), "title", wrap=True))
        column.addWidget(label(words("copies_note"), wrap=True))
        column.addWidget(self._form)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(words("copies_cancel"), on_click=self.close), "receiver_cancel"))
        accept = named(button(words("copies_save"), "save", "primary", self._answer), "receiver_ok")
        accept.setDefault(True)
        row.addWidget(accept)
        column.addLayout(row)
        field.setFocus()
        self._form.changed.connect(self._grow)

    def _grow(self) -> None:
        """Room for the words under a field that complains: a window does not take it by itself."""
        self.layout().activate()  # type: ignore[union-attr]
        self.resize(self.width(), max(self.height(), self.heightForWidth(self.width())))

    def _answer(self) -> None:
        if not self._form.complain():
            self._grow()
            return
        target = str(self._form.values()["target"]).strip()
        self.close()
        self._act(target)
