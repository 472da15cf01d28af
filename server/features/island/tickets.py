"""A ticket that a kiosk printed without the server: it holds, whatever the rules would have said, and what they would
have said is written down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import BigInteger, cast, exists, func, select, update

from server.auth import Principal
from server.context import Context
from server.database import Writer
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.island.conflicts import record_conflict
from server.features.island.models import BandRow, LeaseRow
from server.features.island.outcome import Handler, Outcome
from server.features.island.pending import resolve
from server.features.limits import service as limits
from server.features.limits.persons import Holder, holder_of
from server.features.queueing.issue import print_of, refuse_closed
from server.features.queueing.making import New, grouped, make
from server.features.queueing.models import TicketRow
from server.features.queueing.standing import first_place
from server.features.release import service as release
from shared.domain.calling.places import ROOM, rank_late
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.island.numbers import band_label, band_series
from shared.domain.island.verdicts import Judged, judge_number
from shared.domain.items import MOST_ITEMS, in_order
from shared.schemas.island import IslandEntry, IslandTicket

# A kiosk that was off for longer tells of numbers nobody waits with any more.
OLDEST: Final = timedelta(days=31)


def take_ticket(writer: Writer, context: Context, principal: Principal, entry: IslandEntry) -> Outcome:
    """The ticket with the number on its paper, at the place in the line its time gives it."""
    if principal.kind not in ("kiosk", "admin"):
        raise HallError("not_permitted", status=403, permission="queue.tickets:issue")
    said = _said(entry)
    known = writer.session.get(TicketRow, said.id)
    if known is not None:
        return _known(writer, context, principal, entry, said, known)
    items = [id_ for id_ in in_order(said.service_id, said.items)[:MOST_ITEMS] if id_ in catalogue(writer).services]
    if items[:1] != [said.service_id]:
        raise HallError("service_unknown", status=404)
    if not writer.day - OLDEST <= said.service_day <= writer.day + timedelta(days=1):
        raise HallError("entry_too_old", status=422)
    service, *others = (catalogue(writer).services[id_] for id_ in items)
    lease = _lease(writer, principal.label, said)
    judged = judge_number(
        own_band=_band(writer, principal.label), band=int(said.band[1:]), leased=lease is not None,
        burnt=lease is not None and lease.burnt, free=_is_free(writer, said),
    )  # fmt: skip
    issued_at = min(max(entry.at, lease.granted_at if lease else entry.at), writer.now)
    holder = holder_of(context, said.identity, said.agent)
    count, number = said.count, said.number
    if judged.is_double:
        lease = _extra_lease(writer, principal.label, said)
        count, number = lease.first, band_label(lease.head, lease.band, lease.first)
    against, admitted, left = _rules(writer, context, said, (service, *others), holder, issued_at)
    group = grouped(writer, said.identity, said.priority, "kiosk")
    series = band_series(said.series, int(said.band[1:]))
    new = New(
        said.id, said.service_day, series, count, number, service, items,
        _late_place(writer, said, service, group.group, issued_at), group.proof, said.identity, holder,
        _code(writer, said.qr), print_of(items, holder, said.priority, principal.label), principal.label, issued_at,
    )  # fmt: skip
    make(writer, context, new, left)
    if lease is not None:
        writer.session.execute(update(LeaseRow).where(LeaseRow.id == lease.id).values(used=LeaseRow.used + 1))
    if admitted is not None:
        try:
            writer.attempt(lambda: limits.claim(writer, admitted, said.id, number))
        except HallError as error:
            against.append(error.code)
    resolve(writer, context, writer.session.get_one(TicketRow, said.id), said.number)
    return _told(writer, principal, entry, said, judged, against, number)


def _said(entry: IslandEntry) -> IslandTicket:
    try:
        return IslandTicket.model_validate(entry.body)
    except ValidationError as error:
        raise HallError("entry_malformed", status=422) from error


def _known(
    writer: Writer, context: Context, principal: Principal, entry: IslandEntry, said: IslandTicket, row: TicketRow
) -> Outcome:  # fmt: skip
    """Its answer was lost on the way, so the kiosk printed a number of its own: both lead to the one ticket."""
    if row.hall_id != writer.hall_id or row.issued_by != principal.label:
        raise HallError("entry_of_another", status=409)
    # Nobody has seen the code the server made; the one on the paper must open the page.
    row.qr = _code(writer, said.qr, row.qr)
    writer.flush()
    if row.number == said.number:
        return Outcome("known", ticket_id=row.id, number=said.number, body=_kept(said))
    resolve(writer, context, row, said.number)
    conflict = record_conflict(
        writer, "number_differs", terminal=principal.label, number=said.number, happened_at=entry.at, ticket_id=row.id,
        on_screens=row.number,
    )  # fmt: skip
    return Outcome("conflict", "number_differs", conflict, row.id, said.number, _kept(said))


def _told(
    writer: Writer, principal: Principal, entry: IslandEntry, said: IslandTicket, judged: Judged, against: list[str],
    number: str,
) -> Outcome:  # fmt: skip
    if not judged.conflict and not against:
        return Outcome("taken", ticket_id=said.id, number=said.number, body=_kept(said))
    detail: dict[str, Any] = {"codes": against} if against else {}
    if number != said.number:
        detail["on_screens"] = number
    kind = judged.conflict or "against_rules"
    conflict = record_conflict(
        writer, kind, terminal=principal.label, number=said.number, happened_at=entry.at, ticket_id=said.id, **detail
    )
    return Outcome("conflict", against[0] if against else kind, conflict, said.id, said.number, _kept(said))


def _kept(said: IslandTicket) -> dict[str, Any]:
    return said.model_dump(mode="json", exclude={"identity", "agent", "qr"})


def _lease(writer: Writer, terminal: str, said: IslandTicket) -> LeaseRow | None:
    return writer.session.scalars(
        select(LeaseRow).where(
            LeaseRow.hall_id == writer.hall_id, LeaseRow.terminal == terminal, LeaseRow.series == said.series,
            LeaseRow.service_day == said.service_day, LeaseRow.band == int(said.band[1:]),
            LeaseRow.first <= said.count, LeaseRow.last >= said.count,
        )
    ).one_or_none()  # fmt: skip


def _band(writer: Writer, terminal: str) -> int | None:
    row = writer.session.get(BandRow, (writer.hall_id, terminal))
    return row.band if row is not None else None


def _of_number(writer: Writer, said: IslandTicket) -> Any:
    return (
        TicketRow.hall_id == writer.hall_id, TicketRow.service_day == said.service_day,
        TicketRow.series == band_series(said.series, int(said.band[1:])),
    )  # fmt: skip


def _is_free(writer: Writer, said: IslandTicket) -> bool:
    return not writer.session.scalar(select(exists().where(*_of_number(writer, said), TicketRow.count == said.count)))


def _extra_lease(writer: Writer, terminal: str, said: IslandTicket) -> LeaseRow:
    """One number more for a paper whose number somebody else has: the ledger says where it came from."""
    band = int(said.band[1:])
    spans = select(func.max(LeaseRow.last)).where(
        LeaseRow.hall_id == writer.hall_id, LeaseRow.service_day == said.service_day, LeaseRow.series == said.series,
        LeaseRow.band == band,
    )  # fmt: skip
    highest = writer.session.scalar(select(func.max(TicketRow.count)).where(*_of_number(writer, said))) or 0
    count = max(writer.session.scalar(spans) or 0, highest) + 1
    head = said.number.partition(band_series("", band))[0] or said.series
    lease = LeaseRow(
        hall_id=writer.hall_id, id=uuid7(), terminal=terminal, service_day=said.service_day, series=said.series,
        head=head, band=band, first=count, last=count, epoch=0, granted_at=writer.now, used=0, closed_at=writer.now,
        burnt=False,
    )  # fmt: skip
    writer.session.add(lease)
    writer.flush()
    return lease


def _rules(
    writer: Writer, context: Context, said: IslandTicket, services: tuple[ServiceFacts, ...], holder: Holder | None,
    issued_at: datetime,
) -> tuple[list[str], limits.Admitted | None, int | None]:  # fmt: skip
    """What would have been refused then; what was not is counted as on line. Of a day that is over nothing is."""
    against: list[str] = []
    admitted: limits.Admitted | None = None
    left: int | None = None
    for place, service in enumerate(services):
        try:
            refuse_closed(writer, context, service, issued_at)
            if said.identity is None and service.identity == "required":
                raise HallError("identity_required", status=409)
        except HallError as error:
            against.append(error.code)
        if said.service_day != writer.day:
            continue
        try:
            granted = limits.admit(writer, holder, service, "ticket", "kiosk")
            admitted = granted if place == 0 else admitted
        except HallError as error:
            against.append(error.code)
        try:
            counted = release.take(
                writer, service, "onsite", through="kiosk", always_open=context.always_open, at=issued_at
            )
            left = counted if place == 0 else left
        except HallError as error:
            against.append(error.code)
    return against, admitted, left


def _late_place(
    writer: Writer, said: IslandTicket, service: ServiceFacts, priority: int, issued_at: datetime
) -> dict[str, Any]:  # fmt: skip
    """Behind who had a number of its lane by then: who came later came later, though the server heard of it first."""
    place = first_place(writer.seq + 1, priority, None, issued_at)
    before = writer.connection.execute(
        select(TicketRow.position, TicketRow.issued_at)
        .where(
            TicketRow.hall_id == writer.hall_id, TicketRow.service_day == said.service_day,
            TicketRow.service_id == service.id, TicketRow.lane == place["lane"], TicketRow.issued_at <= issued_at,
            # Those who stand where the server put them as they came.
            TicketRow.rank == cast(TicketRow.position, BigInteger) * ROOM,
        )
        .order_by(TicketRow.position.desc())
        .limit(1)
    ).first()  # fmt: skip
    midnight = datetime.combine(said.service_day, time(), writer.clocks.zone)
    base, base_at = (before.position, before.issued_at) if before else (0, midnight)
    return place | {"rank": rank_late(base, base_at.timestamp(), issued_at.timestamp())}


def _code(writer: Writer, wanted: str, own: str = "") -> str:
    """The code of the paper, unless another ticket has it, which chance alone does not bring about."""
    if wanted != own and writer.session.scalar(select(exists().where(TicketRow.qr == wanted))):
        raise HallError("entry_of_another", status=409)
    return wanted


HANDLERS: Mapping[str, Handler] = {"ticket.issued": take_ticket}
