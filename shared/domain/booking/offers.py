"""A freed slot is offered to one person at a time, the first who waits for its service and day; for how long."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final, Protocol, TypeVar

# Nobody has to answer at night: an offer made outside these hours runs from the next morning.
MORNING: Final = time(8)
EVENING: Final = time(21)
# A slot that begins sooner is no use to somebody at home.
LEAD: Final = timedelta(minutes=30)


class Waiter(Protocol):
    @property
    def position(self) -> int: ...


Someone = TypeVar("Someone", bound=Waiter)


def first(waiting: Iterable[Someone]) -> Someone | None:
    """Whose turn it is: who joined first."""
    return min(waiting, key=lambda one: one.position, default=None)


def answer_until(local_now: datetime, minutes: int, local_start: datetime) -> datetime | None:
    """Until when an offer stands, in the hall's time; None when the slot begins too soon to offer it.

    ``minutes`` of the day's time, and never beyond half an hour before the slot.
    """
    last = local_start - LEAD
    from_ = local_now
    if local_now.time() >= EVENING:
        from_ = datetime.combine(local_now.date() + timedelta(days=1), MORNING, local_now.tzinfo)
    elif local_now.time() < MORNING:
        from_ = datetime.combine(local_now.date(), MORNING, local_now.tzinfo)
    until = min(from_ + timedelta(minutes=minutes), last)
    return until if until > local_now else None
