"""SAM-V frames: known bytes, and what a line does to them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.devices.card_reader.sam_frames import (
    FIND,
    GET_SAM_ID,
    GET_STATUS,
    PHOTO_BYTES,
    PREAMBLE,
    READ,
    READ_ADDRESS,
    RESET,
    SELECT,
    TEXT_BYTES,
    Answer,
    Command,
    FrameParser,
    answer_frame,
    answer_of,
    frame,
    sam_number,
    split_record,
)
from shared.domain.errors import HallError


@pytest.mark.parametrize(
    ("command", "sent"),
    [
        (RESET, "aaaaaa9669000310ffec"),
        (GET_STATUS, "aaaaaa9669000311ffed"),
        (GET_SAM_ID, "aaaaaa9669000312ffee"),
        (FIND, "aaaaaa96690003200122"),
        (SELECT, "aaaaaa96690003200221"),
        (READ, "aaaaaa96690003300132"),
        (READ_ADDRESS, "aaaaaa96690003300330"),
    ],
)
def test_commands_are_the_published_bytes(command: Command, sent: str) -> None:
    assert frame(command.code).hex() == sent


@pytest.mark.parametrize(
    ("came", "answer", "command"),
    [
        ("aaaaaa9669000400009094", Answer(0x90), GET_STATUS),
        ("aaaaaa9669000800009f0000000097", Answer(0x9F, bytes(4)), FIND),
        ("aaaaaa9669000c00009000000000000000009c", Answer(0x90, bytes(8)), SELECT),
    ],
)
def test_answers_are_the_published_bytes(came: str, answer: Answer, command: Command) -> None:
    (body,) = FrameParser().feed(bytes.fromhex(came))
    assert answer_of(body) == answer
    assert answer_frame(answer).hex() == came
    assert command.answered_by(answer)


def test_a_whole_card_is_as_long_as_makers_say() -> None:
    assert len(answer_frame(Answer(0x90, bytes(4 + TEXT_BYTES + PHOTO_BYTES)))) == 1295


def test_a_late_answer_is_not_taken_for_another_commands() -> None:
    whole, found, selected = Answer(0x90, bytes(READ.longest)), Answer(0x9F, bytes(4)), Answer(0x90, bytes(8))
    for command, own in ((FIND, found), (SELECT, selected), (READ, whole)):
        assert [command.answered_by(answer) for answer in (found, selected, whole)] == [
            answer is own for answer in (found, selected, whole)
        ]


def test_what_may_be_logged_of_an_answer() -> None:
    assert repr(Answer(0x90, b"somebody")) == "Answer(90, 8 bytes)"


# ---- what a line does

_BODIES = st.binary(min_size=3, max_size=40).filter(lambda body: PREAMBLE not in frame(body)[1:])
_GOOD = _BODIES.map(frame)
_PREAMBLE_PARTS = st.integers(1, 4).map(lambda count: PREAMBLE[:count])
_NOISE = st.one_of(
    st.binary(max_size=30), _PREAMBLE_PARTS, st.just(PREAMBLE), st.binary(max_size=9).map(PREAMBLE.__add__)
)
_HALF = st.tuples(_GOOD, st.floats(0, 1)).map(lambda cut: cut[0][: int(len(cut[0]) * cut[1])])
_WRONG = st.tuples(_GOOD, st.integers(1, 255)).map(lambda bent: bent[0][:-1] + bytes((bent[0][-1] ^ bent[1],)))


def _fed(data: bytes, cuts: list[int]) -> list[bytes]:
    parser, bodies, last = FrameParser(), [], 0
    for at in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        bodies += parser.feed(data[last:at])
        last = at
    return bodies


@given(
    st.lists(st.tuples(st.sampled_from("gbbb"), _GOOD, st.one_of(_NOISE, _HALF, _WRONG)), max_size=5),
    st.lists(st.integers(0, 2000), max_size=12),
)
def test_no_good_frame_is_lost_behind_anything(parts: list[tuple[str, bytes, bytes]], cuts: list[int]) -> None:
    """Bad bytes may by chance look like a frame more; they never cost one that follows."""
    sent = [good for _, good, _ in parts]
    data = b"".join(bad + good if kind == "b" else good for kind, good, bad in parts)
    came = iter(_fed(data, cuts))
    assert all(any(frame(body) == good for body in came) for good in sent), "each in its turn"


@given(st.lists(_GOOD, max_size=5), st.lists(st.integers(0, 2000), max_size=12))
def test_good_frames_alone_come_unchanged_however_cut(sent: list[bytes], cuts: list[int]) -> None:
    assert [frame(body) for body in _fed(b"".join(sent), cuts)] == sent


@given(_GOOD, st.integers(0, 2000), st.integers(1, 255))
def test_one_wrong_byte_is_noticed(good: bytes, at: int, change: int) -> None:
    at %= len(good)
    bent = bytearray(good)
    bent[at] ^= change
    parser = FrameParser()
    came = parser.feed(bytes(bent))
    assert came == [] or at in (5, 6), "a shorter length may by chance have a right check"
    assert [frame(body) for body in parser.feed(good)] == [good]


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_no_bytes_break_the_parser_or_make_it_hoard(pieces: list[bytes]) -> None:
    parser = FrameParser()
    for piece in pieces:
        for body in parser.feed(piece):
            answer_of(body)
    assert len(parser._pending) <= 2314 + 7


def test_frames_of_impossible_lengths_are_broken_at_once() -> None:
    for length in (0, 3, 2315, 0xFFFF):
        parser = FrameParser()
        assert parser.feed(PREAMBLE + length.to_bytes(2, "big")) == []
        assert parser.broken == 1


# ---- what good answers hold


@given(st.binary(max_size=40) | st.binary(min_size=1280, max_size=1290))
def test_a_record_fits_its_lengths_or_is_refused(data: bytes) -> None:
    for record in (data, b"\x01\x00\x04\x00" + data, b"\x01\x00\x00\x00" + data):
        try:
            text, photo = split_record(record)
        except HallError as error:
            assert error.code == "card_unreadable"
        else:
            assert len(text) == TEXT_BYTES and len(photo) in (0, PHOTO_BYTES) and record.endswith(text + photo)


def test_the_modules_number() -> None:
    data = bytes.fromhex("05000100") + b"".join(n.to_bytes(4, "little") for n in (20140115, 12345, 4294967295))
    assert sam_number(data) == "05.01-20140115-0000012345-4294967295"
    assert sam_number(data[:-1]) == ""
