"""The checker of ``./run bench survive`` finds each kind of violation when it is planted, and nothing in a good run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.domain.island.numbers import Lease
from tests.bench.survival.checker import ConflictKept, EntryKept, EventKept, Evidence, TicketKept, check

DAY = date(2026, 11, 23)
SPACE = UUID("6b0f3c5e-2f0e-5b8f-9d55-000000000000")


def name(text: str) -> UUID:
    return uuid5(SPACE, text)


HERE, THERE = name("counter A"), name("counter B")


def ticket(number: str, series: str, count: int, status: str = "waiting") -> TicketKept:
    return TicketKept(name(number), DAY, series, count, number, status)


def paper(number: str, of: str = "") -> dict[str, Any]:
    return {"ticket": str(name(of or number)), "number": number, "day": DAY.isoformat()}


def step(number: str, what: str, status: str, counter: str = "A", at: float = 0.0) -> dict[str, Any]:
    told = {"ticket": str(name(number)), "number": number, "step": what, "status": status, "counter": counter}
    return {**told, "at": at}


def event(seq: int, kind: str, number: str, status: str, counter: UUID | None = None, epoch: int = 1) -> EventKept:
    data = {"ticket_id": str(name(number)), "number": number, "status": status}
    return EventKept(epoch, seq, kind, data | {"counter_id": str(counter) if counter else None})


def lease(first: int, last: int, **more: Any) -> Lease:
    return Lease(name(f"lease {first}"), DAY, "A", "A", 1, first, last, 1, datetime(2026, 11, 23, tzinfo=UTC), **more)


def good() -> Evidence:
    """Two on line, one of them served; two of a kiosk that was alone, one served by a counter that was alone; one whose
    answer was lost and that has two numbers; one that two counters called, as a record says."""
    return Evidence(
        tickets=[
            ticket("A001", "A", 1, "finished"), ticket("A002", "A", 2), ticket("A003", "A", 3),
            ticket("A·K1-01", "A·K1", 1, "finished"), ticket("A·K1-03", "A·K1", 3, "called"),
        ],
        events=[
            event(1, "ticket.issued", "A001", "waiting"), event(2, "ticket.called", "A001", "called", HERE),
            event(3, "ticket.finished", "A001", "finished", HERE), event(4, "ticket.issued", "A002", "waiting"),
            EventKept(1, 5, "counter.changed", {}), event(6, "ticket.called", "A·K1-03", "called", THERE),
        ],
        last_event=6,
        leases=[lease(1, 10)],
        conflicts=[
            ConflictKept("number_differs", name("A003"), "A·K1-02", None),
            ConflictKept("called_twice", name("A·K1-03"), "A·K1-03", HERE),
        ],
        hands={HERE: None, THERE: name("A·K1-03")},
        papers=[paper("A001"), paper("A002"), paper("A·K1-01"), paper("A·K1-02", "A003"), paper("A·K1-03")],
        steps=[
            step("A001", "call-next", "called"), step("A001", "finish", "finished"),
            step("A·K1-01", "call-ticket", "called", "B"), step("A·K1-01", "finish", "finished", "B"),
            step("A·K1-03", "call-next", "called", at=5), step("A·K1-03", "call-next", "called", "B", at=6),
        ],
        journals=[EntryKept("k1", "ticket.issued", "A·K1-01", "taken", "")],
        displays={"wall": 0.4},
    )  # fmt: skip


def come_back(missed_at: float, called_at: float) -> list[dict[str, Any]]:
    """Missed at one counter, called at another."""
    return [
        step("A002", "call-next", "called", "C", at=7), step("A002", "no-show", "no_show", "C", at=missed_at),
        step("A002", "call-ticket", "called", "D", at=called_at),
    ]  # fmt: skip


def without(found: Evidence, number: str) -> list[TicketKept]:
    return [one for one in found.tickets if one.number != number]


# What is planted, and the kinds that must be found.
PLANTED: dict[str, tuple[Callable[[Evidence], Evidence], set[str]]] = {
    "a ticket on paper that nobody knows": (
        lambda e: replace(e, papers=[*e.papers, paper("A004")]), {"lost"}),
    "a ticket that went from the database": (
        lambda e: replace(e, tickets=without(e, "A002")), {"lost", "number_gap"}),
    "a paper with another number, and no record": (
        lambda e: replace(e, papers=[*e.papers, paper("A077", "A002")]), {"lost"}),
    "one number in the hall twice": (
        lambda e: replace(e, tickets=[*e.tickets, replace(ticket("A002", "A", 2), id=name("B"))]), {"number_twice"}),
    "one number on two papers": (
        lambda e: replace(e, tickets=[*e.tickets, ticket("A004", "A", 4)], papers=[*e.papers, paper("A002", "A004")]),
        {"number_twice", "lost"}),
    "somebody in hand at two counters now": (
        lambda e: replace(e, hands={HERE: name("A·K1-03"), THERE: name("A·K1-03")}), {"two_counters"}),
    "somebody who passed between counters in hand": (
        lambda e: replace(e, events=[*e.events, event(7, "ticket.called", "A·K1-03", "called", HERE)], last_event=7),
        {"two_counters"}),
    "two counters that were alone, and no record": (
        lambda e: replace(e, conflicts=e.conflicts[:1]), {"two_counters"}),
    "somebody who was finished and is called elsewhere": (
        lambda e: replace(e, steps=[*e.steps, step("A001", "call-next", "called", "B", at=9)]), {"two_counters"}),
    "somebody who is missed here while they are in hand there": (
        lambda e: replace(e, steps=[*e.steps, *come_back(missed_at=9, called_at=8)]), {"two_counters"}),
    "an event left out": (
        lambda e: replace(e, events=[one for one in e.events if one.seq != 4]), {"event_gap"}),
    "an event twice": (
        lambda e: replace(e, events=[*e.events[:3], *e.events[2:]]), {"event_gap"}),
    "the end of the log gone": (
        lambda e: replace(e, events=e.events[:-1]), {"event_gap"}),
    "an epoch that goes back": (
        lambda e: replace(e, events=[*e.events[:-1], replace(e.events[-1], epoch=0)]), {"event_gap"}),
    "a number on line left out": (
        lambda e: replace(e, tickets=[*e.tickets, ticket("A005", "A", 5)]), {"number_gap"}),
    "a number of a band that no lease has": (
        lambda e: replace(e, tickets=[*e.tickets, ticket("A·K1-12", "A·K1", 12)]), {"number_gap"}),
    "a number passed over in an open lease": (
        lambda e: replace(e, tickets=[*e.tickets, ticket("A·K1-05", "A·K1", 5)]), {"number_gap"}),
    "a number leased twice": (
        lambda e: replace(e, leases=[lease(1, 10), lease(3, 12)]), {"number_gap"}),
    "a visit that was finished and is not": (
        lambda e: replace(e, steps=[*e.steps, step("A002", "finish", "finished")]), {"step_lost"}),
    "a visit that was finished with nobody": (
        lambda e: replace(e, steps=[*e.steps, step("A099", "finish", "finished")]), {"step_lost"}),
    "a journal the server never answered": (
        lambda e: replace(e, journals=[replace(e.journals[0], verdict="")]), {"unsent"}),
    "a journal the server refused": (
        lambda e: replace(e, journals=[replace(e.journals[0], verdict="refused", code="entry_malformed")]), {"unsent"}),
    "a display that is late": (
        lambda e: replace(e, displays={"wall": 10.5}), {"display"}),
    "a display that never came back": (
        lambda e: replace(e, displays={"wall": None}), {"display"}),
}  # fmt: skip


def test_a_good_run_has_no_violation() -> None:
    assert check(good()) == []


@pytest.mark.parametrize("what", PLANTED)
def test_each_violation_is_found(what: str) -> None:
    plant, kinds = PLANTED[what]
    found = check(plant(good()))
    assert {one.kind for one in found} == kinds, "\n".join(map(str, found))


@pytest.mark.parametrize("fate", [{"burnt": True, "closed": True}, {"closed": True}])
def test_a_gap_that_the_ledger_explains_is_none(fate: dict[str, bool]) -> None:
    found = good()
    more = [*found.tickets, ticket("A·K1-08", "A·K1", 8)]
    assert check(replace(found, tickets=more, leases=[lease(1, 10, **fate)])) == []


def test_whom_one_counter_missed_another_may_serve() -> None:
    found = good()
    assert check(replace(found, steps=[*found.steps, *come_back(missed_at=8, called_at=9)])) == []


def test_a_person_who_comes_back_to_another_counter_is_no_collision_in_the_log() -> None:
    found = good()
    later = [
        event(7, "ticket.held", "A·K1-03", "held", THERE), event(8, "ticket.called", "A·K1-03", "called", HERE),
    ]  # fmt: skip
    assert check(replace(found, events=[*found.events, *later], last_event=8)) == []
