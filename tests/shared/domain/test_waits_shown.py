"""What a screen shows of a wait: in steps, calm, and never far from what is expected now."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from math import inf
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.waits.forecast import Range
from shared.domain.waits.shown import SLACK_DOWN, SLACK_UP, STEPS, Shown, shown, shown_waits

NOTHING_S = 1e-6
seconds = st.floats(0, 8 * 3600)
ranges = st.tuples(seconds, seconds).map(lambda two: Range(min(two), max(two)))
figures = st.none() | ranges.map(shown)


def step_s(seconds: float) -> int:
    return next(step for below, step in STEPS if seconds <= below * 60) * 60


@given(ranges)
def test_a_first_figure_is_rounded_up_to_its_step(range_: Range) -> None:
    found = shown(range_)
    for said, wait in ((found.p50_s, range_.p50_s), (found.p90_s, range_.p90_s)):
        assert wait - NOTHING_S <= said <= wait + step_s(wait)
        assert said % step_s(said) == 0


@given(ranges, figures)
def test_whatever_was_shown_before_the_figure_is_true_now(range_: Range, before: Shown | None) -> None:
    found = shown(range_, before)
    assert found.p50_s <= found.p90_s
    for said, wait in ((found.p50_s, range_.p50_s), (found.p90_s, range_.p90_s)):
        assert wait - SLACK_UP * step_s(said) - NOTHING_S <= said <= wait + (1 + SLACK_DOWN) * step_s(said)


@given(seconds, st.lists(st.floats(-12, 12), min_size=2, max_size=20))
def test_a_figure_moves_once_at_most_while_its_forecast_wavers(wait: float, wobbles: list[float]) -> None:
    """By a fifth of the smallest step, about one value."""
    before: Shown | None = None
    seen: list[int] = []
    for wobble in wobbles:
        before = shown(Range(0, max(0.0, wait + wobble)), before)
        seen.append(before.p90_s)
    assert sum(one != other for one, other in pairwise(seen)) <= 1


@given(ranges, figures)
def test_the_same_forecast_again_changes_nothing(range_: Range, before: Shown | None) -> None:
    once = shown(range_, before)
    assert shown(range_, once) == once


def test_every_service_of_a_forecast_is_shown_and_what_nobody_can_say_is_left_out() -> None:
    one, two, three = (UUID(int=n) for n in range(3))
    at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    first = shown_waits(at, {one: (3, Range(700, 1150)), two: (0, Range(0, 20)), three: (1, Range(5, inf))})
    assert (first.at, first.services) == (at, {one: Shown(12 * 60, 20 * 60), two: Shown(0, 60)})
    # Slightly less than before: nothing moves. A service that closed is gone.
    later = shown_waits(at, {one: (3, Range(650, 1100))}, first)
    assert later.services == {one: Shown(12 * 60, 20 * 60)}
