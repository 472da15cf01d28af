"""Choosing a unit: type a part of its name, its pinyin or its initials, or open the list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, QStringListModel
from PySide6.QtWidgets import QComboBox, QCompleter

from admin_app.parts_view import size
from shared.domain.search import Lists


class UnitBox(QComboBox):
    """``currentData`` is the unit's id as text, "" for the first choice when that is no unit."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(14)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumWidth(size("text_body") * 16)
        # The box's own would look for characters only; one of the line alone shows what we found.
        self._offered = QStringListModel(self)
        self._finder = QCompleter(self._offered, self)
        self._finder.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._finder.activated.connect(self._take)
        self._lists: Lists[int] | None = None
        edit = self.lineEdit()
        assert edit is not None, "an editable choice has a line"
        edit.setCompleter(self._finder)
        edit.textEdited.connect(self._offer)
        edit.editingFinished.connect(self._settle)

    def fill(self, units: Sequence[tuple[UUID, str]], nowhere: str = "") -> None:
        """The choices; ``nowhere`` in words is the first of them. What is chosen stays when it is still there."""
        wanted = ([("", nowhere)] if nowhere else []) + [(str(key), words) for key, words in units]
        if [(self.itemData(n), self.itemText(n)) for n in range(self.count())] == wanted:
            return
        chosen = self.currentData()
        self._lists = None
        with QSignalBlocker(self):
            self.clear()
            for key, words in wanted:
                self.addItem(words, key)
        self.choose(str(chosen or ""))

    def choose(self, unit_id: str) -> None:
        """This unit; the first choice when it is not there."""
        self.setCurrentIndex(max(0, self.findData(unit_id)))
        self._settle()

    def _found(self, typed: str) -> list[int]:
        """The choices that fit, in their order."""
        if self._lists is None:
            self._lists = Lists({n: (self.itemText(n),) for n in range(self.count())})
        return sorted(self._lists.find(typed).keys) if typed.strip() else []

    def _offer(self, typed: str) -> None:
        self._offered.setStringList([self.itemText(n) for n in self._found(typed)])

    def _take(self, words: str) -> None:
        self.setCurrentIndex(self.findText(words))

    def _settle(self) -> None:
        """What was typed is a unit, or what was chosen before stands there again."""
        edit = self.lineEdit()
        typed = edit.text().strip() if edit is not None else ""
        found = self._found(typed)
        exact = self.findText(typed)
        if exact >= 0:
            self.setCurrentIndex(exact)
        elif len(found) == 1:
            self.setCurrentIndex(found[0])
        if edit is not None:
            edit.setText(self.currentText() if self.currentIndex() < 0 else self.itemText(self.currentIndex()))
            edit.setCursorPosition(0)
