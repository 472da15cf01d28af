"""Choosing several terminals: by name, place and kind.

<prefix>_search <prefix>_<kind> <prefix>_all <prefix>_none <prefix>_terminals
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from admin_app.bars_view import search_line
from admin_app.parts_view import label, named, pad, size
from shared.domain.search import Lists
from shared.i18n import text
from shared.ui.widgets import button

_ID, _KIND = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1


class TerminalChoice(QWidget):
    """``terminals``: (id, name, kind, place) in the order shown; ``checked``: whether all are chosen at first."""

    changed = Signal()

    def __init__(
        self, prefix: str, terminals: Iterable[tuple[str, str, str, str]], kinds: Sequence[str], language: str, *,
        checked: bool,
    ) -> None:  # fmt: skip
        super().__init__()
        self._language, terminals = language, tuple(terminals)
        self._names = Lists({one[0]: [one[1], one[3]] for one in terminals})
        self.count = label("", "lead")
        search = search_line(f"{prefix}_search", text("admin.choosing.search", language))
        search.textChanged.connect(self._look_for)
        row = QHBoxLayout()
        pad(row, gap="space_m")
        row.addWidget(search, 1)
        self._kinds = {}
        for kind in kinds:
            box = QCheckBox(text(f"admin.devices.kind_{kind}", language))
            box.setObjectName(f"{prefix}_{kind}")
            box.clicked.connect(lambda checked, kind=kind: self._check(checked, kind))
            box.setEnabled(any(one[2] == kind for one in terminals))
            self._kinds[kind] = box
            row.addWidget(box)
        head = QHBoxLayout()
        pad(head)
        head.addWidget(self.count, 1)
        for name, checks in (("all", True), ("none", False)):
            words = text(f"admin.choosing.{name}", language)
            head.addWidget(
                named(button(words, on_click=partial(self._check, checks)), f"{prefix}_{name}")
            )  # fmt: skip
        self._list = QListWidget()
        self._list.setObjectName(f"{prefix}_terminals")
        self._list.setAccessibleName(text("admin.choosing.list", language))
        self._list.setMinimumHeight(size("touch_target") * 4)
        for id_, name, kind, place in terminals:
            item = QListWidgetItem(" · ".join(part for part in (name, place) if part), self._list)
            item.setData(_ID, id_)
            item.setData(_KIND, kind)
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
        column = QVBoxLayout(self)
        pad(column)
        column.addLayout(head)
        column.addLayout(row)
        column.addWidget(self._list, 1)
        self._list.itemChanged.connect(lambda _: self._follow())
        self._follow()

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Id and words of each."""
        return [(str(item.data(_ID)), item.text()) for item in self._checked()]

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(place) for place in range(self._list.count())]

    def _checked(self) -> list[QListWidgetItem]:
        return [item for item in self._items() if item.checkState() == Qt.CheckState.Checked]

    def _look_for(self, words: str) -> None:
        found = self._names.find(words).keys if words.strip() else None
        for item in self._items():
            item.setHidden(found is not None and item.data(_ID) not in found)

    def _check(self, checks: bool, kind: str = "") -> None:
        """Of what is listed now."""
        self._list.blockSignals(True)
        for item in self._items():
            if not item.isHidden() and kind in ("", item.data(_KIND)):
                item.setCheckState(Qt.CheckState.Checked if checks else Qt.CheckState.Unchecked)
        self._list.blockSignals(False)
        self._list.viewport().update()
        self._follow()

    def _follow(self) -> None:
        chosen = self._checked()
        for kind, box in self._kinds.items():
            box.setChecked(any(item.data(_KIND) == kind for item in chosen))
        self.count.setText(text("admin.choosing.count", self._language, n=len(chosen)))
        self.changed.emit()
