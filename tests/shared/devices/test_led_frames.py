"""Frames of LED strips: what a handbook says byte by byte, and every text comes out as it went in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.led_display.frames import CHECKSUMS, FrameTemplate
from shared.domain.errors import HallError


@pytest.mark.parametrize(
    ("name", "value"), [("crc16", 0x4B37), ("ccitt", 0x29B1), ("sum8", 0xDD), ("sum16", 0x01DD), ("xor8", 0x31)]
)
def test_checksums_have_their_published_values(name: str, value: int) -> None:
    """Over "123456789", as the catalogues of check functions give them."""
    assert CHECKSUMS[name][1](b"123456789") == value


def test_a_frame_byte_by_byte() -> None:
    frames = FrameTemplate("AA 55 ( {address} {length:2} < 31 {text} > ) {sum8} 0D", address=3)
    body = bytes((3, 0, 5, 0x31)) + "A号1".encode("gb18030")
    assert frames.build("A号1") == b"\xaa\x55" + body + bytes((sum(body) & 0xFF, 0x0D))


def test_the_low_byte_may_come_first_and_marks_may_be_missing() -> None:
    frames = FrameTemplate("7E {length:2:le} {text} {crc16:le}")
    assert frames.build("1")[:4] == b"\x7e\x01\x00\x31"
    head = b"\x7e\x01\x001"
    assert frames.build("1")[4:] == CHECKSUMS["crc16"][1](head).to_bytes(2, "little")


def test_a_fixed_length_is_filled_and_cut_between_characters() -> None:
    frames = FrameTemplate("02 {text} 03", text_bytes=5)
    assert frames.build("号") == b"\x02" + "号".encode("gb18030") + b"   \x03"
    assert frames.build("号号号") == b"\x02" + "号号".encode("gb18030") + b" \x03"


def test_a_text_that_is_too_long_for_the_lengths_byte_is_cut() -> None:
    frames = FrameTemplate("02 {length} {text} 03")
    frame = frames.build("号" * 300)
    assert frame[1] == 254 and len(frame) == 257


@pytest.mark.parametrize(
    "template",
    [
        "", "AA", "{text} {text}", "{text} {sum8} {xor8}", "{text} {colour}", "{length:3} {text}", "< {text}",
        "> {text} <", "A {text}", "{text:2}", "AAA {text}", "( {sum8} {text} )", "{text} ]",
    ],
)  # fmt: skip
def test_a_wrong_template_is_told_at_the_start(template: str) -> None:
    with pytest.raises(HallError) as told:
        FrameTemplate(template)
    assert told.value.code == "device_setting_wrong"


@pytest.mark.parametrize("options", [{"encoding": "klingon"}, {"address": 999}, {"address": -1}])
def test_wrong_options_are_told_at_the_start(options: dict[str, int | str]) -> None:
    with pytest.raises(HallError):
        FrameTemplate("{address} {text}", **options)  # type: ignore[arg-type]


@given(
    st.text(st.characters(codec="gb18030", exclude_categories=["C", "Z"]), max_size=40),
    st.sampled_from(sorted(CHECKSUMS)),
    st.booleans(),
    st.booleans(),
)
def test_what_was_built_is_read_and_a_spoiled_byte_is_noticed(text: str, name: str, low: bool, marked: bool) -> None:
    checksum = f"{{{name}{':le' if low else ''}}}"
    body = "( {address} {length:2} < 31 {text} > )" if marked else "{address} {length:2} 31 {text}"
    frames = FrameTemplate(f"AA 55 {body} {checksum} 0D", address=7)
    frame = frames.build(text)
    assert frames.read(frame) == text
    for at in range(len(frame)):
        spoiled = bytes(byte ^ (0x10 if number == at else 0) for number, byte in enumerate(frame))
        assert frames.read(spoiled) is None
    assert FrameTemplate(f"AA 55 {body} {checksum} 0D", address=8).read(frame) is None
