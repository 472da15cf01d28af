"""A real day run once more: the same rules and staff give the same waits, and what is changed is all that differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.calling import Policy
from shared.domain.simulation.day import run_day
from shared.domain.simulation.plan import BUSY, Habits, make_day, make_hall
from shared.domain.simulation.replay import (
    PastCounter,
    PastDay,
    PastTicket,
    as_it_was,
    compare,
    figures,
    replay,
)
from shared.domain.simulation.staffing import Change, with_changes

DAY = date(2026, 11, 23)
A, B = UUID(int=1001), UUID(int=1002)
STILL = Habits(
    no_show_s=(90, 90), walk_s=(0, 0), gap_s=(15, 15), look_up_s=(0, 0), late_s=(0, 0), pause=0.0, overtime_s=3600.0
)


@st.composite
def days(draw: st.DrawFn) -> PastDay:
    counters = []
    for number in range(draw(st.integers(1, 4))):
        moments = st.sets(st.integers(0, 7200), min_size=2, max_size=4).filter(lambda found: len(found) != 3)
        edges = sorted(draw(moments))
        spans = tuple(zip(map(float, edges[::2]), map(float, edges[1::2]), strict=True))
        services = draw(st.sampled_from([(A,), (B,), (A, B)]))
        counters.append(PastCounter(UUID(int=2000 + number), f"{number}", services, spans))
    tickets = [
        PastTicket(
            UUID(int=number), draw(st.sampled_from([A, B])), float(draw(st.integers(0, 7200))),
            priority=draw(st.sampled_from([0, 0, 0, 1])), comes=draw(st.booleans()),
            due_s=draw(st.sampled_from([None, None, 3600.0])),
            busy_s=draw(st.none() | st.floats(1, 1200)),
        )
        for number in range(draw(st.integers(0, 30)))
    ]  # fmt: skip
    return PastDay(DAY, tuple(tickets), tuple(counters), {A: 300.0})


@settings(max_examples=60, deadline=None)
@given(days(), st.sampled_from([Policy(), Policy(merge="ratio"), Policy(merge="ageing", urgent_in_a_row=2)]))
def test_whoever_is_called_is_called_once_by_a_counter_that_is_staffed_and_serves_them(
    day: PastDay, policy: Policy
) -> None:
    outcomes = replay(day, policy)
    assert sorted(outcome.ticket.id for outcome in outcomes) == sorted(ticket.id for ticket in day.tickets)
    counters = {counter.id: counter for counter in day.counters}
    at: dict[UUID, list[float]] = {}
    for outcome in outcomes:
        if not outcome.called:
            continue
        assert outcome.counter is not None
        counter = counters[outcome.counter]
        assert outcome.ticket.service in counter.services
        if outcome.waited_s > 0 or outcome.ticket.due_s is None:
            called_s = outcome.ticket.since_s + outcome.waited_s
            assert any(begin <= called_s <= end for begin, end in counter.staffed)
            at.setdefault(counter.id, []).append(called_s)
    for moments in at.values():
        assert len(set(moments)) == len(moments)
    assert replay(day, policy) == outcomes
    rows = compare(as_it_was(day), outcomes)
    for kind in ("service", "group", "hour"):
        assert sum(row.after.tickets for row in rows if row.kind == kind) == rows[0].before.tickets == len(day.tickets)


def test_a_day_that_ran_by_the_same_habits_is_replayed_to_the_second() -> None:
    hall = make_hall(3)
    planned = make_day(hall, BUSY, 11)
    planned = replace(
        planned, habits=STILL, counters=tuple(replace(counter, speed=1.0) for counter in planned.counters)
    )
    visits = run_day(hall, planned)
    tickets = tuple(
        PastTicket(
            visit.id, visit.service, visit.taken_s, visit.priority, comes=visit.came, called_s=visit.called_s,
            busy_s=None if visit.called_s is None or visit.ended_s is None else visit.ended_s - visit.called_s,
        )
        for visit in visits
    )  # fmt: skip
    ends = hall.closes_s + STILL.overtime_s
    counters = []
    for counter in planned.counters:
        edges = [hall.opens_s, *(edge for gap in counter.breaks for edge in gap), ends]
        spans = tuple(zip(edges[::2], edges[1::2], strict=True))
        counters.append(PastCounter(counter.id, counter.label, counter.services, spans))
    past = PastDay(DAY, tickets, tuple(counters), {}, gap_s=15.0)
    was, again = figures(as_it_was(past)), figures(replay(past))
    assert was == again and was.called > 400


def test_what_one_more_counter_would_have_brought() -> None:
    """Six people at once, ten minutes each, one counter; a second one halves the line."""
    tickets = tuple(PastTicket(UUID(int=n), A, 32400.0 + n, busy_s=585.0) for n in range(6))
    one = PastCounter(UUID(int=1), "1", (A,), ((32400.0, 43200.0),))
    day = PastDay(DAY, tickets, (one,), gap_s=15.0)
    two = replace(day, counters=(one, PastCounter(UUID(int=2), "2", (A,), ((32400.0, 36000.0),))))
    (everybody, *rows) = compare(replay(day), replay(two))
    assert (everybody.before.longest_s, everybody.after.longest_s) == (2995.0, 1196.0)
    assert [(row.kind, row.key) for row in rows] == [("service", A), ("group", "walk_in"), ("hour", 9)]


def test_whoever_is_not_called_waits_as_long_whatever_is_staffed() -> None:
    """Without counters nobody waits less, and a counter for others until midnight makes nobody wait until then."""
    tickets = (PastTicket(UUID(int=1), A, 32400.0, busy_s=600.0), PastTicket(UUID(int=2), B, 32400.0, busy_s=600.0))
    day = PastDay(DAY, tickets, (PastCounter(UUID(int=1), "1", (A,), ((32400.0, 61200.0),)),))
    assert [one.waited_s for one in replay(day)] == [0.0, 28800.0]
    none = with_changes(day, [Change(A, 0.0, 86400.0, -1)])
    assert [one.waited_s for one in replay(none)] == [28800.0, 28800.0]
    more = with_changes(day, [Change(A, 0.0, 86400.0, 1)])
    assert [one.waited_s for one in replay(more)] == [0.0, 28800.0]
