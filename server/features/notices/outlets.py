"""A notice at the outside channels: begun with the publication, tried again, taken back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from server import deliveries
from server.audit import Actor, record
from server.database import Reader, Writer
from server.deliveries import DeliveryRow
from server.epoch import begun_at
from server.features.notices.models import NoticeOutletRow, NoticeRow, NoticeVersionRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.notices.outlets import RETRIED, TAKEN_BACK, OutletState
from shared.schemas.notices import NoticeContent, Outlet

OUTLET: Final = "notice_outlet"
CHANGED: Final = "notice_outlet.changed"
_UNDER_WAY: Final = frozenset({OutletState.WAITING, OutletState.SENT, OutletState.RETRACTING})


def publish_everywhere(writer: Writer, row: NoticeRow, content: NoticeContent) -> None:
    """Queue the version for its channels; what stands there of older ones is taken back.

    One that was saved in an epoch that is over may stand there already: it is looked for first.
    """
    began = begun_at(writer.clocks.epoch)
    saved_at = writer.session.get_one(NoticeVersionRow, (row.id, row.newest)).saved_at
    tried_at = began if saved_at < began else None
    take_back_everywhere(writer, row.id)
    for channel in dict.fromkeys(content.channels):
        delivery = uuid7()
        outlet = NoticeOutletRow(
            hall_id=writer.hall_id, id=uuid7(), notice_id=row.id, channel=channel, number=row.newest, wanted=True,
            state=OutletState.WAITING.value, progress={}, tried_at=tried_at, outlet_id="", url="", fault="", detail={},
            delivery_id=delivery, changed_at=writer.now,
        )  # fmt: skip
        writer.session.add(outlet)
        deliveries.send(writer, OUTLET, channel, {"outlet": str(outlet.id)}, delivery)


def take_back_everywhere(writer: Writer, notice_id: UUID) -> None:
    chosen = select(NoticeOutletRow).where(NoticeOutletRow.notice_id == notice_id, NoticeOutletRow.wanted)
    for row in writer.session.scalars(chosen).all():
        _take_back(writer, row)


def doubt(writer: Writer) -> None:
    """What has not arrived as far as is known here may have: it is looked for before it is sent."""
    row = NoticeOutletRow
    unknown = (row.hall_id == writer.hall_id, row.wanted, row.state != OutletState.PUBLISHED.value)
    writer.session.execute(update(row).where(*unknown, row.tried_at.is_(None)).values(tried_at=writer.now))


def take_back(writer: Writer, notice_id: UUID, outlet_id: UUID, who: Actor) -> None:
    """One channel only: the notice stays published elsewhere."""
    row = _row(writer, notice_id, outlet_id)
    if effective(writer, row) not in TAKEN_BACK or not row.wanted:
        raise HallError("notice_outlet_not_possible", status=409)
    _take_back(writer, row)
    record(writer, who, "notice.outlet_retracted", "notice", notice_id, channel=row.channel)


def retry(writer: Writer, notice_id: UUID, outlet_id: UUID, who: Actor) -> None:
    """Try anew what failed or waits for its next try, whether it was to be published or to be taken back."""
    row = _row(writer, notice_id, outlet_id)
    sending = writer.session.get(DeliveryRow, row.delivery_id)
    if not _may_retry(row, sending):
        raise HallError("notice_outlet_not_possible", status=409)
    if sending is not None and sending.state == "waiting":
        # Another takes its place, with all its attempts before it.
        sending.state, sending.done_at = "dropped", writer.now
    state = OutletState.WAITING if row.wanted else OutletState.RETRACTING
    _again(writer, row, state)
    record(writer, who, "notice.outlet_retried", "notice", notice_id, channel=row.channel)


def outlets_of(reader: Reader, notice_ids: Iterable[UUID]) -> list[Outlet]:
    """With what the outbox knows of each, the newest version first."""
    rows = reader.session.execute(
        select(NoticeOutletRow, DeliveryRow)
        .outerjoin(DeliveryRow, DeliveryRow.id == NoticeOutletRow.delivery_id)
        .where(NoticeOutletRow.notice_id.in_(list(notice_ids)))
        .order_by(NoticeOutletRow.notice_id, NoticeOutletRow.number.desc(), NoticeOutletRow.channel)
    )
    return [_outlet(row, sending) for row, sending in rows]


def states_of(reader: Reader, rows: list[NoticeRow]) -> dict[UUID, dict[str, OutletState]]:
    """For each notice how its newest version at each channel stands."""
    found: dict[UUID, dict[str, OutletState]] = {}
    joined = (
        select(NoticeOutletRow, DeliveryRow)
        .outerjoin(DeliveryRow, DeliveryRow.id == NoticeOutletRow.delivery_id)
        .where(NoticeOutletRow.notice_id.in_([row.id for row in rows]))
        .order_by(NoticeOutletRow.number)
    )
    for row, sending in reader.session.execute(joined):
        found.setdefault(row.notice_id, {})[row.channel] = _effective(row, sending)
    return found


def effective(reader: Reader, row: NoticeOutletRow) -> OutletState:
    return _effective(row, reader.session.get(DeliveryRow, row.delivery_id))


def told(writer: Writer, row: NoticeOutletRow) -> None:
    """Whoever looks at it looks again."""
    row.changed_at = writer.now
    writer.flush()
    writer.emit(CHANGED, json.dumps({"id": str(row.notice_id), "channel": row.channel}))


def _effective(row: NoticeOutletRow, sending: DeliveryRow | None) -> OutletState:
    state = OutletState(row.state)
    gone = sending is None or sending.state == "given_up"
    return OutletState.FAILED if state in _UNDER_WAY and gone else state


def _may_retry(row: NoticeOutletRow, sending: DeliveryRow | None) -> bool:
    return _effective(row, sending) in RETRIED or _next_try(sending) is not None


def _next_try(sending: DeliveryRow | None) -> datetime | None:
    """When it is tried again; None: nothing waits for that."""
    again = sending is not None and sending.state == "waiting" and sending.attempts > 0
    return sending.next_at if sending is not None and again else None


def _take_back(writer: Writer, row: NoticeOutletRow) -> None:
    row.wanted = False
    if row.tried_at is None and not row.progress and not row.outlet_id:
        # Nothing has left: whoever has it in hand asks once more before anything is shown.
        row.state, row.fault, row.detail = OutletState.RETRACTED.value, "", {}
        told(writer, row)
    else:
        _again(writer, row, OutletState.RETRACTING)


def _again(writer: Writer, row: NoticeOutletRow, state: OutletState) -> None:
    row.state, row.fault, row.detail, row.delivery_id = state.value, "", {}, uuid7()
    deliveries.send(writer, OUTLET, row.channel, {"outlet": str(row.id)}, row.delivery_id)
    told(writer, row)


def _row(writer: Writer, notice_id: UUID, outlet_id: UUID) -> NoticeOutletRow:
    row = writer.session.get(NoticeOutletRow, outlet_id)
    if row is None or row.hall_id != writer.hall_id or row.notice_id != notice_id:
        raise HallError("notice_outlet_missing", status=404)
    return row


def _outlet(row: NoticeOutletRow, sending: DeliveryRow | None) -> Outlet:
    state = _effective(row, sending)
    # Nobody is left without words: also not when whoever carried it died without any.
    fault = row.fault or ("notice_channel_given_up" if state is OutletState.FAILED else "")
    return Outlet.model_validate(dict(
        id=row.id, channel=row.channel, number=row.number, state=state, url=row.url, fault=fault,
        detail=row.detail, attempts=sending.attempts if sending is not None else 0, changed_at=row.changed_at,
        next_at=_next_try(sending), may_retry=_may_retry(row, sending), may_retract=row.wanted and state in TAKEN_BACK,
    ))  # fmt: skip
