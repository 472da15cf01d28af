"""What everybody sees: the notices that are published now, as screens, pages and feeds draw them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.notices.media import shows
from server.features.notices.models import NoticeRow, NoticeVersionRow
from server.features.notices.settings import settings
from shared.domain.notices.showing import is_shown
from shared.domain.notices.showing import shown as in_order
from shared.schemas.notices import NoticeContent, ShownNotice

# What a screen or a feed carries at most: the pinned and the latest.
MOST: Final = 100
PATH: Final = "/n"


@dataclass(frozen=True, slots=True)
class Live:
    """One that is published, with the version that is shown."""

    id: UUID
    number: int
    content: NoticeContent
    pin: int
    published_at: datetime
    first_at: datetime
    until: datetime | None


def live(reader: Reader) -> tuple[Live, ...]:
    """All that is published, from the copy that every process keeps; what has ended by the clock may still be in it."""
    found: tuple[Live, ...] = reader.database.copy("notices", reader, _load)
    return found


def shown(reader: Reader, base: str, most: int = MOST) -> list[ShownNotice]:
    """What is to be seen now, pinned first. ``base``: where phones reach this server."""
    start = link_base(reader, base)
    return [_shown(one, start) for one in in_order(live(reader), reader.now)[:most]]


def part(reader: Reader, base: str, length: int, after: UUID | None) -> tuple[list[ShownNotice], UUID | None]:
    """So many of all that is to be seen, behind one of them or from the first; and behind which the next part begins,
    None where there is none. One that is gone by now: from the first.
    """
    found = in_order(live(reader), reader.now)
    begin = next((place for place, one in enumerate(found, 1) if one.id == after), 0)
    some, start = found[begin : begin + length], link_base(reader, base)
    return [_shown(one, start) for one in some], some[-1].id if begin + length < len(found) else None


def shown_one(reader: Reader, notice_id: UUID, base: str) -> ShownNotice | None:
    for one in live(reader):
        if one.id == notice_id and is_shown(one, reader.now):
            return _shown(one, link_base(reader, base))
    return None


def of_row(reader: Reader, row: NoticeRow, content: NoticeContent, base: str) -> ShownNotice:
    """A row that has just been published or changed, as it is seen from now on."""
    return _shown(_live(row, content), link_base(reader, base))


def shows_media(reader: Reader, media: str) -> bool:
    """Whether a picture or film stands on something that everybody may see now."""
    return any(is_shown(one, reader.now) and shows(one.content, media) for one in live(reader))


def link_base(reader: Reader, base: str) -> str:
    return (settings(reader).rules.link_base or base).rstrip("/")


def link(start: str, notice_id: UUID) -> str:
    return f"{start}{PATH}/{notice_id}"


def _load(reader: Reader) -> tuple[Live, ...]:
    rows = reader.session.execute(
        select(NoticeRow, NoticeVersionRow.content)
        .join(
            NoticeVersionRow,
            (NoticeVersionRow.notice_id == NoticeRow.id) & (NoticeVersionRow.number == NoticeRow.live),
        )
        .where(NoticeRow.hall_id == reader.hall_id, NoticeRow.live.is_not(None))
    )
    return tuple(_live(row, NoticeContent.model_validate(content)) for row, content in rows)


def _live(row: NoticeRow, content: NoticeContent) -> Live:
    at: Any = row.published_at
    return Live(row.id, row.live or row.newest, content, row.pin, at, row.first_at or at, row.until)


def _shown(one: Live, start: str) -> ShownNotice:
    content = one.content
    return ShownNotice(
        id=one.id, number=one.number, kind=content.kind, title=content.title, summary=content.summary,
        body=content.body, cover=content.cover, video=content.video, pin=one.pin, published_at=one.published_at,
        first_at=one.first_at, until=one.until, link=link(start, one.id),
    )  # fmt: skip
