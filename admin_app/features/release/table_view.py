"""A table from a file: choose it, look at what each row would do, take it; and one that goes out.

<name>_dialog <name>_choose <name>_file <name>_state <name>_rows <name>_problem <name>_load <name>_close
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDir, QSize, Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.features.release.tables import Report, TablePresenter
from admin_app.parts_view import Banner, Dialog, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button

TONES = {"added": "ok", "changed": "busy", "same": "off", "wrong": "error"}


@dataclass(frozen=True)
class Words:
    """What a dialog says: keys of ``release.page``; ``row``: the words for one row's outcome."""

    title: str
    facts: str
    files: str
    apply: str
    row: Callable[[Any], str]
    state: Callable[[Report, int], str]


class TableDialog(Dialog):
    """``columns`` of the report's rows; the outcome stands behind them."""

    def __init__(
        self, parent: QWidget, presenter: TablePresenter, language: str, name: str, columns: Sequence[Column],
        words: Words,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._presenter, self._language, self._words = presenter, language, words
        self.setObjectName(f"{name}_dialog")
        self.setWindowTitle(self._t(words.title))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        room = parent.window().size()
        wanted = QSize(size("text_body") * 56, size("text_body") * 36)
        self.resize(wanted.boundedTo(room - QSize(size("space_xl"), size("space_xl"))))
        self._problem = Banner(f"{name}_problem")
        self._file = label("", "lead", name=f"{name}_file")
        self._state = label("", wrap=True, name=f"{name}_state")
        self._rows = SearchableTable(
            [
                Column("row", self._t("table_row"), width=size("text_body") * 4, right=True),
                *columns,
                Column("words", self._t("table_outcome"), tone=lambda row: TONES[row["outcome"]]),
            ],
            f"release_{name}",
            key="row",
            language=language,
        )
        self._rows.setObjectName(f"{name}_rows")
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(self._t(words.title), "title"))
        column.addWidget(label(self._t(words.facts), "muted", wrap=True))
        row = QHBoxLayout()
        pad(row)
        row.addWidget(named(button(self._t("table_choose"), "document", on_click=self._ask_file), f"{name}_choose"))
        row.addWidget(self._file, 1)
        column.addLayout(row)
        column.addWidget(self._problem)
        column.addWidget(self._state)
        column.addWidget(self._rows, 1)
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        foot.addWidget(named(button(self._t("close"), on_click=self.close), f"{name}_close"))
        self._load = named(button(self._t(words.apply), "check", "primary", presenter.load), f"{name}_load")
        foot.addWidget(self._load)
        column.addLayout(foot)
        # Before a file is chosen nothing is below the button, and what there is stays at the top.
        column.addStretch(0)
        presenter.state_changed.connect(self._draw)
        presenter.loaded.connect(self.accept)
        self._draw()

    def done(self, result: int) -> None:
        self._presenter.forget()
        super().done(result)

    def _t(self, key: str) -> str:
        return text(f"release.page.{key}", self._language)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self._t("table_choose"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._t(self._words.files))
        dialog.setDirectory(QDir.homePath())
        dialog.fileSelected.connect(lambda name: self._presenter.try_file(Path(name)))
        dialog.open()

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._file.setText(state.file)
        report = state.report
        self._rows.setVisible(report is not None)
        self._load.setEnabled(report is not None and report.outcome == "ready" and not state.busy)
        if report is None:
            self._state.setText(self._t("loading") if state.busy else "")
            return
        wrong = sum(row.outcome == "wrong" for row in report.rows)
        self._state.setText(self._words.state(report, wrong))
        # What is wrong stands first: nobody looks for it among hundreds.
        rows = sorted(report.rows, key=lambda row: row.outcome != "wrong")
        self._rows.set_rows([row.model_dump() | {"words": self._words.row(row)} for row in rows])


def ask_where(parent: QWidget, title: str, files: str, name: str, chosen: Callable[[Path], None]) -> None:
    """Where a workbook goes."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(files)
    dialog.setDefaultSuffix("xlsx")
    dialog.selectFile(f"{name}.xlsx")
    dialog.fileSelected.connect(lambda path: chosen(Path(path)))
    dialog.open()
