"""Terminals and what they last said of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class TerminalRow(Base):
    __tablename__ = "terminals"
    __table_args__ = (UniqueConstraint("hall_id", "kind", "name"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[str]
    place: Mapped[str]
    devices: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    last_receipt_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # set_up: came with a token of the server's own machine; else pending, approved, revoked.
    state: Mapped[str] = mapped_column(default="set_up")
    # Ed25519, 32 bytes; ``key_id`` counts the keys it had: tokens of an earlier key are refused.
    public_key: Mapped[bytes | None]
    key_id: Mapped[int] = mapped_column(default=0)
    # The only counter this terminal may operate.
    counter_id: Mapped[UUID | None] = mapped_column(ForeignKey("counters.id"))
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_by: Mapped[str] = mapped_column(default="")


class DeviceTestRow(Base):
    """A device somebody asks a terminal to try; ``result`` is empty until the terminal has said it. Kept for a day."""

    __tablename__ = "device_tests"
    __table_args__ = (CheckConstraint("result IN ('', 'passed', 'failed', 'unknown', 'nobody')", name="result"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[UUID] = mapped_column(ForeignKey("terminals.id"))
    kind: Mapped[str]
    result: Mapped[str]
    code: Mapped[str]
    seen: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcTime)


class TerminalOrderRow(Base):
    """What a terminal is asked to do; ``result`` is empty until it has said it, ``content_cipher`` what it sent along,
    ``size`` bytes in clear. Kept for a day."""

    __tablename__ = "terminal_orders"
    __table_args__ = (CheckConstraint("result IN ('', 'done', 'failed')", name="result"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[UUID] = mapped_column(ForeignKey("terminals.id"))
    kind: Mapped[str]
    result: Mapped[str]
    code: Mapped[str]
    content_cipher: Mapped[bytes | None]
    size: Mapped[int]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
