"""Bringing in an Excel file: choose, look at what each row would do, bring in.

import_dialog import_choose import_file import_state import_busy import_problem import_told import_rows
import_detail import_filter_<all|new|changed|same|wrong> import_apply import_close import_more
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, QSize, Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.organisation.exchange import FILTERS, TONES, ExchangePresenter
from admin_app.parts_view import Banner, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button, sign_icon


class ImportDialog(QDialog):
    """Draws the presenter's report; does not block."""

    def __init__(self, parent: QWidget, presenter: ExchangePresenter, language: str) -> None:
        super().__init__(parent)
        self.setObjectName("import_dialog")
        self.setWindowTitle(text("organisation.exchange.title", language))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = parent.window().size()
        wanted = QSize(size("text_body") * 72, size("text_body") * 46)
        self.resize(wanted.boundedTo(room - QSize(size("space_xl"), size("space_xl"))))
        self._presenter = presenter
        self._language = language
        self._problem, self._told = Banner("import_problem"), Banner("import_told")
        self._state = label("", wrap=True, name="import_state")
        self._busy = QProgressBar()
        self._busy.setObjectName("import_busy")
        self._busy.setRange(0, 0)
        self._busy.setTextVisible(False)
        self._detail = label("", wrap=True, name="import_detail")
        self._more = label("", "muted", wrap=True, name="import_more")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t("title"), "title"))
        column.addWidget(label(self._t("facts"), "muted", wrap=True))
        column.addLayout(self._file_row())
        for part in (self._problem, self._told, self._state, self._busy):
            column.addWidget(part)
        self._chip_row = self._filters()
        column.addWidget(self._chip_row)
        column.addWidget(self._rows(), 1)
        # Until there are rows, all stands at the top.
        self._space = QWidget()
        column.addWidget(self._space, 1)
        column.addWidget(self._detail)
        column.addWidget(self._more)
        column.addLayout(self._foot())
        presenter.state_changed.connect(self._draw)
        self._draw()
        self._choose.setDefault(True)
        self._choose.setFocus()

    def done(self, result: int) -> None:
        # What is being brought in goes on, and is there when the window is opened again.
        self._presenter.forget()
        super().done(result)

    def _t(self, key: str, **params: object) -> str:
        return text(f"organisation.exchange.{key}", self._language, **params)

    def _file_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._choose = named(button(self._t("choose"), "document", on_click=self._ask_file), "import_choose")
        self._file = label("", "lead", name="import_file")
        row.addWidget(self._choose)
        row.addWidget(self._file, 1)
        return row

    def _filters(self) -> QWidget:
        box = QWidget()
        row = QHBoxLayout(box)
        pad(row, gap="space_xs")
        group = QButtonGroup(self)
        self._chips: dict[str, QPushButton] = {}
        for name in FILTERS:
            chip = named(QPushButton(), f"import_filter_{name}")
            chip.setCheckable(True)
            mark(chip, "chip")
            if name in TONES:
                chip.setIcon(sign_icon(TONES[name]))
            chip.clicked.connect(lambda _=False, name=name: self._presenter.filter(name))
            group.addButton(chip)
            self._chips[name] = chip
            row.addWidget(chip)
        row.addStretch(1)
        return box

    def _rows(self) -> SearchableTable:
        letter = size("text_body")
        self._table = SearchableTable(
            [
                Column("sheet", self._t("sheet"), width=letter * 5),
                Column("row", self._t("row"), width=letter * 4, right=True),
                Column("name", self._t("name"), width=letter * 12),
                Column("outcome_words", self._t("outcome"), width=letter * 8, tone=lambda row: TONES[row["outcome"]]),
                Column("what", self._t("what")),
            ],
            "organisation_import",
            language=self._language,
        )
        self._table.setObjectName("import_rows")
        # A table's row is one line; what has to be done about it is often longer.
        self._table.row_selected.connect(lambda row: self._tell_row(row["what"] if row else ""))
        return self._table

    def _tell_row(self, words: str) -> None:
        self._detail.setText(words)
        self._detail.setVisible(bool(words))

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        self._close = named(button(self._t("close"), on_click=self.close), "import_close")
        self._apply = named(button(self._t("apply"), "check", "primary", self._presenter.apply), "import_apply")
        row.addWidget(self._close)
        row.addWidget(self._apply)
        return row

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self._t("choose"), QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._t("files"))
        dialog.fileSelected.connect(lambda name: self._presenter.try_file(Path(name)))
        dialog.open()

    def _draw(self) -> None:
        state = self._presenter.state
        counts = dict(state.counts)
        self._file.setText(state.file)
        self._choose.setEnabled(not state.busy)
        self._problem.show_words(state.problem)
        self._told.show_words(state.told if state.step == "done" else "", "ok")
        words = ""
        if state.busy:
            words = self._t(state.step)
        elif state.step == "tried":
            words = self._t("nothing" if state.outcome == "ready" and not state.may_import else state.outcome, **counts)
        self._state.setText(words)
        self._state.setVisible(bool(words))
        self._busy.setVisible(state.busy)
        seen = bool(counts)
        self._chip_row.setVisible(seen)
        self._table.setVisible(seen)
        self._space.setVisible(not seen)
        for name, chip in self._chips.items():
            chip.setText(f" {self._t('filter_' + name)} {counts.get(name, 0)} ")
            chip.setChecked(name == state.shown)
        if self._table.model.rows != state.rows:
            self._table.set_rows(state.rows)
            self._tell_row("")
            if state.outcome == "wrong" and state.rows:
                self._table.select(state.rows[0]["id"])
        self._more.setText(self._t("more", n=state.more_faults) if state.more_faults else "")
        self._more.setVisible(bool(state.more_faults))
        self._apply.setVisible(seen and state.step != "done")
        self._apply.setEnabled(state.may_import)
        self._apply.setText(" " + self._t("apply_n", n=counts.get("new", 0) + counts.get("changed", 0)))
