"""What the hall says of itself: what everybody sees, and how the console changes it, version by version."""

from __future__ import annotations

import json
from typing import Final

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.introduction.models import IntroductionRow, IntroductionVersionRow
from server.features.media.service import media_exists
from shared.domain.errors import HallError
from shared.domain.notices.body import media_of, parse
from shared.schemas.introduction import (
    GettingHere,
    HallPhone,
    IntroductionContent,
    IntroductionVersion,
    IntroductionView,
    ShownIntroduction,
)
from shared.schemas.media import MediaUse

CHANGED: Final = "introduction.changed"
PAGE: Final = "/h"
WAY: Final = "/h/way"
# Told at a time.
VERSIONS: Final = 50


def shown(reader: Reader, base: str) -> ShownIntroduction:
    """What everybody sees, from the copy that every process keeps. ``base``: where phones reach this server."""
    number, at, content = reader.database.copy("introduction", reader, _load)
    return ShownIntroduction(
        number=number, published_at=at, content=content, link=f"{base}{PAGE}", way_link=f"{base}{WAY}"
    )


def view(reader: Reader) -> IntroductionView:
    row = reader.session.get(IntroductionRow, reader.hall_id)
    found = versions(reader)
    return IntroductionView(
        edition=row.edition if row else 0, newest=row.newest if row else 0, live=row.live if row else None,
        published_at=row.published_at if row else None, published_by=row.published_by if row else "",
        draft=found[0].content if found else _of_files(reader), versions=found,
    )  # fmt: skip


def versions(reader: Reader, before: int | None = None) -> list[IntroductionVersion]:
    """The newest first, ``VERSIONS`` of them; ``before``: only older ones than that."""
    chosen = select(IntroductionVersionRow).where(IntroductionVersionRow.hall_id == reader.hall_id)
    if before is not None:
        chosen = chosen.where(IntroductionVersionRow.number < before)
    rows = reader.session.scalars(chosen.order_by(IntroductionVersionRow.number.desc()).limit(VERSIONS))
    return [IntroductionVersion.model_validate(one, from_attributes=True) for one in rows]


def save(writer: Writer, who: Actor, edition: int, content: IntroductionContent) -> IntroductionView:
    """A new version, shown to nobody yet; none when it says the same as the newest."""
    row = _row(writer, edition)
    for media in sorted(media_in(content)):
        if not media_exists(writer, media):
            raise HallError("notice_media_missing", status=422, media=media[:8])
    newest = writer.session.get(IntroductionVersionRow, (writer.hall_id, row.newest))
    if newest is None or IntroductionContent.model_validate(newest.content) != content:
        _add(writer, who, row, content, None)
        audit.record(writer, who, "introduction.saved", "introduction", row.newest)
    return view(writer)


def publish(writer: Writer, who: Actor, edition: int, number: int) -> IntroductionView:
    """This version on all screens and pages at once; an old one takes back what came after it."""
    row = _row(writer, edition)
    _version(writer, number)
    writer.touch_catalogue()
    row.live, row.published_at, row.published_by = number, writer.now, who.label
    row.edition += 1
    writer.flush()
    audit.record(writer, who, "introduction.published", "introduction", number)
    writer.emit(CHANGED, json.dumps({"number": number}))
    return view(writer)


def restore(writer: Writer, who: Actor, edition: int, number: int) -> IntroductionView:
    """An old version becomes the newest, to be changed and published."""
    row = _row(writer, edition)
    old = _version(writer, number)
    _add(writer, who, row, IntroductionContent.model_validate(old.content), number)
    audit.record(writer, who, "introduction.restored", "introduction", row.newest, number=number)
    return view(writer)


def media_in(content: IntroductionContent) -> frozenset[str]:
    """Every picture and film that it shows."""
    way = content.getting_here
    single = {content.cover, content.video, way.map, *(one.picture for one in way.car_parks)}
    written = (content.body, content.body_en, way.note)
    return frozenset(single.union(*(media_of(parse(body)) for body in written)) - {""})


def shows_media(reader: Reader, media: str) -> bool:
    """Whether it stands on what everybody may see now."""
    return media in media_in(shown(reader, "").content)


def uses_of_media(reader: Reader, media: str) -> list[MediaUse]:
    """The introduction that is shown, and the newest one that may be: it has no name of its own."""
    row = reader.session.get(IntroductionRow, reader.hall_id)
    for number in (row.live, row.newest) if row else ():
        found = reader.session.get(IntroductionVersionRow, (reader.hall_id, number)) if number else None
        if found is not None and media in media_in(IntroductionContent.model_validate(found.content)):
            return [MediaUse(kind="introduction", id=str(number), name=found.content["title"])]
    return []


def _load(reader: Reader) -> tuple[int, object, IntroductionContent]:
    row = reader.session.get(IntroductionRow, reader.hall_id)
    if row is None or row.live is None:
        return 0, None, _of_files(reader)
    found = reader.session.get_one(IntroductionVersionRow, (reader.hall_id, row.live))
    return row.live, row.published_at, IntroductionContent.model_validate(found.content)


def _of_files(reader: Reader) -> IntroductionContent:
    """What the hall's files say already."""
    facts = catalogue(reader).facts
    phones = (HallPhone(name=facts["name"], number=facts["phone"]),) if facts.get("phone") else ()
    way = GettingHere(address=facts.get("address", ""), address_en=facts.get("address_en", ""), phones=phones)
    return IntroductionContent(title=facts["name"], title_en=facts.get("name_en", ""), getting_here=way)


def _row(writer: Writer, edition: int) -> IntroductionRow:
    row = writer.session.get(IntroductionRow, writer.hall_id)
    if row is None:
        row = IntroductionRow(hall_id=writer.hall_id, edition=0, newest=0, live=None, published_by="")
        row.published_at = None
        writer.session.add(row)
    if row.edition != edition:
        raise HallError("changed_meanwhile", status=409)
    return row


def _version(writer: Writer, number: int) -> IntroductionVersionRow:
    found = writer.session.get(IntroductionVersionRow, (writer.hall_id, number))
    if found is None:
        raise HallError("introduction_version_unknown", status=404)
    return found


def _add(writer: Writer, who: Actor, row: IntroductionRow, content: IntroductionContent, restored: int | None) -> None:
    row.newest, row.edition = row.newest + 1, row.edition + 1
    writer.session.add(
        IntroductionVersionRow(
            hall_id=writer.hall_id, number=row.newest, content=content.model_dump(mode="json"), saved_by=who.label,
            saved_at=writer.now, restored=restored,
        )
    )  # fmt: skip
    writer.flush()
