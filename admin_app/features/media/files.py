"""A file somebody chose, looked at before a byte of it is sent."""

from __future__ import annotations

import hashlib
from pathlib import Path

from shared.domain.errors import HallError
from shared.domain.media.reading import look
from shared.schemas.media import MediaUploadAsk

LONGEST_NAME = 200


def ask_for(path: Path, name: str) -> MediaUploadAsk:
    """What is announced to the server; a HallError that says why the file is not taken. Blocking: it reads all."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            found = look(file, size)
            file.seek(0)
            sum_ = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise HallError("media_file_gone", file=path.name) from error
    return MediaUploadAsk(name=name, size=size, sha256=sum_, media_type=found.media_type)


def piece_of(path: Path, offset: int, length: int) -> bytes:
    """The next part of it. HallError ``media_file_gone``, also when it has become shorter."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            piece = file.read(length)
    except OSError as error:
        raise HallError("media_file_gone", file=path.name) from error
    if not piece:
        raise HallError("media_file_gone", file=path.name)
    return piece


def name_of(path: Path) -> str:
    """As people will call it: the file's own name, without what can't be shown."""
    shown = "".join(letter for letter in path.name if letter.isprintable()).strip()
    return shown[:LONGEST_NAME] or "?"
