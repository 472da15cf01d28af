"""What people do with a notice: write, hand in, review, publish, pin, take back; each a step of its history."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.engines import is_environments_fault
from server.features.notices import outlets, shown, words
from server.features.notices.media import media_in, refuse_missing
from server.features.notices.models import NoticeRow, NoticeStepRow, NoticeVersionRow
from server.features.notices.settings import is_on, settings
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.notices.body import media_of, parse
from shared.domain.notices.life import Act, Kind, Life, State, after, check_reviewer
from shared.schemas.notices import NoticeContent, NoticePublish

log = logging.getLogger(__name__)
PUBLISHED: Final = "notice.published"
RETRACTED: Final = "notice.retracted"
EXPIRED: Final = "notice.expired"
CHANGED: Final = "notice.changed"


@dataclass(frozen=True, slots=True)
class By:
    """Who acts, and where phones reach this server."""

    who: Actor
    base: str


def create(writer: Writer, by: By, content: NoticeContent) -> UUID:
    _check(writer, content)
    row = NoticeRow(
        hall_id=writer.hall_id, id=uuid7(), edition=0, state=State.DRAFT.value, newest=1, live=None, pin=0,
        publish_at=None, until=None, published_at=None, first_at=None, changed_at=writer.now, changed_by=by.who.label,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    _save(writer, by, row, content, None)
    _done(writer, by, row, "create")
    return row.id


def edit(writer: Writer, by: By, notice_id: UUID, edition: int, content: NoticeContent) -> None:
    """What was saved is a new version; nothing when it says the same as the newest."""
    row = row_of(writer, notice_id, edition)
    if content == content_of(writer, row, row.newest) and row.state == State.DRAFT.value:
        return
    _check(writer, content)
    _enter(row, Act.EDIT)
    _save(writer, by, row, content, None)
    _done(writer, by, row, Act.EDIT)


def restore(writer: Writer, by: By, notice_id: UUID, edition: int, number: int) -> None:
    """An old version becomes a new one, to be reviewed again: what was right then need not be now."""
    row = row_of(writer, notice_id, edition)
    old = writer.session.get(NoticeVersionRow, (row.id, number))
    if old is None or number == row.newest:
        raise HallError("notice_version_unknown", status=404)
    _enter(row, Act.EDIT)
    _save(writer, by, row, NoticeContent.model_validate(old.content), number)
    _done(writer, by, row, "restore", f"#{number}")


def submit(
    writer: Writer, by: By, notice_id: UUID, edition: int, note: str, *, heeded: bool = False
) -> None:  # fmt: skip
    """``heeded``: its author has seen the words that were asked about, and wants them."""
    row = row_of(writer, notice_id, edition)
    content = content_of(writer, row, row.newest)
    _refuse_incomplete(content)
    words.check(writer, content, heeded=heeded)
    _step(writer, by, row, Act.SUBMIT, note)


def withdraw(writer: Writer, by: By, notice_id: UUID, edition: int, note: str) -> None:
    row = row_of(writer, notice_id, edition)
    row.publish_at = None
    _step(writer, by, row, Act.WITHDRAW, note)


def review(writer: Writer, by: By, notice_id: UUID, edition: int, note: str, *, good: bool) -> None:
    row = row_of(writer, notice_id, edition)
    if not good and not note:
        raise HallError("notice_reason_missing", status=422)
    own = settings(writer).rules.own_review
    check_reviewer(by.who.label, authors(writer, row), own_review=own)
    _step(writer, by, row, Act.APPROVE if good else Act.REJECT, note)


def publish(writer: Writer, by: By, notice_id: UUID, wanted: NoticePublish) -> None:
    """Now, or at a time: then the clock does it."""
    row = row_of(writer, notice_id, wanted.edition)
    later = wanted.at is not None and wanted.at > writer.now
    if wanted.until is not None and wanted.until <= (wanted.at if later and wanted.at else writer.now):
        raise HallError("notice_until_wrong", status=422)
    row.until = wanted.until
    if later:
        row.publish_at = wanted.at
        _step(writer, by, row, Act.SCHEDULE)
    else:
        _publish(writer, by, row, Act.PUBLISH)


def due(writer: Writer, by: By, row: NoticeRow) -> None:
    """Its time has come."""
    if row.until is not None and row.until <= writer.now:
        # The server was off for so long that it is over already: nobody is told old news.
        row.publish_at = None
        _step(writer, by, row, Act.WITHDRAW)
    else:
        _publish(writer, by, row, Act.DUE)


def expire(writer: Writer, by: By, row: NoticeRow) -> None:
    """It is over on all screens and pages of the hall; what stands outside stays there as a record."""
    _end(writer, by, row, Act.EXPIRE, EXPIRED, "")


def retract(writer: Writer, by: By, notice_id: UUID, edition: int, note: str) -> None:
    """Everywhere at once, also at the outside channels."""
    row = row_of(writer, notice_id, edition)
    if not note:
        raise HallError("notice_reason_missing", status=422)
    _end(writer, by, row, Act.RETRACT, RETRACTED, note)
    outlets.take_back_everywhere(writer, row.id)


def pin(writer: Writer, by: By, notice_id: UUID, edition: int, place: int) -> None:
    """0: not pinned; 1 stands before 2."""
    row = row_of(writer, notice_id, edition)
    row.pin = place
    writer.touch_catalogue()
    _done(writer, by, row, "pin" if place else "unpin")


def row_of(writer: Writer, notice_id: UUID, edition: int | None = None) -> NoticeRow:
    row = writer.session.get(NoticeRow, notice_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("notice_unknown", status=404)
    if edition is not None and edition != row.edition:
        raise HallError("changed_meanwhile", status=409)
    return row


def content_of(reader: Reader, row: NoticeRow, number: int) -> NoticeContent:
    return NoticeContent.model_validate(reader.session.get_one(NoticeVersionRow, (row.id, number)).content)


def authors(reader: Reader, row: NoticeRow) -> list[str]:
    """Who wrote what is to be reviewed: everybody who saved since a version was last approved, and who handed it in."""
    steps = reader.session.scalars(
        select(NoticeStepRow).where(NoticeStepRow.notice_id == row.id).order_by(NoticeStepRow.at, NoticeStepRow.id)
    )
    found: list[str] = []
    for step in steps:
        if step.act == Act.APPROVE:
            found = []
        elif step.act in ("create", "restore", Act.EDIT, Act.SUBMIT) and step.who not in found:
            found.append(step.who)
    return found


def _publish(writer: Writer, by: By, row: NoticeRow, act: Act) -> None:
    content = content_of(writer, row, row.newest)
    _enter(row, act)
    row.published_at, row.publish_at = writer.now, None
    row.first_at = row.first_at or writer.now
    writer.touch_catalogue()
    _done(writer, by, row, act, event=PUBLISHED)
    outlets.publish_everywhere(writer, row, content)


def _end(writer: Writer, by: By, row: NoticeRow, act: Act, event: str, note: str) -> None:
    number = row.live
    _enter(row, act)
    writer.touch_catalogue()
    _done(writer, by, row, act, note, event=event, number=number)


def _step(writer: Writer, by: By, row: NoticeRow, act: Act, note: str = "") -> None:
    _enter(row, act)
    _done(writer, by, row, act, note)


def _enter(row: NoticeRow, act: Act) -> None:
    life = after(Life(State(row.state), row.newest, row.live), act)
    row.state, row.newest, row.live = life.state.value, life.newest, life.live


def _save(writer: Writer, by: By, row: NoticeRow, content: NoticeContent, restored: int | None) -> None:
    writer.session.add(NoticeVersionRow(
        notice_id=row.id, number=row.newest, content=content.model_dump(mode="json"), saved_by=by.who.label,
        saved_at=writer.now, restored=restored,
    ))  # fmt: skip
    writer.flush()


def _done(
    writer: Writer, by: By, row: NoticeRow, act: str, note: str = "", *, event: str = CHANGED, number: int | None = None
) -> None:
    """Edition, history, trail and the event by which every screen knows all it draws."""
    row.edition += 1
    row.changed_at, row.changed_by = writer.now, by.who.label
    number = number or row.newest
    writer.session.add(NoticeStepRow(
        id=uuid7(), notice_id=row.id, at=writer.now, who=by.who.label, act=str(act), number=number, note=note,
    ))  # fmt: skip
    writer.flush()
    title = content_of(writer, row, row.newest).title
    audit.record(writer, by.who, f"notice.{act!s}", "notice", row.id, title=title, number=number, reason=note)
    data: dict[str, Any] = {"id": str(row.id), "number": number, "state": row.state}
    if row.live is not None:
        seen = shown.of_row(writer, row, content_of(writer, row, row.live), by.base)
        data |= {"shown": seen.model_dump(mode="json")}
    writer.emit(event, json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def _check(reader: Reader, content: NoticeContent) -> None:
    refuse_missing(reader, sorted(media_in(content)))
    for channel in content.channels:
        if not is_on(reader, channel):
            raise HallError("notice_channel_off", status=422, channel=channel)


def _refuse_incomplete(content: NoticeContent) -> None:
    pictures = media_of(parse(content.body))
    if content.kind is Kind.VIDEO and not content.video:
        raise HallError("notice_video_needed", status=422)
    if content.kind is Kind.PICTURE and not content.cover and not pictures:
        raise HallError("notice_picture_needed", status=422)
    if content.kind in (Kind.NOTICE, Kind.POLICY, Kind.NEWS) and not content.body.strip():
        raise HallError("notice_body_needed", status=422)
    if "wechat" in content.channels and not content.cover and not pictures:
        raise HallError("notice_cover_needed", status=422)


def next_moment(reader: Reader) -> datetime | None:
    """When the clock has something to do next; None: nothing is planned."""
    here = NoticeRow.hall_id == reader.hall_id
    begins = select(NoticeRow.publish_at).where(here, NoticeRow.state == State.SCHEDULED.value)
    ends = select(NoticeRow.until).where(here, NoticeRow.live.is_not(None), NoticeRow.until.is_not(None))
    times = [
        reader.session.scalar(begins.order_by(NoticeRow.publish_at).limit(1)),
        reader.session.scalar(ends.order_by(NoticeRow.until).limit(1)),
    ]
    return min((at for at in times if at is not None), default=None)


def tick(writer: Writer, base: str) -> int:
    """Do what is due; answers how much that was. Whoever comes second finds nothing left to do."""
    by, here, count = By(audit.SYSTEM, base), NoticeRow.hall_id == writer.hall_id, 0
    ended = select(NoticeRow).where(here, NoticeRow.live.is_not(None), NoticeRow.until <= writer.now)
    begun = select(NoticeRow).where(here, NoticeRow.state == State.SCHEDULED.value, NoticeRow.publish_at <= writer.now)
    # What comes replaces what goes: a version that begins as the old one ends leaves no gap.
    for chosen, act, at in ((begun, due, NoticeRow.publish_at), (ended, expire, NoticeRow.until)):
        for row in writer.session.scalars(chosen.order_by(at).limit(50)).all():
            try:
                writer.attempt(partial(act, writer, by, row))
            except Exception as error:
                if isinstance(error, DBAPIError) and is_environments_fault(error):
                    raise
                # One that can't be shown keeps no other from its moment.
                log.exception("notice not tended: %s", row.id)
            else:
                count += 1
    return count
