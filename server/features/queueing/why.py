"""Why somebody was called before somebody else, from what each call has kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, func, literal, select

from server.database import Reader
from server.features.calling.service import rules
from server.features.catalogue.models import CounterServiceRow
from server.features.catalogue.service import Catalogue, catalogue
from server.features.queueing.choices import read_back
from server.features.queueing.models import CallRow, TicketRow
from shared.domain.calling import Candidate
from shared.domain.calling.places import is_booked
from shared.i18n import text
from shared.schemas.calling import CalledBefore, Choice, WaitingOne

# So many of those who were called before one are told of, the last first.
MOST_TOLD = 10
LATELY_S = 30.0
MOST_KNOWN = 4000
# ``called_before`` as a question of yes or no, which every page of a ticket asks: built once.
_FIRST_CALL_OF_MINE = (
    select(func.coalesce(func.min(CallRow.seq), literal(1 << 62)))
    .where(CallRow.ticket_id == bindparam("mine"), CallRow.undone.is_(False))
    .scalar_subquery()
)
_OVERTAKEN = (
    select(CallRow.seq)
    .join(TicketRow, TicketRow.id == CallRow.ticket_id)
    .where(
        CallRow.hall_id == bindparam("hall"), CallRow.service_day == bindparam("day_"), CallRow.undone.is_(False),
        CallRow.seq > bindparam("place"), CallRow.seq < _FIRST_CALL_OF_MINE, TicketRow.id != bindparam("mine"),
        TicketRow.position > bindparam("place"),
        CallRow.counter_id.in_(
            select(CounterServiceRow.counter_id).where(CounterServiceRow.service_id == bindparam("service"))
        ),
    )
    .limit(1)
)  # fmt: skip


def choices(reader: Reader, ticket: TicketRow, language: str) -> list[Choice]:
    """The calls of a ticket with what each was chosen from, oldest first; calls taken back are left out."""
    found = catalogue(reader)
    calls = reader.session.scalars(
        select(CallRow)
        .where(CallRow.ticket_id == ticket.id, CallRow.undone.is_(False), CallRow.rule.is_not(None))
        .order_by(CallRow.seq)
    )
    return [_choice(reader, found, ticket, call, language) for call in calls]


def _choice(reader: Reader, found: Catalogue, ticket: TicketRow, call: CallRow, language: str) -> Choice:
    kept = call.choice or {}
    people = [_person(found, line) for line in kept.get("c", ())]
    rule: Any = call.rule
    words = _Words(reader, found, ticket, call, language)
    return Choice(
        call_id=call.id, called_at=call.called_at, counter_label=found.counters[call.counter_id].label,
        number=ticket.number, rule=rule, merge=kept.get("m"), policy_version=kept.get("v"),
        chosen=people[0] if people else None, others=people[1:], sentence=words.say(_by_hand(call) or rule),
    )  # fmt: skip


def _person(found: Catalogue, line: list[Any]) -> WaitingOne:
    number, one, reason = read_back(line)
    why: Any = reason
    service = found.services.get(one.service_id)
    return WaitingOne(
        number=number, service_id=one.service_id, service_name=service.name if service else "", kind=one.kind,
        priority=one.priority, waited_s=int(one.waited_s), why=why,
    )  # fmt: skip


def called_before(reader: Reader, mine: TicketRow, language: str, number: str = "") -> list[CalledBefore]:
    """Who took a number after ``mine`` and was called before it at a counter that calls for both, the last first.

    ``number``: the one ticket of today asked about instead, whenever it was taken and wherever it was called.
    """
    found = catalogue(reader)
    mine_called = _first_call(reader, mine)
    if number:
        chosen = _calls_of_others(reader, mine).where(
            TicketRow.number == number, TicketRow.service_day == mine.service_day
        )
    else:
        chosen = _before(reader, found, mine, mine_called)
    chosen = chosen.order_by(CallRow.seq.desc()).limit(1 if number else MOST_TOLD)
    answers = []
    for call, theirs in reader.session.execute(chosen):
        code = _because(found, mine, call, theirs, mine_called)
        words = _Words(reader, found, theirs, call, language)
        answers.append(
            CalledBefore(
                number=theirs.number, called_at=call.called_at, counter_label=found.counters[call.counter_id].label,
                reason=code, sentence=words.say(code),
            )
        )  # fmt: skip
    return answers


def overtaken(reader: Reader, mine: TicketRow) -> bool:
    """Whether ``called_before`` has anything to tell."""
    of_mine = {
        "hall": reader.hall_id, "day_": mine.service_day, "mine": mine.id, "place": mine.position,
        "service": mine.service_id,
    }  # fmt: skip
    return reader.connection.execute(_OVERTAKEN, of_mine).first() is not None


class Lately:
    """An answer about a ticket that is good for some seconds, in one process."""

    def __init__(self, ask: Callable[[Reader, TicketRow], bool]) -> None:
        self._ask = ask
        self._known: dict[UUID, tuple[float, bool]] = {}

    def __call__(self, reader: Reader, ticket: TicketRow) -> bool:
        now = time.monotonic()
        until, answer = self._known.get(ticket.id, (0.0, False))
        if now < until:
            return answer
        if len(self._known) >= MOST_KNOWN:
            self._known = {id_: kept for id_, kept in list(self._known.items()) if now < kept[0]}
        answer = self._ask(reader, ticket)
        self._known[ticket.id] = now + LATELY_S, answer
        return answer


def _first_call(reader: Reader, mine: TicketRow) -> int | None:
    return reader.session.scalar(
        select(func.min(CallRow.seq)).where(CallRow.ticket_id == mine.id, CallRow.undone.is_(False))
    )


def _calls_of_others(reader: Reader, mine: TicketRow) -> Select[CallRow, TicketRow]:
    return (
        select(CallRow, TicketRow)
        .join(TicketRow, TicketRow.id == CallRow.ticket_id)
        .where(
            CallRow.hall_id == reader.hall_id, CallRow.service_day == mine.service_day, CallRow.undone.is_(False),
            TicketRow.id != mine.id,
        )
    )  # fmt: skip


def _before(reader: Reader, found: Catalogue, mine: TicketRow, called: int | None) -> Select[CallRow, TicketRow]:
    """Calls of those who came after ``mine``, at its counters, while it waited (until its call ``called``)."""
    counters = [counter.id for counter in found.counters.values() if mine.service_id in counter.service_ids]
    # Calls and tickets are numbered by the same events: whose number is higher came later.
    chosen = _calls_of_others(reader, mine).where(
        CallRow.seq > mine.position, CallRow.counter_id.in_(counters), TicketRow.position > mine.position
    )
    return chosen if called is None else chosen.where(CallRow.seq < called)


def _because(found: Catalogue, mine: TicketRow, call: CallRow, theirs: TicketRow, called: int | None) -> str:
    """The key of the words that say why this call was not for ``mine``."""
    if called is not None and call.seq > called:
        return "after_you"
    if call.counter_id not in _callable_at(found, mine):
        return "other_counter"
    if call.seq < mine.position:
        return "before_you_came"
    if call.rule is None:
        return "unknown"
    if (by_hand := _by_hand(call)) is not None:
        return by_hand
    mine_then = _head_of(call, mine)
    if mine_then is not None and mine_then != "first":
        return mine_then
    if theirs.position < mine.position or mine_then == "first":
        return "came_back" if theirs.came_back else "first"
    return call.rule


def _callable_at(found: Catalogue, mine: TicketRow) -> set[UUID]:
    if mine.reserved_counter_id is not None:
        return {mine.reserved_counter_id}
    return {counter.id for counter in found.counters.values() if mine.service_id in counter.service_ids}


def _by_hand(call: CallRow) -> str | None:
    if call.rule != "by_hand":
        return None
    if (call.choice or {}).get("alone"):
        return "by_hand_alone"
    came_from = str((call.choice or {}).get("from", "waiting"))
    return f"by_hand_{came_from}" if came_from in ("held", "no_show", "parked") else "by_hand"


def _head_of(call: CallRow, mine: TicketRow) -> str | None:
    """Why the first of the line in which ``mine`` stood was left waiting at this call."""
    for line in (call.choice or {}).get("c", ())[1:]:
        _, one, why = read_back(line)
        if one.service_id == mine.service_id and one.priority == -mine.priority and one.booked == is_booked(mine.lane):
            return why
    return None


@dataclass(frozen=True, slots=True)
class _Words:
    """What a sentence about one call can name. Never which group somebody belongs to."""

    reader: Reader
    found: Catalogue
    ticket: TicketRow
    call: CallRow
    language: str

    def say(self, code: str) -> str:
        zone = self.reader.clocks.zone
        chosen = self._chosen()
        policy = rules(self.reader).policy
        service = self.found.services[chosen.service_id if chosen else self.ticket.service_id]
        name = service.name_en if self.language != "zh-CN" and service.name_en else service.name
        turn = self.ticket.turn_at or self.ticket.issued_at
        return text(
            f"calling.why.{code}", language=self.language, number=self.ticket.number, service=name,
            counter=self.found.counters[self.call.counter_id].label,
            issued=self.ticket.issued_at.astimezone(zone).strftime("%H:%M"),
            turn=turn.astimezone(zone).strftime("%H:%M"), minutes=int((chosen.waited_s if chosen else 0) // 60),
            booked=policy.ratio_booked, walk_in=policy.ratio_walk_in,
        )  # fmt: skip

    def _chosen(self) -> Candidate | None:
        lines = (self.call.choice or {}).get("c")
        return read_back(lines[0])[1] if lines else None
