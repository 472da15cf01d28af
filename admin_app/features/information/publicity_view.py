"""Finished cases that are public, and bringing some in from a file.

publicity_problem publicity_told publicity_search publicity_table publicity_count publicity_empty publicity_down
publicity_on publicity_days publicity_save publicity_choose publicity_form publicity_file publicity_words publicity_rows
publicity_apply publicity_drop (dialog: take_down)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from admin_app.ask_view import ReasonAsk
from admin_app.bars_view import SideBySide, search_line
from admin_app.features.information.publicity import PublicityPresenter
from admin_app.features.information.rows import OUTCOME_TONES
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button, inset


class PublicityTab(QWidget):
    def __init__(self, presenter: PublicityPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language, self._revision = presenter, language, -1
        self._problem, self._told = Banner("publicity_problem"), Banner("publicity_told")
        right = QWidget()
        side = QVBoxLayout(right)
        pad(side, gap="space_m")
        side.addWidget(self._settings())
        side.addWidget(self._file_card(), 1)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(SideBySide(self._list(), right, (3, 2)), 1)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"information.page.{key}", self._language, **params)

    def _column(self, key: str, letters: int = 0) -> Column:
        title = text(f"publicity.column.{key}", self._language) if key != "applicant" else self._t("applicant")
        return Column(key, title, width=size("text_body") * letters) if letters else Column(key, title)

    def _list(self) -> Card:
        card = Card()
        self._search = search_line("publicity_search", self._t("search_number"))
        self._search.returnPressed.connect(lambda: self._presenter.look_for(self._search.text()))
        self._count = label("", "muted", name="publicity_count")
        self._down = named(button(self._t("take_down"), "trash", on_click=self._ask_down), "publicity_down")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(self._search, 1)
        head.addWidget(self._down)
        columns = [
            self._column("number", 10), self._column("decided_on", 7), self._column("applicant", 8),
            self._column("result", 7), self._column("item"),
        ]  # fmt: skip
        self.table = SearchableTable(columns, "public_cases", language=self._language)
        self.table.setObjectName("publicity_table")
        for part in (self.table.filter_box, self.table.count, self.table.export_button):
            part.hide()
        self.table.row_selected.connect(lambda _: self._draw())
        self._empty = label("", "muted", wrap=True, name="publicity_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        card.body.addLayout(head)
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self._count)
        return card

    def _settings(self) -> Card:
        card = Card()
        self._on = QCheckBox(self._t("on"))
        self._on.setObjectName("publicity_on")
        self._days = QSpinBox()
        self._days.setObjectName("publicity_days")
        self._days.setRange(1, 3650)
        self._days.setAccessibleName(self._t("days"))
        self._days.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inset(self._days)
        self._save = named(
            button(
                self._t("save"), "save",
                on_click=lambda: self._presenter.save(self._on.isChecked(), self._days.value()),
            ),
            "publicity_save",
        )  # fmt: skip
        row = QHBoxLayout()
        pad(row)
        for part in (self._on, label(self._t("days")), self._days):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._save)
        card.body.addLayout(row)
        return card

    def _file_card(self) -> Card:
        card, letter = Card(self._t("file_title")), size("text_body")
        card.body.addWidget(label(self._t("file_note"), "muted", wrap=True))
        self._choose = named(button(self._t("choose_file"), "document", on_click=self._ask_file), "publicity_choose")
        self._form = named(button(self._t("form"), "download", on_click=self._ask_form), "publicity_form")
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self._choose)
        row.addWidget(self._form)
        row.addStretch(1)
        self._file = label("", "lead", wrap=True, name="publicity_file")
        self._words = label("", wrap=True, name="publicity_words")
        columns = [
            Column("row", self._t("row"), width=letter * 3, right=True),
            Column(
                "outcome_words", self._t("outcome"), width=letter * 6, tone=lambda row: OUTCOME_TONES[row["outcome"]]
            ),
            Column("number", text("publicity.column.number", self._language), width=letter * 10),
            Column("why", self._t("why")),
        ]
        self._rows = SearchableTable(columns, "publicity_rows", language=self._language)
        self._rows.setObjectName("publicity_rows")
        for part in (self._rows.filter_box, self._rows.count, self._rows.export_button):
            part.hide()
        self._drop = named(button(self._t("drop"), on_click=self._presenter.drop_file), "publicity_drop")
        self._apply = named(button(self._t("apply"), "check", "primary", self._presenter.apply), "publicity_apply")
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        foot.addWidget(self._drop)
        foot.addWidget(self._apply)
        card.body.addLayout(row)
        for part in (self._file, self._words):
            card.body.addWidget(part)
        card.body.addWidget(self._rows, 1)
        card.body.addStretch(0)
        card.body.addLayout(foot)
        return card

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self._t("choose_file"), QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._t("files"))
        dialog.fileSelected.connect(lambda name: self._presenter.try_file(Path(name)))
        dialog.open()

    def _ask_form(self) -> None:
        dialog = QFileDialog(self, self._t("form"), QDir.home().filePath("publicity.xlsx"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.fileSelected.connect(lambda name: self._presenter.save_form(Path(name)))
        dialog.open()

    def _ask_down(self) -> None:
        row: Any = self.table.selected_row()
        if row is not None:
            case = str(row["id"])
            ReasonAsk(
                self, "take_down", self._t("take_down_title", number=row["number"]), [self._t("take_down_fact")],
                self._t("take_down"), self._t("reason"), self._language, self._presenter,
                lambda reason: self._presenter.take_down(case, reason),
            ).open()  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._told.show_words(state.told, "ok")
        self.table.set_rows(state.cases)
        self.table.setVisible(bool(state.cases))
        self._empty.setText(self._t("no_such_case" if state.search else "no_cases") if state.loaded else "")
        self._empty.setVisible(not state.cases)
        self._count.setText(state.count)
        self._down.setEnabled(not state.busy and self.table.selected_row() is not None)
        for part in (self._save, self._choose, self._form):
            part.setEnabled(state.loaded and not state.busy)
        seen = bool(state.tried_words)
        self._file.setText(state.file)
        self._file.setVisible(bool(state.file))
        self._words.setText(self._t("would", what=state.tried_words) if seen else "")
        self._words.setVisible(seen)
        self._rows.set_rows(state.file_rows)
        self._rows.setVisible(bool(state.file_rows))
        self._drop.setVisible(seen)
        self._apply.setVisible(seen)
        self._apply.setEnabled(state.tried and not state.busy)
        if state.loaded and state.revision != self._revision:
            self._revision = state.revision
            self._on.setChecked(state.on)
            self._days.setValue(state.days)
