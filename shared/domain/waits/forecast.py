"""The hall run forward, many times, from how it stands now: when will whom be called?

Each run draws how long the visits at the counters still go on and how long the next ones take, lets the counters call
by rank as the hall does, and notes when each waiting person's turn comes. The spread over the runs is the range.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from random import Random
from typing import Final, Literal

from shared.domain.waits.durations import Experience, LogNormal

Doing = Literal["idle", "serving", "paused"]
RUNS: Final = 80


@dataclass(frozen=True, slots=True)
class CounterNow:
    """A staffed counter. Times are seconds from now; ``since_s`` how long it has been doing what it does.

    ``breaks``: planned ones, (from, to); ``until_s``: when it closes for the day. ``later``: services it calls only
    while nobody waits for its other ones, or once their first has waited ``step_in_s``.
    """

    key: Hashable
    services: tuple[Hashable, ...]
    clerk: Hashable | None = None
    doing: Doing = "idle"
    service: Hashable | None = None
    since_s: float = 0.0
    breaks: tuple[tuple[float, float], ...] = ()
    until_s: float = inf
    later: frozenset[Hashable] = frozenset()
    step_in_s: float = inf


@dataclass(frozen=True, slots=True)
class Cap:
    """After so many of a priority group in a row a counter calls somebody else, if any has waited so long."""

    in_a_row: int
    patience_s: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a line; ``rank`` orders all lines of the hall: who has the lowest is called first.

    ``lane``: those of one service who stand in a line of their own, where a rule looks past the first of the service.
    ``waited_s``: until now.
    """

    key: Hashable
    service: Hashable
    rank: tuple[float, ...]
    # Waits for this counter only.
    counter: Hashable | None = None
    # Booked and not here yet: comes in so many seconds. Nobody asks when they are called.
    from_s: float = 0.0
    lane: int = 0
    urgent: bool = False
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Range:
    """Seconds until called: half of all wait no longer than ``p50_s``, nine of ten no longer than ``p90_s``.

    One of ten is called before ``early_s``: until then nobody need sit and wait.
    """

    p50_s: float
    p90_s: float
    early_s: float = 0.0

    def after(self, seconds: float) -> Range:
        """What is left of it after some seconds."""
        return Range(max(0.0, self.p50_s - seconds), max(0.0, self.p90_s - seconds), max(0.0, self.early_s - seconds))

    def times(self, factor: float) -> Range:
        return Range(self.p50_s * factor, self.p90_s * factor, self.early_s * factor)


def run_forward(
    counters: Sequence[CounterNow],
    waiting: Sequence[Place],
    experience: Experience,
    random: Random,
    *,
    newcomers: Sequence[Hashable] = (),
    runs: int = RUNS,
    cap: Cap | None = None,
) -> Mapping[Hashable, list[float]]:
    """Seconds until called for every waiting key and every service of ``newcomers``, one value a run, ascending.

    A newcomer is somebody who would take a number for that service now. Nobody is called by nobody: such values are
    ``inf``.
    """
    lines = _Lines(counters, waiting, cap)
    model = _Model(counters, experience)
    found: dict[Hashable, list[float]] = {place.key: [] for place in waiting if not place.from_s}
    found.update((service, []) for service in newcomers)
    for _ in range(runs):
        called = _one_run(model, counters, lines, newcomers, random)
        for key, values in found.items():
            values.append(called.get(key, inf))
    for values in found.values():
        values.sort()
    return found


def quantile(ascending: Sequence[float], share: float) -> float:
    """The value that this share of the runs does not exceed."""
    return ascending[min(len(ascending) - 1, int(len(ascending) * share))]


def range_of(ascending: Sequence[float]) -> Range | None:
    """The range of some runs; None when half of them never call."""
    middle, careful = quantile(ascending, 0.5), quantile(ascending, 0.9)
    return None if middle == inf else Range(middle, careful, quantile(ascending, 0.1))


class _Model:
    """What is drawn from, looked up once for all runs."""

    def __init__(self, counters: Sequence[CounterNow], experience: Experience) -> None:
        self.serving: list[dict[Hashable, LogNormal]] = [
            {service: experience.serving(service, counter.clerk) for service in (*counter.services, counter.service)}
            for counter in counters
        ]
        self.gap, self.pause, self.missing = experience.gap.now(), experience.pause.now(), experience.missing.now()
        self.missing_share, self.pause_share = experience.missing_share, experience.pause_share

    def free_after(self, number: int, counter: CounterNow, random: Random) -> float:
        """Seconds until a counter can call, from what it does now."""
        if counter.doing == "paused":
            return self.pause.draw_rest(random, counter.since_s)
        if counter.doing == "serving":
            rest = self.serving[number][counter.service].draw_rest(random, counter.since_s)
            return rest + self.between(random)
        return 0.0

    def between(self, random: Random) -> float:
        """From the end of a visit to the next call."""
        gap = self.gap.draw(random)
        return gap + self.pause.draw(random) if random.random() < self.pause_share else gap

    def busy_with(self, number: int, service: Hashable, random: Random) -> float:
        """From a call to the next."""
        if random.random() < self.missing_share:
            return self.missing.draw(random) + self.gap.draw(random)
        return self.serving[number][service].draw(random) + self.between(random)


class _Lines:
    """Who waits, in lines that are each called from the front: one a lane, and one for who waits for one counter.

    Those who are still to come stand in lines of their own, in the order of their coming.
    """

    def __init__(self, counters: Sequence[CounterNow], waiting: Sequence[Place], cap: Cap | None) -> None:
        found: dict[tuple[Hashable, Hashable | None, bool, int], list[Place]] = {}
        for place in sorted(waiting, key=lambda place: (place.from_s, place.rank)):
            found.setdefault((place.service, place.counter, place.from_s > 0, place.lane), []).append(place)
        numbers: dict[tuple[Hashable, Hashable | None], list[int]] = {}
        for number, key in enumerate(found):
            numbers.setdefault(key[:2], []).append(number)
        self.lines = list(found.values())
        self.counters = counters
        self.cap = cap
        self.here = sum(not place.from_s for place in waiting)
        # Of each counter: the numbers of the lines it calls from.
        self.of: list[tuple[int, ...]] = [
            tuple(
                number
                for service in counter.services
                for only in (None, counter.key)
                for number in numbers.get((service, only), ())
            )
            for counter in counters
        ]  # fmt: skip

    def first(self, counter: int, called: list[int], at: float, urgent: int) -> Place | None:
        """Whom this counter calls then; ``called``: how many of each line have been, and then this one too.

        ``urgent``: how many of a priority group it has called in a row.
        """
        if self.counters[counter].later or (self.cap is not None and urgent >= self.cap.in_a_row):
            return self._by_rules(counter, called, at, urgent)
        best: Place | None = None
        chosen = -1
        for number in self.of[counter]:
            line = self.lines[number]
            if (next_ := called[number]) < len(line):
                place = line[next_]
                if place.from_s <= at and (best is None or place.rank < best.rank):
                    best, chosen = place, number
        if best is not None:
            called[chosen] += 1
        return best

    def _by_rules(self, counter: int, called: list[int], at: float, urgent: int) -> Place | None:
        """As ``first``, where rules look at more than the rank: see ``shared/domain/calling/choice``."""
        heads = [
            (place, number)
            for number in self.of[counter]
            if called[number] < len(self.lines[number]) and (place := self.lines[number][called[number]]).from_s <= at
        ]
        now = self.counters[counter]
        if any(place.service not in now.later for place, _ in heads):
            heads = [head for head in heads if not only_later(now, head[0], at)]
        if self.cap is not None and urgent >= self.cap.in_a_row:
            others = [head for head in heads if not head[0].urgent]
            if any(place.waited_s + at > self.cap.patience_s for place, _ in others):
                heads = others
        if not heads:
            return None
        chosen, number = min(heads, key=lambda head: head[0].rank)
        called[number] += 1
        return chosen

    def soon(self, counter: int, called: list[int]) -> float:
        """When somebody comes whom this counter calls, while nobody is here for it; ``inf``: nobody will."""
        return min(
            (self.lines[number][called[number]].from_s
             for number in self.of[counter] if called[number] < len(self.lines[number])),
            default=inf,
        )  # fmt: skip


def only_later(counter: CounterNow, place: Place, at: float) -> bool:
    """Does this counter call somebody of its other services first, even if they come only now?"""
    return place.service in counter.later and place.waited_s + at <= counter.step_in_s


def _one_run(
    model: _Model, counters: Sequence[CounterNow], lines: _Lines, newcomers: Sequence[Hashable], random: Random
) -> dict[Hashable, float]:
    found: dict[Hashable, float] = {}
    called, urgent = [0] * len(lines.lines), [0] * len(counters)
    left = lines.here
    unmet = set(newcomers)
    free = [(model.free_after(number, counter, random), number) for number, counter in enumerate(counters)]
    heapify(free)
    while free and (left or unmet):
        at, number = heappop(free)
        counter = counters[number]
        at = _after_breaks(counter, at)
        if at >= counter.until_s:
            continue
        if free and at > free[0][0]:
            heappush(free, (at, number))
            continue
        chosen = lines.first(number, called, at, urgent[number])
        if chosen is None or only_later(counter, chosen, at):
            # Whoever comes now finds this counter free; nobody else comes in this run but who has booked.
            for service in unmet.intersection(counter.services):
                if chosen is None or service not in counter.later:
                    found[service] = at
                    unmet.discard(service)
        if chosen is None:
            if (soon := lines.soon(number, called)) < inf:
                heappush(free, (max(at, soon), number))
            continue
        found[chosen.key] = at
        left -= not chosen.from_s
        urgent[number] = urgent[number] + 1 if chosen.urgent else 0
        heappush(free, (at + model.busy_with(number, chosen.service, random), number))
    return found


def _after_breaks(counter: CounterNow, at: float) -> float:
    for begin, end in counter.breaks:
        if begin <= at < end:
            at = end
    return at
