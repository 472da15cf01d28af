"""A real day once more: the people who came and the counters that were staffed, under another policy or another staff.

What a real hall knows of a day is turned into a simulated one whose habits are fixed: nobody pauses but when the
counters really were not staffed, and from one visit to the next it takes what it usually took. Each visit takes what it
took then, whoever serves it now. So two runs differ only in what was changed, and the same run is always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Final, Literal
from uuid import UUID

from shared.domain.calling import DEFAULT, Policy, Preference
from shared.domain.simulation.day import run_day
from shared.domain.simulation.plan import BUSY, HOUR_S, Arrival, Day, Habits, SimulatedCounter, SimulatedHall

Spans = tuple[tuple[float, float], ...]
Group = Literal["urgent", "booked", "walk_in"]
# What a counter waits for somebody who does not come, where nobody wrote it down. Seconds.
NO_SHOW_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class PastTicket:
    """Somebody who came that day; times in seconds of the hall's local day.

    ``due_s``: the start of a booked slot; ``busy_s``: from the call until the counter was free of them, None when that
    is not known; ``called_s``: when they really were called first.
    """

    id: UUID
    service: UUID
    issued_s: float
    priority: int = 0
    due_s: float | None = None
    comes: bool = True
    busy_s: float | None = None
    called_s: float | None = None

    @property
    def group(self) -> Group:
        return "urgent" if self.priority else "booked" if self.due_s is not None else "walk_in"

    @property
    def since_s(self) -> float:
        """From when their waiting counts."""
        return self.issued_s if self.due_s is None else max(self.issued_s, self.due_s)


@dataclass(frozen=True, slots=True)
class PastCounter:
    """A counter and when it could call: ascending spans (from, to), apart from each other."""

    id: UUID
    label: str
    services: tuple[UUID, ...]
    staffed: Spans


@dataclass(frozen=True, slots=True)
class PastDay:
    """``usual_s``: what a service's visits take where a ticket does not say; ``gap_s``: from a visit to the next call.

    ``guessed``: nobody wrote down when the counters were staffed; it is concluded from their calls. ``waits_end_s``:
    until when whoever is never called waits; None: until the last counter stops. It stays when the staff is changed, or
    days with other staff could not be compared.
    """

    day: date
    tickets: tuple[PastTicket, ...]
    counters: tuple[PastCounter, ...]
    usual_s: Mapping[UUID, float] = field(default_factory=dict)
    gap_s: float = 15.0
    guessed: bool = False
    waits_end_s: float | None = None

    @property
    def ends_s(self) -> float:
        """When the last counter stopped."""
        return max((end for counter in self.counters for _, end in counter.staffed), default=0.0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a ticket. Who was never called has waited, as far as anybody knows, until the counters closed."""

    ticket: PastTicket
    waited_s: float
    called: bool
    counter: UUID | None = None


def as_it_was(day: PastDay) -> tuple[Outcome, ...]:
    """The waits that were, in the order in which numbers were taken."""
    return tuple(_outcome(day, ticket, ticket.called_s, None) for ticket in _in_order(day))


def replay(
    day: PastDay, policy: Policy = DEFAULT, preferences: Mapping[UUID, Preference] | None = None
) -> tuple[Outcome, ...]:
    """The waits of the same people at the counters of ``day`` under this policy, in the order numbers were taken.

    For other staffing change the counters of the day first: see ``staffing``. ``preferences`` by counter. A day of a
    thousand tickets takes some tens of milliseconds; nothing is drawn.
    """
    tickets = _in_order(day)
    if not tickets or not any(counter.staffed for counter in day.counters):
        return tuple(_outcome(day, ticket, None, None) for ticket in tickets)
    hall, run = _simulated(day, tickets)
    visits = run_day(hall, run, policy=policy, preferences=preferences)
    # In the order of arrival both; who comes at the same moment keeps the order of the tickets.
    return tuple(
        _outcome(day, ticket, visit.called_s, visit.counter) for ticket, visit in zip(tickets, visits, strict=True)
    )


def _in_order(day: PastDay) -> list[PastTicket]:
    return sorted(day.tickets, key=lambda ticket: ticket.issued_s)


def _outcome(day: PastDay, ticket: PastTicket, called_s: float | None, counter: UUID | None) -> Outcome:
    ends_s = day.ends_s if day.waits_end_s is None else day.waits_end_s
    until = max(ends_s, ticket.since_s) if called_s is None else called_s
    return Outcome(ticket, max(0.0, until - ticket.since_s), called_s is not None, counter)


def _simulated(day: PastDay, tickets: Sequence[PastTicket]) -> tuple[SimulatedHall, Day]:
    staffed = [counter for counter in day.counters if counter.staffed]
    opens = min(counter.staffed[0][0] for counter in staffed)
    counters = tuple(
        SimulatedCounter(counter.id, counter.label, counter.services, 1.0, _closed(counter.staffed, opens, day.ends_s))
        for counter in staffed
    )
    arrivals = tuple(
        Arrival(
            ticket.issued_s, ticket.service, ticket.priority, ticket.comes,
            day.usual_s.get(ticket.service, 600.0) if ticket.busy_s is None else ticket.busy_s, ticket.due_s,
        )
        for ticket in tickets
    )  # fmt: skip
    still = (0.0, 0.0)
    habits = Habits(
        no_show_s=(NO_SHOW_S, NO_SHOW_S), walk_s=still, gap_s=(day.gap_s, day.gap_s), look_up_s=still, late_s=still,
        pause=0.0, overtime_s=0.0,
    )  # fmt: skip
    return SimulatedHall((), counters, opens, day.ends_s), Day(arrivals, counters, 0, BUSY, habits)


def _closed(staffed: Spans, opens: float, ends: float) -> Spans:
    """The times between, before and after."""
    edges = [opens, *(edge for span in staffed for edge in span), ends]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return tuple((begin, end) for begin, end in gaps if end > begin)


# What two runs come to, side by side.


@dataclass(frozen=True, slots=True)
class Figures:
    """Of some people: how many, how many of them were called, and what they waited in seconds (None: nobody came)."""

    tickets: int
    called: int
    median_s: float | None
    p90_s: float | None
    longest_s: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One row: everybody, the people of a service (its id), of a group, or who took a number in an hour (0 … 23)."""

    kind: Literal["all", "service", "group", "hour"]
    key: UUID | str | int | None
    before: Figures
    after: Figures


def figures(outcomes: Iterable[Outcome]) -> Figures:
    """What some people waited."""
    found = list(outcomes)
    waits = sorted(outcome.waited_s for outcome in found)
    if not waits:
        return Figures(0, 0, None, None, None)
    called = sum(outcome.called for outcome in found)
    return Figures(len(waits), called, _share(waits, 0.5), _share(waits, 0.9), waits[-1])


def compare(before: Sequence[Outcome], after: Sequence[Outcome]) -> list[Compared]:
    """Everybody first, then by service, by group and by the hour in which they came."""
    rows = [Compared("all", None, figures(before), figures(after))]
    rows += _by("service", before, after, lambda ticket: ticket.service, str)
    rows += _by("group", before, after, lambda ticket: ticket.group, str)
    rows += _by("hour", before, after, lambda ticket: int(ticket.issued_s // HOUR_S), int)
    return rows


def _by(
    kind: Literal["service", "group", "hour"],
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    key: Callable[[PastTicket], UUID | str | int],
    order: Callable[..., str | int],
) -> list[Compared]:
    sides: dict[UUID | str | int, tuple[list[Outcome], list[Outcome]]] = {}
    for side, outcomes in enumerate((before, after)):
        for outcome in outcomes:
            sides.setdefault(key(outcome.ticket), ([], []))[side].append(outcome)
    return [Compared(kind, name, *map(figures, sides[name])) for name in sorted(sides, key=order)]


def _share(ascending: Sequence[float], share: float) -> float:
    return ascending[max(0, ceil(len(ascending) * share) - 1)]
