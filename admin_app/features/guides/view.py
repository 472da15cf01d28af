"""Guides with what each says, departments, files, the item system; each on its tab.

page_guides guides_tabs guides_problem guides_told guides_reload guides_table guides_retired guides_empty guide_title
guide_parts guide_service guide_retire guide_fed guide_new guide_write department_tab (``departments_view``,
``writing_view``, ``bringing_view`` list the rest)
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from admin_app.bars_view import SideBySide, choice
from admin_app.features.guides.bringing import BringingPresenter
from admin_app.features.guides.bringing_view import FileTab
from admin_app.features.guides.departments_view import DepartmentsTab
from admin_app.features.guides.presenter import GuidesPresenter
from admin_app.features.guides.source_view import SourceTab
from admin_app.features.guides.writing_view import WritingPanel
from admin_app.parts_view import Banner, Card, clear, label, named, pad, size
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Column, SearchableTable, button


class GuidesPage(QWidget):
    def __init__(self, presenter: GuidesPresenter, bringing: BringingPresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_guides")
        self._presenter, self._bringing, self._language = presenter, bringing, language
        self._shown: tuple[tuple[str, str], ...] | None = None
        self._services: tuple[tuple[str, str], ...] = ()
        self._problem, self._told = Banner("guides_problem"), Banner("guides_told")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(self._t("title"), "title"), 1)
        head.addWidget(named(button(self._t("reload"), "refresh", on_click=self._reload), "guides_reload"))
        self._tabs = QTabWidget()
        self._tabs.setObjectName("guides_tabs")
        mark(self._tabs, "plain")
        self._tabs.addTab(self._guides_tab(), self._t("tab_guides"))
        self._tabs.addTab(DepartmentsTab(presenter.departments, language), self._t("tab_departments"))
        self._file, self._source = FileTab(bringing, language), SourceTab(bringing, language)
        self._tabs.addTab(self._file, self._t("tab_file"))
        self._tabs.addTab(self._source, self._t("tab_source"))
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addLayout(head)
        for part in (self._problem, self._told):
            column.addWidget(part)
        column.addWidget(self._tabs, 1)
        presenter.state_changed.connect(self._draw)
        presenter.writer.state_changed.connect(self._draw)
        bringing.state_changed.connect(self._draw)
        presenter.changed.connect(bringing.refresh)
        self._draw()

    def open_target(self, target: str) -> None:
        """There is nothing on this page to go to."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reload()

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.page.{key}", self._language, **params)

    def _reload(self) -> None:
        self._presenter.load()
        if self._presenter.state.may_import:
            self._bringing.load()

    def _guides_tab(self) -> QWidget:
        language, letter = self._language, size("text_body")
        columns = [
            Column("name", self._t("name"), width=letter * 12),
            Column("department", self._t("department"), width=letter * (6 if language == "zh-CN" else 10)),
            Column("audience", self._t("audience"), width=letter * 7),
            Column("promised", self._t("promised"), width=letter * 8),
            Column("state", self._t("state"), width=letter * 6, tone=lambda row: str(row["tone"])),
            Column("code", self._t("code")),
        ]
        self.table = SearchableTable(columns, "guides", language=self._language)
        self.table.setObjectName("guides_table")
        self.table.row_selected.connect(self._chosen)
        self._retired = QCheckBox(self._t("with_retired"))
        self._retired.setObjectName("guides_retired")
        self._retired.toggled.connect(self._presenter.show_retired)
        self._empty = label(self._t("empty"), "muted", wrap=True, name="guides_empty")
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        left = Card()
        above = QHBoxLayout()
        pad(above)
        self._new = named(button(self._t("new"), "plus", on_click=self._presenter.writer.add), "guide_new")
        above.addWidget(self._retired, 1)
        above.addWidget(self._new)
        left.body.addLayout(above)
        left.body.addWidget(self._empty, 1)
        left.body.addWidget(self.table, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(SideBySide(left, self._one_card(), (5, 3)))
        self._stack.addWidget(WritingPanel(self._presenter.writer, language))
        return self._stack

    def _chosen(self, row: dict[str, Any] | None) -> None:
        key = str(row["id"]) if row else ""
        if key.startswith("new"):
            # Begun and not sent yet: there is nothing to look at but the sheet itself.
            self._presenter.writer.open(key)
        else:
            self._presenter.select(key)

    def _rows(self) -> list[dict[str, Any]]:
        """With what was written and not sent."""
        state, writer = self._presenter.state, self._presenter.writer

        def drafted(name: str) -> str:
            return text("admin.editing.is_drafted", self._language, name=name)

        found = [row | {"name": drafted(row["name"])} if row["id"] in state.drafted else row for row in state.rows]
        for key in sorted(one for one in state.drafted if one.startswith("new")):
            name = writer.draft_name(key) or text("guides.editor.new", self._language)
            found.append({"id": key, "name": drafted(name), "tone": "busy", "state": ""})
        return found

    def _one_card(self) -> Card:
        card = Card()
        self._title = label("", "lead", wrap=True, name="guide_title")
        self._fed = label(self._t("fed"), "muted", wrap=True, name="guide_fed")
        inside = QWidget()
        inside.setObjectName("guide_parts")
        self._parts = QVBoxLayout(inside)
        pad(self._parts, gap="space_s")
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._scroll = scroll
        self._link_row = QWidget()
        row = QHBoxLayout(self._link_row)
        pad(row)
        self._service = choice("guide_service", self._t("service"), [], self._link)
        self._service.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._service.setMinimumContentsLength(12)
        self._retire = named(button("", on_click=self._ask_retire), "guide_retire")
        row.addWidget(label(self._t("service")))
        row.addWidget(self._service, 1)
        self._write = named(button(self._t("write"), "pencil", "primary", self._begin_writing), "guide_write")
        row.addWidget(self._retire)
        row.addWidget(self._write)
        card.body.addWidget(self._title)
        card.body.addWidget(self._fed)
        card.body.addWidget(scroll, 1)
        card.body.addWidget(self._link_row)
        return card

    def _link(self) -> None:
        self._presenter.link_with(str(self._service.currentData() or ""))

    def _begin_writing(self) -> None:
        self._presenter.writer.open(self._presenter.state.selected)

    def _ask_retire(self) -> None:
        self._presenter.retire(not self._presenter.state.retired)

    def _draw(self) -> None:
        state, brought = self._presenter.state, self._bringing.state
        self._problem.show_words(state.problem or brought.problem)
        self._told.show_words(state.told or brought.told, "ok")
        for place in (2, 3):
            self._tabs.setTabVisible(place, state.may_import)
        rows = self._rows()
        self._stack.setCurrentIndex(1 if self._presenter.writer.state.selected else 0)
        self._new.setVisible(state.may_change)
        self.table.set_rows(rows)
        words = self._t("empty") if state.loaded else text("ui.spinner.working", self._language)
        self._empty.setText("" if state.problem else words)
        self._empty.setVisible(not rows)
        self.table.setVisible(bool(rows))
        self._title.setText(state.title or self._t("choose"))
        self._fed.setVisible(bool(state.title) and state.fed)
        self._scroll.setVisible(bool(state.parts))
        self._link_row.setVisible(bool(state.title) and state.may_change)
        self._retire.setText(self._t("back" if state.retired else "retire"))
        self._retire.setVisible(not state.fed)
        self._draw_services(state.services, state.service_id)
        self._draw_parts(state.parts)

    def _draw_services(self, services: tuple[tuple[str, str], ...], chosen: str) -> None:
        if services != self._services:
            self._services = services
            self._service.clear()
            for key, words in (("", self._t("no_service")), *services):
                self._service.addItem(words, key)
        self._service.setCurrentIndex(max(0, self._service.findData(chosen)))

    def _draw_parts(self, parts: tuple[tuple[str, str], ...]) -> None:
        if parts == self._shown:
            return
        self._shown = parts
        clear(self._parts)
        for title, body in parts:
            if title:
                self._parts.addWidget(label(title, "lead"))
            self._parts.addWidget(label(body, wrap=True))
        self._parts.addStretch(1)
        self._scroll.verticalScrollBar().setValue(0)
