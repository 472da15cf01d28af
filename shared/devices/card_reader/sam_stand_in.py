"""An identity card reader that is not there: a SAM-V module on a pseudo-terminal, with cards and troubles.

Alone: python -m shared.devices.card_reader.sam_stand_in /tmp/id-reader
"""

from __future__ import annotations

import argparse
import os
import select
import sys
import threading
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

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
    FrameParser,
    Status,
    answer_frame,
)
from shared.devices.card_reader.sam_texts import LONG_TERM, RESIDENT, compose_text

_SAM_ID = bytes.fromhex("0500 0100 37A43401 39300000 31D40000")
Trouble = Literal["silent", "check", "half", "noise", "late"]


@dataclass(frozen=True)
class SamCard:
    """What lies on the reader: a card's text bytes, photo, and an added address."""

    text: bytes
    photo: bytes = bytes(PHOTO_BYTES)
    added_address: str = ""


@dataclass
class SamManners:
    """How the reader behaves; everything here can be set while it is used."""

    finds_again: bool = False  # a card that was read is found again while it lies there
    status_of: dict[bytes, int] = field(default_factory=dict)  # command -> this status instead of its answer
    troubles: list[Trouble] = field(default_factory=list)  # of the next answers, one each
    trouble_of: dict[bytes, Trouble] = field(default_factory=dict)  # of each answer to a command
    hangs: bool = False  # takes everything, answers nothing
    on_command: Callable[[bytes], None] | None = None  # told each command before its answer


def resident_card(number: str, name: str, valid_to: str = LONG_TERM, *, added_address: str = "") -> SamCard:
    """A resident card with the fields it must have; `valid_to` is YYYYMMDD or the words for long term."""
    fields = {"number": number, "name": name, "sex": "1", "birth": number[6:14], "valid_to": valid_to}
    return SamCard(compose_text(RESIDENT, {**fields, "ethnic": "01"}), added_address=added_address)


class _Line(NamedTuple):
    """A pseudo-terminal; the slave stays open here, so that the line survives a driver that closes it."""

    master: int
    slave: int
    stopped: int
    stop: int


class SamStandIn:
    """One reader at `path`, a link that is there while it is plugged in. Windows has no pseudo-terminals."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.manners = SamManners()
        self.commands: list[bytes] = []
        self._card: SamCard | None = None
        self._was_read = self._selected = False
        self._late = b""
        self._line: _Line | None = None
        self._thread: threading.Thread | None = None
        self.plug_in()

    def lay(self, card: SamCard) -> None:
        """Lay a card down."""
        self._was_read = self._selected = False
        self._card = card

    def lift(self) -> None:
        """Take the card away; harmless when none lies there."""
        self._card = None

    def plug_in(self) -> None:
        """Be there (again); harmless when it is."""
        if self._line is not None:
            return
        line = self._line = _Line(*os.openpty(), *os.pipe())
        tty.setraw(line.slave)
        self._thread = threading.Thread(target=self._serve, args=(line,), name="sam stand-in", daemon=True)
        self._thread.start()
        self.path.symlink_to(os.ttyname(line.slave))

    def unplug(self) -> None:
        """Be gone; harmless when it is. May be called from `on_command`."""
        line, self._line = self._line, None
        if line is None:
            return
        self.path.unlink(missing_ok=True)
        os.write(line.stop, b"x")
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2)
        self._was_read = self._selected = False
        for end in line:
            os.close(end)

    close = unplug

    # ---- inside

    def _serve(self, line: _Line) -> None:
        parser = FrameParser(shortest=2)
        while self._line is line:
            ready, _, _ = select.select([line.master, line.stopped], [], [])
            if line.stopped in ready:
                return
            for command in parser.feed(os.read(line.master, 4096)):
                self._take(command, line)

    def _take(self, command: bytes, line: _Line) -> None:
        self.commands.append(command)
        if self.manners.on_command:
            self.manners.on_command(command)
        if self._line is not line or self.manners.hangs:
            return
        sent = self._spoiled(answer_frame(self._answer(command)), command)
        while sent:
            sent = sent[os.write(line.master, sent) :]

    def _spoiled(self, answer: bytes, command: bytes) -> bytes:
        troubles = self.manners.troubles
        trouble = troubles.pop(0) if troubles else self.manners.trouble_of.get(command)
        late, self._late = self._late, b""
        match trouble:
            case "silent":
                return late
            case "check":
                return late + answer[:-1] + bytes((answer[-1] ^ 0x5A,))
            case "half":
                return late + answer[: len(answer) // 2]
            case "noise":
                return late + b"\x00\xaa\xaa" + PREAMBLE + b"\xff\xff" + PREAMBLE[:4] + answer
            case "late":  # comes with the answer to the next command
                self._late = answer
                return late
        return late + answer

    def _answer(self, command: bytes) -> Answer:
        if command in self.manners.status_of:
            return Answer(self.manners.status_of[command])
        card = self._card
        if command in (RESET.code, GET_STATUS.code):
            return Answer(Status.SUCCESS)
        if command == GET_SAM_ID.code:
            return Answer(Status.SUCCESS, _SAM_ID)
        if command == FIND.code:
            found = card is not None and (self.manners.finds_again or not self._was_read)
            return Answer(Status.FOUND, bytes(4)) if found else Answer(Status.NO_CARD)
        if command == SELECT.code:
            self._selected = card is not None
            return Answer(Status.SUCCESS, bytes(8)) if self._selected else Answer(Status.SELECT_FAILED)
        if command == READ.code and card is not None and self._selected:
            self._was_read = True
            sizes = TEXT_BYTES.to_bytes(2, "big") + len(card.photo).to_bytes(2, "big")
            return Answer(Status.SUCCESS, sizes + card.text + card.photo)
        if command == READ_ADDRESS.code and card is not None and self._selected:
            if not card.added_address:
                return Answer(Status.NO_SUCH_CONTENT)
            return Answer(Status.SUCCESS, card.added_address.ljust(35).encode("utf-16-le")[:70])
        return Answer(Status.READ_FAILED if command in (READ.code, READ_ADDRESS.code) else Status.BAD_COMMAND)


def main() -> int:
    """Run alone until the end of the input; an empty line lays the card down or lifts it."""
    parser = argparse.ArgumentParser(description="An identity card reader stand-in on a pseudo-terminal.")
    parser.add_argument("path", type=Path, help="the link to make; the driver's port")
    parser.add_argument("--number", default="11010519491231002X")
    parser.add_argument("--name", default="ZHANG SAN")
    parser.add_argument("--valid-to", default=LONG_TERM, help="YYYYMMDD")
    arguments = parser.parse_args()
    reader, lies = SamStandIn(arguments.path), False
    print(f"ready {arguments.path}; Enter lays the card down and lifts it", flush=True)
    try:
        for _ in sys.stdin:
            lies = not lies
            if lies:
                reader.lay(resident_card(arguments.number, arguments.name, arguments.valid_to))
            else:
                reader.lift()
            print("card lies" if lies else "no card", flush=True)
    except KeyboardInterrupt:
        pass
    finally:
        reader.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
