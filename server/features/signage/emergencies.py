"""Emergencies: raised, updated and cancelled by people, over by themselves when their time has come."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.signage.models import EmergencyRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.emergencies import Emergency, EmergencyChange, EmergencyRaise

CHANGED: Final = "emergency.changed"
LONGEST: Final = timedelta(days=7)
MOST_ACTIVE: Final = 20
MOST_LISTED: Final = 200


def active(reader: Reader) -> list[Emergency]:
    """Those in force now, the latest first."""
    chosen = select(EmergencyRow).where(
        EmergencyRow.hall_id == reader.hall_id, EmergencyRow.state == "active", EmergencyRow.expires > reader.now
    )
    return [
        _view(row) for row in reader.session.scalars(chosen.order_by(EmergencyRow.sent.desc(), EmergencyRow.id.desc()))
    ]


def latest(reader: Reader) -> list[Emergency]:
    """Also those that are over, the latest first."""
    chosen = select(EmergencyRow).where(EmergencyRow.hall_id == reader.hall_id)
    ordered = chosen.order_by(EmergencyRow.sent.desc(), EmergencyRow.id.desc()).limit(MOST_LISTED)
    return [_view(row) for row in reader.session.scalars(ordered)]


def raise_emergency(writer: Writer, who: Actor, wanted: EmergencyRaise) -> Emergency:
    """On every screen with the commit. HallError ``emergency_known``, ``emergency_unknown``, ``emergency_expires``,
    ``emergencies_too_many``."""
    if wanted.msg_type != "Cancel" and not writer.now < wanted.expires <= writer.now + LONGEST:
        raise HallError("emergency_expires", status=422, days=LONGEST.days)
    row_id = uuid7()
    identifier = wanted.identifier or f"zhiting-{row_id}"
    if _named(writer, identifier) is not None:
        raise HallError("emergency_known", status=409, identifier=identifier)
    ended = [_referred(writer, reference) for reference in wanted.references]
    for row in ended:
        row.state = "cancelled" if wanted.msg_type == "Cancel" else "replaced"
    writer.flush()
    if wanted.msg_type != "Cancel" and len(active(writer)) >= MOST_ACTIVE:
        raise HallError("emergencies_too_many", status=409, most=MOST_ACTIVE)
    made = EmergencyRow(
        hall_id=writer.hall_id, id=row_id, identifier=identifier, sent=writer.now, expires=wanted.expires,
        state="cancelled" if wanted.msg_type == "Cancel" else "active",
        data=wanted.model_dump(mode="json", exclude={"identifier", "expires"})
        | {"sender": wanted.sender or who.label, "raised_by": who.label},
    )  # fmt: skip
    writer.session.add(made)
    writer.flush()
    said = _view(made)
    audit.record(
        writer, who, f"emergency.{wanted.msg_type.lower()}", "emergency", made.id, headline=wanted.headline,
        identifier=identifier, severity=wanted.severity, status=wanted.status,
        references=", ".join(wanted.references), until=wanted.expires.isoformat(timespec="seconds"),
    )  # fmt: skip
    shows = said if said.state == "active" else None
    change = EmergencyChange(emergency=shows, ended=[row.identifier for row in ended])
    writer.emit(CHANGED, change.model_dump_json())
    return said


def end_all(writer: Writer) -> int:
    """Those in force are no more, and each says so in the trail; answers how many there were."""
    chosen = select(EmergencyRow).where(
        EmergencyRow.hall_id == writer.hall_id, EmergencyRow.state == "active", EmergencyRow.expires > writer.now
    )
    rows = writer.session.scalars(chosen).all()
    for row in rows:
        row.state = "cancelled"
        audit.record(
            writer, audit.SYSTEM, "emergency.cancel", "emergency", row.id, headline=row.data["headline"],
            identifier=row.identifier,
        )  # fmt: skip
    if rows:
        writer.flush()
        change = EmergencyChange(emergency=None, ended=[row.identifier for row in rows])
        writer.emit(CHANGED, change.model_dump_json())
    return len(rows)


def _named(writer: Writer, identifier: str) -> EmergencyRow | None:
    chosen = select(EmergencyRow).where(EmergencyRow.hall_id == writer.hall_id, EmergencyRow.identifier == identifier)
    return writer.session.scalar(chosen)


def _referred(writer: Writer, identifier: str) -> EmergencyRow:
    row = _named(writer, identifier)
    if row is None or row.state != "active" or row.expires <= writer.now:
        raise HallError("emergency_unknown", status=404, identifier=identifier)
    return row


def _view(row: EmergencyRow) -> Emergency:
    fields = {**row.data, "identifier": row.identifier, "sent": row.sent, "expires": row.expires, "state": row.state}
    return Emergency.model_validate(fields)
