"""Characters by touch: whatever a name of the hall is made of can be entered, and nothing that leads nowhere."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.features.setup.hall_files import load_hall
from server.preparing import DEMO_HALL
from shared.domain.characters import Candidate, Characters, split, take
from shared.domain.search import Entry, Index
from shared.domain.spelling import Sign, read, spell_all

Spelled = tuple[tuple[Sign, ...], ...]


@cache
def demo() -> tuple[Characters, Index[int]]:
    """The demonstration hall's characters, and the index of its services."""
    services = load_hall(DEMO_HALL).services
    spelled = [spell_all([one.name, one.short_name, one.name_en, *one.keywords]) for one in services]
    return Characters(spelled), Index(Entry(place, lines) for place, lines in enumerate(spelled))


@cache
def demo_names() -> list[list[tuple[Sign, ...]]]:
    """What each of its services is called in Chinese, sign by sign."""
    named = [[one.name, one.short_name, *one.keywords] for one in load_hall(DEMO_HALL).services]
    return [[read(line) for line in spell_all(names)] for names in named]


def found(query: str) -> set[int]:
    """The services of the demonstration hall that a query finds as typed."""
    return {hit.key for hit in demo()[1].find(query, fuzzy=False)}


def offered(*names: str, query: str) -> list[str]:
    """What is offered in a hall of these services."""
    return [candidate.text for candidate in Characters([spell_all([name]) for name in names]).candidates(query)]


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("", ("", "")), ("GJ", ("", "gj")), ("公积", ("公积", "")), ("公jJ", ("公", "jj")), ("she bao", ("", "shebao")),
        ("12公", ("12公", "")), ("xi'an", ("", "xian")),
    ],
)  # fmt: skip
def test_a_query_is_characters_and_then_letters(query: str, parts: tuple[str, str]) -> None:
    assert split(query) == parts


def test_a_touched_candidate_replaces_its_letters_and_leaves_the_rest() -> None:
    assert take("GONGJIJIN", Candidate("公积金", 9)) == "公积金"
    assert take("GONGJIJIN", Candidate("公", 4)) == "公jijin"
    assert take("公", Candidate("积")) == "公积"
    assert take("she bao", Candidate("社", 3)) == "社bao"


HALL = ("公积金提取", "公积金贷款", "公司登记", "工伤认定", "房产证补办", "提取公积金")


@pytest.mark.parametrize("letters", ["G", "GO", "gong"])
def test_a_begun_syllable_offers_the_likeliest_words_and_every_character(letters: str) -> None:
    shown = offered(*HALL, query=letters)
    assert shown[0] == "公积金", "the word most services begin with"
    assert {"公", "工"} <= set(shown)
    assert shown.index("公") < shown.index("工"), "four services carry it, the other only one"


@pytest.mark.parametrize("letters", ["gjj", "gongjijin", "gongjj", "gongjiji"])
def test_letters_of_a_word_offer_the_word_and_its_first_character(letters: str) -> None:
    assert offered(*HALL, query=letters)[0] == "公积金"
    assert offered(*HALL, query=letters)[-1] == "公"


def test_after_a_character_only_what_a_name_goes_on_with() -> None:
    assert offered(*HALL, query="公") == ["积", "司"]
    assert offered(*HALL, query="公j") == ["积"]
    assert offered(*HALL, query="公jj") == ["积金", "积"]
    assert offered(*HALL, query="公积金") == ["提", "贷"]
    assert offered(*HALL, query="贷公") == []


def test_people_leave_characters_out_of_long_names() -> None:
    assert offered("基本医疗保险参保", query="医b") == ["保"]
    assert offered("基本医疗保险参保", query="医保") == ["险"]


def test_letters_that_fit_no_name_offer_nothing() -> None:
    assert offered(*HALL, query="qqq") == []
    assert offered(*HALL, query="gongx") == []
    assert offered("ETC 12", query="etc") == []
    assert offered(query="a") == []


def test_before_anything_is_typed_the_words_that_lead_to_most_services_are_offered() -> None:
    assert offered(*HALL, query="") == ["公积金"]
    assert len(demo()[0].starters) >= 12
    assert {"公积金", "社保", "身份证"} <= {candidate.text for candidate in demo()[0].starters}
    assert all(len(found(candidate.text)) > 1 for candidate in demo()[0].starters)


def test_nothing_is_offered_twice_and_words_stay_short() -> None:
    for query in ("", *"abcdefghjklmnopqrstwxyz", "gong", "she", "公", "公积金"):
        shown = [candidate.text for candidate in demo()[0].candidates(query)]
        assert len(shown) == len(set(shown))
        assert all(1 <= len(text) <= 4 for text in shown)


def test_the_order_is_the_same_in_every_kiosk_and_at_every_touch() -> None:
    lines = [spell_all([s.name, s.short_name, *s.keywords]) for s in load_hall(DEMO_HALL).services]
    other = Characters(lines)
    for query in ("", "s", "gong", "sb", "公", "身份证"):
        assert other.candidates(query) == demo()[0].candidates(query) == demo()[0].candidates(query)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_every_service_is_reached_by_entering_any_of_its_characters(data: st.DataObject) -> None:
    """A stretch of any of its names, character by character, each by as many of its letters as a person may type."""
    characters, names = demo()[0], demo_names()
    place = data.draw(st.integers(0, len(names) - 1), label="service")
    signs = data.draw(st.sampled_from(names[place]), label="name")
    begin = data.draw(st.integers(0, len(signs) - 1), label="begin")
    query = ""
    for sign in signs[begin : begin + 4]:
        if not sign.readings:
            break
        reading = data.draw(st.sampled_from(sign.readings))
        letters = reading[: data.draw(st.integers(0 if query else 1, len(reading)), label="letters")]
        fitting = [one for one in characters.candidates(query + letters) if one == (sign.character, len(letters))]
        assert fitting, f"{sign.character} is not offered for {query + letters}"
        query = take(query + letters, fitting[0])
        assert place in found(query)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_touch_leads_nowhere(data: st.DataObject) -> None:
    characters, _ = demo()
    query = data.draw(st.text("abcdefghijlmnopqrstuwxyz", max_size=4), label="letters")
    for _ in range(5):
        candidates = characters.candidates(query)
        if not candidates:
            break
        candidate = data.draw(st.sampled_from(candidates), label="touched")
        before, (_, letters) = len(query), split(query)
        query = take(query, candidate)
        assert found(query), f"nothing is found for {query}"
        assert len(query) == before - candidate.letters + len(candidate.text)
        assert candidate.letters == len(letters) or characters.candidates(query), "the letters left fit as well"
        query += data.draw(st.sampled_from(["", "", "j", "sh"]), label="typed")
