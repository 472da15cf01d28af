"""One day of a simulated hall, event by event, called by the hall's own rule."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Literal, Protocol
from uuid import UUID

from shared.domain.calling import Candidate, choose
from shared.domain.simulation import plan
from shared.domain.simulation.plan import Arrival, Day, SimulatedCounter, SimulatedHall

Doing = Literal["idle", "serving", "paused", "closed"]


@dataclass(slots=True)
class Visit:
    """A ticket of the day; times in seconds of the day."""

    id: UUID
    service: UUID
    priority: int
    position: int
    taken_s: float
    called_s: float | None = None
    ended_s: float | None = None
    came: bool = True
    counter: UUID | None = None

    @property
    def waited_s(self) -> float | None:
        return None if self.called_s is None else self.called_s - self.taken_s


@dataclass(slots=True)
class Desk:
    """A counter as its hall's server sees it."""

    counter: SimulatedCounter
    doing: Doing = "closed"
    since_s: float = 0.0
    visit: Visit | None = None
    # When its last visit ended, if it has called nobody since.
    ended_s: float | None = None


class Watcher(Protocol):
    """Sees what a hall's server sees, at the moment it happens; ``state`` is as it is after that."""

    def taken(self, state: State, visit: Visit) -> None: ...
    def called(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def ended(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def returned(self, state: State, desk: Desk, paused_s: float) -> None: ...


@dataclass(slots=True)
class State:
    """The hall at ``now_s`` of the day."""

    hall: SimulatedHall
    now_s: float
    desks: dict[UUID, Desk]
    lines: dict[UUID, dict[int, deque[Visit]]] = field(default_factory=dict)

    def waiting(self) -> list[Visit]:
        return [visit for groups in self.lines.values() for line in groups.values() for visit in line]


def run_day(hall: SimulatedHall, day: Day, watchers: Sequence[Watcher] = ()) -> list[Visit]:
    """Everybody who took a number, in that order; who was never called has no ``called_s``."""
    return _Run(hall, day, watchers).run()


class _Run:
    def __init__(self, hall: SimulatedHall, day: Day, watchers: Sequence[Watcher]) -> None:
        self.hall, self.day, self.watchers = hall, day, watchers
        self.random = Random(f"run {day.regime.name} {day.seed}")
        self.state = State(hall, hall.opens_s, {counter.id: Desk(counter) for counter in day.counters})
        self.visits: list[Visit] = []
        self.arrivals: dict[UUID, Arrival] = {}
        self._events: list[tuple[float, int, str, UUID | int]] = []
        self._number = 0

    def run(self) -> list[Visit]:
        for number, arrival in enumerate(self.day.arrivals):
            self._at(arrival.at_s, "arrive", number)
        for counter in self.day.counters:
            # Some are punctual.
            self._at(self.hall.opens_s + max(0.0, self.random.gauss(60, 120)), "open", counter.id)
            for begin, _ in counter.breaks:
                self._at(begin, "break", counter.id)
        while self._events:
            at, _, what, subject = heappop(self._events)
            self.state.now_s = at
            getattr(self, f"_{what}")(subject)
        return self.visits

    def _at(self, when: float, what: str, subject: UUID | int) -> None:
        self._number += 1
        heappush(self._events, (when, self._number, what, subject))

    # What happens

    def _arrive(self, number: int) -> None:
        arrival = self.day.arrivals[number]
        visit = Visit(UUID(int=number + 1), arrival.service, arrival.priority, number + 1, self.state.now_s)
        visit.came = arrival.comes
        self.visits.append(visit)
        self.arrivals[visit.id] = arrival
        groups = self.state.lines.setdefault(visit.service, {})
        groups.setdefault(visit.priority, deque()).append(visit)
        for watcher in self.watchers:
            watcher.taken(self.state, visit)
        idle = [
            desk for desk in self.state.desks.values()
            if desk.doing == "idle" and visit.service in desk.counter.services
        ]  # fmt: skip
        if idle:
            # Who has been idle longest looks up first, and takes a moment to do so.
            desk = min(idle, key=lambda desk: desk.since_s)
            self._at(self.state.now_s + self.random.uniform(1, 6), "call", desk.counter.id)

    def _open(self, counter_id: UUID) -> None:
        self._idle(self.state.desks[counter_id])
        self._call(counter_id)

    def _break(self, counter_id: UUID) -> None:
        desk = self.state.desks[counter_id]
        if desk.doing == "idle":
            self._stop(desk)

    def _call(self, counter_id: UUID) -> None:
        desk, state = self.state.desks[counter_id], self.state
        if desk.doing != "idle":
            return
        if self._must_stop(desk):
            self._stop(desk)
            return
        chosen = choose(self._heads(desk))
        if chosen is None:
            return
        visit = state.lines[chosen.service_id][chosen.priority].popleft()
        visit.called_s, visit.counter = state.now_s, counter_id
        desk.doing, desk.since_s, desk.visit = "serving", state.now_s, visit
        for watcher in self.watchers:
            watcher.called(state, visit, desk)
        if visit.came:
            took = self.random.uniform(*plan.WALK_S) + self.arrivals[visit.id].seconds / desk.counter.speed
        else:
            took = self.random.uniform(*plan.NO_SHOW_S)
        self._at(state.now_s + took, "end", counter_id)

    def _heads(self, desk: Desk) -> list[Candidate]:
        found = []
        for service in desk.counter.services:
            for priority, line in self.state.lines.get(service, {}).items():
                if line:
                    found.append(Candidate(line[0].id, service, priority, line[0].position))
        return found

    def _end(self, counter_id: UUID) -> None:
        desk, state = self.state.desks[counter_id], self.state
        visit = desk.visit
        assert visit is not None
        visit.ended_s = desk.ended_s = state.now_s
        for watcher in self.watchers:
            watcher.ended(state, visit, desk)
        desk.visit = None
        if self.random.random() < plan.PAUSE:
            desk.doing, desk.since_s = "paused", state.now_s
            self._at(state.now_s + self.random.uniform(*plan.PAUSE_S), "return", counter_id)
        else:
            self._idle(desk)
            self._at(state.now_s + self.random.uniform(*plan.GAP_S), "call", counter_id)

    def _return(self, counter_id: UUID) -> None:
        desk = self.state.desks[counter_id]
        paused_s = self.state.now_s - desk.since_s
        for watcher in self.watchers:
            watcher.returned(self.state, desk, paused_s)
        desk.ended_s = None
        self._idle(desk)
        self._call(counter_id)

    # Breaks and the end of the day: who is at a counter is served to the end.

    def _must_stop(self, desk: Desk) -> bool:
        now = self.state.now_s
        return now >= self.hall.closes_s + plan.OVERTIME_S or any(
            begin <= now < end for begin, end in desk.counter.breaks
        )

    def _stop(self, desk: Desk) -> None:
        now = self.state.now_s
        desk.doing, desk.since_s, desk.ended_s = "closed", now, None
        for begin, end in desk.counter.breaks:
            if begin <= now < end:
                self._at(end, "open", desk.counter.id)

    def _idle(self, desk: Desk) -> None:
        desk.doing, desk.since_s = "idle", self.state.now_s
