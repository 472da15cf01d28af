"""The organisation: the tree to the left, the people of the chosen unit, and the form for one unit or person.

page_organisation organisation_tree organisation_search organisation_retired organisation_problem organisation_busy
organisation_empty organisation_told add_unit add_person show_unit with_below people_table people_filter people_empty
organisation_export organisation_import organisation_toast organisation_unsaved people_title
(editors_view.py and exchange_view.py list the rest)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from admin_app.bars_view import search_line
from admin_app.features.organisation.editors_view import PersonCard, UnitCard
from admin_app.features.organisation.exchange_view import ImportDialog
from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.tree_view import NodesTree
from admin_app.parts_view import Banner, Card, label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import Column, SearchableTable, Toast, button


class OrganisationPage(QWidget):
    """Draws the presenter's tree and rows."""

    def __init__(self, presenter: OrganisationPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_organisation")
        self._presenter = presenter
        self._language = language
        self._filling = self._importing = False
        self._drawn: tuple[object, object] = ((), ())
        self._problem, self._told = Banner("organisation_problem"), Banner("organisation_told")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setHandleWidth(size("space_s"))
        split.setChildrenCollapsible(False)
        split.setStyleSheet("QSplitter::handle { background: transparent; }")
        for place, (part, letters, stretch) in enumerate(
            ((self._left(), 19, 2), (self._middle(), 28, 3), (self._right(), 26, 2))
        ):
            part.setMinimumWidth(size("text_body") * letters)
            split.addWidget(part)
            split.setStretchFactor(place, stretch)
        split.setSizes([size("text_body") * letters for letters in (22, 32, 28)])
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(self._head())
        column.addWidget(self._problem)
        column.addWidget(self._told)
        column.addWidget(split, 1)
        self._toast = Toast(self, language)
        self._toast.setObjectName("organisation_toast")
        presenter.told.connect(self._toast.show_message)
        presenter.state_changed.connect(self._draw)
        presenter.exchange.state_changed.connect(self._draw_head)
        self._draw()
        self._draw_head()

    def open_target(self, target: str) -> None:
        self._presenter.go(target)

    def _t(self, key: str, **params: object) -> str:
        return text(f"organisation.page.{key}", self._language, **params)

    def _head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        pad(row)
        self._unsaved = label("", "warn", name="organisation_unsaved")
        self._busy = label(text("organisation.exchange.exporting", self._language), "muted", name="organisation_busy")
        export = button(self._t("export"), "download", on_click=self._ask_export)
        self._export = named(export, "organisation_export")
        bring = button(self._t("import"), "tray", on_click=self._open_import)
        self._import = named(bring, "organisation_import")
        row.addWidget(label(text("organisation.nav.organisation", self._language), "title"))
        row.addStretch(1)
        for part in (self._unsaved, self._busy, self._export, self._import):
            row.addWidget(part)
        return row

    def _left(self) -> Card:
        presenter, card = self._presenter, Card()
        self._search = search_line("organisation_search", self._t("search_units"))
        self._search.textChanged.connect(presenter.search)
        self.tree = NodesTree("organisation_tree", (self._t("units"), self._t("count")))
        self.tree.chosen.connect(presenter.choose_unit)
        # Also the one that is chosen already: from a person back to their unit.
        self.tree.clicked.connect(lambda index: presenter.choose_unit(self.tree.current_key))
        self._retired = QCheckBox(self._t("show_retired"))
        self._retired.setObjectName("organisation_retired")
        self._retired.toggled.connect(presenter.show_retired)
        self._add_unit = named(button(self._t("add_unit"), "plus", "", presenter.add_unit), "add_unit")
        self._empty = label("", "muted", wrap=True, name="organisation_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        foot = QHBoxLayout()
        pad(foot)
        foot.addWidget(self._retired)
        foot.addStretch(1)
        foot.addWidget(self._add_unit)
        for part in (self._search, self._empty):
            card.body.addWidget(part)
        card.body.addWidget(self.tree, 1)
        card.body.addLayout(foot)
        return card

    def _middle(self) -> Card:
        presenter, letter = self._presenter, size("text_body")
        self._people = Card(" ")
        self._people.title.setObjectName("people_title")
        self._people.head.addStretch(1)
        self._below = QCheckBox(self._t("with_below"))
        self._below.setObjectName("with_below")
        self._below.setChecked(presenter.state.with_below)
        self._below.toggled.connect(presenter.show_below)
        self._show_unit = named(button(self._t("show_unit"), "pencil", "quiet", presenter.show_unit), "show_unit")
        self._add_person = named(button(self._t("add_person"), "plus", "", presenter.add_person), "add_person")
        foot = QHBoxLayout()
        pad(foot)
        foot.addWidget(self._below)
        foot.addStretch(1)
        for part in (self._show_unit, self._add_person):
            foot.addWidget(part)
        self.table = SearchableTable(
            [
                Column("number", self._p("field_number"), width=letter * 6),
                Column("name", self._p("field_name"), width=letter * 8, tone=lambda row: row["tone"]),
                Column("title", self._p("field_title"), width=letter * 8),
                Column("unit", self._p("field_unit_id")),
            ],
            "organisation_people",
            language=self._language,
        )
        self.table.setObjectName("people_table")
        self.table.filter_box.setObjectName("people_filter")
        self.table.filter_box.setPlaceholderText(self._t("search_people"))
        self.table.row_selected.connect(self._chosen)
        self._nobody = label("", "muted", wrap=True, name="people_empty")
        self._nobody.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._people.body.addWidget(self._nobody)
        self._people.body.addWidget(self.table, 1)
        self._people.body.addLayout(foot)
        return self._people

    def _right(self) -> QStackedWidget:
        self.editors = QStackedWidget()
        self.unit_card = UnitCard(self._presenter, self._language)
        self.person_card = PersonCard(self._presenter, self._language)
        for card in (self.unit_card, self.person_card):
            card.setMinimumWidth(size("text_body") * 26)
            self.editors.addWidget(card)
        return self.editors

    def _p(self, key: str) -> str:
        return text(f"organisation.person.{key}", self._language)

    def _chosen(self, row: dict[str, Any] | None) -> None:
        if row is not None and not self._filling:
            self._presenter.choose_person(row["id"])

    def _draw(self) -> None:
        state = self._presenter.state
        self._problem.show_words(state.problem)
        self._unsaved.setText(self._t("unsaved_n", n=state.unsaved) if state.unsaved else "")
        if self._search.text() != state.query:
            with QSignalBlocker(self._search):
                self._search.setText(state.query)
        if state.nodes is not self._drawn[0]:
            self.tree.show_nodes(state.nodes, searching=bool(state.query.strip()))
        made = self._presenter.units.state.selected
        self.tree.select(made if self.tree.nodes.index_of(made).isValid() else state.unit)
        self._filling = True
        if state.rows is not self._drawn[1]:
            self.table.set_rows(state.rows)
        chosen = self._presenter.people.state.selected if state.editing == "person" else ""
        row = self.table.selected_row()
        if (row["id"] if row else "") != chosen:
            self.table.select(chosen)
        self._filling = False
        self._drawn = (state.nodes, state.rows)
        self._draw_words()
        self.editors.setCurrentWidget(self.person_card if state.editing == "person" else self.unit_card)

    def _draw_words(self) -> None:
        state = self._presenter.state
        empty = ""
        if not state.nodes:
            empty = text("ui.spinner.working", self._language) if not state.loaded else self._t("no_units")
            if state.query.strip() and state.loaded:
                empty = text("ui.search.none", self._language)
        self._empty.setText(empty)
        self._empty.setVisible(bool(empty) and not state.problem)
        self._people.title.setText(self._t("people_of", unit=state.unit_name) if state.unit_name else " ")
        self._people.title.setToolTip(state.unit_path)
        nobody = "" if state.rows or not state.unit else self._t("nobody_below" if state.with_below else "nobody")
        self._nobody.setText(nobody if state.sees_people else self._t("people_hidden"))
        self._nobody.setVisible(bool(self._nobody.text()))
        self.table.setVisible(state.sees_people)
        self._below.setEnabled(state.sees_people)
        self._show_unit.setVisible(state.editing == "person")
        self._add_unit.setEnabled(state.may_add_unit)
        self._add_unit.setToolTip("" if state.may_add_unit else self._t("add_locked"))
        self._add_person.setEnabled(state.may_add_person)
        self._add_person.setToolTip("" if state.may_add_person else self._t("add_locked"))
        self._export.setVisible(state.sees_people)
        self._import.setVisible(state.may_import)

    def _draw_head(self) -> None:
        state = self._presenter.exchange.state
        self._busy.setVisible(state.step == "exporting")
        self._export.setEnabled(not state.busy)
        self._import.setEnabled(state.step != "exporting")
        # The window for bringing in says its own; what it began may end after it was closed.
        tone = "error" if state.problem else "ok"
        self._told.show_words("" if self._importing else state.problem or state.told, tone)

    def _open_import(self) -> None:
        dialog = ImportDialog(self.window(), self._presenter.exchange, self._language)
        dialog.finished.connect(self._import_closed)
        self._importing = True
        self._draw_head()
        dialog.open()

    def _import_closed(self, result: int) -> None:
        self._importing = False
        self._draw_head()

    def _ask_export(self) -> None:
        dialog = QFileDialog(self, self._t("export_title"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(text("organisation.exchange.files", self._language))
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile(text("organisation.file", self._language) + ".xlsx")
        dialog.fileSelected.connect(lambda name: self._presenter.exchange.export(Path(name)))
        dialog.open()
