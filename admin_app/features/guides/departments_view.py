"""Departments: the chart as a table to the left, the form to the right, how those on duty are named above.

departments_table departments_retired department_add departments_on_duty department_duty department_<field>
department_leaders_table department_save department_revert department_retire department_restore department_refusal
department_conflict department_unsaved department_editor_title
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QComboBox, QCompleter, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from admin_app.bars_view import SideBySide, choice
from admin_app.editing.editor_view import EditorCard
from admin_app.editing.fields_view import Cell, ListField, roomy
from admin_app.features.guides.departments import ON_DUTY, DepartmentsPresenter
from admin_app.features.guides.rows import department_rows
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, Form, SearchableTable, button, max_length, required


class DepartmentsTab(SideBySide):
    def __init__(self, presenter: DepartmentsPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("department_tab")
        self._presenter, self._language = presenter, language
        self._drawn: tuple[object, ...] = ()
        self._filling = False
        self.addWidget(self._left())
        self.editor = EditorCard(presenter, self._form(), language, self._describe, "department_")
        self.addWidget(self.editor)
        self.share(5, 5)
        presenter.state_changed.connect(self._draw)
        self._draw()
        self.editor.draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.department.{key}", self._language, **params)

    def _left(self) -> Card:
        card, letter = Card(), size("text_body")
        retired = QCheckBox(self._t("with_retired"))
        retired.setObjectName("departments_retired")
        retired.toggled.connect(self._presenter.show_retired)
        self._add = named(button(self._t("add"), "plus", on_click=self._presenter.add), "department_add")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(retired)
        row.addStretch(1)
        row.addWidget(self._add)
        ways = [(how, self._t(f"on_duty_{how}")) for how in ON_DUTY]
        self._on_duty = choice("departments_on_duty", self._t("on_duty"), ways, self._choose_on_duty)
        second = QWidget()
        self._duty_row = second
        duty = QHBoxLayout(second)
        pad(duty)
        duty.addWidget(label(self._t("on_duty"), "muted"))
        duty.addWidget(self._on_duty, 1)
        self._problem = Banner("departments_problem")
        columns = [
            Column("name", text("guides.page.name", self._language), width=letter * 14),
            Column("category", self._t("field_category"), width=letter * 6),
            Column("guides", text("guides.page.guides", self._language), width=letter * 4, right=True),
            Column("on_duty", text("guides.page.on_duty", self._language), width=letter * 4, right=True),
            Column("counters", text("guides.page.counters", self._language)),
        ]
        self.table = SearchableTable(columns, "guide_departments", language=self._language)
        self.table.setObjectName("departments_table")
        self.table.row_selected.connect(self._chosen)
        card.body.addLayout(row)
        card.body.addWidget(self._problem)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(second)
        return card

    def _form(self) -> Form:
        form = Form(self._language)
        self._category_names = QCompleter([], self)
        self._category_names.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._floor, self._parent = QComboBox(), QComboBox()
        for box in (self._floor, self._parent):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(12)
        category = QLineEdit()
        category.setCompleter(self._category_names)
        scope, flows = QPlainTextEdit(), QPlainTextEdit()
        for area in (scope, flows):
            area.setTabChangesFocus(True)
        windows = QLineEdit()
        windows.setPlaceholderText(text("guides.page.windows_hint", self._language))
        flows.setPlaceholderText(self._t("flows_hint"))
        leaders = ListField(
            "department_leaders", self._leader_cells(), self._language, high=11, media=self._presenter.media
        )  # fmt: skip
        for key, widget, checks in (
            ("name", QLineEdit(), (required, max_length(200))),
            ("short_name", QLineEdit(), (self._kept, max_length(64))),
            ("name_en", QLineEdit(), (max_length(200),)), ("category", category, (required, max_length(64))),
            ("floor", self._floor, ()), ("phone", QLineEdit(), (max_length(100),)), ("parent_id", self._parent, ()),
            ("scope", scope, (max_length(1000),)), ("flows", flows, (max_length(4000),)),
            ("windows", windows, (max_length(1000),)), ("leaders", leaders, (self._posts,)),
        ):  # fmt: skip
            widget.setObjectName(f"department_{key}")
            form.add(key, self._t(f"field_{key}"), widget, *checks)
        for area in (scope, flows):
            roomy(area)
        return form

    def _leader_cells(self) -> list[Cell]:
        return [
            Cell("name", self._t("leader_name"), letters=5), Cell("title", self._t("leader_title"), letters=6),
            Cell("duty", self._t("leader_duty"), letters=8),
            Cell("portrait", self._t("leader_portrait"), "picture", letters=4),
            Cell("published", self._t("leader_published"), "yes", start=True, letters=4),
        ]  # fmt: skip

    def _kept(self, value: Any) -> tuple[str, dict[str, object]] | None:
        return None if self._presenter.state.is_new else required(value)

    @staticmethod
    def _posts(value: Any) -> tuple[str, dict[str, object]] | None:
        missing = next((n for n, one in enumerate(value or (), 1) if not one["title"]), 0)
        return ("guides.department.post_missing", {"n": missing}) if missing else None

    def _describe(self) -> tuple[str, str, bool]:
        one = self._presenter.current
        if one is None:
            return self._t("new"), self._t("new_note"), False
        on_duty = "\u3001".join(f"{at.counter_label} {at.staff_name} {at.staff_number}" for at in one.on_duty)
        facts = text("guides.page.on_duty_now", self._language) + (
            on_duty or text("guides.page.nobody", self._language)
        )
        businesses = "\u3001".join(one.name for one in one.businesses) or self._t("no_businesses")
        return one.name, f"{facts}\n{self._t('businesses')}{businesses}", one.retired

    def _choose_on_duty(self) -> None:
        self._presenter.set_on_duty(str(self._on_duty.currentData()))

    def _draw(self) -> None:
        state, presenter = self._presenter.state, self._presenter
        self._problem.show_words(state.problem)
        self._add.setVisible(presenter.may_add)
        self._add.setEnabled(state.loaded)
        self._duty_row.setVisible(presenter.may_set and presenter.settings is not None)
        if presenter.settings is not None:
            self._on_duty.setCurrentIndex(self._on_duty.findData(presenter.settings.on_duty))
        categories = sorted({one.category for one in state.items})
        if self._category_names.model().rowCount() != len(categories):
            self._category_names.model().setStringList(categories)  # type: ignore[attr-defined]
        self._offer(self._floor, (("", self._t("no_floor")), *presenter.floors), str(state.fields.get("floor", "")))
        top = ("", text("guides.page.top", self._language))
        self._offer(self._parent, (top, *presenter.others()), str(state.fields.get("parent_id", "")))
        what = (state.items, state.drafted)
        if what != self._drawn:
            self._drawn = what
            self._fill()
        chosen = self.table.selected_row()
        if (chosen["id"] if chosen else "") != state.selected:
            self._select(state.selected)

    @staticmethod
    def _offer(box: QComboBox, choices: tuple[tuple[str, str], ...], now: str) -> None:
        known = {key for key, _ in choices}
        wanted = [*choices, *([(now, now)] if now not in known else [])]
        if [(box.itemData(n), box.itemText(n)) for n in range(box.count())] == wanted:
            return
        with QSignalBlocker(box):
            box.clear()
            for key, words in wanted:
                box.addItem(words, key)
            box.setCurrentIndex(max(0, box.findData(now)))

    def _fill(self) -> None:
        state = self._presenter.state
        rows = [dict(row) for row in department_rows(state.items, self._language)]
        for row in rows:
            if row["id"] in state.drafted:
                row["name"] = text("admin.editing.is_drafted", self._language, name=row["name"])
        for key in sorted(one for one in state.drafted if one.startswith("new")):
            rows.append({"id": key, "name": self._presenter.draft_name(key) or self._t("new"), "category": ""})
        self._filling = True
        self.table.set_rows(rows)
        self._filling = False
        self._select(state.selected)

    def _select(self, key: str) -> None:
        self._filling = True
        if self.table.select(key):
            self.table.view.scrollTo(self.table.view.selectionModel().currentIndex())
        self._filling = False

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])
