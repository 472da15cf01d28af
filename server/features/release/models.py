"""Plans of release with their versions, single days that differ, and what was taken of each quantity.

The days themselves (holidays, adjusted and special days) are the catalogue's: opening hours hang on them too.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class PlanRow(Base):
    """One version of a service's plan: a draft, the one in force, or one that was before.

    ``windows``: kind of day → rows as ``shared.schemas.release.Window`` writes them.
    """

    __tablename__ = "release_plans"
    __table_args__ = (
        UniqueConstraint("service_id", "number"),
        # The database keeps it so: one draft and one plan in force for a service.
        Index(
            "uq_release_plans_state", "service_id", "state", unique=True,
            sqlite_where=text("state <> 'past'"), postgresql_where=text("state <> 'past'"),
        ),
        CheckConstraint("state IN ('draft', 'published', 'past')", name="state"),
    )  # fmt: skip

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    number: Mapped[int]
    state: Mapped[str]
    windows: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(JSON)
    note: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    published_by: Mapped[str | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Why it was published in spite of warnings, and which they were.
    reason: Mapped[str]
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # Grows with each change of a draft: who saves over somebody else's change is refused.
    version: Mapped[int]


class DayChangeRow(Base):
    """One day of one service that differs from its kind."""

    __tablename__ = "release_day_changes"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    windows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    note: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    version: Mapped[int]


class TakenRow(Base):
    """How many were taken of one pool of one window (on site) or slot (booking) of a day.

    ``quantity`` is what the pool held when the last one was taken: the CHECK is the last to see an oversold one.
    """

    __tablename__ = "release_taken"
    __table_args__ = (CheckConstraint("taken >= 0 AND taken <= quantity", name="taken"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    pool: Mapped[str] = mapped_column(primary_key=True)
    taken: Mapped[int]
    quantity: Mapped[int]
