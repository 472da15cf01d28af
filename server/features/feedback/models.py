"""Ratings: one per visit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class RatingRow(Base):
    """``level`` is always the national five-level code, whatever faces the terminal showed."""

    __tablename__ = "ratings"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level"), Index(None, "hall_id", "at"))

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    counter_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
    level: Mapped[int]
    reasons: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str]
    channel: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
