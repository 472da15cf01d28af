"""Whom counters call that are alone: never the same person, and nobody out of their order."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.island.shares import Standing, own_share, owner

IDS = st.uuids(version=4)
COUNTERS = st.lists(IDS, min_size=1, max_size=6, unique=True)
SERVICES = (UUID(int=1), UUID(int=2), UUID(int=3))


@st.composite
def halls(draw: st.DrawFn) -> tuple[list[UUID], dict[UUID, list[UUID]], list[Standing]]:
    """Counters, those open for each service (each at least one), and a line."""
    counters = draw(COUNTERS)
    some = st.lists(st.sampled_from(counters), min_size=1, unique=True)
    serving = {service: draw(some) for service in SERVICES}
    line = []
    for ticket_id in draw(st.lists(IDS, max_size=30, unique=True)):
        service = draw(st.sampled_from(SERVICES))
        only_for = draw(st.one_of(st.none(), st.none(), st.sampled_from(serving[service])))
        line.append(Standing(ticket_id, service, only_for))
    return counters, serving, line


def seen_by(counter: UUID, line: list[Standing], serving: dict[UUID, list[UUID]]) -> list[Standing]:
    """What a counter's copy holds: its services' line, without who was sent to another open counter."""
    return [
        one for one in line
        if counter in serving[one.service_id] and one.only_for in (None, counter)
    ]  # fmt: skip


@given(halls())
def test_with_one_copy_everybody_is_one_counters_own(
    hall: tuple[list[UUID], dict[UUID, list[UUID]], list[Standing]],
) -> None:
    counters, serving, line = hall
    shares = [own_share(seen_by(counter, line, serving), counter, serving) for counter in counters]
    called = [one.ticket_id for share in shares for one in share]
    assert sorted(called) == sorted(one.ticket_id for one in line)


@given(halls(), st.data())
def test_copies_of_the_line_that_differ_make_nobody_two_counters_own(
    hall: tuple[list[UUID], dict[UUID, list[UUID]], list[Standing]], data: st.DataObject
) -> None:
    counters, serving, line = hall
    called: list[UUID] = []
    for counter in counters:
        gone = data.draw(st.sets(st.integers(0, 29)))
        copy = [one for place, one in enumerate(line) if place not in gone]
        called += [one.ticket_id for one in own_share(seen_by(counter, copy, serving), counter, serving)]
    assert len(called) == len(set(called))


@given(halls())
def test_a_share_keeps_the_lines_order(hall: tuple[list[UUID], dict[UUID, list[UUID]], list[Standing]]) -> None:
    counters, serving, line = hall
    for counter in counters:
        places = [line.index(one) for one in own_share(line, counter, serving)]
        assert places == sorted(places)


@given(COUNTERS, IDS, IDS)
def test_a_counter_more_takes_only_for_itself(counters: list[UUID], newcomer: UUID, ticket: UUID) -> None:
    before = owner(ticket, counters)
    assert owner(ticket, [*counters, newcomer]) in (before, newcomer)


def test_shares_are_about_equal() -> None:
    counters = [UUID(int=n) for n in range(1, 5)]
    tickets = [UUID(int=n << 64) for n in range(1, 1001)]
    for counter in counters:
        share = own_share([Standing(one, SERVICES[0]) for one in tickets], counter, {SERVICES[0]: counters})
        assert 200 < len(share) < 300


def test_a_service_nobody_else_is_open_for_is_all_ones_own() -> None:
    line = [Standing(UUID(int=n), SERVICES[0]) for n in range(1, 9)]
    assert own_share(line, UUID(int=99), {}) == line
