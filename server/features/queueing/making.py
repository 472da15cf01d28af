"""The row of a new ticket, its event and its public view: one way, whoever gave the number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

from server.context import Context
from server.crypto import place
from server.database import Writer
from server.features.calling.service import rules
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.limits.persons import Holder
from server.features.queueing.items import add_items
from server.features.queueing.lines import ahead_of, join_line, waiting_for
from server.features.queueing.models import TicketRow
from server.features.queueing.standing import BEHIND_ALL, newcomers_are_last
from server.features.queueing.view import event_data, public_fields
from shared.domain.calling import Grouped, group_of
from shared.domain.id_numbers import birth_date, mask
from shared.domain.names import mask_name
from shared.domain.tickets import Status
from shared.schemas.tickets import Identity

_INSERT = TicketRow.__table__.insert()  # type: ignore[attr-defined]
_NOT_YET: dict[str, None] = dict.fromkeys(
    ("counter_id", "staff_id", "reserved_counter_id", "call_id", "first_called_at", "called_at", "started_at",
     "finished_at")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class New:
    """A ticket to be made. ``place`` are the columns of its standing, ``day`` the day it is of."""

    id: UUID
    day: date
    series: str
    count: int
    number: str
    service: ServiceFacts
    items: Sequence[UUID]
    place: dict[str, Any]
    proof: str
    identity: Identity | None
    holder: Holder | None
    qr: str
    fingerprint: bytes
    issued_by: str
    issued_at: datetime
    due_at: datetime | None = None
    appointment_id: UUID | None = None


def make(writer: Writer, context: Context, new: New, left: int | None) -> dict[str, Any]:
    """Put it into its line and tell of it; answers its public view. ``left``: see ``TicketEvent``."""
    found, today = catalogue(writer), new.day == writer.day
    waiting = join_line(writer, new.service.id, new.place["lane"], new.day)
    identity, agent = new.identity, new.holder.agent if new.holder else None
    values = dict(
        hall_id=writer.hall_id, id=new.id, service_day=new.day, series=new.series, count=new.count, number=new.number,
        service_id=new.service.id, status=Status.WAITING.value,
        **new.place,
        identity_kind=identity.kind if identity else None, identity_key=new.holder.key if new.holder else None,
        identity_masked=mask(identity.number) if identity else None,
        name_masked=mask_name(identity.name) if identity and identity.name else None,
        identity_cipher=_sealed(context, "identity", new.id, identity.number if identity else None),
        name_cipher=_sealed(context, "name", new.id, identity.name if identity else None),
        agent_key=agent.key if agent else None, agent_masked=agent.masked if agent else None,
        agent_name_masked=agent.name_masked if agent else None,
        qr=new.qr, fingerprint=new.fingerprint, issued_by=new.issued_by, issued_at=new.issued_at,
        priority_proof=new.proof, note="", recalls=0, rated=False, version=0, due_at=new.due_at,
        appointment_id=new.appointment_id, items=len(new.items), item=0, park_reason="", parked_s=0, silent=False,
    )  # fmt: skip
    # Only read from here on: making the mapped object costs as much as inserting the row.
    row = cast(TicketRow, SimpleNamespace(**_NOT_YET, **values))
    ahead = _ahead(writer, row, waiting, new) if today else 0
    several = new.items if len(new.items) > 1 else ()
    fields = public_fields(context, found, new.service, row, ahead, writer.now, several)
    told = fields["estimate"] or {"p50_s": None, "p90_s": None}
    writer.connection.execute(_INSERT, values | {"told_p50_s": told["p50_s"], "told_p90_s": told["p90_s"]})
    add_items(writer, new.id, new.items)
    # Screens count today's lines, whichever day it was of.
    waits_now = waiting if today else waiting_for(writer, new.service.id)
    writer.emit("ticket.issued", event_data(found, row, waits_now, ahead=ahead, left=left))
    return fields


def grouped(writer: Writer, identity: Identity | None, asked: int, through: str) -> Grouped:
    """The priority group: what is asked for, or what the age in the document gives by the hall's rules."""
    groups = rules(writer).policy.groups
    born = birth_date(identity.kind, identity.number) if identity is not None and groups else None
    return group_of(groups, asked, born, writer.day, kiosk=through == "kiosk")


def _ahead(writer: Writer, row: TicketRow, waiting: int, new: New) -> int:
    # Who walks in now, in nobody's group, comes behind everybody; all others, and who is let in between, are counted.
    now_last = new.issued_at == writer.now and new.place["lane"] == BEHIND_ALL and newcomers_are_last(writer)
    return waiting - 1 if now_last else ahead_of(writer, row)


def _sealed(context: Context, column: str, ticket_id: UUID, text: str | None) -> bytes | None:
    return context.keys.vault.seal(text, place("tickets", column, ticket_id)) if text else None
