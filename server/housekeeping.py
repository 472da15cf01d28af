"""What is swept every hour."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import delete, select

from server import deliveries, one_time
from server.database import EventRow, Reader, Writer
from server.features.accounts import throttle
from server.features.island import keeping as island
from server.features.island import pending
from server.features.media import plays
from server.features.messages import service as messages
from server.features.publicity import service as publicity
from server.features.sign_on import families, tokens
from server.features.terminals import orders
from server.idempotency import forget_old_answers

EVERY_S = 3600.0

# A screen that was off for longer takes a snapshot anyway.
EVENTS_KEPT = timedelta(days=8)
# Only the oldest are looked at: a search through a week of events would hold every change up.
EVENTS_AT_ONCE = 20_000


def sweep(writer: Writer) -> None:
    """Forget old answers to repeated requests, old events and showings, and secrets, tokens and deliveries that
    are over."""
    forget_old_answers(writer)
    one_time.forget_old(writer)
    deliveries.forget_old(writer)
    messages.forget_old(writer)
    throttle.forget_old(writer)
    tokens.forget_old(writer)
    pending.close_days(writer)
    families.end_orphans(writer)
    island.forget_old(writer)
    orders.forget_old(writer)
    plays.forget_old(writer)
    publicity.forget_old(writer)
    of_hall = EventRow.hall_id == writer.hall_id
    oldest = select(EventRow.seq).where(of_hall).order_by(EventRow.seq).limit(EVENTS_AT_ONCE)
    writer.connection.execute(
        delete(EventRow).where(of_hall, EventRow.seq.in_(oldest), EventRow.at < writer.now - EVENTS_KEPT)
    )


def until_next(reader: Reader) -> float:
    """Seconds to the next sweep: an hour, or just after the hall's midnight, which every screen must hear of."""
    local = reader.now.astimezone(reader.clocks.zone)
    midnight = datetime.combine(reader.day + timedelta(days=1), time(), reader.clocks.zone)
    return max(0.2, min(EVERY_S, (midnight - local).total_seconds() + 0.2))
