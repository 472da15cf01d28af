"""When counters were staffed on a past day, and what it would have been with more or fewer of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from shared.domain.simulation.replay import PastCounter, PastDay, PastTicket, Spans

# Where nobody wrote down when a counter was staffed: it was away when it called nobody for so long although somebody
# it serves had been waiting for so long. Seconds.
AWAY_S: Final = 15 * 60.0
WAITED_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Change:
    """So many counters more (or fewer, below zero) for a service from one time of the day to another, in seconds."""

    service: UUID
    from_s: float
    to_s: float
    counters: int


def from_states(states: Iterable[tuple[float, bool]], until_s: float) -> Spans:
    """The spans in which a counter could call, from its changes (when, whether open then) in their order."""
    spans: list[tuple[float, float]] = []
    since: float | None = None
    for at, is_open in states:
        if is_open and since is None:
            since = at
        elif not is_open and since is not None:
            spans.append((since, at))
            since = None
    if since is not None:
        spans.append((since, until_s))
    return _tidy(spans, until_s)


def from_calls(busy: Iterable[tuple[float, float]], served: Sequence[PastTicket]) -> Spans:
    """The spans in which a counter was most likely staffed, from its visits (call, end).

    ``served``: the day's tickets of its services. Between two visits it was away if somebody who had waited was called
    elsewhere meanwhile.
    """
    spans: list[tuple[float, float]] = []
    for begin, end in sorted(busy):
        if spans and not _was_away(spans[-1][1], begin, served):
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((begin, end))
    return _tidy(spans, float("inf"))


def _was_away(begin: float, end: float, served: Sequence[PastTicket]) -> bool:
    return end - begin > AWAY_S and any(
        ticket.called_s is not None
        and begin + WAITED_S < ticket.called_s < end
        and ticket.called_s - ticket.since_s > WAITED_S
        for ticket in served
    )


def with_changes(day: PastDay, changes: Iterable[Change]) -> PastDay:
    """The day with this staff. A counter that is added serves this one service only."""
    if day.waits_end_s is None:
        day = replace(day, waits_end_s=day.ends_s)
    for number, change in enumerate(changes):
        if change.counters > 0:
            more = tuple(
                # Ids of no real counter: they live in this day only.
                PastCounter(UUID(int=number * 1000 + one + 1), "+", (change.service,), ((change.from_s, change.to_s),))
                for one in range(change.counters)
            )
            day = replace(day, counters=day.counters + more)
        else:
            day = replace(day, counters=_fewer(day.counters, change))
    return day


def _fewer(counters: Sequence[PastCounter], change: Change) -> tuple[PastCounter, ...]:
    """Those that serve little else stop first: closing them takes least from other services."""
    able = [
        counter for counter in counters
        if change.service in counter.services
        and any(begin < change.to_s and end > change.from_s for begin, end in counter.staffed)
    ]  # fmt: skip
    stopped = {
        counter.id for counter in sorted(able, key=lambda one: (len(one.services), one.label))[: -change.counters]
    }
    return tuple(
        replace(counter, staffed=without(counter.staffed, change.from_s, change.to_s))
        if counter.id in stopped else counter
        for counter in counters
    )  # fmt: skip


def without(spans: Spans, from_s: float, to_s: float) -> Spans:
    """What is left of some spans outside these times."""
    left = [piece for begin, end in spans for piece in ((begin, min(end, from_s)), (max(begin, to_s), end))]
    return tuple((begin, end) for begin, end in left if end > begin)


def _tidy(spans: Iterable[tuple[float, float]], until_s: float) -> Spans:
    return tuple((begin, min(end, until_s)) for begin, end in spans if min(end, until_s) > begin)
