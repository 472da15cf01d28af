"""Uploads of terminals' journals: each entry by itself, once, and answered the same way however often it is sent."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from server.auth import Principal
from server.context import Context
from server.database import Writer
from server.features.island import pauses, tickets, visits
from server.features.island.models import EntryRow
from server.features.island.outcome import Handler, Outcome
from shared.domain.errors import HallError
from shared.schemas.island import EntryAnswers, EntryBatch, EntryVerdict, IslandEntry

log = logging.getLogger(__name__)
HANDLERS: Mapping[str, Handler] = {**tickets.HANDLERS, **visits.HANDLERS, **pauses.HANDLERS}


def take_entries(writer: Writer, context: Context, principal: Principal, batch: EntryBatch) -> EntryAnswers:
    """One by one in the journal's order; what can't be taken is refused alone, and its neighbours are not."""
    refuse_people(principal)
    return EntryAnswers(entries=[_entry(writer, context, principal, entry) for entry in batch.entries])


def refuse_people(principal: Principal) -> None:
    """403 for a person: a journal is a machine's."""
    if principal.account_id is not None:
        raise HallError("not_a_terminal", status=403)


def _entry(writer: Writer, context: Context, principal: Principal, entry: IslandEntry) -> EntryVerdict:
    known = writer.session.get(EntryRow, entry.id)
    if known is not None:
        if known.hall_id != writer.hall_id or known.terminal != principal.label:
            return EntryVerdict(id=entry.id, verdict="refused", code="entry_of_another")
        return _answer(known)
    made: list[Outcome] = []
    handler = HANDLERS.get(entry.kind)
    try:
        if handler is None:
            raise HallError("entry_kind_unknown", kind=entry.kind)
        writer.attempt(lambda: made.append(handler(writer, context, principal, entry)))
        outcome = made[0]
    except HallError as error:
        # Kept: asked again, it is not tried again, so that the answer stays what it was.
        log.warning("entry %s of %s refused: %s", entry.id, principal.label, error.code)
        outcome = Outcome("refused", error.code)
    row = EntryRow(
        hall_id=writer.hall_id, id=entry.id, terminal=principal.label, counter_id=entry.counter_id, kind=entry.kind,
        service_day=writer.clocks.day(entry.at), at=entry.at, received_at=writer.now, ticket_id=outcome.ticket_id,
        number=outcome.number, body=outcome.body, verdict=outcome.verdict, code=outcome.code,
        conflict_id=outcome.conflict_id,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    return _answer(row)


def _answer(row: EntryRow) -> EntryVerdict:
    return EntryVerdict.model_validate(
        {"id": row.id, "verdict": row.verdict, "code": row.code, "conflict_id": row.conflict_id}
    )
