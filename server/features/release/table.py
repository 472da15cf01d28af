"""The year's table of days as a file: Excel or CSV, first row heads; then first day, last day, kind, name, English
name, and for worked days the day of the week they are opened like. Read row by row with what is wrong in each.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from server import workbook
from server.workbook import ROWS, Line
from shared.domain.errors import HallError
from shared.domain.hours import SATURDAY, WEEKDAYS
from shared.i18n import languages, text
from shared.schemas.release import CalendarDay, CalendarKind

COLUMNS = ("first", "last", "kind", "name", "name_en", "opens_like")
KINDS: tuple[CalendarKind, ...] = ("holiday", "adjusted", "special")
_WIDTHS = (14, 14, 16, 28, 34, 16)
_DATE = re.compile(r"^(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})(?!\d)")
LONGEST_DAYS, LONGEST_NAME = 31, 60


@dataclass(frozen=True, slots=True)
class Given:
    """One row: the days it speaks of, or ``code``: what is wrong with it."""

    row: int
    first: str
    last: str
    name: str
    name_en: str = ""
    kind: CalendarKind = "holiday"
    opens_like: str | None = None
    days: tuple[date, ...] = ()
    code: str = ""


def read(content: bytes) -> list[Given]:
    """HallError when it is no table at all."""
    lines = _of_excel(content) if content[:2] == b"PK" else list(_of_csv(content))
    seen: set[date] = set()
    return [_judged(line, seen) for line in lines]


def write(days: list[CalendarDay], language: str) -> bytes:
    """A workbook that can be edited and brought back; days that follow one another are one row."""
    rows: list[list[str | int]] = []
    before: CalendarDay | None = None
    for day in days:
        follows = (
            before is not None and day.kind == before.kind == "holiday" and day.name == before.name
            and day.day - before.day == timedelta(days=1)
        )  # fmt: skip
        before = day
        if follows:
            rows[-1][1] = day.day.isoformat()
            continue
        like = text(f"release.weekday.{day.opens_like}", language) if day.opens_like else ""
        kind = text(f"release.kind.{day.kind}", language)
        rows.append([day.day.isoformat(), day.day.isoformat(), kind, day.name, day.name_en, like])
    heads = [text(f"release.column.{name}", language) for name in COLUMNS]
    return workbook.write([workbook.Sheet(text("release.calendar.sheet", language), heads, _WIDTHS, rows)])


def _of_excel(content: bytes) -> list[Line]:
    return workbook.read(content, {"days": COLUMNS})["days"]


def _of_csv(content: bytes) -> Iterator[Line]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            words = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise HallError("release_table_wrong", status=422)
    head = words.partition("\n")[0]
    mark = max(",;\t", key=head.count)
    if "\0" in words or not head.count(mark):
        raise HallError("release_table_wrong", status=422)
    try:
        for row, cells in enumerate(csv.reader(io.StringIO(words), delimiter=mark), 1):
            if row > ROWS:
                raise HallError("release_table_wrong", status=422)
            if row > 1 and any(cell.strip() for cell in cells):
                given = [cell.strip()[:200] for cell in cells] + [""] * len(COLUMNS)
                yield Line(row, dict(zip(COLUMNS, given, strict=False)))
    except csv.Error as error:
        raise HallError("release_table_wrong", status=422) from error


def _judged(line: Line, seen: set[date]) -> Given:
    cells = line.cells
    given = Given(line.row, cells["first"][:20], cells["last"][:20], cells["name"][:LONGEST_NAME])

    def wrong(code: str) -> Given:
        return Given(given.row, given.first, given.last, given.name, code=code)

    first, last = _date(cells["first"]), _date(cells["last"] or cells["first"])
    if first is None or last is None:
        return wrong("date")
    if last < first:
        return wrong("backwards")
    if (last - first).days >= LONGEST_DAYS:
        return wrong("too_long")
    kind = named(cells["kind"], "kind", KINDS)
    if kind is None:
        return wrong("kind")
    if len(cells["name"]) > LONGEST_NAME or len(cells["name_en"]) > LONGEST_NAME:
        return wrong("name")
    like = None
    if cells["opens_like"]:
        like = named(cells["opens_like"], "weekday", WEEKDAYS)
        if like is None:
            return wrong("opens_like")
    days = tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    if kind == "adjusted":
        # Worked in exchange means that it would be free else.
        if any(day.weekday() < SATURDAY for day in days):
            return wrong("adjusted_weekday")
        like = like or WEEKDAYS[0]
    if kind == "holiday":
        like = None
    if not seen.isdisjoint(days):
        return wrong("twice")
    seen.update(days)
    return Given(
        line.row, first.isoformat(), last.isoformat(), cells["name"], cells["name_en"],
        next(one for one in KINDS if one == kind), like, days,
    )  # fmt: skip


def _date(words: str) -> date | None:
    found = _DATE.match(words.strip())
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def named(words: str, group: str, names: Iterable[str]) -> str | None:
    """Which of the names is meant: the name itself, or one of its words in any language of the catalogue."""
    wanted = words.strip().casefold()
    for name in names:
        called = {name}
        for language in languages():
            called.add(text(f"release.{group}.{name}", language).casefold())
            called.update(text(f"release.{group}_words.{name}", language).casefold().split())
        if wanted in called:
            return name
    return None
