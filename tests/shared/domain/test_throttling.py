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
        return Tallies(self.here.get(place, Tally()), None if place == HOME else self.everywhere)

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
    before = Tallies(tally, tally, tally)
    after = half_proved(attempted(rules, before, 1e9 + 1))
    assert after == replace(
        before, here=replace(tally, at=1e9 + 1), everywhere=replace(tally, at=1e9 + 1),
        address=replace(tally, at=1e9 + 1),
    )  # fmt: skip


@pytest.mark.parametrize(("one", "other", "same"), [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True), ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
    ("::ffff:192.0.2.1", "192.0.2.1", True), ("192.0.2.1", "192.0.2.2", False), ("fe80::1%eth0", "fe80::2", True),
    ("", "testclient", False),
])  # fmt: skip
def test_who_counts_as_one_machine(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) == same
