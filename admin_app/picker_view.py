"""Choosing services: the tree with boxes to tick, and a search over it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from admin_app.parts_view import label, pad, size
from shared.i18n import text
from shared.schemas.hall import Service
from shared.ui.icons import icon
from shared.ui.theme.widgets import tokens

KEY_ROLE = Qt.ItemDataRole.UserRole


class Listed(Protocol):
    @property
    def items(self) -> tuple[Service, ...]: ...


class Services(Protocol):
    """Whoever has the tree of services as it stands, and finds in it."""

    @property
    def state(self) -> Listed: ...

    def matching(self, query: str, /) -> Collection[str] | None: ...


class ServicePicker(QWidget):
    """``changed(list of ids)`` when a box is ticked; a group's box ticks all below it."""

    changed = Signal(list)

    def __init__(self, services: Services, language: str) -> None:
        super().__init__()
        self._services = services
        self._language = language
        self._nodes: dict[str, QTreeWidgetItem] = {}
        self._drawn: tuple[Service, ...] = ()
        self._chosen: frozenset[str] = frozenset()
        self._locked = False
        self.search = QLineEdit()
        self.search.setObjectName("picker_search")
        self.search.setPlaceholderText(text("admin.catalogue.search_services", language))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("search", str(tokens()["muted"])), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda _: self._show_found())
        self._count = label("", "muted", name="picker_count")
        self._fault = label("", "error", wrap=True, name="picker_fault")
        self._fault.hide()
        self.tree = QTreeWidget()
        self.tree.setObjectName("picker_tree")
        self.tree.setHeaderHidden(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setMinimumHeight(size("touch_target") * 6)
        self.tree.itemChanged.connect(self._ticked)
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(text("admin.catalogue.field_service_ids", language), "lead"))
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(self.search)
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(row)
        column.addWidget(self._fault)
        column.addWidget(self.tree, 1)

    def refuse(self, message: str) -> None:
        """What the server found wrong with the choice; nothing hides it."""
        self._fault.setText(message)
        self._fault.setVisible(bool(message))

    def lock(self, locked: bool) -> None:
        """To be looked at, unfolded and searched, but not ticked."""
        if locked != self._locked:
            self._locked = locked
            with QSignalBlocker(self.tree):
                for node in self._nodes.values():
                    node.setFlags(node.flags() ^ Qt.ItemFlag.ItemIsUserCheckable)

    def show_chosen(self, chosen: Iterable[str]) -> None:
        """Tick these and no others; services that are no longer there stay chosen unseen."""
        items = tuple(item for item in self._services.state.items if not item.retired)
        if items != self._drawn:
            self._drawn = items
            self._fill(items)
        wanted = frozenset(chosen)
        if wanted != self._chosen or self._boxes() != wanted & self._nodes.keys():
            self._chosen = wanted
            with QSignalBlocker(self.tree):
                for key, node in self._nodes.items():
                    if not node.childCount():
                        node.setCheckState(0, Qt.CheckState.Checked if key in wanted else Qt.CheckState.Unchecked)
            self.tree.viewport().update()
        self._count.setText(text("admin.catalogue.chosen", self._language, n=len(wanted)))

    def _fill(self, items: tuple[Service, ...]) -> None:
        open_ = {key for key, node in self._nodes.items() if node.isExpanded()}
        place = self.tree.verticalScrollBar().value()
        with QSignalBlocker(self.tree):
            self.tree.clear()
            self._nodes = {str(item.id): QTreeWidgetItem() for item in items}
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            if not self._locked:
                flags |= Qt.ItemFlag.ItemIsUserCheckable
            for item in items:
                node = self._nodes[str(item.id)]
                node.setText(0, item.name if self._language.startswith("zh") else item.name_en)
                node.setData(0, KEY_ROLE, str(item.id))
                node.setFlags(
                    flags | (Qt.ItemFlag.ItemIsAutoTristate if not item.ticketable else Qt.ItemFlag.NoItemFlags)
                )
                node.setCheckState(0, Qt.CheckState.Unchecked)
                parent = self._nodes.get(str(item.parent_id))
                if parent is not None:
                    parent.addChild(node)
                else:
                    self.tree.addTopLevelItem(node)
        self._show_found(open_)
        self.tree.verticalScrollBar().setValue(place)

    def _show_found(self, open_: Collection[str] = ()) -> None:
        """What the search finds with all above it; without a search, everything, and only ``open_`` unfolded."""
        shown = self._services.matching(self.search.text())
        for key, node in self._nodes.items():
            node.setHidden(shown is not None and key not in shown)
            node.setExpanded(key in (open_ if shown is None else shown))

    def _boxes(self) -> frozenset[str]:
        return frozenset(
            str(item.id)
            for item in self._drawn
            if item.ticketable and self._nodes[str(item.id)].checkState(0) == Qt.CheckState.Checked
        )

    def _ticked(self) -> None:
        ticked = self._boxes()
        unseen = self._chosen - self._nodes.keys()
        if ticked | unseen != self._chosen:
            self._chosen = ticked | unseen
            self.changed.emit(sorted(self._chosen))
