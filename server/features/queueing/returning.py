"""Coming back to the line: after a missed call, within bounds, or from being on hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from server.context import Context
from server.database import Reader, Writer
from server.features.calling.service import rules
from server.features.catalogue.service import catalogue
from server.features.limits.service import followed
from server.features.queueing.hand import refuse_another_day
from server.features.queueing.lines import join_line
from server.features.queueing.models import TicketRow
from server.features.queueing.standing import stand_again
from server.features.queueing.view import event_data, staff_fields
from shared.domain.errors import HallError
from shared.domain.tickets import Status, Step, after

RETURNED = "ticket.returned"


def refusal(reader: Reader, ticket: TicketRow) -> HallError | None:
    """Why somebody who missed the call may not come back to the line any more; None: they may."""
    policy = rules(reader).policy
    _, within_s = policy.missed(ticket.service_id)
    if ticket.missed >= policy.missed_times:
        return HallError("missed_too_often", status=409, number=ticket.number, times=policy.missed_times)
    if ticket.called_at is None or reader.now - ticket.called_at > timedelta(seconds=within_s):
        return HallError("missed_too_long", status=409, number=ticket.number, minutes=int(within_s // 60))
    return None


def return_to_line(writer: Writer, context: Context, ticket: TicketRow) -> dict[str, Any]:
    """Put a missed or held ticket back into its line where the policy says; what a call answers, without a call."""
    refuse_another_day(writer, ticket)
    was = Status(ticket.status)
    status = after(was, Step.RETURN)
    if was is Status.NO_SHOW and (refused := refusal(writer, ticket)) is not None:
        raise refused
    ticket.status = status
    ticket.version += 1
    stand_again(writer, ticket, "missed" if was is Status.NO_SHOW else "held")
    followed(writer, ticket, was)
    waiting = join_line(writer, ticket.service_id, ticket.lane)
    writer.flush()
    found = catalogue(writer)
    counter = found.counters.get(ticket.counter_id) if ticket.counter_id is not None else None
    writer.emit(RETURNED, event_data(found, ticket, waiting, counter))
    return {"call": None, "ticket": staff_fields(writer, context, ticket)}
