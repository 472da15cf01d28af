"""Choosing a unit: type a part of its name, or open the list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QComboBox, QCompleter

from admin_app.parts_view import size


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
        finder = QCompleter(self.model(), self)
        finder.setFilterMode(Qt.MatchFlag.MatchContains)
        finder.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        finder.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(finder)
        edit = self.lineEdit()
        assert edit is not None, "an editable choice has a line"
        edit.editingFinished.connect(self._settle)

    def fill(self, units: Sequence[tuple[UUID, str]], nowhere: str = "") -> None:
        """The choices; ``nowhere`` in words is the first of them. What is chosen stays when it is still there."""
        wanted = ([("", nowhere)] if nowhere else []) + [(str(key), words) for key, words in units]
        if [(self.itemData(n), self.itemText(n)) for n in range(self.count())] == wanted:
            return
        chosen = self.currentData()
        with QSignalBlocker(self):
            self.clear()
            for key, words in wanted:
                self.addItem(words, key)
        self.choose(str(chosen or ""))

    def choose(self, unit_id: str) -> None:
        """This unit; the first choice when it is not there."""
        self.setCurrentIndex(max(0, self.findData(unit_id)))
        self._settle()

    def _settle(self) -> None:
        """What was typed is a unit, or what was chosen before stands there again."""
        edit = self.lineEdit()
        typed = edit.text().strip() if edit is not None else ""
        found = [n for n in range(self.count()) if typed and typed.casefold() in self.itemText(n).casefold()]
        exact = self.findText(typed)
        if exact >= 0:
            self.setCurrentIndex(exact)
        elif len(found) == 1:
            self.setCurrentIndex(found[0])
        if edit is not None:
            edit.setText(self.currentText() if self.currentIndex() < 0 else self.itemText(self.currentIndex()))
            edit.setCursorPosition(0)
