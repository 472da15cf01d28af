"""Waiting tickets in the order in which one counter would call them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from server.database import Reader
from server.features.calling.service import rules
from server.features.queueing.choices import recent_turns
from server.features.queueing.lines import candidate
from server.features.queueing.models import TicketRow
from shared.domain.calling import Candidate, line_up
from shared.domain.calling.choice import needs_past


def as_called(reader: Reader, counter_id: UUID, rows: Sequence[TicketRow]) -> list[TicketRow]:
    """``rows`` come in the order of lanes: where booked people go first, and nothing else is set, that is it already.

    Exact as far as ``rows`` are all who wait; who waits beyond them may have a better claim.
    """
    ruled = rules(reader)
    preference = ruled.preferences.get(counter_id)
    people = [candidate(row, reader.now) for row in rows]
    past = needs_past(people, ruled.policy)
    early = any(one.booked and not one.due for one in people)
    if ruled.policy.merge == "booked_first" and preference is None and not past and not early:
        return list(rows)
    lines: dict[tuple[UUID, int], list[Candidate]] = {}
    for row, one in zip(rows, people, strict=True):
        lines.setdefault((row.service_id, row.lane), []).append(one)
    recent = recent_turns(reader, counter_id) if past else ()
    by_id = {row.id: row for row in rows}
    called = line_up(lines.values(), ruled.policy, preference, recent, len(rows))
    return [by_id[decision.chosen.ticket_id] for decision in called]
