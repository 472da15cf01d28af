"""How long somebody will wait: what is learned, the hall run forward, the range kept honest."""

from __future__ import annotations

import math
import time
from math import inf
from random import Random
from statistics import fmean
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.calling import Candidate, Policy, Preference, line_up
from shared.domain.calling.foresight import ranks
from shared.domain.calling.policy import Merge
from shared.domain.waits.correction import MIDDLE, Correction, Corrections
from shared.domain.waits.durations import Experience, Learned, LogNormal
from shared.domain.waits.forecast import Cap, CounterNow, Place, Range, quantile, range_of, run_forward
from shared.domain.waits.history import Spans, still_to_come, usual_breaks

# Everybody takes as long as everybody else: what comes out can be counted by hand.
EXACT = 1e-9


def steady(service_s: float = 300, gap_s: float = 10) -> Experience:
    """A hall where every visit takes the same, nobody fails to come and no clerk pauses."""
    experience = Experience(gap=Learned(LogNormal(math.log(gap_s), EXACT)))
    experience.services["a"] = experience.services["b"] = Learned(LogNormal(math.log(service_s), EXACT))
    experience.called = inf
    return experience


def line(count: int, service: str = "a") -> list[Place]:
    return [Place(number, service, (0, number)) for number in range(count)]


# What is learned


@given(st.floats(5, 5000), st.floats(0.1, 1.2))
def test_a_distribution_keeps_the_mean_it_was_made_of(mean_s: float, sigma: float) -> None:
    assert LogNormal.of(mean_s, sigma).mean_s == pytest.approx(mean_s)


@given(st.floats(1, 7), st.floats(0, 1.5), st.floats(0, 100_000), st.integers(0, 10**6))
def test_what_goes_on_never_ended_before_now(mu: float, sigma: float, lasted_s: float, seed: int) -> None:
    rest = LogNormal(mu, sigma).draw_rest(Random(seed), lasted_s)
    assert 0 <= rest < inf


def test_the_rest_of_a_visit_is_drawn_from_the_visits_that_last_as_long() -> None:
    random, one = Random(7), LogNormal.of(600, 0.8)
    lasted = 700.0
    longer = [drawn - lasted for drawn in (one.draw(random) for _ in range(60_000)) if drawn > lasted]
    rests = [one.draw_rest(random, lasted) for _ in range(20_000)]
    assert fmean(rests) == pytest.approx(fmean(longer), rel=0.05)


@settings(max_examples=25)
@given(st.floats(60, 2000), st.floats(0.4, 1.0), st.floats(1 / 3, 3), st.integers(0, 10**6))
def test_what_is_observed_replaces_what_was_believed(mean_s: float, sigma: float, wrong: float, seed: int) -> None:
    random, truth, learned = Random(seed), LogNormal.of(mean_s, sigma), Learned(LogNormal.of(mean_s * wrong))
    for _ in range(1500):
        learned.observe(truth.draw(random))
    found = learned.now()
    assert found.mu == pytest.approx(truth.mu, abs=0.35)
    assert found.sigma == pytest.approx(truth.sigma, rel=0.4)


def test_a_slow_clerk_is_known_after_a_while_and_the_service_is_not_blamed() -> None:
    random, experience, truth = Random(3), Experience(), LogNormal.of(300, 0.5)
    experience.believe("a", 300)
    for _ in range(300):
        experience.served("a", "quick", truth.draw(random) / 1.4)
        experience.served("a", "slow", truth.draw(random) * 1.4)
    quick, slow = experience.serving("a", "quick"), experience.serving("a", "slow")
    assert slow.mean_s / quick.mean_s == pytest.approx(1.4 * 1.4, rel=0.2)
    assert experience.serving("a", "new").mean_s == pytest.approx(300, rel=0.25)


def test_nobody_who_has_seen_nothing_divides_by_it() -> None:
    experience = Experience()
    assert 0 < experience.missing_share < 0.1
    assert 0 < experience.pause_share < 0.1
    assert experience.serving("never heard of", "nobody").mean_s > 0


# The hall run forward


def test_one_counter_calls_one_after_the_other() -> None:
    found = run_forward([CounterNow("1", ("a",))], line(3), steady(), Random(1), newcomers=["a"], runs=3)
    assert [found[number][0] for number in (0, 1, 2, "a")] == pytest.approx([0, 310, 620, 930], rel=0.05)


def test_two_counters_take_half_as_long_and_one_at_work_is_waited_for() -> None:
    counters = [CounterNow("1", ("a",)), CounterNow("2", ("a",), None, "serving", "a", 100.0)]
    found = run_forward(counters, line(3), steady(), Random(1), runs=3)
    assert [found[number][0] for number in (0, 1, 2)] == pytest.approx([0, 210, 310], rel=0.05)


def test_who_comes_first_by_rank_is_called_first_across_the_lines_of_a_counter() -> None:
    waiting = [Place("late", "a", (0, 9)), Place("first", "b", (0, 1)), Place("urgent", "a", (-1, 10))]
    found = run_forward([CounterNow("1", ("a", "b"))], waiting, steady(), Random(1), runs=2)
    assert found["urgent"][0] < found["first"][0] < found["late"][0]


def test_who_waits_for_one_counter_is_called_by_that_one_only_and_holds_nobody_up() -> None:
    busy = CounterNow("2", ("a",), None, "serving", "a", 0.0)
    waiting = [Place("sent", "a", (0, 1), counter="2"), Place("next", "a", (0, 2))]
    found = run_forward([CounterNow("1", ("a",)), busy], waiting, steady(), Random(1), newcomers=["a"], runs=2)
    assert found["next"][0] == 0
    assert found["sent"][0] == pytest.approx(310, rel=0.05)
    assert found["a"][0] == pytest.approx(310, rel=0.05)


def test_who_waits_for_one_counter_makes_a_full_hall_no_dearer() -> None:
    counters = [CounterNow(str(number), ("a",)) for number in range(10)]

    def took(waiting: list[Place]) -> float:
        began = time.process_time()
        run_forward(counters, waiting, Experience(), Random(1), runs=3)
        return time.process_time() - began

    plain = line(2000)
    one_sent = [*plain[:-1], Place(1999, "a", (0, 1999), counter="3")]
    assert min(took(one_sent) for _ in range(3)) < 3 * min(took(plain) for _ in range(3))


def test_a_break_is_waited_for_and_a_counter_that_closes_calls_nobody_more() -> None:
    counter = CounterNow("1", ("a",), breaks=((0.0, 1000.0),), until_s=1200.0)
    found = run_forward([counter], line(2), steady(), Random(1), newcomers=["a"], runs=4)
    assert found[0] == pytest.approx([1000.0] * 4)
    assert found[1] == found["a"] == [inf] * 4
    assert range_of(found[1]) is None


def test_who_has_booked_is_waited_for_and_called_when_they_come() -> None:
    """One counter, visits of five minutes: the booked person comes after one minute and goes before the second."""
    waiting = line(3)
    soon = Place("booked", "a", (-1,), from_s=60.0)
    found = run_forward([CounterNow("1", ("a",))], [*waiting, soon], steady(), Random(1), newcomers=["a"], runs=3)
    assert [found[number][0] for number in (0, 1, 2, "a")] == pytest.approx([0, 620, 930, 1240], rel=0.05)
    assert "booked" not in found
    # Who comes long after everybody here is served keeps nobody waiting.
    late = Place("booked", "a", (-1,), from_s=9000.0)
    found = run_forward([CounterNow("1", ("a",))], [*waiting, late], steady(), Random(1), newcomers=["a"], runs=3)
    assert found["a"][0] == pytest.approx(930, rel=0.05)


NOON = 12 * 3600.0


@given(st.lists(st.floats(-600, 600), min_size=4, max_size=12), st.floats(1800, 3600))
def test_a_break_of_most_days_is_usual_and_another_is_not(shifts: list[float], lasts: float) -> None:
    def day(begin: float, end: float) -> Spans:
        return ((NOON - 3 * 3600, begin), (end, NOON + 5 * 3600))

    days = [day(NOON + shift / 10, NOON + shift / 10 + lasts) for shift in shifts]
    (found,) = usual_breaks(days)
    assert abs(found[0] - NOON) <= 600 and abs(found[1] - NOON - lasts) <= 600
    assert usual_breaks(days[:3]) == ()
    whole: Spans = ((NOON - 3 * 3600, NOON + 5 * 3600),)
    assert usual_breaks([*days, *([whole] * len(days))]) == ()
    assert still_to_come((found,), found[0] - 60, away=False) == ((60, 60 + found[1] - found[0]),)
    # It should be under way, but the counter is at work: today there is none.
    assert still_to_come((found,), found[0] + 60, away=False) == ()
    assert len(still_to_come((found,), found[0] + 60, away=True)) == 1


def test_nobody_is_called_for_what_no_counter_serves() -> None:
    found = run_forward([CounterNow("1", ("a",))], line(1, "b"), steady(), Random(1), newcomers=["b"], runs=2)
    assert found[0] == found["b"] == [inf, inf]
    assert run_forward([], line(1), steady(), Random(1), runs=2)[0] == [inf, inf]


@settings(max_examples=40, deadline=None)
@given(
    st.integers(1, 5),
    st.lists(st.tuples(st.sampled_from("ab"), st.integers(-1, 0)), max_size=12),
    st.integers(0, 10**6),
)
def test_later_places_of_a_line_wait_no_shorter(counters: int, kinds: list[tuple[str, int]], seed: int) -> None:
    waiting = [Place(number, service, (group, number)) for number, (service, group) in enumerate(kinds)]
    desks = [CounterNow(number, ("a", "b") if number % 2 else ("a",)) for number in range(counters)]
    found = run_forward(desks, waiting, Experience(), Random(seed), newcomers=["a"], runs=20)
    of_a = sorted((place for place in waiting if place.service == "a"), key=lambda place: place.rank)
    keys = [place.key for place in of_a] + ["a"]
    for share in (0.5, 0.9):
        told = [quantile(found[key], share) for key in keys]
        assert told == sorted(told)
    assert all(list(values) == sorted(values) for values in found.values())


# The range kept honest


@settings(max_examples=15, deadline=None)
@given(st.floats(0.5, 2.0), st.integers(0, 10**6))
def test_however_wrong_the_model_is_the_promised_share_stays_within(wrong: float, seed: int) -> None:
    random, truth, corrections = Random(seed), LogNormal.of(900, 0.5), Corrections()
    raw = Range(wrong * math.exp(truth.mu), wrong * math.exp(truth.mu + 1.2816 * truth.sigma))
    kept = []
    for number in range(4000):
        told, waited = corrections.apply(raw), truth.draw(random)
        corrections.learn(told, waited)
        if number >= 500:
            kept.append((waited <= told.p50_s, waited <= told.p90_s))
    assert fmean(middle for middle, _ in kept) == pytest.approx(MIDDLE, abs=0.05)
    assert fmean(careful for _, careful in kept) == pytest.approx(0.9, abs=0.03)


@given(st.lists(st.booleans(), max_size=400), st.floats(0, 10_000))
def test_a_correction_stays_within_bounds(missed: list[bool], said: float) -> None:
    correction = Correction(0.9)
    for one in missed:
        correction.learn(100, 101 if one else 99)
    assert 0 <= correction.apply(said) <= 3 * (said + 30)


# What counters are there for, and the cap on priority groups


SERVICES = [UUID(int=n) for n in range(3)]
people = st.lists(
    st.tuples(st.sampled_from(SERVICES), st.integers(0, 2), st.integers(0, 90), st.booleans()), max_size=14
)


@settings(max_examples=150, deadline=None)
@given(
    people, st.sampled_from(["arrival", "booked_first", "ageing"]), st.sets(st.sampled_from(SERVICES), max_size=2),
    st.integers(0, 45), st.integers(0, 3), st.integers(0, 45),
)  # fmt: skip
def test_a_counter_is_run_forward_as_it_calls(
    waiting: list[tuple[UUID, int, int, bool]], merge: Merge, later: set[UUID], step_in: int, in_a_row: int, late: int
) -> None:
    """Where time stands still, the order of one counter's calls is that of the rule itself."""
    # Between two minutes, so that the moment that passes makes nobody late.
    preference = Preference(frozenset(later), step_in * 60.0 + 30)
    policy = Policy(merge=merge, urgent_in_a_row=in_a_row, urgent_patience_s=late * 60.0 + 30, patience_s=inf)
    lanes: dict[tuple[UUID, int], list[Candidate]] = {}
    for position, (service, priority, minutes, booked) in enumerate(waiting):
        # Who waits longer came first.
        lane = lanes.setdefault((service, 2 * priority + booked), [])
        place = sum(minutes <= one[2] for one in waiting) * 100 + position
        lane.append(Candidate(UUID(int=position), service, priority, place, place, minutes * 60.0, booked))
    for lane in lanes.values():
        lane.sort(key=lambda one: (-one.waited_s, one.rank))
    order = ranks([one for lane in lanes.values() for one in lane], policy)
    places = [
        Place(one.ticket_id, service, order[one.ticket_id], lane=lane, urgent=one.priority > 0, waited_s=one.waited_s)
        for (service, lane), line in lanes.items()
        for one in line
    ]
    counter = CounterNow("1", tuple(SERVICES), later=frozenset(later), step_in_s=preference.step_in_s)
    cap = Cap(in_a_row, policy.urgent_patience_s) if in_a_row and merge != "ageing" else None
    instant = Experience(gap=Learned(LogNormal(math.log(EXACT), EXACT)))
    for service in SERVICES:
        instant.services[service] = Learned(LogNormal(math.log(EXACT), EXACT))
    instant.called = inf
    found = run_forward([counter], places, instant, Random(1), runs=1, cap=cap)
    called = [one.chosen.ticket_id for one in line_up(lanes.values(), policy, preference, limit=99)]
    assert sorted(found, key=lambda key: found[key][0]) == called


def test_who_comes_now_for_what_a_counter_is_there_for_waits_for_nobody_else() -> None:
    counter = CounterNow("1", ("a", "b"), later=frozenset("b"), step_in_s=3600)
    waiting = [Place(n, "b", (0, n)) for n in range(3)]
    found = run_forward([counter], waiting, steady(), Random(1), newcomers=["a", "b"], runs=1)
    assert (found["a"][0], found[0][0]) == (0, 0)
    assert found["b"][0] == pytest.approx(930, rel=0.05)
    # Once those have waited too long they are called as everybody else.
    late = CounterNow("1", ("a", "b"), later=frozenset("b"), step_in_s=0.0)
    waiting = [Place(n, "b", (0, n), waited_s=60) for n in range(3)]
    found = run_forward([late], waiting, steady(), Random(1), newcomers=["a", "b"], runs=1)
    assert found["a"][0] == found["b"][0] == pytest.approx(930, rel=0.05)
