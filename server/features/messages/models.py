"""Messages to citizens, how they are sent, who wants none, and whose phone is to be told of a ticket."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class MessageSettingsRow(Base):
    """The hall's channel, reminders and own words. Sealed: the gateway's secret, and its address and headers, of which
    ``settings`` has only what anybody who may see it is shown; see ``gateways.py``.
    """

    __tablename__ = "message_settings"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret_cipher: Mapped[bytes | None]
    gateway_cipher: Mapped[bytes | None]
    version: Mapped[int]


class MessageRow(Base):
    """One message; its delivery has the same id. ``body_cipher`` holds number and words until it has been sent.

    Unique by kind and subject: nobody is told the same thing twice.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("hall_id", "kind", "subject"),
        Index(None, "hall_id", "made_at"),
        Index(None, "ticket_id"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    subject: Mapped[str]
    ticket_id: Mapped[UUID | None]
    language: Mapped[str]
    phone_masked: Mapped[str]
    phone_index: Mapped[bytes | None]
    body_cipher: Mapped[bytes | None]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    # What comes later than this is worse than nothing: it is dropped.
    good_until: Mapped[datetime] = mapped_column(UtcTime)


class MessageRefusalRow(Base):
    """A number that wants no messages, by keyed hash."""

    __tablename__ = "message_refusals"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    phone_index: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


class ReminderRow(Base):
    """Whom to tell about one ticket; gone when the visit is over. ``asked``: how often a number was given for it."""

    __tablename__ = "reminders"
    __table_args__ = (Index(None, "hall_id", "service_day"), Index(None, "hall_id", "phone_index"))

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    ticket_id: Mapped[UUID] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    service_day: Mapped[date]
    language: Mapped[str]
    phone_masked: Mapped[str]
    # None: taken back. The row stays until the visit is over, so that numbers can't be tried one after the other.
    phone_index: Mapped[bytes | None]
    phone_cipher: Mapped[bytes | None]
    asked: Mapped[int]
    near_told: Mapped[bool]
    told_call_id: Mapped[UUID | None]
