"""The days that differ: by hand, and by the year's table. Opening hours and release hang on the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.catalogue.models import CalendarDayRow
from server.features.release.table import Given
from shared.domain.errors import HallError
from shared.domain.hours import SATURDAY
from shared.schemas.release import CalendarDay, CalendarDayEdit, CalendarReport, CalendarRow


def calendar_days(reader: Reader, first: date, last: date) -> list[CalendarDay]:
    rows = reader.session.scalars(
        select(CalendarDayRow)
        .where(CalendarDayRow.hall_id == reader.hall_id, CalendarDayRow.day.between(first, last))
        .order_by(CalendarDayRow.day)
    )
    return [_view(row) for row in rows]


def set_day(writer: Writer, who: Actor, day: date, wanted: CalendarDayEdit) -> CalendarDay:
    """What kind of day it is; from now on it is an administrator's, and the hall's files leave it alone."""
    row = _looked_at(writer, day, wanted.version)
    like = wanted.opens_like if wanted.kind != "holiday" else None
    if wanted.kind == "adjusted":
        if day.weekday() < SATURDAY:
            raise HallError("release_adjusted_weekday", status=422, day=day.isoformat())
        like = like or "mon"
    writer.touch_catalogue()
    kept = _put(writer, row, day, (wanted.kind, wanted.name, wanted.name_en, like), "hand")
    writer.flush()
    audit.record(writer, who, "calendar.day_set", "day", day, kind=kept.kind, opens_like=kept.opens_like)
    _tell(writer)
    return _view(kept)


def unset_day(writer: Writer, who: Actor, day: date, version: int) -> None:
    """A usual day again."""
    row = _looked_at(writer, day, version)
    assert row is not None
    writer.touch_catalogue()
    writer.session.delete(row)
    writer.flush()
    audit.record(writer, who, "calendar.day_removed", "day", day, kind=row.kind)
    _tell(writer)


def try_table(reader: Reader, given: Sequence[Given]) -> CalendarReport:
    """What loading the table would do."""
    known = _known(reader, given)
    rows = [_report(one, known) for one in given]
    wrong = any(row.outcome == "wrong" for row in rows)
    return CalendarReport(outcome="wrong" if wrong else "ready", days=sum(len(one.days) for one in given), rows=rows)


def load_table(writer: Writer, who: Actor, given: Sequence[Given]) -> CalendarReport:
    """All rows of the table, or none of them when one is wrong. Days it does not name stay as they are."""
    report = try_table(writer, given)
    if report.outcome == "wrong":
        return report
    known = _known(writer, given)
    writer.touch_catalogue()
    changed = 0
    for one in given:
        for day in one.days:
            if not _same(known.get(day), one):
                _put(writer, known.get(day), day, (one.kind, one.name, one.name_en, one.opens_like), "table")
                changed += 1
    writer.flush()
    audit.record(writer, who, "calendar.table_loaded", "calendar", "", rows=len(given), days=changed)
    _tell(writer)
    return report.model_copy(update={"outcome": "done"})


def _looked_at(writer: Writer, day: date, version: int | None) -> CalendarDayRow | None:
    row = writer.session.get(CalendarDayRow, (writer.hall_id, day))
    if (row.version if row is not None else None) != version:
        raise HallError("changed_meanwhile", status=409)
    return row


def _put(
    writer: Writer, row: CalendarDayRow | None, day: date, values: tuple[str, str, str, str | None], source: str
) -> CalendarDayRow:  # fmt: skip
    if row is None:
        row = CalendarDayRow(hall_id=writer.hall_id, day=day, version=-1)
        writer.session.add(row)
    row.kind, row.name, row.name_en, row.opens_like = values
    row.source, row.version = source, row.version + 1
    return row


def _known(reader: Reader, given: Sequence[Given]) -> dict[date, CalendarDayRow]:
    days = [day for one in given for day in one.days]
    if not days:
        return {}
    rows = reader.session.scalars(
        select(CalendarDayRow).where(
            CalendarDayRow.hall_id == reader.hall_id, CalendarDayRow.day.between(min(days), max(days))
        )
    )
    return {row.day: row for row in rows}


def _same(row: CalendarDayRow | None, one: Given) -> bool:
    wanted = (one.kind, one.name, one.name_en, one.opens_like)
    return row is not None and (row.kind, row.name, row.name_en, row.opens_like) == wanted


def _report(one: Given, known: dict[date, CalendarDayRow]) -> CalendarRow:
    named = {"row": one.row, "first": one.first, "last": one.last, "name": one.name}
    if one.code:
        return CalendarRow.model_validate(named | {"outcome": "wrong", "code": one.code})
    if all(_same(known.get(day), one) for day in one.days):
        outcome = "same"
    else:
        outcome = "changed" if any(day in known for day in one.days) else "added"
    return CalendarRow.model_validate(named | {"outcome": outcome})


def _tell(writer: Writer) -> None:
    """What is open and what can be taken may differ for every service."""
    writer.emit("service.changed", '{"service_id":null}')


def _view(row: CalendarDayRow) -> CalendarDay:
    return CalendarDay.model_validate(row, from_attributes=True)
