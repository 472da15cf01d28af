"""One day of a simulated hall, event by event, called by the hall's own rule."""

from __future__ import annotations

from bisect import insort
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random
from typing import Literal, Protocol
from uuid import UUID

from shared.domain.calling import DEFAULT, Candidate, Policy, Preference, Turn, decide
from shared.domain.calling.places import lane_of, rank_of
from shared.domain.calling.policy import LOOK_BACK
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
    due_s: float | None = None

    @property
    def waits_since_s(self) -> float:
        """From when the waiting counts: for who has booked and comes early, the start of the slot."""
        return self.taken_s if self.due_s is None else max(self.taken_s, self.due_s)

    @property
    def waited_s(self) -> float | None:
        return None if self.called_s is None else max(0.0, self.called_s - self.waits_since_s)


@dataclass(slots=True)
class Desk:
    """A counter as its hall's server sees it."""

    counter: SimulatedCounter
    doing: Doing = "closed"
    since_s: float = 0.0
    visit: Visit | None = None
    # When its last visit ended, if it has called nobody since.
    ended_s: float | None = None
    # Its last calls, the newest first; and whether somebody who has come is about to be noticed.
    recent: deque[Turn] = field(default_factory=lambda: deque(maxlen=LOOK_BACK))
    woken: bool = False


class Watcher(Protocol):
    """Sees what a hall's server sees, at the moment it happens; ``state`` is as it is after that."""

    def taken(self, state: State, visit: Visit) -> None: ...
    def called(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def ended(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def returned(self, state: State, desk: Desk, paused_s: float) -> None: ...


@dataclass(slots=True)
class State:
    """The hall at ``now_s`` of the day; ``lines`` by service and lane, as ``shared.domain.calling.places`` has them."""

    hall: SimulatedHall
    now_s: float
    desks: dict[UUID, Desk]
    lines: dict[UUID, dict[int, deque[Visit]]] = field(default_factory=dict)

    def waiting(self) -> list[Visit]:
        return [visit for groups in self.lines.values() for line in groups.values() for visit in line]


def run_day(
    hall: SimulatedHall,
    day: Day,
    watchers: Sequence[Watcher] = (),
    policy: Policy = DEFAULT,
    preferences: Mapping[UUID, Preference] | None = None,
) -> list[Visit]:
    """Everybody who took a number, in that order; who was never called has no ``called_s``.

    ``preferences``: of a counter's id, what it is there for first.
    """
    return _Run(hall, day, watchers, policy, preferences or {}).run()


class _Run:
    def __init__(
        self,
        hall: SimulatedHall,
        day: Day,
        watchers: Sequence[Watcher],
        policy: Policy,
        preferences: Mapping[UUID, Preference],
    ) -> None:
        self.hall, self.day, self.watchers, self.habits = hall, day, watchers, day.habits
        self.policy, self.preferences = policy, preferences
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
            self._at(self.hall.opens_s + max(0.0, self.random.gauss(*self.habits.late_s)), "open", counter.id)
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
        visit.came, visit.due_s = arrival.comes, arrival.due_s
        self.visits.append(visit)
        self.arrivals[visit.id] = arrival
        lanes = self.state.lines.setdefault(visit.service, {})
        line = lanes.setdefault(lane_of(visit.priority, booked=visit.due_s is not None), deque())
        insort(line, visit, key=_place)
        for watcher in self.watchers:
            watcher.taken(self.state, visit)
        idle = [
            desk for desk in self.state.desks.values()
            if desk.doing == "idle" and not desk.woken and visit.service in desk.counter.services
        ]  # fmt: skip
        if idle:
            # Who has been idle longest looks up first, and takes a moment to do so.
            desk = min(idle, key=lambda desk: desk.since_s)
            desk.woken = True
            self._at(self.state.now_s + self.random.uniform(*self.habits.look_up_s), "call", desk.counter.id)

    def _open(self, counter_id: UUID) -> None:
        self._idle(self.state.desks[counter_id])
        self._call(counter_id)

    def _break(self, counter_id: UUID) -> None:
        desk = self.state.desks[counter_id]
        if desk.doing == "idle":
            self._stop(desk)

    def _call(self, counter_id: UUID) -> None:
        desk, state = self.state.desks[counter_id], self.state
        desk.woken = False
        if desk.doing != "idle":
            return
        if self._must_stop(desk):
            self._stop(desk)
            return
        decision = decide(self._heads(desk), self.policy, self.preferences.get(counter_id), desk.recent)
        if decision is None:
            return
        desk.recent.appendleft(decision.turn)
        chosen = decision.chosen
        visit = state.lines[chosen.service_id][lane_of(chosen.priority, booked=chosen.booked)].popleft()
        visit.called_s, visit.counter = state.now_s, counter_id
        desk.doing, desk.since_s, desk.visit = "serving", state.now_s, visit
        for watcher in self.watchers:
            watcher.called(state, visit, desk)
        if visit.came:
            took = self.random.uniform(*self.habits.walk_s) + self.arrivals[visit.id].seconds / desk.counter.speed
        else:
            took = self.random.uniform(*self.habits.no_show_s)
        self._at(state.now_s + took, "end", counter_id)

    def _heads(self, desk: Desk) -> list[Candidate]:
        now = self.state.now_s
        return [
            Candidate(
                line[0].id, service, line[0].priority, line[0].position, rank_of(line[0].position),
                now - (line[0].taken_s if line[0].due_s is None else line[0].due_s), line[0].due_s is not None,
            )
            for service in desk.counter.services
            for line in self.state.lines.get(service, {}).values() if line
        ]  # fmt: skip

    def _end(self, counter_id: UUID) -> None:
        desk, state = self.state.desks[counter_id], self.state
        visit = desk.visit
        assert visit is not None
        visit.ended_s = desk.ended_s = state.now_s
        for watcher in self.watchers:
            watcher.ended(state, visit, desk)
        desk.visit = None
        if self.random.random() < self.habits.pause:
            desk.doing, desk.since_s = "paused", state.now_s
            self._at(state.now_s + self.random.uniform(*self.habits.pause_s), "return", counter_id)
        else:
            self._idle(desk)
            self._at(state.now_s + self.random.uniform(*self.habits.gap_s), "call", counter_id)

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
        return now >= self.hall.closes_s + self.habits.overtime_s or any(
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


def _place(visit: Visit) -> tuple[float, int]:
    """Order within a line: booked ones by the start of their slot, then as they came."""
    return (0.0 if visit.due_s is None else visit.due_s, visit.position)
