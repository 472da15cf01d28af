"""Finished cases: brought by other systems and files, shown to everybody, forgotten after their time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, delete, func, or_, select

from server import audit
from server.audit import Actor
from server.bulk import bulk
from server.database import Reader, Writer
from server.features.publicity.files import Staged
from server.features.publicity.models import PublicCaseRow, PublicityRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.publicity import (
    LONGEST_DAYS,
    CaseGiven,
    CaseOutcome,
    PublicCase,
    PublicityPage,
    PublicityReport,
    PublicitySettings,
    PublicitySettingsEdit,
    PublicitySettingsShown,
)

CHANGED: Final = "publicity.changed"
# What a report lists, and what a hall keeps at most: a search goes through all of it.
ROWS: Final = 200
MOST: Final = 100_000
BATCH: Final = 1_000
_AT_ONCE: Final = 500
_cases: Final[Any] = PublicCaseRow.__table__
_SAID: Final = ("item", "department", "applicant", "applicant_kind", "result", "decided_on")


def page(reader: Reader, search: str = "", limit: int = 20, cursor: str | None = None) -> PublicityPage:
    """The newest first; ``search``: a part of the number. HallError ``cursor_unknown``."""
    settings = _settings(reader)
    if not settings.on:
        return PublicityPage(items=[], next_cursor=None, total=0)
    fits = [
        PublicCaseRow.hall_id == reader.hall_id, ~PublicCaseRow.hidden,
        PublicCaseRow.decided_on > reader.day - timedelta(days=settings.days), PublicCaseRow.decided_on <= reader.day,
    ]  # fmt: skip
    if search:
        fits.append(func.lower(PublicCaseRow.number).contains(search.lower(), autoescape=True))
    total = reader.session.scalar(select(func.count()).where(*fits)) or 0
    chosen = select(PublicCaseRow).where(*fits, *([_behind(cursor)] if cursor else []))
    order = (PublicCaseRow.decided_on.desc(), PublicCaseRow.id.desc())
    rows = reader.session.scalars(chosen.order_by(*order).limit(limit + 1)).all()
    items = [PublicCase.model_validate(row, from_attributes=True) for row in rows[:limit]]
    more = len(rows) > limit
    return PublicityPage(items=items, next_cursor=_cursor(items[-1]) if more else None, total=total)


def bring(writer: Writer, who: Actor, staged: Staged, *, by: str) -> PublicityReport:
    """All of it, or nothing where a row was refused. ``by``: ``file`` or ``system``, for the trail."""
    report, fresh, changed = _compare(writer, staged)
    if staged.refused:
        return report.model_copy(update={"tried": True})
    writer.flush()
    if (said := bulk(writer.database, _cases, [{"id": row, **_values(case)} for case, row in changed])) is not None:
        said.update(writer.connection, brought_at=writer.now)
    rows = [{"id": uuid7(), "number": case.number, "hidden": False, **_values(case)} for case in fresh]
    if (said := bulk(writer.database, _cases, rows)) is not None:
        said.insert(writer.connection, hall_id=writer.hall_id, brought_at=writer.now)
    if fresh or changed:
        if _count(writer) > MOST:
            raise HallError("publicity_too_many", status=422, most=MOST)
        audit.record(
            writer, who, "publicity.brought", "publicity", by, created=report.created, changed=report.changed,
            unchanged=report.unchanged, too_old=report.too_old,
        )  # fmt: skip
        writer.emit(CHANGED, "{}")
    return report


def rehearse(reader: Reader, staged: Staged) -> PublicityReport:
    """What ``bring`` would do."""
    return _compare(reader, staged)[0].model_copy(update={"tried": True})


def take_down(writer: Writer, who: Actor, case_id: UUID, reason: str) -> None:
    """Nobody sees it any more, and who brings it again changes nothing."""
    row = writer.session.get(PublicCaseRow, case_id)
    if row is None or row.hall_id != writer.hall_id or row.hidden:
        raise HallError("publicity_unknown", status=404)
    row.hidden, row.applicant, row.item, row.department = True, "", "", ""
    audit.record(writer, who, "publicity.taken_down", "case", row.number, reason=reason)
    writer.emit(CHANGED, "{}")


def shown_settings(reader: Reader) -> PublicitySettingsShown:
    row = reader.session.get(PublicityRow, reader.hall_id)
    latest = select(func.max(PublicCaseRow.brought_at)).where(PublicCaseRow.hall_id == reader.hall_id)
    return PublicitySettingsShown(
        **_settings(reader).model_dump(), version=row.version if row else 0, cases=_count(reader),
        latest_at=reader.session.scalar(latest),
    )  # fmt: skip


def put_settings(writer: Writer, who: Actor, wanted: PublicitySettingsEdit) -> PublicitySettingsShown:
    row = writer.session.get(PublicityRow, writer.hall_id)
    if wanted.version != (row.version if row is not None else 0):
        raise HallError("changed_meanwhile", status=409)
    if row is None:
        row = PublicityRow(hall_id=writer.hall_id, version=0)
        writer.session.add(row)
    row.shown, row.days, row.version = wanted.on, wanted.days, row.version + 1
    writer.flush()
    audit.record(writer, who, "publicity.settings_changed", "publicity", "", on=wanted.on, days=wanted.days)
    writer.emit(CHANGED, "{}")
    return shown_settings(writer)


def forget_old(writer: Writer) -> None:
    """What has been public for its time goes. What is left of one that was taken down stays for as long as any setting
    could show it: a longer time would else let the other system bring it back.
    """
    bounds = [(~PublicCaseRow.hidden, _settings(writer).days), (PublicCaseRow.hidden, LONGEST_DAYS)]
    old = or_(*(and_(which, PublicCaseRow.decided_on <= writer.day - timedelta(days=days)) for which, days in bounds))
    ids = select(PublicCaseRow.id).where(PublicCaseRow.hall_id == writer.hall_id, old).limit(BATCH)
    writer.connection.execute(delete(PublicCaseRow).where(PublicCaseRow.id.in_(ids)))


def _compare(reader: Reader, staged: Staged) -> tuple[PublicityReport, list[CaseGiven], list[tuple[CaseGiven, UUID]]]:
    known = _known(reader, [case.number for case in staged.cases])
    oldest = reader.day - timedelta(days=_settings(reader).days)
    fresh, changed, rows = list[CaseGiven](), list[tuple[CaseGiven, UUID]](), list(staged.refused)
    unchanged = too_old = 0

    def note(row: int, number: str, outcome: Literal["created", "changed", "too_old"]) -> None:
        if len(rows) < ROWS:
            rows.append(CaseOutcome(row=row, number=number, outcome=outcome))

    for case, number in zip(staged.cases, staged.rows, strict=True):
        there = known.get(case.number)
        if case.decided_on <= oldest:
            too_old += 1
            note(number, case.number, "too_old")
        elif there is None:
            fresh.append(case)
            note(number, case.number, "created")
        elif there.hidden or tuple(there)[3:] == tuple(_values(case).values()):
            unchanged += 1
        else:
            changed.append((case, there.id))
            note(number, case.number, "changed")
    report = PublicityReport(
        tried=False, created=len(fresh), changed=len(changed), unchanged=unchanged, refused=len(staged.refused),
        too_old=too_old, rows=rows[:ROWS],
    )  # fmt: skip
    return report, fresh, changed


def _known(reader: Reader, numbers: Sequence[str]) -> dict[str, Row[Any]]:
    found: dict[str, Row[Any]] = {}
    for begin in range(0, len(numbers), _AT_ONCE):
        chosen = select(_cases.c.id, _cases.c.number, _cases.c.hidden, *(_cases.c[name] for name in _SAID)).where(
            PublicCaseRow.hall_id == reader.hall_id, PublicCaseRow.number.in_(numbers[begin : begin + _AT_ONCE])
        )
        found |= {row.number: row for row in reader.session.execute(chosen)}
    return found


def _values(case: CaseGiven) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _SAID}


def _settings(reader: Reader) -> PublicitySettings:
    row = reader.session.get(PublicityRow, reader.hall_id)
    return PublicitySettings(on=row.shown, days=row.days) if row is not None else PublicitySettings()


def _count(reader: Reader) -> int:
    counted = select(func.count()).where(PublicCaseRow.hall_id == reader.hall_id, ~PublicCaseRow.hidden)
    return reader.session.scalar(counted) or 0


def _cursor(case: PublicCase) -> str:
    return f"{case.decided_on.isoformat()}_{case.id}"


def _behind(cursor: str) -> ColumnElement[bool]:
    """What stands behind the one the cursor names, whether that one is still there or not."""
    day, _, id_ = cursor.partition("_")
    try:
        decided_on, case_id = date.fromisoformat(day), UUID(id_)
    except ValueError:
        raise HallError("cursor_unknown", status=422) from None
    return or_(
        PublicCaseRow.decided_on < decided_on,
        and_(PublicCaseRow.decided_on == decided_on, PublicCaseRow.id < case_id),
    )


def staged_of(cases: Iterable[CaseGiven]) -> Staged:
    """What another system gave: of a number that comes twice the last one counts."""
    last = {case.number: case for case in cases}
    return Staged(list(last.values()), list(range(1, len(last) + 1)))
