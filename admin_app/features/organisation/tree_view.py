"""A tree over plain nodes: keeps what is open, chosen and looked at when its content changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeView

from admin_app.features.organisation.tree import Node
from admin_app.parts_view import size
from shared.ui.icons import icon
from shared.ui.theme.widgets import colour

Index = QModelIndex | QPersistentModelIndex
KEY_ROLE = Qt.ItemDataRole.UserRole


class NodesModel(QAbstractItemModel):
    """Nodes as a model of two columns: words and a number."""

    def __init__(self, heads: tuple[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._heads = heads
        self.nodes: tuple[Node, ...] = ()
        self._place: dict[str, int] = {}
        self._children: list[list[int]] = [[]]
        self._rows: list[int] = []
        self._parents: list[int] = []

    def set_nodes(self, nodes: Sequence[Node]) -> bool:
        """Whether the shape has changed; else the rows are only written anew."""
        shape = [(node.key, node.parent) for node in nodes]
        if shape == [(node.key, node.parent) for node in self.nodes]:
            changed = [n for n, pair in enumerate(zip(self.nodes, nodes, strict=True)) if pair[0] != pair[1]]
            self.nodes = tuple(nodes)
            for number in changed:
                first = self._index(number)
                self.dataChanged.emit(first, first.siblingAtColumn(1))
            return False
        self.beginResetModel()
        self.nodes = tuple(nodes)
        self._place = {node.key: number for number, node in enumerate(nodes)}
        # Number 0 is the invisible top.
        self._children = [[] for _ in range(len(nodes) + 1)]
        self._rows, self._parents = [], []
        for number, node in enumerate(nodes):
            above = self._place.get(node.parent, -1)
            self._parents.append(above)
            self._rows.append(len(self._children[above + 1]))
            self._children[above + 1].append(number)
        self.endResetModel()
        return True

    def node(self, index: Index) -> Node | None:
        return self.nodes[index.internalId()] if index.isValid() else None

    def index_of(self, key: str) -> QModelIndex:
        """Where a node stands; invalid when it is not there."""
        number = self._place.get(key)
        return QModelIndex() if number is None else self._index(number)

    def _index(self, number: int, column: int = 0) -> QModelIndex:
        return self.createIndex(self._rows[number], column, number)

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        inside = self._children[parent.internalId() + 1 if parent.isValid() else 0]
        return self._index(inside[row], column) if 0 <= row < len(inside) and 0 <= column < 2 else QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> Any:  # noqa: B008
        above = self._parents[index.internalId()] if index.isValid() else -1
        return self._index(above) if above >= 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        if parent.column() > 0:
            return 0
        return len(self._children[parent.internalId() + 1 if parent.isValid() else 0])

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self.node(index)
        if node is None or not node.offered:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        node = self.node(index)
        if node is None:
            return None
        first = index.column() == 0
        if role == Qt.ItemDataRole.DisplayRole:
            return node.words if first else node.count
        if role == Qt.ItemDataRole.ToolTipRole and first:
            return node.words
        if role == KEY_ROLE:
            return node.key
        if role == Qt.ItemDataRole.ForegroundRole and (node.tone == "retired" or not node.offered):
            return colour("faint")
        if role == Qt.ItemDataRole.DecorationRole and first and node.tone == "draft":
            return icon("pencil", colour("warn").name())
        if role == Qt.ItemDataRole.TextAlignmentRole and not first:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return self._heads[section] if role == Qt.ItemDataRole.DisplayRole else None


class NodesTree(QTreeView):
    """``chosen(key)`` when a person chooses a node; ``taken(key)`` for a double click or Return."""

    chosen = Signal(str)
    taken = Signal(str)

    def __init__(self, name: str, heads: tuple[str, str]) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(heads[0])
        self.nodes = NodesModel(heads, self)
        self.setModel(self.nodes)
        # One height for all rows: a tree of thousands is laid out without asking each of them.
        self.setUniformRowHeights(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        # Names of one authority begin alike and differ at their end.
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setIndentation(size("space_l"))
        head = self.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
        self.setColumnWidth(1, size("text_body") * 5)
        self._open: set[str] = set()
        self._searching = self._quiet = self._begun = False
        self.expanded.connect(lambda index: self._remember(index, True))
        self.collapsed.connect(lambda index: self._remember(index, False))
        self.selectionModel().currentChanged.connect(self._current)
        self.activated.connect(lambda index: self.taken.emit(str(index.data(KEY_ROLE))))

    @property
    def current_key(self) -> str:
        return str(self.currentIndex().data(KEY_ROLE) or "")

    def show_nodes(self, nodes: Sequence[Node], *, searching: bool = False) -> None:
        """New content; a search opens all it found, and its end brings back what was open before."""
        place, key = self.verticalScrollBar().value(), self.current_key
        ended, self._quiet = self._searching and not searching, True
        self._searching = searching
        try:
            if not self.nodes.set_nodes(nodes) and not ended:
                return
            if searching:
                self.expandAll()
            else:
                self._reopen(nodes)
            self.setCurrentIndex(self.nodes.index_of(key))
            self.doItemsLayout()
            self.verticalScrollBar().setValue(place)
        finally:
            self._quiet = False
        if ended:
            self.scrollTo(self.currentIndex())

    def select(self, key: str) -> None:
        """Make it current and visible, unless it is already."""
        if key != self.current_key:
            self._quiet = True
            index = self.nodes.index_of(key)
            self.setCurrentIndex(index)
            self._quiet = False
            if index.isValid():
                self.scrollTo(index)

    def _reopen(self, nodes: Sequence[Node]) -> None:
        if not self._begun and nodes:
            self._begun = True
            known = {node.key for node in nodes}
            self._open = {node.key for node in nodes if node.parent not in known}
        self.collapseAll()
        for key in self._open:
            index = self.nodes.index_of(key)
            if index.isValid():
                self.setExpanded(index, True)

    def _remember(self, index: QModelIndex, is_open: bool) -> None:
        if self._searching or self._quiet:
            return
        key = str(index.data(KEY_ROLE))
        if is_open:
            self._open.add(key)
        else:
            self._open.discard(key)

    def _current(self, now: QModelIndex, before: QModelIndex) -> None:
        if not self._quiet and now.isValid():
            self.chosen.emit(str(now.data(KEY_ROLE)))
