"""Pictures and videos, uploads under way, and what displays played."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class MediaRow(Base):
    """One content; the file lies beside the database, named by ``sha256``. Pixels as it is shown.

    ``removed_at``: the file is gone, the row says what the plays of it were of.
    """

    __tablename__ = "media"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    duration_ms: Mapped[int | None]
    name: Mapped[str]
    uploaded_by: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(UtcTime)
    has_thumbnail: Mapped[bool]
    retired_at: Mapped[datetime | None] = mapped_column(UtcTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcTime)


class MediaUploadRow(Base):
    """An upload under way: how far it is says the length of its file. One content is uploaded once at a time."""

    __tablename__ = "media_uploads"
    __table_args__ = (UniqueConstraint("hall_id", "sha256"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    started_by: Mapped[str]
    started_at: Mapped[datetime] = mapped_column(UtcTime)


class PlayRow(Base):
    """One showing of a content on a display, as its journal tells it; ``day`` is the hall's."""

    __tablename__ = "plays"
    __table_args__ = (Index(None, "hall_id", "day", "sha256"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal: Mapped[str]
    sha256: Mapped[str]
    place: Mapped[str]
    day: Mapped[date]
    began_at: Mapped[datetime] = mapped_column(UtcTime)
    shown_ms: Mapped[int]
    whole: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(UtcTime)
