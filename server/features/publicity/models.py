"""Finished cases that are public, and for how long they are."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class PublicCaseRow(Base):
    """``applicant`` came masked and stands nowhere else. ``hidden``: taken down by hand; what is left of it only keeps
    the other system from bringing it again.
    """

    __tablename__ = "public_cases"
    __table_args__ = (
        UniqueConstraint("hall_id", "number"),
        CheckConstraint("result IN ('granted', 'refused', 'finished', 'withdrawn', 'ended')", name="result"),
        CheckConstraint("applicant_kind IN ('person', 'enterprise')", name="applicant_kind"),
        Index(None, "hall_id", "decided_on", "id"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    item: Mapped[str]
    department: Mapped[str]
    applicant: Mapped[str]
    applicant_kind: Mapped[str]
    result: Mapped[str]
    decided_on: Mapped[date]
    hidden: Mapped[bool]
    brought_at: Mapped[datetime] = mapped_column(UtcTime)


class PublicityRow(Base):
    """No row: as ``PublicitySettings`` says by itself."""

    __tablename__ = "publicity"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    shown: Mapped[bool]
    days: Mapped[int]
    version: Mapped[int]
