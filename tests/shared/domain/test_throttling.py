"""Wrong passwords come to a rest that grows; a stranger shuts nobody out, and many strangers gain little."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.throttling import (
    SPREAD,
    Tallies,
    Tally,
    attempted,
    half_proved,
    longest,
    network,
    proved,
    rest_s,
)
from shared.schemas.access import LockRules

RULES = st.builds(
    LockRules, failures=st.integers(3, 20), first_s=st.integers(10, 3600), longest_s=st.integers(60, 86400),
    address_failures=st.just(10_000),
)  # fmt: skip
# As parts of the longest rest: what counts happens around it.
WAITS = st.one_of(st.just(0.0), st.floats(0, 0.02), st.floats(0, 2.5))
HOME = "home"


class Name:
    """One name, tried from many places; the place called home has seen it proved."""

    def __init__(self, rules: LockRules) -> None:
        self.rules = rules
        self.now = 1e9
        self.here: dict[str, Tally] = {}
        self.everywhere = Tally()

    def tallies(self, place: str) -> Tallies:
        if place == HOME:
            return Tallies(self.here.get(place, Tally()), None, None)
        return Tallies(self.here.get(place, Tally()), self.everywhere)

    def left_s(self, place: str) -> float:
        return self.tallies(place).left_s(self.now)

    def fails(self, place: str) -> bool:
        """A wrong password from there; answers whether it was looked at."""
        if self.left_s(place):
            return False
        self._keep(place, attempted(self.rules, self.tallies(place), self.now))
        return True

    def proves(self, place: str) -> None:
        self._keep(place, proved(attempted(self.rules, self.tallies(place), self.now)))

    def _keep(self, place: str, after: Tallies) -> None:
        self.here[place] = after.here
        if after.everywhere is not None:
            self.everywhere = after.everywhere

    def waits(self, part: float) -> float:
        seconds = part * longest(self.rules)
        self.now += seconds
        return seconds


def doublings(rules: LockRules) -> int:
    """How many rests there are before the longest."""
    return ceil(log2(longest(rules) / rules.first_s))


@given(rules=RULES, failures=st.integers(0, 10_000))
def test_a_rest_never_shrinks_and_never_passes_the_longest(rules: LockRules, failures: int) -> None:
    here, next_ = (rest_s(rules, count, rules.failures) for count in (failures, failures + 1))
    assert (here == 0) == (failures < rules.failures)
    assert here <= next_ <= longest(rules)
    if here and next_ < longest(rules):
        assert next_ == 2 * here


@given(rules=RULES, waits=st.lists(WAITS, max_size=120))
def test_one_stranger_shuts_nobody_out_at_another_place(rules: LockRules, waits: list[float]) -> None:
    name = Name(rules)
    for part in waits:
        name.waits(part)
        name.fails("stranger")
        assert name.left_s("somewhere new") == 0
        assert name.left_s(HOME) == 0


@given(rules=RULES, tries=st.lists(st.tuples(st.integers(0, 200), WAITS), max_size=150))
def test_no_number_of_strangers_shuts_out_who_has_been_there_before(
    rules: LockRules, tries: list[tuple[int, float]]
) -> None:
    name = Name(rules)
    for place, part in tries:
        name.waits(part)
        name.fails(f"stranger {place}")
        assert name.left_s(HOME) == 0


@given(rules=RULES, tries=st.lists(st.tuples(st.integers(0, 500), WAITS), max_size=250), same=st.booleans())
def test_guesses_are_few_however_many_places_they_come_from(
    rules: LockRules, tries: list[tuple[int, float]], same: bool
) -> None:
    name, looked_at, took = Name(rules), 0, 0.0
    for place, part in tries:
        took += name.waits(part)
        looked_at += name.fails(HOME if same else f"stranger {place}")
    allowed = rules.failures if same else rules.failures * SPREAD
    assert looked_at <= (allowed + doublings(rules) + 1) * (1 + took // longest(rules))


def test_a_storm_from_everywhere_comes_to_a_rest_too() -> None:
    name = Name(LockRules())
    assert [name.fails(f"stranger {n}") for n in range(80)].count(True) == LockRules().failures * SPREAD
    assert name.left_s("somewhere new") == LockRules().first_s
    assert name.fails(HOME) and name.left_s("somewhere new") == LockRules().first_s, "counted by itself alone"


@given(rules=RULES, before=st.integers(0, 19), others=st.integers(0, 40))
def test_a_good_proof_takes_back_its_own_failures_and_nobody_elses(rules: LockRules, before: int, others: int) -> None:
    name = Name(rules)
    strangers = sum(name.fails(f"stranger {n}") for n in range(min(others, rules.failures * SPREAD - 21)))
    for _ in range(min(before, rules.failures - 1)):
        assert name.fails("here")
    name.proves("here")
    assert name.here["here"].failures == 0
    assert name.everywhere.failures == strangers
    assert name.left_s("here") == 0


@given(rules=RULES, failures=st.integers(0, 200))
def test_half_a_proof_changes_nothing(rules: LockRules, failures: int) -> None:
    tally = Tally(failures, 1e9)
    moved = replace(tally, at=1e9 + 0.001)
    after = half_proved(attempted(rules, Tallies(tally, tally, tally), 1e9 + 0.001))
    # What the address forgets, it forgets by its own clock: who comes and goes does not hold it up.
    assert after == Tallies(moved, moved, tally if failures else moved)


class Address:
    """One address from which many names are tried, each for the first time there."""

    def __init__(self, rules: LockRules) -> None:
        self.rules, self.now, self.tally = rules, 1e9, Tally()

    def tries(self, *, good: bool) -> bool:
        """Answers whether it was looked at."""
        before = Tallies(address=self.tally)
        if before.left_s(self.now):
            return False
        after = attempted(self.rules, before, self.now)
        kept = (proved(after) if good else after).address
        assert kept is not None
        self.tally = kept
        return True


ADDRESS_RULES = st.builds(
    LockRules, failures=st.integers(3, 20), first_s=st.integers(10, 3600), longest_s=st.integers(60, 86400),
    address_failures=st.integers(5, 200),
)  # fmt: skip


def test_an_office_behind_one_address_works_for_weeks() -> None:
    office = Address(LockRules())
    for five_minutes in range(14 * 24 * 12):
        office.now += 300
        assert five_minutes % 6 or office.tries(good=False)
        assert office.tries(good=True), f"after {five_minutes // 12} hours"


@given(rules=ADDRESS_RULES, steps=st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=400))
def test_a_place_where_honest_people_mistype_now_and_then_is_never_shut(
    rules: LockRules, steps: list[tuple[float, bool]]
) -> None:
    """However often they sign in; now and then: no more often than an address may fail in the longest rest."""
    office, last_mistype = Address(rules), 0.0
    each = longest(rules) / rules.address_failures
    for part, mistyped in steps:
        office.now += part * each
        if mistyped and office.now - last_mistype >= each:
            last_mistype = office.now
            assert office.tries(good=False)
        assert office.tries(good=True)


@given(rules=ADDRESS_RULES, waits=st.lists(WAITS, max_size=400), good=st.integers(2, 9))
def test_guesses_over_many_names_from_one_address_stay_few(rules: LockRules, waits: list[float], good: int) -> None:
    """Some good attempts in between, of the stranger's own account, gain nothing."""
    stranger, wrong, took = Address(rules), 0, 0.0
    for number, part in enumerate(waits):
        stranger.now += part * longest(rules)
        took += part * longest(rules)
        if number % good == 0:
            stranger.tries(good=True)
        wrong += stranger.tries(good=False)
    in_a_row = rules.address_failures + doublings(rules) + 1
    assert wrong <= in_a_row + took * rules.address_failures / longest(rules) + 1


def test_an_address_that_is_tried_without_end_comes_to_the_rate_it_may_fail_at() -> None:
    stranger, wrong = Address(LockRules()), 0
    for _ in range(24 * 360):
        stranger.now += 10
        wrong += stranger.tries(good=False)
    assert 24 * 30 < wrong <= 50 + 24 * 50


@pytest.mark.parametrize(("one", "other", "same"), [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("::ffff:192.0.2.1", "192.0.2.1", True), ("192.0.2.1", "192.0.2.2", False), ("fe80::1%eth0", "fe80::2", True),
    ("", "testclient", False),
])  # fmt: skip
def test_who_counts_as_one_machine(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) == same
