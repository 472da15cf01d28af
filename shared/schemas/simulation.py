"""What would have been: a past day, or several, with another staff or another calling policy."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Message
from shared.schemas.calling import CallingPolicy

MOST_CHANGES = 12
MOST_DAYS = 10
Minute = Annotated[int, Field(ge=0, le=24 * 60)]


class StaffChange(Message):
    """So many counters more, or fewer, for a service from one minute of the day to another."""

    service_id: UUID
    from_min: Minute
    to_min: Minute
    counters: Annotated[int, Field(ge=-20, le=20)]


class WhatIf(Message):
    """``day`` None: the last ten days on which people came, together. ``policy`` None: the one in use."""

    day: date | None = None
    changes: Annotated[list[StaffChange], Field(max_length=MOST_CHANGES)] = []
    policy: CallingPolicy | None = None


class WaitFigures(Message):
    """What some people waited, in seconds; None: nobody came. Who was not called waited until the counters closed."""

    tickets: int
    called: int
    median_s: float | None
    p90_s: float | None
    longest_s: float | None


class ComparedWaits(Message):
    """Everybody, a service's people (``service_id``), a group's, or who took a number in an hour of the day."""

    kind: Literal["all", "service", "group", "hour"]
    service_id: UUID | None = None
    group: Literal["urgent", "booked", "walk_in"] | None = None
    hour: int | None = None
    before: WaitFigures
    after: WaitFigures


class Advice(Message):
    """``before`` is the day run again with its own staff and the policy in use; ``real`` is what people truly waited.

    ``guessed``: on some day nobody wrote down when the counters were staffed; it was concluded from their calls.
    ``skipped``: days on which more people came than can be run again.
    ``hours``: rows of the hours of only the people whose service is changed, when services are.
    """

    days: list[date]
    skipped: list[date] = []
    guessed: bool
    real: WaitFigures
    rows: list[ComparedWaits]
    hours: list[ComparedWaits]


class PastDays(Message):
    """The days that can be run again, the newest first."""

    items: list[date]
