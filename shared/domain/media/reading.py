"""What a file really is, by its own bytes: never by its name, and without decoding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO, Final

from shared.domain.errors import HallError
from shared.domain.media import mp4
from shared.domain.media.formats import check_pixels, check_size

_HEAD: Final = 64
# How much of a JPEG may stand before its size: several colour profiles and a camera's own preview.
_JPEG_MARKERS: Final = 1000
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# What people often have, by its first bytes: the refusal names it.
_OTHERS: Final = (
    (b"GIF8", "GIF"), (b"BM", "BMP"), (b"II*\0", "TIFF"), (b"MM\0*", "TIFF"), (b"%PDF", "PDF"),
    (b"\x1aE\xdf\xa3", "MKV / WebM"), (b"PK\3\4", "Office / ZIP"), (b"\xd0\xcf\x11\xe0", "Office"),
    (b"\0\0\1\xba", "MPEG-2"), (b"\x30\x26\xb2\x75", "WMV"), (b"FLV", "FLV"), (b"<svg", "SVG"), (b"<?xml", "SVG"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Pixels as stored; ``duration_ms``: of a video, where it says so."""

    media_type: str
    width: int
    height: int
    duration_ms: int | None = None


def look(file: BinaryIO, size: int) -> Found:
    """Type and measures of an open file of ``size`` bytes. HallError that says why it is not taken."""
    file.seek(0)
    head = file.read(_HEAD)
    media_type = type_of(head)
    check_size(media_type, size)
    if media_type == "video/mp4":
        video = mp4.look(file, size)
        found = Found(media_type, video.width, video.height, video.duration_ms)
    else:
        found = Found(media_type, *_MEASURES[media_type](file, head))
    check_pixels(media_type, found.width, found.height)
    return found


def type_of(head: bytes) -> str:
    """The media type by the first bytes; HallError ``media_format_unknown`` with the name of what it is."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        brand = head[8:12].decode("latin-1").strip()
        if brand in ("heic", "heix", "mif1", "avif"):
            raise HallError("media_format_unknown", status=422, kind="AVIF" if brand == "avif" else "HEIC")
        if brand == "qt":
            raise HallError("media_format_unknown", status=422, kind="MOV")
        return "video/mp4"
    if not head:
        raise HallError("media_empty", status=422)
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        raise HallError("media_format_unknown", status=422, kind="AVI")
    kind = next((name for begin, name in _OTHERS if head.startswith(begin)), "?")
    raise HallError("media_format_unknown", status=422, kind=kind)


def _png(file: BinaryIO, head: bytes) -> tuple[int, int]:
    if head[12:16] != b"IHDR":
        raise HallError("media_damaged", status=422)
    # ``acTL``, which makes it move, stands before the picture's own data.
    at = 8
    while True:
        file.seek(at)
        start = file.read(8)
        if len(start) < 8 or start[4:] == b"acTL":
            raise HallError("media_animated" if start[4:] == b"acTL" else "media_damaged", status=422)
        if start[4:] == b"IDAT":
            return int.from_bytes(head[16:20]), int.from_bytes(head[20:24])
        at += 12 + int.from_bytes(start[:4])


def _jpeg(file: BinaryIO, head: bytes) -> tuple[int, int]:
    at = 2
    for _ in range(_JPEG_MARKERS):
        file.seek(at)
        part = file.read(9)
        if len(part) < 9 or part[0] != 0xFF:
            break
        if part[1] == 0xFF:
            # Filling between two markers.
            at += 1
            continue
        if part[1] in _FRAMES:
            return int.from_bytes(part[7:9]), int.from_bytes(part[5:7])
        at += 2 + int.from_bytes(part[2:4])
    raise HallError("media_damaged", status=422)


def _webp(file: BinaryIO, head: bytes) -> tuple[int, int]:
    # Past a file's end there is nothing, which is no measure.
    kind, body = head[12:16], head[20:].ljust(16, b"\0")
    if kind == b"VP8X":
        if body[0] & 0b10:
            raise HallError("media_animated", status=422)
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise HallError("media_damaged", status=422)


_MEASURES: Final = {"image/png": _png, "image/jpeg": _jpeg, "image/webp": _webp}
