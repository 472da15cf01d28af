"""What a plan of release says of a day: its windows, their slots, and how a quantity is shared by channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from shared.domain.hours import Calendar, DateKind, Week, spans

Act = Literal["onsite", "booking"]
MINUTES_OF_DAY: Final = 24 * 60
# The pool of everybody whose channel has no share of its own.
COMMON: Final = ""


def minutes_of(clock: str) -> int:
    """``HH:MM`` as minutes of the day; ``24:00`` is its end. ValueError for anything else."""
    hours, colon, minutes = clock.strip().partition(":")
    if not colon or not hours.isdecimal() or not minutes.isdecimal() or len(minutes) != 2 or len(hours) > 2:
        raise ValueError(clock)
    value = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or value > MINUTES_OF_DAY:
        raise ValueError(clock)
    return value


def clock_of(minute: int) -> str:
    """Minutes of the day as ``HH:MM``."""
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A time somebody may book: of a day from ``start`` to ``end``, the end not included."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quota:
    """How many can be taken; None: any number. A channel with a share takes from its share only, and nobody else does.

    So the pools' quantities always add up to ``total``, and a pool that is never oversold oversells nothing.
    """

    total: int | None
    shares: Mapping[str, int] = field(default_factory=dict)

    def pool(self, through: str) -> str:
        """Which pool a channel such as ``kiosk`` or ``phone`` takes from."""
        return through if through in self.shares else COMMON

    def of_pool(self, pool: str) -> int | None:
        """What a pool holds. Shares beyond the total hold nothing: the first ones named have it."""
        if self.total is None:
            return None
        rest = max(0, self.total)
        for channel, share in self.shares.items():
            given = min(max(0, share), rest)
            if channel == pool:
                return given
            rest -= given
        return rest if pool == COMMON else 0

    def of(self, through: str) -> int | None:
        """What a channel can have at most."""
        return self.of_pool(self.pool(through))

    def pools(self) -> Iterator[str]:
        yield COMMON
        yield from self.shares


@dataclass(frozen=True, slots=True)
class Window:
    """From ``start`` to ``end``: ``onsite`` numbers released at its start, for the whole window, and ``booking`` for
    each of its slots of ``slot_minutes``.
    """

    start: int
    end: int
    slot_minutes: int
    onsite: Quota = Quota(None)
    booking: Quota = Quota(0)

    def slots(self, day: date) -> Iterator[Slot]:
        """Whole slots only: what is left at the end belongs to none."""
        if self.slot_minutes <= 0 or not self.booking.total:
            return
        for begin in range(self.start, self.end - self.slot_minutes + 1, self.slot_minutes):
            yield Slot(day, begin, begin + self.slot_minutes)

    def holds(self, minute: int) -> bool:
        return self.start <= minute < self.end


Windows = tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A service's windows by kind of day, and those of single days that differ from their kind."""

    by_kind: Mapping[DateKind, Windows] = field(default_factory=dict)
    by_day: Mapping[date, Windows] = field(default_factory=dict)

    def counts_on_site(self) -> bool:
        """Whether any of its windows counts numbers on site at all."""
        rows = (row for windows in (*self.by_kind.values(), *self.by_day.values()) for row in windows)
        return any(row.onsite.total is not None for row in rows)


def day_plan(plan: Plan, day: date, calendar: Calendar) -> Windows:
    """The windows of a day: its own, else those of its kind.

    Adjusted and special days that the plan does not name are as the day of the week they are opened like.
    """
    own = plan.by_day.get(day)
    if own is not None:
        return own
    kind = calendar.kind(day)
    if kind not in plan.by_kind and kind in (DateKind.ADJUSTED, DateKind.SPECIAL):
        kind = calendar.usual_kind(day)
    return plan.by_kind.get(kind, ())


def open_minutes(week: Week, day: date, calendar: Calendar) -> Sequence[tuple[int, int]]:
    """A service's opening hours of a day in minutes; ranges that touch are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((minutes_of(start), minutes_of(end)) for start, end in spans(week, day, calendar)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def slots_of(windows: Sequence[Window], day: date, hours: Sequence[tuple[int, int]]) -> Iterator[tuple[Slot, Quota]]:
    """The slots that can be booked on a day, in order, with their quantity; only such as lie in opening hours."""
    for window in sorted(windows, key=lambda one: one.start):
        for slot in window.slots(day):
            if any(start <= slot.start and slot.end <= end for start, end in hours):
                yield slot, window.booking
