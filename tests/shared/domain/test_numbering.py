"""Formats of numbers: never the same number twice in a day, whatever is changed when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.announcements import SpokenLanguage, spoken_number
from shared.domain.errors import HallError
from shared.domain.numbering import SEPARATORS, NumberFormat, Numbering, Plan, next_count
from shared.i18n import text

TODAY = date(2026, 3, 2)
PREFIXES = ("", "A", "B", "社", "YA", "办证")

formats = st.builds(
    NumberFormat, st.sampled_from(PREFIXES), st.sampled_from(PREFIXES), st.sampled_from(SEPARATORS),
    st.integers(2, 5), st.integers(1, 120),
)  # fmt: skip
numberings = st.builds(
    Numbering, st.builds(NumberFormat, digits=st.integers(2, 5), separator=st.sampled_from(SEPARATORS)),
    st.dictionaries(st.sampled_from("ABC"), formats, max_size=3),
)  # fmt: skip
acts = st.lists(
    st.one_of(
        st.tuples(st.just("take"), st.sampled_from("ABC"), st.booleans()),
        st.tuples(st.just("now"), numberings), st.tuples(st.just("tomorrow"), numberings),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=120)
@given(acts)
def test_no_number_is_given_twice_in_a_day(acts: list[tuple[object, ...]]) -> None:
    for tomorrow in (False, True):
        plan, given_, last = Plan(), set(), {}
        day = TODAY
        for place, act in enumerate(acts):
            if tomorrow and place == len(acts) // 2:
                day, given_, last = TODAY + timedelta(days=1), set(), {}
            if act[0] == "take":
                series, booked = str(act[1]), bool(act[2])
                format_ = plan.on(day).of(series)
                last[series] = next_count(last.get(series), format_.start)
                number = format_.label(series, last[series], booked=booked)
                assert number not in given_
                given_.add(number)
            else:
                wanted = act[1]
                assert isinstance(wanted, Numbering)
                try:
                    plan = plan.changed(wanted, "ABC", day, day + timedelta(days=act[0] == "tomorrow"))
                except HallError as error:
                    assert error.code in ("number_prefix_taken", "number_prefix_used_today")


def test_prefixes_that_change_places_wait_for_the_next_day() -> None:
    swapped = Numbering(series={"A": NumberFormat("B"), "B": NumberFormat("A")})
    with pytest.raises(HallError) as refused:
        Plan().changed(swapped, "AB", TODAY, TODAY)
    assert refused.value.code == "number_prefix_used_today"
    plan = Plan().changed(swapped, "AB", TODAY, TODAY + timedelta(days=1))
    assert plan.on(TODAY).of("A").label("A", 7) == "A007"
    assert plan.on(TODAY + timedelta(days=1)).of("A").label("A", 7) == "B007"


def _words(language: SpokenLanguage) -> Callable[..., str]:
    return lambda key, **params: text(f"speech.{language.value}.{key}", "zh-CN", **params)


@pytest.mark.parametrize(
    ("number", "mandarin", "english"),
    [
        ("A017", "A 零 一 七", "A 0 1 7"), ("A-0017", "A 零 零 一 七", "A 0 0 1 7"), ("社017", "社零 一 七", "0 1 7"),
        ("YA.05", "Y A 零 五", "Y A 0 5"),
    ],
)  # fmt: skip
def test_every_format_is_pronounced_sign_by_sign(number: str, mandarin: str, english: str) -> None:
    for language, said in ((SpokenLanguage.MANDARIN, mandarin), (SpokenLanguage.ENGLISH, english)):
        assert spoken_number(number, language, _words(language)) == said
