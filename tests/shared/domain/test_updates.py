"""Rules of updates: waves, the way through the slots, and what is taken."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import HallError
from shared.domain.updates.accepting import Offered, Wanted, refusal
from shared.domain.updates.signing import is_signed, new_key, public_of, sign
from shared.domain.updates.slots import BUILT_IN, Limits, Slots, Trial, free, give_up, healthy, on_trial, start
from shared.domain.updates.versions import Version
from shared.domain.updates.waves import SILENT, Member, is_quiet, move, waves

NOW = datetime(2026, 11, 28, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = Limits(starts=2)
VERSIONS = st.builds(Version, *[st.integers(0, 999_999)] * 3)


@given(VERSIONS, VERSIONS)
def test_versions_are_ordered_as_their_numbers_and_read_as_written(one: Version, other: Version) -> None:
    assert Version.parse(str(one)) == one
    numbers = [(v.major, v.minor, v.patch) for v in (one, other)]
    assert (one < other) == (numbers[0] < numbers[1])


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "1.2.x", "01.2.3", "1.2.3\n", "1.2.-3", "１.2.3", "1.2.3a"]
)
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(HallError, match="version_wrong"):
        Version.parse(text)


def test_only_the_key_that_signed_these_bytes_has() -> None:
    private, public = new_key()
    other = new_key()[1]
    signature = sign(private, b"manifest")
    assert public_of(private) == public
    assert is_signed(b"manifest", signature, ["rubbish", other, public])
    assert not is_signed(b"manifesT", signature, [public]) and not is_signed(b"manifest", signature, [other])
    assert not is_signed(b"manifest", signature[:-4], [public]) and not is_signed(b"manifest", "?", [public])
    assert not is_signed(b"manifest", signature, [])


def test_what_a_terminal_takes() -> None:
    offered = Offered(Version(1, 2, 0), "sum", NOW + HOUR, Version(1, 0, 0), "lock")
    wanted = Wanted(Version(1, 2, 0), "sum")

    def why(offered: Offered = offered, wanted: Wanted = wanted, **other: Any) -> str:
        said = {"floor": Version(1, 1, 0), "now": NOW, "server": Version(1, 0, 0), "lock": "lock"} | other
        return refusal(offered, wanted, **said)

    assert why() == "" and why(lock="") == "" and why(floor=Version(1, 2, 0)) == ""
    assert why(wanted=Wanted(Version(1, 3, 0), "sum")) == "swapped"
    assert why(wanted=Wanted(Version(1, 2, 0), "another")) == "swapped"
    assert why(now=NOW + HOUR) == "expired"
    assert why(floor=Version(1, 2, 1)) == "below_floor"
    assert why(server=Version(0, 9, 9)) == "server_too_old"
    assert why(lock="another") == "other_packages"


@given(st.lists(st.integers(), unique=True))
def test_waves_hold_everybody_once_and_grow(terminals: list[int]) -> None:
    parts = waves(terminals)
    assert [one for part in parts for one in part] == terminals and all(parts)
    assert len(parts) == min(3, len(terminals))
    if parts:
        assert len(parts[0]) == 1
    if len(parts) == 3:
        assert len(parts[1]) == max(1, -(-len(terminals) // 10))


def member(wave: int, state: str, minutes: float = 120, online: bool = True) -> Member:
    return Member(wave, state, NOW - timedelta(minutes=minutes), online)  # type: ignore[arg-type]


def test_when_the_next_wave_may() -> None:
    first, others = member(0, "healthy"), [member(1, "waiting"), member(2, "waiting")]
    assert move([first, *others], 0, 2, NOW, HOUR) == "next"
    # Not yet long enough, not heard of any more, not yet there.
    assert move([member(0, "healthy", 59), *others], 0, 2, NOW, HOUR) == "wait"
    assert move([member(0, "healthy", online=False), *others], 0, 2, NOW, HOUR) == "wait"
    for state in ("waiting", "fetching", "ready", "trying"):
        assert move([member(0, state), *others], 0, 2, NOW, HOUR) == "wait"
    # Who is switched off holds up nobody, but the very first.
    assert move([member(0, "waiting", online=False), *others], 0, 2, NOW, HOUR) == "wait"
    assert move([first, member(1, "waiting", online=False), member(2, "waiting")], 1, 2, NOW, HOUR) == "next"
    assert move([first, member(1, "trying", 1, online=False), member(2, "waiting")], 1, 2, NOW, HOUR) == "wait"
    # The last wave is over when everybody has it.
    assert move([first, member(1, "healthy", 0)], 1, 1, NOW, HOUR) == "done"
    assert move([first, member(1, "waiting", online=False)], 1, 1, NOW, HOUR) == "wait"


def test_what_halts_it() -> None:
    for state in ("rolled_back", "refused"):
        assert move([member(0, "healthy"), member(1, state)], 1, 2, NOW, HOUR) == "halt"
    silent = SILENT.total_seconds() / 60
    assert move([member(0, "trying", silent, online=False)], 0, 2, NOW, HOUR) == "halt"
    assert move([member(0, "trying", silent - 1, online=False)], 0, 2, NOW, HOUR) == "wait"
    assert move([member(0, "trying", silent * 9)], 0, 2, NOW, HOUR) == "wait"


STATES = st.sampled_from(["waiting", "fetching", "ready", "trying", "healthy", "rolled_back", "refused"])
MEMBERS = st.lists(st.builds(member, st.integers(0, 2), STATES, st.integers(0, 300), st.booleans()), min_size=1)


@given(MEMBERS, st.integers(0, 2))
def test_nobody_is_told_beside_a_failure(members: list[Member], reached: int) -> None:
    what = move(members, reached, 2, NOW, HOUR)
    told = [one for one in members if one.wave <= reached]
    if any(one.state in ("rolled_back", "refused") for one in told):
        assert what == "halt"
    if what in ("next", "done"):
        assert all(one.state == "healthy" or not one.online for one in told)
    if what == "next":
        assert any(one.state == "healthy" and one.online for one in told)


def test_quiet_hours() -> None:
    night, day = (time(20), time(6)), (time(12), time(13))
    assert is_quiet(time(23), *night) and is_quiet(time(5, 59), *night) and not is_quiet(time(6), *night)
    assert is_quiet(time(12), *day) and not is_quiet(time(13), *day)
    assert is_quiet(time(9), None, None) and is_quiet(time(9), time(1), None) and is_quiet(time(9), time(1), time(1))


def trial(slot: str, number: int, floor: str = "0.0.0") -> Trial:
    return Trial(slot, UUID(int=number), f"1.0.{number}", floor)


def test_a_version_that_comes_up_is_the_good_one_and_the_other_is_kept() -> None:
    slots, slot = free(Slots())
    slots, started = start(on_trial(slots, trial(slot, 1, "0.9.0")), lambda _: True, LIMITS)
    assert (slot, started) == ("a", "a")
    slots = healthy(slots)
    assert (slots.good, slots.before, slots.floor) == ("a", BUILT_IN, "0.9.0")
    assert slots.last is not None and slots.last.result == "healthy"
    slots, slot = free(slots)
    slots = healthy(on_trial(slots, trial(slot, 2, "0.1.0")))
    # A floor never sinks.
    assert (slots.good, slots.before, slots.floor) == ("b", "a", "0.9.0")
    assert free(slots)[1] == "a" and free(slots)[0].before == BUILT_IN


def test_one_that_does_not_is_taken_back() -> None:
    good = healthy(on_trial(Slots(), trial("a", 1)))
    slots = on_trial(good, trial("b", 2))
    starts = []
    for _ in range(4):
        slots, slot = start(slots, lambda _: True, LIMITS)
        starts.append(slot)
    assert starts == ["b", "b", "a", "a"]
    assert slots.last is not None and (slots.last.result, slots.last.code) == ("rolled_back", "crashed")
    assert start(on_trial(good, trial("b", 2)), lambda slot: slot == "a", LIMITS)[1] == "a"
    assert give_up(good, "x") == good


def test_a_damaged_slot_gives_way() -> None:
    slots = Slots(good="b", before="a")
    assert start(slots, lambda slot: slot == "a", LIMITS) == (Slots(good="a"), "a")
    assert start(slots, lambda slot: False, LIMITS) == (Slots(), BUILT_IN)


STEPS = st.lists(st.sampled_from(["stage", "start", "healthy", "give_up", "damage_a", "damage_b"]), max_size=60)


@given(STEPS)
def test_whatever_happens_something_whole_starts(steps: list[str]) -> None:
    slots, whole, number, running = Slots(), set[str](), 0, BUILT_IN
    starts_of: dict[int, int] = {}
    for step in steps:
        floor = Version.parse(slots.floor)
        if step == "stage" and slots.trial is None:
            number += 1
            slots, slot = free(slots)
            assert slot not in (slots.good, slots.before), "what is led to was written over"
            whole.add(slot)
            slots = on_trial(slots, trial(slot, number, f"0.{number % 7}.0"))
        elif step == "start":
            before = slots
            slots, running = start(slots, whole.__contains__, LIMITS)
            assert running == BUILT_IN or running in whole
            if slots.trial is not None:
                assert running == slots.trial.slot
                starts_of[number] = starts_of.get(number, 0) + 1
                assert starts_of[number] <= LIMITS.starts, "a version that does not come up was tried for ever"
            elif before.good in whole:
                assert running == before.good, "a good version gave way"
        elif step == "healthy" and slots.trial is not None and slots.trial.starts:
            slots = healthy(slots)
        elif step == "give_up":
            slots = give_up(slots, "not_healthy")
        elif step.startswith("damage"):
            whole.discard(step[-1])
        assert Version.parse(slots.floor) >= floor
