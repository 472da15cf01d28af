"""What an MP4 file says of itself: its tracks, their codecs, its size and length. Nothing is decoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from shared.domain.errors import HallError

# The index of hours of video is some megabytes.
_LARGEST_INDEX: Final = 64 * 1024 * 1024
_MOST_BOXES: Final = 100_000
# Baseline, Main, Extended, High: eight bits, 4:2:0, which every player's hardware knows.
_PROFILES: Final = frozenset({66, 77, 88, 100})
_AAC: Final = frozenset({0x40, 0x66, 0x67, 0x68})
_VIDEO_NAMES: Final = {
    "hvc1": "HEVC / H.265", "hev1": "HEVC / H.265", "av01": "AV1", "vp09": "VP9", "vp08": "VP8", "mp4v": "MPEG-4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Video:
    width: int
    height: int
    duration_ms: int | None


def look(file: BinaryIO, size: int) -> Video:
    """HallError ``media_damaged``, ``media_video_codec``, ``media_audio_codec``."""
    index = _index(file, size)
    duration: int | None = None
    measures: tuple[int, int] | None = None
    for kind, box in _boxes(index):
        if kind == "mvhd":
            duration = _duration(box)
        elif kind == "trak":
            measures = _track(box) or measures
    if measures is None:
        raise HallError("media_damaged", status=422)
    return Video(*measures, duration)


def _index(file: BinaryIO, size: int) -> bytes:
    """The ``moov`` box; a file that was cut off has a box that goes on beyond its end, or none of this kind."""
    at, found = 0, b""
    for _ in range(_MOST_BOXES):
        if at == size:
            break
        file.seek(at)
        head = file.read(16)
        length, kind, skip = int.from_bytes(head[:4]), head[4:8], 8
        if length == 1:
            length, skip = int.from_bytes(head[8:16]), 16
        elif length == 0:
            length = size - at
        if len(head) < 8 or length < skip or at + length > size:
            raise HallError("media_damaged", status=422)
        if kind == b"moov":
            if length > _LARGEST_INDEX:
                raise HallError("media_damaged", status=422)
            file.seek(at + skip)
            found = file.read(length - skip)
        at += length
    if not found or at != size:
        raise HallError("media_damaged", status=422)
    return found


def _boxes(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8].decode("latin-1")
        if length < 8 or at + length > len(data):
            raise HallError("media_damaged", status=422)
        yield kind, data[at + 8 : at + length]
        at += length


def _box(data: bytes, *path: str) -> bytes:
    for name in path:
        data = next((box for kind, box in _boxes(data) if kind == name), b"")
    return data


def _duration(box: bytes) -> int | None:
    if len(box) < 32:
        return None
    is_long = box[0] == 1
    scale = int.from_bytes(box[20:24] if is_long else box[12:16])
    length = int.from_bytes(box[24:32] if is_long else box[16:20])
    # All ones: unknown.
    if not scale or not length or length >= 2**32 - 1:
        return None
    return min(round(length * 1000 / scale), 2**31 - 1)


def _track(box: bytes) -> tuple[int, int] | None:
    """Width and height of a picture's track; None of any other."""
    kind = _box(box, "mdia", "hdlr")[8:12]
    entries = _box(box, "mdia", "minf", "stbl", "stsd")[8:]
    for codec, entry in _boxes(entries):
        if kind == b"vide":
            return _picture(codec, entry)
        if kind == b"soun" and (codec != "mp4a" or not _is_aac(entry)):
            # The other sound that hides behind this name.
            name = "MP3" if codec == "mp4a" else codec.strip()
            raise HallError("media_audio_codec", status=422, codec=name or "?")
    return None


def _picture(codec: str, entry: bytes) -> tuple[int, int]:
    if codec not in ("avc1", "avc3"):
        raise HallError("media_video_codec", status=422, codec=_VIDEO_NAMES.get(codec, codec.strip() or "?"))
    settings = _box(entry[78:], "avcC")
    if len(settings) < 4:
        raise HallError("media_damaged", status=422)
    if settings[1] not in _PROFILES:
        raise HallError("media_video_codec", status=422, codec=f"H.264 ({settings[1]})")
    return int.from_bytes(entry[24:26]), int.from_bytes(entry[26:28])


def _is_aac(entry: bytes) -> bool:
    # Behind the sample entry of version 0; the decoder's description (tag 4) begins with the kind of sound.
    described = _box(entry[28:], "esds")[4:]
    at = 0
    while at + 2 <= len(described):
        tag = described[at]
        at += 1
        while at < len(described) and described[at] & 0x80:
            at += 1
        at += 1
        if tag == 4:
            return at < len(described) and described[at] in _AAC
        # Of the outer one (tag 3) only its own three bytes are passed over.
        at += 3
    return False
