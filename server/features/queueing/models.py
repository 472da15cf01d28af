"""Tickets, the lines they stand in, calls and their receipts, papers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class SeriesRow(Base):
    """The last number given of a series on a service day."""

    __tablename__ = "number_series"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    service_day: Mapped[date] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class LineRow(Base):
    """How many wait for a service on a service day: counted with each step, so that nobody has to count."""

    __tablename__ = "lines"
    __table_args__ = (CheckConstraint("waiting >= 0", name="waiting"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    service_day: Mapped[date] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    waiting: Mapped[int]
    # One bit for each lane somebody has stood in today: only those are looked into for a head.
    lanes: Mapped[int]


class TicketRow(Base):
    """A visit's token. ``identity_key`` is a keyed hash; the number itself is kept sealed."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("hall_id", "service_day", "series", "count"),
        Index("ix_tickets_line", "hall_id", "service_day", "service_id", "status", "lane", "turn_at", "rank"),
        Index("ix_tickets_identity", "hall_id", "identity_key", "issued_at"),
        Index("ix_tickets_counter", "hall_id", "service_day", "counter_id"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_day: Mapped[date]
    series: Mapped[str]
    count: Mapped[int]
    number: Mapped[str]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    status: Mapped[str]
    # Stored negative. The group, and whether booked, make the lane: ``shared/domain/calling/places``.
    priority: Mapped[int]
    position: Mapped[int]
    lane: Mapped[int]
    # The place in its lane; a booked one's is after all whose turn comes earlier.
    rank: Mapped[int] = mapped_column(BigInteger)
    # From when a booked ticket's turn counts: the start of its slot, or when it came if that was later.
    turn_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Since when its waiting counts for who is called next: later than its issue where it came back to a later place.
    since_at: Mapped[datetime] = mapped_column(UtcTime)
    # How it came back to its line last (``held``, ``transferred``, ``missed``), and how often after a missed call.
    came_back: Mapped[str]
    missed: Mapped[int]
    identity_kind: Mapped[str | None]
    identity_key: Mapped[bytes | None]
    identity_masked: Mapped[str | None]
    name_masked: Mapped[str | None]
    # The number and the name themselves, for who may see them, until the retention job erases them.
    identity_cipher: Mapped[bytes | None]
    name_cipher: Mapped[bytes | None]
    # Who took it for its holder, where somebody did.
    agent_key: Mapped[bytes | None]
    agent_masked: Mapped[str | None]
    agent_name_masked: Mapped[str | None]
    qr: Mapped[str] = mapped_column(unique=True)
    fingerprint: Mapped[bytes]
    issued_by: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcTime)
    counter_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
    # A transfer to one certain counter waits for that counter only.
    reserved_counter_id: Mapped[UUID | None]
    note: Mapped[str]
    call_id: Mapped[UUID | None]
    recalls: Mapped[int]
    first_called_at: Mapped[datetime | None] = mapped_column(UtcTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # What was told at the issue, in seconds; None: nobody could say.
    told_p50_s: Mapped[int | None]
    told_p90_s: Mapped[int | None]
    # Of somebody who booked and came in time: the start of their slot. None: a walk-in.
    due_at: Mapped[datetime | None] = mapped_column(UtcTime)
    appointment_id: Mapped[UUID | None]
    rated: Mapped[bool]
    # How many items it is for, and which of them is dealt with now, from 0; one has no rows in ``ticket_items``.
    items: Mapped[int] = mapped_column(default=1)
    item: Mapped[int] = mapped_column(default=0)
    # When it came into its line other than by its issue: sent there, back again, or with its next item; when it was
    # called back without waiting in one, then.
    queued_at: Mapped[datetime | None] = mapped_column(UtcTime)
    parked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    parked_until: Mapped[datetime | None] = mapped_column(UtcTime)
    park_reason: Mapped[str] = mapped_column(default="")
    # Seconds parked of the visit that goes on: no part of serving.
    parked_s: Mapped[int] = mapped_column(default=0)
    # How its priority group is known: ``shared/domain/calling/groups``.
    priority_proof: Mapped[str] = mapped_column(default="")
    # Its last call was for the counter's own display and the phone only.
    silent: Mapped[bool] = mapped_column(default=False)
    # Grows with each change: what an undo compares before it puts anything back.
    version: Mapped[int]


class CallRow(Base):
    """One call of a ticket to a counter; a recall repeats it."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "hall_id", "service_day", "seq"), Index(None, "ticket_id"))

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_day: Mapped[date]
    seq: Mapped[int]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    counter_id: Mapped[UUID] = mapped_column(ForeignKey("counters.id"))
    called_at: Mapped[datetime] = mapped_column(UtcTime)
    undone: Mapped[bool]
    silent: Mapped[bool] = mapped_column(default=False)
    # By which rule, what kind of person, and whether somebody who had waited too long was left waiting: what the
    # counter's next choices look back on. No kind: called by hand.
    rule: Mapped[str | None]
    kind: Mapped[str | None]
    passed: Mapped[bool]
    # Whom it was chosen from: see ``server/features/calling/record``. Numbers of tickets, nobody's data.
    choice: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class TicketItemRow(Base):
    """One of several items of a ticket, by its place from 0."""

    __tablename__ = "ticket_items"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))


class TicketVisitRow(Base):
    """One stretch of one item at one counter, once it is over; the one that goes on stands in the ticket itself.

    ``outcome``: finished (the item), transferred, held, parked (and called again), no_show. ``queued_at``: since when
    they waited for it; serving took from ``started_at`` to ``ended_at`` less ``parked_s`` seconds.
    """

    __tablename__ = "ticket_visits"
    __table_args__ = (Index(None, "hall_id", "service_day"), Index(None, "ticket_id"))

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_day: Mapped[date]
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    item: Mapped[int]
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    counter_id: Mapped[UUID]
    staff_id: Mapped[UUID | None]
    queued_at: Mapped[datetime] = mapped_column(UtcTime)
    called_at: Mapped[datetime] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime] = mapped_column(UtcTime)
    parked_s: Mapped[int]
    outcome: Mapped[str]


class HandOverRow(Base):
    """A counter left to a colleague with its parked and held tickets; ``closed_at``: the note has been read."""

    __tablename__ = "hand_overs"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    counter_id: Mapped[UUID] = mapped_column(ForeignKey("counters.id"))
    from_staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    to_staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str]
    parked: Mapped[int]
    held: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    taken_at: Mapped[datetime | None] = mapped_column(UtcTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ReceiptRow(Base):
    """A display showed a call, a loudspeaker spoke it."""

    __tablename__ = "receipts"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    call_id: Mapped[UUID] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    terminal: Mapped[str] = mapped_column(primary_key=True)
    stage: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


class PaperRow(Base):
    """The reprint ledger: each attempt to put a ticket on paper and what became of it."""

    __tablename__ = "papers"
    __table_args__ = (Index(None, "ticket_id"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    copy_id: Mapped[UUID] = mapped_column(primary_key=True)
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"))
    terminal: Mapped[str]
    outcome: Mapped[str]
    code: Mapped[str | None]
    at: Mapped[datetime] = mapped_column(UtcTime)


class CounterStateRow(Base):
    """A counter opened, paused or closed: only ever added to. ``seq`` is the event that told of it."""

    __tablename__ = "counter_states"
    __table_args__ = (Index(None, "hall_id", "at"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    counter_id: Mapped[UUID] = mapped_column(ForeignKey("counters.id"))
    state: Mapped[str]
    reason: Mapped[str | None]
    staff_id: Mapped[UUID | None]
    at: Mapped[datetime] = mapped_column(UtcTime)
