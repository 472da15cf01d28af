"""Typing by sound: what letters fall into, what is offered first, and that nothing typed is ever lost."""

from __future__ import annotations

import time
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from installers.pinyin_tables import FOLDER, characters, words
from shared.domain.pinyin.segments import LONGEST
from shared.domain.pinyin.table import Table
from shared.domain.pinyin.typing import LAYOUTS, Candidate, Typing, candidates, choose, press, settle

TABLE = Table.load()
KEYS = st.lists(
    st.sampled_from([*"abcdefghijklmnopqrstuvwxyz", *"0123·'", "space", "backspace", "clear", "shift", *LAYOUTS]),
    max_size=40,
)


def offered(letters: str, text: str = "") -> list[str]:
    return [one.text for one in candidates(Typing(text=text, letters=letters), TABLE)]


def pieces(letters: str) -> list[str]:
    return [piece.letters for piece in TABLE.syllables.split(letters)[0]]


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("zhangxiaoming", ["zhang", "xiao", "ming"]), ("xian", ["xian"]), ("xi'an", ["xi", "an"]),
        ("zxm", ["z", "x", "m"]), ("zhxm", ["zh", "x", "m"]), ("fangan", ["fan", "gan"]), ("lvshi", ["lv", "shi"]),
        ("wangl", ["wang", "l"]), ("shuang", ["shuang"]), ("nver", ["nv", "er"]), ("ouyangxiu", ["ou", "yang", "xiu"]),
    ],
)  # fmt: skip
def test_letters_fall_into_syllables(letters: str, expected: list[str]) -> None:
    ways = [[piece.letters for piece in way] for way in TABLE.syllables.split(letters)]
    assert expected in ways[:2]


@pytest.mark.parametrize(
    ("letters", "name"),
    [
        ("zhangwei", "张伟"), ("wangfang", "王芳"), ("lina", "李娜"), ("zhangxiaoming", "张小明"),
        ("ouyangxiu", "欧阳秀"), ("simaguang", "司马光"), ("liujianguo", "刘建国"),
    ],
)  # fmt: skip
def test_a_common_name_is_offered_first(letters: str, name: str) -> None:
    assert offered(letters)[0] == name


@pytest.mark.parametrize(
    ("letters", "surname"),
    [
        ("zeng", "曾"),
        ("shan", "单"),
        ("xie", "解"),
        ("qiu", "仇"),
        ("zha", "查"),
        ("ren", "任"),
        ("z", "张"),
        ("lv", "吕"),
    ],
)
def test_surnames_come_first_as_they_are_read(letters: str, surname: str) -> None:
    assert surname in offered(letters)[:6]


def test_behind_the_surname_stands_what_given_names_are_made_of() -> None:
    assert offered("wei", text="张")[0] == "伟"
    assert "薇" in offered("wei", text="张")[:9]
    assert offered("wei")[0] == "魏"


def test_rare_characters_of_names_can_be_reached() -> None:
    for letters, sign in (("zhe", "喆"), ("yue", "玥"), ("kun", "堃"), ("miao", "淼"), ("yao", "垚")):
        assert sign in offered(letters, text="王"), sign


def test_the_files_are_what_the_dictionary_says() -> None:
    made = "".join(f"{one} {meant} {others}\n" for one, (meant, others) in characters().items())
    assert (FOLDER / "characters.txt").read_text("utf-8") == made
    assert (FOLDER / "words.txt").read_text("utf-8").splitlines() == words()


def typed(keys: list[str]) -> Typing:
    typing = Typing()
    for key in keys:
        typing = press(typing, key, TABLE)
    return typing


def test_a_name_is_typed_in_pieces() -> None:
    typing = typed([*"zhangxiao"])
    typing = choose(typing, candidates(typing, TABLE)[0])
    assert (typing.text, typing.letters) == ("张小", "")
    assert settle(press(typing, "m", TABLE), TABLE).text[:2] == "张小"
    part = choose(typed([*"zhangxiao"]), Candidate("章", 5))
    assert (part.text, part.letters) == ("章", "xiao")


def test_latin_digits_and_the_dot_of_a_long_name() -> None:
    assert typed(["latin", "shift", "j", "shift", *"ohn", "space", "digits", "2"]).text == "John 2"
    assert "·" in typed([*"abudu", "space", "·", *"rehe", "space"]).text
    assert typed(["space"]).text == ""
    assert typed([*"qwrtp", "clear"]) == Typing()


@given(KEYS)
def test_whatever_is_pressed_stays_within_what_a_name_may_be(keys: list[str]) -> None:
    typing = typed(keys)
    assert len(typing.text) <= typing.longest and len(typing.letters) <= LONGEST
    assert typing.text.isprintable() and typing.layout in LAYOUTS
    found = candidates(typing, TABLE)
    assert len({one.text for one in found}) == len(found)
    assert all(0 < one.typed <= len(typing.letters) for one in found)
    done = settle(typing, TABLE)
    assert done.letters == "" and done.text.startswith(typing.text)


@given(st.lists(st.sampled_from(sorted(TABLE.characters)), min_size=1, max_size=4))
def test_every_syllable_can_be_typed_and_offers_what_it_stands_for(syllables: list[str]) -> None:
    typing = Typing(letters="'".join(syllables))
    first = TABLE.syllables.split(typing.letters)[0]
    assert [piece.letters for piece in first] == syllables and all(piece.whole for piece in first)
    singles = [one.text for one in candidates(typing, TABLE) if len(one.text) == 1]
    assert set(singles) & set("".join(TABLE.characters[syllables[0]]))


def test_candidates_cost_less_than_a_frame_whatever_is_typed() -> None:
    """Of 100 inputs of a name's length the middle one; a second's hundredth would still be unnoticed."""
    syllables = sorted(TABLE.characters)
    inputs = ["".join(syllables[(start * 7 + step * 31) % len(syllables)] for step in range(3)) for start in range(100)]
    took = []
    for letters in inputs:
        begun = time.process_time()
        candidates(Typing(letters=letters), TABLE)
        took.append(time.process_time() - begun)
    assert median(took) < 0.016
