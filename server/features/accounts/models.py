"""Sessions and failed proofs. Accounts themselves are ``access.models.AccountRow``: roles are held by them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime
from server.features.access.models import AccountRow as AccountRow


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
    """Failed proofs: of a name at one place, of a name everywhere, of one address; kept by keyed hash, so that unknown
    names look like known ones.
    """

    __tablename__ = "throttles"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime)
    until: Mapped[datetime | None] = mapped_column(UtcTime)


class LinkRow(Base):
    """An account is the same person as a subject of an upstream provider; the subject is kept by keyed hash."""

    __tablename__ = "account_links"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    upstream_id: Mapped[UUID] = mapped_column(ForeignKey("upstreams.id"), primary_key=True)
    subject_index: Mapped[bytes] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UtcTime)
