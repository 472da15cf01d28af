"""Guides as files: JSON in the form of the interface, and an Excel workbook of six sheets."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from server import workbook
from server.features.guides.reading import FORMAT
from server.features.guides.staging import Staged, stage
from server.workbook import Line
from shared.domain.errors import HallError
from shared.domain.guides import AUDIENCES, KINDS
from shared.i18n import languages, text
from shared.schemas.guides import GuideFields

# The first sheet has a row for each item; of the others each row belongs to the item of its code.
SHEETS: Final[Mapping[str, tuple[str, ...]]] = {
    "items": (
        "code", "name", "name_en", "department", "kind", "audience", "themes", "summary", "conditions", "legal_days",
        "promised_days", "limit_note", "result", "result_ways", "address", "hours", "consult_phone",
        "complaint_phone", "visits", "deleted",
    ),
    "materials": ("code", "name", "form", "originals", "copies", "source", "required", "note"),
    "steps": ("code", "name", "duration", "outcome", "note"),
    "basis": ("code", "title", "number", "article", "text"),
    "fees": ("code", "name", "yuan", "unit", "basis", "note"),
    "windows": ("code", "label", "area"),
}  # fmt: skip
_WIDE: Final = frozenset({"name", "name_en", "department", "summary", "conditions", "note", "text", "title", "hours"})
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "kind": KINDS, "audience": AUDIENCES, "form": ("paper", "electronic", "either"),
    "source": ("applicant", "government", "other"), "result_ways": ("window", "kiosk", "express", "electronic"),
}  # fmt: skip
_LISTS: Final = ("audience", "themes", "result_ways")
_BREAKS: Final = ("\u3001", "\uff0c", "\uff1b", ";", ",")
_SWITCHES: Final = ("required", "deleted")
_NUMBERS: Final = ("legal_days", "promised_days", "visits", "originals", "copies")


def read(content: bytes) -> Staged:
    """Of either kind; HallError ``guides_file_wrong`` or ``workbook_wrong`` when it is neither."""
    if content.startswith(b"PK"):
        return stage(_of_workbook(content))
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise HallError("guides_file_wrong", status=422) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("items"), list):
        raise HallError("guides_file_wrong", status=422)
    return stage(found["items"])


def write(guides: Sequence[GuideFields], language: str) -> bytes:
    """A workbook that can be edited and brought in again; without guides one to fill in."""
    rows: dict[str, list[list[str | int]]] = {name: [] for name in SHEETS}
    for guide in guides:
        rows["items"].append([_cell(guide, column, language) for column in SHEETS["items"]])
        for name in list(SHEETS)[1:]:
            for part in getattr(guide, name):
                rows[name].append([guide.code, *(_cell(part, column, language) for column in SHEETS[name][1:])])
    return workbook.write([
        workbook.Sheet(
            text(f"guides.sheet.{name}", language), [text(f"guides.column.{column}", language) for column in columns],
            [36 if column in _WIDE else 16 for column in columns], rows[name],
        )
        for name, columns in SHEETS.items()
    ])  # fmt: skip


def _cell(of: Any, column: str, language: str) -> str | int:
    if column == "deleted":
        return ""
    if column == "yuan":
        return f"{of.fen // 100}.{of.fen % 100:02}"
    value = getattr(of, column)
    if value is None:
        return ""
    if isinstance(value, bool):
        return text(f"guides.{'yes' if value else 'no'}", language)
    if column == "conditions":
        return "\n".join(value)
    if column in _LISTS:
        return _BREAKS[0].join(_word(column, one, language) for one in value)
    return value if isinstance(value, int) else _word(column, str(value), language)


def _word(column: str, value: str, language: str) -> str:
    return text(f"guides.{column}.{value}", language) if column in _CHOICES else value


def _of_workbook(content: bytes) -> list[dict[str, Any]]:
    sheets = workbook.read(content, SHEETS)
    meant = {column: _meanings(column) for column in _CHOICES}
    items = [_item(line, meant) for line in sheets["items"]]
    by_code: dict[str, dict[str, Any]] = {}
    for item in items:
        by_code.setdefault(item["code"], item)
    for name in list(SHEETS)[1:]:
        for line in sheets[name]:
            # A part of an item that is not in the first sheet is told as an item without a name: refused, not lost.
            code = line.cells["code"]
            if code not in by_code:
                by_code[code] = {"code": code}
                items.append(by_code[code])
            by_code[code].setdefault(name, []).append(_part(line, meant))
    return items


def _item(line: Line, meant: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    item = _part(line, meant)
    for column in _LISTS:
        item[column] = [meant.get(column, {}).get(word.casefold(), word) for word in _split(line.cells[column])]
    item["conditions"] = [part.strip() for part in line.cells["conditions"].splitlines() if part.strip()]
    return {"code": line.cells["code"]} | item


def _part(line: Line, meant: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The cells that hold something; what they can't mean stays as it stands, and is refused with its place."""
    found: dict[str, Any] = {}
    for column, cell in line.cells.items():
        if not cell or column == "code":
            continue
        if column == "yuan":
            found["fen"] = _fen(cell)
        elif column in _SWITCHES:
            found[column] = _switch(cell)
        elif column not in _LISTS and column != "conditions":
            found[column] = meant[column].get(cell.casefold(), cell) if column in meant else cell
            if column in _NUMBERS and cell.isascii() and cell.isdigit() and len(cell) < 10:
                found[column] = int(cell)
    return found


def _split(cell: str) -> list[str]:
    for other in (*_BREAKS[1:], "\n"):
        cell = cell.replace(other, _BREAKS[0])
    return [part.strip() for part in cell.split(_BREAKS[0]) if part.strip()]


def _meanings(column: str) -> dict[str, str]:
    """What each word of the catalogue means, in all languages, and the codes themselves."""
    said: Callable[[str, str], str] = lambda value, code: text(f"guides.{column}.{value}", code).casefold()  # noqa: E731
    return {said(value, code): value for value in _CHOICES[column] for code in languages()} | {
        value: value for value in _CHOICES[column]
    }


def _switch(cell: str) -> object:
    for answer in ("yes", "no"):
        if cell.casefold() in (answer, *(text(f"guides.{answer}", code).casefold() for code in languages())):
            return answer == "yes"
    return cell


def _fen(cell: str) -> object:
    """Exactly: money is never a float. What is no amount stays as it stands."""
    whole, _, part = cell.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 8 and len(part) <= 2):
        return cell
    if part and not (part.isascii() and part.isdigit()):
        return cell
    return int(whole) * 100 + int(part.ljust(2, "0") or 0)
