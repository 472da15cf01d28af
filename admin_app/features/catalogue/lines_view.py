"""The form of a checklist: its documents in order, and everything about the one that is chosen.

lines_table line_add line_remove line_up line_down lines_empty line_<field>
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
)

from admin_app.features.catalogue.checklists import Line, new_line
from admin_app.features.catalogue.rules import Fault
from admin_app.parts_view import label, named, pad, size
from shared.i18n import text
from shared.schemas.booking import MOST_COPIES, MOST_LINES, PAPER_KINDS
from shared.ui.theme.widgets import colour
from shared.ui.widgets import Form, button, max_length, required

FIELDS = (
    "name", "name_en", "required", "originals", "copies", "note", "note_en", "in_advance", "kinds", "largest_mb",
)  # fmt: skip
COLUMNS = ("name", "required", "originals", "copies", "in_advance")
KINDS = {"all": PAPER_KINDS, "pictures": PAPER_KINDS[:2], "pdf": PAPER_KINDS[2:]}
NAME, NOTE, LARGEST_MB = 200, 1000, 10


class LinesForm(Form):
    """Its one value is ``lines``; its fields are those of the chosen document."""

    def __init__(self, language: str) -> None:
        super().__init__(language)
        self._lines: list[Line] = []
        self._at = -1
        self._filling = False
        self._acts = {
            name: named(button(self._t(name), sign, "" if name == "add" else "quiet", act), f"line_{name}")
            for name, sign, act in (
                ("add", "plus", self._add), ("remove", "trash", self._remove),
                ("up", "chevron-up", lambda: self._move(-1)), ("down", "chevron-down", lambda: self._move(1)),
            )
        }  # fmt: skip
        row = QHBoxLayout()
        pad(row)
        for act in self._acts.values():
            row.addWidget(act)
        row.addStretch(1)
        self._layout.addRow(row)
        self._none = label(self._t("empty"), "muted", wrap=True, name="lines_empty")
        self._layout.addRow(self._none)
        self._layout.addRow(self._table())
        self._fields_of_a_line()
        self.changed.connect(self._keep)
        self._show_line()

    def values(self) -> dict[str, Any]:
        return {"lines": [dict(line) for line in self._lines]}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Another list, or the same one as it is now: then the document that is looked at stays chosen."""
        fresh: Sequence[Line] = values.get("lines", ())
        before = self._lines[self._at] if 0 <= self._at < len(self._lines) else None
        self._lines = [dict(line) for line in fresh]
        names = [line["name"] for line in self._lines]
        kept = before["name"] if before is not None else None
        self._at = names.index(kept) if kept in names else 0 if names else -1
        self._fill()
        self._show_line()

    def complain(self) -> bool:
        """Goes to the first document with a fault."""
        for place in [self._at, *range(len(self._lines))]:
            if 0 <= place < len(self._lines) and self._faulty(place):
                self.choose(place)
                return super().complain()
        return True

    def choose(self, place: int) -> None:
        """Show a document's fields."""
        self._at = place
        self._fill()
        self._show_line()

    def _t(self, key: str, **params: object) -> str:
        return text(f"materials.console.{key}", self._language, **params)

    def _table(self) -> QTableWidget:
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName("lines_table")
        self.table.setHorizontalHeaderLabels([self._t(f"field_{name}") for name in COLUMNS])
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setMinimumHeight(size("touch_target") * 5)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.table.currentCellChanged.connect(self._chosen)
        return self.table

    def _fields_of_a_line(self) -> None:
        name, name_en = QLineEdit(), QLineEdit()
        must, ahead = QCheckBox(self._t("required_on")), QCheckBox(self._t("in_advance_on"))
        originals, copies, largest = QSpinBox(), QSpinBox(), QSpinBox()
        for box in (originals, copies):
            box.setRange(0, MOST_COPIES)
            box.setSuffix(" " + self._t("pieces"))
        largest.setRange(1, LARGEST_MB)
        largest.setSuffix(" " + self._t("mb"))
        note, note_en, kinds = QPlainTextEdit(), QPlainTextEdit(), QComboBox()
        for words in (note, note_en):
            words.setFixedHeight(round(size("touch_target") * 1.5))
            words.setTabChangesFocus(True)
        for key, given in KINDS.items():
            kinds.addItem(self._t(f"kinds_{key}"), " ".join(given))
        made = (name, name_en, must, originals, copies, note, note_en, ahead, kinds, largest)
        checks: dict[str, Any] = {
            "name": (required, max_length(NAME), self._once), "name_en": (max_length(NAME),),
            "note": (max_length(NOTE),), "note_en": (max_length(NOTE),), "in_advance": (self._something,),
        }  # fmt: skip
        for field, widget in zip(FIELDS, made, strict=True):
            widget.setObjectName(f"line_{field}")
            if isinstance(widget, QSpinBox | QComboBox):
                # A wheel that scrolls the form must not change a number on its way.
                widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.add(field, self._t(f"field_{field}"), widget, *checks.get(field, ()))

    def _once(self, value: Any) -> Fault | None:
        others = [line["name"] for place, line in enumerate(self._lines) if place != self._at]
        return ("materials.console.twice", {}) if str(value).strip() in others else None

    def _something(self, value: Any) -> Fault | None:
        if self._at < 0 or value or any(super(LinesForm, self).values().get(name) for name in ("originals", "copies")):
            return None
        return "materials.console.no_pieces", {}

    def _faulty(self, place: int) -> bool:
        line = self._lines[place]
        name = line["name"].strip()
        return (
            not 0 < len(name) <= NAME or len(line["name_en"]) > NAME or len(line["note"]) > NOTE
            or len(line["note_en"]) > NOTE or not (line["originals"] or line["copies"] or line["in_advance"])
            or any(other["name"].strip() == name for at, other in enumerate(self._lines) if at != place)
        )  # fmt: skip

    def _keep(self) -> None:
        """What stands in the fields is the chosen document's."""
        if not self._filling and 0 <= self._at < len(self._lines):
            shown = super().values()
            self._lines[self._at] |= shown | {"kinds": shown["kinds"].split()}
            self._write(self._at)
            self._show_sending()

    def _add(self) -> None:
        if len(self._lines) < MOST_LINES:
            self._lines.insert(self._at + 1, new_line())
            self.choose(self._at + 1)
            self.changed.emit()
            self._fields["name"].widget.setFocus()

    def _remove(self) -> None:
        if 0 <= self._at < len(self._lines):
            del self._lines[self._at]
            self.choose(min(self._at, len(self._lines) - 1))
            self.changed.emit()

    def _move(self, by: int) -> None:
        to = self._at + by
        if 0 <= self._at < len(self._lines) and 0 <= to < len(self._lines):
            self._lines.insert(to, self._lines.pop(self._at))
            self.choose(to)
            self.changed.emit()

    def _chosen(self, row: int, *_: int) -> None:
        if not self._filling and row >= 0 and row != self._at:
            self._at = row
            self._show_line()

    def _fill(self) -> None:
        self._filling = True
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(self._lines))
            for place in range(len(self._lines)):
                self._write(place)
            self.table.setCurrentCell(self._at, 0)
        self._filling = False

    def _write(self, place: int) -> None:
        line = self._lines[place]
        sent = f"≤ {line['largest_mb']} MB" if line["in_advance"] else "–"
        words = (
            line["name"].strip() or self._t("unnamed"), self._t("must" if line["required"] else "may"),
            str(line["originals"] or "–"), str(line["copies"] or "–"), sent,
        )  # fmt: skip
        for column, said in enumerate(words):
            cell = self.table.item(place, column)
            if cell is None:
                cell = QTableWidgetItem()
                self.table.setItem(place, column, cell)
            cell.setText(said)
            cell.setToolTip(said)
            cell.setForeground(colour("error") if self._faulty(place) else colour("foreground"))

    def _show_line(self) -> None:
        chosen = 0 <= self._at < len(self._lines)
        line = self._lines[self._at] if chosen else new_line()
        self._filling = True
        with QSignalBlocker(self):
            super().set_values({name: line[name] for name in FIELDS if name != "kinds"})
            super().set_values({"kinds": " ".join(line["kinds"])})
        self._filling = False
        self._none.setVisible(not self._lines)
        self.table.setVisible(bool(self._lines))
        for name in FIELDS:
            self.show_field(name, chosen)
        self._show_sending()
        self._acts["add"].setEnabled(len(self._lines) < MOST_LINES)
        self._acts["remove"].setEnabled(chosen)
        self._acts["up"].setEnabled(self._at > 0)
        self._acts["down"].setEnabled(chosen and self._at < len(self._lines) - 1)

    def _show_sending(self) -> None:
        if 0 <= self._at < len(self._lines):
            for name in ("kinds", "largest_mb"):
                self.show_field(name, bool(self._lines[self._at]["in_advance"]))
