"""The desk as it is after what the journal tells: what a counter starts with that was killed while it was alone."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from counter_app.features.island import steps
from shared.domain.errors import HallError
from shared.schemas.hall import CounterDesk
from shared.schemas.island import IslandPause, IslandVisit
from shared.schemas.tickets import StaffTicket

_log = logging.getLogger(__name__)
# The journal's word for each step of the screen; a recall changes nothing that anybody else has to know.
KINDS: Final[Mapping[str, str]] = {
    "start": "visit.started", "finish": "visit.finished", "no-show": "visit.no_show", "hold": "visit.held",
    "next-item": "visit.next_item",
}  # fmt: skip
CALLED: Final = "visit.called"
PARKED: Final = "visit.parked"
UNPARKED: Final = "visit.unparked"
PAUSED: Final = "counter.paused"
RESUMED: Final = "counter.resumed"
_STEPS: Final = {kind: step for step, kind in KINDS.items()}


class Line(Protocol):
    """As much of an entry of the journal as is needed here."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def body(self) -> Mapping[str, Any]: ...


def body_of(desk: CounterDesk, ticket: StaffTicket, as_of: datetime, **more: Any) -> dict[str, Any]:
    """What the journal keeps of a step with this ticket: numbers and ids, nobody's name. ``more``: of a parking."""
    told = IslandVisit(
        ticket_id=None if steps.is_from_paper(ticket) else ticket.id, number=ticket.number,
        staff_id=desk.counter.staff.id if desk.counter.staff else None, as_of=as_of, item=steps.item_at(ticket),
        **more,
    )  # fmt: skip
    return told.model_dump(mode="json")


def pause_of(desk: CounterDesk, reason: str | None, as_of: datetime) -> dict[str, Any]:
    """What the journal keeps of a pause, or of its end."""
    return IslandPause(as_of=as_of, since=desk.counter.since, reason=reason).model_dump(mode="json")


def replay(desk: CounterDesk, lines: Iterable[Line]) -> CounterDesk:
    """The desk of the copy with these entries done again, in their order."""
    for line in lines:
        try:
            if line.kind in (PAUSED, RESUMED):
                reason = IslandPause.model_validate(line.body).reason if line.kind == PAUSED else None
                desk = steps.paused(desk, reason, line.at)
                continue
            told = IslandVisit.model_validate(line.body)
            if line.kind == UNPARKED:
                desk, _ = steps.unparked(desk, _wanted(desk, told, line.at), line.at)
            elif line.kind == PARKED and desk.ticket is not None and _same(desk.ticket, told):
                desk, _ = steps.parked(desk, told.reason or "", told.minutes, line.at)
            elif line.kind == CALLED:
                desk, _ = steps.called(desk, _wanted(desk, told, line.at), line.at)
            elif line.kind in _STEPS and desk.ticket is not None and _same(desk.ticket, told):
                desk, _ = steps.stepped(desk, _STEPS[line.kind], line.at)
            else:
                _log.warning("entry %s of the journal fits nothing at this desk", line.kind)
        except HallError as error:
            _log.warning("entry %s of the journal was not done again: %s", line.kind, error)
    return desk


def _wanted(desk: CounterDesk, told: IslandVisit, at: datetime) -> StaffTicket:
    known = by_id(desk, told.ticket_id) if told.ticket_id is not None else None
    return known or steps.find(desk, told.number) or steps.from_paper(desk, told.number, at)


def by_id(desk: CounterDesk, ticket_id: UUID) -> StaffTicket | None:
    """Somebody of the desk who is not in hand."""
    everybody = [*desk.waiting, *desk.parked, *desk.held, *desk.missed]
    return next((one for one in everybody if one.id == ticket_id), None)


def _same(ticket: StaffTicket, told: IslandVisit) -> bool:
    return ticket.number == told.number if told.ticket_id is None else ticket.id == told.ticket_id
