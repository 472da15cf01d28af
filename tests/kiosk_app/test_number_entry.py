"""Typing a number, without a screen."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.features.queueing.number_entry import LONGEST, after_key, identity_of, number_view

TODAY = date(2026, 11, 23)
PERSON, COMPANY = "110105198903074510", "91350100M000100Y43"


def typed(keys: str) -> str:
    number = ""
    for key in keys:
        number = after_key(number, key)
    return number


def test_keys_write_take_back_and_clear() -> None:
    assert typed("11x") == "11X"
    assert after_key("11", "backspace") == "1"
    assert after_key("11", "clear") == ""


@given(st.lists(st.sampled_from([*"0123456789XABCZ", "backspace", "clear", "?", "", "\u3000", "12"]), max_size=60))
def test_no_keys_break_it(keys: list[str]) -> None:
    number = ""
    for key in keys:
        number = after_key(number, key)
        assert len(number) <= LONGEST
        assert number == "" or number.isalnum()
        for organisation in (False, True):
            view = number_view(number, organisation, False, TODAY, "zh-CN")
            assert view.can_confirm == (identity_of(number, organisation, TODAY) is not None)
            assert "[" not in view.message


def test_a_wrong_check_digit_is_told_with_the_last_key() -> None:
    almost = number_view(PERSON[:-1], False, False, TODAY, "en")
    wrong = number_view(PERSON[:-1] + "1", False, False, TODAY, "en")
    right = number_view(PERSON, False, False, TODAY, "en")
    assert (almost.status, wrong.status, right.status) == ("typing", "wrong", "ok")
    assert wrong.message
    assert not wrong.can_confirm
    assert right.can_confirm


@pytest.mark.parametrize(
    ("number", "organisation", "kind"),
    [(PERSON, False, "resident"), (COMPANY, True, "organisation")],
)
def test_a_right_number_says_who_comes(number: str, organisation: bool, kind: str) -> None:
    identity = identity_of(number, organisation, TODAY)
    assert identity is not None
    assert (identity.kind, identity.number) == (kind, number)


def test_a_birth_date_that_cannot_be_is_told_at_once() -> None:
    assert number_view("1101051989133", False, False, TODAY, "en").status == "wrong"
