"""What can be permitted, as a tree with boxes to tick: resources, below them what can be done with them.

permission_tree permission_count
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from admin_app.features.access.presenter import permission_words, resource_words
from admin_app.parts_view import label, pad, size
from shared.i18n import text
from shared.schemas.access import PermissionRow
from shared.ui.theme.widgets import colour

KEY_ROLE = Qt.ItemDataRole.UserRole
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class PermissionTree(QWidget):
    """``changed(list of keys)`` when a box is ticked; a resource's box ticks all below it that may be."""

    changed = Signal(list)

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language
        self._rows: tuple[PermissionRow, ...] = ()
        self._leaves: dict[str, QTreeWidgetItem] = {}
        self._branches: dict[str, QTreeWidgetItem] = {}
        self._chosen: frozenset[str] = frozenset()
        self._blocked: dict[str, str] = {}
        self._locked = True
        self._count = label("", "muted", name="permission_count")
        self.tree = QTreeWidget()
        self.tree.setObjectName("permission_tree")
        self.tree.setAccessibleName(self._t("permissions"))
        self.tree.setHeaderLabels([self._t("permission"), self._t("means")])
        self.tree.setUniformRowHeights(True)
        self.tree.setMinimumHeight(size("touch_target") * 7)
        head = self.tree.header()
        head.setStretchLastSection(True)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        self.tree.setColumnWidth(0, size("text_body") * 22)
        self.tree.itemChanged.connect(self._ticked)
        row = QHBoxLayout()
        pad(row)
        row.addWidget(label(self._t("permissions"), "lead"))
        row.addWidget(self._count, 1)
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(row)
        column.addWidget(self.tree, 1)

    def show_permissions(
        self, rows: tuple[PermissionRow, ...], chosen: Collection[str], blocked: Mapping[str, str], *, locked: bool
    ) -> None:
        """Tick these; keys this server does not know stay chosen unseen. ``blocked``: key → why it can't be ticked."""
        if rows != self._rows:
            self._rows = rows
            self._fill()
        self._chosen, self._blocked, self._locked = frozenset(chosen), dict(blocked), locked
        self._draw()

    def _t(self, key: str, **params: object) -> str:
        return text(f"roles.{key}", self._language, **params)

    def _fill(self) -> None:
        with QSignalBlocker(self.tree):
            self.tree.clear()
            self._leaves, self._branches = {}, {}
            for row in self._rows:
                leaf = QTreeWidgetItem()
                name, _ = permission_words(row, self._language)
                leaf.setText(0, name)
                leaf.setData(0, KEY_ROLE, row.key)
                self._branch(row.resource).addChild(leaf)
                self._leaves[row.key] = leaf
        self.tree.expandAll()

    def _branch(self, resource: str) -> QTreeWidgetItem:
        if resource not in self._branches:
            branch = self._branches[resource] = QTreeWidgetItem()
            branch.setText(0, resource_words(resource, self._language))
            branch.setData(0, KEY_ROLE, resource)
            above = resource.rpartition(".")[0]
            if above:
                self._branch(above).addChild(branch)
            else:
                font = branch.font(0)
                font.setBold(True)
                branch.setFont(0, font)
                self.tree.addTopLevelItem(branch)
        return self._branches[resource]

    def _draw(self) -> None:
        seen, tickable = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable, Qt.ItemFlag.ItemIsUserCheckable
        own = Qt.ItemFlag.NoItemFlags if self._locked else tickable
        with QSignalBlocker(self.tree):
            for branch in self._branches.values():
                branch.setFlags(seen | own | Qt.ItemFlag.ItemIsAutoTristate)
            for row in self._rows:
                leaf, reason = self._leaves[row.key], "" if self._locked else self._blocked.get(row.key, "")
                _, means = permission_words(row, self._language)
                words = self._t(f"blocked_{reason}") if reason else means
                leaf.setText(1, words)
                leaf.setToolTip(0, words)
                leaf.setToolTip(1, words)
                leaf.setForeground(1, colour("warn" if reason else "muted"))
                leaf.setFlags(Qt.ItemFlag.ItemIsSelectable if reason else seen | own)
                leaf.setCheckState(0, _ON if row.key in self._chosen else _OFF)
        self.tree.viewport().update()
        known = self._chosen & self._leaves.keys()
        self._count.setText(self._t("count", n=len(known), total=len(self._leaves)))

    def _ticked(self) -> None:
        boxes = {key for key, leaf in self._leaves.items() if leaf.checkState(0) == _ON}
        # A resource's box reaches also what may not be ticked.
        allowed = boxes - (self._blocked.keys() - self._chosen)
        unseen = self._chosen - self._leaves.keys()
        wanted = frozenset(allowed | unseen)
        if wanted != self._chosen:
            self._chosen = wanted
            self.changed.emit(sorted(wanted))
        self._draw()
