"""Accounts and sessions. What names a person is encrypted (``…_cipher``) and found by keyed hash (``…_index``)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class AccountRow(Base):
    """Somebody who can sign in. ``kind``: staff, citizen, enterprise; ``status``: pending, open, suspended, closed."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("hall_id", "username"),
        Index(None, "hall_id", "number_index"),
        Index(None, "hall_id", "phone_index"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    # Folded to lower case: nobody can register a name that only looks different.
    username: Mapped[str]
    staff_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    # Where the account is administered; the unit of its person, or the one that a registration asks to join.
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"), index=True)
    status: Mapped[str]
    password_hash: Mapped[str | None]
    # Hashes of earlier passwords, newest first: a policy may forbid them.
    password_history: Mapped[list[str]] = mapped_column(JSON)
    password_at: Mapped[datetime | None] = mapped_column(UtcTime)
    must_change: Mapped[bool]
    totp_cipher: Mapped[bytes | None]
    # The last time step a code was accepted for: a code is good once.
    totp_step: Mapped[int]
    name_masked: Mapped[str]
    name_cipher: Mapped[bytes | None]
    number_kind: Mapped[str | None]
    number_masked: Mapped[str | None]
    number_cipher: Mapped[bytes | None]
    number_index: Mapped[bytes | None]
    phone_masked: Mapped[str | None]
    phone_cipher: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]
    # Keyed hash of the staff card's number.
    card_index: Mapped[bytes | None] = mapped_column(unique=True)
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_by: Mapped[str]
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int]


class SessionRow(Base):
    """One sign-in. ``kind``: browser (has a cookie), program, counter; ``methods``: how it was proved (RFC 8176)."""

    __tablename__ = "sessions"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    kind: Mapped[str]
    # SHA-256 of the cookie's secret; only browsers have one.
    secret_hash: Mapped[bytes | None] = mapped_column(unique=True)
    place: Mapped[str]
    address: Mapped[str]
    methods: Mapped[list[str]] = mapped_column(JSON)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    proved_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    end_reason: Mapped[str]


class ThrottleRow(Base):
    """Failed proofs of one name or one address; kept by keyed hash, so that unknown names look like known ones."""

    __tablename__ = "throttles"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)
