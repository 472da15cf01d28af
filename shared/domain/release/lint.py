"""What is wrong with a plan before it is published: each finding names the row and what it is about.

Errors refuse, warnings ask for a person's yes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from shared.domain.hours import WEEKDAYS, Calendar, DateKind, Week
from shared.domain.release.plan import Quota, Window, clock_of, open_minutes

Level = Literal["error", "warning"]
LEVELS: Final[Mapping[str, Level]] = {
    "backwards": "error",
    "overlap": "error",
    "slot_too_long": "error",
    "shares_exceed": "error",
    "shares_of_any": "error",
    "no_counter": "error",
    "holiday": "error",
    "closed_day": "error",
    "outside_hours": "error",
    "outside_some_days": "warning",
    "in_break": "warning",
    "slot_rest": "warning",
    "not_staffed": "warning",
    "suspended": "warning",
    "too_many": "warning",
    "too_many_in_slot": "warning",
    "nothing": "warning",
    "below_booked": "warning",
    "booked_outside": "warning",
}
# Of the coming days of a kind that the calendar names, so many are looked at.
DAYS_SEEN: Final = 400


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a service: its hours, the counters that serve it, how many of them were staffed lately, and how
    long a visit takes there, in seconds, with the gap to the next one.
    """

    week: Week
    counters: int
    staffed: int
    visit_s: float
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """``code`` has its words in the catalogue; ``row`` counts from 0; None: the whole plan."""

    code: str
    kind: DateKind | None = None
    row: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def level(self) -> Level:
        return LEVELS[self.code]


def lint(by_kind: Mapping[DateKind, Sequence[Window]], known: Known, calendar: Calendar, today: date) -> list[Finding]:
    """All that is wrong with the windows of all kinds of day; errors first."""
    found = list(_of_service(known)) if any(by_kind.values()) else []
    for kind in DateKind:
        rows = by_kind.get(kind, ())
        days = _days_of(kind, known.week, calendar, today)
        for row, window in enumerate(rows):
            bad = list(_of_row(row, window, rows))
            found += [Finding(code, kind, row, params) for code, params in bad]
            if not any(LEVELS[code] == "error" for code, _ in bad):
                more = [*_of_hours(window, kind, days), *_of_capacity(window, known)]
                found += [Finding(code, kind, row, params) for code, params in more]
    return sorted(found, key=lambda one: one.level != "error")


def lint_day(
    rows: Sequence[Window], day: date, known: Known, calendar: Calendar, booked: Mapping[int, int] | None = None
) -> list[Finding]:
    """The same for a single day; ``booked``: start of a slot → how many have it already."""
    kind = calendar.kind(day)
    found = list(_of_service(known)) if rows else []
    days = [(day, open_minutes(known.week, day, calendar))]
    for row, window in enumerate(rows):
        bad = list(_of_row(row, window, rows))
        found += [Finding(code, kind, row, params) for code, params in bad]
        if not any(LEVELS[code] == "error" for code, _ in bad):
            more = [*_of_hours(window, kind, days), *_of_capacity(window, known)]
            found += [Finding(code, kind, row, params) for code, params in more]
    quantities = {slot.start: window.booking.total or 0 for window in rows for slot in window.slots(day)}
    for start, count in sorted((booked or {}).items()):
        if count and start not in quantities:
            found.append(Finding("booked_outside", kind, None, {"at": clock_of(start), "count": count}))
        elif count > quantities.get(start, 0):
            told = {"at": clock_of(start), "count": count, "quantity": quantities[start]}
            found.append(Finding("below_booked", kind, None, told))
    return sorted(found, key=lambda one: one.level != "error")


Raw = tuple[str, dict[str, object]]


def _of_service(known: Known) -> Iterator[Finding]:
    if known.counters == 0:
        yield Finding("no_counter")
    elif known.staffed == 0:
        yield Finding("not_staffed", params={"counters": known.counters})
    if known.suspended:
        yield Finding("suspended")


def _of_row(row: int, window: Window, rows: Sequence[Window]) -> Iterator[Raw]:
    """What is wrong with a row by itself and beside its neighbours."""
    span = {"start": clock_of(window.start), "end": clock_of(window.end)}
    if window.end <= window.start:
        yield "backwards", {**span}
        return
    for place, other in enumerate(rows):
        if place != row and other.start < window.end and window.start < other.end:
            yield "overlap", {**span, "other": place + 1}
            break
    for act, quota in (("onsite", window.onsite), ("booking", window.booking)):
        yield from _of_shares(act, quota)
    rest = (window.end - window.start) % window.slot_minutes
    if window.booking.total and window.slot_minutes > window.end - window.start:
        yield "slot_too_long", {**span, "minutes": window.slot_minutes}
    elif window.booking.total and rest:
        yield "slot_rest", {**span, "minutes": window.slot_minutes, "rest": rest}
    if window.onsite.total == 0 and not window.booking.total:
        yield "nothing", {**span}


def _of_shares(act: str, quota: Quota) -> Iterator[Raw]:
    given = sum(quota.shares.values())
    if quota.total is None and quota.shares:
        yield "shares_of_any", {"act": act}
    elif quota.total is not None and given > quota.total:
        yield "shares_exceed", {"act": act, "shares": given, "quantity": quota.total}


def _of_hours(window: Window, kind: DateKind, days: Sequence[tuple[date, Sequence[tuple[int, int]]]]) -> Iterator[Raw]:
    """Against the opening hours of the days of this kind."""
    span: dict[str, object] = {"start": clock_of(window.start), "end": clock_of(window.end)}
    opened = [(day, hours) for day, hours in days if hours]
    if not opened:
        yield ("holiday" if kind is DateKind.HOLIDAY else "closed_day"), {}
        return
    outside = [day for day, hours in opened if window.start < hours[0][0] or window.end > hours[-1][1]]
    hours = opened[0][1]
    span["hours"] = " ".join(f"{clock_of(start)}\N{EN DASH}{clock_of(end)}" for start, end in hours)
    if len(outside) == len(opened):
        yield "outside_hours", span
    elif outside:
        yield "outside_some_days", span | {"day": outside[0].isoformat()}
    if window.booking.total and not outside:
        for before, after in itertools.pairwise(hours):
            if window.start < before[1] and window.end > after[0]:
                yield "in_break", {"start": clock_of(before[1]), "end": clock_of(after[0])}


def _of_capacity(window: Window, known: Known) -> Iterator[Raw]:
    """Against what the counters can do in the time, by what visits have taken here."""
    if known.counters == 0 or known.visit_s <= 0:
        return
    told: dict[str, object] = {"counters": known.counters, "minutes": round(known.visit_s / 60, 1)}
    booking, slots = window.booking.total or 0, sum(1 for _ in window.slots(date.min))
    numbers = (window.onsite.total or 0) + booking * slots
    able = able_in(window.end - window.start, known)
    if booking > able_in(window.slot_minutes, known):
        yield "too_many_in_slot", told | {"quantity": booking, "able": able_in(window.slot_minutes, known)}
    elif numbers > able:
        yield "too_many", told | {"quantity": numbers, "able": able}


def able_in(minutes: int, known: Known) -> int:
    """How many visits all counters of a service can serve in that time; at least one for each counter."""
    return max(known.counters, int(known.counters * minutes * 60 / known.visit_s))


def _days_of(
    kind: DateKind, week: Week, calendar: Calendar, today: date
) -> list[tuple[date, Sequence[tuple[int, int]]]]:
    """Days that stand for a kind with their opening hours: those the calendar has, else a usual week."""
    monday = today - timedelta(days=today.weekday())
    usual = [monday + timedelta(days=ahead) for ahead in range(len(WEEKDAYS))]
    if kind in (DateKind.WEEKDAY, DateKind.WEEKEND):
        plain = Calendar()
        return [(day, open_minutes(week, day, plain)) for day in usual if plain.kind(day) is kind]
    coming = (today + timedelta(days=ahead) for ahead in range(DAYS_SEEN))
    days = [day for day in coming if calendar.kind(day) is kind]
    if not days and kind is DateKind.HOLIDAY:
        days, calendar = usual, Calendar(closed=((usual[0], usual[-1]),))
    return [(day, open_minutes(week, day, calendar)) for day in days or usual]
