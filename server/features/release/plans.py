"""Plans and their versions: draft, what the linter says, publish, and what was in force before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.context import Context
from server.database import Reader, Writer
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.release.booked import Outside, outside
from server.features.release.known import known_of
from server.features.release.linted import linted
from server.features.release.models import DayChangeRow, PlanRow
from server.features.release.service import plans, tell, windows_of
from shared.domain.errors import HallError
from shared.domain.hours import DateKind
from shared.domain.identifiers import uuid7
from shared.domain.release import Finding, Known, Plan
from shared.schemas import release as wire

CHANGE = "release.plans:change"
PAST_SHOWN = 20


def put_in_force(
    session: Session, hall_id: UUID, service_id: UUID, windows: Mapping[DateKind, Sequence[wire.Window]], by: str,
    now: datetime, *, note: str = "",
) -> PlanRow:  # fmt: skip
    """A new version that counts from now on, without a draft before it; what was in force is past."""
    _end_published(session, service_id)
    row = PlanRow(
        hall_id=hall_id, id=uuid7(), service_id=service_id, number=_next_number(session, service_id),
        state="published", windows=kept(windows), note=note, changed_by=by, changed_at=now, published_by=by,
        published_at=now, reason="", warnings=[], version=0,
    )  # fmt: skip
    session.add(row)
    return row


def kept(windows: Mapping[Any, Sequence[wire.Window]]) -> dict[str, list[dict[str, Any]]]:
    """As the database keeps it; kinds of day without a window say nothing."""
    return {
        DateKind(kind).value: [one.model_dump() for one in sorted(rows, key=lambda row: row.start)]
        for kind, rows in windows.items()
        if rows
    }


def ticketable(reader: Reader, service_id: UUID) -> ServiceFacts:
    service = catalogue(reader).service(service_id)
    if not service.ticketable:
        raise HallError("service_not_ticketable", status=409, service=service.name)
    return service


# Looking


def summaries(reader: Reader) -> list[wire.PlanSummary]:
    """All services numbers are taken for, in the hall's order."""
    rows = reader.session.scalars(select(PlanRow).where(PlanRow.hall_id == reader.hall_id, PlanRow.state != "past"))
    by_state = {(row.service_id, row.state): row for row in rows}
    changed = select(DayChangeRow.service_id, func.count()).where(DayChangeRow.day >= reader.day)
    days = {id_: count for id_, count in reader.session.execute(changed.group_by(DayChangeRow.service_id))}
    made = []
    for service in catalogue(reader).services.values():
        if not service.ticketable or service.retired:
            continue
        row = by_state.get((service.id, "published"))
        usual = windows_of(row.windows.get(DateKind.WEEKDAY, [])) if row is not None else ()
        counted = [window.onsite.total for window in usual if window.onsite.total is not None]
        made.append(
            wire.PlanSummary(
                service_id=service.id, name=service.name, name_en=service.name_en,
                department_id=service.department_id, department_name=service.department[0],
                number=row.number if row is not None else None,
                published_at=row.published_at if row is not None else None,
                onsite=sum(counted) if counted else None,
                booking=sum((one.booking.total or 0) * sum(1 for _ in one.slots(reader.day)) for one in usual)
                if row is not None else None,
                has_draft=(service.id, "draft") in by_state, changed_days=days.get(service.id, 0),
            )
        )  # fmt: skip
    return made


def plan_view(reader: Reader, context: Context, service_id: UUID) -> wire.ServicePlan:
    service = ticketable(reader, service_id)
    rows = list(
        reader.session.scalars(
            select(PlanRow).where(PlanRow.service_id == service.id).order_by(PlanRow.number.desc()).limit(PAST_SHOWN)
        )
    )
    changes = reader.session.scalars(
        select(DayChangeRow)
        .where(DayChangeRow.service_id == service.id, DayChangeRow.day >= reader.day)
        .order_by(DayChangeRow.day)
    )
    by_state = {row.state: row for row in rows if row.state != "past"}
    published, draft = by_state.get("published"), by_state.get("draft")
    known = known_of(reader, context, service)
    shown = draft or published
    left = _outside(reader, service, shown.windows if shown else {})
    return wire.ServicePlan(
        service_id=service.id, published=_version(published) if published else None,
        draft=_version(draft) if draft else None, past=[_version(row) for row in rows if row.state == "past"],
        changes=[change_view(row) for row in changes],
        findings=findings_view(_lint(reader, known, shown.windows, left)) if shown else [],
        counters=known.counters, visit_minutes=round(known.visit_s / 60, 1),
        visits_learned=known.basis == "learned", neighbours=[one.name for one in known.beside.neighbours],
        outside=left.shown(), outside_count=left.count,
    )  # fmt: skip


def look_through(
    reader: Reader, context: Context, service_id: UUID, windows: Mapping[str, list[dict[str, Any]]] | None = None
) -> None:
    """Find what the linter says of these windows, of the draft by default, before the writer asks: see ``linted``."""
    service = ticketable(reader, service_id)
    if windows is None:
        chosen = select(PlanRow.windows).where(PlanRow.service_id == service_id, PlanRow.state == "draft")
        windows = reader.session.scalars(chosen).one_or_none()
    if windows is not None:
        linted(reader, known_of(reader, context, service), Plan(_by_kind(windows)))


# Changing


def save_draft(
    writer: Writer, context: Context, principal: Principal, who: Actor, service_id: UUID, wanted: wire.DraftEdit
) -> wire.ServicePlan:
    """Keep a draft, with whatever mistakes it has: the answer names them."""
    service = _may_change(writer, principal, service_id)
    _draft(writer, service_id, wanted.version)
    put_draft(writer, who, service.id, kept(wanted.windows), wanted.note)
    return plan_view(writer, context, service.id)


def put_draft(
    writer: Writer, who: Actor, service_id: UUID, windows: dict[str, list[dict[str, Any]]], note: str = ""
) -> None:
    """In place of the draft there is, whoever made it."""
    chosen = select(PlanRow).where(PlanRow.service_id == service_id, PlanRow.state == "draft")
    row = writer.session.scalars(chosen).one_or_none()
    if row is None:
        row = PlanRow(
            hall_id=writer.hall_id, id=uuid7(), service_id=service_id, number=_next_number(writer.session, service_id),
            state="draft", published_by=None, published_at=None, reason="", warnings=[], version=-1,
        )  # fmt: skip
    row.windows, row.note, row.version = windows, note, row.version + 1
    row.changed_by, row.changed_at = who.label, writer.now
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "release.draft_saved", "service", service_id, number=row.number, windows=row.windows)


def drop_draft(
    writer: Writer, context: Context, principal: Principal, who: Actor, service_id: UUID, version: int
) -> wire.ServicePlan:
    service = _may_change(writer, principal, service_id)
    row = _own_draft(writer, service.id, version)
    writer.session.delete(row)
    writer.flush()
    audit.record(writer, who, "release.draft_dropped", "service", service.id, number=row.number)
    return plan_view(writer, context, service.id)


def publish(
    writer: Writer, context: Context, principal: Principal, who: Actor, service_id: UUID, wanted: wire.Publish
) -> wire.ServicePlan:
    """Put the draft in force: refused with errors, and with warnings unless a reason is given."""
    service = _may_change(writer, principal, service_id)
    row = _own_draft(writer, service.id, wanted.version)
    left = _outside(writer, service, row.windows)
    findings = _lint(writer, known_of(writer, context, service), row.windows, left)
    refuse_faulty(findings, wanted.reason)
    writer.touch_catalogue()
    _end_published(writer.session, service.id)
    row.state, row.published_by, row.published_at = "published", who.label, writer.now
    row.reason = wanted.reason if findings else ""
    row.warnings = [one.model_dump() for one in findings_view(findings)]
    row.version += 1
    writer.flush()
    audit.record(
        writer, who, "release.published", "service", service.id, number=row.number, reason=row.reason,
        warnings=[one.code for one in findings], bookings=wanted.bookings, outside=left.count,
    )  # fmt: skip
    tell(writer, service.id)
    return plan_view(writer, context, service.id)


def refuse_faulty(findings: Sequence[Finding], reason: str) -> None:
    """Errors refuse, warnings want a reason; both say how many and bring the findings along."""
    errors = [one for one in findings if one.level == "error"]
    told = [one.model_dump() for one in findings_view(findings)]
    if errors:
        raise HallError("release_faulty", status=409, count=len(errors), findings=told)
    if findings and not reason.strip():
        raise HallError("release_reason_needed", status=409, count=len(findings), findings=told)


def findings_view(findings: Sequence[Finding]) -> list[wire.Finding]:
    return [
        wire.Finding(level=one.level, code=one.code, kind=one.kind, row=one.row, params=dict(one.params))
        for one in findings
    ]


def change_view(row: DayChangeRow) -> wire.DayChange:
    return wire.DayChange.model_validate(row, from_attributes=True)


def plan_of(reader: Reader, service_id: UUID, *, draft: bool) -> Plan:
    """The windows by kind of day of the draft, or of what is in force; single days left out."""
    chosen = select(PlanRow.windows).where(
        PlanRow.service_id == service_id, PlanRow.state == ("draft" if draft else "published")
    )
    return Plan(_by_kind(reader.session.scalars(chosen).one_or_none() or {}))


def _by_kind(windows: Mapping[str, list[dict[str, Any]]]) -> dict[DateKind, Any]:
    return {DateKind(kind): windows_of(rows) for kind, rows in windows.items()}


def _lint(reader: Reader, known: Known, windows: Mapping[str, list[dict[str, Any]]], left: Outside) -> list[Finding]:
    return [*linted(reader, known, Plan(_by_kind(windows))), *left.findings()]


def _outside(reader: Reader, service: ServiceFacts, windows: Mapping[str, list[dict[str, Any]]]) -> Outside:
    """The bookings these windows have no slot for; single days that differ keep theirs."""
    return outside(reader, service, Plan(_by_kind(windows), plans(reader).get(service.id, Plan()).by_day))


def _may_change(writer: Writer, principal: Principal, service_id: UUID) -> ServiceFacts:
    service = ticketable(writer, service_id)
    principal.require(CHANGE, service.department_id)
    return service


def _draft(writer: Writer, service_id: UUID, version: int | None) -> PlanRow | None:
    """The draft that the caller has looked at; None where there was none and there is none."""
    chosen = select(PlanRow).where(PlanRow.service_id == service_id, PlanRow.state == "draft")
    row = writer.session.scalars(chosen).one_or_none()
    if (row.version if row is not None else None) != version:
        raise HallError("changed_meanwhile", status=409)
    return row


def _own_draft(writer: Writer, service_id: UUID, version: int) -> PlanRow:
    chosen = select(PlanRow.id).where(PlanRow.service_id == service_id, PlanRow.state == "draft")
    if writer.session.scalars(chosen).one_or_none() is None:
        raise HallError("release_draft_unknown", status=404)
    row = _draft(writer, service_id, version)
    assert row is not None
    return row


def _end_published(session: Session, service_id: UUID) -> None:
    chosen = select(PlanRow).where(PlanRow.service_id == service_id, PlanRow.state == "published")
    was = session.scalars(chosen).one_or_none()
    if was is not None:
        was.state = "past"
        # Before the new one: the database allows one at a time.
        session.flush()


def _next_number(session: Session, service_id: UUID) -> int:
    return (session.scalar(select(func.max(PlanRow.number)).where(PlanRow.service_id == service_id)) or 0) + 1


def _version(row: PlanRow) -> wire.PlanVersion:
    return wire.PlanVersion.model_validate(row, from_attributes=True)
