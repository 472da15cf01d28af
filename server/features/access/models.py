"""Accounts, the roles they hold, and the hall's security policy.

What names a person is encrypted (``…_cipher``) and found by keyed hash (``…_index``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from server.database import Base, UtcTime
from shared.domain.id_numbers import without_numbers


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

    @validates("note")
    def _without_numbers(self, _: str, words: str) -> str:
        """Free words, shown in lists: whoever writes somebody's number into them gives it away to nobody."""
        return without_numbers(words)


class RoleRow(Base):
    """A named set of permissions. ``base`` roles ship with the product: their permissions are the code's."""

    __tablename__ = "roles"
    __table_args__ = (UniqueConstraint("hall_id", "key"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    note: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(JSON)
    base: Mapped[bool]
    retired: Mapped[bool]
    version: Mapped[int]


class GrantRow(Base):
    """An account holds a role in a unit and all below it; without a unit, in the whole hall."""

    __tablename__ = "grants"
    __table_args__ = (
        Index("uq_grants_unit", "account_id", "role_id", "unit_id", unique=True),
        # NULLs are never equal to each other: the whole hall needs an index of its own.
        Index(
            "uq_grants_hall", "account_id", "role_id", unique=True,
            sqlite_where=text("unit_id IS NULL"), postgresql_where=text("unit_id IS NULL"),
        ),
    )  # fmt: skip

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    role_id: Mapped[UUID] = mapped_column(ForeignKey("roles.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    granted_by: Mapped[str]
    granted_at: Mapped[datetime] = mapped_column(UtcTime)


class PolicyRow(Base):
    """The security policy that differs from the defaults: see ``shared.schemas.policy.SecurityPolicy``."""

    __tablename__ = "policies"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
