"""What calling must survive: pauses, closing counters, chains of transfers, late receipts, worse knowledge."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from server.audit import SYSTEM
from server.auth import Principal
from server.features.catalogue.edit import edit_counter, edit_service
from server.features.catalogue.service import catalogue
from server.features.feedback.service import rate
from server.features.live.service import snapshot
from server.features.queueing import counters, steps
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import CallRow
from server.features.queueing.receipts import papers, record_paper, record_receipt
from server.features.queueing.view import find_ticket
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.hall import CounterEdit, ServiceEdit
from shared.schemas.tickets import PaperRecord, RatingRequest, Receipt, TransferRequest
from tests.server.conftest import ADMIN, Desk


def two_counters(desk: Desk) -> tuple[UUID, UUID, UUID]:
    """A service and two signed-in counters that serve it."""
    found = desk.read(catalogue)
    service = next(
        id_ for id_, labels in found.labels.items()
        if len(labels) >= 2 and found.services[id_].identity != "required" and not found.services[id_].suspended
    )  # fmt: skip
    first, second = [c.id for c in found.counters.values() if service in c.service_ids][:2]
    desk.sign_in(first)
    desk.sign_in(second)
    return service, first, second


def transfer(desk: Desk, counter: UUID, **target: UUID) -> None:
    request = TransferRequest.model_validate(target)
    desk.database.write(lambda w: steps.transfer(w, desk.context, counter, request))


def test_a_pause_ends_what_can_be_taken_back(desk: Desk) -> None:
    service, counter, _ = two_counters(desk)
    desk.issue(service)
    desk.call_next(counter)
    desk.step(counter, Step.FINISH)
    desk.database.write(lambda w: counters.pause(w, counter, "lunch"))
    with pytest.raises(HallError) as refused:
        desk.undo(counter)
    assert refused.value.code == "undo_too_late", "a paused counter must not get a person in hand"


def test_who_waits_for_a_counter_that_closes_waits_for_all_of_its_colleagues(desk: Desk) -> None:
    service, first, second = two_counters(desk)
    desk.issue(service)
    desk.call_next(first)
    transfer(desk, first, counter_id=second)
    assert desk.call_next(first) is None
    desk.database.write(lambda w: counters.sign_out(w, second))
    assert desk.call_next(first) is not None


def test_a_chain_of_transfers_counts_every_line_right(desk: Desk) -> None:
    first, second, counter = desk.places()
    desk.sign_in(counter)
    ticket = desk.issue(first)
    later = desk.issue(second)
    for target in (second, first, second, second):
        assert desk.call_next(counter)["ticket"]["id"] == ticket["id"]  # type: ignore[index]
        transfer(desk, counter, service_id=target)
        event = json.loads(desk.events[-1].data)
        lines = desk.read(waiting_by_service)
        assert event["waiting"] == lines[target]
        assert event["previous_waiting"] == lines.get(UUID(event["previous_service_id"]), 0)
    assert desk.read(waiting_by_service) == {second: 2}
    assert desk.call_next(counter)["ticket"]["id"] == ticket["id"]  # type: ignore[index]
    desk.step(counter, Step.FINISH)
    assert desk.call_next(counter)["ticket"]["id"] == later["id"]  # type: ignore[index]


def test_a_rating_does_not_empty_the_line_on_the_displays(desk: Desk) -> None:
    service, counter, _ = two_counters(desk)
    ticket = UUID(desk.issue(service)["id"])
    for _ in range(3):
        desk.issue(service)
    desk.call_next(counter)
    desk.step(counter, Step.FINISH)
    desk.database.write(lambda w: rate(w, find_ticket(w, ticket), RatingRequest(level=5), "counter"))
    assert json.loads(desk.events[-1].data)["waiting"] == 3


def test_a_receipt_of_an_old_call_is_kept_and_changes_no_screen(desk: Desk) -> None:
    service, counter, _ = two_counters(desk)
    desk.issue(service)
    old = UUID(desk.call_next(counter)["call"]["id"])  # type: ignore[index]
    desk.step(counter, Step.NO_SHOW)
    desk.clock.forward(days=1)
    before = desk.read(lambda r: snapshot(r, frozenset({"calls"}))).calls
    receipt = Receipt(stage="shown", at=desk.clock.now - timedelta(days=1))
    desk.database.write(lambda w: record_receipt(w, Principal.of_machine("display", "wall", 2e9), old, receipt))
    assert desk.read(lambda r: snapshot(r, frozenset({"calls"}))).calls == before
    assert desk.read(lambda r: r.session.get(CallRow, old)).undone is False


def test_a_receipt_for_a_call_that_was_taken_back_is_taken(desk: Desk) -> None:
    service, counter, _ = two_counters(desk)
    desk.issue(service)
    call = UUID(desk.call_next(counter)["call"]["id"])  # type: ignore[index]
    desk.undo(counter)
    receipt = Receipt(stage="spoken", at=desk.clock.now)
    desk.database.write(lambda w: record_receipt(w, Principal.of_machine("display", "wall", 2e9), call, receipt))
    assert desk.events[-1].kind == "call.receipt"


def test_a_print_that_is_known_does_not_become_unknown_again(desk: Desk) -> None:
    service, _, _ = desk.places()
    ticket = UUID(desk.issue(service)["id"])
    kiosk, copy = Principal.of_machine("kiosk", "k1", 2e9), uuid4()
    for outcome in ("unknown", "printed", "unknown"):
        record = PaperRecord(copy_id=copy, outcome=outcome, at=desk.clock.now)  # type: ignore[arg-type]
        desk.database.write(lambda w, record=record: record_paper(w, kiosk, ticket, record))
    assert [paper.outcome for paper in desk.read(lambda r: papers(r, ticket))] == ["printed"]


def test_the_line_of_a_retired_service_is_still_called(desk: Desk) -> None:
    service, counter, _ = two_counters(desk)
    ticket = desk.issue(service)
    desk.database.write(lambda w: edit_service(w, ADMIN, SYSTEM, service, ServiceEdit(retired=True), always_open=True))
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.code == "service_unknown"
    called = desk.call_next(counter)
    assert called is not None
    assert called["ticket"]["id"] == ticket["id"]
    desk.step(counter, Step.FINISH)


def test_a_ticket_of_a_retired_service_can_be_sent_to_another_counter(desk: Desk) -> None:
    service, first, second = two_counters(desk)
    desk.issue(service)
    desk.call_next(first)
    desk.database.write(lambda w: edit_service(w, ADMIN, SYSTEM, service, ServiceEdit(retired=True), always_open=True))
    transfer(desk, first, counter_id=second)
    assert desk.call_next(second) is not None


def test_a_counter_is_retired_only_when_it_is_closed(desk: Desk) -> None:
    _, counter, _ = two_counters(desk)
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: edit_counter(w, SYSTEM, counter, CounterEdit(retired=True)))
    assert refused.value.code == "counter_still_open"
    desk.database.write(lambda w: counters.sign_out(w, counter))
    desk.database.write(lambda w: edit_counter(w, SYSTEM, counter, CounterEdit(retired=True)))
    with pytest.raises(HallError) as gone:
        desk.sign_in(counter)
    assert gone.value.code == "counter_unknown"


def test_signing_in_says_nothing_twice(desk: Desk) -> None:
    _, counter, _ = two_counters(desk)
    before = len(desk.events)
    desk.sign_in(counter)
    assert len(desk.events) == before
