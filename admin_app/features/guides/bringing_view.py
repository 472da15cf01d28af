"""Guides from a file: choose, look at what each row would do, bring in; and all guides to a file.

file_choose file_name file_whole file_export file_words file_asks file_rows file_apply file_empty
(dialog: guides_agree agree_no agree_yes)
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDir, QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.features.guides.bringing import BringingPresenter
from admin_app.features.guides.rows import OUTCOME_TONES
from admin_app.parts_view import Banner, Card, Question, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button


def report_table(name: str, language: str) -> SearchableTable:
    """What became of each row."""
    letter = size("text_body")

    def t(key: str) -> str:
        return text(f"guides.page.{key}", language)

    table = SearchableTable(
        [
            Column("outcome_words", t("outcome"), width=letter * 6, tone=lambda row: OUTCOME_TONES[row["outcome"]]),
            Column("code", t("code"), width=letter * 9),
            Column("name", t("name"), width=letter * 15),
            Column("why", t("why")),
        ],
        name,
        language=language,
    )
    table.setObjectName(name)
    return table


class FileTab(QWidget):
    def __init__(self, presenter: BringingPresenter, language: str) -> None:
        super().__init__()
        self._presenter, self._language = presenter, language
        card = Card()
        row = QHBoxLayout()
        pad(row)
        self._choose = named(button(self._t("choose_file"), "document", on_click=self._ask_file), "file_choose")
        self._file = label("", "lead", name="file_name")
        self._whole = QCheckBox(self._t("whole"))
        self._whole.setObjectName("file_whole")
        self._whole.toggled.connect(presenter.set_whole)
        self._export = named(button(self._t("export"), "download", on_click=self._ask_export), "file_export")
        for part in (self._choose, self._file):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self._whole)
        row.addWidget(self._export)
        self._words = label("", wrap=True, name="file_words")
        self._asks = Banner("file_asks")
        self._rows = report_table("file_rows", language)
        self._empty = label(self._t("file_note"), "muted", wrap=True, name="file_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._apply = named(button(self._t("apply"), "check", "primary", self._ask_apply), "file_apply")
        foot = QHBoxLayout()
        pad(foot)
        foot.addStretch(1)
        foot.addWidget(self._apply)
        card.body.addLayout(row)
        for widget in (self._words, self._asks):
            card.body.addWidget(widget)
        card.body.addWidget(self._empty, 1)
        card.body.addWidget(self._rows, 1)
        card.body.addLayout(foot)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(card)
        presenter.state_changed.connect(self._draw)
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.page.{key}", self._language, **params)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, self._t("choose_file"), QDir.homePath())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self._t("files"))
        dialog.fileSelected.connect(lambda name: self._presenter.try_file(Path(name)))
        dialog.open()

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, self._t("export"), QDir.home().filePath("guides.xlsx"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("xlsx")
        dialog.fileSelected.connect(lambda name: self._presenter.export(Path(name)))
        dialog.open()

    def _ask_apply(self) -> None:
        state = self._presenter.state
        if not state.asks:
            self._presenter.apply(agreed=False)
            return
        Question(
            self, "guides_agree", self._t("agree_title"), [state.asks, state.tried_words],
            [
                ("agree_no", self._t("agree_no"), "", lambda: None),
                ("agree_yes", self._t("agree_yes"), "danger", lambda: self._presenter.apply(agreed=True)),
            ],
        ).open()  # fmt: skip

    def _draw(self) -> None:
        state = self._presenter.state
        busy = state.busy in ("trying", "applying", "exporting")
        self._choose.setEnabled(not busy)
        self._whole.setEnabled(not busy)
        with QSignalBlocker(self._whole):
            self._whole.setChecked(state.whole)
        self._export.setEnabled(not busy)
        self._file.setText(state.file)
        seen = bool(state.tried_words)
        said = self._t(state.busy) if busy else self._t("would", what=state.tried_words) if seen else ""
        self._words.setText(said)
        self._words.setVisible(bool(said))
        self._asks.show_words(state.asks, "warn")
        self._rows.set_rows(state.file_rows)
        self._rows.setVisible(bool(state.file_rows))
        self._empty.setText(self._t("file_same") if seen and not state.file_rows else self._t("file_note"))
        self._empty.setVisible(not state.file_rows)
        self._apply.setVisible(seen)
        self._apply.setEnabled(state.may_apply)
