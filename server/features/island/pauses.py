"""Pauses a counter made while it was alone: compare and swap, at the times of then.

A pause, or its end, holds when the counter is still what its terminal knew. Where somebody closed or paused it
meanwhile it stays so, and what its people did is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from server.auth import Principal
from server.context import Context
from server.database import Writer
from server.features.catalogue.models import CounterRow
from server.features.island.conflicts import record_conflict
from server.features.island.outcome import Handler, Outcome
from server.features.island.visits import at_moment, own_counter
from server.features.queueing import counters
from shared.domain.errors import HallError
from shared.schemas.island import IslandEntry, IslandPause

PAUSED: Final = "counter.paused"
_OVERTAKEN: Final = frozenset({"counter_not_open", "ticket_in_hand", "staff_proof_needed"})


def take_pause(writer: Writer, context: Context, principal: Principal, entry: IslandEntry) -> Outcome:
    """A handler of entries: applied, or in conflict."""
    counter = own_counter(writer, principal, entry)
    try:
        told = IslandPause.model_validate(entry.body)
    except ValidationError:
        raise HallError("entry_malformed", status=422) from None
    body = told.model_dump(mode="json")
    wanted = ("paused", told.reason or "break") if entry.kind == PAUSED else ("open", None)
    at = min(max(entry.at, told.as_of), writer.now)
    # It may have arrived before, and only its answer was lost.
    if (counter.state, counter.pause_reason) == wanted or _change(writer, counter, told, wanted[1], at):
        return Outcome("taken", number=counter.label, body=body)
    conflict_id = record_conflict(
        writer, "pause_overtaken", terminal=principal.label, number=counter.label, happened_at=at,
        counter_id=counter.id, steps=[["pause" if entry.kind == PAUSED else "resume", at.isoformat()]],
    )  # fmt: skip
    return Outcome("conflict", conflict_id=conflict_id, number=counter.label, body=body)


HANDLERS: Final[Mapping[str, Handler]] = {PAUSED: take_pause, "counter.resumed": take_pause}


def _change(writer: Writer, counter: CounterRow, told: IslandPause, reason: str | None, at: datetime) -> bool:
    """Whether it could be done."""
    if counter.since is not None and (told.since is None or counter.since > told.since):
        return False
    with at_moment(writer, at):
        try:
            if reason is None:
                counters.resume(writer, counter.id)
            else:
                counters.pause(writer, counter.id, reason)
        except HallError as refused:
            if refused.code not in _OVERTAKEN:
                raise
            return False
    return True
