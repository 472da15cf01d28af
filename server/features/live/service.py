"""The snapshot that events change."""

from __future__ import annotations

from sqlalchemy import select

from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.catalogue.view import counter_list
from server.features.live.waits import expected_waits
from server.features.notices.shown import shown as notices_shown
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import CallRow, TicketRow
from server.features.signage.emergencies import active
from server.features.weather.service import shown as weather
from shared.domain.waits.shown import ShownWaits
from shared.schemas.events import ActiveCall, ServiceWaiting, Snapshot

CALLS_SHOWN = 60


def snapshot(
    reader: Reader, topics: frozenset[str], waits: ShownWaits | None = None, mark: str = "", base: str = ""
) -> Snapshot:
    """The parts the topics ask for, at the ``epoch`` and ``seq`` of one consistent read.

    ``waits``: what this process shows, which is no part of that read. ``base``: where phones reach this server.
    """
    return Snapshot(
        hall_id=reader.hall_id, epoch=reader.clocks.epoch, seq=reader.clocks.seq, at=reader.now, epoch_mark=mark,
        calls=_calls(reader) if "calls" in topics else None,
        waiting=_waiting(reader) if topics & {"calls", "tickets"} else None,
        counters=counter_list(reader) if "counters" in topics else None,
        waits=expected_waits(waits, reader.now) if "waits" in topics else None,
        notices=notices_shown(reader, base) if "notices" in topics else None,
        emergencies=active(reader) if topics & {"signage", "emergencies"} else None,
        weather=weather(reader) if "information" in topics else None,
    )  # fmt: skip


def _calls(reader: Reader) -> list[ActiveCall]:
    """Today's latest calls, newest first; a call that was taken back is not one."""
    found = catalogue(reader)
    rows = reader.session.execute(
        select(CallRow, TicketRow)
        .join(TicketRow, TicketRow.id == CallRow.ticket_id)
        .where(CallRow.hall_id == reader.hall_id, CallRow.service_day == reader.day, ~CallRow.undone)
        .order_by(CallRow.seq.desc())
        .limit(CALLS_SHOWN)
    )
    calls = []
    for call, ticket in rows:
        service, counter = found.services[ticket.service_id], found.counters[call.counter_id]
        current = ticket.call_id == call.id
        calls.append(
            ActiveCall(
                call_id=call.id, seq=call.seq, called_at=call.called_at, ticket_id=ticket.id, number=ticket.number,
                status=ticket.status if current else "finished", service_id=service.id, service_name=service.name,
                service_name_en=service.name_en, counter_id=counter.id, counter_label=counter.label,
                counter_name=counter.name, zone=counter.zone, floor=counter.floor,
                recalls=ticket.recalls if current else 0, silent=call.silent,
            )
        )  # fmt: skip
    return calls


def _waiting(reader: Reader) -> list[ServiceWaiting]:
    found = catalogue(reader)
    return [
        ServiceWaiting(
            service_id=service_id, service_name=found.services[service_id].name,
            service_name_en=found.services[service_id].name_en, zones=found.zones.get(service_id, []), waiting=count,
        )
        for service_id, count in waiting_by_service(reader).items()
    ]  # fmt: skip
