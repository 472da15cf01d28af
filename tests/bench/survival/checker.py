"""What must hold after anything: from what terminals were told, what stands in journals and what stands in the
database. Pure; each violation says what is wrong with whom."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, Final
from uuid import UUID

from shared.domain.island.leasing import fates
from shared.domain.island.numbers import DOT, Lease, band_label, band_series, bare
from shared.domain.tickets import IN_HAND

DISPLAY_S: Final = 10.0
# Conflicts that explain why a paper bears another number than its ticket.
RENUMBERED: Final = "number_differs"
COLLISION: Final = "called_twice"
FREE: Final = frozenset({"no_show", "held"})


@dataclass(frozen=True, slots=True)
class Violation:
    """``kind``: lost, number_twice, two_counters, event_gap, number_gap, step_lost, unsent, display."""

    kind: str
    about: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.about}"


@dataclass(frozen=True, slots=True)
class TicketKept:
    id: UUID
    day: date
    series: str
    count: int
    number: str
    status: str


@dataclass(frozen=True, slots=True)
class EventKept:
    epoch: int
    seq: int
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConflictKept:
    """``number``: as it stands on the paper."""

    kind: str
    ticket_id: UUID | None
    number: str
    counter_id: UUID | None


@dataclass(frozen=True, slots=True)
class EntryKept:
    """One line of a terminal's journal as its disk has it; ``verdict``: empty when the server never answered."""

    terminal: str
    kind: str
    number: str
    verdict: str
    code: str


@dataclass
class Evidence:
    """``papers``, ``steps``: what kiosks and counters told their witnesses, in each one's order; ``hands``: who is in
    hand at each counter by the database; ``displays``: seconds until each was equal to the server, None: never."""

    tickets: Sequence[TicketKept] = ()
    events: Sequence[EventKept] = ()
    last_event: int = 0
    leases: Sequence[Lease] = ()
    conflicts: Sequence[ConflictKept] = ()
    hands: Mapping[UUID, UUID | None] = field(default_factory=dict)
    papers: Sequence[Mapping[str, Any]] = ()
    steps: Sequence[Mapping[str, Any]] = ()
    journals: Sequence[EntryKept] = ()
    displays: Mapping[str, float | None] = field(default_factory=dict)


def check(found: Evidence) -> list[Violation]:
    """Everything that is wrong; empty when nothing is."""
    checks = (_lost, _numbers, _two_counters, _events, _gaps, _steps, _journals, _displays)
    return [violation for one in checks for violation in one(found)]


def _lost(found: Evidence) -> Iterator[Violation]:
    """A number that was handed out is a ticket, under this number or under one that a record tells of."""
    kept = {one.id: one for one in found.tickets}
    told = {(one.ticket_id, one.number) for one in found.conflicts if one.kind == RENUMBERED}
    for paper in found.papers:
        ticket = kept.get(UUID(paper["ticket"]))
        if ticket is None:
            yield Violation("lost", f"{paper['number']} ({paper['ticket']}) is on paper and no ticket")
        elif ticket.number != paper["number"] and (ticket.id, paper["number"]) not in told:
            yield Violation("lost", f"{paper['number']} on paper is {ticket.number} in the hall, and nothing says so")


def _numbers(found: Evidence) -> Iterator[Violation]:
    """No number of a day is two tickets', neither in the hall nor on paper."""
    holders: dict[tuple[str, str], set[str]] = defaultdict(set)
    for ticket in found.tickets:
        holders[ticket.day.isoformat(), ticket.number].add(str(ticket.id))
    for paper in found.papers:
        holders[paper["day"], paper["number"]].add(paper["ticket"])
    for (day, number), tickets in holders.items():
        if len(tickets) > 1:
            yield Violation("number_twice", f"{number} of {day}: {', '.join(sorted(tickets))}")


def _two_counters(found: Evidence) -> Iterator[Violation]:
    """Nobody is in hand at two counters: not now, at no moment of the log, and where counters that were alone both
    called somebody, a record says so."""
    for ticket_id, many in Counter(one for one in found.hands.values() if one is not None).items():
        if many > 1:
            yield Violation("two_counters", f"{ticket_id} is in hand at {many} counters")
    in_hand: dict[str, str] = {}
    for event in found.events:
        data = event.data
        if not event.kind.startswith("ticket.") or "ticket_id" not in data:
            continue
        ticket_id, counter_id = data["ticket_id"], data.get("counter_id")
        if data.get("status") not in IN_HAND or counter_id is None:
            in_hand.pop(ticket_id, None)
        elif in_hand.setdefault(ticket_id, counter_id) != counter_id:
            yield Violation("two_counters", f"{data['number']} passes between counters in hand at event {event.seq}")
            in_hand[ticket_id] = counter_id
    told = {bare(one.number) for one in found.conflicts if one.kind == COLLISION}
    visits: dict[str, list[_Visit]] = defaultdict(list)
    for visit in _visits(found.steps):
        visits[visit.number].append(visit)
    for number, all_ in visits.items():
        for first, then in combinations(sorted(all_, key=lambda one: one.began), 2):
            # Whom one counter missed or put on hold may come to any other, later.
            free = first.end in FREE and first.ended <= then.began
            if first.counter != then.counter and not free and number not in told:
                where = f"{first.counter} and {then.counter}"
                yield Violation("two_counters", f"{number} was called at {where}, and no record says so")


@dataclass(slots=True)
class _Visit:
    """One person in hand at one counter as that counter showed it; ``end``: the status it ended in, empty: unknown."""

    number: str
    counter: str
    began: float
    ended: float = math.inf
    end: str = ""


def _visits(steps: Sequence[Mapping[str, Any]]) -> list[_Visit]:
    """A counter has one person in hand: an end it never heard of is where the next one begins."""
    made: list[_Visit] = []
    in_hand: dict[str, _Visit] = {}
    for step in steps:
        number, counter, at = bare(step["number"]), step["counter"], step["at"]
        now = in_hand.get(counter)
        if now is not None and now.number != number:
            now.ended, now = at, None
            del in_hand[counter]
        if step["status"] in IN_HAND:
            if now is None:
                in_hand[counter] = _Visit(number, counter, at)
                made.append(in_hand[counter])
        elif now is not None:
            now.ended, now.end = at, step["status"]
            del in_hand[counter]
    return made


def _events(found: Evidence) -> Iterator[Violation]:
    """The log's numbers follow one another up to the hall's own, and epochs only grow."""
    before: EventKept | None = None
    for event in found.events:
        if before is not None and event.seq != before.seq + 1:
            yield Violation("event_gap", f"{before.seq} is followed by {event.seq}")
        if before is not None and event.epoch < before.epoch:
            yield Violation("event_gap", f"{event.seq} is of epoch {event.epoch} after {before.epoch}")
        before = event
    if (before.seq if before is not None else 0) != found.last_event:
        yield Violation("event_gap", f"the hall counts {found.last_event} events, its log ends before or behind that")


def _gaps(found: Evidence) -> Iterator[Violation]:
    """On line numbers follow one another. A number of a band is of one lease, and one that is missing was never given
    out, was burnt, or is on a paper whose ticket has another number."""
    counts: dict[tuple[date, str], set[int]] = defaultdict(set)
    for ticket in found.tickets:
        counts[ticket.day, ticket.series].add(ticket.count)
    leases: dict[tuple[date, str], list[Lease]] = defaultdict(list)
    for lease in found.leases:
        leases[lease.service_day, band_series(lease.series, lease.band)].append(lease)
    told = {one.number for one in found.conflicts if one.kind == RENUMBERED}
    outside = {one.number for one in found.conflicts if one.kind == "outside_lease"}
    numbers = {(one.day, one.series, one.count): one.number for one in found.tickets}
    for (day, series), given in counts.items():
        if DOT not in series:
            missing = set(range(1, max(given) + 1)) - given
            for count in sorted(missing):
                yield Violation("number_gap", f"{series} {count} of {day} is nobody's, and it was no lease's")
            continue
        own = leases[day, series]
        for count in range(1, max(given) + 1):
            of = [lease for lease in own if lease.holds(count)]
            if len(of) > 1:
                yield Violation("number_gap", f"{series} {count} of {day} was leased {len(of)} times")
            elif count in given:
                if not of and numbers[day, series, count] not in outside:
                    yield Violation("number_gap", f"{numbers[day, series, count]} of {day} is of no lease")
            elif not of:
                yield Violation("number_gap", f"{series} {count} of {day} is nobody's, and no lease has it")
            elif fates(of[0], given)[count] == "open" and not _on_paper(of[0], count, told):
                yield Violation("number_gap", f"{series} {count} of {day} was passed over in a lease that is open")


def _on_paper(lease: Lease, count: int, told: set[str]) -> bool:
    return band_label(lease.head, lease.band, count) in told


def _steps(found: Evidence) -> Iterator[Violation]:
    """Who was shown as finished at a counter is finished in the hall, or a record says what came between."""
    by_id = {str(one.id): one for one in found.tickets}
    by_number = {bare(one.number): one for one in found.tickets}
    told = {bare(one.number) for one in found.conflicts}
    for step in found.steps:
        if step["step"] != "finish":
            continue
        ticket = by_id.get(step["ticket"]) or by_number.get(bare(step["number"]))
        names = {bare(step["number"]), bare(ticket.number) if ticket is not None else ""}
        status = ticket.status if ticket is not None else "no ticket"
        if status != "finished" and not names & told:
            yield Violation("step_lost", f"{step['number']} was finished at {step['counter']} and is {status}")


def _journals(found: Evidence) -> Iterator[Violation]:
    """All a terminal wrote down is with the server, and none of it was refused."""
    for entry in found.journals:
        if entry.verdict in ("", "refused"):
            what = f"refused ({entry.code})" if entry.verdict else "never answered"
            yield Violation("unsent", f"{entry.kind} {entry.number} of {entry.terminal} was {what}")


def _displays(found: Evidence) -> Iterator[Violation]:
    for name, seconds in found.displays.items():
        if seconds is None or seconds > DISPLAY_S:
            when = f"only after {seconds:.1f} s" if seconds is not None else "never"
            yield Violation("display", f"{name} showed what the server says {when}")
