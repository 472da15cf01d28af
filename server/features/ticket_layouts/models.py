"""Layouts of tickets, their published versions, where each is used, and papers to try them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class TicketLayoutRow(Base):
    """``draft`` is what the editor holds; ``published`` the number of the version that is printed."""

    __tablename__ = "ticket_layouts"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    version: Mapped[int]
    published: Mapped[int | None]
    retired: Mapped[bool]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class TicketLayoutVersionRow(Base):
    """What was published once never changes."""

    __tablename__ = "ticket_layout_versions"

    layout_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_layouts.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    note: Mapped[str]
    published_by: Mapped[str]
    published_at: Mapped[datetime] = mapped_column(UtcTime)


class TicketLayoutUseRow(Base):
    """``target``: the id of the terminal or the service; empty for the whole hall."""

    __tablename__ = "ticket_layout_uses"
    __table_args__ = (CheckConstraint("kind IN ('hall', 'terminal', 'service')", name="kind"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(primary_key=True)
    layout_id: Mapped[UUID] = mapped_column(ForeignKey("ticket_layouts.id"))


class TrialPrintRow(Base):
    """A paper that was asked for to see a layout; ``outcome`` is empty until the kiosk has said it. Kept for a day."""

    __tablename__ = "trial_prints"
    __table_args__ = (CheckConstraint("outcome IN ('', 'printed', 'not_printed', 'unknown')", name="outcome"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[UUID] = mapped_column(ForeignKey("terminals.id"))
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    sample: Mapped[str]
    outcome: Mapped[str]
    code: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
