"""Leases of numbers, uploaded entries of terminals' journals, and conflicts between what two sides did."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class BandRow(Base):
    """A terminal's own band of numbers, for good, and which journal it last took leases for."""

    __tablename__ = "number_bands"
    __table_args__ = (UniqueConstraint("hall_id", "band"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    terminal: Mapped[str] = mapped_column(primary_key=True)
    # 3 of ``K3``.
    band: Mapped[int]
    # Counts the journals it has had: what was leased to an earlier one is burnt.
    epoch: Mapped[int]
    journal: Mapped[UUID]


class LeaseRow(Base):
    """The ledger: ``used`` of these numbers became tickets; the rest explains the gaps."""

    __tablename__ = "number_leases"
    __table_args__ = (
        UniqueConstraint("hall_id", "service_day", "series", "band", "first"),
        Index(None, "hall_id", "terminal", "service_day"),
        CheckConstraint("first >= 1 AND last >= first", name="span"),
        CheckConstraint("used >= 0 AND used <= last - first + 1", name="used"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal: Mapped[str]
    service_day: Mapped[date]
    series: Mapped[str]
    # What the paper writes before the dot.
    head: Mapped[str]
    band: Mapped[int]
    first: Mapped[int]
    last: Mapped[int]
    epoch: Mapped[int]
    granted_at: Mapped[datetime] = mapped_column(UtcTime)
    used: Mapped[int]
    closed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Its terminal lost its journal: nobody can say which of the unused ones are on paper.
    burnt: Mapped[bool]


class EntryRow(Base):
    """An uploaded entry and its verdict: the same id gets the same answer. ``body`` names nobody."""

    __tablename__ = "island_entries"
    __table_args__ = (
        Index(None, "hall_id", "service_day", "number"),
        Index(None, "hall_id", "verdict"),
        CheckConstraint("verdict IN ('taken', 'known', 'conflict', 'refused', 'pending')", name="verdict"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal: Mapped[str]
    counter_id: Mapped[UUID | None]
    kind: Mapped[str]
    # The day at the hall of ``at``.
    service_day: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcTime)
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    # What it is about, as far as the terminal knew: at least one of them for a visit.
    ticket_id: Mapped[UUID | None] = mapped_column(index=True)
    number: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    verdict: Mapped[str]
    code: Mapped[str]
    conflict_id: Mapped[UUID | None] = mapped_column(ForeignKey("conflicts.id"))


class ConflictRow(Base):
    """What two sides did without knowing of each other, until somebody has looked."""

    __tablename__ = "conflicts"
    __table_args__ = (
        Index(None, "hall_id", "settled_at"),
        Index(None, "hall_id", "service_day", "number"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_day: Mapped[date]
    kind: Mapped[str]
    ticket_id: Mapped[UUID | None]
    # As the paper writes it.
    number: Mapped[str]
    counter_id: Mapped[UUID | None]
    other_counter_id: Mapped[UUID | None]
    terminal: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    happened_at: Mapped[datetime] = mapped_column(UtcTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    settled_by: Mapped[str]
    note: Mapped[str]
