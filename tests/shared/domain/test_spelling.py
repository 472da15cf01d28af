"""A spelled name holds its characters and how they are read, and any mix of both leads into it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.search import Entry, Index, Match
from shared.domain.spelling import Sign, ends, fold, read, spell, spell_all


def test_a_name_is_spelled_character_by_character() -> None:
    assert spell("公积金提取") == "公gong 积ji 金jin 提ti 取qu"
    assert read(spell("ETC 办理")) == (Sign("e"), Sign("t"), Sign("c"), Sign("办", ("ban",)), Sign("理", ("li",)))
    assert spell("存量房（二手房）").startswith("存cun 量liang 房fang 二er")


def test_a_character_in_a_known_word_is_read_as_there_and_alone_in_every_way_people_say_it() -> None:
    assert spell("重庆") == "重chong,zhong 庆qing", "as the word is said, then as who does not know it reads it"
    assert spell("单小红").startswith("单dan,shan"), "as a surname is read where a name begins"
    assert set(read(spell("重"))[0].readings) == {"zhong", "chong"}
    assert read(spell("房"))[0].readings == ("fang",), "nobody has said pang for centuries"


def test_what_has_no_reading_stands_for_itself() -> None:
    assert read(spell("1楼A区")) == (Sign("1"), Sign("楼", ("lou",)), Sign("a"), Sign("区", ("qu",)))
    assert spell_all(["", "（）", "社保", "社保"]) == ["社she 保bao"]


@given(st.text(max_size=30))
def test_any_text_comes_back_as_it_was(term: str) -> None:
    assert "".join(sign.character for sign in read(spell(term))) == fold(term)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("公积金", {3}), ("gongjijin", {3}), ("gjj", {3}), ("gongjj", {3}), ("公jj", {3}), ("公积jin", {3}),
        ("gong", {1}), ("go", {1}), ("gongj", {2}), ("g积j", {3}), ("jj", set()), ("gongx", set()), ("公金", set()),
    ],
)  # fmt: skip
def test_where_a_query_ends(query: str, found: set[int]) -> None:
    assert ends(query, read(spell("公积金")), 0) == found


def test_letters_that_can_be_cut_in_two_ways_lead_both_ways() -> None:
    assert ends("she", read("社she 合he"), 0) == {1, 2}
    assert ends("shh", read("社she 合he"), 0) == {2}


def test_characters_may_be_left_out_only_where_that_is_asked_for() -> None:
    signs = read(spell("居民身份证换领"))
    assert ends("身z", signs, 0) == set()
    assert ends("身z", signs, 0, apart=True) == {5}


def test_reading_what_was_spelled_needs_no_dictionary() -> None:
    code = (
        "import sys; from shared.domain.characters import Characters; from shared.domain.search import Entry, Index\n"
        "Characters([['公gong 积ji 金jin']]).candidates('gj'); Index([Entry(1, ['公gong 积ji 金jin'])]).find('gojn'); "
        "sys.exit('pypinyin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_u_stands_for_the_letter_that_no_keyboard_has() -> None:
    assert spell("律师") == "律lv,lu 师shi"
    index = Index([Entry(1, [spell("律师")])])
    assert index.find("lushi") == index.find("lvshi") == [(1, Match.EXACT)]
