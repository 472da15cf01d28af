"""Frames of readers with a SAM-V module (second-generation identity cards), as makers' papers describe them.

Request: preamble, length (2), command and parameter, data, check. Answer: preamble, length (2), three status bytes,
data, check. The length counts everything behind itself, the check is the XOR of everything between preamble and check.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from operator import xor

from shared.domain.errors import HallError

PREAMBLE = bytes.fromhex("AAAAAA9669")
TEXT_BYTES, PHOTO_BYTES, ADDRESS_BYTES = 256, 1024, 70
_HEAD = len(PREAMBLE) + 2
_STATUS_BYTES = 3
_LONGEST = 2314  # text, photo and two fingerprints


class Status(IntEnum):
    """The third status byte; the first two are zero."""

    BAD_CHECK = 0x10
    BAD_LENGTH = 0x11
    BAD_COMMAND = 0x21
    CARD_REFUSED_SAM = 0x31
    SAM_REFUSED_CARD = 0x32
    NOT_VERIFIED = 0x33
    WRONG_CARD_TYPE = 0x40
    READ_FAILED = 0x41
    SELF_TEST_FAILED = 0x60
    NOT_AUTHORISED = 0x66
    NO_CARD = 0x80
    SELECT_FAILED = 0x81
    SUCCESS = 0x90
    NO_SUCH_CONTENT = 0x91
    FOUND = 0x9F


@dataclass(frozen=True, repr=False)
class Answer:
    """What the module said. Its data may be somebody's, so its repr does not show it."""

    status: int
    data: bytes = b""

    def __repr__(self) -> str:
        return f"Answer({self.status:02X}, {len(self.data)} bytes)"


@dataclass(frozen=True)
class Command:
    """A command, how long its answer may take, and how many data bytes a good one has."""

    code: bytes
    seconds: float
    shortest: int = 0
    longest: int = 0
    good: Status = Status.SUCCESS

    def answered_by(self, answer: Answer) -> bool:
        """Whether this can be its answer; a good one to an earlier command that came late is not."""
        if answer.status not in (Status.SUCCESS, Status.FOUND):
            return True
        return answer.status == self.good and self.shortest <= len(answer.data) <= self.longest


RESET = Command(b"\x10\xff", 1.0)
GET_STATUS = Command(b"\x11\xff", 0.5)
GET_SAM_ID = Command(b"\x12\xff", 0.5, 16, 16)
FIND = Command(b"\x20\x01", 0.1, 0, 4, Status.FOUND)
SELECT = Command(b"\x20\x02", 0.1, 0, 8)
READ = Command(b"\x30\x01", 2.0, 4 + TEXT_BYTES, 4 + TEXT_BYTES + PHOTO_BYTES)
READ_ADDRESS = Command(b"\x30\x03", 1.5, ADDRESS_BYTES, ADDRESS_BYTES)


def frame(body: bytes) -> bytes:
    """Preamble, length, body and check."""
    counted = (len(body) + 1).to_bytes(2, "big") + body
    return PREAMBLE + counted + bytes((_check(counted),))


def answer_frame(answer: Answer) -> bytes:
    """The answer as the module sends it."""
    return frame(bytes((0, 0, answer.status)) + answer.data)


def answer_of(body: bytes) -> Answer:
    """The answer in a frame's body of at least three bytes."""
    return Answer(body[_STATUS_BYTES - 1], body[_STATUS_BYTES:])


class FrameParser:
    """Finds frames in what comes in pieces, behind noise, half frames and frames whose check is wrong.

    A preamble always begins a frame: whatever was not complete before it never will be.
    """

    def __init__(self, shortest: int = _STATUS_BYTES) -> None:
        self.broken = 0  # frames that were cut off, or whose length or check was wrong
        self._shortest = shortest
        self._pending = b""

    @property
    def begun(self) -> bool:
        """Whether the rest of a frame is still to come."""
        return self._pending.startswith(PREAMBLE)

    def feed(self, data: bytes) -> list[bytes]:
        """The bodies, without check, of all frames that are complete now. Never raises."""
        pending = self._pending + data
        bodies: list[bytes] = []
        kept = 0
        at = pending.find(PREAMBLE)
        while at >= 0:
            following = pending.find(PREAMBLE, at + 1)
            size = self._size(pending[at : at + _HEAD])
            whole = pending[at : at + size]
            if size and following < 0 and len(whole) < max(size, _HEAD):
                self._pending = pending[at:]
                return bodies
            kept = at + 1
            if size and (following < 0 or at + size <= following) and _check(whole[len(PREAMBLE) : -1]) == whole[-1]:
                bodies.append(whole[_HEAD:-1])
                kept = at + size - len(PREAMBLE) + 1  # a preamble may have begun in the end of what only seemed one
            else:
                self.broken += 1
            at = pending.find(PREAMBLE, kept)
        self._pending = pending[max(kept, len(pending) - len(PREAMBLE) + 1) :]
        return bodies

    def _size(self, head: bytes) -> int:
        """Bytes of the whole frame; those of the head while that is not complete, 0 when it makes no sense."""
        if len(head) < _HEAD:
            return _HEAD
        length = int.from_bytes(head[-2:], "big")
        return _HEAD + length if self._shortest < length <= _LONGEST else 0


def split_record(data: bytes) -> tuple[bytes, bytes]:
    """Text and photo of a good answer to READ; HallError card_unreadable when its lengths do not fit."""
    text_bytes, photo_bytes = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if text_bytes != TEXT_BYTES or photo_bytes not in (0, PHOTO_BYTES) or len(data) != 4 + text_bytes + photo_bytes:
        raise HallError("card_unreadable")
    return data[4 : 4 + text_bytes], data[4 + text_bytes :]


def sam_number(data: bytes) -> str:
    """The module's number as its maker prints it; empty when this is not one."""
    if len(data) != 16:
        return ""
    day, first, second = (int.from_bytes(data[at : at + 4], "little") for at in (4, 8, 12))
    return f"{data[0]:02x}.{data[2]:02x}-{day:08}-{first:010}-{second:010}"


def _check(counted: bytes) -> int:
    return reduce(xor, counted, 0)
