"""Departments and what visitors are told of them.

departments_table department_name department_duty department_parent department_scope department_windows
department_leaders department_save
"""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.features.guides.presenter import GuidesPresenter
from admin_app.features.guides.rows import leaders_text
from admin_app.parts_view import Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, Form, SearchableTable, button


class DepartmentsTab(QWidget):
    def __init__(self, presenter: GuidesPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("department_tab")
        self._presenter, self._language, self._revision = presenter, language, -1
        letter = size("text_body")
        columns = [
            Column("name", self._t("name"), width=letter * 15),
            Column("category", self._t("category"), width=letter * 6),
            Column("above", self._t("above"), width=letter * 8),
            Column("guides", self._t("guides"), width=letter * 4, right=True),
            Column("on_duty", self._t("on_duty"), width=letter * 4, right=True),
            Column("counters", self._t("counters")),
        ]
        self.table = SearchableTable(columns, "guide_departments", language=language)
        self.table.setObjectName("departments_table")
        self.table.row_selected.connect(lambda row: presenter.select_department(str(row["id"]) if row else ""))
        left = Card()
        left.body.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(SideBySide(left, self._edit_card()))
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.page.{key}", self._language, **params)

    def _edit_card(self) -> Card:
        card = Card()
        self._name = label("", "lead", wrap=True, name="department_name")
        self._duty = label("", "muted", wrap=True, name="department_duty")
        self._form = Form(self._language)
        self._parent = QComboBox()
        self._parent.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._parent.setMinimumContentsLength(12)
        self._scope, self._leaders = QPlainTextEdit(), QPlainTextEdit()
        self._scope.setFixedHeight(size("text_body") * 9)
        self._leaders.setFixedHeight(size("text_body") * 7)
        self._leaders.setPlaceholderText(self._t("leaders_hint"))
        self._windows = QLineEdit()
        self._windows.setMaxLength(1000)
        self._windows.setPlaceholderText(self._t("windows_hint"))
        for area in (self._scope, self._leaders):
            area.setTabChangesFocus(True)
        fields = (
            ("parent", self._parent), ("scope", self._scope), ("windows", self._windows), ("leaders", self._leaders),
        )  # fmt: skip
        for key, widget in fields:
            widget.setObjectName(f"department_{key}")
            self._form.add(key, self._t(f"field_{key}"), widget)
        self._save = named(button(self._t("save"), "save", "primary", self._ask_save), "department_save")
        for part in (self._name, self._duty, self._form):
            card.body.addWidget(part)
        card.body.addStretch(1)
        card.body.addWidget(self._save)
        return card

    def _ask_save(self) -> None:
        self._presenter.save_department(
            str(self._parent.currentData() or ""), self._scope.toPlainText(), self._windows.text(),
            self._leaders.toPlainText(),
        )  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self.table.set_rows(state.departments)
        one = state.department
        self._name.setText(one.name if one is not None else self._t("choose_department"))
        for part in (self._duty, self._form, self._save):
            part.setVisible(one is not None)
        self._save.setVisible(one is not None and state.may_change)
        self._save.setEnabled(not state.busy)
        if one is None or state.revision == self._revision:
            return
        self._revision = state.revision
        on_duty = "\n".join(f"{at.counter_label}  {at.staff_name}  {at.staff_title}" for at in one.on_duty)
        self._duty.setText(self._t("on_duty_now") + "\n" + (on_duty or self._t("nobody")))
        self._parent.clear()
        for key, words in (("", self._t("top")), *state.others):
            self._parent.addItem(words, key)
        self._parent.setCurrentIndex(max(0, self._parent.findData(str(one.parent_id or ""))))
        self._scope.setPlainText(one.scope)
        self._windows.setText(one.windows)
        self._leaders.setPlainText(leaders_text(one.leaders))
