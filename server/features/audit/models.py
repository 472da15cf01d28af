"""How far the trail has been sent on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class AuditExportRow(Base):
    """Entries up to ``n`` have reached the receiver. ``holder`` is the process that sends, until its time is over."""

    __tablename__ = "audit_exports"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    n: Mapped[int]
    at: Mapped[datetime | None] = mapped_column(UtcTime)
    holder: Mapped[str]
    held_until: Mapped[datetime] = mapped_column(UtcTime)
    # Why the last batch did not arrive; empty when it did.
    fault: Mapped[str]
