"""Whose turn it is: one reads at a time, nobody waits for a long read, and the writer goes first."""

from __future__ import annotations

import threading
from collections.abc import Callable

from server.turns import Turns
from tests.fakes.events import wait_until

# Longer than any test may take: what waits for it hangs.
FOR_EVER_S = 300.0


def started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="reader")
    thread.start()
    return thread


def reader(turns: Turns, done: list[str], name: str, *, patient: bool = False) -> threading.Thread:
    def read() -> None:
        with turns.reading(patient=patient):
            done.append(name)

    return started(read)


def test_a_read_within_a_read_has_the_turn_already() -> None:
    turns = Turns(FOR_EVER_S)
    with turns.reading(), turns.reading():
        pass
    with turns.reading():
        pass


def test_one_reads_at_a_time_and_who_is_patient_goes_last() -> None:
    turns, done = Turns(FOR_EVER_S), list[str]()
    with turns.reading():
        patient = reader(turns, done, "patient", patient=True)
        pressing = reader(turns, done, "pressing")
        wait_until(lambda: turns._pressing == 1)
        assert done == []
    for thread in (pressing, patient):
        thread.join()
    assert done == ["pressing", "patient"]


def test_a_long_read_keeps_nobody_waiting_and_its_end_ends_nobody_elses_turn() -> None:
    turns, done = Turns(0.01), list[str]()
    second_reads, first_is_over = threading.Event(), threading.Event()

    def second() -> None:
        with turns.reading():
            second_reads.set()
            first_is_over.wait()
            assert turns._holder is not None
            done.append("second")

    with turns.reading():
        thread = started(second)
        second_reads.wait()
    first_is_over.set()
    thread.join()
    assert done == ["second"]


def test_a_read_begins_when_the_writer_rests_or_has_had_its_share() -> None:
    turns, done = Turns(), list[str]()
    with turns.writing():
        reader(turns, done, "read").join()
        assert done == ["read"], "a writer that works for long keeps nobody waiting for ever"
