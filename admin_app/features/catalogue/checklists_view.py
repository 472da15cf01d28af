"""Checklists: the services to the left, the documents of the chosen one to the right.

checklists_tab checklists_table checklists_empty_only checklist_copy checklist_export checklist_read copy_table
copy_go and those of lines_view; the editor's own begin with materials_
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import SideBySide
from admin_app.editing.editor_view import EditorCard
from admin_app.features.catalogue.checklists import ChecklistsPresenter
from admin_app.features.catalogue.lines_view import LinesForm
from admin_app.parts_view import Banner, Card, Dialog, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, button


class ChecklistCard(EditorCard):
    """A list is emptied, not retired."""

    def draw(self) -> None:
        super().draw()
        self.retire.hide()


class ChecklistsTab(SideBySide):
    """Draws the presenter's lists."""

    def __init__(self, presenter: ChecklistsPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("checklists_tab")
        self._presenter, self._language = presenter, language
        self._drawn: tuple[object, ...] = ()
        self._filling = False
        self.addWidget(self._left())
        self.editor = ChecklistCard(presenter, LinesForm(language), language, self._describe, "materials_")
        self.editor.body.insertLayout(0, self._acts())
        self.addWidget(self.editor)
        self.share(38, 62)
        presenter.told.connect(self.editor.told)
        presenter.state_changed.connect(self.draw)
        self.draw()
        self.editor.draw()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Lists change without an event: no screen but this one shows them all day.
        self._presenter.load()

    def draw(self) -> None:
        """Also when services have changed."""
        state = self._presenter.state
        self._problem.show_words(state.problem if not state.loaded else "")
        listed = self._presenter.listed()
        what = (tuple(listed), state.drafted, self._empty_only.isChecked(), state.loaded)
        self._filling = True
        if what != self._drawn:
            self._drawn = what
            self.table.set_rows([
                self._row(service, found.items) for service, found in listed
                if not (found.items and self._empty_only.isChecked())
            ])  # fmt: skip
            self._loading.setVisible(not state.loaded and not state.problem)
        if state.selected:
            self.table.select(state.selected)
        self._filling = False
        can = bool(state.selected) and not state.saving
        for act in (self._copy, self._read):
            act.setVisible(bool(state.selected) and not self._presenter.locked())
            act.setEnabled(can)
        self._export.setVisible(bool(state.selected))
        self._export.setEnabled(can)

    def _t(self, key: str, **params: object) -> str:
        return text(f"materials.console.{key}", self._language, **params)

    def _left(self) -> Card:
        card, letter = Card(), size("text_body")
        self._problem = Banner("checklists_problem")
        self._empty_only = QCheckBox(self._t("only_empty"))
        self._empty_only.setObjectName("checklists_empty_only")
        self._empty_only.toggled.connect(lambda _: self.draw())
        self._loading = label(self._t("loading"), "muted", name="checklists_loading")
        self._loading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        columns = [
            Column("service", self._t("service"), width=letter * 20),
            Column("lines", self._t("lines"), self._count),
        ]
        self.table = SearchableTable(columns, "checklists", language=self._language)
        self.table.setObjectName("checklists_table")
        self.table.row_selected.connect(self._chosen)
        card.body.addWidget(self._problem)
        card.body.addWidget(self._empty_only)
        card.body.addWidget(self._loading)
        card.body.addWidget(self.table, 1)
        return card

    def _acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._copy = named(button(self._t("copy"), "document", "quiet", self._ask_copy), "checklist_copy")
        self._read = named(button(self._t("read"), "plus", "quiet", self._ask_read), "checklist_read")
        self._export = named(button(self._t("export"), "download", "quiet", self._ask_export), "checklist_export")
        for act in (self._copy, self._read, self._export):
            row.addWidget(act)
        row.addStretch(1)
        return row

    def _count(self, value: Any) -> str:
        return str(value) if value else self._t("none")

    def _row(self, service: Any, lines: Any) -> dict[str, Any]:
        words = service.name if self._language.startswith("zh") else service.name_en or service.name
        key = str(service.id)
        if key in self._presenter.state.drafted:
            words = text("admin.editing.is_drafted", self._language, name=words)
        return {"id": key, "service": words, "lines": len(lines), "spelled": service.spelled}

    def _describe(self) -> tuple[str, str, bool]:
        presenter, service = self._presenter, self._presenter.service()
        if service is None:
            return " ", "", False
        chinese = self._language.startswith("zh")
        department = service.department_name if chinese else service.department_name_en
        facts = self._t("facts", department=department, n=len(presenter.lines))
        return service.name if chinese else service.name_en or service.name, facts, False

    def _chosen(self, row: Any) -> None:
        if row is not None and not self._filling:
            self._presenter.select(row["id"])

    def _ask_copy(self) -> None:
        rows = [
            self._row(service, found.items)
            for service, found in self._presenter.listed()
            if found.items and str(service.id) != self._presenter.state.selected
        ]
        CopyDialog(self.window(), rows, self._count, self._presenter.copy_from, self._language).open()

    def _ask_export(self) -> None:
        dialog = self._files(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(self._t("file", name=self.editor.title.text().replace("/", " ")) + ".xlsx")
        dialog.fileSelected.connect(lambda name: self._presenter.export(Path(name)))
        dialog.open()

    def _ask_read(self) -> None:
        dialog = self._files(QFileDialog.AcceptMode.AcceptOpen)
        dialog.fileSelected.connect(lambda name: self._presenter.read(Path(name)))
        dialog.open()

    def _files(self, mode: QFileDialog.AcceptMode) -> QFileDialog:
        saving = mode == QFileDialog.AcceptMode.AcceptSave
        dialog = QFileDialog(self, self._t("export" if saving else "read"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(self._t("files"))
        dialog.setDefaultSuffix("xlsx")
        return dialog


class CopyDialog(Dialog):
    """Which service's list is copied; a double click or the button chooses."""

    def __init__(
        self, parent: QWidget, rows: list[dict[str, Any]], count: Callable[[Any], str], copy: Callable[[str], object],
        language: str,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("copy_dialog")
        self.setWindowTitle(text("materials.console.copy_title", language))
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumSize(size("text_body") * 44, size("text_body") * 32)
        self._copy = copy
        letter = size("text_body")
        self.table = SearchableTable(
            [
                Column("service", text("materials.console.service", language), width=letter * 28),
                Column("lines", text("materials.console.lines", language), count),
            ],
            "checklists_copy", language=language,
        )  # fmt: skip
        self.table.setObjectName("copy_table")
        self.table.set_rows(rows)
        self._go = named(
            button(text("materials.console.copy_go", language), "document", "primary", self._answer), "copy_go"
        )
        self._go.setEnabled(False)
        self.table.row_selected.connect(lambda row: self._go.setEnabled(row is not None))
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(text("ui.action.cancel", language), on_click=self.close), "copy_cancel"))
        row.addWidget(self._go)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(text("materials.console.copy_title", language), "title"))
        column.addWidget(label(text("materials.console.copy_hint", language), "muted", wrap=True))
        column.addWidget(self.table, 1)
        column.addLayout(row)

    def _answer(self) -> None:
        chosen = self.table.selected_row()
        if chosen is not None:
            self.close()
            self._copy(str(chosen["id"]))
