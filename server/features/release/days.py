"""Single days: what they look like, trying a change of one, and keeping it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.models import CalendarDayRow
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.release.known import known_of
from server.features.release.models import DayChangeRow, TakenRow
from server.features.release.plans import (
    CHANGE,
    change_view,
    findings_view,
    plan_of,
    refuse_faulty,
    ticketable,
)
from server.features.release.service import plans, tell, windows_of
from shared.domain.errors import HallError
from shared.domain.release import Finding, Plan, Window, day_plan, lint_day, open_minutes, slots_of
from shared.schemas import release as wire

# How far ahead a day may be changed: plans beyond belong to the plan itself.
AHEAD_DAYS = 400


def days_view(
    reader: Reader, context: Context, service_id: UUID, first: date, days: int, *, draft: bool
) -> list[wire.DayShown]:
    """What the days look like; with ``draft`` as they would if the draft were in force.

    What the service promises together with others is asked when one day is tried or changed.
    """
    service = ticketable(reader, service_id)
    plan = plans(reader).get(service.id, Plan())
    if draft:
        plan = Plan(plan_of(reader, service.id, draft=True).by_kind, plan.by_day)
    return [_shown(reader, context, service, plan, first + timedelta(days=ahead), alone=True) for ahead in range(days)]


def try_day(reader: Reader, context: Context, service_id: UUID, day: date, wanted: wire.DayTry) -> wire.DayShown:
    """What a day would look like with these windows, and what the linter says of them."""
    service = ticketable(reader, service_id)
    plan = plans(reader).get(service.id, Plan())
    by_day = {known: rows for known, rows in plan.by_day.items() if known != day}
    if wanted.windows is not None:
        by_day[day] = windows_of([one.model_dump() for one in wanted.windows])
    return _shown(reader, context, service, Plan(plan.by_kind, by_day), day)


def change_day(
    writer: Writer, context: Context, principal: Principal, who: Actor, service_id: UUID, day: date,
    wanted: wire.DayEdit,
) -> wire.DayChange:  # fmt: skip
    """Keep a change of one day: refused with errors, and with warnings unless a reason is given."""
    service = ticketable(writer, service_id)
    principal.require(CHANGE, service.department_id)
    if not writer.day <= day <= writer.day + timedelta(days=AHEAD_DAYS):
        raise HallError("release_day_wrong", status=422, day=day.isoformat())
    row = _change(writer, service.id, day, wanted.version)
    kept = [one.model_dump() for one in sorted(wanted.windows, key=lambda one: one.start)]
    findings = _findings(writer, context, service, windows_of(kept), day)
    refuse_faulty(findings, wanted.reason)
    writer.touch_catalogue()
    if row is None:
        row = DayChangeRow(hall_id=writer.hall_id, service_id=service.id, day=day, version=-1)
        writer.session.add(row)
    row.windows, row.note, row.version = kept, wanted.note, row.version + 1
    row.changed_by, row.changed_at = who.label, writer.now
    writer.flush()
    audit.record(
        writer, who, "release.day_changed", "service", service.id, day=day, windows=kept, reason=wanted.reason,
        warnings=[one.code for one in findings],
    )  # fmt: skip
    tell(writer, service.id)
    return change_view(row)


def restore_day(writer: Writer, principal: Principal, who: Actor, service_id: UUID, day: date, version: int) -> None:
    """As its kind again. Who has booked keeps the time."""
    service = ticketable(writer, service_id)
    principal.require(CHANGE, service.department_id)
    row = _change(writer, service.id, day, version)
    assert row is not None
    writer.touch_catalogue()
    writer.session.delete(row)
    writer.flush()
    audit.record(writer, who, "release.day_restored", "service", service.id, day=day)
    tell(writer, service.id)


def _change(writer: Writer, service_id: UUID, day: date, version: int | None) -> DayChangeRow | None:
    row = writer.session.get(DayChangeRow, (service_id, day))
    if (row.version if row is not None else None) != version:
        raise HallError("changed_meanwhile", status=409)
    return row


def _taken(reader: Reader, service_id: UUID, day: date) -> dict[tuple[str, int], int]:
    rows = reader.session.execute(
        select(TakenRow.act, TakenRow.start, TakenRow.taken).where(
            TakenRow.service_id == service_id, TakenRow.day == day
        )
    )
    taken: dict[tuple[str, int], int] = {}
    for act, start, count in rows:
        taken[act, start] = taken.get((act, start), 0) + count
    return taken


def _findings(
    reader: Reader, context: Context, service: ServiceFacts, rows: Sequence[Window], day: date, *, alone: bool = False
) -> list[Finding]:
    booked = {start: count for (act, start), count in _taken(reader, service.id, day).items() if act == "booking"}
    known = known_of(reader, context, service, single_days=True, alone=alone)
    return lint_day(rows, day, known, catalogue(reader).calendar, booked)


def _shown(
    reader: Reader, context: Context, service: ServiceFacts, plan: Plan, day: date, *, alone: bool = False
) -> wire.DayShown:
    calendar = catalogue(reader).calendar
    hours = list(open_minutes(service.hours, day, calendar))
    rows = sorted(day_plan(plan, day, calendar), key=lambda one: one.start)
    taken = _taken(reader, service.id, day)
    named = reader.session.get(CalendarDayRow, (reader.hall_id, day))
    windows = [
        wire.WindowShown(
            start=row.start, end=row.end, onsite=row.onsite.total, onsite_taken=taken.get(("onsite", row.start), 0),
            slots=[
                wire.SlotShown(
                    start=slot.start, end=slot.end, quantity=quota.total or 0,
                    taken=taken.get(("booking", slot.start), 0),
                )
                for slot, quota in slots_of([row], day, hours)
            ],
        )
        for row in rows
    ]  # fmt: skip
    return wire.DayShown(
        day=day, kind=calendar.kind(day).value, name=named.name if named else "",
        name_en=named.name_en if named else "", hours=hours, changed=day in plan.by_day,
        rows=[_row(row) for row in rows], windows=windows,
        findings=findings_view(_findings(reader, context, service, rows, day, alone=alone)),
    )  # fmt: skip


def _row(window: Window) -> wire.Window:
    return wire.Window(
        start=window.start, end=window.end, slot_minutes=window.slot_minutes,
        onsite=window.onsite.total, onsite_shares=dict(window.onsite.shares),
        booking=window.booking.total or 0, booking_shares=dict(window.booking.shares),
    )  # fmt: skip
