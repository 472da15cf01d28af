"""A policy read as one order of everybody who waits: what forecasts and "people ahead" go by.

A ratio, a cap and the bound against starving depend on what each counter called last, and preferences on the counter;
an order for all counters can only come near them. The ratio is woven in as if one counter called everybody of a
service; caps, the bound and preferences are left out. Forecasts put caps and preferences back: they run each counter.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.domain.calling.choice import Candidate
from shared.domain.calling.places import is_booked, priority_of
from shared.domain.calling.policy import Policy

Rank = tuple[float, ...]


def ranks(waiting: Iterable[Candidate], policy: Policy) -> Mapping[Hashable, Rank]:
    """For every ticket a rank: who has the lowest of those a counter may call is called first, as near as can be."""
    if policy.merge != "ratio":
        return _met(waiting, _RANKS[policy.merge], policy)
    found: dict[Hashable, Rank] = {}
    lines: dict[tuple[Hashable, int], list[Candidate]] = {}
    for one in waiting:
        lines.setdefault((one.service_id, one.priority), []).append(one)
    for line in lines.values():
        # Those of one service change places among themselves; to other services the line stands as it did.
        places = sorted(_arrival(one, policy) for one in line)
        for one, place in zip(_woven(line, policy), places, strict=True):
            found[one.ticket_id] = place
    return found


def _met(
    waiting: Iterable[Candidate], rank: Callable[[Candidate, Policy], Rank], policy: Policy
) -> dict[Hashable, Rank]:
    """Ranks where only the heads of lines are compared: nobody goes before who stands further ahead in the own line,
    and who stood behind somebody with a later claim comes right after them."""
    lines: dict[tuple[Hashable, int, bool], list[Candidate]] = {}
    for one in waiting:
        lines.setdefault((one.service_id, one.priority, one.booked), []).append(one)
    found: dict[Hashable, Rank] = {}
    for line in lines.values():
        line.sort(key=_in_line)
        latest: Rank = ()
        for place, one in enumerate(line):
            latest = max(latest, rank(one, policy))
            found[one.ticket_id] = (*latest, place)
    return found


def _in_line(one: Candidate) -> Rank:
    """The order of a lane: see ``places``."""
    return (-one.waited_s if one.booked else 0, one.rank, one.position)


def _arrival(one: Candidate, policy: Policy) -> Rank:
    return (-one.priority, one.rank, one.position)


def _booked_first(one: Candidate, policy: Policy) -> Rank:
    if one.due:
        return (-one.priority, 0, -one.waited_s, one.rank, one.position)
    return (-one.priority, 1, 0, one.rank, one.position)


def _ageing(one: Candidate, policy: Policy) -> Rank:
    head_start = policy.head_start(one.service_id, one.priority, booked=one.booked)
    return (-one.waited_s - head_start, one.rank, one.position)


_RANKS: Final[Mapping[str, Callable[[Candidate, Policy], Rank]]] = {
    "arrival": _arrival,
    "booked_first": _booked_first,
    "ageing": _ageing,
}


def _woven(line: Sequence[Candidate], policy: Policy) -> Iterator[Candidate]:
    """So many booked ones whose slot has begun, then so many walk-ins, and so on; after the last of those the walk-ins
    that are left and who is booked for later, as they meet."""
    due = deque(sorted((one for one in line if one.due), key=_in_line))
    walk_in = deque(sorted((one for one in line if not one.booked), key=_in_line))
    while due:
        yield from _taken(due, policy.ratio_booked)
        if due:
            yield from _taken(walk_in, policy.ratio_walk_in)
    rest = [*walk_in, *(one for one in line if one.booked and not one.due)]
    met = _met(rest, _arrival, policy)
    yield from sorted(rest, key=lambda one: met[one.ticket_id])


def _taken(line: deque[Candidate], most: int) -> Iterator[Candidate]:
    return (line.popleft() for _ in range(min(most, len(line))))


@dataclass(frozen=True, slots=True)
class Lane:
    """Of one lane of a service: how many wait, and how many of them have a lower rank than the ticket asked for."""

    waiting: int
    earlier: int


def people_ahead(policy: Policy, lane: int, own: int, others: Mapping[int, Lane], *, due: bool) -> int:
    """How many of its service go before a ticket of ``lane`` with ``own`` people ahead in that lane itself.

    For every way of merging but ``ageing``, whose order goes by time. ``due``: the ticket is booked and its slot has
    begun. A booked lane is taken for due as a whole: who is booked for later comes too, most likely before a walk-in.
    """
    ahead = own
    for other, people in others.items():
        if other == lane:
            continue
        if priority_of(other) != priority_of(lane):
            ahead += people.waiting if priority_of(other) > priority_of(lane) else 0
        elif policy.merge == "arrival" or (is_booked(lane) and not due):
            ahead += people.earlier
        elif policy.merge == "booked_first":
            ahead += 0 if is_booked(lane) else people.waiting
        elif is_booked(lane):
            ahead += min(people.waiting, own // policy.ratio_booked * policy.ratio_walk_in)
        else:
            ahead += min(people.waiting, (own // policy.ratio_walk_in + 1) * policy.ratio_booked)
    return ahead
