"""A service is found as people type: characters, pinyin, initials, any reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.search import fold, rank, search_keys


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("居民身份证换领", 0), ("jumin", 1), ("JuMin ShenFenZheng", 1), ("jmsfz", 1), ("身份证", 2),
        ("sfz", 2), ("shenfen", 2),
        ("身 份 证", 2), ("身证", 3), ("护照", None), ("xyz", None), ("", None), ("   ", None),
    ],
)  # fmt: skip
def test_how_a_name_is_found(query: str, wanted: int | None) -> None:
    assert rank(query, search_keys(["居民身份证换领"])) == wanted


@pytest.mark.parametrize("query", ["zhong", "chong", "z", "c"])
def test_every_reading_of_a_lone_character_finds_it(query: str) -> None:
    assert rank(query, search_keys(["重"])) == 0


def test_a_known_word_is_found_as_it_is_said() -> None:
    assert rank("chongqing", search_keys(["重庆"])) == 0
    assert rank("yinhang", search_keys(["银行"])) == 0


def test_latin_words_and_digits_stay_themselves() -> None:
    keys = search_keys(["ETC 办理", "12345 热线"])
    assert rank("etc", keys) == 1
    assert rank("12345", keys) == 1
    assert rank("etcbl", keys) == 0


@given(st.text(max_size=40))
def test_any_text_is_indexed_and_found_by_itself(term: str) -> None:
    keys = search_keys([term])
    if fold(term):
        assert rank(term, keys) == 0
    else:
        assert rank(term, keys) is None


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=10), max_size=3))
def test_any_query_is_answered(query: str, terms: list[str]) -> None:
    assert rank(query, search_keys(terms)) in (None, 0, 1, 2, 3)


def test_a_long_name_of_many_readings_stays_small() -> None:
    assert len(search_keys(["重长行乐" * 20])) < 40
