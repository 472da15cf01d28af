"""Guides, what is told of departments, where guides come from, and the runs that brought them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class GuideRow(Base):
    """An item's guide. ``body`` is what it says; beside it what lists are made of, so that they need not read it."""

    __tablename__ = "guides"
    __table_args__ = (
        UniqueConstraint("hall_id", "code"),
        CheckConstraint("source IN ('files', 'console', 'import')", name="source"),
        Index(None, "department_id"),
        Index(None, "service_id"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[str]
    audience: Mapped[list[str]] = mapped_column(JSON)
    themes: Mapped[list[str]] = mapped_column(JSON)
    department_id: Mapped[UUID] = mapped_column(ForeignKey("departments.id"))
    # Said here and not by who brings the guide: other systems do not know our services.
    service_id: Mapped[UUID | None] = mapped_column(ForeignKey("services.id"))
    legal_days: Mapped[int | None]
    promised_days: Mapped[int | None]
    # As whoever owns the guide gave it; ``kept`` is laid over it: what this hall says itself of an item that the item
    # system gives, by field.
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    kept: Mapped[dict[str, Any]] = mapped_column(JSON)
    # A hash of the body: equal content is no change.
    mark: Mapped[str]
    source: Mapped[str]
    retired: Mapped[bool]
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class GuideVersionRow(Base):
    """What a guide said before it was changed; ``by`` is who replaced it, ``at`` when."""

    __tablename__ = "guide_versions"

    guide_id: Mapped[UUID] = mapped_column(ForeignKey("guides.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)


class DepartmentFactsRow(Base):
    """What visitors are told of a department besides its name. No row: nothing yet."""

    __tablename__ = "department_facts"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    department_id: Mapped[UUID] = mapped_column(ForeignKey("departments.id"), primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("departments.id"))
    scope: Mapped[str]
    windows: Mapped[str]
    flows: Mapped[str]
    leaders: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    version: Mapped[int]


class DepartmentSettingsRow(Base):
    """How those on duty are named to visitors. No row: by surname and number."""

    __tablename__ = "department_settings"
    __table_args__ = (CheckConstraint("on_duty IN ('name', 'surname', 'number', 'nobody')", name="on_duty"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    on_duty: Mapped[str]
    version: Mapped[int]


class GuideSourceRow(Base):
    """The item system: how it is asked, and how far it has been read (``since``, its own word)."""

    __tablename__ = "guide_sources"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret_cipher: Mapped[bytes | None]
    since: Mapped[str]
    next_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_full_at: Mapped[datetime | None] = mapped_column(UtcTime)
    version: Mapped[int]


class GuideRunRow(Base):
    """One bringing in. ``staged``: what was read and waits for somebody's yes, else None."""

    __tablename__ = "guide_runs"
    __table_args__ = (
        CheckConstraint("mode IN ('full', 'changes', 'file')", name="mode"),
        CheckConstraint("state IN ('waiting', 'reading', 'held', 'done', 'failed', 'dropped')", name="state"),
        Index(None, "hall_id", "begun_at"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    mode: Mapped[str]
    state: Mapped[str]
    by: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Until when a process may be at it; later than that it has died.
    until: Mapped[datetime | None] = mapped_column(UtcTime)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    staged: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
