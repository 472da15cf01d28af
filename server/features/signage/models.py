"""Layouts, playlists, schedules and their versions, where they are shown; emergencies; pictures of web pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class SignageContentRow(Base):
    __tablename__ = "signage_contents"
    __table_args__ = (CheckConstraint("kind IN ('layout', 'playlist', 'schedule')", name="kind"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    retired: Mapped[bool]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class SignageVersionRow(Base):
    """What a content was, never changed; ``number`` is the content's ``version`` at that time."""

    __tablename__ = "signage_versions"

    content_id: Mapped[UUID] = mapped_column(ForeignKey("signage_contents.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class SignagePlaceRow(Base):
    """``terminal``: the id of the display or kiosk; ``kiosk`` for every kiosk without one of its own, empty for every
    screen without one."""

    __tablename__ = "signage_places"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    terminal: Mapped[str] = mapped_column(primary_key=True)
    content_id: Mapped[UUID] = mapped_column(ForeignKey("signage_contents.id"))


class AttractRuleRow(Base):
    """``terminal``: the id of the kiosk; empty for every kiosk without a rule of its own."""

    __tablename__ = "attract_rules"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    terminal: Mapped[str] = mapped_column(primary_key=True)
    after_s: Mapped[int]


class EmergencyRow(Base):
    """``data`` holds the fields of CAP that only screens read."""

    __tablename__ = "emergencies"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'replaced', 'cancelled')", name="state"),
        UniqueConstraint("hall_id", "identifier"),
    )

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    identifier: Mapped[str]
    sent: Mapped[datetime] = mapped_column(UtcTime)
    expires: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class WebPictureRow(Base):
    """The last picture of a web page in one size; ``problem``: the code of why the last attempt gave none."""

    __tablename__ = "signage_web_pictures"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    media: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcTime)
    tried_at: Mapped[datetime] = mapped_column(UtcTime)
    problem: Mapped[str]
