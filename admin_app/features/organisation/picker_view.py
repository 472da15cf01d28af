"""Choosing the unit above, or the unit somebody is in.

place_dialog place_search place_tree place_ok place_cancel place_empty
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from admin_app.bars_view import search_line
from admin_app.features.organisation.tree import Node
from admin_app.features.organisation.tree_view import NodesTree
from admin_app.parts_view import label, named, pad, size
from shared.i18n import text
from shared.ui.widgets import button


class PlaceDialog(QDialog):
    """Does not block; ``nodes(query)`` gives what can be chosen, ``take(key)`` hears what was."""

    def __init__(
        self, parent: QWidget, title: str, chosen: str, nodes: Callable[[str], Sequence[Node]],
        take: Callable[[str], object], language: str,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("place_dialog")
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(size("text_body") * 40, size("text_body") * 40)
        self._nodes = nodes
        self._take = take
        self._search = search_line("place_search", text("organisation.page.search_units", language))
        self._tree = NodesTree("place_tree", (text("organisation.page.units", language), ""))
        self._tree.setHeaderHidden(True)
        self._empty = label(text("ui.search.none", language), "muted", name="place_empty")
        self._ok = named(button(text("organisation.page.choose", language), "check", "primary", self._done), "place_ok")
        self._ok.setDefault(True)
        cancel = named(button(text("ui.action.cancel", language), on_click=self.close), "place_cancel")
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._ok)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        column.addWidget(label(text("organisation.page.choose_facts", language), "muted", wrap=True))
        column.addWidget(self._search)
        column.addWidget(self._tree, 1)
        column.addWidget(self._empty)
        column.addLayout(row)
        self._search.textChanged.connect(self._fill)
        self._tree.chosen.connect(lambda key: self._ok.setEnabled(True))
        self._tree.taken.connect(lambda key: self._done())
        self._fill("")
        self._tree.select(chosen)
        self._ok.setEnabled(bool(self._tree.current_key))
        self._search.setFocus()

    def _fill(self, query: str) -> None:
        nodes = self._nodes(query)
        self._tree.show_nodes(nodes, searching=bool(query.strip()))
        self._empty.setVisible(not nodes)
        self._ok.setEnabled(bool(self._tree.current_key))

    def _done(self) -> None:
        key = self._tree.current_key
        if key:
            self.close()
            self._take(key)
