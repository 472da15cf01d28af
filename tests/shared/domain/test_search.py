"""What people type finds what they mean: characters, pinyin, initials, mixes, any reading, and slips."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.search import Entry, Index, Lists, Match
from shared.domain.spelling import fold, plain, read, spell, spell_all

EXACT, PREFIX, WORD, INSIDE, MIXED, APART, ALIKE, SLIP = Match


def how(query: str, *names: str) -> Match | None:
    """How a query fits one thing of these names."""
    found = Index([Entry(0, spell_all(names))]).find(query)
    return found[0].how if found else None


def order(query: str, *names: str, uses: tuple[int, ...] = ()) -> list[str]:
    """The names that a query finds, the best first."""
    used = uses or (0,) * len(names)
    return [
        hit.key for hit in Index(Entry(name, [spell(name)], n) for name, n in zip(names, used, strict=True)).find(query)
    ]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("居民身份证换领", EXACT), ("jumin", PREFIX), ("JuMin ShenFenZheng", PREFIX), ("jmsfz", PREFIX),
        ("jmsfzhl", EXACT), ("身份证", INSIDE), ("sfz", INSIDE), ("shenfen", INSIDE), ("shenf", INSIDE),
        ("身 份 证", INSIDE), ("身证", APART), ("护照", None), ("xyz", None), ("", None), ("   ", None),
    ],
)  # fmt: skip
def test_how_a_name_is_found(query: str, wanted: Match | None) -> None:
    assert how(query, "居民身份证换领") == wanted


NAMES = ("公积金提取", "住房公积金提取", "医疗保险参保", "ETC 办理")


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("公积金tiqu", EXACT), ("公jjtq", EXACT), ("公j", PREFIX), ("公JJ", PREFIX), ("公积jin", PREFIX),
        ("gong积j", PREFIX), ("积j", INSIDE), ("金t", INSIDE), ("gongjj", MIXED), ("gjjtiqu", MIXED), ("医b", APART),
        ("医bao", APART), ("公q", APART), ("etcban", PREFIX), ("etc", PREFIX), ("bl", WORD), ("公x", None),
        ("gongx", SLIP),
    ],
)  # fmt: skip
def test_characters_syllables_and_initials_may_be_mixed(query: str, wanted: Match | None) -> None:
    assert how(query, *NAMES) == wanted


@pytest.mark.parametrize("query", ["yi保", "ybk", "yibaoka", "yib卡", "医bk", "医保ka"])
def test_a_card_is_found_however_it_is_typed(query: str) -> None:
    assert how(query, "医保卡") in (EXACT, PREFIX)


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("重庆", "chongqing zhongqing cq zq"), ("单", "dan shan"), ("仇英", "chouying qiuying qy"),
        ("长期", "changqi zhangqi"), ("银行", "yinhang yinxing"), ("音乐会", "yinyuehui yinlehui"),
        ("曾用名", "cengyongming zengyongming"), ("律师", "lvshi lushi"),
    ],
)  # fmt: skip
def test_every_reading_finds_it_exactly(name: str, queries: str) -> None:
    for query in queries.split():
        assert how(query, name) == EXACT, query


def test_a_name_of_many_readings_is_found_by_any_of_them() -> None:
    """Some thousand ways to read it, none of them written down."""
    name = "重长行乐" * 3
    seed = Random(1)
    for _ in range(20):
        assert how("".join(seed.choice(sign.readings) for sign in read(spell(name))), name) == EXACT


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("senfenzheng", ALIKE), ("shengfengzheng", ALIKE), ("zumin", SLIP), ("shefnen", SLIP), ("shenfn", SLIP),
        ("shenfenzhang", SLIP), ("shhenfen", SLIP), ("shemfen", SLIP), ("身分证", SLIP), ("居民身分证", SLIP),
        ("份身证", SLIP), ("sgz", None), ("jmsgz", SLIP), ("jmfsz", SLIP), ("身粉", None), ("jx", None),
    ],
)  # fmt: skip
def test_slips_and_sounds_find_what_was_meant(query: str, wanted: Match | None) -> None:
    assert how(query, "居民身份证换领") == wanted


def test_latin_words_are_found_by_their_letters_and_beginnings() -> None:
    name = "Passport renewal"
    assert how("passport", name) == PREFIX
    assert how("renew", name) == WORD
    assert how("renewal passport", name) == APART
    assert how("pasport", name) == how("passprot", name) == SLIP


def test_a_number_is_another_number_and_no_slip() -> None:
    assert how("12345", "12345 热线") == PREFIX
    assert how("12346", "12345 热线") is None
    assert how("A013", "A012") is None


def test_the_best_fit_stands_first_then_what_is_chosen_often_then_the_order_given() -> None:
    names = ("住房公积金", "公积金提取", "公积金", "公积金贷款")
    assert order("gjj", *names) == ["公积金", "公积金提取", "公积金贷款", "住房公积金"]
    assert order("gjj", *names, uses=(90, 1, 0, 5)) == ["公积金", "公积金贷款", "公积金提取", "住房公积金"]


def test_what_begins_a_word_stands_before_what_is_inside_one() -> None:
    found = Index([Entry(1, [spell("养老保险")]), Entry(2, [spell("老保姆"), spell("保险箱")])]).find("baoxian")
    assert [(hit.key, hit.how) for hit in found] == [(2, PREFIX), (1, WORD)]


def test_a_few_of_many_are_the_first_of_all() -> None:
    index = Index(Entry(name, [spell(name)]) for name in ("社保" + one for one in "一二三四五六七八九十"))
    assert index.find("shebao", 5) == index.find("shebao")[:5]


WORDS = st.sampled_from(
    ["社保", "医保", "公积金", "身份证", "重庆", "银行", "单位", "ETC", "办理", "提取", "3", "of", "仇"]
)
NAME = st.lists(WORDS, min_size=1, max_size=5).map("".join)


@given(st.data())
def test_any_mix_of_a_name_finds_it(data: st.DataObject) -> None:
    """Each character as itself, a syllable in any reading, or an initial, from any place on."""
    name = data.draw(NAME)
    signs = read(spell(name))
    begin = data.draw(st.integers(0, len(signs) - 1))
    end = data.draw(st.integers(begin + 1, len(signs)))
    query = ""
    for sign in signs[begin:end]:
        ways = [sign.character, *sign.readings, *(reading[0] for reading in sign.readings)]
        query += data.draw(st.sampled_from(ways))
    found = how(query, name)
    assert found is not None
    assert not found.fuzzy
    assert query.isascii() or found <= (PREFIX if begin == 0 else INSIDE)


@settings(max_examples=60)
@given(st.lists(NAME, min_size=1, max_size=12), st.data())
def test_nothing_near_stands_before_what_fits(names: list[str], data: st.DataObject) -> None:
    """Whatever is typed and however often the others are chosen."""
    uses = data.draw(st.lists(st.integers(0, 9), min_size=len(names), max_size=len(names)))
    index = Index(Entry(n, [spell(name)], used) for n, (name, used) in enumerate(zip(names, uses, strict=True)))
    meant = data.draw(st.sampled_from(names))
    spoken = "".join(one.readings[0] if one.readings else one.character for one in read(spell(meant)))
    typed = data.draw(st.sampled_from([meant, spoken]))
    cut = typed[: data.draw(st.integers(1, len(typed)))]
    found = index.find(cut)
    assert [hit.how for hit in found] == sorted(hit.how for hit in found)
    assert len({hit.key for hit in found}) == len(found)
    holding = {n for n, name in enumerate(names) if fold(cut) in fold(name)}
    assert holding <= {hit.key for hit in found if not hit.how.fuzzy}
    for first, second in pairwise(found):
        if first.how == second.how < MIXED:
            assert (-uses[first.key], first.key) < (-uses[second.key], second.key)


@pytest.mark.parametrize("typed", ["ＳＦＺ", "shēn fèn zhèng", "ｓｈｅｎfen", "身份证", "ＪＭ１２"])
def test_how_a_keyboard_writes_letters_makes_no_difference(typed: str) -> None:
    index = Index([Entry("x", [spell("居民身份证")]), Entry("y", [spell("jm12")])])
    wanted = "y" if "１" in typed else "x"
    found = index.find(typed)
    assert [hit.key for hit in found] == [wanted] and not found[0].how.fuzzy


@given(st.text(max_size=40))
def test_any_text_is_indexed_and_found_by_itself(term: str) -> None:
    assert how(term, term) == (EXACT if fold(term) else None)


@given(st.text(max_size=70), st.lists(st.text(min_size=1, max_size=10), max_size=3))
def test_any_query_is_answered(query: str, terms: list[str]) -> None:
    how(query, *terms)


SYLLABLES = "".join(sign.readings[0] for sign in read(spell("居民身份证换领")))


@given(st.integers(0, len(SYLLABLES) - 2), st.sampled_from("abcdefghijklmnopqrstuvwxyz"), st.integers(0, 3))
def test_any_one_slip_of_the_finger_still_finds_it(at: int, letter: str, kind: int) -> None:
    slips = [
        SYLLABLES[:at] + letter + SYLLABLES[at + 1 :], SYLLABLES[:at] + SYLLABLES[at + 1 :],
        SYLLABLES[: at + 1] + letter + SYLLABLES[at + 1 :],
        SYLLABLES[:at] + SYLLABLES[at + 1] + SYLLABLES[at] + SYLLABLES[at + 2 :],
    ]  # fmt: skip
    assert how(slips[kind], "居民身份证换领") is not None


ROWS = {1: ("A012", "张伟", "2026-11-27"), 2: ("A013", "章小红", "2026-11-26"), 3: ("B001", "单雄信", "窗口 3")}


@pytest.mark.parametrize(
    ("words", "wanted", "near"),
    [
        ("", {1, 2, 3}, False), ("a01", {1, 2}, False), ("zhang", {1, 2}, False), ("zhang a013", {2}, False),
        ("2026-11-26", {2}, False), ("-", {1, 2}, False), ("shanxx", {3}, False), ("sxx", {3}, False),
        ("zhangweo", {1}, True), ("A014", set(), True), ("窗口3", {3}, False),
    ],
)  # fmt: skip
def test_a_list_keeps_the_rows_that_hold_every_word(words: str, wanted: set[int], near: bool) -> None:
    found = Lists(ROWS).find(words)
    assert found.keys == wanted
    assert found.near is near


def test_a_list_is_filtered_without_dictionaries_by_what_was_spelled_elsewhere() -> None:
    lists = Lists({1: ("社保",), 2: ("医保",)}, {1: ["社she 保bao"]}, spelled_by=plain)
    assert lists.find("shebao").keys == {1}
    assert lists.find("医保").keys == {2}
