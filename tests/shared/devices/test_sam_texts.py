"""The four layouts of an identity card's text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.card_reader.sam_texts import (
    FOREIGNER_2017,
    FOREIGNER_2023,
    HK_MACAU_TAIWAN,
    LONG_TERM,
    RESIDENT,
    compose_text,
    read_text,
)
from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind, is_valid, resident_check_digit

TODAY = date(2026, 11, 23)
PERSON = {"sex": "1", "birth": "19491231", "valid_from": "20210520", "valid_to": "20310520"}
# Widths in characters, by the table of GA/T 490; written out here so that a slip in the module's table shows.
RESIDENT_TEXT = (
    "欧阳三丰".ljust(15) + "1" + "01" + "19491231" + "北京市朝阳区幸福里 1 号".ljust(35) + "11010519491231002X"
    + "北京市公安局朝阳分局".ljust(15) + "20210520" + LONG_TERM.ljust(8) + " " * 18
)  # fmt: skip


def test_a_resident_card() -> None:
    card = read_text(RESIDENT_TEXT.encode("utf-16-le"), TODAY)
    assert (card.kind, card.name, card.number) == (IdentityKind.RESIDENT, "欧阳三丰", "11010519491231002X")
    assert (card.sex, card.ethnic, card.birth) == ("1", "01", date(1949, 12, 31))
    assert (card.address, card.issuer) == ("北京市朝阳区幸福里 1 号", "北京市公安局朝阳分局")
    assert (card.valid_from, card.valid_to) == (date(2021, 5, 20), None)
    assert not card.expired(TODAY)


def test_a_permit_of_hong_kong_macau_taiwan() -> None:
    fields = {
        **PERSON, "name": "陈大文", "number": "810000199408230021", "birth": "19940823", "address": "深圳市",
        "issuer": "深圳市公安局", "pass_number": "H12345678", "issue_count": "01", "ethnic": "97",
    }  # fmt: skip
    text = compose_text(HK_MACAU_TAIWAN, fields)
    card = read_text(text, TODAY)
    assert text[220:238].decode("utf-16-le") == "H12345678" and text[248:250] == b"J\0"
    assert (card.kind, card.number, card.name) == (IdentityKind.HK_MACAU_TAIWAN, "810000199408230021", "陈大文")
    assert (card.pass_number, card.issue_count, card.ethnic) == ("H12345678", "01", "")


def test_a_foreigners_card_of_2017() -> None:
    name = "VAN DER LONGNAME, MAXIMILIAN ALEXANDER"
    fields = {
        **PERSON, "name": name, "chinese_name": "马克西", "number": "CAN110080012310", "nationality": "CAN",
        "issuer": "1500", "version": "01", "birth": "19800101",
    }  # fmt: skip
    text = compose_text(FOREIGNER_2017, fields)
    card = read_text(text, TODAY)
    assert text[122:152].decode("utf-16-le") == "CAN110080012310" and text[248:250] == b"I\0"
    assert (card.kind, card.number, card.name) == (IdentityKind.FOREIGNER, "CAN110080012310", name)
    assert (card.chinese_name, card.nationality, card.birth) == ("马克西", "CAN", date(1980, 1, 1))
    assert card.valid_to == date(2031, 5, 20)


@pytest.mark.parametrize("split_at_blank", [False, True])
def test_a_foreigners_card_of_2023_has_its_name_in_two_parts(split_at_blank: bool) -> None:
    head = ("A" * 34 + " ") if split_at_blank else "A" * 35
    fields = {
        **PERSON, "name": head, "name_rest": "BCD EFG", "chinese_name": "张大卫", "number": "931156199001010014",
        "nationality": "USA", "issue_count": "02", "birth": "19900101", "older_number": "ABC",
    }  # fmt: skip
    text = compose_text(FOREIGNER_2023, fields)
    card = read_text(text, TODAY)
    assert text[122:158].decode("utf-16-le") == "931156199001010014" and text[248:250] == b"Y\0"
    assert card.name == head + "BCD EFG"
    assert (card.chinese_name, card.nationality, card.older_number) == ("张大卫", "USA", "ABC")


@pytest.mark.parametrize("flag", [RESIDENT, HK_MACAU_TAIWAN, FOREIGNER_2017, FOREIGNER_2023])
def test_every_layout_is_256_bytes(flag: str) -> None:
    assert len(compose_text(flag, {})) == 256


@given(
    st.sampled_from("123456"),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(0, 999),
    st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=15),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_whoever_it_is_comes_out_again(area: str, birth: date, serial: int, name: str, last: date) -> None:
    number = f"{area}10105{birth:%Y%m%d}{serial:03}"
    number += resident_check_digit(number)
    fields = {"number": number, "name": name, "birth": f"{birth:%Y%m%d}", "valid_to": f"{last:%Y%m%d}"}
    if not is_valid("resident", number, TODAY):
        return
    card = read_text(compose_text(RESIDENT, fields), TODAY)
    assert (card.number, card.name, card.birth, card.valid_to) == (number, name, birth, last)
    assert card.expired(TODAY) == (last < TODAY)


@given(st.binary(max_size=300) | st.binary(min_size=256, max_size=256))
def test_any_bytes_end_in_a_clear_error(record: bytes) -> None:
    with pytest.raises(HallError) as told:
        read_text(record, TODAY)
    assert told.value.code in ("card_unreadable", "card_not_supported")


@given(st.integers(0, 255), st.integers(1, 255), st.sampled_from([RESIDENT, FOREIGNER_2023]))
def test_a_bent_byte_gives_a_card_or_a_clear_error(at: int, change: int, flag: str) -> None:
    number = "11010519491231002X" if flag == RESIDENT else "931156199001010014"
    record = bytearray(compose_text(flag, {**PERSON, "name": "A B", "number": number}))
    record[at] ^= change
    try:
        card = read_text(bytes(record), TODAY)
    except HallError as error:
        assert error.code in ("card_unreadable", "card_not_supported")
    else:
        assert is_valid(card.kind, card.number, TODAY) and card.name.isprintable()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"number": "110105194912310021"}, "card_unreadable"),
        ({"name": ""}, "card_unreadable"),
        ({"valid_to": "20310231"}, "card_unreadable"),
        ({"valid_to": "2031-520"}, "card_unreadable"),
        ({"birth": "١٩٤٩١٢٣١"}, "card_unreadable"),
    ],
)
def test_what_is_not_believed(change: dict[str, str], code: str) -> None:
    with pytest.raises(HallError, match=code):
        read_text(compose_text(RESIDENT, {**PERSON, "name": "张三", "number": "11010519491231002X", **change}), TODAY)


def test_a_letter_we_do_not_know_is_a_card_we_cannot_read() -> None:
    record = RESIDENT_TEXT[:124] + "Q" + RESIDENT_TEXT[125:]
    with pytest.raises(HallError, match="card_not_supported"):
        read_text(record.encode("utf-16-le"), TODAY)


def test_nothing_personal_in_its_repr() -> None:
    card = read_text(RESIDENT_TEXT.encode("utf-16-le"), TODAY).with_added("新地址", b"photo")
    for secret in ("欧阳", "19491231", "朝阳", "新地址", "photo"):
        assert secret not in f"{card!r} {card}"
