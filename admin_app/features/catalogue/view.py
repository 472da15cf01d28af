"""Services, their checklists, counters and number formats, each on its tab.

page_catalogue catalogue_tabs (the views of the tabs list the rest) catalogue_toast service_checklist
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from admin_app.features.catalogue.checklists_view import ChecklistsTab
from admin_app.features.catalogue.counters_view import CountersTab
from admin_app.features.catalogue.numbering_view import NumberingTab
from admin_app.features.catalogue.presenter import CataloguePresenter
from admin_app.features.catalogue.services_view import ServicesTab
from admin_app.parts_view import label, named, pad
from shared.i18n import text
from shared.ui.theme.widgets import mark
from shared.ui.widgets import Toast, button


class CataloguePage(QWidget):
    """Four tabs, three of them editors."""

    def __init__(self, presenter: CataloguePresenter, language: str) -> None:
        super().__init__()
        self.setObjectName("page_catalogue")
        self._presenter = presenter
        self._language = language
        self.services = ServicesTab(presenter.services, language)
        self.counters = CountersTab(presenter, language)
        self._tabs = QTabWidget()
        self._tabs.setObjectName("catalogue_tabs")
        mark(self._tabs, "plain")
        self._tabs.addTab(self.services, text("admin.nav.services", language))
        self.checklists = ChecklistsTab(presenter.checklists, language)
        self._tabs.addTab(self.checklists, text("materials.tab", language))
        self._tabs.addTab(self.counters, text("admin.nav.counters", language))
        self.numbering = NumberingTab(presenter.numbering, language)
        self._tabs.addTab(self.numbering, text("numbering.tab", language))
        # What a service asks for is looked for where the service is.
        to_list = button(text("materials.tab", language), "list", "quiet", self._open_checklist)
        self._to_list = named(to_list, "service_checklist")
        self.services.editor.head.addWidget(self._to_list)
        self._unsaved = label("", "warn", name="catalogue_unsaved")
        head = QHBoxLayout()
        pad(head)
        head.addWidget(label(text("admin.nav.catalogue", language), "title"))
        head.addStretch(1)
        head.addWidget(self._unsaved)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_s")
        column.addLayout(head)
        column.addWidget(self._tabs, 1)
        self._toast = Toast(self, language)
        self._toast.setObjectName("catalogue_toast")
        for tab in (self.services, self.counters, self.checklists):
            tab.editor.told.connect(self._toast.show_message)
        presenter.services.state_changed.connect(self.checklists.draw)
        presenter.services.state_changed.connect(self._draw_link)
        presenter.target_wanted.connect(self._show_kind)
        presenter.state_changed.connect(self._draw)
        self._draw()
        self._draw_link()

    def open_target(self, target: str) -> None:
        self._presenter.go(target)

    def _show_kind(self, kind: str) -> None:
        others: dict[str, QWidget] = {"counter": self.counters, "materials": self.checklists}
        self._tabs.setCurrentWidget(others.get(kind, self.services))

    def _open_checklist(self) -> None:
        self._presenter.go(f"materials:{self._presenter.services.state.selected}")

    def _draw_link(self) -> None:
        chosen = self._presenter.services.current
        self._to_list.setVisible(chosen is not None and chosen.ticketable)

    def _draw(self) -> None:
        unsaved = self._presenter.state.unsaved
        self._unsaved.setText(text("admin.catalogue.unsaved_n", self._language, n=unsaved) if unsaved else "")
