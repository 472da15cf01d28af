"""Secrets that are good once: authorization codes, enrolment codes, challenges, requests to sign in by phone.

Kept by their SHA-256, and remembered for a while after their use, so that a second use is told apart from nonsense.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, delete
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, Reader, UtcTime, Writer

REMEMBERED = timedelta(days=1)


class OneTimeRow(Base):
    __tablename__ = "one_time"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


@dataclass(frozen=True, slots=True)
class OneTime:
    """What was kept with a secret; ``state``: good, used, expired."""

    data: dict[str, Any]
    state: str
    expires_at: datetime


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def put(writer: Writer, purpose: str, secret: str, data: dict[str, Any], lifetime: timedelta) -> datetime:
    """Keep a secret with its data; answers when it expires."""
    expires_at = writer.now + lifetime
    writer.session.add(
        OneTimeRow(
            hall_id=writer.hall_id, purpose=purpose, hash=_hash(secret), data=data, made_at=writer.now,
            expires_at=expires_at, used_at=None,
        )
    )  # fmt: skip
    writer.flush()
    return expires_at


def look(reader: Reader, purpose: str, secret: str) -> OneTime | None:
    """What is known of a secret, without using it."""
    row = reader.session.get(OneTimeRow, (reader.hall_id, purpose, _hash(secret)))
    if row is None:
        return None
    state = "used" if row.used_at else "expired" if row.expires_at <= reader.now else "good"
    return OneTime(row.data, state, row.expires_at)


def change(writer: Writer, purpose: str, secret: str, data: dict[str, Any]) -> None:
    """Replace the data of a secret that is kept."""
    row = writer.session.get_one(OneTimeRow, (writer.hall_id, purpose, _hash(secret)))
    row.data = data
    writer.flush()


def take(writer: Writer, purpose: str, secret: str) -> OneTime | None:
    """Use a secret up. ``state`` is what it was before: only ``good`` may be acted on. None: never heard of it."""
    found = look(writer, purpose, secret)
    if found is not None and found.state == "good":
        row = writer.session.get_one(OneTimeRow, (writer.hall_id, purpose, _hash(secret)))
        row.used_at = writer.now
        writer.flush()
    return found


def forget_old(writer: Writer) -> None:
    writer.connection.execute(delete(OneTimeRow).where(OneTimeRow.expires_at < writer.now - REMEMBERED))
