"""Where a ticket stands: at its issue, and when it comes back to a line."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Literal

from sqlalchemy import select

from server.database import Reader, Writer
from server.features.calling.service import rules
from server.features.queueing.lines import IN_LANE, Place
from server.features.queueing.models import TicketRow
from shared.domain.calling import Return
from shared.domain.calling.places import Standing, come_back, is_booked, lane_of, rank_of
from shared.domain.tickets import Status

Why = Literal["transferred", "held", "missed"]
# The lane of who walks in and belongs to no priority group.
BEHIND_ALL: Final = lane_of(0, booked=False)


def first_place(position: int, priority: int, due_at: datetime | None, now: datetime) -> dict[str, Any]:
    """The columns of a new ticket; ``due_at``: the start of its slot, if it is booked.

    ``position``: the number of the event this makes, which grows with each ticket of the hall and is never given twice.
    """
    turn_at = None if due_at is None else max(due_at, now)
    return {
        "priority": -priority, "position": position, "lane": lane_of(priority, booked=due_at is not None),
        "rank": rank_of(position), "turn_at": turn_at, "since_at": turn_at or now, "came_back": "", "missed": 0,
    }  # fmt: skip


def newcomers_are_last(reader: Reader) -> bool:
    """Does whoever walks in come behind everybody of the service?"""
    return rules(reader).policy.merge not in ("ratio", "ageing")


def place_again(reader: Reader, ticket: TicketRow, why: Why, last: int) -> Place:
    """The place in the line of its service that the policy gives a ticket that comes back.

    Who missed the call has used up the booking and stands among the walk-ins. ``last``: a position behind everybody.
    """
    policy = rules(reader).policy
    behind = policy.returned_behind
    how: Return = policy.transferred if why == "transferred" else policy.held
    lane, turn_at = ticket.lane, ticket.turn_at
    if why == "missed":
        how, (behind, _) = "behind", policy.missed(ticket.service_id)
        lane, turn_at = lane_of(-ticket.priority, booked=False), None
    booked = is_booked(lane)
    issued = Standing(
        rank_of(ticket.position), (turn_at or ticket.issued_at if booked else ticket.issued_at).timestamp()
    )
    line = _front_of(reader, ticket, lane, behind if how == "behind" else 1) if how in ("behind", "front") else []
    place = come_back(how, issued, line, behind, last, reader.now.timestamp())
    since_at = datetime.fromtimestamp(place.since, UTC)
    return Place(ticket.service_id, ticket.priority, lane, place.rank, since_at, since_at if booked else turn_at)


def stand_again(writer: Writer, ticket: TicketRow, why: Why) -> None:
    """Put a ticket into the line of its service again, at the place the policy says. Its event must follow."""
    place = place_again(writer, ticket, why, writer.seq + 1)
    ticket.lane, ticket.rank, ticket.since_at, ticket.turn_at = place.lane, place.rank, place.since_at, place.turn_at
    ticket.missed += why == "missed"
    ticket.came_back = why


def _front_of(reader: Reader, ticket: TicketRow, lane: int, count: int) -> list[Standing]:
    """The first places of the lane this ticket comes back to."""
    row = TicketRow
    found = reader.session.execute(
        select(row.rank, row.since_at)
        .where(
            row.hall_id == reader.hall_id, row.service_day == reader.day, row.service_id == ticket.service_id,
            row.status == Status.WAITING, row.lane == lane, row.id != ticket.id,
        )
        .order_by(*IN_LANE)
        .limit(count)
    )  # fmt: skip
    return [Standing(rank, since_at.timestamp()) for rank, since_at in found]
