"""The hall's facts, departments, services, counters and staff."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime
from shared.domain.spelling import spell_all


class HallFactsRow(Base):
    """What every screen may show of the hall; kept apart from the clocks, which change with every event."""

    __tablename__ = "hall_facts"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)


class CalendarDayRow(Base):
    """A day that differs: closed, worked in exchange (``adjusted``), or special. The one truth of opening hours and of
    the release of numbers.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (CheckConstraint("kind IN ('holiday', 'adjusted', 'special')", name="kind"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    # The day of the week whose hours it has; None: its own.
    opens_like: Mapped[str | None]
    # ``files``: of the hall's files, which may take it back; ``table`` and ``hand``: an administrator's.
    source: Mapped[str]
    version: Mapped[int]


class DepartmentRow(Base):
    __tablename__ = "departments"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), index=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    short_name: Mapped[str]
    name_en: Mapped[str]
    category: Mapped[str]
    floor: Mapped[str]
    phone: Mapped[str]
    sort: Mapped[int]
    # What it was called before: other systems go on calling it so.
    former: Mapped[list[str]] = mapped_column(JSON, default=list)


class ServiceRow(Base):
    """A node of the category tree; ``ticketable`` ones have a series and counters."""

    __tablename__ = "services"
    __table_args__ = (Index(None, "hall_id", "parent_id"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("services.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    name: Mapped[str]
    name_en: Mapped[str]
    short_name: Mapped[str]
    series: Mapped[str | None]
    ticketable: Mapped[bool]
    identity: Mapped[str]
    audience: Mapped[str]
    typical_minutes: Mapped[float]
    hint: Mapped[str]
    hint_en: Mapped[str]
    keywords: Mapped[list[str]] = mapped_column(JSON)
    # What it is found by, made when it is published: see ``index``.
    spelled: Mapped[list[str]] = mapped_column(JSON)
    hours: Mapped[dict[str, list[list[str]]]] = mapped_column(JSON)
    hours_text: Mapped[str]
    hours_text_en: Mapped[str]
    suspended: Mapped[bool]
    suspended_note: Mapped[str]
    suspended_note_en: Mapped[str]
    retired: Mapped[bool]
    sort: Mapped[int]


def index(row: ServiceRow) -> None:
    """Spell what it is found by anew; after every change of a name or keyword."""
    row.spelled = spell_all([row.name, row.short_name, row.name_en, *row.keywords])


class StaffRow(Base):
    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("hall_id", "number"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    name: Mapped[str]
    title: Mapped[str]
    # Where they stand in the organisation; the department is that of the unit or of the nearest one above it.
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    phone_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    retired: Mapped[bool]
    version: Mapped[int] = mapped_column(default=0)


class CounterRow(Base):
    """A window; the unique ``ticket_id`` is what keeps one ticket from standing at two of them."""

    __tablename__ = "counters"
    __table_args__ = (
        UniqueConstraint("hall_id", "label"),
        Index("uq_counters_ticket", "ticket_id", unique=True, postgresql_where=text("ticket_id IS NOT NULL")),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    floor: Mapped[str]
    zone: Mapped[str]
    state: Mapped[str]
    pause_reason: Mapped[str | None]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    # The session that proved who sits here: when it ends, so does their duty.
    session_id: Mapped[UUID | None]
    ticket_id: Mapped[UUID | None]
    ticket_number: Mapped[str | None]
    ticket_status: Mapped[str | None]
    since: Mapped[datetime | None] = mapped_column(UtcTime)
    # What a colleague left here, until it has been read; see queueing's ``hand_overs``.
    hand_over_id: Mapped[UUID | None]
    # The last step and what it replaced, so that it can be taken back for ten seconds.
    last_step: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Planned: kind of day → [{"start", "end" (minutes of the hall's day), "why"}].
    breaks: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(JSON, server_default="{}", default=dict)
    retired: Mapped[bool]
    sort: Mapped[int]


class CounterServiceRow(Base):
    __tablename__ = "counter_services"
    __table_args__ = (Index(None, "service_id"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    counter_id: Mapped[UUID] = mapped_column(ForeignKey("counters.id"), primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)


class NumberFormatsRow(Base):
    """How the hall writes its numbers: one document with a version. No row: ``A001``."""

    __tablename__ = "number_formats"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    version: Mapped[int]
    # ``now``, ``later``: NumberingRules; ``from_day``; ``spent_on`` and ``spent``: prefixes used earlier that day.
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
