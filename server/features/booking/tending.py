"""What time does to bookings: offers lapse and pass on, days of waiting end, who has not come has missed it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import time, timedelta
from functools import partial
from typing import Final

from sqlalchemy import Select, delete, literal, or_, select, update
from sqlalchemy.exc import DBAPIError

from server import audit
from server.context import Context
from server.database import Database, Reader, Writer
from server.engines import is_environments_fault
from server.features.booking import holds, telling, waiting
from server.features.booking.models import AppointmentRow, HoldRow, PaperSentRow, WaitingRow
from server.features.booking.people import NAMELESS
from server.features.booking.rules import moment, rules
from server.features.limits import service as limits
from shared.domain.booking.arrival import missed_from
from shared.domain.booking.life import Act, State, Waiting, after
from shared.domain.booking.offers import EVENING

log = logging.getLogger(__name__)
EVERY_S: Final = 20.0
AT_ONCE: Final = 50
# Of the day before.
REMIND_FROM: Final = time(10)


async def tend_often(database: Database, context: Context) -> None:
    while True:
        try:
            if await asyncio.to_thread(database.read, is_due):
                await asyncio.wrap_future(database.submit(partial(tend, context=context)))
        except Exception:
            # A database that is away for a while must not end the tending for good.
            log.exception("bookings not tended")
        await asyncio.sleep(EVERY_S)


def is_due(reader: Reader) -> bool:
    """Whether there may be something to do: nobody's change is held up for nothing."""
    waits = select(WaitingRow.id).where(
        WaitingRow.hall_id == reader.hall_id,
        or_(
            WaitingRow.state == Waiting.WAITING.value,
            (WaitingRow.state == Waiting.OFFERED.value) & (WaitingRow.offer_until <= reader.now),
        ),
    )
    late = select(AppointmentRow.id).where(
        AppointmentRow.hall_id == reader.hall_id, AppointmentRow.state == State.BOOKED.value,
        AppointmentRow.starts_at <= reader.now,
    )  # fmt: skip
    soon = _to_remind(reader).with_only_columns(AppointmentRow.id)
    due = any(reader.session.scalar(chosen.limit(1)) is not None for chosen in (waits, late, soon))
    return due or holds.is_over(reader)


def _to_remind(reader: Reader) -> Select[AppointmentRow]:
    """Who comes tomorrow, has not booked today, and may be told now: by day only."""
    local, tomorrow = reader.now.astimezone(reader.clocks.zone), reader.day + timedelta(days=1)
    return select(AppointmentRow).where(
        AppointmentRow.hall_id == reader.hall_id, AppointmentRow.day == tomorrow,
        AppointmentRow.state == State.BOOKED.value, AppointmentRow.reminded.is_(False),
        AppointmentRow.booked_at < moment(reader, reader.day, 0), literal(REMIND_FROM <= local.time() < EVENING),
    )  # fmt: skip


def tend(writer: Writer, *, context: Context) -> int:
    """A limited number of each at a time. Answers how many could not be tended: one keeps no other from it."""
    failed = 0

    def each(what: str, about: object, part: Callable[[], object]) -> None:
        nonlocal failed
        try:
            writer.attempt(part)
        except Exception as error:
            if isinstance(error, DBAPIError) and is_environments_fault(error):
                raise
            failed += 1
            log.exception("not tended: %s %s", what, about)

    each("holds", "", lambda: holds.give_up_old(writer, context))
    of_hall = select(WaitingRow).where(WaitingRow.hall_id == writer.hall_id)
    lapsed = of_hall.where(WaitingRow.state == Waiting.OFFERED.value, WaitingRow.offer_until <= writer.now)
    for row in writer.session.scalars(lapsed.order_by(WaitingRow.offer_until).limit(AT_ONCE)).all():
        each("offer", row.id, partial(waiting.lapse, writer, context, row))
    gone = of_hall.where(WaitingRow.state == Waiting.WAITING.value, WaitingRow.day < writer.day)
    for row in writer.session.scalars(gone.limit(AT_ONCE)).all():
        each("waiting", row.id, partial(waiting.over, writer, context, row))
    for service_id, day in waiting.waited_for(writer):
        each("waiting list", service_id, partial(waiting.offer_what_is_free, writer, context, service_id, day))
    for late in _late(writer):
        each("appointment", late.id, partial(_miss, writer, late))
    for soon in writer.session.scalars(_to_remind(writer).limit(AT_ONCE)).all():
        each("reminder", soon.id, partial(_remind, writer, context, soon))
    if failed:
        log.warning("%d bookings not tended, the others were", failed)
    return failed


def _remind(writer: Writer, context: Context, row: AppointmentRow) -> None:
    row.reminded = True
    telling.tell(writer, context, "booking_reminder", row)


def _late(writer: Writer) -> list[AppointmentRow]:
    """Who has not come while there was time."""
    policy = rules(writer)
    late = (
        select(AppointmentRow)
        .where(
            AppointmentRow.hall_id == writer.hall_id, AppointmentRow.state == State.BOOKED.value,
            AppointmentRow.starts_at <= writer.now,
        )
        .order_by(AppointmentRow.starts_at)
    )  # fmt: skip
    return [
        row for row in writer.session.scalars(late.limit(AT_ONCE))
        if missed_from(policy, row.starts_at, row.ends_at, moment(writer, row.day, 24 * 60)) <= writer.now
    ]  # fmt: skip


def _miss(writer: Writer, row: AppointmentRow) -> None:
    row.state, row.ended_at, row.ended_by = after(State(row.state), Act.MISS).value, writer.now, "nobody"
    row.version += 1
    writer.flush()
    limits.let_go(writer, row.id)
    if row.identity_key is not None:
        limits.penalise(
            writer, "missed", "booking", row.id, row.service_id, row.identity_key, row.identity_masked or ""
        )
    audit.record(writer, audit.SYSTEM, "appointment.missed", "appointment", row.id)
    telling.changed(writer, row)


def forget_papers(writer: Writer, most: int) -> int:
    """For the retention: papers whose appointment is over, so many at a time."""
    before = writer.day - timedelta(days=rules(writer).papers_days)
    over = select(AppointmentRow.id).where(
        AppointmentRow.hall_id == writer.hall_id,
        or_(AppointmentRow.day < before, AppointmentRow.state == State.CANCELLED.value),
    )
    ids = list(writer.session.scalars(
        select(PaperSentRow.id).where(PaperSentRow.hall_id == writer.hall_id, PaperSentRow.appointment_id.in_(over))
        .limit(most)
    ))  # fmt: skip
    if ids:
        writer.session.execute(delete(PaperSentRow).where(PaperSentRow.id.in_(ids)))
    return len(ids)


def forget_people(writer: Writer, days: int, most: int) -> int:
    """For the retention: who had an appointment or waited so many days ago."""
    before, count = writer.day - timedelta(days=days), 0
    for table in (AppointmentRow, WaitingRow):
        old = select(table.id).where(
            table.hall_id == writer.hall_id, table.identity_key.is_not(None), table.day < before
        )
        ids = list(writer.session.scalars(old.limit(most)))
        if ids:
            writer.session.execute(update(table).where(table.id.in_(ids)).values(**NAMELESS))
        count = max(count, len(ids))
    return count


def forget_bookings(writer: Writer, indexes: Collection[bytes]) -> None:
    """Somebody asked for it: nothing of their bookings names them any more, and papers they sent are gone.

    An appointment that stands stays theirs by its code.
    """
    theirs = select(AppointmentRow.id).where(
        AppointmentRow.hall_id == writer.hall_id, AppointmentRow.identity_key.in_(indexes)
    )
    ids = list(writer.session.scalars(theirs))
    writer.session.execute(delete(PaperSentRow).where(PaperSentRow.appointment_id.in_(ids)))
    # Nothing can become of what they have not proved yet: its slot is given back as if its time were over.
    unproved = update(HoldRow).where(HoldRow.hall_id == writer.hall_id, HoldRow.identity_key.in_(indexes))
    writer.session.execute(unproved.values(form_cipher=None, identity_key=None, phone_masked="", until=writer.now))
    for table in (AppointmentRow, WaitingRow):
        of_person = update(table).where(table.hall_id == writer.hall_id, table.identity_key.in_(indexes))
        writer.session.execute(of_person.values(**NAMELESS))
