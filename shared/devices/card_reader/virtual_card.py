"""A social-security card that is not there: plugs into a virtual PC/SC reader (vsmartcard's vpcd) over TCP."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from shared.devices.card_reader.social_security_card import AID, EF_CARD, EF_HOLDER

VPCD_PORT = 35963
_ATR = bytes((0x3B, 0x60 | 11, 0x00, 0x00)) + b"ZHITINGTEST"
_OFF, _ON, _RESET, _GIVE_ATR = 0, 1, 2, 4


@dataclass
class Manners:
    """How the card behaves; everything here can be set while it is used."""

    addressing: Literal["tag", "position"] = "tag"
    select_p1: int = 0x00
    answers_61: bool = False  # data is fetched by GET RESPONSE
    answers_6c: bool = False  # a wrong Le is told
    status_of: dict[int, int] = field(default_factory=dict)  # instruction byte -> status word instead of an answer
    pull_out_at: int | None = None  # the card leaves when its n-th command arrives, once
    staff_number: bytes | None = None  # it is a staff card: no file system, only a serial number
    on_command: Callable[[int], None] | None = None  # told the count before each answer


class VirtualCard:
    """One card of one holder; insert() and remove() as often as wanted."""

    def __init__(
        self, number: str, name: str, valid_to: date | None = None, *, host: str = "127.0.0.1", port: int = VPCD_PORT
    ) -> None:
        self.manners = Manners()
        self.commands: list[bytes] = []
        self._address = (host, port)
        self._files = {
            EF_CARD: {
                0x01: bytes.fromhex("330100") + bytes(13),
                0x03: b"3.00",
                0x06: bytes.fromhex(f"{valid_to:%Y%m%d}") if valid_to else bytes(4),
                0x07: b"A12345678",
            },
            EF_HOLDER: {0x08: number.encode().ljust(18, b"\0"), 0x09: name.encode("gb18030")[:30].ljust(30, b"\0")},
        }
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._file: bytes | None = None
        self._waiting = b""

    def insert(self, timeout: float = 5.0) -> None:
        """Plug in; OSError when no virtual reader listens within `timeout`."""
        if self._thread is not None and self._thread.is_alive():
            return
        deadline = time.monotonic() + timeout
        while True:
            try:
                line = socket.create_connection(self._address, 1.0)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                threading.Event().wait(0.05)
        line.settimeout(None)
        self._line = line
        self._thread = threading.Thread(target=self._serve, args=(line,), name="virtual card", daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Pull the card out; harmless when it is out."""
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(2)

    def _serve(self, line: socket.socket) -> None:
        self._file, self._waiting, asked = None, b"", 0
        try:
            while True:
                message = _take(line)
                if len(message) != 1:
                    asked += 1
                    if asked == self.manners.pull_out_at:
                        self.manners.pull_out_at = None
                        return self.remove()
                    self.commands.append(message)
                    if self.manners.on_command:
                        self.manners.on_command(asked)
                    _give(line, self.answer(message))
                elif message[0] == _GIVE_ATR:
                    _give(line, _ATR)
                elif message[0] in (_OFF, _ON, _RESET):
                    self._file, self._waiting = None, b""
        except OSError:
            pass  # pulled out, or the reader is gone

    def answer(self, command: bytes) -> bytes:
        """The card's answer to one command, status word last."""
        if len(command) < 4:
            return b"\x67\x00"
        instruction, p1, p2, rest = command[1], command[2], command[3], command[4:]
        if instruction in self.manners.status_of:
            return self.manners.status_of[instruction].to_bytes(2, "big")
        if self.manners.staff_number is not None:
            return self.manners.staff_number + b"\x90\x00" if instruction == 0xCA else b"\x6d\x00"
        match instruction:
            case 0xA4:
                return self._select(p1, rest[1 : 1 + rest[0]] if rest else b"")
            case 0xB2:
                return self._record(p1, p2, rest[0] if rest else 0)
            case 0xC0:
                data, self._waiting = self._waiting, b""
                return data + b"\x90\x00"
            case 0x20:
                return b"\x63\xc2"  # a wrong PIN: two tries left
        return b"\x6d\x00"

    def _select(self, p1: int, name: bytes) -> bytes:
        if p1 == 0x04:
            if name != AID:
                return b"\x6a\x82"
            return self._data(b"\x6f\x11\x84\x0f" + AID)
        if p1 != self.manners.select_p1 or name not in self._files:
            return b"\x6a\x82"
        self._file = name
        return b"\x90\x00"

    def _record(self, p1: int, p2: int, expected: int) -> bytes:
        if self._file is None:
            return b"\x69\x86"
        records = self._files[self._file]
        if p2 != (0x00 if self.manners.addressing == "tag" else 0x04):
            return b"\x6a\x86"
        tags = list(records)
        tag = p1 if self.manners.addressing == "tag" else tags[p1 - 1] if 0 < p1 <= len(tags) else 0
        if tag not in records:
            return b"\x6a\x83"
        data = bytes((tag, len(records[tag]))) + records[tag]
        if self.manners.answers_6c and expected != len(data):
            return bytes((0x6C, len(data)))
        return self._data(data)

    def _data(self, data: bytes) -> bytes:
        if not self.manners.answers_61:
            return data + b"\x90\x00"
        self._waiting = data
        return bytes((0x61, len(data)))


def _take(line: socket.socket) -> bytes:
    return _exactly(line, int.from_bytes(_exactly(line, 2), "big"))


def _exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        if hasattr(socket, "TCP_QUICKACK"):  # vpcd sends length and command apart; a delayed ACK costs 40 ms a command
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        piece = line.recv(count - len(data))
        if not piece:
            raise ConnectionError("the reader is gone")
        data += piece
    return data


def _give(line: socket.socket, data: bytes) -> None:
    line.sendall(len(data).to_bytes(2, "big") + data)
