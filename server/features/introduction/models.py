"""The hall's introduction and its versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class IntroductionRow(Base):
    """``newest`` and ``live`` are numbers of versions. No row: nobody has written anything yet."""

    __tablename__ = "introductions"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    edition: Mapped[int]
    newest: Mapped[int]
    live: Mapped[int | None]
    published_at: Mapped[datetime | None] = mapped_column(UtcTime)
    published_by: Mapped[str]


class IntroductionVersionRow(Base):
    """What was saved once never changes."""

    __tablename__ = "introduction_versions"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by: Mapped[str]
    saved_at: Mapped[datetime] = mapped_column(UtcTime)
    restored: Mapped[int | None]
