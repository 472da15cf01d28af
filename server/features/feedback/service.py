"""Rating a visit: once, on the national five-level scale."""

from __future__ import annotations

from sqlalchemy import func, select

from server.database import Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.feedback.models import RatingRow
from server.features.queueing.lines import waiting_for
from server.features.queueing.models import TicketRow
from server.features.queueing.view import event_data
from shared.domain.errors import HallError
from shared.domain.tickets import Status
from shared.schemas.tickets import Rating, RatingRequest

DISSATISFIED = 2


def rate(writer: Writer, ticket: TicketRow, request: RatingRequest, channel: str) -> Rating:
    """Keep the rating of a finished visit; there is one per visit, and it can't be changed."""
    if ticket.status != Status.FINISHED:
        raise HallError("rating_before_finish", status=409, number=ticket.number)
    if writer.session.get(RatingRow, ticket.id) is not None:
        raise HallError("already_rated", status=409, number=ticket.number)
    found = catalogue(writer)
    known = {reason["key"] for reason in found.facts.get("rating_reasons", ())}
    if unknown := [reason for reason in request.reasons if reason not in known]:
        raise HallError("rating_reason_unknown", status=422, reasons=", ".join(unknown))
    row = RatingRow(
        hall_id=writer.hall_id, ticket_id=ticket.id, counter_id=ticket.counter_id, staff_id=ticket.staff_id,
        level=request.level, reasons=list(request.reasons), comment=request.comment, channel=channel, at=writer.now,
    )  # fmt: skip
    writer.session.add(row)
    ticket.rated = True
    counter = found.counters.get(ticket.counter_id) if ticket.counter_id else None
    waiting = waiting_for(writer, ticket.service_id)
    # The level goes along, the words do not: they are for the follow-up, not for every screen.
    writer.emit("ticket.rated", event_data(found, ticket, waiting, counter, level=request.level))
    return Rating(
        ticket_id=ticket.id, level=row.level, reasons=row.reasons, comment=row.comment, channel=channel, at=row.at
    )


def levels_today(reader: Reader) -> dict[str, int]:
    """How often each level was given to tickets of the service day."""
    rows = reader.session.execute(
        select(RatingRow.level, func.count())
        .join(TicketRow, TicketRow.id == RatingRow.ticket_id)
        .where(TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day)
        .group_by(RatingRow.level)
    )
    return {str(level): count for level, count in rows}
