"""Roles, grants and the hall's security policy."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


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
