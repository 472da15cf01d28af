"""Releases, rollouts, and the terminals of a rollout."""

from __future__ import annotations

from datetime import datetime, time
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class ReleaseRow(Base):
    """``id``: SHA-256 of ``signed``, kept as it came; its archive lies beside the database, named by its sum."""

    __tablename__ = "releases"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[str]
    archive: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    files: Mapped[int]
    minimum_server: Mapped[str]
    floor: Mapped[str]
    created: Mapped[datetime] = mapped_column(UtcTime)
    expires: Mapped[datetime] = mapped_column(UtcTime)
    # Megabytes; only who fetches the manifest needs it.
    signed: Mapped[str] = mapped_column(deferred=True)
    signature: Mapped[str]
    added_by: Mapped[str]
    added_at: Mapped[datetime] = mapped_column(UtcTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RolloutRow(Base):
    """``wave``: the last one that was told; quiet hours by the hall's wall clock."""

    __tablename__ = "rollouts"
    __table_args__ = (
        ForeignKeyConstraint(["hall_id", "release_id"], ["releases.hall_id", "releases.id"]),
        CheckConstraint("state IN ('running', 'stopped', 'halted', 'done')", name="state"),
    )

    hall_id: Mapped[UUID]
    id: Mapped[UUID] = mapped_column(primary_key=True)
    release_id: Mapped[str]
    state: Mapped[str]
    wave: Mapped[int]
    waves: Mapped[int]
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    healthy_minutes: Mapped[int]
    begun_by: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class RolloutTerminalRow(Base):
    """How far a terminal is; ``code`` says why it failed."""

    __tablename__ = "rollout_terminals"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    rollout_id: Mapped[UUID] = mapped_column(ForeignKey("rollouts.id"), primary_key=True)
    terminal_id: Mapped[UUID] = mapped_column(ForeignKey("terminals.id"), primary_key=True)
    wave: Mapped[int]
    state: Mapped[str]
    code: Mapped[str]
    since: Mapped[datetime] = mapped_column(UtcTime)
