"""A simulated hall keeps the rules of a real one, and the same seed is the same day."""

from __future__ import annotations

import pytest

from shared.domain.simulation.day import Desk, State, Visit, run_day
from shared.domain.simulation.plan import OVERTIME_S, REGIMES, Regime, make_day, make_hall

HALL = make_hall(1)


class Rules:
    """Looks at every step for what must never be."""

    def __init__(self) -> None:
        self.steps = 0

    def taken(self, state: State, visit: Visit) -> None:
        assert visit in state.waiting()

    def called(self, state: State, visit: Visit, desk: Desk) -> None:
        self.steps += 1
        assert visit not in state.waiting()
        assert visit.service in desk.counter.services
        holders = [one for one in state.desks.values() if one.visit is visit]
        assert holders == [desk]
        # Nobody whom this counter serves was ahead.
        for other in state.waiting():
            if other.service in desk.counter.services:
                assert (-other.priority, other.position) > (-visit.priority, visit.position)
        assert not any(begin <= state.now_s < end for begin, end in desk.counter.breaks)

    def ended(self, state: State, visit: Visit, desk: Desk) -> None:
        assert desk.visit is visit
        assert visit.called_s is not None and state.now_s > visit.called_s

    def returned(self, state: State, desk: Desk, paused_s: float) -> None:
        assert paused_s > 0


@pytest.mark.parametrize("regime", REGIMES, ids=lambda regime: regime.name)
def test_a_day_keeps_the_rules(regime: Regime) -> None:
    rules = Rules()
    day = make_day(HALL, regime, 5)
    visits = run_day(HALL, day, [rules])
    assert len(visits) == len(day.arrivals) > 200
    assert len({visit.id for visit in visits}) == len(visits)
    called = [visit for visit in visits if visit.called_s is not None]
    assert rules.steps == len(called)
    assert all(visit.waited_s is not None and visit.waited_s >= 0 for visit in called)
    late = [visit for visit in visits if visit.called_s is None]
    # Whoever is not reached was there when the counters had worked on as long as they do.
    assert not late or max(visit.called_s or 0.0 for visit in called) > HALL.closes_s + OVERTIME_S / 2


def test_the_same_seed_is_the_same_day_and_another_is_another() -> None:
    def waits(seed: int) -> list[float | None]:
        return [visit.waited_s for visit in run_day(HALL, make_day(HALL, REGIMES[1], seed))]

    assert waits(8) == waits(8)
    assert waits(8) != waits(9)


def test_more_work_makes_longer_waits() -> None:
    def mean(load: float) -> float:
        waits = [
            visit.waited_s or 0.0
            for seed in range(4)
            for visit in run_day(HALL, make_day(HALL, Regime("any", load), seed))
        ]
        return sum(waits) / len(waits)

    assert mean(0.4) < mean(0.7) < mean(1.0)
