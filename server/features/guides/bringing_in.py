"""Guides brought in: all of what was staged in one transaction, with one event, or none of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import insert, select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.guides.editing import department_named, is_fed, keep_version, service_named, write_guide
from server.features.guides.models import GuideRow
from server.features.guides.service import EVENT, MOST, fields_of, guide_id, shelf
from server.features.guides.staging import Staged
from shared.domain.errors import HallError
from shared.domain.guides import OUTCOMES, Plan, Standing, plan, refuses_many, retires_many
from shared.schemas.guides import GuideRunRow, Outcome

KEPT_ROWS: Final = 500
_AT_ONCE: Final = 400
# Whose guides a run may take away: the item system's are its own, files and the console write the others.
_OWN: Final = {"upstream": ("import",), "file": ("files", "console")}


@dataclass(slots=True)
class Brought:
    """What bringing in did, or would do; ``held_for``: why somebody has to agree first."""

    counts: dict[Outcome, int]
    rows: list[GuideRunRow]
    held_for: Literal["", "retires_many", "refuses_many"]


@dataclass(slots=True)
class _Trial:
    plan: Plan
    staged: Staged
    departments: dict[str, UUID]
    names: dict[str, str]
    skipped: list[GuideRunRow]
    held_for: Literal["", "retires_many", "refuses_many"]

    def report(self) -> Brought:
        made = self.plan
        by_outcome: dict[str, list[GuideRunRow]] = {"refused": self.staged.refused, "skipped": self.skipped}
        for outcome in ("retired", "changed", "created"):
            by_outcome[outcome] = [
                GuideRunRow.model_validate({"code": code, "name": self.names.get(code, ""), "outcome": outcome})
                for code in getattr(made, outcome)
            ]
        counts: dict[Any, int] = {outcome: len(by_outcome.get(outcome, ())) for outcome in OUTCOMES}
        counts["unchanged"] = len(made.unchanged)
        rows = [row for found in by_outcome.values() for row in found]
        return Brought(counts, rows[:KEPT_ROWS], self.held_for)


def rehearse(reader: Reader, staged: Staged, *, whole: bool, by: str, percent: int) -> Brought:
    """What it would do as everything stands now; nothing is written."""
    return _try(reader, staged, whole=whole, by=by, percent=percent).report()


def bring_in(
    writer: Writer, who: Actor, staged: Staged, *, whole: bool, by: str, percent: int, agreed: bool
) -> Brought:  # fmt: skip
    """Write it, unless it is held and nobody ``agreed``. ``by``: ``upstream`` or ``file``."""
    tried = _try(writer, staged, whole=whole, by=by, percent=percent)
    report = tried.report()
    if tried.held_for and not agreed:
        return report
    if tried.plan.created or tried.plan.changed or tried.plan.retired:
        # Before any change: a copy that is loaded meanwhile holds it, and must not become everybody's.
        writer.touch_catalogue()
        _write(writer, tried, "import" if by == "upstream" else "console", who.label)
        writer.emit(EVENT, json.dumps({"imported": True}))
        audit.record(writer, who, "guides.imported", "guides", by, counts=report.counts)
    return report


def _try(reader: Reader, staged: Staged, *, whole: bool, by: str, percent: int) -> _Trial:
    departments = shelf(reader).departments
    columns = (GuideRow.code, GuideRow.name, GuideRow.mark, GuideRow.source, GuideRow.retired)
    rows = reader.session.execute(select(*columns).where(GuideRow.hall_id == reader.hall_id)).all()
    names, own = {row.code: row.name for row in rows}, _OWN[by]
    standing = {row.code: Standing(row.mark, row.source in own, row.retired) for row in rows}
    foreign = {row.code for row in rows if row.source == "import"} if by == "file" and is_fed(reader) else set()
    given: dict[str, str | None] = {}
    placed: dict[str, UUID] = {}
    left = Staged({}, {}, list(staged.refused), staged.since)
    skipped: list[GuideRunRow] = []
    for code, fields in staged.items.items():
        if code in foreign:
            left.refused.append(GuideRunRow(code=code, name=fields.name, outcome="refused", why="of_upstream"))
            continue
        department_id = department_named(departments, fields.department)
        if department_id is None:
            why = GuideRunRow(code=code, name=fields.name, outcome="skipped", why="department_unknown")
            skipped.append(why.model_copy(update={"field": fields.department[:80]}))
            continue
        left.items[code], placed[code], given[code] = fields, department_id, staged.marks[code]
        names[code] = fields.name
    given |= dict.fromkeys(code for code in staged.deleted if code not in foreign)
    if len(standing.keys() | given.keys()) > MOST:
        raise HallError("guides_too_many", status=422, most=MOST)
    made = plan(standing, given, whole=whole, unread=left.unread)
    held: Literal["", "retires_many", "refuses_many"] = ""
    if refuses_many(len(left.refused), len(given)):
        held = "refuses_many"
    elif retires_many(made, standing, percent):
        held = "retires_many"
    return _Trial(made, left, placed, names, skipped, held)


def _write(writer: Writer, tried: _Trial, source: str, by: str) -> None:
    made, items, found = tried.plan, tried.staged.items, catalogue(writer)
    departments = shelf(writer).departments
    fresh: list[dict[str, Any]] = []
    for code in made.created:
        fields = items[code]
        row = GuideRow(
            hall_id=writer.hall_id, id=guide_id(writer.hall_id, code), source=source, retired=False, version=1,
            service_id=service_named(found, fields.name), changed_at=writer.now,
        )  # fmt: skip
        write_guide(row, fields, tried.departments[code])
        fresh.append({column.key: getattr(row, column.key) for column in GuideRow.__table__.columns})
    if fresh:
        writer.session.execute(insert(GuideRow), fresh)
    for row in _rows(writer, made.changed):
        before = fields_of(departments, row)
        # What the hall keeps over the item system's words stays; whoever takes a guide over gives all of it.
        kept = row.kept if row.source == source == "import" else None
        write_guide(row, items[row.code], tried.departments[row.code], kept)
        if fields_of(departments, row) != before:
            keep_version(writer, row, before, by)
        row.source, row.retired = source, False
        row.version, row.changed_at = row.version + 1, writer.now
    for row in _rows(writer, made.retired):
        row.retired, row.version, row.changed_at = True, row.version + 1, writer.now
    writer.flush()


def _rows(writer: Writer, codes: Iterable[str]) -> Iterator[GuideRow]:
    wanted = list(codes)
    for begin in range(0, len(wanted), _AT_ONCE):
        chosen = select(GuideRow).where(
            GuideRow.hall_id == writer.hall_id, GuideRow.code.in_(wanted[begin : begin + _AT_ONCE])
        )
        yield from writer.session.scalars(chosen)
