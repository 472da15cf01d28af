"""Early, in time, late: what the kiosk does with somebody who comes for an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol


class Policy(Protocol):
    """See ``shared.schemas.booking.BookingRules``."""

    @property
    def early_minutes(self) -> int: ...
    @property
    def late_minutes(self) -> int: ...
    @property
    def late(self) -> Literal["walk_in", "rebook"]: ...


class Arrival(StrEnum):
    # Come again at ``Times.opens``.
    EARLY = "early"
    # The ticket is one of somebody who booked.
    IN_TIME = "in_time"
    # Too late for the booked place in the line, and still served: the ticket is a walk-in's.
    WALK_IN = "walk_in"
    # Too late; book again, or take a number.
    REBOOK = "rebook"


@dataclass(frozen=True, slots=True)
class Times:
    """From when until when somebody may check in as booked; ``closes`` itself is too late."""

    opens: datetime
    closes: datetime


def times(policy: Policy, start: datetime, end: datetime) -> Times:
    """``late_minutes`` count from the end of the slot: during it nobody is late."""
    return Times(start - timedelta(minutes=policy.early_minutes), end + timedelta(minutes=policy.late_minutes))


def arrival(policy: Policy, start: datetime, end: datetime, now: datetime) -> Arrival:
    window = times(policy, start, end)
    if now < window.opens:
        return Arrival.EARLY
    if now < window.closes:
        return Arrival.IN_TIME
    return Arrival.WALK_IN if policy.late == "walk_in" else Arrival.REBOOK


def missed_from(policy: Policy, start: datetime, end: datetime, day_ends: datetime) -> datetime:
    """When somebody who has not come has missed the appointment: once nothing can be made of it any more."""
    return day_ends if policy.late == "walk_in" else times(policy, start, end).closes
