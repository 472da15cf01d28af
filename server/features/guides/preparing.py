"""What bringing guides in would do, reckoned while nobody waits: the plan, and the rows as they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Row, select

from server.bulk import Bulk, bulk
from server.database import Reader
from server.features.catalogue.service import Catalogue, catalogue
from server.features.guides.editing import KEPT_VERSIONS, guide_values, is_fed
from server.features.guides.models import GuideRow, GuideVersionRow
from server.features.guides.service import MOST, Department, all_departments, fields_of, guide_id
from server.features.guides.staging import Staged
from shared.domain.errors import HallError
from shared.domain.guides import OUTCOMES, Plan, Standing, plan, refuses_many, retires_many
from shared.schemas.guides import GuideRunRow, Outcome

KEPT_ROWS: Final = 500
_AT_ONCE: Final = 400
# Whose guides a run may take away: the item system's are its own, files and the console write the others.
_OWN: Final = {"upstream": ("import",), "file": ("files", "console")}
_Values = dict[str, Any]
Held = Literal["", "retires_many", "refuses_many"]


@dataclass(slots=True)
class Brought:
    """What bringing in did, or would do; ``held_for``: why somebody has to agree first."""

    counts: dict[Outcome, int]
    rows: list[GuideRunRow]
    held_for: Held


@dataclass(frozen=True, slots=True)
class Wanted:
    """How it is brought in. ``whole``: it is all there is; ``by``: ``upstream`` or ``file``; ``percent``: so much of
    what stands may go unasked.
    """

    whole: bool
    by: str
    percent: int


@dataclass(slots=True)
class Prepared:
    """``basis``: what it was reckoned from; who finds another one reckons again. Rows as their tables hold them, but
    for the moment and who did it.
    """

    basis: tuple[Any, ...]
    report: Brought
    fresh: Bulk | None = None
    changed: Bulk | None = None
    versions: Bulk | None = None
    retired: Bulk | None = None
    # The last version of each guide that is kept no more.
    too_old: list[dict[str, Any]] = field(default_factory=list)

    @property
    def does_something(self) -> bool:
        return bool(self.fresh or self.changed or self.retired)


@dataclass(slots=True)
class _Trial:
    plan: Plan
    staged: Staged
    departments: dict[str, UUID]
    names: dict[str, str]
    skipped: list[GuideRunRow]
    held_for: Held

    def report(self) -> Brought:
        made = self.plan
        by_outcome: dict[str, list[GuideRunRow]] = {"refused": self.staged.refused, "skipped": self.skipped}
        for outcome in ("retired", "changed", "created"):
            by_outcome[outcome] = [
                GuideRunRow.model_validate({"code": code, "name": self.names.get(code, ""), "outcome": outcome})
                for code in getattr(made, outcome)[:KEPT_ROWS]
            ]
        counts: dict[Any, int] = {outcome: len(by_outcome.get(outcome, ())) for outcome in OUTCOMES}
        counts |= {outcome: len(getattr(made, outcome)) for outcome in ("retired", "changed", "created", "unchanged")}
        rows = [row for found in by_outcome.values() for row in found]
        return Brought(counts, rows[:KEPT_ROWS], self.held_for)


def basis_of(reader: Reader, wanted: Wanted) -> tuple[Any, ...]:
    """Guides, departments and services change with the catalogue only."""
    return (reader.clocks.catalogue_version, is_fed(reader), wanted)


def prepare(reader: Reader, staged: Staged, wanted: Wanted) -> Prepared:
    """Nothing is written, and nobody waits for it when ``reader`` is no writer."""
    departments, found = all_departments(reader), catalogue(reader)
    tried = _try(reader, departments, staged, wanted)
    fresh, changed, versions, retired = list[_Values](), list[_Values](), list[_Values](), list[_Values]()
    # Columns that differ in no row are not written: the database need not look at their indexes.
    differs = {"id", "version"}
    source, services, items = "import" if wanted.by == "upstream" else "console", _services(found), tried.staged.items
    for code in tried.plan.created:
        values = guide_values(items[code], tried.departments[code], mark=staged.marks[code])
        fresh.append(values | {
            "hall_id": reader.hall_id, "id": guide_id(reader.hall_id, code), "source": source, "retired": False,
            "version": 1, "service_id": services.get(values["name"]),
        })  # fmt: skip
    for row in _rows(reader, tried.plan.changed):
        # What the hall keeps over the item system's words stays; whoever takes a guide over gives all of it.
        kept = row.kept if row.source == source == "import" else None
        values = guide_values(items[row.code], tried.departments[row.code], kept, mark=staged.marks[row.code])
        before, after = fields_of(departments, row), fields_of(departments, SimpleNamespace(**values))
        if before != after:
            said = before.model_dump(mode="json")
            versions.append({"guide_id": row.id, "number": row.version, "fields": said, "source": row.source})
        values |= {"source": source, "retired": False}
        differs |= {name for name, value in values.items() if getattr(row, name) != value}
        changed.append(values | {"id": row.id, "version": row.version + 1})
    for row in _rows(reader, tried.plan.retired):
        retired.append({"id": row.id, "retired": True, "version": row.version + 1})
    changed = [{name: row[name] for name in row if name in differs} for row in changed]
    old = [{"guide": row["guide_id"], "last": row["number"] - KEPT_VERSIONS} for row in versions]
    return Prepared(
        basis_of(reader, wanted), tried.report(), bulk(reader.database, GuideRow.__table__, fresh),
        bulk(reader.database, GuideRow.__table__, changed), bulk(reader.database, GuideVersionRow.__table__, versions),
        bulk(reader.database, GuideRow.__table__, retired), [row for row in old if row["last"] > 0],
    )  # fmt: skip


def _try(reader: Reader, departments: Mapping[UUID, Department], staged: Staged, wanted: Wanted) -> _Trial:
    columns = (GuideRow.code, GuideRow.name, GuideRow.mark, GuideRow.source, GuideRow.retired)
    rows = reader.session.execute(select(*columns).where(GuideRow.hall_id == reader.hall_id)).all()
    names, own, called = {row.code: row.name for row in rows}, _OWN[wanted.by], _names(departments)
    standing = {row.code: Standing(row.mark, row.source in own, row.retired) for row in rows}
    fed = wanted.by == "file" and is_fed(reader)
    foreign = {row.code for row in rows if row.source == "import"} if fed else set()
    given: dict[str, str | None] = {}
    placed: dict[str, UUID] = {}
    left = Staged({}, {}, list(staged.refused), staged.since)
    skipped: list[GuideRunRow] = []
    for code, fields in staged.items.items():
        if code in foreign:
            left.refused.append(GuideRunRow(code=code, name=fields.name, outcome="refused", why="of_upstream"))
            continue
        department_id = called.get(fields.department)
        if department_id is None:
            why = GuideRunRow(code=code, name=fields.name, outcome="skipped", why="department_unknown")
            skipped.append(why.model_copy(update={"field": fields.department[:80]}))
            continue
        left.items[code], placed[code], given[code] = fields, department_id, staged.marks[code]
        names[code] = fields.name
    given |= dict.fromkeys(code for code in staged.deleted if code not in foreign)
    if len(standing.keys() | given.keys()) > MOST:
        raise HallError("guides_too_many", status=422, most=MOST)
    made = plan(standing, given, whole=wanted.whole, unread=left.unread)
    held: Held = ""
    if refuses_many(len(left.refused), len(given)):
        held = "refuses_many"
    elif retires_many(made, standing, wanted.percent):
        held = "retires_many"
    return _Trial(made, left, placed, names, skipped, held)


def _names(departments: Mapping[UUID, Department]) -> dict[str, UUID]:
    """As ``department_named`` finds them."""
    used = [one for one in departments.values() if not one.retired]
    found: dict[str, UUID] = {}
    for one in used:
        for name in (one.name, one.short_name):
            found.setdefault(name, one.id)
    for one in used:
        for name in one.former:
            found.setdefault(name, one.id)
    return found


def _services(found: Catalogue) -> dict[str, UUID]:
    """As ``service_named`` finds them."""
    called: dict[str, list[UUID]] = {}
    for one in found.services.values():
        if one.ticketable and not one.retired:
            called.setdefault(one.name, []).append(one.id)
    return {name: ids[0] for name, ids in called.items() if len(ids) == 1}


def _rows(reader: Reader, codes: Iterable[str]) -> Iterator[Row[Any]]:
    wanted, columns = list(codes), GuideRow.__table__.columns
    for begin in range(0, len(wanted), _AT_ONCE):
        chosen = select(*columns).where(
            GuideRow.hall_id == reader.hall_id, GuideRow.code.in_(wanted[begin : begin + _AT_ONCE])
        )
        yield from reader.session.execute(chosen)
