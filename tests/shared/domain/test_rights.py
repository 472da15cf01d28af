"""Roles as rights: nothing is lost or made up on the way, and three administrators stay apart."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.permissions import ALL, duties
from shared.domain.rights import Held, Rights, apart, spread

# A root with two branches, one of them two deep.
ROOT, LEFT, RIGHT, LEAF = (UUID(int=n) for n in range(1, 5))
BELOW = {
    ROOT: frozenset({ROOT, LEFT, RIGHT, LEAF}), LEFT: frozenset({LEFT, LEAF}), RIGHT: frozenset({RIGHT}),
    LEAF: frozenset({LEAF}),
}  # fmt: skip
PERMISSIONS = st.frozensets(st.sampled_from(sorted(ALL)), max_size=6)
HELD = st.lists(st.tuples(st.sampled_from([None, ROOT, LEFT, RIGHT, LEAF]), PERMISSIONS), max_size=5)


def rights(held: list[Held]) -> Rights:
    return spread({"profile:use"}, held, BELOW)


def may(found: Rights, permission: str, unit: UUID) -> bool:
    scope = found.scope(permission)
    return scope is None or unit in scope


@given(HELD)
def test_each_role_is_good_in_its_unit_and_below_and_nowhere_else(held: list[Held]) -> None:
    found = rights(held)
    for permission in ALL - {"profile:use"}:
        for unit in BELOW:
            granted = any(permission in has and (at is None or unit in BELOW[at]) for at, has in held)
            assert may(found, permission, unit) == granted


@given(HELD, HELD)
def test_who_has_more_exceeds_who_has_less_and_nobody_themselves(some: list[Held], more: list[Held]) -> None:
    less, all_of_it = rights(some), rights(some + more)
    assert not less.exceed(less) and not less.exceed(all_of_it)
    adds = any(may(all_of_it, p, u) and not may(less, p, u) for p in ALL for u in BELOW)
    # What is held for the whole hall is more than the same in every unit there is today.
    adds = adds or not all_of_it.everywhere - {"profile:use"} <= less.everywhere
    assert all_of_it.exceed(less) == adds


@given(HELD)
def test_apart_leaves_one_duty_at_most_and_takes_nothing_from_who_had_no_more(held: list[Held]) -> None:
    left = apart(held)
    assert len(duties(key for _, permissions in left for key in permissions)) <= 1
    assert apart(left) == left
    if len(duties(key for _, permissions in held for key in permissions)) <= 1:
        assert left == held
    assert not rights(left).exceed(rights(held))
