"""The lists of tickets in the side bar."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from counter_app.features.queueing.state import TicketLine
from counter_app.parts_view import size
from shared.ui.theme.widgets import colour
from shared.ui.widgets import Column, RowsModel

Index = QModelIndex | QPersistentModelIndex


class _LinesModel(RowsModel):
    """The whole line as tool tip: full service, holder, note."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if index.isValid() and role == Qt.ItemDataRole.ToolTipRole:
            return self.rows[index.row()]["hint"]
        return super().data(index, role)


class TicketTable(QTableView):
    """Number, service, wait. With ``callable_rows`` a double click or Enter asks to call the ticket."""

    call_wanted = Signal(str)

    def __init__(self, name: str, empty_words: str, *, callable_rows: bool) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(empty_words)
        self._empty = empty_words
        self._lines: tuple[TicketLine, ...] = ()
        self._rows = _LinesModel((Column("number", ""), Column("service", ""), Column("waited", "", right=True)), self)
        self.setModel(self._rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(size("touch_target"))
        head = self.horizontalHeader()
        head.hide()
        head.setMinimumSectionSize(size("touch_key"))
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        if callable_rows:
            # Not `activated`: on some desktops that is a single click, and a call must not be one.
            self.doubleClicked.connect(self._wanted)
            for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                enter = QShortcut(QKeySequence(key), self)
                enter.setContext(Qt.ShortcutContext.WidgetShortcut)
                enter.activated.connect(lambda: self._wanted(self.currentIndex()))

    def _wanted(self, index: QModelIndex) -> None:
        if index.isValid():
            self.call_wanted.emit(self._lines[index.row()].id)

    def show_lines(self, lines: Sequence[TicketLine]) -> None:
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        self._rows.set_rows(
            [{"number": x.number, "service": x.service, "waited": x.waited, "hint": x.hint} for x in self._lines]
        )

    def chosen(self) -> str:
        """The id of the selected ticket; empty when none is."""
        rows = self.selectionModel().selectedRows()
        return self._lines[rows[0].row()].id if rows and rows[0].row() < len(self._lines) else ""

    def numbers(self) -> list[str]:
        """The numbers from top to bottom."""
        return [line.number for line in self._lines]

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._lines:
            painter = QPainter(self.viewport())
            painter.setPen(colour("muted"))
            painter.drawText(self.viewport().rect(), int(Qt.AlignmentFlag.AlignCenter), self._empty)
            painter.end()
