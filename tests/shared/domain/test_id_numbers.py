"""Numbers of people and organisations, judged while typed and when complete."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.id_numbers import (
    IdentityKind,
    check_typing,
    credit_code_check_character,
    credit_code_in,
    is_valid,
    mask,
    normalise,
    organisation_check_character,
    person_kind,
    resident_check_digit,
    without_numbers,
)

TODAY = date(2026, 11, 23)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
PROVINCES = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66))


@st.composite
def resident_numbers(draw: st.DrawFn) -> str:
    """Right numbers of all documents with eighteen digits."""
    area = draw(
        st.one_of(
            st.sampled_from(["810000", "820000", "830000"]),
            st.builds("{}{:04}".format, st.sampled_from(PROVINCES), st.integers(0, 9999)),
            st.builds("9{:05}".format, st.integers(0, 99999)),
        )
    )
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    first = f"{area}{born:%Y%m%d}{draw(st.integers(0, 999)):03}"
    return first + resident_check_digit(first)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Right unified social credit codes."""
    two = draw(st.text(CREDIT_ALPHABET, min_size=2, max_size=2))
    area = f"{draw(st.integers(0, 999999)):06}"
    first = two + area + draw(st.text(CREDIT_ALPHABET, min_size=9, max_size=9))
    return first + credit_code_check_character(first)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("11010519491231002X", IdentityKind.RESIDENT),
        ("11010519491231002x", IdentityKind.RESIDENT),
        ("44010619900307001X", IdentityKind.RESIDENT),
        ("１１０１０５ 19491231 ００２Ｘ", IdentityKind.RESIDENT),
        ("810000199408230021", IdentityKind.HK_MACAU_TAIWAN),
        ("830000199201300022", IdentityKind.HK_MACAU_TAIWAN),
        ("931156199001010014", IdentityKind.FOREIGNER),
        ("USA440077053100", IdentityKind.FOREIGNER),
    ],
)
def test_known_right_numbers(number: str, kind: IdentityKind) -> None:
    assert check_typing("resident", number, TODAY).state == "ok"
    assert check_typing(kind, number, TODAY).state == "ok"
    assert person_kind(number) is kind


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        ("", "incomplete", "id_number_missing"),
        ("1", "incomplete", "id_number_missing"),
        ("10", "wrong", "id_number_area"),
        ("7", "wrong", "id_number_area"),
        ("811", "wrong", "id_number_area"),
        ("1101051", "incomplete", "id_number_missing"),
        ("1101053", "wrong", "id_number_birth_date"),
        ("11010518", "wrong", "id_number_birth_date"),
        ("110105194913", "wrong", "id_number_birth_date"),
        ("1101051949022", "incomplete", "id_number_missing"),
        ("11010519490229", "wrong", "id_number_birth_date"),
        ("11010520261124", "wrong", "id_number_birth_date"),
        ("11010520261123", "incomplete", "id_number_missing"),
        ("11010519491231002", "incomplete", "id_number_missing"),
        ("110105194912310021", "wrong", "id_number_check_digit"),
        ("11010519491231002X1", "wrong", "id_number_length"),
        ("1101051949X", "wrong", "id_number_character"),
        ("11010五", "wrong", "id_number_character"),
        ("US", "incomplete", "id_number_missing"),
        ("USAB", "wrong", "id_number_character"),
        ("USA4400770531001", "wrong", "id_number_length"),
    ],
)
def test_resident_number_while_typed(text: str, state: str, code: str) -> None:
    check = check_typing("resident", text, TODAY)
    assert (check.state, check.code) == (state, code)


def test_a_permit_number_is_asked_for_by_its_kind() -> None:
    assert check_typing("hk_macau_taiwan", "11", TODAY).code == "id_number_area"
    assert check_typing("foreigner", "11", TODAY).code == "id_number_area"


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        ("91110000600037341L", "ok", ""),
        ("91110000600037341l", "ok", ""),
        ("60003734-1", "ok", ""),
        ("60003734-2", "incomplete", "id_number_missing"),
        ("SA003734-2", "wrong", "credit_code_character"),
        ("AB003734-2", "incomplete", "id_number_missing"),
        ("ABC03734-3", "wrong", "organisation_check_digit"),
        ("9111000", "incomplete", "id_number_missing"),
        ("911100006O", "wrong", "credit_code_character"),
        ("9111A00060", "wrong", "credit_code_area"),
        ("91110000600037341M", "wrong", "credit_code_check_digit"),
        ("91110000600037341L1", "wrong", "credit_code_length"),
        ("公司", "wrong", "credit_code_character"),
    ],
)
def test_organisation_code_while_typed(text: str, state: str, code: str) -> None:
    check = check_typing("organisation", text, TODAY)
    assert (check.state, check.code) == (state, code)


def test_what_is_missing_is_counted() -> None:
    assert check_typing("resident", "110105", TODAY).params == {"missing": 12}


def test_an_unknown_kind_is_a_bug() -> None:
    with pytest.raises(ValueError, match="passport"):
        check_typing("passport", "1", TODAY)


def test_mask_keeps_the_ends_only() -> None:
    assert mask("11010519491231002X") == "110***********002X"
    assert mask("600037341") == "60*****41"
    assert mask("12345") == "*****"


@given(resident_numbers())
def test_every_beginning_of_a_right_number_is_incomplete(number: str) -> None:
    assert check_typing("resident", number, TODAY).state == "ok"
    for end in range(18):
        assert check_typing("resident", number[:end], TODAY).state == "incomplete"


@given(credit_codes())
def test_every_beginning_of_a_right_credit_code_is_not_wrong(code: str) -> None:
    assert check_typing("organisation", code, TODAY).state == "ok"
    for end in range(18):
        assert check_typing("organisation", code[:end], TODAY).state != "wrong" or not code[2:8].isdigit()


@given(resident_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_any_wrong_digit_is_found(number: str, place: int, digit: str) -> None:
    if number[place] != digit:
        assert not is_valid("resident", number[:place] + digit + number[place + 1 :], TODAY)


@given(resident_numbers(), st.integers(0, 16))
def test_any_swapped_neighbours_are_found(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or not is_valid("resident", swapped, TODAY)


@given(credit_codes(), st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_any_wrong_character_of_a_credit_code_is_found(code: str, place: int, character: str) -> None:
    if code[place] != character:
        assert not is_valid("organisation", code[:place] + character + code[place + 1 :], TODAY)


@given(credit_codes(), st.integers(0, 16))
def test_any_swapped_neighbours_of_a_credit_code_are_found(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not is_valid("organisation", swapped, TODAY)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_organisation_codes_hold_with_their_check_character(first: str) -> None:
    assert is_valid("organisation", first + organisation_check_character(first), TODAY)


@given(st.sampled_from(list(IdentityKind)), st.text(max_size=24))
def test_any_text_gets_an_answer(kind: IdentityKind, text: str) -> None:
    check = check_typing(kind, text, TODAY)
    assert (check.state == "ok") == (check.code == "")


@given(st.text(max_size=30))
def test_normalise_settles(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.integers(0, 60000))
def test_a_birth_in_the_future_is_never_right(days: int) -> None:
    first = f"110105{TODAY + timedelta(days=days + 1):%Y%m%d}001"
    assert check_typing("resident", first + resident_check_digit(first), TODAY).code == "id_number_birth_date"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("asked by 11010519491231002X today", "asked by 110***********002X today"),
        ("110105 19491231 002x", "110***********002x"), ("110105-19491231-002X.", "110***********002X."),
        ("call 138-0013-8000", "call 13*******00"), ("+86 138 0013 8000", "+86*********00"),
        ("91110000100000095W", "911***********095W"), ("code 91350100m000100y43, new", "code 913***********0y43, new"),
        ("2026-11-26 at 10:30, desk 12", "2026-11-26 at 10:30, desk 12"), ("E12345678", "E12****78"),
    ],
)  # fmt: skip
def test_a_reason_gives_no_number_away(words: str, kept: str) -> None:
    assert without_numbers(words) == kept


@given(
    credit_codes(),
    st.sampled_from(["{}", "http://www.gsxt.gov.cn/index.html?uniscid={}", "代码：{}；名称：某公司", "{} {}"]),
)
def test_a_scanned_licence_says_whose_it_is(code: str, around: str) -> None:
    assert credit_code_in(around.format(code, code)) == code
    assert credit_code_in(around.format(code.lower(), code)) == code
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    assert credit_code_in(around.format(wrong, wrong)) == ""
    assert credit_code_in(f"x{code}") == ""
    assert credit_code_in(f"{code}9") == ""


@given(credit_codes(), credit_codes())
def test_a_text_with_two_codes_says_nobody(one: str, other: str) -> None:
    assert credit_code_in(f"{one} {other}") == (one if one == other else "")
