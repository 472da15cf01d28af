"""Whom a counter would call now, one after the other: under the policy in use and under another one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select

from server.database import Reader
from server.features.calling.service import Rules, check, rules, rules_of
from server.features.catalogue.service import catalogue
from server.features.queueing.choices import recent_turns
from server.features.queueing.lines import IN_LANE, SENT_IN_VAIN, candidate
from server.features.queueing.models import TicketRow
from shared.domain.calling import Candidate, Decision, line_up
from shared.domain.tickets import Status
from shared.schemas.calling import CallingPreview, PreviewRequest, WaitingOne

# So many of each lane can be among those shown.
SHOWN = 20


def preview(reader: Reader, asked: PreviewRequest) -> CallingPreview:
    """As if time stood still, nobody came and no other counter called."""
    found = catalogue(reader)
    counter = found.counter(asked.counter_id)
    check(found, asked.policy)
    lines, numbers = _lines(reader, counter.service_ids, counter.id)
    recent = recent_turns(reader, counter.id)

    def order(by: Rules) -> list[WaitingOne]:
        called = line_up(lines, by.policy, by.preferences.get(counter.id), recent, SHOWN)
        return [_shown(decision) for decision in called]

    def _shown(decision: Decision) -> WaitingOne:
        one = decision.chosen
        return WaitingOne(
            number=numbers[one.ticket_id], service_id=one.service_id,
            service_name=found.services[one.service_id].name, kind=one.kind, priority=one.priority,
            waited_s=int(one.waited_s), why=decision.rule,
        )  # fmt: skip

    waiting = sum(len(line) for line in lines)
    return CallingPreview(waiting=waiting, now=order(rules(reader)), then=order(rules_of(asked.policy)))


def _lines(
    reader: Reader, service_ids: tuple[UUID, ...], counter_id: UUID
) -> tuple[list[list[Candidate]], dict[UUID, str]]:
    row = TicketRow
    free = or_(row.reserved_counter_id.is_(None), row.reserved_counter_id == counter_id, SENT_IN_VAIN)
    found = reader.session.execute(
        select(
            row.id, row.number, row.service_id, row.lane, row.position, row.rank, row.since_at,
        )
        .where(
            row.hall_id == reader.hall_id, row.service_day == reader.day, row.status == Status.WAITING,
            row.service_id.in_(service_ids), free,
        )
        .order_by(row.lane, *IN_LANE)
    )  # fmt: skip
    lines: dict[tuple[UUID, int], list[Candidate]] = {}
    numbers: dict[UUID, str] = {}
    for one in found:
        line = lines.setdefault((one.service_id, one.lane), [])
        line.append(candidate(one, reader.now))
        numbers[one.id] = one.number
    return list(lines.values()), numbers
