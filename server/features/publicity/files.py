"""Finished cases as files: JSON, or an Excel workbook of one sheet; looked at row by row before anything is kept."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, get_args

from pydantic import ValidationError

from server import workbook
from shared.domain.errors import HallError
from shared.domain.guides import AUDIENCES
from shared.i18n import languages, text
from shared.schemas.publicity import CaseGiven, CaseOutcome, Result

COLUMNS: Final = ("number", "item", "department", "applicant_kind", "applicant", "result", "decided_on")
MOST: Final = workbook.ROWS
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"applicant_kind": AUDIENCES, "result": get_args(Result)}
_WIDE: Final = frozenset({"number", "item", "department"})
# pydantic's kinds of faults that have words of their own; everything else is "wrong".
_WHY: Final = {"missing": "missing", "string_too_short": "missing", "string_too_long": "too_long"}


@dataclass(slots=True)
class Staged:
    """``rows``: where each case stands; ``refused``: what could not be understood."""

    cases: list[CaseGiven] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    refused: list[CaseOutcome] = field(default_factory=list)


def read(content: bytes) -> Staged:
    """Of either kind; HallError ``publicity_file_wrong`` or ``workbook_wrong`` when it is neither."""
    if content.startswith(b"PK"):
        meant = {column: _meanings(column) for column in _CHOICES}
        lines = workbook.read(content, {"cases": COLUMNS})["cases"]
        return stage((line.row, _case(line.cells, meant)) for line in lines)
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise HallError("publicity_file_wrong", status=422) from None
    cases = found.get("cases") if isinstance(found, dict) else None
    if not isinstance(cases, list) or len(cases) > MOST:
        raise HallError("publicity_file_wrong", status=422)
    return stage(enumerate(cases, 1))


def stage(given: Iterable[tuple[int, object]]) -> Staged:
    """Masks as it reads; a number that comes twice is refused."""
    staged, seen = Staged(), set[str]()
    for row, raw in given:
        try:
            case = CaseGiven.model_validate(raw)
        except ValidationError as error:
            fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = str(fault["loc"][0]) if fault["loc"] else ""
            number = raw.get("number") if isinstance(raw, dict) else None
            blank = isinstance(raw, dict) and raw.get(where) in (None, "")
            why = "missing" if where and blank else _WHY.get(fault["type"], "wrong")
            staged.refused.append(_refused(row, number, why, where))
            continue
        if case.number in seen:
            staged.refused.append(_refused(row, case.number, "twice", "number"))
            continue
        seen.add(case.number)
        staged.cases.append(case)
        staged.rows.append(row)
    return staged


def form(language: str) -> bytes:
    """A workbook to fill in, with one row that shows how."""
    example = [
        text(f"publicity.example.{column}", language) if column not in _CHOICES
        else text(f"publicity.{column}.{_CHOICES[column][0]}", language)
        for column in COLUMNS
    ]  # fmt: skip
    heads = [text(f"publicity.column.{column}", language) for column in COLUMNS]
    widths = [32 if column in _WIDE else 18 for column in COLUMNS]
    return workbook.write([workbook.Sheet(text("publicity.sheet", language), heads, widths, [example])])


def _case(cells: Mapping[str, str], meant: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    found = {column: cell for column, cell in cells.items() if cell}
    for column in _CHOICES:
        if column in found:
            found[column] = meant[column].get(found[column].casefold(), found[column])
    if "decided_on" in found:
        # A cell that holds a date is read with its midnight.
        found["decided_on"] = found["decided_on"].removesuffix(" 00:00:00").replace("/", "-")
    return found


def _meanings(column: str) -> dict[str, str]:
    """What each word of the catalogue means, in all languages, and the codes themselves."""
    said = {text(f"publicity.{column}.{one}", code).casefold(): one for one in _CHOICES[column] for code in languages()}
    return said | {one: one for one in _CHOICES[column]}


def _refused(row: int, number: object, why: str, where: str) -> CaseOutcome:
    # A number from rubbish may be anything, a name among them: only what looks like one is told again.
    shown = number if isinstance(number, str) and number.isascii() and number.isprintable() else ""
    return CaseOutcome(row=row, number=shown[:64], outcome="refused", why=why, field=where)
