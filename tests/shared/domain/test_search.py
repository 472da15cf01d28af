"""A service is found as people type: characters, pinyin, initials, any reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.search import rank, search_keys
from shared.domain.spelling import fold, read, spell, spell_all


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


NAMES = ["公积金提取", "住房公积金提取", "医疗保险参保", "ETC 办理"]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("公积金tiqu", 0), ("公jjtq", 0), ("公j", 1), ("公JJ", 1), ("公积jin", 1), ("gong积j", 1), ("积j", 2),
        ("金t", 2), ("gongjj", 3), ("gjjtiqu", 3), ("医b", 3), ("医bao", 3), ("公q", 3), ("etcban", 1), ("公x", None),
        ("gongx", None),
    ],
)  # fmt: skip
def test_characters_syllables_and_initials_may_be_mixed(query: str, wanted: int | None) -> None:
    spelled = [read(line) for line in spell_all(NAMES)]
    assert rank(query, search_keys(NAMES), spelled) == wanted


def test_without_spellings_a_query_is_found_as_before() -> None:
    assert rank("公jj", search_keys(NAMES)) is None
    assert rank("gjj", search_keys(NAMES)) == 1


def test_brackets_and_points_are_not_typed() -> None:
    keys = search_keys(["不动产登记（国有土地、房屋）"])
    for query in ("登记国有土地房屋", "登记（国有", "djgy", "土地房屋"):
        assert rank(query, keys) == 2


@given(st.data())
def test_any_mix_of_a_name_finds_it(data: st.DataObject) -> None:
    """Each character as itself, a syllable in any reading, or an initial, from any place on."""
    name = data.draw(st.sampled_from(["重庆银行证明", "居民身份证换领", "ETC 办理 2 号", "音乐会演出审批"]))
    signs = read(spell(name))
    begin = data.draw(st.integers(0, len(signs) - 1))
    end = data.draw(st.integers(begin + 1, len(signs)))
    query = ""
    for sign in signs[begin:end]:
        ways = [sign.character, *sign.readings, *(reading[0] for reading in sign.readings)]
        query += data.draw(st.sampled_from(ways))
    found = rank(query, search_keys([name]), [signs])
    assert found is not None
    assert query.isascii() or found <= (1 if begin == 0 else 2)


@given(st.text(max_size=40))
def test_any_text_is_indexed_and_found_by_itself(term: str) -> None:
    keys = search_keys([term])
    if fold(term):
        assert rank(term, keys) == 0
    else:
        assert rank(term, keys) is None


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=10), max_size=3))
def test_any_query_is_answered(query: str, terms: list[str]) -> None:
    spelled = [read(line) for line in spell_all(terms)]
    assert rank(query, search_keys(terms), spelled) in (None, 0, 1, 2, 3)


def test_a_long_name_of_many_readings_stays_small() -> None:
    assert len(search_keys(["重长行乐" * 20])) < 40
