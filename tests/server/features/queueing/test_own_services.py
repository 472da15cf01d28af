"""A counter's reach: whom it puts back into a line and whom it lets go first are people it serves itself."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from server import audit
from server.auth import Principal
from server.features.catalogue.models import CounterServiceRow
from server.features.catalogue.service import catalogue
from server.features.queueing import counters, duty, returning, undoing
from server.features.queueing.missed import missed_tickets
from server.features.queueing.view import find_ticket
from shared.domain.errors import HallError
from shared.domain.permissions import of_kind
from shared.domain.tickets import Step
from shared.schemas.tickets import CallTicketRequest, MissedTicket, ReturnRequest
from tests.server.conftest import Desk
from tests.server.features.booking.test_late_and_many import asked_by
from tests.server.features.queueing.test_counter_in_full import desk_at, elsewhere, visits
from tests.server.features.queueing.test_duty import WHO


def give_back(desk: Desk, place: UUID, reason: str = "did not hear it", **which: Any) -> dict[str, Any]:
    request = ReturnRequest(reason=reason, **which)
    return desk.database.write(lambda w: returning.return_at_counter(w, WHO, desk.context, place, request))


def missed_at(desk: Desk, place: UUID) -> list[MissedTicket]:
    found: list[MissedTicket] = desk.read(lambda r: missed_tickets(r, desk.context, place))
    return found


def miss(desk: Desk, place: UUID) -> None:
    desk.call_next(place)
    desk.step(place, Step.NO_SHOW)


def trail(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    rows = desk.read(
        lambda r: r.session.execute(
            select(audit.AuditRow.action, audit.AuditRow.detail).where(audit.AuditRow.action.like("ticket.%"))
        ).all()
    )
    return [(action, json.loads(detail)) for action, detail in rows]


def test_no_counter_returns_or_raises_whom_it_does_not_serve(desk: Desk) -> None:
    mine, _, here = desk.places()
    others, there = elsewhere(desk, here)
    desk.sign_in(here)
    desk.sign_in(there)
    missed = desk.issue(others)
    miss(desk, there)
    waiting = desk.issue(others)
    with pytest.raises(HallError) as refused:
        give_back(desk, here, ticket_id=UUID(missed["id"]))
    assert refused.value.code == "ticket_of_other_counters"
    assert refused.value.params["number"] == missed["number"]
    with pytest.raises(HallError, match="ticket_of_other_counters"):
        desk.prioritise(here, UUID(waiting["id"]), 2)
    assert trail(desk) == []
    assert missed_at(desk, here) == []
    own = desk.issue(mine)
    assert desk.prioritise(here, UUID(own["id"]), 2)["ticket"]["ahead"] == 0
    assert give_back(desk, there, number=missed["number"].lower())["ticket"]["status"] == "waiting"


def test_a_closed_counter_returns_nobody(desk: Desk) -> None:
    service, _, place = desk.places()
    desk.sign_in(place)
    ticket = desk.issue(service)
    miss(desk, place)
    desk.database.write(lambda w: counters.sign_out(w, place))
    with pytest.raises(HallError, match="counter_not_open"):
        give_back(desk, place, ticket_id=UUID(ticket["id"]))


def test_the_place_is_told_before_and_is_the_one_it_gets(desk: Desk) -> None:
    service, _, place = desk.places()
    desk.sign_in(place)
    late = desk.issue(service)
    miss(desk, place)
    for _ in range(5):
        desk.issue(service)
    in_hand = desk.call_next(place)
    assert in_hand is not None
    (told,) = missed_at(desk, place)
    assert (told.ticket.number, told.place, told.refused) == (late["number"], 3, None)
    answer = give_back(desk, place, "was at the copier", ticket_id=UUID(late["id"]))
    assert answer["ticket"]["ahead"] == 3
    assert missed_at(desk, place) == []
    assert trail(desk)[-1][0] == "ticket.returned"
    assert trail(desk)[-1][1]["reason"] == "was at the copier"
    assert trail(desk)[-1][1]["number"] == late["number"]
    # A wrong press is taken back as any step, beside the person in hand.
    desk.database.write(lambda w: undoing.undo(w, desk.context, place, WHO))
    assert trail(desk)[-1][0] == "ticket.return_undone"
    assert [one.ticket.number for one in missed_at(desk, place)] == [late["number"]]
    now = desk_at(desk, place)
    assert now.ticket is not None
    assert now.ticket.number == in_hand["ticket"]["number"]
    assert now.waiting_count == 4
    assert desk.read(lambda r: find_ticket(r, UUID(late["id"])).missed) == 0
    desk.clock.forward(minutes=31)
    assert [(one.place, one.refused) for one in missed_at(desk, place)] == [(None, "missed_too_long")]
    with pytest.raises(HallError, match="missed_too_long"):
        give_back(desk, place, ticket_id=UUID(late["id"]))


def test_only_time_in_the_line_is_the_wait_of_a_second_visit(desk: Desk) -> None:
    """Issued, called after ten minutes, then away by each of the ways there are: nobody waits in the line then."""
    service, _, place = desk.places()
    desk.sign_in(place)
    began = desk.clock.now
    ticket = UUID(desk.issue(service)["id"])
    desk.clock.forward(minutes=10)
    desk.call_next(place)
    desk.clock.forward(minutes=1)
    desk.step(place, Step.NO_SHOW)
    desk.clock.forward(minutes=4)
    give_back(desk, place, ticket_id=ticket)
    desk.clock.forward(minutes=5)
    desk.call_next(place)
    desk.step(place, Step.HOLD)
    desk.clock.forward(minutes=15)
    desk.call_ticket(place, ticket)
    desk.park(place, "copy", 10)
    desk.clock.forward(minutes=7)
    desk.call_ticket(place, ticket)
    desk.undo(place)
    desk.call_ticket(place, ticket)
    desk.step(place, Step.FINISH)
    waits = [(v.outcome, v.called_at - v.queued_at) for v in visits(desk)]
    assert waits == [
        ("no_show", timedelta(minutes=10)), ("held", timedelta(minutes=5)), ("parked", timedelta()),
        ("finished", timedelta()),
    ]  # fmt: skip
    assert visits(desk)[0].queued_at == began


def test_a_hundred_missed_ask_as_little_as_ten(desk: Desk) -> None:
    """Of two services and two groups; some tickets are for several matters, whose lines are read together."""
    first, second, place = desk.places()
    desk.sign_in(place)

    def many(count: int) -> None:
        for n in range(count):
            several = [first, second] if n % 4 == 0 else []
            desk.issue((first, second)[n % 2], priority=2 * (n % 3 == 0), items=several)
            miss(desk, place)

    def asked() -> tuple[int, list[MissedTicket]]:
        statements, found = asked_by(desk, lambda r: missed_tickets(r, desk.context, place))
        return len(statements), found

    many(10)
    for n in range(8):
        desk.issue((first, second)[n % 2], priority=2 * (n % 3 == 0))
    few, told = asked()
    assert len(told) == 10
    # What is told is where each would stand if they came back alone.
    for one in told:
        back = give_back(desk, place, ticket_id=one.ticket.id)
        assert back["ticket"]["ahead"] == one.place
        desk.undo(place)
    while desk.call_next(place):
        desk.step(place, Step.FINISH)
    many(90)
    for n in range(8):
        desk.issue((first, second)[n % 2], priority=2 * (n % 3 == 0))
    most, told = asked()
    assert len(told) == 100
    assert any(one.ticket.items for one in told)
    assert most == few < 25


def test_a_counter_calls_whom_it_serves_and_who_is_kept_elsewhere_only_with_the_right_to(desk: Desk) -> None:
    service, _, here = desk.places()
    found = desk.read(catalogue)
    beside = next(one.id for one in found.counters.values() if service in one.service_ids and one.id != here)
    others, there = elsewhere(desk, here)
    for place in (here, beside, there):
        desk.sign_in(place)
    may = Principal("counter", "a", 2e9, of_kind("counter"), set_up=True)
    may_not = Principal("counter", "a", 2e9, of_kind("counter") - {duty.OUT_OF_TURN}, set_up=True)

    def wanted(ticket: dict[str, Any], place: UUID, caller: Principal) -> UUID:
        asked = CallTicketRequest(number=ticket["number"])
        return desk.database.write(lambda w: duty.wanted_ticket(w, caller, WHO, place, asked))

    def refused(ticket: dict[str, Any], place: UUID, caller: Principal) -> tuple[str, Any]:
        with pytest.raises(HallError) as told:
            wanted(ticket, place, caller)
        return told.value.code, told.value.params.get("counter")

    foreign, labels = desk.issue(others), {one.id: one.label for one in found.counters.values()}
    assert refused(foreign, here, may) == ("ticket_of_other_counters", labels[here])
    miss(desk, there)
    assert refused(foreign, here, may) == ("ticket_of_other_counters", labels[here])
    late, held, parked = desk.issue(service), desk.issue(service), desk.issue(service)
    miss(desk, beside)
    assert wanted(late, here, may_not) == UUID(late["id"]), "who missed the call comes to whichever counter"
    desk.call_next(beside)
    desk.step(beside, Step.HOLD)
    desk.call_next(beside)
    desk.park(beside)
    for ticket in (held, parked):
        assert wanted(ticket, beside, may_not) == UUID(ticket["id"]), "their own"
        assert refused(ticket, here, may_not) == ("ticket_kept_elsewhere", labels[beside])
        assert trail(desk) == []
    assert wanted(held, here, may) == UUID(held["id"])
    [(action, detail)] = trail(desk)
    assert (action, detail["number"], detail["before"]) == ("ticket.called_away", held["number"], "held")
    assert (detail["counter"], detail["from"]) == (labels[here], labels[beside])
    # Nobody is there any more who could.
    desk.database.write(lambda w: counters.sign_out(w, beside))
    assert wanted(parked, here, may_not) == UUID(parked["id"])
    # Sent away from a counter's services while it was kept there, it is still that counter's.
    desk.call_ticket(here, UUID(held["id"]))
    desk.step(here, Step.HOLD)

    def serves_no_more(writer: Any) -> None:
        writer.session.execute(delete(CounterServiceRow).where(
            CounterServiceRow.counter_id == here, CounterServiceRow.service_id == service
        ))  # fmt: skip
        writer.touch_catalogue()

    desk.database.write(serves_no_more)
    assert wanted(held, here, may_not) == UUID(held["id"])
