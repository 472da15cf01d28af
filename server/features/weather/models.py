"""Where the weather comes from, and the last that is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class WeatherRow(Base):
    """``known`` stays whatever becomes of the source. ``next_at``: when it is asked again; None: never by itself.

    Who asks has moved ``next_at`` on first, so that one process asks and a dead one blocks nobody.
    """

    __tablename__ = "weather"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    key_cipher: Mapped[bytes | None]
    version: Mapped[int]
    known: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    as_of: Mapped[datetime | None] = mapped_column(UtcTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    next_at: Mapped[datetime | None] = mapped_column(UtcTime)
    failures: Mapped[int]
    fault: Mapped[str]
