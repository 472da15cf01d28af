"""Text for ESC/POS paper: bytes, columns (a Chinese character takes two), wrapping; and a small byte builder."""

from __future__ import annotations

from typing import Literal

from PIL import Image

# Closing marks that must not begin a line.
_NEVER_FIRST = "，。、；：！？）》」』”’…％,.;:!?)]}%"
_ALIGN = {"left": 0, "centre": 1, "right": 2}
_PLAIN = str.maketrans({"–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "\u00a0": " "})


def encode(words: str) -> bytes:
    """GB18030; what it lacks becomes a question mark."""
    return words.encode("gb18030", errors="replace")


def is_wide(character: str) -> bool:
    """Whether a character takes two columns: everything that GB18030 writes in more than one byte."""
    return len(encode(character)) > 1


def columns(words: str) -> int:
    """Width in half-width columns."""
    return sum(2 if is_wide(c) else 1 for c in words)


def plain_marks(words: str, language: str) -> str:
    """Outside Chinese, typographic marks as ASCII: the Chinese font would draw them as wide as a hanzi."""
    return words if language.startswith("zh") else words.translate(_PLAIN)


def wrap(words: str, width: int) -> list[str]:
    """Lines of at most `width` columns: between hanzi anywhere, between Latin words at blanks."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(words):
        if columns(line) + columns(piece.rstrip()) <= width:
            line += piece
            continue
        if line and piece[0] in _NEVER_FIRST and len(line) > 1:
            lines.append(line[:-1].rstrip())
            line = line[-1] + piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece.lstrip()
        while columns(line.rstrip()) > width:
            cut = _fit(line, width)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def fill(parts: list[str], width: int) -> list[str]:
    """Lines of parts; a part is broken only if it is longer than a line."""
    lines: list[str] = []
    for part in parts:
        if lines and columns(lines[-1] + part.rstrip()) <= width:
            lines[-1] += part
        else:
            lines += wrap(part, width)
            lines[-1] += part[len(part.rstrip()) :]
    return [line.rstrip() for line in lines]


def _pieces(words: str) -> list[str]:
    """Unbreakable pieces: one hanzi, or a Latin word with the blanks behind it."""
    pieces: list[str] = []
    for character in words:
        glue = pieces and not is_wide(character) and not is_wide(pieces[-1][-1])
        if glue and (character == " " or not pieces[-1].endswith(" ")):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _fit(words: str, width: int) -> int:
    used = 0
    for index, character in enumerate(words):
        used += columns(character)
        if used > width:
            return max(1, index)
    return len(words)


class EscposBytes:
    """Collects ESC/POS commands; Chinese goes out as raw GB18030 after FS &."""

    def __init__(self) -> None:
        self._out = bytearray(b"\x1b@\x1c&\x1db\x01")  # reset, Chinese mode, smooth the enlarged characters

    def align(self, where: Literal["left", "centre", "right"]) -> EscposBytes:
        self._out += bytes((0x1B, 0x61, _ALIGN[where]))
        return self

    def size(self, wide: int, high: int) -> EscposBytes:
        """Enlarge characters, 1 to 8 times each way."""
        self._out += bytes((0x1D, 0x21, (wide - 1) << 4 | high - 1))
        return self

    def bold(self, on: bool) -> EscposBytes:
        self._out += bytes((0x1B, 0x45, on))
        return self

    def underline(self, on: bool) -> EscposBytes:
        """Under letters (ESC -) and hanzi (FS -)."""
        self._out += bytes((0x1B, 0x2D, on, 0x1C, 0x2D, on))
        return self

    def reverse(self, on: bool) -> EscposBytes:
        """White on black."""
        self._out += bytes((0x1D, 0x42, on))
        return self

    def raster(self, picture: Image.Image) -> EscposBytes:
        """A picture of mode ``1``, dot by dot."""
        row = -(-picture.width // 8)
        whole = Image.new("1", (row * 8, picture.height), 1)
        whole.paste(picture, (0, 0))
        dots = bytes(byte ^ 0xFF for byte in whole.tobytes())
        self._out += b"\x1dv0\x00" + row.to_bytes(2, "little") + picture.height.to_bytes(2, "little") + dots
        return self

    def text(self, words: str) -> EscposBytes:
        self._out += encode(words)
        return self

    def line(self, words: str = "") -> EscposBytes:
        self._out += encode(words) + b"\n"
        return self

    def feed_dots(self, dots: int) -> EscposBytes:
        """Print what is waiting and feed (203 dpi: 8 dots are 1 mm)."""
        self._out += bytes((0x1B, 0x4A, min(dots, 255)))
        return self

    def rule(self, dots: int, thick: int = 2) -> EscposBytes:
        """A line across the paper, as a raster picture `dots` wide."""
        row = dots // 8
        self._out += b"\x1dv0\x00" + row.to_bytes(2, "little") + thick.to_bytes(2, "little") + b"\xff" * row * thick
        return self

    def qr(self, text: str, module: int) -> EscposBytes:
        """A QR code drawn by the printer, error correction M."""
        data = text.encode()
        for parameters in (b"1A2\x00", b"1C" + bytes((module,)), b"1E1", b"1P0" + data, b"1Q0"):
            self._out += b"\x1d(k" + len(parameters).to_bytes(2, "little") + parameters
        return self

    def take(self) -> bytes:
        """What was written since the last time; the next bytes go on where these end."""
        made, self._out = bytes(self._out), bytearray()
        return made

    def cut(self) -> EscposBytes:
        """Feed to the knife and cut, leaving a bridge."""
        self._out += b"\x1dVB\x00"
        return self

    def bytes(self) -> bytes:
        return bytes(self._out)
