"""The organisation as an Excel workbook.

Sheet ``units``: id, parent, name, short name, code, sort, retired. Sheet ``people``: number, name, title, unit, phone,
retired. A parent or a unit is a path of names from the root, ``A / B``, or an id where two have the same path. A phone
is written masked; what is still masked when it is read stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from server import workbook
from server.workbook import CELL as CELL
from server.workbook import Line as Line
from shared.i18n import text

UNITS = ("id", "parent", "name", "short_name", "code", "sort", "retired")
PEOPLE = ("number", "name", "title", "unit", "phone", "retired")
SHEETS = {"units": UNITS, "people": PEOPLE}
_WIDTHS = {"id": 38, "parent": 44, "unit": 44, "name": 28, "short_name": 16, "title": 18, "phone": 18}


def write(sheets: Mapping[str, Sequence[Sequence[str | int]]], language: str) -> bytes:
    return workbook.write(
        [
            workbook.Sheet(
                text(f"organisation.sheet.{name}", language),
                [text(f"organisation.column.{column}", language) for column in columns],
                [_WIDTHS.get(column, 12) for column in columns],
                sheets[name],
            )
            for name, columns in SHEETS.items()
        ]
    )


def read(content: bytes) -> dict[str, list[Line]]:
    """The rows of both sheets; ``HallError`` when it is no workbook of ours, or one made to harm."""
    return workbook.read(content, SHEETS)
