"""A full hall is run forward by a process of its own, with the same result, and that process may die."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from server.features.queueing.foreseer import FEW, NICE, Foreseer
from shared.domain.waits.correction import Corrections
from shared.domain.waits.durations import Experience
from shared.domain.waits.forecast import CounterNow, Place
from shared.domain.waits.outlook import Learned, Standing, look_ahead

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)


def hall(people: int) -> Standing:
    counters = [CounterNow(f"c{number}", ("tax",), None, "idle") for number in range(3)]
    return Standing(AT, counters, [Place((number, "tax"), "tax", (0, number)) for number in range(people)])


def learned(typical_s: float) -> Learned:
    experience = Experience()
    experience.believe("tax", typical_s)
    return Learned(experience, Corrections())


@pytest.fixture
def foreseer() -> Iterator[Foreseer]:
    one = Foreseer()
    yield one
    one.close()


def child(foreseer: Foreseer) -> int:
    assert foreseer._process is not None
    return foreseer._process.pid


def test_it_says_what_the_rules_say(foreseer: Foreseer) -> None:
    full, past = hall(FEW), learned(300)
    for seed in (1, 2):
        here = look_ahead(full, past, Random(Random(seed).random()))
        assert foreseer.look_ahead(full, past, Random(seed)) == here
    least = 19
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, child(foreseer)) == min(least, own + NICE)


def test_what_was_learned_anew_holds_from_then_on(foreseer: Foreseer) -> None:
    full = hall(FEW)
    quick, slow = (foreseer.look_ahead(full, learned(seconds), Random(1)) for seconds in (60, 600))
    assert slow.newcomers["tax"][1].p50_s > 5 * quick.newcomers["tax"][1].p50_s


def test_few_people_need_no_process(foreseer: Foreseer) -> None:
    assert len(foreseer.look_ahead(hall(FEW - 1), learned(300), Random(1)).tickets) == FEW - 1
    assert foreseer._process is None


def test_a_killed_process_is_replaced_and_knows_what_was_learned(foreseer: Foreseer) -> None:
    full, past = hall(FEW), learned(300)
    before = foreseer.look_ahead(full, past, Random(1))
    first = child(foreseer)
    assert foreseer._process is not None
    os.kill(first, signal.SIGKILL)
    foreseer._process.wait(10)
    assert foreseer.look_ahead(full, past, Random(1)) == before
    assert child(foreseer) != first


def test_it_goes_with_who_asks_and_a_closed_one_says_so() -> None:
    foreseer = Foreseer()
    full, past = hall(FEW), learned(300)
    foreseer.look_ahead(full, past, Random(1))
    process = foreseer._process
    assert process is not None
    foreseer.close()
    assert process.returncode is not None
    with pytest.raises(OSError, match="closed"):
        foreseer.look_ahead(full, past, Random(1))
