"""``./run bench waits``: what people are told, beside what they waited, on simulated days.

The days are made by a hall that knows more than the forecast does: people who do not come, visits that turn out to be
something else, clerks who pause, days that go slowly. All methods see the same: what a hall's server sees. They learn
on days that are not counted and go on learning on those that are.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from random import Random
from statistics import fmean, median
from typing import Any, Final, Protocol
from uuid import UUID

from shared.domain.simulation.day import Desk, State, Visit, run_day
from shared.domain.simulation.plan import OVERTIME_S, REGIMES, SimulatedHall, make_day, make_hall
from shared.domain.waits.correction import Corrections
from shared.domain.waits.durations import Experience
from shared.domain.waits.forecast import CounterNow, Place, Range, range_of, run_forward
from tests.bench.goals import at_least, at_most, lines

Say = Callable[[str], None]
SEED: Final = 20261126
LAST: Final = 10
TOO_LITTLE_S: Final = 300


class Method(Protocol):
    """What is told when a number is taken; the careful figure may be missing."""

    name: str

    def tell(self, state: State, visit: Visit) -> Range: ...
    def called(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def ended(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def returned(self, desk: Desk, paused_s: float) -> None: ...


def ahead(state: State, visit: Visit) -> int:
    """People of the same service who are called before."""
    lanes = state.lines.get(visit.service, {})
    return sum(len(line) for line in lanes.values() if line and line[0].priority >= visit.priority) - 1


def counters_of(state: State, service: UUID) -> int:
    return sum(desk.doing != "closed" and service in desk.counter.services for desk in state.desks.values())


class Constant:
    """People ahead times what the service is said to take, shared by its open counters: what most halls show."""

    name = "constant x ahead / counters"

    def __init__(self, hall: SimulatedHall) -> None:
        self.typical = {service.id: service.mean_s for service in hall.services}

    def tell(self, state: State, visit: Visit) -> Range:
        counters = max(1, counters_of(state, visit.service))
        return Range(ahead(state, visit) * self.typical[visit.service] / counters, inf)

    def called(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def ended(self, state: State, visit: Visit, desk: Desk) -> None: ...
    def returned(self, desk: Desk, paused_s: float) -> None: ...


class QueueLength(Constant):
    """People ahead times what each of them has cost lately, learned for each service."""

    name = "learned queue length"

    def __init__(self, hall: SimulatedHall) -> None:
        super().__init__(hall)
        self.each = {service.id: service.mean_s / 3 for service in hall.services}
        self.before: dict[UUID, int] = {}

    def tell(self, state: State, visit: Visit) -> Range:
        self.before[visit.id] = ahead(state, visit) + 1
        return Range(self.each[visit.service] * self.before[visit.id], inf)

    def called(self, state: State, visit: Visit, desk: Desk) -> None:
        cost = (visit.waited_s or 0.0) / self.before[visit.id]
        self.each[visit.service] += 0.05 * (cost - self.each[visit.service])


class LastToEnter(Constant):
    """As long as whoever of this service was called last has waited."""

    name = "last to enter"

    def __init__(self, hall: SimulatedHall) -> None:
        super().__init__(hall)
        self.waits: dict[UUID, deque[float]] = defaultdict(lambda: deque(maxlen=1))

    def tell(self, state: State, visit: Visit) -> Range:
        waits = self.waits[visit.service]
        return Range(fmean(waits) if waits else 0.0, inf)

    def called(self, state: State, visit: Visit, desk: Desk) -> None:
        self.waits[visit.service].append(visit.waited_s or 0.0)


class LastTen(LastToEnter):
    """The average of the last ten of this service."""

    name = f"average of last {LAST}"

    def __init__(self, hall: SimulatedHall) -> None:
        super().__init__(hall)
        self.waits = defaultdict(lambda: deque(maxlen=LAST))


class Forecast:
    """The hall run forward, with what was learned, corrected by what came of it."""

    name = "forecast"

    def __init__(self, hall: SimulatedHall, runs: int) -> None:
        self.hall, self.runs = hall, runs
        self.experience, self.corrections = Experience(), Corrections()
        self.random = Random("forecast")
        self.told: dict[UUID, Range] = {}
        self.took: list[float] = []
        for service in hall.services:
            self.experience.believe(service.id, service.mean_s)

    def tell(self, state: State, visit: Visit) -> Range:
        began = time.perf_counter()
        waiting = [Place(one.id, one.service, (-one.priority, one.position)) for one in state.waiting()]
        found = run_forward(self._counters(state), waiting, self.experience, self.random, runs=self.runs)
        raw = range_of(found[visit.id])
        # Perhaps not today: people are told so, and here that is as long as the counters work on.
        rest = self.hall.closes_s + OVERTIME_S - state.now_s
        told = self.corrections.apply(Range(rest, rest) if raw is None else Range(raw.p50_s, min(raw.p90_s, rest)))
        self.told[visit.id] = told
        self.took.append(time.perf_counter() - began)
        return told

    def _counters(self, state: State) -> list[CounterNow]:
        now, found = state.now_s, []
        for desk in state.desks.values():
            counter = desk.counter
            doing = "idle" if desk.doing == "closed" else desk.doing
            found.append(
                CounterNow(
                    counter.id, counter.services, counter.id, doing, desk.visit.service if desk.visit else None,
                    now - desk.since_s, tuple((begin - now, end - now) for begin, end in counter.breaks),
                    self.hall.closes_s + OVERTIME_S - now,
                )
            )  # fmt: skip
        return found

    def called(self, state: State, visit: Visit, desk: Desk) -> None:
        if desk.ended_s is not None and visit.taken_s < desk.ended_s:
            self.experience.went_on(state.now_s - desk.ended_s)
        told, waited = self.told.pop(visit.id, None), visit.waited_s
        if told is not None and waited is not None:
            self.corrections.learn(told, waited)

    def ended(self, state: State, visit: Visit, desk: Desk) -> None:
        assert visit.called_s is not None
        seconds = state.now_s - visit.called_s
        if visit.came:
            self.experience.served(visit.service, desk.counter.id, seconds)
        else:
            self.experience.not_there(seconds)

    def returned(self, desk: Desk, paused_s: float) -> None:
        self.experience.came_back(paused_s)


@dataclass
class Told:
    """What one method told on the counted days, against what came."""

    errors: list[float] = field(default_factory=list)
    within: list[bool] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


class Watch:
    """Asks every method when a number is taken, and compares when it is called."""

    def __init__(self, methods: list[Method], found: dict[str, Told] | None) -> None:
        self.methods, self.found = methods, found
        self.told: dict[tuple[str, UUID], Range] = {}

    def taken(self, state: State, visit: Visit) -> None:
        for method in self.methods:
            self.told[method.name, visit.id] = method.tell(state, visit)

    def called(self, state: State, visit: Visit, desk: Desk) -> None:
        for method in self.methods:
            told = self.told[method.name, visit.id]
            method.called(state, visit, desk)
            if self.found is not None:
                found = self.found[method.name]
                waited = visit.waited_s or 0.0
                found.errors.append(told.p50_s - waited)
                found.within.append(waited <= told.p90_s)
                found.waits.append(waited)

    def ended(self, state: State, visit: Visit, desk: Desk) -> None:
        for method in self.methods:
            method.ended(state, visit, desk)

    def returned(self, state: State, desk: Desk, paused_s: float) -> None:
        for method in self.methods:
            method.returned(desk, paused_s)


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    learning, days, runs = (1, 1, 20) if quick else (8, 8, 80)
    hall = make_hall(SEED)
    forecast = Forecast(hall, runs)
    methods: list[Method] = [forecast, Constant(hall), QueueLength(hall), LastToEnter(hall), LastTen(hall)]
    found = {regime.name: {method.name: Told() for method in methods} for regime in REGIMES}
    say("learning")
    for number in range(learning):
        run_day(hall, make_day(hall, REGIMES[number % len(REGIMES)], SEED + number), [Watch(methods, None)])
    # The regimes in turn: nobody tells the forecast what kind of day it is.
    for number in range(days):
        say(f"day {number + 1} of {days} of each kind")
        for regime in REGIMES:
            day = make_day(hall, regime, SEED + 1000 + number)
            run_day(hall, day, [Watch(methods, found[regime.name])])
    return _report(found, forecast, say)


def _together(kinds: Sequence[Told]) -> Told:
    return Told(
        [error for told in kinds for error in told.errors], [within for told in kinds for within in told.within],
        [wait for told in kinds for wait in told.waits],
    )  # fmt: skip


def _figures(told: Told) -> dict[str, Any]:
    return {
        "mae_min": round(fmean(abs(error) for error in told.errors) / 60, 2),
        "bias_min": round(fmean(told.errors) / 60, 2),
        "told_too_little": round(fmean(error < -TOO_LITTLE_S for error in told.errors), 4),
        "within_p90": round(fmean(told.within), 4),
        "mean_wait_min": round(fmean(told.waits) / 60, 2), "tickets": len(told.waits),
    }  # fmt: skip


def _report(found: dict[str, dict[str, Told]], forecast: Forecast, say: Say) -> dict[str, Any]:
    names = list(next(iter(found.values())))
    everything = {name: _together([kind[name] for kind in found.values()]) for name in names}
    figures = {
        regime: {name: _figures(told) for name, told in kinds.items()}
        for regime, kinds in [*found.items(), ("all", everything)]
    }
    for regime, kinds in figures.items():
        mean = kinds[forecast.name]["mean_wait_min"]
        say(f"\n{regime}: {kinds[forecast.name]['tickets']} tickets, mean wait {mean} min")
        say(f"  {'':28}  MAE   bias  >5 min too little  within P90")
        for name, entry in kinds.items():
            careful = f"{entry['within_p90']:.1%}" if name == forecast.name else ""
            say(
                f"  {name:28} {entry['mae_min']:5.2f} {entry['bias_min']:6.2f} {entry['told_too_little']:12.1%} "
                f"{careful:>14}"
            )
    ours = figures["all"][forecast.name]
    others = min(entry["mae_min"] for name, entry in figures["all"].items() if name != forecast.name)
    goals = {
        "mean wait of the days, min (about 15)": at_least(ours["mean_wait_min"], 12.0),
        "MAE, min": at_most(ours["mae_min"], 4.5),
        "MAE beside the best other": at_most(round(ours["mae_min"] / others, 3), 1.0),
        "within P90, at least": at_least(ours["within_p90"], 0.87),
        "within P90, at most": at_most(ours["within_p90"], 0.93),
        "told > 5 min too little": at_most(ours["told_too_little"], 0.10),
    }
    say("")
    for line in lines(goals):
        say(line)
    took = round(median(forecast.took) * 1000, 1)
    say(f"  one forecast of the whole hall: {took} ms")
    return {"goals": goals, "figures": figures, "forecast_ms": took, "seed": SEED}
