"""A checklist as an Excel sheet: first row heads, then a line each. Read row by row with what is wrong in each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import ValidationError

from server import workbook
from shared.domain.booking.papers import LARGEST, SUFFIXES, suffixes
from shared.domain.errors import HallError
from shared.i18n import languages, text
from shared.schemas.booking import MOST_LINES, ChecklistRead, LineFault, Material, MaterialEdit

COLUMNS = (
    "name", "name_en", "required", "originals", "copies", "note", "note_en", "in_advance", "kinds", "largest_mb",
)  # fmt: skip
_WIDTHS = (32, 40, 10, 10, 10, 40, 40, 14, 18, 14)
_NUMBERS = {"originals": 1, "copies": 0, "largest_mb": LARGEST // 1024**2}
_ALIKE = {"jpeg": "jpg"}


def write(lines: Sequence[Material], language: str) -> bytes:
    """A workbook that can be edited and read again; a list without lines is one to fill in."""
    heads = [text(f"materials.column.{name}", language) for name in COLUMNS]
    rows = [[_cell(line, name, language) for name in COLUMNS] for line in lines]
    return workbook.write([workbook.Sheet(text("materials.sheet", language), heads, _WIDTHS, rows)])


def read(content: bytes) -> ChecklistRead:
    """Its lines, or every fault; HallError ``workbook_wrong`` when it is no workbook."""
    items: list[MaterialEdit] = []
    faults: list[LineFault] = []
    rows = workbook.read(content, {"lines": COLUMNS})["lines"]
    for place, line in enumerate(rows):
        found = [LineFault(row=line.row, column="name", code="too_many")] if place == MOST_LINES else []
        values = {name: line.cells[name] for name in ("name", "name_en", "note", "note_en")}
        read_values: dict[str, object] = dict(values)
        for name in ("required", "in_advance", "kinds", *_NUMBERS):
            try:
                read_values[name] = _value(name, line.cells[name])
            except ValueError:
                found.append(LineFault(row=line.row, column=name, code=name))
        if not found:
            try:
                items.append(MaterialEdit.model_validate(read_values))
            except ValidationError as error:
                where = error.errors(include_url=False, include_input=False)[0]["loc"]
                column = str(where[0]) if where else "originals"
                found.append(LineFault(row=line.row, column=column, code=column))
        faults += found
        if place == MOST_LINES:
            break
    if not rows:
        raise HallError("materials_table_empty", status=422)
    return ChecklistRead(items=[] if faults else items, faults=faults)


def _cell(line: Material, name: str, language: str) -> str | int:
    value = getattr(line, name)
    if isinstance(value, bool):
        return text(f"materials.{'yes' if value else 'no'}", language)
    return value if isinstance(value, int) else suffixes(value) if name == "kinds" else str(value)


def _value(name: str, cell: str) -> object:
    """What a cell means; an empty one is what a new line has. ValueError when it means nothing."""
    if name in _NUMBERS:
        return int(cell) if cell else _NUMBERS[name]
    if name == "kinds":
        given = [_ALIKE.get(word, word) for word in re.findall(r"[a-z]+", cell.lower())] or list(SUFFIXES.values())
        if not set(given) <= set(SUFFIXES.values()):
            raise ValueError(cell)
        return tuple(kind for kind, suffix in SUFFIXES.items() if suffix in given)
    said = cell.casefold() or "yes"
    for answer in ("yes", "no"):
        if said in (answer, *(text(f"materials.{answer}", language).casefold() for language in languages())):
            return answer == "yes"
    raise ValueError(cell)
