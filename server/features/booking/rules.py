"""The hall's settings of booking; defaults where nobody has set any."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.booking.models import BookingRulesRow
from server.features.messages import service as messages
from shared.domain.errors import HallError
from shared.schemas.booking import BookingRules


def rules(reader: Reader) -> BookingRules:
    row = reader.session.get(BookingRulesRow, reader.hall_id)
    return BookingRules.model_validate(row.data) if row is not None else BookingRules()


def set_rules(writer: Writer, who: Actor, wanted: BookingRules, *, demo: bool) -> BookingRules:
    """HallError ``booking_proof_no_channel`` when nobody could be sent the code that is asked for."""
    before = rules(writer)
    if wanted.proof != "off" and before.proof == "off" and not messages.reaches(writer, demo=demo):
        raise HallError("booking_proof_no_channel", status=409)
    row = writer.session.get(BookingRulesRow, writer.hall_id)
    if row is None:
        row = BookingRulesRow(hall_id=writer.hall_id, data={})
        writer.session.add(row)
    row.data = wanted.model_dump(mode="json")
    writer.flush()
    changed = sorted(name for name in BookingRules.model_fields if getattr(before, name) != getattr(wanted, name))
    audit.record(writer, who, "booking.rules_changed", "booking", writer.hall_id, fields=changed)
    return wanted


def moment(reader: Reader, day: date, minute: int) -> datetime:
    """A minute of the hall's day; 1440 is the next midnight."""
    plain = datetime.combine(day, time()) + timedelta(minutes=minute)
    return plain.replace(tzinfo=reader.clocks.zone)
