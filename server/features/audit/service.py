"""The trail searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from server.audit import Actor, AuditHeadRow, AuditRow, record
from server.database import Reader, Writer
from server.features.access.service import audit_receiver, set_audit_receiver
from server.features.audit.models import AuditExportRow
from server.features.audit.syslog import detail_of, target
from shared.schemas.audit import AuditEntry, AuditState
from shared.schemas.base import Page

_TABLE: Any = AuditRow.__table__


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; ``action`` is the beginning of an action, ``actor`` and ``text`` stand anywhere."""

    since: datetime | None = None
    until: datetime | None = None
    actor: str = ""
    action: str = ""
    subject: str = ""
    outcome: str = ""
    text: str = ""
    before: int | None = None
    limit: int = 100


def search(reader: Reader, wanted: Wanted) -> Page[AuditEntry]:
    """Newest first; the cursor is the number of the last entry answered."""
    columns = _TABLE.c
    query = select(_TABLE).where(columns.hall_id == reader.hall_id)
    if wanted.before is not None:
        query = query.where(columns.n < wanted.before)
    if wanted.since is not None:
        query = query.where(columns.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(columns.at < wanted.until)
    if wanted.actor:
        query = query.where(columns.actor.icontains(wanted.actor, autoescape=True))
    if wanted.action:
        query = query.where(columns.action.startswith(wanted.action, autoescape=True))
    if wanted.subject:
        query = query.where(columns.subject == wanted.subject)
    if wanted.outcome:
        query = query.where(columns.outcome == wanted.outcome)
    if wanted.text:
        places = (columns.actor, columns.action, columns.subject, columns.address, columns.detail)
        query = query.where(or_(*(place.icontains(wanted.text, autoescape=True) for place in places)))
    rows = reader.connection.execute(query.order_by(columns.n.desc()).limit(wanted.limit + 1)).mappings().all()
    shown = rows[: wanted.limit]
    items = [AuditEntry.model_validate(dict(row) | {"detail": detail_of(dict(row))}) for row in shown]
    return Page[AuditEntry](items=items, next_cursor=str(items[-1].n) if len(rows) > len(shown) else None)


def state(reader: Reader) -> AuditState:
    """How long the trail is, and how far it has been sent on."""
    head = reader.session.get(AuditHeadRow, reader.hall_id)
    sent = reader.session.get(AuditExportRow, reader.hall_id)
    return AuditState(
        entries=head.n if head is not None else 0, target=audit_receiver(reader),
        sent=sent.n if sent is not None else 0, sent_at=sent.at if sent is not None else None,
        fault=sent.fault if sent is not None else "",
    )  # fmt: skip


def send_to(writer: Writer, who: Actor, address: str) -> AuditState:
    """Copies go to this receiver from now on, with what has not been sent yet; an empty address: nowhere."""
    if address:
        target(address)
    before = audit_receiver(writer)
    if address != before:
        set_audit_receiver(writer, address)
        record(writer, who, "audit.receiver_changed", "audit", before=before, target=address)
    return state(writer)
