"""Ids and masked names."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.identifiers import uuid7
from shared.domain.names import mask_name
from shared.domain.object_ids import object_id


def test_a_uuid7_is_one_and_tells_its_time() -> None:
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000
    assert made.version == 7
    assert made.variant == uuid.RFC_4122
    assert before <= made.int >> 80 <= after


def test_uuids_of_many_threads_are_all_different() -> None:
    made: list[uuid.UUID] = []
    threads = [threading.Thread(target=lambda: made.extend(uuid7() for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 4000


def test_later_ids_sort_behind_earlier_ones() -> None:
    first = uuid7()
    deadline = time.time_ns() // 1_000_000 + 2
    while time.time_ns() // 1_000_000 < deadline:
        pass
    assert uuid7() > first


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
