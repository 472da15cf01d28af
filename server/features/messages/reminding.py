"""The reminder that a ticket's holder has asked for: number in, number out. When it is sent: ``features/reminders``."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select

from server.database import Reader, Writer
from server.features.messages.models import MessageRefusalRow, ReminderRow
from server.features.messages.service import vault
from server.sealed import seal
from shared.domain.errors import HallError
from shared.domain.names import mask_phone
from shared.domain.phones import mobile

PHONE: Final = "reminders.phone_cipher"
# Numbers somebody may give for one ticket, and tickets of one day that one phone may be reminded of.
NUMBERS: Final = 3
TICKETS: Final = 5
_SHOWN = select(ReminderRow.phone_masked).where(
    ReminderRow.ticket_id == bindparam("ticket"), ReminderRow.phone_cipher.is_not(None)
)


def number_shown(reader: Reader, ticket_id: UUID) -> str:
    """The masked number that is reminded of this ticket; empty: none."""
    return reader.connection.execute(_SHOWN, {"ticket": ticket_id}).scalar() or ""


def remind(writer: Writer, ticket_id: UUID, phone: str, language: str) -> None:
    """Remind this number of the ticket from now on. HallError ``mobile_wrong``, ``reminder_unwanted``,
    ``reminder_too_often``.
    """
    plain, keys = mobile(phone), vault(writer)
    index = keys.index("phone", plain)
    if writer.session.get(MessageRefusalRow, (writer.hall_id, index)) is not None:
        raise HallError("reminder_unwanted", status=409)
    row = writer.session.get(ReminderRow, ticket_id)
    if row is not None and row.phone_index == index:
        return  # an impatient second touch
    of_phone = select(func.count()).where(
        ReminderRow.hall_id == writer.hall_id, ReminderRow.service_day == writer.day, ReminderRow.phone_index == index
    )
    if (row is not None and row.asked >= NUMBERS) or (writer.session.scalar(of_phone) or 0) >= TICKETS:
        raise HallError("reminder_too_often", status=429)
    if row is None:
        row = ReminderRow(
            hall_id=writer.hall_id, ticket_id=ticket_id, service_day=writer.day, asked=0, near_told=False,
            told_call_id=None,
        )  # fmt: skip
        writer.session.add(row)
    row.asked += 1
    row.language, row.phone_masked, row.phone_index = language, mask_phone(plain), index
    row.phone_cipher = seal(keys, PHONE, ticket_id, plain)
    writer.flush()
    writer.emit("messages.changed", "{}")


def stop(writer: Writer, ticket_id: UUID) -> None:
    """No more reminders; the number is gone at once."""
    row = writer.session.get(ReminderRow, ticket_id)
    if row is not None:
        row.phone_masked, row.phone_index, row.phone_cipher = "", None, None
        writer.flush()
        writer.emit("messages.changed", "{}")


def forget(writer: Writer, ticket_ids: list[UUID]) -> None:
    """The visits are over: so is what their holders' phones were kept for."""
    writer.session.execute(delete(ReminderRow).where(ReminderRow.ticket_id.in_(ticket_ids)))
