"""Ids and masked names."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.identifiers import Ascending, uuid7
from shared.domain.names import mask_name, mask_organisation, short_mask
from shared.domain.object_ids import object_id

CHILD_S = 20


def test_a_uuid7_is_one_and_tells_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= after


@given(st.lists(st.integers(1, 2**40) | st.integers(1, 3), min_size=1, max_size=50))
def test_each_id_is_above_the_one_before_whatever_the_clock_does(clock: list[int]) -> None:
    ticks = iter(clock)
    make = Ascending(milliseconds=lambda: next(ticks))
    made = [make() for _ in clock]
    assert made == sorted(set(made))
    assert {(one.version, one.variant) for one in made} == {(7, uuid.RFC_4122)}
    assert [one.int >> 80 for one in made] == list(itertools.accumulate(clock, max))


def test_ids_of_one_thread_ascend_while_others_make_some_too() -> None:
    made: list[list[uuid.UUID]] = [[] for _ in range(4)]

    def make(mine: list[uuid.UUID]) -> None:
        mine.extend(uuid7() for _ in range(2000))

    threads = [threading.Thread(target=make, args=(mine,)) for mine in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(mine == sorted(mine) for mine in made)
    assert len({one for mine in made for one in mine}) == 8000


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_child_makes_ids_of_its_own_even_when_a_thread_was_just_making_one() -> None:
    """The clock stands still, so that ids of parent and child could only differ by what is random in them."""
    reads, writes = os.pipe()
    children: list[int] = []

    def fork_at_the_clock() -> int:
        """Called while an id is made, as another thread may be making one when a process forks."""
        if not children:
            children.append(os.fork())
            if children == [0]:
                signal.alarm(CHILD_S)
                os.write(writes, make().bytes)
                os._exit(0)
        return 1

    make = Ascending(milliseconds=fork_at_the_clock)
    mine = [make(), make()]
    assert os.waitpid(children[0], 0)[1] == 0
    theirs = uuid.UUID(bytes=os.read(reads, 16))
    os.close(reads)
    os.close(writes)
    assert theirs not in mine


@given(st.text(), st.text(), st.text(), st.text())
def test_object_ids_are_stable_and_never_meet(key: str, other: str, kind: str, hall: str) -> None:
    try:
        one, again = object_id(hall, kind, key), object_id(hall, kind, key)
    except UnicodeEncodeError:
        return
    assert one == again
    if key != other:
        assert one != object_id(hall, kind, other)
    assert object_id(hall + kind, "", key) != object_id(hall, kind, key) or kind == ""


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三丰", "张**"), ("李四", "李*"), ("张", "张"), ("", ""), ("  ", ""), ("John Smith", "John *****"),
        ("欧阳 锋", "欧阳 *"),
        ("  王五  ", "王*"),
    ],
)  # fmt: skip
def test_the_first_character_or_word_stays(name: str, masked: str) -> None:
    assert mask_name(name) == masked


@given(st.text(st.characters(categories=["L"]), min_size=2, max_size=20))
def test_a_masked_name_keeps_its_length_and_hides_the_rest(name: str) -> None:
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert masked[1:] == "*" * (len(name) - 1)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("岭海市云山区晨光建筑装饰工程设计有限责任公司", "岭海******公司"), ("云山晨光饭店", "云****店")],
)
def test_a_masked_name_is_shown_with_few_stars(name: str, shown: str) -> None:
    assert short_mask(mask_organisation(name)) == shown
