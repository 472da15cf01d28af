"""Terminals: the hall's PCs and the devices attached to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Message, OptionalText, ShortText
from shared.schemas.device_health import DeviceHealth
from shared.schemas.enrolment import TerminalState
from shared.schemas.machine_health import MachineAlarmKind, MachineHealth
from shared.schemas.power import Spot
from shared.schemas.understood import OR_NONE, understood

TerminalKind = Literal["kiosk", "counter", "display", "admin", "staff"]
# By rule on or off, switched off by an order, out of service; free: nobody says.
Expectation = Literal["on", "off", "ordered", "out", "free"]


class TerminalReport(Message):
    """What a terminal says of itself every 20 s and whenever a device changes. What a newer one says of its devices
    and machine in other words is left out: it is on line all the same."""

    version: ShortText
    place: OptionalText = ""
    devices: Annotated[list[DeviceHealth], Field(max_length=20), understood(DeviceHealth, 20)] = []
    machine: Annotated[MachineHealth | None, OR_NONE] = None


class MachineAlarm(Message):
    """What somebody must look at; ``since``: when it began."""

    kind: MachineAlarmKind
    since: datetime


class Terminal(TerminalReport):
    """``online``: said something in the last 45 s. ``last_receipt_at``: its last shown or spoken call.

    ``state``: set_up came with a token of the server's own machine. ``fingerprint`` names its key to people,
    ``key_number`` counts the keys it has had. ``version`` is empty until it has said something. ``expected``: whether
    it should be on now, ``changes_at``: when its plan changes that. While it is off on purpose there are no
    ``alarms``.
    """

    version: str
    id: UUID
    name: str
    kind: TerminalKind
    online: bool
    last_seen_at: datetime
    last_receipt_at: datetime | None
    state: TerminalState = "set_up"
    fingerprint: str = ""
    key_number: int = 0
    counter_id: UUID | None = None
    enrolled_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    alarms: list[MachineAlarm] = []
    expected: Expectation = "free"
    changes_at: datetime | None = None
    out_until: datetime | None = None
    out_note: str = ""
    plan_id: UUID | None = None
    spot: Spot | None = None
