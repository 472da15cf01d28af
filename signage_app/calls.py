"""What a display knows: calls, lines and counters; how an event changes them, and what of them is shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from uuid import UUID

from shared.schemas.events import (
    ActiveCall,
    Event,
    ExpectedWait,
    ExpectedWaits,
    ServiceWaiting,
    Snapshot,
    TicketEvent,
)
from shared.schemas.hall import Counter, Zone

# As many as a snapshot brings: with fewer, a display would show less the longer it runs.
KEPT = 60
# Back in a line, the ticket is called again some time; until then its old call means nothing.
_GONE = frozenset({"waiting"})


@dataclass(frozen=True)
class Board:
    """The hall as of the last event."""

    calls: Mapping[UUID, ActiveCall] = field(default_factory=dict)
    waiting: Mapping[UUID, ServiceWaiting] = field(default_factory=dict)
    counters: Mapping[UUID, Counter] = field(default_factory=dict)
    # None while the line is down: what is expected now cannot be known from before.
    waits: ExpectedWaits | None = None
    epoch: int = 0
    seq: int = -1

    def is_called(self, call_id: UUID) -> bool:
        """Whether somebody should be on the way to a counter now."""
        call = self.calls.get(call_id)
        return call is not None and call.status == "called"


def board_of(snapshot: Snapshot) -> Board:
    return Board(
        calls={call.call_id: call for call in snapshot.calls or ()},
        waiting={line.service_id: line for line in snapshot.waiting or ()},
        counters={counter.id: counter for counter in snapshot.counters or ()},
        waits=snapshot.waits,
        epoch=snapshot.epoch,
        seq=snapshot.seq,
    )


def snapshot_of(board: Board, hall_id: UUID, at: datetime) -> Snapshot:
    """The board as a snapshot again, to keep on disk: without the waits, which are of the moment."""
    return Snapshot(
        hall_id=hall_id, epoch=board.epoch, seq=board.seq, at=at, calls=newest_first(board.calls.values()),
        waiting=list(board.waiting.values()), counters=list(board.counters.values()),
    )  # fmt: skip


def newest_first(calls: Iterable[ActiveCall]) -> list[ActiveCall]:
    return sorted(calls, key=lambda call: call.seq, reverse=True)


def after(board: Board, event: Event) -> Board:
    """The board once the event has happened; ValueError when its data cannot be understood."""
    board = replace(board, epoch=event.epoch, seq=event.seq)
    if event.kind == "counter.changed":
        counter = Counter.model_validate(event.data)
        counters = {key: known for key, known in board.counters.items() if key != counter.id}
        return replace(board, counters=counters if counter.retired else counters | {counter.id: counter})
    if not event.kind.startswith("ticket."):
        return board
    ticket = TicketEvent.model_validate(event.data)
    return replace(board, calls=_calls_after(board, event, ticket), waiting=_waiting_after(board, ticket))


def places(board: Board) -> Mapping[UUID, tuple[str, str]]:
    """Each counter's label and zone."""
    return {counter.id: (counter.label, counter.zone) for counter in board.counters.values()}


def _calls_after(board: Board, event: Event, ticket: TicketEvent) -> Mapping[UUID, ActiveCall]:
    if ticket.call_id is None or ticket.counter_id is None or ticket.counter_label is None:
        return board.calls
    if event.kind == "ticket.undone" and ticket.undone_step == "call":
        return {key: call for key, call in board.calls.items() if key != ticket.call_id}
    known = board.calls.get(ticket.call_id)
    rings = event.kind in ("ticket.called", "ticket.recalled")
    if known is not None:
        changes = {
            "status": ticket.status, "recalls": ticket.recalls, "service_id": ticket.service_id,
            "service_name": ticket.service_name, "service_name_en": ticket.service_name_en,
        } | ({"seq": event.seq} if rings else {})  # fmt: skip
        call = known.model_copy(update=changes)
    else:
        # Behind the oldest that is kept, unless it rings now.
        call = ActiveCall(
            call_id=ticket.call_id, seq=event.seq if rings else 0, called_at=event.data.get("called_at") or event.at,
            ticket_id=ticket.ticket_id, number=ticket.number, status=ticket.status, service_id=ticket.service_id,
            service_name=ticket.service_name, service_name_en=ticket.service_name_en, counter_id=ticket.counter_id,
            counter_label=ticket.counter_label, counter_name=ticket.counter_name or "", zone=ticket.zone or "",
            floor=ticket.floor or "", recalls=ticket.recalls, silent=ticket.silent,
        )  # fmt: skip
    calls = {**board.calls, call.call_id: call}
    if len(calls) > KEPT:
        # Who is still on the way is never forgotten, however long ago it was.
        spare = [one for one in newest_first(calls.values()) if one.status != "called"]
        for one in spare[::-1][: len(calls) - KEPT]:
            del calls[one.call_id]
    return calls


def _waiting_after(board: Board, ticket: TicketEvent) -> Mapping[UUID, ServiceWaiting]:
    waiting = {**board.waiting}
    waiting[ticket.service_id] = ServiceWaiting(
        service_id=ticket.service_id, service_name=ticket.service_name, service_name_en=ticket.service_name_en,
        zones=[], waiting=max(0, ticket.waiting),
    )  # fmt: skip
    if ticket.previous_service_id in waiting and ticket.previous_waiting is not None:
        previous = waiting[ticket.previous_service_id]
        waiting[previous.service_id] = previous.model_copy(update={"waiting": max(0, ticket.previous_waiting)})
    return waiting


def new_day(board: Board, day: date, zone: tzinfo | None) -> Board:
    """Without what belongs to another day: at midnight yesterday's numbers begin to lie."""
    calls = {key: call for key, call in board.calls.items() if call.called_at.astimezone(zone).date() == day}
    return replace(board, calls=calls, waiting={})


# What is shown in the display's zone, None for the whole hall.


def in_zone(call: ActiveCall, zone: Zone | None) -> bool:
    # A silent call is between the counter and whoever it calls.
    if call.silent:
        return False
    return zone is None or (call.counter_label in zone.counter_labels and _is_for(call.service_id, zone))


def _is_for(service_id: UUID, zone: Zone) -> bool:
    return zone.service_ids is None or service_id in zone.service_ids


def shown_calls(board: Board, zone: Zone | None, limit: int) -> list[ActiveCall]:
    """Up to `limit` calls, newest first: all who should be on the way, then the latest others; each ticket once."""
    latest: dict[UUID, ActiveCall] = {}
    for call in newest_first(board.calls.values()):
        if in_zone(call, zone):
            latest.setdefault(call.ticket_id, call)
    calls = [call for call in latest.values() if call.status not in _GONE]
    chosen = [call for call in calls if call.status == "called"][:limit]
    chosen += [call for call in calls if call.status != "called"][: limit - len(chosen)]
    return newest_first(chosen)


def called_count(board: Board, zone: Zone | None) -> int:
    """How many should be on the way."""
    return sum(call.status == "called" and in_zone(call, zone) for call in board.calls.values())


def shown_waiting(board: Board, zone: Zone | None) -> list[ServiceWaiting]:
    """The lines somebody waits in that a counter of the zone serves, longest first."""
    lines = [line for line in board.waiting.values() if line.waiting > 0]
    if zone is not None:
        counters = [counter for counter in board.counters.values() if counter.label in zone.counter_labels]
        served = {key for counter in counters for key in counter.service_ids if _is_for(key, zone)}
        lines = [line for line in lines if line.service_id in served]
    return sorted(lines, key=lambda line: (-line.waiting, line.service_name, str(line.service_id)))


def shown_waits(board: Board, now: datetime) -> Mapping[UUID, ExpectedWait]:
    """The expected waits that may be shown at ``now``, by service."""
    waits = board.waits
    return {one.service_id: one for one in waits.services} if waits is not None and now < waits.until else {}
