"""The formats every screen of the hall can play, with their limits: asked before an upload, and again at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shared.domain.errors import HallError

MB: Final = 1024 * 1024
MEGAPIXEL: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Format:
    """``suffixes`` without the dot; bytes of a file and pixels of a picture or frame at most."""

    media_type: str
    suffixes: tuple[str, ...]
    largest_bytes: int
    most_pixels: int

    @property
    def is_video(self) -> bool:
        return self.media_type.startswith("video/")


# A 4K wall is 8 megapixels; a camera's picture of 40 is taken and drawn smaller.
FORMATS: Final = (
    Format("image/png", ("png",), 20 * MB, 40 * MEGAPIXEL),
    Format("image/jpeg", ("jpg", "jpeg"), 20 * MB, 40 * MEGAPIXEL),
    Format("image/webp", ("webp",), 20 * MB, 40 * MEGAPIXEL),
    # H.264 up to the High profile, with AAC or without sound.
    Format("video/mp4", ("mp4", "m4v"), 1024 * MB, 9_500_000),
)
BY_TYPE: Final = {one.media_type: one for one in FORMATS}


def check_size(media_type: str, size: int) -> Format:
    """The format; HallError ``media_format_unknown``, ``media_empty``, ``media_too_large``."""
    found = BY_TYPE.get(media_type)
    if found is None:
        raise HallError("media_format_unknown", status=422, kind=media_type.rpartition("/")[2].upper()[:20] or "?")
    if size <= 0:
        raise HallError("media_empty", status=422)
    if size > found.largest_bytes:
        raise HallError(
            "media_too_large", status=422, mb=f"{size / MB:.0f}", most_mb=found.largest_bytes // MB
        )  # fmt: skip
    return found


def check_pixels(media_type: str, width: int, height: int) -> None:
    """HallError ``media_damaged``, ``media_too_many_pixels``."""
    if width <= 0 or height <= 0:
        raise HallError("media_damaged", status=422)
    most = BY_TYPE[media_type].most_pixels
    if width * height > most:
        raise HallError(
            "media_too_many_pixels", status=422, width=width, height=height, most=f"{most / MEGAPIXEL:g}"
        )  # fmt: skip
