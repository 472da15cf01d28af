"""Pictures and videos of the hall on the wire: uploads, descriptions, what was played."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import Message, Moment, ShortText, Text

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# A piece of an upload: short enough to be sent again on a bad line.
CHUNK_BYTES: int = 1024 * 1024
PLAYS_AT_ONCE: int = 200
Bytes = Annotated[int, Field(ge=0, le=2**40)]


class MediaFormat(Message):
    """What is taken: ``suffixes`` without the dot; bytes of the file, pixels of the picture at most."""

    media_type: str
    suffixes: list[str]
    largest_bytes: int
    most_pixels: int


class MediaFormats(Message):
    formats: list[MediaFormat]
    chunk_bytes: int


class Media(Message):
    """One content, named by its SHA-256. ``duration_ms``: of a video that says so; ``retired``: offered no more."""

    sha256: Sha256
    media_type: str
    size: int
    width: int
    height: int
    duration_ms: int | None
    name: str
    uploaded_by: str
    uploaded_at: Moment
    thumbnail: bool
    retired: bool


class MediaUploadAsk(Message):
    """The name people know the file by; its media type as the client takes it to be."""

    name: Text
    size: Bytes
    sha256: Sha256
    media_type: Annotated[str, StringConstraints(max_length=100, pattern=r"^[\x21-\x7e]*$")]


class MediaUpload(Message):
    """How far an upload is: send from ``offset``. With ``media`` nothing is to be sent: the content is known."""

    id: UUID
    sha256: Sha256
    size: int
    offset: int
    media: Media | None = None


class MediaEdit(Message):
    """What is left out stays."""

    name: Text | None = None
    retired: bool | None = None


class MediaUse(Message):
    """Something that shows it: ``kind`` such as ``notice``, its id and what people call it."""

    kind: str
    id: str
    name: str


class Play(Message):
    """The content of one journal entry: ``place`` is the zone of the display it was in; ``whole``: to its end."""

    sha256: Sha256
    place: Annotated[str, StringConstraints(max_length=64)] = ""
    began_at: Moment
    shown_ms: Annotated[int, Field(ge=0, le=2**31 - 1)]
    whole: bool = True


class PlayEntry(Message):
    """An entry of a terminal's journal; ``at`` is when it ended."""

    id: UUID
    kind: Literal["media.played"] = "media.played"
    at: Moment
    body: Play


class PlayBatch(Message):
    entries: Annotated[list[PlayEntry], Field(min_length=1, max_length=PLAYS_AT_ONCE)]


class PlayCount(Message):
    """How often and how long one content was shown on one display on one day. ``name`` is empty where nobody knows."""

    day: date
    terminal: str
    sha256: Sha256
    name: str
    plays: int
    whole: int
    shown_ms: int


class PlayDays(Message):
    """Which days are asked for, both included."""

    first: date
    last: date
    terminal: ShortText | None = None
