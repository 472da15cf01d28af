"""Reads ESC/POS bytes as a printer does and paints them; commands may arrive in pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from shared.devices.printer.paper import PaperPainter, PrintedPaper

_ESC, _FS, _GS = 0x1B, 0x1C, 0x1D
# How many bytes follow the two of the command, for commands that change nothing in the picture.
_IGNORED = {
    _ESC: dict.fromkeys(b" RtrMGVT{=%?S", 1) | {ord("p"): 3, ord("$"): 2, ord("\\"): 2, ord("c"): 2},
    _FS: {ord("C"): 1, ord("S"): 2, ord("W"): 1, ord("-"): 1, ord("!"): 1},
    _GS: dict.fromkeys(b"Hhwfabx/:", 1) | {ord("L"): 2, ord("W"): 2, ord("P"): 2, ord("\\"): 2, ord("$"): 2},
}


class _Wait(Exception):
    """The command is not complete yet."""


class EscposParser:
    """Feed bytes; `on_paper` gets each piece that was cut, `on_ask` the n of GS r and gives the answer's byte."""

    def __init__(
        self,
        painter: PaperPainter,
        on_paper: Callable[[PrintedPaper], None],
        on_ask: Callable[[int], None] = lambda _: None,
    ) -> None:
        self._painter, self._on_paper, self._on_ask = painter, on_paper, on_ask
        self._buffer = b""
        self._chinese = False
        self._qr_module, self._qr_level, self._qr_data = 3, 0, b""

    @property
    def waiting(self) -> int:
        """Bytes not worked off."""
        return len(self._buffer)

    def feed(self, data: bytes, may_go_on: Callable[[], bool] = lambda: True) -> None:
        """Work off what is there, command by command, as long as `may_go_on`."""
        self._buffer += data
        while self._buffer and may_go_on():
            try:
                used = self._step()
            except _Wait:
                return
            self._buffer = self._buffer[used:]

    def clear(self) -> None:
        """Forget what is not worked off, as when the printer is switched off."""
        self._buffer = b""
        self._painter.reset()

    def _at(self, index: int) -> int:
        if index >= len(self._buffer):
            raise _Wait
        return self._buffer[index]

    def _slice(self, start: int, length: int) -> bytes:
        if start + length > len(self._buffer):
            raise _Wait
        return self._buffer[start : start + length]

    def _word(self, index: int) -> int:
        return int.from_bytes(self._slice(index, 2), "little")

    def _step(self) -> int:
        """Carry out the first command; how many bytes it took."""
        first = self._at(0)
        if first in (_ESC, _FS, _GS):
            return {_ESC: self._esc, _FS: self._fs, _GS: self._gs}[first](self._at(1))
        if first == 0x0A:
            self._painter.feed_line()
        elif first >= 0x20:
            return self._character(first)
        return 1

    def _character(self, first: int) -> int:
        if first < 0x80:
            self._painter.put(chr(first), full=False)
            return 1
        if not self._chinese:
            self._painter.put(bytes((first,)).decode("cp437"), full=False)
            return 1
        length = 4 if 0x30 <= self._at(1) <= 0x39 else 2
        self._painter.put(self._slice(0, length).decode("gb18030", errors="replace")[:1], full=True)
        return length

    def _esc(self, command: int) -> int:
        painter = self._painter
        if command == ord("@"):
            painter.reset()
            self._chinese = False
            return 2
        if command == ord("2"):
            painter.line_dots = 30
            return 2
        if command in _IGNORED[_ESC]:
            self._slice(2, _IGNORED[_ESC][command])
            return 2 + _IGNORED[_ESC][command]
        n = self._at(2)
        match chr(command):
            case "a":
                painter.align = n % 48 if n % 48 < 3 else 0
            case "E":
                painter.style = replace(painter.style, bold=bool(n & 1))
            case "-":
                painter.style = replace(painter.style, underline=bool(n % 48))
            case "!":
                wide, high = 1 + (n >> 5 & 1), 1 + (n >> 4 & 1)
                painter.style = replace(painter.style, wide=wide, high=high, bold=bool(n & 8), underline=bool(n & 128))
            case "J":
                painter.feed_dots(n)
            case "d":
                for _ in range(n):
                    painter.feed_line()
            case "3":
                painter.line_dots = n
        return 3

    def _fs(self, command: int) -> int:
        if command in b"&.":
            self._chinese = command == ord("&")
            return 2
        length = _IGNORED[_FS].get(command, 0)
        self._slice(2, length)
        return 2 + length

    def _gs(self, command: int) -> int:
        painter = self._painter
        if command in _IGNORED[_GS]:
            self._slice(2, _IGNORED[_GS][command])
            return 2 + _IGNORED[_GS][command]
        n = self._at(2)
        match chr(command):
            case "!":
                painter.style = replace(painter.style, wide=(n >> 4 & 7) + 1, high=(n & 7) + 1)
            case "B":
                painter.style = replace(painter.style, reverse=bool(n & 1))
            case "r":
                self._on_ask(n)
            case "V":
                length = 4 if n in (65, 66, 97, 98, 103, 104) else 3
                self._slice(0, length)
                self._on_paper(painter.cut())
                return length
            case "(":
                length = self._word(3)
                self._qr(n, self._slice(5, length))
                return 5 + length
            case "v":
                return self._raster()
            case "k":
                return self._skip_barcode(n)
        return 3

    def _qr(self, group: int, body: bytes) -> None:
        """GS ( k: the functions of symbol type 49, QR."""
        if group != ord("k") or len(body) < 3 or body[0] != 49:
            return
        match body[1]:
            case 67:
                self._qr_module = body[2]
            case 69:
                self._qr_level = max(0, min(3, body[2] - 48))
            case 80:
                self._qr_data = body[3:]
            case 81 if self._qr_data:
                self._painter.qr(self._qr_data.decode("utf-8", errors="replace"), self._qr_module, self._qr_level)

    def _raster(self) -> int:
        """GS v 0: a picture, one bit a dot."""
        mode, row, height = self._at(3), self._word(4), self._word(6)
        data = self._slice(8, row * height)
        picture = Image.frombytes("1", (row * 8, height), bytes(b ^ 0xFF for b in data)).convert("L")
        scale = (row * 8 * (2 if mode & 1 else 1), height * (2 if mode & 2 else 1))
        self._painter.picture(picture.resize(scale) if scale != picture.size else picture)
        return 8 + row * height

    def _skip_barcode(self, kind: int) -> int:
        if kind >= 65:
            return 4 + self._at(3) + len(self._slice(4, self._at(3))) * 0
        end = self._buffer.find(b"\0", 3)
        if end < 0:
            raise _Wait
        return end + 1


def paper_pictures(data: bytes, dots: int = 576) -> list[PrintedPaper]:
    """The papers that these bytes print."""
    papers: list[PrintedPaper] = []
    painter = PaperPainter(dots)
    EscposParser(painter, papers.append).feed(data)
    if not painter.blank:
        papers.append(painter.cut(complete=False))
    return papers
