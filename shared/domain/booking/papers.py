"""What may be sent in advance: judged by what a file is, not by what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from shared.domain.errors import HallError

LARGEST: Final = 10 * 1024 * 1024
# Of one appointment.
MOST: Final = 12
_TAIL: Final = 1024
SUFFIXES: Final = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


def kind_of(content: bytes) -> str:
    """The media type of a JPEG, PNG or PDF by its first and last bytes.

    ``HallError``: ``material_empty``, ``material_too_large``, ``material_kind`` for anything else or one cut short.
    """
    if not content:
        raise HallError("material_empty", status=422)
    if len(content) > LARGEST:
        raise HallError("material_too_large", status=413, megabytes=LARGEST // 1024**2)
    tail = content[-_TAIL:]
    if content.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in tail:
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n") and content[12:16] == b"IHDR" and b"IEND" in tail:
        return "image/png"
    if content.startswith(b"%PDF-") and b"%%EOF" in tail:
        return "application/pdf"
    raise HallError("material_kind", status=422)


def check_line(media_type: str, size: int, *, in_advance: bool, kinds: Sequence[str], largest_mb: int) -> None:
    """Whether a whole file may be sent for one line of a checklist; ``size`` in bytes.

    ``HallError``: ``material_not_in_advance``, ``material_kind_here``, ``material_too_large``.
    """
    if not in_advance:
        raise HallError("material_not_in_advance", status=409)
    if media_type not in kinds:
        raise HallError("material_kind_here", status=422, kinds=suffixes(kinds))
    if size > largest_mb * 1024**2:
        raise HallError("material_too_large", status=413, megabytes=largest_mb)


def suffixes(kinds: Sequence[str]) -> str:
    """Kinds of files as people call them, such as ``JPG / PDF``."""
    return " / ".join(SUFFIXES[kind].upper() for kind in SUFFIXES if kind in kinds)
