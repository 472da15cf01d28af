"""Appointments, the waiting list, what to bring, and papers sent in advance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class BookingRulesRow(Base):
    """How the hall books: see ``shared.schemas.booking.BookingRules``."""

    __tablename__ = "booking_rules"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class AppointmentRow(Base):
    """``code`` is the secret of its page and QR; ``start`` and ``end`` are minutes of the hall's ``day``.

    ``identity_key`` is the same keyed hash as a ticket's. ``token``: what makes sending a form twice book once.
    """

    __tablename__ = "appointments"
    __table_args__ = (
        Index(None, "hall_id", "day", "state", "start"),
        Index(None, "hall_id", "identity_key", "day"),
        Index(None, "hall_id", "account_id"),
        Index(None, "hall_id", "state", "starts_at"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    token: Mapped[bytes] = mapped_column(unique=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    day: Mapped[date]
    start: Mapped[int]
    end: Mapped[int]
    starts_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str]
    identity_kind: Mapped[str | None]
    identity_key: Mapped[bytes | None]
    identity_masked: Mapped[str | None]
    identity_cipher: Mapped[bytes | None]
    name_masked: Mapped[str | None]
    name_cipher: Mapped[bytes | None]
    phone_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    account_id: Mapped[UUID | None]
    # What messages to its holder are written in.
    language: Mapped[str]
    # phone, staff, or what another system calls itself.
    channel: Mapped[str]
    # The share of the slot's quantity it was taken of, where it goes back to; None: as the channel has it now.
    pool: Mapped[str | None]
    booked_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # holder, staff; empty while it stands.
    ended_by: Mapped[str]
    reason: Mapped[str]
    ticket_id: Mapped[UUID | None]
    ticket_number: Mapped[str | None]
    # Its holder was told of it once more, the day before.
    reminded: Mapped[bool]
    # Grows with each change: also what a calendar compares.
    version: Mapped[int]


class WaitingRow(Base):
    """Somebody who would take a slot of this service on this day; ``position`` is the order of joining.

    While ``state`` is ``offered`` the slot is counted as taken, so that nobody else can have it.
    """

    __tablename__ = "waiting_list"
    __table_args__ = (
        UniqueConstraint("hall_id", "position"),
        Index(None, "hall_id", "service_id", "day", "state", "position"),
        Index(None, "hall_id", "state", "offer_until"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    token: Mapped[bytes] = mapped_column(unique=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    day: Mapped[date]
    position: Mapped[int]
    state: Mapped[str]
    identity_kind: Mapped[str | None]
    identity_key: Mapped[bytes | None]
    identity_masked: Mapped[str | None]
    identity_cipher: Mapped[bytes | None]
    name_masked: Mapped[str | None]
    name_cipher: Mapped[bytes | None]
    phone_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    account_id: Mapped[UUID | None]
    language: Mapped[str]
    channel: Mapped[str]
    joined_at: Mapped[datetime] = mapped_column(UtcTime)
    offer_start: Mapped[int | None]
    offer_end: Mapped[int | None]
    # The share that the freed slot was of.
    offer_through: Mapped[str | None]
    offer_until: Mapped[datetime | None] = mapped_column(UtcTime)
    appointment_id: Mapped[UUID | None]


class HoldRow(Base):
    """A booking, or a place on the waiting list, that counts once the code sent to its phone is typed in.

    Until then it keeps the slot, which is counted as taken, and no place of the person: whoever types somebody else's
    number in takes nothing from them. ``code`` is the secret of its page, ``code_hash`` the keyed hash of what was sent
    last; ``became``: the address of what it was good for.
    """

    __tablename__ = "booking_holds"
    __table_args__ = (Index(None, "hall_id", "until"), Index(None, "hall_id", "browser"))

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    token: Mapped[bytes] = mapped_column(unique=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    day: Mapped[date]
    # None: it is about the waiting list, and keeps no slot.
    start: Mapped[int | None]
    end: Mapped[int | None]
    pool: Mapped[str | None]
    language: Mapped[str]
    phone_masked: Mapped[str]
    phone_index: Mapped[bytes | None]
    identity_key: Mapped[bytes | None]
    # Who it is, as it was typed in; gone with the hold, or once it became a booking.
    form_cipher: Mapped[bytes | None]
    browser: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime] = mapped_column(UtcTime)
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    sends: Mapped[int]
    tries: Mapped[int]
    code_hash: Mapped[bytes]
    became: Mapped[str]


class MaterialRow(Base):
    """One line of what to bring for a service: see ``shared.schemas.booking.MaterialEdit``."""

    __tablename__ = "materials"
    __table_args__ = (Index(None, "hall_id", "service_id", "sort"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    service_id: Mapped[UUID] = mapped_column(ForeignKey("services.id"))
    name: Mapped[str]
    name_en: Mapped[str]
    note: Mapped[str]
    note_en: Mapped[str]
    required: Mapped[bool]
    originals: Mapped[int]
    copies: Mapped[int]
    in_advance: Mapped[bool]
    kinds: Mapped[list[str]] = mapped_column(JSON)
    largest_mb: Mapped[int]
    # files: the hall's files gave it and may change it; console: somebody here did.
    source: Mapped[str]
    # Papers already sent keep their line.
    retired: Mapped[bool]
    sort: Mapped[int]


class PaperSentRow(Base):
    """A paper sent in advance. ``content`` is sealed with a key of its own, and that key as any sealed field: when the
    hall's keys change, only the small one is sealed anew.
    """

    __tablename__ = "papers_sent"
    __table_args__ = (Index(None, "appointment_id"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    appointment_id: Mapped[UUID] = mapped_column(ForeignKey("appointments.id"))
    material_id: Mapped[UUID | None] = mapped_column(ForeignKey("materials.id"))
    media_type: Mapped[str]
    size: Mapped[int]
    key_cipher: Mapped[bytes]
    content: Mapped[bytes] = mapped_column(deferred=True)
    sent_at: Mapped[datetime] = mapped_column(UtcTime)
    # What a counter said of it: accepted, refused, or empty; the note is for its sender.
    verdict: Mapped[str] = mapped_column(default="")
    verdict_note: Mapped[str] = mapped_column(default="")
    verdict_at: Mapped[datetime | None] = mapped_column(UtcTime)
