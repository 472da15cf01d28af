"""What is wrong with a plan before it is published: each finding names the row and what it is about.

Errors refuse, warnings ask for a person's yes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from shared.domain.breaks import free_minutes, joined, outside
from shared.domain.hours import WEEKDAYS, Calendar, DateKind, Week
from shared.domain.release.beside import Basis, Beside, together
from shared.domain.release.plan import Quota, Window, clock_of, open_minutes, slots_of

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
    "suspended": "warning",
    "too_many": "warning",
    "too_many_in_slot": "warning",
    "too_many_together": "warning",
    "nothing": "warning",
    "below_booked": "warning",
    "booked_outside": "warning",
    "bookings_outside": "warning",
}
# Of the coming days of a kind that the calendar names, so many are looked at.
DAYS_SEEN: Final = 400


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a service: its hours, how long a visit takes there in seconds with the gap to the next one, and
    where that is known from; the counters that are assigned to it, with all that they are to do besides.
    """

    week: Week
    visit_s: float
    beside: Beside
    basis: Basis = "typical"
    suspended: bool = False

    @property
    def counters(self) -> int:
        return len(self.beside.own)


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
        days = days_of(kind, known.week, calendar, today)
        found += _of_rows(by_kind.get(kind, ()), kind, known, days)
    return sorted(found, key=lambda one: one.level != "error")


def lint_day(
    rows: Sequence[Window], day: date, known: Known, calendar: Calendar, booked: Mapping[int, int] | None = None
) -> list[Finding]:
    """The same for a single day; ``booked``: start of a slot → how many have it already."""
    kind = calendar.kind(day)
    found = list(_of_service(known)) if rows else []
    found += _of_rows(rows, kind, known, [(day, calendar)])
    quantities = {slot.start: window.booking.total or 0 for window in rows for slot in window.slots(day)}
    for start, count in sorted((booked or {}).items()):
        if count and start not in quantities:
            found.append(Finding("booked_outside", kind, None, {"at": clock_of(start), "count": count}))
        elif count > quantities.get(start, 0):
            told = {"at": clock_of(start), "count": count, "quantity": quantities[start]}
            found.append(Finding("below_booked", kind, None, told))
    return sorted(found, key=lambda one: one.level != "error")


def _of_rows(rows: Sequence[Window], kind: DateKind, known: Known, days: Sequence[Day]) -> Iterator[Finding]:
    """Row by row, and what they come to with the other services of the same counters."""
    hours = [(day, open_minutes(known.week, day, calendar)) for day, calendar in days]
    levels, alone = set(), False
    for row, window in enumerate(rows):
        found = list(_of_row(row, window, rows))
        if not any(LEVELS[code] == "error" for code, _ in found):
            many = list(_of_capacity(window, known, days))
            alone |= bool(many)
            found += [*_of_hours(window, kind, hours), *many]
        levels |= {LEVELS[code] for code, _ in found}
        for code, params in found:
            yield Finding(code, kind, row, params)
    if rows and "error" not in levels and known.counters and known.visit_s > 0:
        yield from _of_all(rows, kind, known, days, alone=alone)


def _of_all(
    rows: Sequence[Window], kind: DateKind, known: Known, days: Sequence[Day], *, alone: bool
) -> Iterator[Finding]:
    """On the first day of the kind on which the counters cannot do what all their services promise."""
    tried = set()
    for day, calendar in days:
        alike = (tuple(open_minutes(known.week, day, calendar)), known.beside.like(day, calendar))
        if alike in tried:
            continue
        tried.add(alike)
        short = together(rows, known.week, known.visit_s, known.beside, day, calendar)
        # What the service promises too much by itself is told at its row.
        if short is not None and not (alone and len(short.services) == 1):
            yield Finding("too_many_together", kind, None, {
                "services": [known.beside.name_of(one) for one in short.services], "quantity": short.visits,
                "counters": short.counters, "start": clock_of(short.start), "end": clock_of(short.end),
                "needed": round(short.needed_s / 3600, 1), "able": round(short.able_s / 3600, 1), "basis": known.basis,
            })  # fmt: skip
            return


Day = tuple[date, Calendar]
Raw = tuple[str, dict[str, object]]


def _of_service(known: Known) -> Iterator[Finding]:
    if known.counters == 0:
        yield Finding("no_counter")
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


def _of_capacity(window: Window, known: Known, days: Sequence[Day]) -> Iterator[Raw]:
    """Against what the counters assigned can do in the time less their planned breaks, by what visits take here."""
    if known.counters == 0 or known.visit_s <= 0 or not days:
        return
    told: dict[str, object] = {
        "counters": known.counters, "minutes": round(known.visit_s / 60, 1), "basis": known.basis,
    }  # fmt: skip
    day = days[0]
    hours = open_minutes(known.week, *day)
    if not hours:
        return
    booking, slots = window.booking.total or 0, [slot for slot, _ in slots_of([window], date.min, hours)]
    numbers = (window.onsite.total or 0) + booking * len(slots)
    able = able_in(window.start, window.end, known, day, hours)
    least = min((able_in(slot.start, slot.end, known, day, hours) for slot in slots), default=booking)
    if booking > least:
        yield "too_many_in_slot", told | {"quantity": booking, "able": least}
    elif numbers > able:
        yield "too_many", told | {"quantity": numbers, "able": able}


def able_in(start: int, end: int, known: Known, day: Day, hours: Sequence[tuple[int, int]]) -> int:
    """How many visits the counters of a service can serve in that time; at least one for each that is there."""
    closed = outside(start, end, hours)
    free = [free_minutes(start, end, joined((*closed, *one.away(*day)))) for one in known.beside.own]
    return max(sum(one > 0 for one in free), int(sum(free) * 60 / known.visit_s))


def days_of(kind: DateKind, week: Week, calendar: Calendar, today: date) -> list[Day]:
    """Days that stand for a kind, open ones first, with the calendar they are judged by: else a usual week."""
    monday = today - timedelta(days=today.weekday())
    usual = [monday + timedelta(days=ahead) for ahead in range(len(WEEKDAYS))]
    if kind in (DateKind.WEEKDAY, DateKind.WEEKEND):
        calendar = Calendar()
        days = [day for day in usual if calendar.kind(day) is kind]
    else:
        coming = (today + timedelta(days=ahead) for ahead in range(DAYS_SEEN))
        days = [day for day in coming if calendar.kind(day) is kind]
        if not days and kind is DateKind.HOLIDAY:
            calendar = Calendar(closed=((usual[0], usual[-1]),))
    found = [(day, calendar) for day in days or usual]
    return sorted(found, key=lambda one: not open_minutes(week, *one))
