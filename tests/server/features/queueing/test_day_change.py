"""Midnight with work in hand: no counter is stuck next morning, and no line of the new day is miscounted."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from server.features.catalogue.models import CounterRow
from server.features.live.service import snapshot
from server.features.queueing import counters, steps
from server.features.queueing.desk import desk as desk_view
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from shared.domain.tickets import Status, Step
from shared.schemas.tickets import TransferRequest
from tests.server.conftest import Desk

EVERYTHING = frozenset({"calls", "tickets", "counters"})


def late_call(desk: Desk) -> tuple[UUID, UUID, UUID, UUID]:
    """Somebody called five seconds before midnight: service, another service, counter, ticket."""
    service, other, counter = desk.places()
    desk.clock.now = desk.clock.now.replace(hour=15, minute=59, second=55)  # 23:59:55 in the hall
    ticket = UUID(desk.issue(service)["id"])
    desk.sign_in(counter)
    assert desk.call_next(counter) is not None
    return service, other, counter, ticket


def status_of(desk: Desk, ticket: UUID) -> str:
    return str(desk.read(lambda r: r.session.get(TicketRow, ticket).status))


@pytest.mark.parametrize("last", [Step.FINISH, Step.NO_SHOW, Step.HOLD])
def test_yesterdays_ticket_in_hand_can_be_brought_to_an_end(desk: Desk, last: Step) -> None:
    service, _, counter, ticket = late_call(desk)
    desk.clock.forward(hours=9)
    shown = desk.read(lambda r: desk_view(r, desk.context, r.session.get(CounterRow, counter)))
    assert shown.ticket.id == ticket, "the operator still sees whom the counter holds"
    desk.step(counter, Step.RECALL)
    desk.step(counter, last)
    today = desk.issue(service)
    called = desk.call_next(counter)
    assert called is not None
    assert called["ticket"]["id"] == today["id"]
    desk.step(counter, Step.FINISH)
    assert desk.database.write(lambda w: counters.sign_out(w, counter)).state == "closed"


def test_a_transfer_of_yesterdays_ticket_is_refused_and_counts_nobody(desk: Desk) -> None:
    _, other, counter, ticket = late_call(desk)
    desk.clock.forward(hours=9)
    request = TransferRequest(service_id=other)
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: steps.transfer(w, desk.context, counter, request))
    assert refused.value.code == "ticket_of_another_day"
    assert status_of(desk, ticket) == Status.CALLED
    assert desk.read(waiting_by_service) == {}
    assert desk.issue(other)["ahead"] == 0


def test_a_call_is_not_taken_back_into_a_line_of_yesterday(desk: Desk) -> None:
    _, _, counter, ticket = late_call(desk)
    desk.clock.forward(seconds=7)
    with pytest.raises(HallError) as refused:
        desk.undo(counter)
    assert refused.value.code == "undo_too_late"
    assert status_of(desk, ticket) == Status.CALLED
    desk.step(counter, Step.FINISH)


def test_a_transfer_taken_back_after_midnight_leaves_both_days_lines_right(desk: Desk) -> None:
    _, other, counter, ticket = late_call(desk)
    desk.database.write(lambda w: steps.transfer(w, desk.context, counter, TransferRequest(service_id=other)))
    desk.clock.forward(seconds=7)
    desk.issue(other)
    desk.undo(counter)
    assert status_of(desk, ticket) == Status.CALLED
    assert desk.read(waiting_by_service) == {other: 1}
    desk.clock.forward(hours=-1)
    assert desk.read(waiting_by_service) == {}


def test_a_finish_of_yesterday_can_be_taken_back(desk: Desk) -> None:
    _, _, counter, ticket = late_call(desk)
    desk.clock.forward(seconds=7)
    desk.step(counter, Step.FINISH)
    desk.undo(counter)
    assert status_of(desk, ticket) == Status.CALLED


def test_a_held_or_missed_ticket_of_yesterday_is_not_called(desk: Desk) -> None:
    _, _, counter, ticket = late_call(desk)
    desk.step(counter, Step.HOLD)
    desk.clock.forward(seconds=7)
    with pytest.raises(HallError) as refused:
        desk.call_ticket(counter, ticket)
    assert refused.value.code == "ticket_of_another_day"


def test_screens_are_told_to_look_again_when_the_day_changes(desk: Desk) -> None:
    late_call(desk)
    desk.clock.forward(seconds=7)
    before = len(desk.events)
    desk.database.write(lambda w: None)
    assert [event.kind for event in desk.events[before:]] == ["resync"]
    assert json.loads(desk.events[-1].data) == {}
    now = desk.read(lambda r: snapshot(r, EVERYTHING))
    assert (now.calls, now.waiting) == ([], [])
    assert now.seq == desk.events[-1].seq
    desk.database.write(lambda w: None)
    desk.clock.forward(hours=2)
    desk.database.write(lambda w: None)
    assert len(desk.events) == before + 1, "once a day"


def test_the_first_ticket_of_the_day_comes_behind_the_resync(desk: Desk) -> None:
    service, _, _, _ = late_call(desk)
    desk.clock.forward(hours=9)
    before = len(desk.events)
    desk.issue(service)
    assert [event.kind for event in desk.events[before:]] == ["resync", "ticket.issued"]
    seqs = [event.seq for event in desk.events]
    assert seqs == list(range(1, len(seqs) + 1))
    logged = desk.read(lambda r: r.clocks.seq)
    assert logged == len(seqs)


def test_a_clock_that_goes_back_breaks_nothing(desk: Desk) -> None:
    service, _, counter = desk.places()
    first = desk.issue(service)
    desk.sign_in(counter)
    desk.clock.forward(hours=-2)
    second = desk.issue(service)
    assert second["ahead"] == 1
    called = desk.call_next(counter)
    assert called is not None
    assert called["ticket"]["id"] == first["id"], "who came first is called first, whatever the clock said"
    desk.step(counter, Step.FINISH)
    desk.clock.forward(hours=-1)
    with pytest.raises(HallError) as refused:
        desk.undo(counter)
    assert refused.value.code == "undo_too_late", "ten seconds don't last an hour"


def test_a_clock_that_goes_back_over_midnight_gives_no_number_twice(desk: Desk) -> None:
    service, _, _ = desk.places()
    desk.clock.now = desk.clock.now.replace(hour=16, minute=0, second=5)
    desk.clock.forward(days=-1)
    numbers = [desk.issue(service)["number"]]
    desk.clock.forward(seconds=-10)
    numbers.append(desk.issue(service)["number"])
    desk.clock.forward(seconds=10)
    numbers.append(desk.issue(service)["number"])
    assert numbers[0] == numbers[1], "two days, two series"
    assert numbers[2] != numbers[0]
    assert sum(event.kind == "resync" for event in desk.events) <= 1
