"""Who crashes over and over rests; who was unlucky once, or lost power, does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.offline.lives import CRASHES, FIRST_REST_S, LONGEST_REST_S, WINDOW_S, Lives, code_of


class Machine:
    """A clock and a start of the machine, and one program's file on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.boot = folder, 1_000_000.0, "first"

    def begin(self, trace: str = "") -> Lives:
        lives = Lives(self.folder, lambda: self.now, lambda: self.boot)
        lives.begin(trace)
        return lives


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def crash(machine: Machine, times: int, after_s: float = 2.0) -> Lives:
    lives = machine.begin()
    for _ in range(times):
        machine.now += after_s
        lives = machine.begin()
    return lives


def test_three_crashes_ask_for_a_rest(machine: Machine) -> None:
    assert crash(machine, CRASHES - 1).rest_s() == 0
    machine.now += 2
    lives = machine.begin("Fatal Python error: Segmentation fault\n\nThread …")
    assert lives.rest_s() == FIRST_REST_S
    assert lives.endings[-1].code == "segmentation_fault"


def test_an_orderly_end_begins_afresh(machine: Machine) -> None:
    crash(machine, CRASHES).end()
    assert machine.begin().rest_s() == 0
    assert machine.begin().endings != []  # and the next crash counts again


def test_crashes_far_apart_are_bad_luck(machine: Machine) -> None:
    assert crash(machine, 20, after_s=WINDOW_S / 2 + 1).rest_s() == 0


def test_power_cuts_are_no_crashes(machine: Machine) -> None:
    for boot in range(10):
        machine.boot = f"boot {boot}"
        assert machine.begin().endings == []


def test_a_rest_that_did_not_help_is_followed_by_a_longer_one(machine: Machine) -> None:
    lives = crash(machine, CRASHES)
    rests = []
    for _ in range(8):
        rests.append(lives.rest_s())
        machine.now += lives.rest_s()
        lives.rested()
        assert lives.rest_s() == 0  # it is tried
        machine.now += 1
        lives = machine.begin()
    assert rests[:5] == [60, 120, 240, 480, 900] and set(rests[5:]) == {LONGEST_REST_S}


def test_whoever_lives_long_enough_is_well_again(machine: Machine) -> None:
    lives = crash(machine, CRASHES)
    lives.rested()
    machine.now += WINDOW_S
    lives.settled()
    machine.now += 1
    assert machine.begin().rest_s() == 0
    assert crash(machine, CRASHES).rest_s() == FIRST_REST_S


def test_what_keeps_a_program_from_starting_counts_with_its_code(machine: Machine) -> None:
    for _ in range(CRASHES):
        lives = machine.begin()
        lives.end("profile_wrong")
        machine.now += 1
    lives = machine.begin()
    assert lives.rest_s() == FIRST_REST_S and lives.endings[-1].code == "profile_wrong"


def test_a_clock_that_was_set_back_keeps_nobody_resting(machine: Machine) -> None:
    crash(machine, CRASHES)
    machine.now -= 30 * 86400
    assert machine.begin().rest_s() == 0


@pytest.mark.parametrize("broken", [b"", b"\x00" * 50, b"{}", b"not\n{}"])
def test_a_damaged_file_is_put_aside(machine: Machine, broken: bytes) -> None:
    (machine.folder / "lives.json").write_bytes(broken)
    assert machine.begin().rest_s() == 0


def test_a_disk_that_can_t_be_written_keeps_nobody_from_starting(tmp_path: Path) -> None:
    lives = Lives(tmp_path / "not there")
    lives.begin()
    lives.end()
    assert lives.rest_s() == 0


def test_the_trace_names_the_end() -> None:
    assert code_of("Fatal Python error: Aborted\n") == "aborted"
    assert code_of("") == "crashed"


@given(st.lists(st.tuples(st.floats(0.1, 400), st.sampled_from(["crash", "order", "cut"])), max_size=25))
def test_a_rest_needs_three_crashes_in_a_window(
    tmp_path_factory: pytest.TempPathFactory, ends: list[tuple[float, str]]
) -> None:
    machine = Machine(tmp_path_factory.mktemp("lives"))
    crashes: list[float] = []
    lives = machine.begin()
    for number, (after, how) in enumerate(ends):
        machine.now += after
        if how == "order":
            lives.end()
            crashes = []
        elif how == "cut":
            machine.boot = str(number)
        else:
            crashes.append(machine.now)
        lives = machine.begin()
        near = [at for at in crashes if machine.now - at <= WINDOW_S]
        assert (lives.rest_s() > 0) == (len(near) >= CRASHES)
