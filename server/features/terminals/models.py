"""Terminals and what they last said of themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime


class TerminalRow(Base):
    __tablename__ = "terminals"
    __table_args__ = (UniqueConstraint("hall_id", "kind", "name"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    name: Mapped[str]
    version: Mapped[str]
    place: Mapped[str]
    devices: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    last_seen_at: Mapped[datetime] = mapped_column(UtcTime)
    last_receipt_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # set_up: came with a token of the server's own machine; else pending, approved, revoked.
    state: Mapped[str] = mapped_column(default="set_up")
    # Ed25519, 32 bytes; ``key_id`` counts the keys it had: tokens of an earlier key are refused.
    public_key: Mapped[bytes | None]
    key_id: Mapped[int] = mapped_column(default=0)
    # The only counter this terminal may operate.
    counter_id: Mapped[UUID | None] = mapped_column(ForeignKey("counters.id"))
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcTime)
    decided_by: Mapped[str] = mapped_column(default="")
    # How its machine is, as it said last; what of that is an alarm, or on its way to one, by kind.
    machine: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    watched: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Whether the others were told that it is on line.
    told_online: Mapped[bool] = mapped_column(default=False)
    ordered_off_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Its displays were switched off by an order, and not on again.
    dark_ordered: Mapped[bool] = mapped_column(default=False)
    out_until: Mapped[datetime | None] = mapped_column(UtcTime)
    out_note: Mapped[str] = mapped_column(default="")
    # Its place in the order of switching on; the change by the plan that was carried out last, and the last try.
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("power_plans.id"))
    plan_place: Mapped[int] = mapped_column(default=0)
    powered_for: Mapped[datetime | None] = mapped_column(UtcTime)
    power_tried_at: Mapped[datetime | None] = mapped_column(UtcTime)
    # Where it stands on the plan of its floor, as shares of the picture; an empty floor: nowhere.
    spot_floor: Mapped[str] = mapped_column(default="")
    spot_x: Mapped[float] = mapped_column(default=0.0)
    spot_y: Mapped[float] = mapped_column(default=0.0)


class PowerPlanRow(Base):
    """When some terminals are on; ``week`` as ``PowerPlanEdit`` has it."""

    __tablename__ = "power_plans"
    __table_args__ = (UniqueConstraint("hall_id", "name"), CheckConstraint("off IN ('display', 'machine')", name="off"))

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    week: Mapped[dict[str, Any]] = mapped_column(JSON)
    stagger_s: Mapped[int]
    off: Mapped[str]
    version: Mapped[int]


class FloorPlanRow(Base):
    """The picture a floor's terminals are shown on: a content of the hall's media."""

    __tablename__ = "floor_plans"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"), primary_key=True)
    floor: Mapped[str] = mapped_column(primary_key=True)
    picture: Mapped[str | None]
    version: Mapped[int]


class DeviceTestRow(Base):
    """A device somebody asks a terminal to try; ``result`` is empty until the terminal has said it. Kept for a day."""

    __tablename__ = "device_tests"
    __table_args__ = (CheckConstraint("result IN ('', 'passed', 'failed', 'unknown', 'nobody')", name="result"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[UUID] = mapped_column(ForeignKey("terminals.id"))
    kind: Mapped[str]
    result: Mapped[str]
    code: Mapped[str]
    seen: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcTime)


class TerminalOrderRow(Base):
    """What a terminal is asked to do; ``result`` is empty until it has said it, ``content_cipher`` what it sent along,
    ``size`` bytes in clear. Kept for a day."""

    __tablename__ = "terminal_orders"
    __table_args__ = (CheckConstraint("result IN ('', 'done', 'failed')", name="result"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    terminal_id: Mapped[UUID] = mapped_column(ForeignKey("terminals.id"))
    kind: Mapped[str]
    result: Mapped[str]
    code: Mapped[str]
    # Megabytes; lists of orders leave it where it is.
    content_cipher: Mapped[bytes | None] = mapped_column(deferred=True)
    size: Mapped[int]
    # Percent, of a volume or brightness; when a machine that is switched off shall wake.
    value: Mapped[int | None]
    wake_at: Mapped[datetime | None] = mapped_column(UtcTime)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcTime)
