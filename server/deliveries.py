"""The outbox: what must reach the outside is a row of the same transaction, and is worked off until it arrives."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime, Writer
from shared.domain.identifiers import uuid7


class DeliveryRow(Base):
    """``kind`` names the courier; ``state``: waiting, done, given_up."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "hall_id", "state", "next_at"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    target: Mapped[str]
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str]
    attempts: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    next_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    fault: Mapped[str]


def send(writer: Writer, kind: str, target: str, body: dict[str, Any]) -> None:
    """Queue something for the outside; it leaves after the commit."""
    writer.session.add(
        DeliveryRow(
            hall_id=writer.hall_id, id=uuid7(), kind=kind, target=target, body=body, state="waiting", attempts=0,
            made_at=writer.now, next_at=writer.now, done_at=None, fault="",
        )
    )  # fmt: skip
    writer.flush()
