"""Whether a picture or film is there, and what is in it: asked of whoever keeps them, see ``main.py``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from server.database import Reader
from shared.domain.errors import HallError
from shared.domain.notices.body import media_of, parse
from shared.schemas.notices import NoticeContent


@dataclass(frozen=True, slots=True)
class MediaFile:
    """What is kept under an id; ``media_type`` such as image/jpeg."""

    media_type: str
    content: bytes


@dataclass(slots=True)
class Library:
    """``exists`` and ``read`` take the id: the SHA-256 in lower-case hex. Without a store there is nothing."""

    exists: Callable[[Reader, str], bool] = lambda reader, media: False
    read: Callable[[Reader, str], MediaFile | None] = lambda reader, media: None


LIBRARY = Library()


def media_in(content: NoticeContent) -> frozenset[str]:
    """Everything a notice shows."""
    return frozenset({content.cover, content.video, *media_of(parse(content.body))} - {""})


def shows(content: NoticeContent, media: str) -> bool:
    """As ``media in media_in(content)``; a body that does not name it is not read, so that thousands can be asked."""
    return media in (content.cover, content.video) or (media in content.body and media in media_in(content))


def refuse_missing(reader: Reader, wanted: Iterable[str]) -> None:
    """``HallError("notice_media_missing")`` for the first that is not there."""
    for media in wanted:
        if not LIBRARY.exists(reader, media):
            raise HallError("notice_media_missing", status=422, media=media[:8])
