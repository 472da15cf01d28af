"""Numbers and lines: the few statements of the hot path, built once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, case, exists, func, literal_column, or_, select, union_all, update

from server.database import Reader, Writer
from server.features.calling.service import rules
from server.features.catalogue.models import CounterRow, CounterServiceRow
from server.features.queueing.models import LineRow, SeriesRow, TicketRow
from shared.domain.calling import Candidate
from shared.domain.calling.foresight import Lane, people_ahead
from shared.domain.calling.places import LANES, is_booked, priority_of

_NEXT_NUMBER = (
    update(SeriesRow)
    .where(
        SeriesRow.hall_id == bindparam("hall"), SeriesRow.service_day == bindparam("day_"),
        SeriesRow.series == bindparam("series_"),
    )
    .values(last=case((SeriesRow.last < bindparam("start"), bindparam("start")), else_=SeriesRow.last + 1))
    .returning(SeriesRow.last)
)  # fmt: skip
_FIRST_NUMBER = SeriesRow.__table__.insert()  # type: ignore[attr-defined]
_CHANGE_LINE = (
    update(LineRow)
    .where(
        LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"),
        LineRow.service_id == bindparam("service"),
    )
    .values(waiting=LineRow.waiting + bindparam("delta"), lanes=LineRow.lanes.bitwise_or(bindparam("lanes_")))
    .returning(LineRow.waiting)
)  # fmt: skip
_FIRST_IN_LINE = LineRow.__table__.insert()  # type: ignore[attr-defined]
_LINES = select(LineRow.service_id, LineRow.waiting).where(
    LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"), LineRow.waiting > 0
)
_LINE = select(LineRow.waiting).where(
    LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"),
    LineRow.service_id == bindparam("service"),
)  # fmt: skip
_OF_DAY = (TicketRow.hall_id == bindparam("hall"), TicketRow.service_day == bindparam("day_"))
_WAITS = TicketRow.status == "waiting"
_IN_LINE = (*_OF_DAY, TicketRow.service_id == bindparam("service"), _WAITS)
# A lane is called in this order; who walks in has no ``turn_at``.
IN_LANE: Final = (TicketRow.turn_at, TicketRow.rank)
_OF_RANK = TicketRow.rank < bindparam("rank_")
_OF_TURN = or_(TicketRow.turn_at < bindparam("turn_"), (TicketRow.turn_at == bindparam("turn_")) & _OF_RANK)
_EARLIER_WALK_INS = select(func.count()).where(*_IN_LINE, TicketRow.lane == bindparam("lane_"), _OF_RANK)
_EARLIER_BOOKED = select(func.count()).where(*_IN_LINE, TicketRow.lane == bindparam("lane_"), _OF_TURN)
# The same with all who are in a lane before: what the usual policy asks, in one go.
_BEFORE_WALK_IN, _BEFORE_BOOKED = (
    select(func.count()).where(
        *_IN_LINE, or_(TicketRow.lane < bindparam("lane_"), (TicketRow.lane == bindparam("lane_")) & earlier)
    )
    for earlier in (_OF_RANK, _OF_TURN)
)
_BY_LANE = (
    select(TicketRow.lane, func.count(), func.sum(case((_OF_RANK, 1), else_=0)))
    .where(*_IN_LINE)
    .group_by(TicketRow.lane)
)
_BY_AGE = select(func.count()).where(
    *_IN_LINE,
    or_(*(
        (TicketRow.lane == lane) & (TicketRow.since_at < bindparam(f"since_{lane}")) for lane in range(LANES)
    )),
)  # fmt: skip
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
# All lanes with their bits. Not VALUES: a statement with those is compiled anew each time, which takes longer than it.
_LANES_OF_ALL = union_all(
    *(
        select(literal_column(str(lane)).label("lane"), literal_column(str(1 << lane)).label("bit"))
        for lane in range(LANES)
    )
).subquery("lanes_of_all")
# Read once, however the engine joins: without the limit SQLite looks each line up again for each lane.
_LINES_OF_COUNTER = (
    select(LineRow.service_id, LineRow.lanes)
    .where(
        LineRow.hall_id == bindparam("hall"), LineRow.service_day == bindparam("day_"), LineRow.waiting > 0,
        LineRow.service_id.in_(bindparam("services", expanding=True)),
    )
    .limit(10_000)
    .subquery()
)  # fmt: skip
_HEAD = (
    select(TicketRow.id)
    .where(
        *_OF_DAY, TicketRow.service_id == _LINES_OF_COUNTER.c.service_id, _WAITS,
        TicketRow.lane == _LANES_OF_ALL.c.lane, _FREE,
    )
    .order_by(*IN_LANE)
    .limit(1)
    .correlate(_LINES_OF_COUNTER, _LANES_OF_ALL)
    .scalar_subquery()
)  # fmt: skip
# One statement for all lanes of a counter: each head is the first entry of an index, and asking for one at a time costs
# a counter with forty services more than all the rest of its call.
_HEADS = (
    select(
        TicketRow.id, TicketRow.service_id, TicketRow.lane, TicketRow.position, TicketRow.rank, TicketRow.since_at,
        TicketRow.number,
    )
    .select_from(_LINES_OF_COUNTER)
    .join(_LANES_OF_ALL, _LINES_OF_COUNTER.c.lanes.bitwise_and(_LANES_OF_ALL.c.bit) != 0)
    .join(TicketRow, TicketRow.id == _HEAD)
)  # fmt: skip


def next_number(writer: Writer, series: str, start: int = 1) -> int:
    """The next number of a series today, from ``start`` on. Writers follow one another, so it is gapless and given
    once; see ``shared.domain.numbering.next_count``."""
    key = {"hall": writer.hall_id, "day_": writer.day, "series_": series, "start": start}
    last = writer.connection.execute(_NEXT_NUMBER, key).scalar()
    if last is None:
        row = {"hall_id": writer.hall_id, "service_day": writer.day, "series": series, "last": start}
        writer.connection.execute(_FIRST_NUMBER, row)
        return start
    return int(last)


def join_line(writer: Writer, service_id: UUID, lane: int, day: date | None = None) -> int:
    """Somebody joined the line of today, or of ``day``, in a lane; answers how many wait there now."""
    return _change_line(writer, service_id, +1, 1 << lane, day)


def leave_line(writer: Writer, service_id: UUID, day: date | None = None) -> int:
    """Somebody left the line; answers how many wait there now."""
    return _change_line(writer, service_id, -1, 0, day)


def _change_line(writer: Writer, service_id: UUID, delta: int, lanes: int, day: date | None) -> int:
    of_day = day or writer.day
    key = {"hall": writer.hall_id, "day_": of_day, "service": service_id, "delta": delta, "lanes_": lanes}
    waiting = writer.connection.execute(_CHANGE_LINE, key).scalar()
    if waiting is None:
        row = {
            "hall_id": writer.hall_id, "service_day": of_day, "service_id": service_id, "waiting": delta,
            "lanes": lanes,
        }  # fmt: skip
        writer.connection.execute(_FIRST_IN_LINE, row)
        return delta
    return int(waiting)


def waiting_by_service(reader: Reader) -> dict[UUID, int]:
    """How many wait for each service today; services nobody waits for are left out."""
    rows = reader.connection.execute(_LINES, {"hall": reader.hall_id, "day_": reader.day})
    return {service_id: waiting for service_id, waiting in rows}


def waiting_for(reader: Reader, service_id: UUID) -> int:
    """How many wait for one service today."""
    key = {"hall": reader.hall_id, "day_": reader.day, "service": service_id}
    return reader.connection.execute(_LINE, key).scalar() or 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket that does not wait would stand in the line of its service; the fields are those of its row."""

    service_id: UUID
    priority: int
    lane: int
    rank: int
    since_at: datetime
    turn_at: datetime | None


def ahead_of(reader: Reader, row: TicketRow | Place) -> int:
    """How many of its service the hall's policy puts before a ticket that waits, as near as one order for all counters
    can say: see ``shared/domain/calling/foresight``."""
    policy = rules(reader).policy
    values_: dict[str, Any] = {
        "hall": reader.hall_id, "day_": reader.day, "service": row.service_id, "lane_": row.lane, "rank_": row.rank,
        "turn_": row.turn_at,
    }  # fmt: skip

    def count(statement: Select[Any]) -> int:
        return int(reader.connection.execute(statement, values_).scalar_one())

    if policy.merge == "ageing":
        own = policy.head_start(row.service_id, -row.priority, booked=is_booked(row.lane))
        for lane in range(LANES):
            start = policy.head_start(row.service_id, priority_of(lane), booked=is_booked(lane))
            values_[f"since_{lane}"] = row.since_at + timedelta(seconds=start - own)
        # Who came at the same moment counts in their own lane only.
        return count(_BY_AGE)
    due = row.turn_at is not None and row.turn_at <= reader.now
    if policy.merge == "booked_first" and (due or row.turn_at is None):
        return count(_BEFORE_WALK_IN if row.turn_at is None else _BEFORE_BOOKED)
    earlier = count(_EARLIER_WALK_INS if row.turn_at is None else _EARLIER_BOOKED)
    lanes = {lane: Lane(waiting, int(before)) for lane, waiting, before in reader.connection.execute(_BY_LANE, values_)}
    return people_ahead(policy, row.lane, earlier, lanes, due=due)


@dataclass(frozen=True, slots=True)
class Heads:
    """The first tickets a counter may call, with their numbers."""

    candidates: list[Candidate]
    numbers: dict[UUID, str]


def heads(reader: Reader, service_ids: tuple[UUID, ...], counter_id: UUID) -> Heads:
    """The first ticket this counter may call of each lane of its services."""
    wanted = {"hall": reader.hall_id, "day_": reader.day, "services": service_ids, "counter": counter_id}
    found = Heads([], {})
    for row in reader.connection.execute(_HEADS, wanted):
        found.candidates.append(candidate(row, reader.now))
        found.numbers[row.id] = row.number
    return found


def candidate(row: Any, now: datetime) -> Candidate:
    """What the policy sees of a ticket's row at ``now``."""
    booked = is_booked(row.lane)
    waited_s = (now - row.since_at).total_seconds()
    return Candidate(
        row.id, row.service_id, priority_of(row.lane), row.position, row.rank,
        # Before its slot a booked one is below zero; a clock that was set back makes nobody else so.
        waited_s if booked else max(0.0, waited_s), booked,
    )  # fmt: skip
