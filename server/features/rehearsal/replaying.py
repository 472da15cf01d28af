"""A past day of the hall under the policy in use and under another one, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.calling.service import Rules, check, rules, rules_of
from server.features.catalogue.service import catalogue
from server.features.queueing.models import TicketRow
from server.features.simulation.past import past_day
from shared.domain.errors import HallError
from shared.domain.simulation.replay import Figures, Outcome, PastDay, as_it_was, compare, figures, replay
from shared.schemas.calling import Moved, Replayed, ReplayFigures, ReplayRequest, ReplayRow

# Less than that is no difference to anybody. Seconds.
NOTICED_S: Final = 60.0
MOST_MOVED: Final = 20


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """All a replay needs, so that it runs without a transaction."""

    past: PastDay
    now: Rules
    then: Rules
    numbers: dict[UUID, str]
    services: dict[UUID, str]


def rehearsal(reader: Reader, asked: ReplayRequest) -> Rehearsal:
    if asked.day >= reader.day:
        raise HallError("calling_day_not_over", status=422)
    found = catalogue(reader)
    check(found, asked.policy)
    past = past_day(reader, asked.day)
    numbers = reader.session.execute(
        select(TicketRow.id, TicketRow.number).where(
            TicketRow.hall_id == reader.hall_id, TicketRow.service_day == asked.day
        )
    )
    names = {id_: service.name for id_, service in found.services.items()}
    return Rehearsal(past, rules(reader), rules_of(asked.policy), {row.id: row.number for row in numbers}, names)


def run(given: Rehearsal) -> Replayed:
    """Some tenths of a second for a day of a thousand tickets."""
    before = replay(given.past, given.now.policy, given.now.preferences)
    after = replay(given.past, given.then.policy, given.then.preferences)
    rows = [
        ReplayRow(group=str(row.key or "all"), before=_wire(row.before), after=_wire(row.after))
        for row in compare(before, after)
        if row.kind in ("all", "group")
    ]
    changes = [
        (was, then) for was, then in zip(before, after, strict=True) if abs(then.waited_s - was.waited_s) >= NOTICED_S
    ]  # fmt: skip
    changes.sort(key=lambda pair: pair[1].waited_s - pair[0].waited_s)
    earlier = [pair for pair in changes if pair[1].waited_s < pair[0].waited_s]
    later = changes[len(earlier) :]
    return Replayed(
        day=given.past.day, guessed=given.past.guessed, real=_wire(figures(as_it_was(given.past))), rows=rows,
        earlier=len(earlier), later=len(later),
        moved=_moved(given, earlier[:MOST_MOVED]) + _moved(given, later[-MOST_MOVED:]),
    )  # fmt: skip


def _moved(given: Rehearsal, pairs: Sequence[tuple[Outcome, Outcome]]) -> list[Moved]:
    return [
        Moved(
            number=given.numbers.get(was.ticket.id, ""), service_name=given.services.get(was.ticket.service, ""),
            kind=was.ticket.group, before_s=was.waited_s, after_s=then.waited_s,
        )
        for was, then in pairs
    ]  # fmt: skip


def _wire(found: Figures) -> ReplayFigures:
    return ReplayFigures(
        tickets=found.tickets, called=found.called, median_s=found.median_s, p90_s=found.p90_s,
        longest_s=found.longest_s,
    )  # fmt: skip
