"""A hall's calling policy: one document with a version. No row: the default."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base


class CallingPolicyRow(Base):
    __tablename__ = "calling_policies"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    version: Mapped[int]
    # A ``shared.schemas.calling.CallingPolicy`` without its version.
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
