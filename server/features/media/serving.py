"""A content goes out: in parts where asked, kept for ever by whoever has it, and never taken for anything else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

from fastapi import Request
from fastapi.responses import FileResponse, Response

from shared.domain.errors import HallError

BINARY: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "the part that was asked for", "content": {"*/*": {}}},
    304: {"description": "the caller has it"},
    416: {"description": "no such part", "content": {"application/problem+json": {}}},
}


# Numbers that no file reaches are no numbers of a part.
_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def send(request: Request, path: Path, media_type: str, etag: str) -> Response:
    """An answer with the file; 304 to whoever has it. HallError ``media_unknown`` where the file is gone,
    ``media_range`` where it is shorter."""
    headers = {
        # Its name is its content's own, so that it never changes; a screen's own copy, not a proxy's.
        "cache-control": "private, max-age=31536000, immutable", "etag": f'"{etag}"',
        "x-content-type-options": "nosniff", "content-security-policy": "default-src 'none'; sandbox",
    }  # fmt: skip
    known = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if known & {headers["etag"], "*"}:
        return Response(status_code=304, headers=headers)
    if not path.is_file():
        raise HallError("media_unknown", status=404)
    _look_at_range(request, path.stat().st_size)
    return FileResponse(path, media_type=media_type, headers=headers)


def _look_at_range(request: Request, size: int) -> None:
    """One part at a time; whoever asks for something else gets the whole, as the protocol allows."""
    asked = request.headers.get("range")
    if asked is None:
        return
    found = _RANGE.fullmatch(asked)
    first, last = (found[1], found[2]) if found is not None else ("", "")
    if first and int(first) >= size:
        raise HallError("media_range", status=416, size=size)
    if not (first or last) or (first and last and int(last) < int(first)):
        request.scope["headers"] = [(name, value) for name, value in request.scope["headers"] if name != b"range"]
