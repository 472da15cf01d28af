"""Every policy: a total order, first come first served within a line, and nobody starves."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from random import Random
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.calling import Candidate, Policy, Preference, ServiceRule, Turn, choose, decide, line_up
from shared.domain.calling.foresight import Lane, people_ahead, ranks
from shared.domain.calling.places import Standing, come_back, lane_of, rank_of
from shared.domain.calling.policy import MERGES, RETURNS

SERVICES = [UUID(int=n) for n in range(1, 5)]
A, B = SERVICES[:2]
MINUTE = 60.0


def candidate(
    n: int, service: UUID = A, priority: int = 0, waited: float = 0.0, *, booked: bool = False, rank: int | None = None
) -> Candidate:
    """``waited`` in minutes."""
    return Candidate(
        UUID(int=1000 + n), service, priority, n, rank_of(n) if rank is None else rank, waited * MINUTE, booked
    )


policies = st.builds(
    Policy,
    merge=st.sampled_from(MERGES),
    ratio_booked=st.integers(1, 5),
    ratio_walk_in=st.integers(1, 5),
    booked_head_start_s=st.sampled_from([0.0, 600.0, 3600.0]),
    group_head_start_s=st.sampled_from([0.0, 1800.0]),
    urgent_in_a_row=st.integers(0, 3),
    urgent_patience_s=st.sampled_from([0.0, 900.0]),
    patience_s=st.sampled_from([600.0, 3600.0]),
    passes=st.integers(1, 4),
    services=st.dictionaries(
        st.sampled_from(SERVICES),
        st.builds(
            ServiceRule, patience_s=st.sampled_from([None, 300.0]), booked_head_start_s=st.sampled_from([None, 60.0])
        ),
    ),
)  # fmt: skip
preferences = st.one_of(
    st.none(),
    st.builds(Preference, later=st.frozensets(st.sampled_from(SERVICES)), step_in_s=st.sampled_from([60.0, 1e9])),
)
turns = st.lists(
    st.builds(Turn, kind=st.sampled_from(["urgent", "booked", "walk_in"]), passed=st.booleans()), max_size=8
)


@st.composite
def crowds(draw: st.DrawFn) -> list[list[Candidate]]:
    """The lines of a counter, each in its order: along a line nobody who stands further ahead has waited less."""
    lines: dict[tuple[UUID, int, bool], list[Candidate]] = {}
    waited = draw(st.floats(0, 200))
    for n in range(draw(st.integers(0, 14))):
        waited = max(0.0, waited - draw(st.floats(0, 30)))
        service, priority = draw(st.sampled_from(SERVICES)), draw(st.sampled_from([0, 0, 0, 1, 3]))
        booked = draw(st.booleans())
        early = draw(st.floats(0, 20)) if booked else 0.0
        one = candidate(n, service, priority, waited - early, booked=booked)
        lines.setdefault((service, priority, booked), []).append(one)
    return [sorted(line, key=lambda one: (-one.waited_s if one.booked else 0, one.rank)) for line in lines.values()]


@settings(max_examples=100)
@given(crowds(), policies, preferences, turns, st.randoms(use_true_random=False))
def test_a_choice_is_one_of_the_heads_whatever_their_order_and_gives_everybody_else_a_reason(
    lines: list[list[Candidate]], policy: Policy, preference: Preference | None, recent: list[Turn], random: Random
) -> None:
    heads = [line[0] for line in lines]
    decision = decide(heads, policy, preference, recent)
    random.shuffle(heads)
    assert decide(heads, policy, preference, recent) == decision
    if decision is None:
        assert not heads
        return
    everybody = [decision.chosen, *(one for one, _ in decision.others)]
    assert sorted(everybody, key=lambda one: one.position) == sorted(heads, key=lambda one: one.position)
    came_first = min(heads, key=lambda one: one.rank)
    assert (decision.rule in ("first", "only")) == (decision.chosen == came_first)


@settings(max_examples=100)
@given(crowds(), policies, preferences, turns)
def test_within_a_line_nobody_is_overtaken_and_all_are_called_once(
    lines: list[list[Candidate]], policy: Policy, preference: Preference | None, recent: list[Turn]
) -> None:
    called = [decision.chosen for decision in line_up(lines, policy, preference, recent, limit=99)]
    assert sorted(one.position for one in called) == sorted(one.position for line in lines for one in line)
    for line in lines:
        assert [one for one in called if one in line] == line


@settings(max_examples=60, deadline=None)
@given(crowds(), policies, preferences, st.integers(0, 3), st.randoms(use_true_random=False))
def test_nobody_starves_whoever_keeps_coming(
    lines: list[list[Candidate]], policy: Policy, preference: Preference | None, group: int, random: Random
) -> None:
    """A counter calls once a minute, and every minute somebody comes whom the policy likes better."""
    queues = {(line[0].service_id, line[0].priority, line[0].booked): deque(line) for line in lines}
    number, recent = 1000, []
    bound: dict[UUID, int] = {}
    while waiting := [one for line in queues.values() for one in line if one.position < 1000]:
        for one in waiting:
            if one.waited_s > policy.patience_of(one.service_id) and one.ticket_id not in bound:
                earlier = sum(1 for line in queues.values() for other in line if other.waited_s >= one.waited_s)
                bound[one.ticket_id] = earlier * (policy.passes + 1)
        decision = decide([line[0] for line in queues.values() if line], policy, preference, recent)
        assert decision is not None
        one = decision.chosen
        queues[one.service_id, one.priority, one.booked].popleft()
        recent = [decision.turn, *recent][:24]
        bound.pop(one.ticket_id, None)
        for ticket in bound:
            bound[ticket] -= 1
            assert bound[ticket] >= 0, "called within the bound that choice.py states"
        for line in queues.values():
            for place in range(len(line)):
                line[place] = replace(line[place], waited_s=line[place].waited_s + MINUTE)
        number += 1
        liked = candidate(number, random.choice(SERVICES), group, booked=True)
        queues.setdefault((liked.service_id, group, True), deque()).append(liked)


# What each policy says, by example.


def order(lines: list[list[Candidate]], policy: Policy, preference: Preference | None = None) -> str:
    """Numbers of the called in their order."""
    return " ".join(str(one.chosen.position) for one in line_up(lines, policy, preference))


WALK_INS = [candidate(n, waited=30 - n) for n in (1, 2, 3, 4)]
BOOKED = [candidate(n, waited=9 - n, booked=True) for n in (5, 6, 7)]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(merge="arrival"), "1 2 3 4 5 6 7"),
        (Policy(merge="booked_first"), "5 6 7 1 2 3 4"),
        (Policy(merge="ratio", ratio_booked=2, ratio_walk_in=1), "5 6 1 7 2 3 4"),
        (Policy(merge="ratio", ratio_booked=1, ratio_walk_in=2), "5 1 2 6 3 4 7"),
        # Booked 5 has waited 4 minutes and counts as if it were 27: as long as walk-in 3.
        (Policy(merge="ageing", booked_head_start_s=23 * MINUTE), "1 2 3 5 4 6 7"),
    ],
)
def test_booked_people_and_walk_ins_become_one_line(policy: Policy, expected: str) -> None:
    assert order([WALK_INS, BOOKED], policy) == expected


def test_a_booked_person_before_the_slot_counts_as_one_who_came_early() -> None:
    early = candidate(5, waited=-10, booked=True)
    assert order([WALK_INS, [early]], Policy()) == "1 2 3 4 5"
    decision = decide([WALK_INS[0], replace(early, waited_s=0.0)], Policy())
    assert decision is not None
    assert decision.rule == "booked"
    assert decision.others == ((WALK_INS[0], "booked"),)


def test_priority_groups_go_first_up_to_their_cap() -> None:
    normal = [candidate(n, waited=40 - n) for n in (1, 2)]
    urgent = [candidate(n, priority=2, waited=1) for n in (3, 4, 5)]
    assert order([normal, urgent], Policy()) == "3 4 5 1 2"
    capped = Policy(urgent_in_a_row=2, urgent_patience_s=30 * MINUTE)
    assert order([normal, urgent], capped) == "3 4 1 5 2"
    assert order([[replace(one, waited_s=0.0) for one in normal], urgent], capped) == "3 4 5 1 2"


def test_a_counter_serves_what_it_is_there_for_first() -> None:
    others = [candidate(1, B, waited=19), candidate(2, B, waited=18)]
    own = [candidate(3, A, waited=2), candidate(4, A, waited=1)]
    preference = Preference(frozenset({B}), step_in_s=20 * MINUTE)
    assert order([others, own], Policy(), preference) == "3 4 1 2"
    assert order([others, own], Policy()) == "1 2 3 4"
    long = [replace(others[0], waited_s=21 * MINUTE), others[1]]
    assert order([long, own], Policy(), preference) == "1 3 4 2"


@given(crowds())
def test_without_bookings_the_default_is_group_then_who_came_first(lines: list[list[Candidate]]) -> None:
    heads = [replace(one, booked=False, waited_s=min(one.waited_s, 100 * MINUTE)) for line in lines for one in line]
    expected = min(heads, key=lambda one: (-one.priority, one.position), default=None)
    assert choose(heads) == expected


# Coming back


@given(
    st.lists(st.tuples(st.sampled_from(["new", *RETURNS]), st.integers(1, 4), st.integers(0, 30)), max_size=25),
)
def test_who_comes_back_stands_where_the_rule_says(steps: list[tuple[str, int, int]]) -> None:
    """A line is kept twice: by ranks, and as a list into which people step by hand."""
    line: list[Standing] = []
    now, position = 0.0, 0
    for how, behind, later in steps:
        now, position = now + later, position + 1
        issued = Standing(rank_of(position), now)
        if how == "new":
            line.append(issued)
            continue
        first = line[: max(1, behind)]
        place = come_back(how, issued, first, behind, position, now)  # type: ignore[arg-type]
        assert place.rank not in {other.rank for other in line}
        line = sorted([*line, place], key=lambda one: one.rank)
        at = line.index(place)
        if how == "front":
            assert all(other.rank < 0 for other in line[:at]), "only who was put in front before is further ahead"
        elif how == "behind" and len(line) > behind:
            before = line[behind - 1].rank // (1 << 24)
            assert at >= behind
            assert all(other.rank // (1 << 24) == before for other in line[behind:at]), "and who came back there before"
        else:
            assert at == len(line) - 1
        assert [one.since for one in line] == sorted(one.since for one in line)


# What forecasts and "people ahead" go by


@settings(max_examples=300)
@given(crowds(), policies)
def test_the_order_foreseen_is_the_order_called_where_one_counter_without_memory_calls(
    lines: list[list[Candidate]], policy: Policy
) -> None:
    policy = replace(policy, urgent_in_a_row=0, patience_s=1e12, services={})
    if policy.merge == "ratio":
        # Woven by service: with one service it is exact.
        lines = [[replace(one, service_id=A, priority=0) for one in line] for line in lines]
        merged = sorted((one for line in lines for one in line), key=lambda one: one.rank)
        lines = [
            sorted((one for one in merged if one.booked), key=lambda one: (-one.waited_s, one.rank)),
            [one for one in merged if not one.booked],
        ]
    foreseen = ranks([one for line in lines for one in line], policy)
    called = [decision.chosen.ticket_id for decision in line_up(lines, policy, limit=99)]
    assert called == sorted(called, key=lambda id_: foreseen[id_])


@pytest.mark.parametrize(
    ("policy", "walk_in", "booked"),
    [
        (Policy(merge="arrival"), 3 + 2, 1 + 3),
        (Policy(merge="booked_first"), 3 + 4, 1),
        (Policy(merge="ratio", ratio_booked=2, ratio_walk_in=1), 3 + 4, 1 + 0),
        (Policy(merge="ratio", ratio_booked=1, ratio_walk_in=4), 3 + 1, 1 + 4),
    ],
)
def test_people_ahead_follow_the_policy(policy: Policy, walk_in: int, booked: int) -> None:
    """A walk-in behind three walk-ins; somebody booked behind one of those; two of a group ahead of both."""
    lanes = {
        lane_of(0, booked=False): Lane(5, 3),
        lane_of(0, booked=True): Lane(4, 2),
        lane_of(2, booked=False): Lane(2, 0),
    }
    assert people_ahead(policy, lane_of(0, booked=False), 3, lanes, due=False) == walk_in + 2
    assert people_ahead(policy, lane_of(0, booked=True), 1, lanes, due=True) == booked + 2
