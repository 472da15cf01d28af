"""One action at a counter, as the server carries it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.hall import Counter, CounterDesk
from shared.schemas.tickets import CallAnswer

COUNTER_ACTIONS = frozenset({"sign-in", "sign-out", "pause", "resume", "hand-over"})


@dataclass(frozen=True)
class Outcome:
    """An action that the server carried out: its answer, and the desk read after it (None if that read failed)."""

    step: str
    answer: CallAnswer | Counter | None
    desk: CounterDesk | None


def carry_out(client: HallClient, counter_id: UUID, step: str, body: Mapping[str, Any], key: str) -> Outcome:
    """Ask the server for one action, then for the desk as it is after it. Blocks."""
    answer: CallAnswer | Counter | None
    if step in COUNTER_ACTIONS:
        answer = client.counter_state(counter_id, step, body)
    elif step == "call-next":
        answer = client.call_next(counter_id, silent=bool(body.get("silent")), key=key)
    else:
        answer = client.ticket_step(counter_id, step, body, key=key)
    try:
        return Outcome(step, answer, client.desk(counter_id))
    except HallError:
        return Outcome(step, answer, None)


def fingerprint(desk: CounterDesk) -> object:
    """What every action at this counter leaves its mark on."""
    ticket = desk.ticket
    call_id = desk.call.call_id if desk.call else None
    in_hand = (ticket.id, ticket.status, ticket.recalls, ticket.service_id, call_id) if ticket else None
    groups = tuple((one.id, one.priority) for one in desk.waiting)
    return in_hand, desk.served_today, len(desk.held), len(desk.missed), len(desk.parked), desk.counter.state, groups
