"""A day of a calendar, and a table of windows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from admin_app.features.release.rows import COLUMNS, Cells
from admin_app.parts_view import label, named, pad, picture, size
from shared.i18n import text
from shared.ui.theme.widgets import colour
from shared.ui.widgets import button

# Kind of day → fill and ink; the kind also stands there in words.
TONES = {
    "weekday": ("surface", "foreground"),
    "weekend": ("surface_sunken", "muted"),
    "holiday": ("warn_soft", "warn"),
    "adjusted": ("ok_soft", "ok"),
    "special": ("info_soft", "info"),
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SHARES = ("onsite_shares", "booking_shares")


class DayCell(QAbstractButton):
    """A day: its date, its kind in colour and word, lines of what it gives. Chosen by mouse or keyboard."""

    def __init__(self, name: str, lines: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._lines = lines
        self._head, self._kind = "", "weekday"
        self._words: tuple[str, ...] = ()
        self._faint = False

    def show_day(self, head: str, kind: str, words: Sequence[str], *, faint: bool = False) -> None:
        self._head, self._kind, self._words, self._faint = head, kind, tuple(words), faint
        spoken = " ".join([head, *words])
        self.setText(spoken)
        self.setAccessibleName(spoken)
        self.setToolTip("\n".join([head, *words]))
        self.update()

    def sizeHint(self) -> QSize:
        line = self.fontMetrics().lineSpacing()
        return QSize(line * 6, line * (self._lines + 1) + 2 * size("space_s"))

    def minimumSizeHint(self) -> QSize:
        return QSize(size("text_body") * 4, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill, ink = TONES[self._kind]
        chosen = self.isChecked() or self.hasFocus()
        edge = colour("focus" if self.hasFocus() else "primary" if self.isChecked() else "line")
        painter.setPen(QPen(edge, size("border_strong") if chosen else size("border_line")))
        painter.setBrush(colour(fill))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), size("radius_s"), size("radius_s"))
        inside = self.rect().adjusted(size("space_s"), size("space_xs"), -size("space_s"), -size("space_xs"))
        line = self.fontMetrics().lineSpacing()
        font = self.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colour("faint" if self._faint else ink))
        painter.drawText(QRect(inside.x(), inside.y(), inside.width(), line), Qt.AlignmentFlag.AlignLeft, self._head)
        painter.setFont(self.font())
        room = max(1, (inside.height() - line) // line)
        shown = self._words if len(self._words) <= room else (*self._words[: room - 1], "\N{HORIZONTAL ELLIPSIS}")
        for place, words in enumerate(shown, 1):
            cut = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inside.width())
            box = QRect(inside.x(), inside.y() + place * line, inside.width(), line)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft, cut)
        painter.end()


class WindowsTable(QWidget):
    """Windows as rows that are typed; ``edited`` after each change by a person."""

    edited = Signal()

    def __init__(self, name: str, language: str) -> None:
        super().__init__()
        self._language = language
        self._filling = False
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName(name)
        self.table.setHorizontalHeaderLabels([text(f"release.page.column_{one}", language) for one in COLUMNS])
        for place, one in enumerate(COLUMNS):
            if (head := self.table.horizontalHeaderItem(place)) is not None:
                head.setToolTip(text(f"release.page.tip_{one}", language))
            # Times and numbers are short; what channels have for themselves takes the rest.
            mode = QHeaderView.ResizeMode.Stretch if one in SHARES else QHeaderView.ResizeMode.ResizeToContents
            self.table.horizontalHeader().setSectionResizeMode(place, mode)
        self.table.horizontalHeader().setMinimumSectionSize(size("text_body") * 5)
        self.table.setAlternatingRowColors(True)
        self.table.cellChanged.connect(self._changed)
        self.add = named(button(text("release.page.add_row", language), "plus", on_click=self._add), f"{name}_add")
        self.drop = named(
            button(text("release.page.drop_row", language), "trash", "quiet", self._drop), f"{name}_drop"
        )  # fmt: skip
        row = QHBoxLayout()
        pad(row)
        row.addWidget(self.add)
        row.addWidget(self.drop)
        row.addStretch(1)
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(self.table, 1)
        column.addLayout(row)

    def set_rows(self, rows: Sequence[Cells]) -> None:
        self._filling = True
        self.table.setRowCount(len(rows))
        for number, cells in enumerate(rows):
            for place, cell in enumerate(cells):
                self.table.setItem(number, place, QTableWidgetItem(cell))
        self._filling = False

    def rows(self) -> list[Cells]:
        # What is being typed counts too.
        self.table.setCurrentCell(self.table.currentRow(), -1) if self.table.currentRow() >= 0 else None
        return [
            tuple(
                item.text() if (item := self.table.item(row, place)) is not None else ""
                for place in range(len(COLUMNS))
            )
            for row in range(self.table.rowCount())
        ]

    def set_writable(self, writable: bool) -> None:
        triggers = QTableWidget.EditTrigger
        self.table.setEditTriggers(
            triggers.DoubleClicked | triggers.AnyKeyPressed | triggers.SelectedClicked
            if writable
            else triggers.NoEditTriggers
        )
        self.add.setVisible(writable)
        self.drop.setVisible(writable)

    def _add(self) -> None:
        rows = self.rows()
        start = rows[-1][1] if rows else "09:00"
        self.set_rows([*rows, (start, "12:00" if start < "12:00" else "17:00", "30", "", "", "0", "")])
        self.table.setCurrentCell(len(rows), 0)
        self.edited.emit()

    def _drop(self) -> None:
        row = self.table.currentRow()
        rows = self.rows()
        if rows:
            del rows[row if 0 <= row < len(rows) else -1]
            self.set_rows(rows)
            self.edited.emit()

    def _changed(self, row: int, column: int) -> None:
        if not self._filling:
            self.edited.emit()


def finding_line(level: str, words: str) -> QWidget:
    """A finding with its sign; the level also stands in the words."""
    tone = {"error": "error", "warning": "warn"}[level]
    box = QWidget()
    row = QHBoxLayout(box)
    pad(row, gap="space_s")
    sign = label("")
    sign.setPixmap(picture(level, tone, "icon_s"))
    row.addWidget(sign)
    row.addWidget(label(words, tone, wrap=True), 1)
    return box
