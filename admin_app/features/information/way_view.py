"""How people get here, as it is typed: the place, and a table each for lines, routes and car parks.

way_parts introduction_address introduction_address_en introduction_hours introduction_note introduction_map
introduction_phones introduction_lines introduction_routes introduction_car_parks (each as ``ListField``)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, get_args

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QTabWidget, QVBoxLayout, QWidget

from admin_app.editing.fields_view import Cell, Kind, ListField
from admin_app.features.information.rows import LISTS, way_rows
from admin_app.media_choice import MediaChoice
from admin_app.media_choice_view import MediaField
from admin_app.parts_view import Card, label, pad, size
from shared.i18n import text
from shared.schemas.introduction import GettingHere, Means, Wheels
from shared.ui.theme.widgets import mark

# Of each table: its cells with their kind and the letters they are wide.
_CELLS: Final[dict[str, tuple[tuple[str, Kind, int], ...]]] = {
    "phones": (("name", "line", 10), ("name_en", "line", 10), ("number", "line", 12)),
    "lines": (
        ("kind", "choice", 6), ("name", "line", 9), ("stop", "line", 10), ("stop_en", "line", 10),
        ("walk_minutes", "line", 6), ("note", "line", 11), ("note_en", "line", 11),
    ),
    "routes": (
        ("start", "line", 8), ("start_en", "line", 8), ("means", "choice", 7), ("minutes", "line", 4),
        ("steps", "text", 18), ("steps_en", "text", 16),
    ),
    "car_parks": (
        ("name", "line", 8), ("name_en", "line", 9), ("entrance", "line", 10), ("entrance_en", "line", 9),
        ("places", "line", 4), ("fee", "line", 8), ("fee_en", "line", 8), ("picture", "picture", 5),
    ),
}  # fmt: skip
_CHOICES: Final = {"kind": ("wheels", get_args(Wheels)), "means": ("means", get_args(Means))}
_STARTS: Final = {"kind": "bus", "means": "transit"}


class WayParts(QWidget):
    """``changed`` is told when something of it is typed; what is typed stays until ``fill``."""

    def __init__(self, media: MediaChoice, language: str, changed: Callable[[], object]) -> None:
        super().__init__()
        self._language, self._changed = language, changed
        self._addresses = {name: self._line(name) for name in ("address", "address_en")}
        self._areas = {name: self._area(name) for name in ("hours", "note")}
        self._map = MediaField("introduction_map", self._t("map"), "picture", media, language, changed)
        self.tables = {name: self._table(name, media) for name in LISTS}
        parts = QTabWidget()
        parts.setObjectName("way_parts")
        mark(parts, "plain")
        parts.addTab(self._place(), self._t("way_place"))
        for name in LISTS[1:]:
            card = Card()
            card.body.addWidget(label(self._t(f"{name}_hint"), "muted", wrap=True))
            card.body.addWidget(self.tables[name], 1)
            parts.addTab(card, self._t(name))
        column = QVBoxLayout(self)
        pad(column)
        column.addWidget(parts)

    def values(self) -> dict[str, Any]:
        """What stands in the fields; the tables by their names, each a list of rows as typed."""
        return {
            **{name: line.text() for name, line in self._addresses.items()},
            **{name: area.toPlainText() for name, area in self._areas.items()},
            **{name: table.value for name, table in self.tables.items()}, "map": self._map.sha256,
        }  # fmt: skip

    def fill(self, way: GettingHere) -> None:
        for name, line in self._addresses.items():
            line.setText(getattr(way, name))
            line.setCursorPosition(0)
        for name, area in self._areas.items():
            area.setPlainText(getattr(way, name))
        rows = way_rows(way)
        for name, table in self.tables.items():
            table.set_value(rows[name])
        self._map.set_sha256(way.map)

    def _t(self, key: str) -> str:
        return text(f"information.page.{key}", self._language)

    def _place(self) -> QWidget:
        inside = QWidget()
        mark(inside, "page")
        row = QHBoxLayout(inside)
        pad(row, gap="space_m")
        left, right = Card(), Card()
        for line in self._addresses.values():
            left.body.addWidget(line)
        for name in ("hours", "note"):
            left.body.addWidget(label(self._t(name)))
            left.body.addWidget(self._areas[name], 2 if name == "note" else 1)
        right.body.addWidget(self._map)
        right.body.addWidget(label(self._t("phones")))
        right.body.addWidget(self.tables["phones"], 1)
        row.addWidget(left, 1)
        row.addWidget(right, 1)
        return inside

    def _line(self, name: str) -> QLineEdit:
        made = QLineEdit()
        made.setObjectName(f"introduction_{name}")
        made.setPlaceholderText(self._t(name))
        made.setAccessibleName(self._t(name))
        made.setToolTip(self._t(name))
        made.setMaxLength(200)
        made.textChanged.connect(lambda _: self._changed())
        return made

    def _area(self, name: str) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setObjectName(f"introduction_{name}")
        made.setAccessibleName(self._t(name))
        made.setPlaceholderText(self._t(f"{name}_hint"))
        made.setTabChangesFocus(True)
        made.setMinimumHeight(size("text_body") * 4)
        made.textChanged.connect(lambda: self._changed())
        return made

    def _table(self, name: str, media: MediaChoice) -> ListField:
        cells = [
            Cell(
                key, text(f"information.way.{key}", self._language), kind, _STARTS.get(key, ""), self._choices(key),
                letters=letters,
            )
            for key, kind, letters in _CELLS[name]
        ]  # fmt: skip
        made = ListField(f"introduction_{name}", cells, self._language, media=media)
        made.table.setAccessibleName(self._t(name))
        made.picked.connect(lambda: self._changed())
        return made

    def _choices(self, key: str) -> tuple[tuple[str, str], ...]:
        table, keys = _CHOICES.get(key, ("", ()))
        return tuple((one, text(f"information.{table}.{one}", self._language)) for one in keys)
