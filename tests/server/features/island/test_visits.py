"""What counters did alone comes to the server: applied with its times, or recorded where somebody came between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from server.database import Writer
from server.features.catalogue.models import CounterRow
from server.features.island.pending import close_days, resolve
from server.features.queueing.calls import call_ticket
from server.features.queueing.counters import sign_out
from server.features.queueing.issue import issue
from server.features.queueing.models import CallRow, CounterStateRow, TicketRow, TicketVisitRow
from server.features.queueing.parking import park
from server.features.queueing.why import choices
from server.joints import hang_on
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.tickets import ParkRequest, TicketRequest
from tests.server.conftest import Desk
from tests.server.features.island.stage import Alone, conflicts, counters_of, entry, row, send, verdicts
from tests.server.features.island.test_entries import KIOSK
from tests.server.features.island.test_entries import entry as kiosk_entry
from tests.server.features.island.test_entries import upload as kiosk_upload


@pytest.fixture
def two(desk: Desk) -> tuple[UUID, UUID, UUID]:
    """A service and two open counters that serve it."""
    for service_id in desk.places()[:2]:
        counters = counters_of(desk, service_id)
        if len(counters) >= 2:
            for counter in counters[:2]:
                desk.sign_in(counter)
            return service_id, counters[0], counters[1]
    raise AssertionError("no service has two counters")


def hand(desk: Desk, counter: UUID) -> UUID | None:
    return desk.read(lambda r: r.session.get_one(CounterRow, counter).ticket_id)  # type: ignore[no-any-return]


def visits(desk: Desk, ticket: str) -> list[TicketVisitRow]:
    of_it = select(TicketVisitRow).where(TicketVisitRow.ticket_id == UUID(ticket))
    return desk.read(lambda r: list(r.session.scalars(of_it)))  # type: ignore[no-any-return]


def test_a_visit_is_told_with_the_times_it_had(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, _ = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    times = []
    for what in ("call", "start", "finish"):
        desk.clock.forward(minutes=3)
        times.append(desk.clock())
        alone.did(what, ticket_id=UUID(ticket["id"]), number=ticket["number"])
    desk.clock.forward(hours=1)
    seq = len(desk.events)
    assert verdicts(alone.upload()) == ["taken"] * 3
    now = row(desk, ticket["id"])
    assert (now.status, now.counter_id) == ("finished", one)
    assert [now.called_at, now.started_at, now.finished_at] == times
    told = desk.events[seq:]
    assert [event.kind for event in told] == ["ticket.called", "ticket.started", "ticket.finished"]
    # A display rings for nothing that is over: it looks at when it happened.
    assert [event.at for event in told] == times
    assert hand(desk, one) is None
    (visit,) = visits(desk, ticket["id"])
    assert (visit.called_at, visit.ended_at, visit.outcome) == (times[0], times[2], "finished")
    assert conflicts(desk) == []


def test_sent_twice_it_happens_once(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, _ = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    alone.did("call", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    alone.did("finish", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    entries = list(alone.entries)
    first = alone.upload()
    assert send(desk, alone.terminal, entries) == first
    assert len(visits(desk, ticket["id"])) == 1


def test_whom_another_counter_had_is_one_record_with_the_whole_visit(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, other = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    desk.clock.forward(minutes=1)
    alone.did("call", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    assert desk.call_next(other) is not None
    alone.did("start", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    alone.did("finish", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    before = row(desk, ticket["id"])
    answers = alone.upload()
    assert verdicts(answers) == ["conflict"] * 3
    (conflict,) = conflicts(desk)
    assert {answer.conflict_id for answer in answers} == {conflict.id}
    assert (conflict.kind, conflict.counter_id, conflict.other_counter_id) == ("called_twice", one, other)
    assert [step for step, _ in conflict.detail["steps"]] == ["call", "start", "finish"]
    now = row(desk, ticket["id"])
    assert (now.status, now.counter_id, now.version) == (before.status, other, before.version)
    assert hand(desk, other) == now.id and hand(desk, one) is None


def test_a_call_whose_answer_was_lost_is_the_same_call(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, _ = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    desk.call_next(one)
    desk.clock.forward(seconds=20)
    alone.did("call", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    alone.did("start", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    assert verdicts(alone.upload()) == ["taken", "taken"]
    assert (row(desk, ticket["id"]).status, hand(desk, one)) == ("serving", UUID(ticket["id"]))
    assert conflicts(desk) == []


def test_who_was_called_on_line_without_the_counter_knowing_is_held_and_told_of(
    desk: Desk, two: tuple[UUID, UUID, UUID]
) -> None:
    service, one, _ = two
    first, second = desk.issue(service), desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    desk.call_next(one)
    desk.clock.forward(seconds=20)
    alone.did("call", ticket_id=UUID(second["id"]), number=second["number"])
    (answer,) = alone.upload()
    assert answer.verdict == "taken"
    assert row(desk, first["id"]).status == "held" and hand(desk, one) == UUID(second["id"])
    (conflict,) = conflicts(desk)
    assert (conflict.kind, conflict.number, conflict.detail["called"]) == (
        "hand_replaced", first["number"], second["number"],
    )  # fmt: skip


def test_somebody_held_elsewhere_before_may_be_called_by_their_paper(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, other = two
    early, late = desk.issue(service), desk.issue(service)
    desk.call_next(other)
    desk.step(other, Step.NO_SHOW)
    desk.clock.forward(minutes=1)
    alone = Alone(desk, one, desk.clock())
    desk.clock.forward(minutes=1)
    desk.call_next(other)
    desk.step(other, Step.NO_SHOW)
    for ticket, verdict in ((early, "taken"), (late, "conflict")):
        alone.did("call", number=ticket["number"])
        alone.did("finish", number=ticket["number"])
        assert verdicts(alone.upload()) == [verdict] * 2
    assert row(desk, early["id"]).status == "finished" and row(desk, late["id"]).status == "no_show"


def late_ticket(desk: Desk, service: UUID, number: str, at: datetime) -> str:
    """A kiosk tells of a number that is on paper for a while; answers its ticket's id."""

    def work(writer: Writer) -> str:
        made = json.loads(issue(writer, desk.context, TicketRequest(service_id=service), "kiosk:late"))
        ticket = writer.session.get_one(TicketRow, UUID(made["id"]))
        ticket.number, ticket.issued_at = number, at
        writer.flush()
        resolve(writer, desk.context, ticket, number)
        return str(made["id"])

    return desk.database.write(work)


def test_a_number_nobody_has_told_of_waits_for_its_kiosk(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, _ = two
    issued_at = desk.clock()
    desk.clock.forward(minutes=1)
    alone = Alone(desk, one, desk.clock())
    called = alone.did("call", number="AK307")
    alone.did("finish", number="ak3-07")
    desk.clock.forward(minutes=1)
    assert verdicts(alone.upload()) == ["pending", "pending"]
    # Meanwhile the counter is back and has called somebody else.
    other = desk.issue(service)
    desk.clock.forward(minutes=1)
    desk.call_next(one)
    ticket = late_ticket(desk, service, "A·K3-07", issued_at)
    now = row(desk, ticket)
    assert (now.status, now.called_at) == ("finished", called.at)
    assert hand(desk, one) == UUID(other["id"]) and row(desk, other["id"]).status == "called"
    assert entry(desk, called.id).verdict == "taken" and conflicts(desk) == []


def test_two_counters_with_one_unknown_number_are_one_visit_and_one_record(
    desk: Desk, two: tuple[UUID, UUID, UUID]
) -> None:
    service, one, other = two
    issued_at = desk.clock()
    first, second = (Alone(desk, counter, issued_at) for counter in (one, other))
    for what in ("call", "finish"):
        for alone in (first, second):
            desk.clock.forward(seconds=30)
            alone.did(what, number="A·K3-08")
    second.upload()
    first.upload()
    ticket = late_ticket(desk, service, "A·K3-08", issued_at)
    assert (row(desk, ticket).status, row(desk, ticket).counter_id) == ("finished", one)
    (conflict,) = conflicts(desk)
    assert (conflict.counter_id, conflict.other_counter_id) == (other, one)
    assert len(visits(desk, ticket)) == 1


def test_at_the_end_of_the_day_an_unknown_number_is_one_record(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    _, one, _ = two
    alone = Alone(desk, one, desk.clock())
    for what in ("call", "finish"):
        alone.did(what, number="A·K9-01")
    first = alone.entries[0].id
    alone.upload()
    desk.database.write(close_days)
    assert conflicts(desk) == [] and entry(desk, first).verdict == "pending"
    desk.clock.forward(days=1)
    desk.database.write(close_days)
    desk.database.write(close_days)
    (conflict,) = conflicts(desk)
    assert (conflict.kind, conflict.number, conflict.counter_id) == ("number_unknown", "A·K9-01", one)
    assert entry(desk, first).conflict_id == conflict.id


def test_yesterdays_visits_are_told_today(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, _ = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    for what in ("call", "start", "finish"):
        alone.did(what, ticket_id=UUID(ticket["id"]), number=ticket["number"])
    desk.clock.forward(days=1)
    assert verdicts(alone.upload()) == ["taken"] * 3
    assert row(desk, ticket["id"]).finished_at == datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_nobody_tells_what_another_counter_did(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, other = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    alone.terminal = replace(alone.terminal, counter_id=other)
    alone.did("call", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    (answer,) = alone.upload()
    assert (answer.verdict, answer.code) == ("refused", "not_your_counter")
    alone.terminal = replace(alone.terminal, counter_id=None, everywhere=frozenset({"queue.tickets:issue"}))
    alone.did("call", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    assert alone.upload()[0].code == "not_permitted"
    assert row(desk, ticket["id"]).status == "waiting"


def test_a_call_alone_says_so_when_somebody_asks_why(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, _ = two
    ticket = desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    alone.did("call", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    alone.upload()
    (choice,) = desk.read(lambda r: choices(r, r.session.get_one(TicketRow, UUID(ticket["id"])), "en"))
    assert "could not reach the server" in choice.sentence
    with pytest.raises(HallError, match="ticket_in_hand"):
        desk.call_next(one)
    assert desk.read(lambda r: r.session.query(CallRow).count()) >= 1


@pytest.mark.parametrize("answer_lost", [False, True])
def test_the_kiosks_own_upload_tells_what_its_number_went_through(
    desk: Desk, two: tuple[UUID, UUID, UUID], answer_lost: bool
) -> None:
    """``answer_lost``: the server made the ticket, the kiosk never heard and printed a number of its own for it."""
    hang_on()
    service, one, _ = two
    desk.clock.forward(minutes=1)
    told = kiosk_entry(desk, service, 5)
    if answer_lost:
        request = TicketRequest(id=UUID(told.body["id"]), service_id=service)
        desk.database.write(lambda w: issue(w, desk.context, request, KIOSK.label))
    alone = Alone(desk, one, desk.clock())
    for what in ("call", "start", "finish"):
        desk.clock.forward(seconds=30)
        alone.did(what, number=told.body["number"])
    assert verdicts(alone.upload()) == ["pending"] * 3
    kiosk_upload(desk, told)
    ticket = row(desk, told.body["id"])
    assert (ticket.status, ticket.counter_id) == ("finished", one)
    # Told once more by its paper, it is the same ticket.
    alone.did("call", number=told.body["number"])
    assert verdicts(alone.upload()) == ["conflict"]
    assert {c.kind for c in conflicts(desk)} == {"number_differs" if answer_lost else "outside_lease", "called_twice"}


def test_steps_of_one_moment_are_done_in_their_order(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    """Their ids are made in one millisecond and have no order."""
    service, one, _ = two
    issued_at = desk.clock()
    desk.clock.forward(minutes=1)
    for n in range(1, 6):
        number = f"A·K3-{n:02d}"
        alone = Alone(desk, one, desk.clock())
        for what in ("call", "start", "finish"):
            alone.did(what, number=number)
        alone.upload()
        ticket = row(desk, late_ticket(desk, service, number, issued_at))
        assert (ticket.status, ticket.started_at) == ("finished", desk.clock())
    assert conflicts(desk) == []


def test_who_was_parked_alone_is_parked_with_the_reason_and_comes_back(
    desk: Desk, two: tuple[UUID, UUID, UUID]
) -> None:
    service, one, _ = two
    first, second = desk.issue(service), desk.issue(service)
    alone = Alone(desk, one, desk.clock())
    known = {"ticket_id": UUID(first["id"]), "number": first["number"]}
    alone.did("call", **known)
    desk.clock.forward(minutes=1)
    parked_at = desk.clock()
    alone.did("park", **known, reason="copy", minutes=15)
    alone.did("call", ticket_id=UUID(second["id"]), number=second["number"])
    desk.clock.forward(minutes=4)
    alone.did("finish", ticket_id=UUID(second["id"]), number=second["number"])
    assert verdicts(alone.upload(2)) == ["taken"] * 2
    now = row(desk, first["id"])
    assert (now.status, now.park_reason, now.parked_at) == ("parked", "copy", parked_at)
    assert now.parked_until is not None and (now.parked_until - parked_at).total_seconds() == 900
    alone.did("unpark", **known)
    assert verdicts(alone.upload()) == ["taken"] * 3
    now = row(desk, first["id"])
    assert (now.status, now.parked_s, hand(desk, one)) == ("serving", 240, UUID(first["id"]))
    assert conflicts(desk) == []


def test_whom_somebody_fetched_from_parking_meanwhile_stays_with_them(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    service, one, other = two
    ticket = desk.issue(service)
    desk.call_next(one)
    desk.database.write(lambda w: park(w, desk.context, one, ParkRequest()))
    alone = Alone(desk, one, desk.clock())
    desk.clock.forward(minutes=1)
    desk.database.write(lambda w: call_ticket(w, desk.context, other, UUID(ticket["id"])))
    alone.did("unpark", ticket_id=UUID(ticket["id"]), number=ticket["number"])
    assert verdicts(alone.upload()) == ["conflict"]
    (conflict,) = conflicts(desk)
    assert (conflict.kind, conflict.other_counter_id) == ("called_twice", other)
    assert hand(desk, other) == UUID(ticket["id"]) and hand(desk, one) is None


def state(desk: Desk, counter: UUID) -> tuple[str, str | None, datetime | None]:
    found = desk.read(lambda r: r.session.get_one(CounterRow, counter))
    return found.state, found.pause_reason, found.since


def test_a_pause_alone_is_told_with_its_reason_and_times(desk: Desk, two: tuple[UUID, UUID, UUID]) -> None:
    _, one, _ = two
    since = state(desk, one)[2]
    assert since is not None
    alone = Alone(desk, one, desk.clock())
    desk.clock.forward(minutes=1)
    paused_at = alone.paused("meal", since)
    desk.clock.forward(minutes=30)
    entries = list(alone.entries)
    assert verdicts(alone.upload()) == ["taken"]
    assert state(desk, one) == ("paused", "meal", paused_at)
    back_at = alone.paused(None, paused_at)
    assert verdicts(alone.upload()) == ["taken"]
    assert state(desk, one) == ("open", None, back_at)
    assert verdicts(send(desk, alone.terminal, entries)) == ["taken"], "sent again it changes nothing"
    assert state(desk, one) == ("open", None, back_at)
    assert [(r.state, r.at) for r in desk.read(lambda r: list(r.session.scalars(
        select(CounterStateRow).where(CounterStateRow.counter_id == one, CounterStateRow.at >= paused_at)
        .order_by(CounterStateRow.seq))))] == [("paused", paused_at), ("open", back_at)]  # fmt: skip
    assert conflicts(desk) == []


def test_who_closed_the_counter_meanwhile_is_not_overruled_by_its_pause(
    desk: Desk, two: tuple[UUID, UUID, UUID]
) -> None:
    _, one, _ = two
    since = state(desk, one)[2]
    assert since is not None
    alone = Alone(desk, one, desk.clock())
    desk.clock.forward(minutes=1)
    desk.database.write(lambda w: sign_out(w, one))
    closed = state(desk, one)
    paused_at = alone.paused("meal", since)
    desk.clock.forward(minutes=1)
    alone.paused(None, paused_at)
    assert verdicts(alone.upload()) == ["conflict"] * 2
    assert state(desk, one) == closed and closed[0] == "closed"
    assert {(one_.kind, one_.counter_id) for one_ in conflicts(desk)} == {("pause_overtaken", one)}
