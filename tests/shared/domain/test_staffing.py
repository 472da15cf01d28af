"""When counters were staffed, from what was written down and from what they did."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.simulation.replay import PastCounter, PastDay, PastTicket
from shared.domain.simulation.staffing import Change, from_calls, from_states, with_changes, without

A, B = UUID(int=1), UUID(int=2)


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans())), st.floats(0, 100))
def test_spans_are_apart_and_in_order(states: list[tuple[float, bool]], until: float) -> None:
    states.sort(key=lambda one: one[0])
    spans = from_states(states, until)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges) and all(begin < end <= until for begin, end in spans)
    left = without(spans, 20, 60)
    assert not any(begin < 60 and end > 20 for begin, end in left)
    kept = sum(end - begin for begin, end in left)
    taken = sum(max(0.0, min(end, 60) - max(begin, 20)) for begin, end in spans)
    assert abs(kept + taken - sum(end - begin for begin, end in spans)) < 1e-6


def test_a_counter_was_away_when_others_called_its_people_meanwhile() -> None:
    busy = [(0.0, 300.0), (4000.0, 4300.0)]
    elsewhere = PastTicket(UUID(int=9), A, 100.0, called_s=2000.0)
    assert from_calls(busy, []) == ((0.0, 4300.0),)
    assert from_calls(busy, [elsewhere]) == ((0.0, 300.0), (4000.0, 4300.0))


def test_fewer_counters_are_those_that_serve_little_else() -> None:
    both = PastCounter(UUID(int=11), "1", (A, B), ((0.0, 100.0),))
    only = PastCounter(UUID(int=12), "2", (A,), ((0.0, 100.0),))
    day = PastDay(date(2026, 11, 23), (), (both, only))
    fewer = with_changes(day, [Change(A, 20.0, 50.0, -1)]).counters
    assert [counter.staffed for counter in fewer] == [((0.0, 100.0),), ((0.0, 20.0), (50.0, 100.0))]
    more = with_changes(day, [Change(A, 20.0, 50.0, 2)]).counters
    assert [counter.staffed for counter in more[2:]] == [((20.0, 50.0),)] * 2
    assert len({counter.id for counter in more}) == 4
