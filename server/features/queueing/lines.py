"""Numbers and lines: the few statements of the hot path, built once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, exists, func, or_, select, update

from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, CounterServiceRow
from server.features.queueing.models import LineRow, SeriesRow, TicketRow
from shared.domain.calling import Candidate

_NEXT_NUMBER = (
    update(SeriesRow)
    .where(
        SeriesRow.hall_id == bindparam("hall"), SeriesRow.service_day == bindparam("day_"),
        SeriesRow.series == bindparam("series_"),
    )
    .values(last=SeriesRow.last + 1)
    .returning(SeriesRow.last)
)  # fmt: skip
_FIRST_NUMBER = SeriesRow.__table__.insert()  # type: ignore[attr-defined]
_CHANGE_LINE = (
    update(LineRow)
    .where(
        LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"),
        LineRow.service_id == bindparam("service"),
    )
    .values(waiting=LineRow.waiting + bindparam("delta"))
    .returning(LineRow.waiting)
)  # fmt: skip
_FIRST_IN_LINE = LineRow.__table__.insert()  # type: ignore[attr-defined]
_LINES = select(LineRow.service_id, LineRow.waiting).where(
    LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"), LineRow.waiting > 0
)
_OF_DAY = (TicketRow.hall_id == bindparam("hall"), TicketRow.service_day == bindparam("day_"))
_WAITS = TicketRow.status == "waiting"
_BEFORE = select(func.count()).where(
    *_OF_DAY,
    TicketRow.service_id == bindparam("service"),
    _WAITS,
    or_(
        TicketRow.priority < bindparam("priority_"),
        (TicketRow.priority == bindparam("priority_")) & (TicketRow.position < bindparam("position_")),
    ),
)
# Who was sent to one counter waits for that one; once it has closed or serves them no more, its colleagues may call.
SENT_IN_VAIN = or_(
    TicketRow.reserved_counter_id.in_(select(CounterRow.id).where(CounterRow.state == "closed")),
    ~exists().where(
        CounterServiceRow.counter_id == TicketRow.reserved_counter_id,
        CounterServiceRow.service_id == TicketRow.service_id,
    ),
)
_FREE = or_(
    TicketRow.reserved_counter_id.is_(None),
    TicketRow.reserved_counter_id == bindparam("counter"),
    SENT_IN_VAIN,
)
_HEAD = (
    select(TicketRow.id)
    .where(*_OF_DAY, TicketRow.service_id == LineRow.service_id, _WAITS, _FREE)
    .order_by(TicketRow.priority, TicketRow.position)
    .limit(1)
    .correlate(LineRow)
    .scalar_subquery()
)
# One statement for all lines of a counter: each head is the first entry of an index, and asking for one at a time costs
# a counter with forty services more than all the rest of its call.
_HEADS = (
    select(TicketRow.id, TicketRow.service_id, TicketRow.priority, TicketRow.position)
    .select_from(LineRow)
    .join(TicketRow, TicketRow.id == _HEAD)
    .where(
        LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"), LineRow.waiting > 0,
        LineRow.service_id.in_(bindparam("services", expanding=True)),
    )
)  # fmt: skip


def next_number(writer: Writer, series: str) -> int:
    """The next number of a series today. Writers follow one another, so it is gapless and given once."""
    key = {"hall": writer.hall_id, "day_": writer.day, "series_": series}
    last = writer.connection.execute(_NEXT_NUMBER, key).scalar()
    if last is None:
        row = {"hall_id": writer.hall_id, "service_day": writer.day, "series": series, "last": 1}
        writer.connection.execute(_FIRST_NUMBER, row)
        return 1
    return int(last)


def change_line(writer: Writer, service_id: UUID, delta: int, day: date | None = None) -> int:
    """Somebody joined (+1) or left (-1) the line of today, or of ``day``; answers how many wait there now."""
    of_day = day or writer.day
    key = {"hall": writer.hall_id, "day_": of_day, "service": service_id, "delta": delta}
    waiting = writer.connection.execute(_CHANGE_LINE, key).scalar()
    if waiting is None:
        row = {"hall_id": writer.hall_id, "service_day": of_day, "service_id": service_id, "waiting": delta}
        writer.connection.execute(_FIRST_IN_LINE, row)
        return delta
    return int(waiting)


def waiting_by_service(reader: Reader) -> dict[UUID, int]:
    """How many wait for each service today; services nobody waits for are left out."""
    rows = reader.connection.execute(_LINES, {"hall": reader.hall_id, "day_": reader.day})
    return {service_id: waiting for service_id, waiting in rows}


def ahead_of(reader: Reader, service_id: UUID, priority: int, position: int) -> int:
    """How many of the same service are called before this place; ``priority`` as stored (negative)."""
    values = {
        "hall": reader.hall_id, "day_": reader.day, "service": service_id, "priority_": priority, "position_": position,
    }  # fmt: skip
    return int(reader.connection.execute(_BEFORE, values).scalar_one())


def heads(reader: Reader, service_ids: tuple[UUID, ...], counter_id: UUID) -> list[Candidate]:
    """The first ticket this counter may call of each of its lines."""
    values = {"hall": reader.hall_id, "day_": reader.day, "services": service_ids, "counter": counter_id}
    rows = reader.connection.execute(_HEADS, values)
    return [Candidate(row.id, row.service_id, -row.priority, row.position) for row in rows]
