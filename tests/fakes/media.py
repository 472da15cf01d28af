"""Real pictures, and real H.264 videos made of uncompressed macroblocks: every decoder plays them."""

from __future__ import annotations

import io
import struct

from PIL import Image

SIDE = 16


def png(width: int = 64, height: int = 48, colour: str = "teal", **how: object) -> bytes:
    return _picture("PNG", width, height, colour, **how)


def jpeg(width: int = 64, height: int = 48, colour: str = "teal", **how: object) -> bytes:
    return _picture("JPEG", width, height, colour, **how)


def webp(width: int = 64, height: int = 48, colour: str = "teal", **how: object) -> bytes:
    return _picture("WEBP", width, height, colour, **how)


def _picture(kind: str, width: int, height: int, colour: str, **how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, kind, **how)
    return file.getvalue()


class Bits:
    """Writes bits, most significant first, as H.264's headers are."""

    def __init__(self) -> None:
        self.bits = ""

    def u(self, count: int, value: int) -> None:
        self.bits += f"{value:0{count}b}"

    def ue(self, value: int) -> None:
        code = f"{value + 1:b}"
        self.bits += "0" * (len(code) - 1) + code

    def aligned(self, end: bool) -> bytes:
        if end:
            self.bits += "1"
        self.bits += "0" * (-len(self.bits) % 8)
        return int(self.bits, 2).to_bytes(len(self.bits) // 8)


def _unit(kind: int, body: bytes) -> bytes:
    """A NAL unit of four bytes' length, with what would look like a start code taken apart."""
    safe, zeros = bytearray(), 0
    for byte in body:
        if zeros >= 2 and byte <= 3:
            safe.append(3)
            zeros = 0
        safe.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes([kind]) + bytes(safe)


def _sps(columns: int, rows: int, profile: int) -> bytes:
    bits = Bits()
    for count, value in ((8, profile), (8, 0xC0 if profile == 66 else 0), (8, 30)):
        bits.u(count, value)
    bits.ue(0)
    if profile >= 100:
        for value in (1, 0, 0):
            bits.ue(value)
        bits.u(2, 0)
    for value in (0, 2, 1):
        bits.ue(value)
    bits.u(1, 0)
    bits.ue(columns - 1)
    bits.ue(rows - 1)
    bits.u(4, 0b1100)
    return _unit(0x67, bits.aligned(end=True))


def _pps() -> bytes:
    bits = Bits()
    bits.ue(0)
    bits.ue(0)
    bits.u(2, 0)
    for value in (0, 0, 0):
        bits.ue(value)
    bits.u(3, 0)
    for _ in range(3):
        bits.ue(0)
    bits.u(3, 0b100)
    return _unit(0x68, bits.aligned(end=True))


def _frame(columns: int, rows: int, luma: int, number: int) -> bytes:
    """One picture of I_PCM macroblocks, each of one grey."""
    body, bits = bytearray(), Bits()
    bits.ue(0)
    bits.ue(7)
    bits.ue(0)
    bits.u(4, 0)
    bits.ue(number % 2)
    bits.u(2, 0)
    bits.ue(0)
    bits.ue(1)
    for _ in range(columns * rows):
        bits.ue(25)
        body += bits.aligned(end=False)
        body += bytes([luma]) * 256 + bytes([128]) * 128
        bits = Bits()
    body += b"\x80"
    unit = _unit(0x65, bytes(body))
    return len(unit).to_bytes(4) + unit


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + kind + body


def mp4(
    columns: int = 4, rows: int = 3, frames: int = 10, *, rate: int = 10, codec: bytes = b"avc1", profile: int = 66,
    sound: bytes | None = None, luma: int = 90,
) -> bytes:  # fmt: skip
    """A video of ``columns`` × ``rows`` macroblocks of 16 pixels. ``sound``: the codec of an empty second track."""
    pictures = [_frame(columns, rows, luma + number % 60, number) for number in range(frames)]
    sps, pps = _sps(columns, rows, profile), _pps()
    width, height, length = columns * SIDE, rows * SIDE, frames
    settings = bytes([1, profile, 0, 30, 0xFF, 0xE1]) + struct.pack(">H", len(sps)) + sps
    settings += b"\x01" + struct.pack(">H", len(pps)) + pps
    entry = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", width, height) + b"\0\x48\0\0\0\x48\0\0" + bytes(4)
    entry += b"\0\1" + bytes(32) + b"\0\x18\xff\xff" + _box(b"avcC", settings)
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    head = _box(b"ftyp", b"isom\0\0\2\0isomavc1")
    tables = [
        _box(b"stsd", struct.pack(">II", 0, 1), _box(codec, entry)),
        _box(b"stts", struct.pack(">IIII", 0, 1, frames, 1)),
        _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, frames, 1)),
        _box(b"stsz", struct.pack(">III", 0, 0, frames), *(struct.pack(">I", len(one)) for one in pictures)),
    ]
    start = len(head) + 8
    tables.append(_box(b"stco", struct.pack(">III", 0, 1, start)))
    track = _track(b"vide", length, rate, struct.pack(">II", width << 16, height << 16), matrix, tables)
    tracks = [track]
    if sound is not None:
        kind = {b"mp4a": 0x40, b"mp3 ": 0x6B}.get(sound, 0)
        esds = b"\0\0\0\0" + b"\x03\x19\0\1\0" + b"\x04\x11" + bytes([kind, 0x15]) + bytes(11) + b"\x06\x01\x02"
        described = bytes(6) + b"\0\1" + bytes(8) + b"\0\2\0\x10" + bytes(4) + struct.pack(">I", 48000 << 16)
        name = b"mp4a" if kind else sound
        empty = [
            _box(b"stsd", struct.pack(">II", 0, 1), _box(name, described, _box(b"esds", esds))),
            _box(b"stts", bytes(8)), _box(b"stsc", bytes(8)), _box(b"stsz", bytes(12)), _box(b"stco", bytes(8)),
        ]  # fmt: skip
        tracks.append(_track(b"soun", 0, 48000, bytes(8), matrix, empty))
    movie = struct.pack(">IIIII", 0, 0, 0, rate, length) + b"\0\1\0\0\1\0" + bytes(10) + matrix + bytes(24)
    return head + _box(b"mdat", *pictures) + _box(b"moov", _box(b"mvhd", movie + struct.pack(">I", 3)), *tracks)


def _track(kind: bytes, length: int, rate: int, measures: bytes, matrix: bytes, tables: list[bytes]) -> bytes:
    head = struct.pack(">IIIIII", 7, 0, 0, 1 if kind == b"vide" else 2, 0, length) + bytes(16) + matrix + measures
    medium = struct.pack(">IIIIIHH", 0, 0, 0, rate, length, 0x55C4, 0)
    handler = bytes(8) + kind + bytes(12) + b"\0"
    special = _box(b"vmhd", b"\0\0\0\1" + bytes(8)) if kind == b"vide" else _box(b"smhd", bytes(8))
    source = _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1), _box(b"url ", b"\0\0\0\1")))
    inside = _box(b"minf", special, source, _box(b"stbl", *tables))
    return _box(b"trak", _box(b"tkhd", head), _box(b"mdia", _box(b"mdhd", medium), _box(b"hdlr", handler), inside))
