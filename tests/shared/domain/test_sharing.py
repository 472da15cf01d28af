"""Shared counters: what can be done is never called too much, what cannot always is."""

from __future__ import annotations

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.breaks import free_minutes, joined, outside
from shared.domain.release.sharing import Promise, Server, shortage_of, shortages

SERVICES = "abc"
MINUTES = 8


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    return joined(draw(st.lists(st.tuples(st.integers(0, MINUTES), st.integers(0, MINUTES)), max_size=2)))


@st.composite
def promises(draw: st.DrawFn) -> Promise:
    start = draw(st.integers(0, MINUTES - 1))
    end = draw(st.integers(start + 1, MINUTES))
    visit_s = draw(st.sampled_from((60, 60, 120, 180)))
    return Promise(draw(st.sampled_from(SERVICES)), start, end, draw(st.integers(0, 5)), visit_s, draw(spans()))


@st.composite
def servers(draw: st.DrawFn, key: int = 0) -> Server:
    return Server(key, draw(st.frozensets(st.sampled_from(SERVICES))), draw(spans()))


POOLS = st.tuples(st.lists(promises(), max_size=6), servers(key=0), servers(key=1))


def allowed(promise: Promise, server: Server, minute: int) -> bool:
    inside = promise.start <= minute < promise.until_s // 60
    away = (*server.away, *promise.closed)
    return promise.service in server.services and inside and not any(begin <= minute < end for begin, end in away)


def fits(asked: list[Promise], pool: list[Server]) -> bool:
    """Every set of promises has as much time where it may go as it needs: tried one by one (Hall's condition)."""
    cells = [(server, minute) for server in pool for minute in range(MINUTES + 3)]
    sets = chain.from_iterable(combinations(asked, count) for count in range(1, len(asked) + 1))
    return all(
        sum(one.work_s for one in some) <= 60 * sum(any(allowed(one, *cell) for one in some) for cell in cells)
        for some in sets
    )


@settings(max_examples=200, deadline=None)
@given(POOLS)
def test_it_says_the_same_as_looking_at_every_set_of_promises(pool: tuple[list[Promise], Server, Server]) -> None:
    asked, *counters = pool
    found = shortages(asked, counters)
    assert (not found) == fits(asked, counters)
    for one in found:
        # What is told is true: these promises want more than all their counters have.
        assert one.needed_s > one.able_s and one.visits > 0 and one.services
        theirs = [promise for promise in asked if promise.service in one.services]
        assert one.needed_s <= sum(promise.work_s for promise in theirs)
    # And a service that has a part in any of it is told one that it has a part in.
    involved = {service for one in found for service in one.services}
    for service in SERVICES:
        short = shortage_of(service, asked, counters)
        assert (short is not None) == (service in involved)
        assert short is None or (service in short.services and short.needed_s > short.able_s)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_day_that_was_worked_is_never_called_too_much(data: st.DataObject) -> None:
    pool = [data.draw(servers(key=key)) for key in range(3)]
    asked = []
    for server in pool:
        minute = 0
        while minute < MINUTES and server.services:
            takes = data.draw(st.integers(1, 3))
            if free_minutes(minute, minute + takes, server.away) < takes:
                minute += 1
                continue
            start, end = data.draw(st.integers(0, minute)), data.draw(st.integers(minute + takes, MINUTES + 3))
            asked.append(Promise(data.draw(st.sampled_from(sorted(server.services))), start, end, 1, takes * 60))
            minute += takes
    assert shortages(asked, pool) == []


@settings(max_examples=60, deadline=None)
@given(POOLS)
def test_one_more_visit_or_one_counter_less_mends_nothing(pool: tuple[list[Promise], Server, Server]) -> None:
    asked, first, second = pool
    if shortages(asked, [first, second]):
        assert shortages(asked, [first])
        assert shortages([*asked, Promise("a", 0, MINUTES, 1, 60)], [first, second])


@given(spans(), st.integers(0, MINUTES), st.integers(0, MINUTES))
def test_what_is_away_and_what_is_left_make_the_whole(away: tuple[tuple[int, int], ...], a: int, b: int) -> None:
    start, end = sorted((a, b))
    left = outside(start, end, away)
    assert sum(until - since for since, until in left) == free_minutes(start, end, away)
    assert free_minutes(start, end, left) + free_minutes(start, end, away) == end - start
