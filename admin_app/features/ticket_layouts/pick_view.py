"""Choosing several of many: a list with boxes to tick and a search over it, and a form's field that opens it.

<name> <name>_search <name>_list <name>_cancel <name>_go
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from admin_app.bars_view import search_line
from admin_app.parts_view import Dialog, label, named, pad, size
from shared.domain.search import Lists
from shared.i18n import text
from shared.ui.widgets import button
from shared.ui.widgets.form import PickedField

ID = Qt.ItemDataRole.UserRole
# Fewer are found faster with the eye.
SEARCHED_FROM = 10
Choices = Sequence[tuple[str, str]]


class PickDialog(Dialog):
    """``picked`` gets the keys that are ticked, in the order of the choices. Does not block."""

    def __init__(
        self, parent: QWidget, name: str, title: str, fact: str, choices: Choices, chosen: Sequence[str],
        picked: Callable[[list[str]], object], language: str,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(size("text_body") * 34)
        self._picked = picked
        # Made when something is looked for.
        self._lists: Lists[object] | None = None
        self._list = QListWidget()
        self._list.setObjectName(f"{name}_list")
        self._list.setAccessibleName(title)
        self._list.setMinimumHeight(size("touch_target") * min(10, len(choices) + 1))
        for key, words in choices:
            item = QListWidgetItem(words)
            item.setData(ID, key)
            item.setToolTip(words)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in chosen else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        column = QVBoxLayout(self)
        pad(column, "space_l", "space_m")
        column.addWidget(label(title, "title", wrap=True))
        if fact:
            column.addWidget(label(fact, wrap=True))
        if len(choices) >= SEARCHED_FROM:
            search = search_line(f"{name}_search", text("ticket_layouts.search", language))
            search.textChanged.connect(self._show_found)
            column.addWidget(search)
        column.addWidget(self._list, 1)
        row = QHBoxLayout()
        pad(row)
        row.addStretch(1)
        row.addWidget(named(button(text("ui.action.cancel", language), on_click=self.close), f"{name}_cancel"))
        go = named(button(text("ticket_layouts.take", language), "check", "primary", self._take), f"{name}_go")
        go.setDefault(True)
        row.addWidget(go)
        column.addLayout(row)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(n) for n in range(self._list.count())]

    def _show_found(self, words: str) -> None:
        if self._lists is None:
            self._lists = Lists({item.data(ID): (item.text(),) for item in self._items()})
        found = self._lists.find(words).keys
        for item in self._items():
            item.setHidden(item.data(ID) not in found)

    def _take(self) -> None:
        self.close()
        self._picked([str(one.data(ID)) for one in self._items() if one.checkState() == Qt.CheckState.Checked])


class PickField(PickedField):
    """Its value is the chosen keys with blanks between; what is chosen and no longer there stays, as ``gone``."""

    def __init__(self, name: str, title: str, none: str, choices: Choices, language: str) -> None:
        self._choices, self._none, self._language, self._title = tuple(choices), none, language, title
        super().__init__(self._named)
        self.setObjectName(name)
        self.clicked.connect(self._open)
        self.refresh()

    def set_choices(self, choices: Choices) -> None:
        self._choices = tuple(choices)
        self.refresh()

    def _named(self, value: str) -> str:
        names = dict(self._choices)
        gone = text("ticket_layouts.gone", self._language)
        shown = [names.get(key, gone) for key in value.split()]
        return text("ticket_layouts.separator", self._language).join(dict.fromkeys(shown)) or self._none

    def _open(self) -> None:
        chosen = self.value.split()
        gone = text("ticket_layouts.gone", self._language)
        known = dict(self._choices)
        choices = [*self._choices, *((key, gone) for key in chosen if key not in known)]
        PickDialog(
            self.window(), f"{self.objectName()}_pick", self._title, "", choices, chosen,
            lambda keys: self.set_value(" ".join(keys)), self._language,
        ).open()  # fmt: skip
