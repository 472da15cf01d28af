"""Numbers and lines: the few statements of the hot path, built once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, update

from server.database import Reader, Writer
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
_IN_LINE = (
    TicketRow.hall_id == bindparam("hall"), TicketRow.service_day == bindparam("day_"),
    TicketRow.service_id == bindparam("service"), TicketRow.status == "waiting",
)  # fmt: skip
_BEFORE = select(func.count()).where(
    *_IN_LINE,
    or_(
        TicketRow.priority < bindparam("priority_"),
        (TicketRow.priority == bindparam("priority_")) & (TicketRow.position < bindparam("position_")),
    ),
)
_HEAD = (
    select(TicketRow.id, TicketRow.priority, TicketRow.position)
    .where(
        *_IN_LINE,
        or_(TicketRow.reserved_counter_id.is_(None), TicketRow.reserved_counter_id == bindparam("counter")),
    )
    .order_by(TicketRow.priority, TicketRow.position)
    .limit(1)
)


def next_number(writer: Writer, series: str) -> int:
    """The next number of a series today. Writers follow one another, so it is gapless and given once."""
    key = {"hall": writer.hall_id, "day_": writer.day, "series_": series}
    last = writer.connection.execute(_NEXT_NUMBER, key).scalar()
    if last is None:
        row = {"hall_id": writer.hall_id, "service_day": writer.day, "series": series, "last": 1}
        writer.connection.execute(_FIRST_NUMBER, row)
        return 1
    return int(last)


def change_line(writer: Writer, service_id: UUID, delta: int) -> int:
    """Somebody joined (+1) or left (-1) the line; answers how many wait now."""
    key = {"hall": writer.hall_id, "day_": writer.day, "service": service_id, "delta": delta}
    waiting = writer.connection.execute(_CHANGE_LINE, key).scalar()
    if waiting is None:
        row = {"hall_id": writer.hall_id, "service_day": writer.day, "service_id": service_id, "waiting": delta}
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
    waiting = waiting_by_service(reader)
    found = []
    for service_id in service_ids:
        if service_id not in waiting:
            continue
        values = {"hall": reader.hall_id, "day_": reader.day, "service": service_id, "counter": counter_id}
        row = reader.connection.execute(_HEAD, values).one_or_none()
        if row is not None:
            found.append(Candidate(row.id, service_id, -row.priority, row.position))
    return found
