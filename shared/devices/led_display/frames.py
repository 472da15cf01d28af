"""Frames of LED strips by a template, because each maker has their own.

    "AA 55 ( {address} {length:2} < 31 {text} > ) {crc16:le} 0D"

Bytes in hexadecimal, and fields: `{address}`, `{length}`, `{text}`, and one checksum of `sum8`, `xor8`, `sum16`,
`crc16` (Modbus) or `ccitt` (CRC-16/CCITT-FALSE). `length` counts the bytes between `<` and `>`, without them those of
the text; the checksum covers the bytes between `(` and `)`, without them all that stand before it. `:1`, `:2` and `:le`
after a field: how many bytes it has, and that the low one comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.domain.errors import HallError

_PART = re.compile(r"\s*(?:(?P<byte>[0-9A-Fa-f]{2})(?![0-9A-Fa-f])|\{(?P<field>[^{}]*)\}|(?P<mark>[<>()]))")


def _crc(data: bytes, start: int, polynomial: int, *, reflected: bool) -> int:
    crc = start
    for byte in data:
        crc ^= byte if reflected else byte << 8
        for _ in range(8):
            if reflected:
                crc = crc >> 1 ^ (polynomial if crc & 1 else 0)
            else:
                crc = (crc << 1 ^ (polynomial if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def _xor(data: bytes) -> int:
    found = 0
    for byte in data:
        found ^= byte
    return found


CHECKSUMS: dict[str, tuple[int, Callable[[bytes], int]]] = {
    "sum8": (1, lambda data: sum(data) & 0xFF),
    "xor8": (1, _xor),
    "sum16": (2, lambda data: sum(data) & 0xFFFF),
    "crc16": (2, lambda data: _crc(data, 0xFFFF, 0xA001, reflected=True)),
    "ccitt": (2, lambda data: _crc(data, 0xFFFF, 0x1021, reflected=False)),
}


@dataclass(frozen=True)
class _Part:
    """Fixed bytes, or a field of `size` bytes (0: as long as the text)."""

    fixed: bytes = b""
    field: str = ""
    size: int = 0
    low_first: bool = False


class FrameTemplate:
    """Builds frames, and reads them as a strip would."""

    def __init__(self, template: str, *, address: int = 1, encoding: str = "gb18030", text_bytes: int = 0) -> None:
        """With `text_bytes` the text has always so many, cut between characters or filled with blanks."""
        self._parts, self._counted, self._covered = _parse(template)
        self._address, self._encoding, self._text_bytes = address, encoding, text_bytes
        try:
            self.build("")
        except (LookupError, OverflowError):
            raise HallError("device_setting_wrong", setting=f"encoding = {encoding}, address = {address}") from None

    def build(self, text: str) -> bytes:
        """The frame that shows the text. A text that is too long for the length's field is cut."""
        shown = self._fitted(text)
        frame = self._filled(shown)
        while frame is None:
            if not shown:
                # It is not the text that has no room in its field.
                raise OverflowError("the address, or the length of nothing, has no room in its field")
            shown = _cut(shown, len(shown) - 1, self._encoding)
            frame = self._filled(shown)
        return frame

    def read(self, frame: bytes) -> str | None:
        """The text of exactly one frame; None for anything else, and for one that is for another strip."""
        room = len(frame) - sum(len(part.fixed) or part.size for part in self._parts)
        if room < 0:
            return None
        at, shown = 0, b""
        for part in self._parts:
            size = len(part.fixed) or part.size or room
            if part.field == "text":
                shown = frame[at : at + size]
            at += size
        return shown.decode(self._encoding, "replace").rstrip(" ") if frame == self._filled(shown) else None

    def _fitted(self, text: str) -> bytes:
        shown = "".join(sign if sign.isprintable() else " " for sign in text).encode(self._encoding, "replace")
        if not self._text_bytes:
            return shown
        return _cut(shown, self._text_bytes, self._encoding).ljust(self._text_bytes, b" ")

    def _filled(self, shown: bytes) -> bytes | None:
        """None when the length does not fit its field."""
        sizes = [len(part.fixed) or part.size or len(shown) for part in self._parts]
        frame = b""
        for number, part in enumerate(self._parts):
            if part.fixed:
                frame += part.fixed
            elif part.field == "text":
                frame += shown
            else:
                value = self._value(part.field, number, sizes, frame, shown)
                if value >= 1 << 8 * part.size:
                    return None
                frame += value.to_bytes(part.size, "little" if part.low_first else "big")
        return frame

    def _value(self, field: str, number: int, sizes: list[int], frame: bytes, shown: bytes) -> int:
        if field == "address":
            return self._address
        if field == "length":
            first, last = self._counted
            return sum(sizes[first:last]) if last else len(shown)
        first, last = self._covered
        begin, end = sum(sizes[:first]), sum(sizes[: last or number])
        return CHECKSUMS[field][1](frame[begin:end])


def _parse(template: str) -> tuple[tuple[_Part, ...], tuple[int, int], tuple[int, int]]:
    parts: list[_Part] = []
    marks: dict[str, int] = {}
    at = 0
    while template[at:].strip():
        found = _PART.match(template, at)
        if found is None:
            raise _wrong(template, template[at:].strip()[:12])
        at = found.end()
        if found["mark"]:
            if found["mark"] in marks:
                raise _wrong(template, found["mark"])
            marks[found["mark"]] = len(parts)
        elif found["byte"]:
            parts.append(_Part(bytes.fromhex(found["byte"])))
        else:
            parts.append(_field(template, found["field"]))
    counted, covered = _span(template, marks, "<", ">"), _span(template, marks, "(", ")")
    _check(template, [part.field for part in parts if part.field], parts, covered)
    return tuple(parts), counted, covered


def _field(template: str, words: str) -> _Part:
    name, *options = words.split(":")
    if name not in ("address", "length", "text", *CHECKSUMS):
        raise _wrong(template, words)
    size = 0 if name == "text" else CHECKSUMS[name][0] if name in CHECKSUMS else 1
    low_first = False
    for option in options:
        if option == "le":
            low_first = True
        elif option in ("1", "2") and name in ("address", "length"):
            size = int(option)
        else:
            raise _wrong(template, words)
    return _Part(field=name, size=size, low_first=low_first)


def _span(template: str, marks: dict[str, int], begin: str, end: str) -> tuple[int, int]:
    """From one part up to another; (0, 0) where it is not marked."""
    if (begin in marks) != (end in marks) or marks.get(begin, 0) > marks.get(end, 0):
        raise _wrong(template, begin + end)
    return marks.get(begin, 0), marks.get(end, 0)


def _check(template: str, fields: list[str], parts: list[_Part], covered: tuple[int, int]) -> None:
    """The text once; a checksum at most once, after all it covers."""
    sums = [number for number, part in enumerate(parts) if part.field in CHECKSUMS]
    if fields.count("text") != 1 or len(set(fields)) != len(fields) or len(sums) > 1:
        raise _wrong(template, "{text}")
    if sums and covered[1] > sums[0]:
        raise _wrong(template, "( )")


def _cut(shown: bytes, most: int, encoding: str) -> bytes:
    """As many whole characters as fit."""
    return shown[: max(most, 0)].decode(encoding, "ignore").encode(encoding)


def _wrong(template: str, where: str) -> HallError:
    return HallError("device_setting_wrong", setting=f"template = {template!r}: {where}")
