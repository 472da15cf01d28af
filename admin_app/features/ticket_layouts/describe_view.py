"""What a layout is called, and whether it is still in use.

describe_dialog describe_name describe_retired describe_cancel describe_go
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from admin_app.parts_view import Dialog, label, named, pad, size
from shared.i18n import text
from shared.schemas.ticket_layouts import LayoutView
from shared.ui.widgets import Form, button
from shared.ui.widgets.form import required


class DescribeDialog(Dialog):
    """``described(name, retired)``; does not block."""

    def __init__(
        self, parent: QWidget, layout: LayoutView, described: Callable[[str, bool], None], language: str
    ) -> None:
        super().__init__(parent)
        self._described = described

        def t(key: str) -> str:
            return text(f"ticket_layouts.{key}", language)

        self.setObjectName("describe_dialog")
        self.setWindowTitle(t("describe_title"))
        self.setModal(True)
        self.setMinimumWidth(size("text_body") * 32)
        name, retired = QLineEdit(), QCheckBox(t("retired_on"))
        name.setObjectName("describe_name")
        name.setMaxLength(64)
        retired.setObjectName("describe_retired")
        self._form = Form(language)
        self._form.add("name", t("name"), name, required)
        self._form.add("retired", t("retired"), retired)
        self._form.set_values({"name": layout.name, "retired": layout.retired})
        go = named(button(t("take"), "check", "primary", self._take), "describe_go")
        go.setDefault(True)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(text("ui.action.cancel", language), on_click=self.close), "describe_cancel"))
        row.addWidget(go)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(t("describe_title"), "title", wrap=True))
        column.addWidget(self._form)
        column.addSpacing(size("space_s"))
        column.addLayout(row)
        self.finished.connect(self.deleteLater)
        name.selectAll()
        name.setFocus()

    def _take(self) -> None:
        if self._form.complain():
            values = self._form.values()
            self.close()
            self._described(str(values["name"]).strip(), bool(values["retired"]))
