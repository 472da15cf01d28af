"""Every call gets its turn once, for its time, in order, and never over another's voice."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from uuid import UUID

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from signage_app.turns import LONGEST_S, PATIENCE_S, STALE_S, Turn, Turns

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
EACH = 6.0


def call(number: int) -> UUID:
    return UUID(int=number)


def numbers(turns: tuple[Turn, ...]) -> list[int]:
    return [turn.call_id.int for turn in turns]


def test_several_at_once_take_turns_in_order() -> None:
    turns = Turns(EACH)
    for number in (1, 2, 3):
        assert turns.ring(call(number), 0, NOON, 0)
    begun = [(second, turn.call_id.int) for second in range(25) if (turn := turns.advance(second, speaking=False))]
    assert begun == [(0, 1), (6, 2), (12, 3)]
    assert turns.current is None


def test_a_long_announcement_is_heard_to_its_end() -> None:
    turns = Turns(EACH)
    turns.ring(call(1), 0, NOON, 0)
    turns.ring(call(2), 0, NOON, 0)
    begun = [turn.call_id.int for second in range(30) if (turn := turns.advance(second, speaking=second < 15))]
    assert begun == [1, 2]
    assert turns.advance(14, speaking=True) is None


def test_a_loudspeaker_that_never_ends_does_not_stop_the_screen() -> None:
    turns = Turns(EACH)
    turns.ring(call(1), 0, NOON, 0)
    turns.ring(call(2), 0, NOON, 0)
    turns.advance(0, speaking=False)
    assert turns.advance(LONGEST_S - 1, speaking=True) is None
    second = turns.advance(LONGEST_S, speaking=True)
    assert second is not None
    assert second.call_id == call(2)


def test_a_recall_rings_again_and_takes_the_place_of_its_call() -> None:
    turns = Turns(EACH)
    turns.ring(call(1), 0, NOON, 0)
    turns.advance(0, speaking=False)
    turns.ring(call(2), 0, NOON, 0)
    assert turns.ring(call(1), 1, NOON, 0)
    assert turns.ring(call(2), 1, NOON, 0)
    assert [(turn.call_id.int, turn.recalls) for turn in turns.waiting] == [(2, 1), (1, 1)]
    assert not turns.ring(call(2), 0, NOON, 0)


def test_who_is_there_or_undone_has_no_turn() -> None:
    turns = Turns(EACH)
    turns.ring(call(1), 0, NOON, 0)
    turns.ring(call(2), 0, NOON, 0)
    turns.advance(0, speaking=False)
    turns.drop(call(1))
    assert turns.current is None
    # Still being spoken: the next waits for the voice, though its place on the screen is free.
    assert turns.advance(1, speaking=True) is None
    turns.drop(call(2))
    assert turns.advance(2, speaking=False) is None


@pytest.mark.parametrize(("age", "taken"), [(0, True), (STALE_S, True), (STALE_S + 0.01, False)])
def test_after_a_gap_thirty_seconds_decide(age: float, taken: bool) -> None:
    turns = Turns(EACH)
    assert turns.ring(call(1), 0, NOON, age) is taken
    # Known either way: a second snapshot does not bring it back.
    assert not turns.ring(call(1), 0, NOON, 0)


def test_what_waited_in_the_queue_is_judged_by_how_it_came() -> None:
    prompt = Turn(call(1), 0, NOON, prompt=True)
    late = Turn(call(1), 0, NOON, prompt=False)
    assert prompt.may_be_spoken(PATIENCE_S)
    assert not prompt.may_be_spoken(PATIENCE_S + 1)
    assert late.may_be_spoken(STALE_S)
    assert not late.may_be_spoken(STALE_S + 1)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("ring"), st.integers(0, 5), st.integers(0, 2)),
        st.tuples(st.just("drop"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("wait"), st.integers(1, 9), st.just(0)),
    ),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(steps)
def test_promises_of_the_turns(day: list[tuple[str, int, int]]) -> None:
    turns, now = Turns(EACH), 0.0
    begun: list[tuple[float, int, int]] = []
    taken: list[tuple[int, int]] = []
    dropped: set[int] = set()
    for what, number, recalls in [*day, *[("wait", 6, 0)] * 30]:
        if what == "ring":
            if turns.ring(call(number), recalls, NOON, 0):
                taken.append((number, recalls))
        elif what == "drop":
            turns.drop(call(number))
            dropped.add(number)
        else:
            for _ in range(number):
                now += 1
                if (turn := turns.advance(now, speaking=False)) is not None:
                    begun.append((now, turn.call_id.int, turn.recalls))
    rings = [(number, recalls) for _, number, recalls in begun]
    assert len(set(rings)) == len(rings), "nothing rings twice"
    assert set(rings) <= set(taken)
    # The last ring of each call that nobody took back had its turn.
    last = dict(taken)
    assert {pair for pair in last.items() if pair[0] not in dropped} <= set(rings)
    if not dropped:
        assert all(later - first >= EACH for (first, *_), (later, *_) in itertools.pairwise(begun))
    assert turns.waiting == ()
    assert turns.current is None
