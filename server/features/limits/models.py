"""The hall's rules, who holds what, who missed what, who is shut out, and who may have more.

A person stands in these tables by the keyed hash of their number, and masked for those who read them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class RuleRow(Base):
    """A rule that somebody has changed; the others are as at first."""

    __tablename__ = "limit_rules"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    active: Mapped[bool]
    params: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]


class ClaimRow(Base):
    """A number or a booking of a person for a day.

    While it is open it holds a place, and nobody holds a place twice: this is what makes a second number at another
    door impossible, whatever either of them has read before. Over, it holds none, and counts until its day has passed.
    """

    __tablename__ = "limit_claims"
    __table_args__ = (
        UniqueConstraint("hall_id", "identity_key", "scope", "place", name="uq_limit_claims_place"),
        Index("ix_limit_claims_day", "hall_id", "day"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    # The ticket's or the appointment's own id.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    # A ticket's number, a booking's time.
    label: Mapped[str]
    act: Mapped[str]
    channel: Mapped[str]
    identity_key: Mapped[bytes]
    # Who took it for them; only counted where somebody did.
    agent_key: Mapped[bytes | None]
    service_id: Mapped[UUID]
    day: Mapped[date]
    scope: Mapped[str]
    place: Mapped[int | None]


class PenaltyRow(Base):
    """A call or a booking somebody missed, or a booking cancelled; ``lifted_at``: it counts no longer."""

    __tablename__ = "limit_penalties"
    __table_args__ = (
        UniqueConstraint("hall_id", "kind", "about_id", name="uq_limit_penalties_about"),
        Index("ix_limit_penalties_identity", "hall_id", "identity_key", "at"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    # ``missed`` or ``cancelled``.
    kind: Mapped[str]
    act: Mapped[str]
    about_id: Mapped[UUID]
    service_id: Mapped[UUID]
    identity_key: Mapped[bytes]
    identity_masked: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int]


class BlockRow(Base):
    """Somebody who gets nothing until and with a day."""

    __tablename__ = "limit_blocks"
    __table_args__ = (Index("ix_limit_blocks_identity", "hall_id", "identity_key"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    identity_key: Mapped[bytes]
    identity_kind: Mapped[str]
    identity_masked: Mapped[str]
    name_masked: Mapped[str]
    reason: Mapped[str]
    until: Mapped[date]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int]


class ExceptionRow(Base):
    """Somebody who may have more than the rules give.

    ``agent``: take ``per_day`` numbers a day for others; ``companions``: have that many more for who comes along.
    """

    __tablename__ = "limit_exceptions"
    __table_args__ = (Index("ix_limit_exceptions_identity", "hall_id", "identity_key"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    identity_key: Mapped[bytes]
    identity_kind: Mapped[str]
    identity_masked: Mapped[str]
    name_masked: Mapped[str]
    per_day: Mapped[int]
    first: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    made_by: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int]
