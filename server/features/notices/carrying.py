"""Brings a notice to a channel, or back from it, as far as it is wanted; what is known so far is kept step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from server.database import Database, Reader, Writer
from server.deliveries import NotWantedError
from server.features.notices import shown
from server.features.notices.channels.protocol import Channel, Kept, Placed, Post, RefusedError, UnderWayError
from server.features.notices.channels.wechat import Wechat
from server.features.notices.channels.weibo import Weibo
from server.features.notices.media import LIBRARY, MediaFile
from server.features.notices.models import NoticeOutletRow, NoticeSettingsRow, NoticeVersionRow
from server.features.notices.outlets import told
from server.features.notices.settings import secret, settings
from server.features.sign_on.outgoing import NoAnswerError
from shared.client.line import Places
from shared.domain.errors import HallError
from shared.domain.notices.body import parse
from shared.domain.notices.outlets import OutletState
from shared.schemas.notices import NoticeContent

# Of a word of an answer that is told.
_LONGEST: Final = 100


@dataclass(slots=True)
class Remembered:
    """A post's row, as a driver writes into it; each word of it is committed before the next step."""

    database: Database
    id: UUID
    progress: dict[str, Any]
    outlet_id: str
    tried_at: datetime | None
    now: datetime
    wanted: bool

    @property
    def since(self) -> timedelta | None:
        return None if self.tried_at is None else self.now - self.tried_at

    def note(self, **progress: Any) -> None:
        def work(writer: Writer) -> dict[str, Any]:
            row = writer.session.get_one(NoticeOutletRow, self.id)
            # Another one for each: what JSON columns hold is compared by identity.
            row.progress = row.progress | progress
            return dict(row.progress)

        self.progress = self.database.write(work)

    def begin(self) -> None:
        def work(writer: Writer) -> datetime:
            row = writer.session.get_one(NoticeOutletRow, self.id)
            if not row.wanted:
                raise NotWantedError
            if row.tried_at != self.tried_at:
                raise HallError("notice_outlet_unsure", status=409)
            # What is sent is what is kept, also when somebody slower has noted a draft of their own meanwhile.
            row.tried_at, row.progress = writer.now, dict(self.progress)
            return writer.now

        self.tried_at = self.database.write(work)

    def count_anew(self) -> None:
        """The clock was set back since: how long ago it was begun is not known, but no later than now."""

        def work(writer: Writer) -> datetime | None:
            row = writer.session.get_one(NoticeOutletRow, self.id)
            if row.tried_at is not None and row.tried_at > writer.now:
                row.tried_at = writer.now
            return row.tried_at

        self.tried_at = self.database.write(work)

    def not_begun(self) -> None:
        def work(writer: Writer) -> None:
            writer.session.get_one(NoticeOutletRow, self.id).tried_at = None

        self.database.write(work)
        self.tried_at = None

    def start_over(self) -> None:
        def work(writer: Writer) -> None:
            row = writer.session.get_one(NoticeOutletRow, self.id)
            row.progress, row.tried_at = {}, None

        self.database.write(work)
        self.progress, self.tried_at = {}, None

    def is_anothers(self, outlet_id: str) -> bool:
        def work(reader: Reader) -> bool:
            other = select(NoticeOutletRow.id).where(
                NoticeOutletRow.hall_id == reader.hall_id, NoticeOutletRow.outlet_id == outlet_id,
                NoticeOutletRow.id != self.id,
            )  # fmt: skip
            return reader.session.scalar(other.limit(1)) is not None

        return self.database.read(work)


class SwitchedOff:
    """A channel that somebody has switched off since: nothing leaves by it, and that is told."""

    def __init__(self, name: str) -> None:
        self._name = name

    def publish(self, post: Post, kept: Kept) -> Placed:
        raise RefusedError("notice_channel_off", status=409, channel=self._name)

    def retract(self, post: Post, kept: Kept) -> None:
        raise RefusedError("notice_channel_off", status=409, channel=self._name)


def carry_notice(database: Database, base: str, places: Places, target: str, body: dict[str, Any]) -> None:
    """One step towards what is wanted (blocks); raises while it is not reached. ``places``: where it may go."""
    outlet_id = UUID(body["outlet"])
    post, channel, kept = database.read(lambda reader: _ready(database, reader, outlet_id, base, places))
    if kept.tried_at is not None and kept.tried_at > kept.now:
        kept.count_anew()
    try:
        if kept.wanted:
            placed = channel.publish(post, kept)
            database.write(lambda writer: _placed(writer, outlet_id, placed))
        else:
            channel.retract(post, kept)
            database.write(lambda writer: _gone(writer, outlet_id))
    except NoAnswerError as error:
        fault = HallError("notice_channel_no_answer", status=502, why=error.why)
        database.write(lambda writer: _fault(writer, kept, fault))
        raise fault from None
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        # Its kind only: what was answered may hold anything. A step that was begun stays begun, as after a silence.
        fault = HallError("notice_channel_rubbish", status=502, why=type(error).__name__)
        database.write(lambda writer: _fault(writer, kept, fault))
        raise fault from error
    except RefusedError as error:
        refused = error
        database.write(lambda writer: _refused(writer, kept, refused))
        # Trying again by itself would only be refused again.
        raise NotWantedError from None
    except UnderWayError as error:
        under_way = error
        sent = OutletState.SENT if kept.wanted else OutletState.RETRACTING
        database.write(lambda writer: _fault(writer, kept, under_way, sent))
        raise
    except HallError as error:
        busy = error
        database.write(lambda writer: _fault(writer, kept, busy))
        raise


def _ready(
    database: Database, reader: Reader, outlet_id: UUID, base: str, places: Places
) -> tuple[Post, Channel, Remembered]:  # fmt: skip
    row = reader.session.get(NoticeOutletRow, outlet_id)
    if row is None or row.state in (OutletState.PUBLISHED, OutletState.RETRACTED, OutletState.FAILED):
        raise NotWantedError
    if row.wanted:
        _after_the_old_one(reader, row)
    version = reader.session.get_one(NoticeVersionRow, (row.notice_id, row.number))
    content = NoticeContent.model_validate(version.content)
    start = shown.link_base(reader, base)
    post = Post(
        content.title, content.summary, parse(content.body), content.cover,
        f"{shown.link(start, row.notice_id)}?v={row.number}", lambda media: _file(database, media),
    )  # fmt: skip
    kept = Remembered(database, row.id, dict(row.progress), row.outlet_id, row.tried_at, reader.now, row.wanted)
    return post, _channel(reader, row, places), kept


def _after_the_old_one(reader: Reader, row: NoticeOutletRow) -> None:
    """A version comes when the one before has gone: two that say the same can't be told apart there."""
    old = select(NoticeOutletRow.id).where(
        NoticeOutletRow.notice_id == row.notice_id, NoticeOutletRow.channel == row.channel,
        NoticeOutletRow.number < row.number, NoticeOutletRow.state == OutletState.RETRACTING.value,
    )  # fmt: skip
    if reader.session.scalar(old.limit(1)) is not None:
        raise HallError("notice_outlet_after_old", status=409)


def _channel(reader: Reader, row: NoticeOutletRow, places: Places) -> Channel:
    rules = settings(reader).rules
    if not getattr(rules, row.channel).on:
        return SwitchedOff(row.channel)
    if row.channel == "wechat":
        return Wechat(rules.wechat, secret(reader, "wechat"), places)
    return Weibo(rules.weibo, secret(reader, "weibo"), places)


def _file(database: Database, media: str) -> MediaFile:
    found = database.read(lambda reader: LIBRARY.read(reader, media))
    if found is None:
        raise RefusedError("notice_media_missing", status=409, media=media[:8])
    return found


def _placed(writer: Writer, outlet_id: UUID, placed: Placed) -> None:
    row = writer.session.get_one(NoticeOutletRow, outlet_id)
    row.outlet_id, row.url, row.fault, row.detail = placed.outlet_id, placed.url, "", {}
    if row.wanted:
        row.state = OutletState.PUBLISHED.value
    # Else it was taken back meanwhile: whoever does that knows now what it is called there.
    told(writer, row)


def _gone(writer: Writer, outlet_id: UUID) -> None:
    row = writer.session.get_one(NoticeOutletRow, outlet_id)
    row.state, row.fault, row.detail = OutletState.RETRACTED.value, "", {}
    told(writer, row)


def _refused(writer: Writer, kept: Remembered, error: HallError) -> None:
    _fault(writer, kept, error, OutletState.FAILED)
    known = writer.session.get(NoticeSettingsRow, writer.hall_id)
    if known is not None:
        # It may be that the channel takes nothing of ours any more: that is asked soon, and told for all notices.
        setattr(known, f"{writer.session.get_one(NoticeOutletRow, kept.id).channel}_asked_at", None)
        writer.touch_catalogue()


def _fault(writer: Writer, kept: Remembered, error: HallError, state: OutletState | None = None) -> None:
    row = writer.session.get_one(NoticeOutletRow, kept.id)
    if row.wanted != kept.wanted or row.state in (OutletState.PUBLISHED, OutletState.RETRACTED):
        # Another process, that took it on meanwhile, has done it; or somebody has changed their mind: another delivery
        # works towards that, and tells of it.
        return
    row.fault, row.detail = error.code, {name: str(value)[:_LONGEST] for name, value in error.params.items()}
    if state is not None:
        row.state = state.value
    told(writer, row)
