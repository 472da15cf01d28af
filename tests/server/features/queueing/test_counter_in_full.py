"""Several items of one ticket, parking, silent calls, calling out of turn, priority, hand-over."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server import audit
from server.auth import Principal
from server.features.access.models import GrantRow, RoleRow
from server.features.catalogue.service import catalogue
from server.features.live.service import snapshot
from server.features.queueing import calls, counters, duty, hand_over, undoing
from server.features.queueing.desk import DESK_LIST
from server.features.queueing.desk import desk as desk_of
from server.features.queueing.models import TicketVisitRow
from server.features.queueing.phone_live import live
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.tickets import Step
from shared.schemas.hall import CounterDesk
from shared.schemas.tickets import CallTicketRequest
from tests.server.conftest import STAFF, Desk
from tests.server.features.queueing.test_duty import WHO, counter, person, sign_in


def desk_at(desk: Desk, place: UUID) -> CounterDesk:
    def read(reader: Any) -> CounterDesk:
        return desk_of(reader, desk.context, counters.find_counter(reader, place), may_call_by_number=False)

    found: CounterDesk = desk.read(read)
    return found


def visits(desk: Desk) -> list[TicketVisitRow]:
    return list(desk.read(lambda r: r.session.scalars(select(TicketVisitRow).order_by(TicketVisitRow.id)).all()))


def elsewhere(desk: Desk, place: UUID) -> tuple[UUID, UUID]:
    """A service that this counter does not serve, and a counter that does."""
    found = desk.read(catalogue)
    mine = set(found.counters[place].service_ids)
    for other in found.counters.values():
        for id_ in other.service_ids:
            service = found.services[id_]
            if id_ not in mine and service.identity != "required" and not service.suspended:
                return id_, other.id
    raise AssertionError("every counter serves everything")


def states(answer: dict[str, Any]) -> list[str]:
    return [item["state"] for item in answer["ticket"]["items"]]


def test_items_are_dealt_with_in_order_here_and_then_where_they_are_served(desk: Desk) -> None:
    first, second, here = desk.places()
    third, there = elsewhere(desk, here)
    desk.sign_in(here)
    desk.sign_in(there)
    ticket = desk.issue(first, items=[first, second, third])
    assert [item["state"] for item in ticket["items"]] == ["now", "open", "open"]
    later = desk.issue(third)
    assert desk.issue(first, items=[first])["items"] == [], "one item is a ticket as any other"
    desk.call_next(here)
    desk.clock.forward(minutes=5)
    answer = desk.next_item(here)
    assert (answer["ticket"]["status"], answer["ticket"]["service_id"]) == ("serving", str(second))
    assert states(answer) == ["done", "now", "open"]
    assert desk.events[-1].kind == "ticket.next_item"
    desk.clock.forward(minutes=3)
    answer = desk.next_item(here)
    assert (answer["ticket"]["status"], states(answer)) == ("waiting", ["done", "done", "now"])
    assert desk.events[-1].kind == "ticket.transferred"
    assert json.loads(desk.events[-1].data)["previous_service_id"] == str(second)
    assert answer["ticket"]["ahead"] == 0, "the early issue counts in each line"
    called = desk.call_next(there)
    assert called is not None
    assert called["ticket"]["id"] == ticket["id"]
    with pytest.raises(HallError, match="no_next_item"):
        desk.next_item(there)
    desk.clock.forward(minutes=2)
    desk.step(there, Step.FINISH)
    assert [
        (visit.item, visit.service_id, visit.counter_id, visit.outcome, visit.ended_at - visit.started_at)
        for visit in visits(desk)
        if visit.started_at
    ] == [
        (0, first, here, "finished", timedelta(minutes=5)),
        (1, second, here, "finished", timedelta(minutes=3)),
        (2, third, there, "finished", timedelta(minutes=2)),
    ]
    page = live_page(desk, ticket["qr"])
    assert page.count('<li class="done"') == 2
    assert 'id="items"' not in live_page(desk, later["qr"])


def live_page(desk: Desk, link: str) -> str:
    """What the holder's phone shows."""
    code = link.rsplit("/", 1)[-1]
    page = desk.read(lambda r: live(r, desk.context, code, "zh-CN", "")).page
    assert page is not None
    return page["html"]


def test_no_more_items_than_a_paper_holds_and_each_must_be_open(desk: Desk) -> None:
    first, second, _ = desk.places()
    with pytest.raises(HallError, match="too_many_items"):
        desk.issue(first, items=[second] * 5)
    found = desk.read(catalogue)
    closed = next(service.id for service in found.services.values() if service.ticketable and service.suspended)
    with pytest.raises(HallError, match="service_closed"):
        desk.issue(first, items=[first, closed])
    same = uuid7()
    ticket = desk.issue(first, id=same, items=[first, second])
    assert desk.issue(first, id=same, items=[second])["number"] == ticket["number"], "the same items, said shorter"
    with pytest.raises(HallError, match="idempotency_mismatch"):
        desk.issue(first, id=same)


def test_however_many_are_parked_the_longest_away_is_shown_and_next(desk: Desk) -> None:
    service, _, place = desk.places()
    desk.sign_in(place)
    away = []
    for _ in range(DESK_LIST + 2):
        away.append(desk.issue(service)["number"])
        desk.call_next(place)
        desk.step(place, Step.START)
        desk.clock.forward(seconds=5)
        desk.park(place)
    assert [one.number for one in desk_at(desk, place).parked] == away
    assert desk.unpark(place)["ticket"]["number"] == away[0]


def test_who_is_parked_lets_others_by_and_the_time_is_no_part_of_serving(desk: Desk) -> None:
    service, _, place = desk.places()
    desk.sign_in(place)
    away, other = desk.issue(service), desk.issue(service)
    desk.call_next(place)
    desk.step(place, Step.START)
    desk.clock.forward(minutes=4)
    desk.park(place, "copy", 10)
    assert "10:14" in live_page(desk, away["qr"]), "two o'clock UTC is ten here"
    desk.call_next(place)
    desk.clock.forward(minutes=12)
    with pytest.raises(HallError, match="ticket_in_hand"):
        desk.unpark(place)
    assert [(t.number, t.park_reason) for t in desk_at(desk, place).parked] == [(away["number"], "copy")]
    desk.step(place, Step.FINISH)
    answer = desk.unpark(place)
    assert (answer["ticket"]["number"], answer["ticket"]["status"]) == (away["number"], "serving")
    assert answer["ticket"]["parked_s"] == 12 * 60
    desk.undo(place)
    assert desk_at(desk, place).parked[0].parked_s == 0, "away since they went, not since the undo"
    desk.clock.forward(minutes=1)
    assert desk.unpark(place)["ticket"]["parked_s"] == 13 * 60
    desk.clock.forward(minutes=2)
    desk.step(place, Step.FINISH)
    last = visits(desk)[-1]
    assert last.started_at is not None
    served = (last.ended_at - last.started_at).total_seconds() - last.parked_s
    assert (str(last.ticket_id), served) == (away["id"], 6 * 60)
    assert other["number"] != away["number"]
    with pytest.raises(HallError, match="nobody_parked"):
        desk.unpark(place)


def test_a_silent_call_says_so_to_displays_and_is_told_to_the_phone(desk: Desk) -> None:
    service, _, place = desk.places()
    desk.sign_in(place)
    ticket = desk.issue(service)
    desk.database.write(lambda w: calls.call_next(w, desk.context, place, silent=True))
    assert json.loads(desk.events[-1].data)["silent"] is True
    shown = desk.read(lambda r: snapshot(r, frozenset({"calls"}))).calls
    assert [call.silent for call in shown or ()] == [True]
    assert 'id="counter"' in live_page(desk, ticket["qr"])
    desk.step(place, Step.RECALL)
    assert json.loads(desk.events[-1].data)["silent"] is True, "a recall is as quiet as its call"
    desk.step(place, Step.NO_SHOW)
    desk.call_ticket(place, UUID(ticket["id"]))
    assert "silent" not in json.loads(desk.events[-1].data)


def test_not_every_clerk_calls_out_of_turn(desk: Desk) -> None:
    service, _, place = desk.places()
    who = person(desk)
    sign_in(desk, place, who)
    waiting, missed = desk.issue(service), desk.issue(service)
    desk.database.write(lambda w: calls.call_ticket(w, desk.context, place, UUID(missed["id"])))
    desk.step(place, Step.NO_SHOW)
    terminal = Principal("counter", "a", 2e9, STAFF.everywhere)

    def wanted(caller: Principal, number: str) -> UUID:
        asked = CallTicketRequest(number=number.lower())
        return desk.database.write(lambda w: duty.wanted_ticket(w, caller, WHO, place, asked))

    with pytest.raises(HallError, match="out_of_turn"):
        wanted(terminal, waiting["number"])
    assert wanted(terminal, missed["number"]) == UUID(missed["id"]), "who missed the call has had a turn"
    with pytest.raises(HallError, match="ticket_number_unknown"):
        wanted(terminal, "Z999")

    def promote(writer: Any) -> None:
        role = writer.session.scalars(select(RoleRow).where(RoleRow.key == "hall_administrator")).one()
        writer.session.add(
            GrantRow(hall_id=writer.hall_id, id=uuid7(), account_id=who.account_id, role_id=role.id, unit_id=None,
                     granted_by="test", granted_at=writer.now)
        )  # fmt: skip

    desk.database.write(promote)
    assert wanted(terminal, waiting["number"]) == UUID(waiting["id"])
    narrow = Principal("counter", "a", 2e9, STAFF.everywhere - {duty.OUT_OF_TURN})
    with pytest.raises(HallError, match="out_of_turn"):
        wanted(narrow, waiting["number"])


def test_a_raised_priority_is_audited_and_taken_back_beside_the_person_in_hand(desk: Desk) -> None:
    service, _, place = desk.places()
    desk.sign_in(place)
    in_hand, first, old = desk.issue(service), desk.issue(service), desk.issue(service)
    desk.call_next(place)
    desk.clock.forward(seconds=1)
    assert desk.prioritise(place, UUID(old["id"]), 2, "walks badly")["ticket"]["ahead"] == 0
    assert [t.number for t in desk_at(desk, place).waiting] == [old["number"], first["number"]]
    with pytest.raises(HallError, match="step_not_possible"):
        desk.prioritise(place, UUID(in_hand["id"]), 2)
    desk.database.write(lambda w: undoing.undo(w, desk.context, place, WHO))
    now = desk_at(desk, place)
    assert [t.number for t in now.waiting] == [first["number"], old["number"]]
    assert now.ticket is not None
    assert now.ticket.number == in_hand["number"]
    rows = desk.read(
        lambda r: r.session.execute(
            select(audit.AuditRow.action, audit.AuditRow.detail).where(audit.AuditRow.action.like("ticket.%"))
        ).all()
    )
    assert [action for action, _ in rows] == ["ticket.prioritised", "ticket.priority_undone"]
    assert json.loads(rows[0][1])["reason"] == "walks badly"


def test_a_counter_is_handed_over_with_its_tickets_and_a_note(desk: Desk) -> None:
    service, _, place = desk.places()
    sign_in(desk, place, person(desk))
    parked, held, hand = desk.issue(service), desk.issue(service), desk.issue(service)
    desk.call_next(place)
    desk.park(place, "form")
    desk.call_next(place)
    desk.step(place, Step.HOLD)
    desk.call_next(place)
    desk.database.write(lambda w: duty.hand_over(w, WHO, place, "the copier is empty"))
    left = counter(desk, place)
    assert (left.state, left.pause_reason, left.staff_id) == ("paused", counters.HANDED_OVER, None)
    assert desk_at(desk, place).hand_over is None, "nobody reads it before they have signed in"
    with pytest.raises(HallError, match="staff_proof_needed"):
        desk.database.write(lambda w: counters.resume(w, place))
    colleague = person(desk, "YS1005")
    sign_in(desk, place, colleague)
    found = desk_at(desk, place)
    assert found.hand_over is not None
    assert (found.hand_over.note, found.hand_over.parked, found.hand_over.held) == ("the copier is empty", 1, 1)
    assert found.ticket is not None
    assert (found.ticket.number, found.parked[0].number, found.held[0].number) == (
        hand["number"], parked["number"], held["number"],
    )  # fmt: skip
    for _ in range(2):
        desk.database.write(lambda w: hand_over.close(w, counters.find_counter(w, place)))
    assert desk_at(desk, place).hand_over is None
    desk.step(place, Step.FINISH)
    assert desk.unpark(place)["ticket"]["number"] == parked["number"]
    desk.step(place, Step.FINISH)
    assert visits(desk)[-1].staff_id == colleague.staff_id, "who finished it served it"
    actions = desk.read(
        lambda r: r.session.scalars(
            select(audit.AuditRow.action).where(audit.AuditRow.action.like("counter.%")).order_by(audit.AuditRow.n)
        ).all()
    )
    assert actions == ["counter.signed_in", "counter.handed_over", "counter.taken_over", "counter.signed_in"]
