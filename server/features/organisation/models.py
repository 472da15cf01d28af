"""The organisation tree. People are ``catalogue.models.StaffRow``: counters need them too."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base


class UnitRow(Base):
    """A node of the tree, of any depth. One root per hall; a department of the catalogue has a unit with its own id."""

    __tablename__ = "units"
    __table_args__ = (Index(None, "hall_id", "parent_id"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("units.id"))
    name: Mapped[str]
    short_name: Mapped[str]
    # What other systems call it, such as a unified social credit code; empty when there is none.
    code: Mapped[str]
    sort: Mapped[int]
    retired: Mapped[bool]
    version: Mapped[int]
