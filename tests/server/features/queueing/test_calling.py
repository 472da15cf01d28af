"""Calling, undoing, many counters at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.auth import Principal
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.feedback.service import rate
from server.features.queueing import counters, steps
from server.features.queueing.desk import desk as desk_view
from server.features.queueing.receipts import papers, record_paper, record_receipt
from server.features.queueing.view import find_by_code, find_ticket
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.tickets import PaperRecord, RatingRequest, Receipt, TransferRequest
from tests.server.conftest import Desk


def busy_service(desk: Desk, counters: int) -> tuple[UUID, list[UUID]]:
    """A service that many counters serve, and as many of them, signed in."""
    found = desk.read(catalogue)
    service = next(
        s for s, labels in found.labels.items()
        if len(labels) >= counters and found.services[s].identity != "required" and not found.services[s].suspended
    )  # fmt: skip
    chosen = [c.id for c in found.counters.values() if service in c.service_ids][:counters]
    for counter in chosen:
        desk.sign_in(counter)
    return service, chosen


def test_sixteen_counters_calling_at_once_never_share_a_ticket(desk: Desk) -> None:
    found = desk.read(catalogue)
    everything = [c.id for c in found.counters.values()][:16]
    service, _ = busy_service(desk, 8)
    for counter in everything:
        desk.sign_in(counter)
    for _ in range(60):
        desk.issue(service)
    able = [c for c in everything if service in found.counters[c].service_ids] or everything

    def serve(counter: UUID) -> list[str]:
        numbers = []
        while (called := desk.call_next(counter)) is not None:
            numbers.append(called["ticket"]["number"])
            desk.step(counter, Step.FINISH)
        return numbers

    with ThreadPoolExecutor(16) as pool:
        served = [number for numbers in pool.map(serve, able) for number in numbers]
    assert len(served) == len(set(served)) == 60


def test_people_are_called_in_the_order_they_came(desk: Desk) -> None:
    service, (counter,) = busy_service(desk, 1)
    issued = [desk.issue(service)["number"] for _ in range(5)]
    called = []
    for _ in issued:
        answer = desk.call_next(counter)
        assert answer is not None
        called.append(answer["ticket"]["number"])
        desk.step(counter, Step.FINISH)
    assert called == issued
    assert desk.call_next(counter) is None


def test_undo_gives_the_place_and_the_times_back(desk: Desk) -> None:
    service, (counter, other) = busy_service(desk, 2)
    first, second = desk.issue(service), desk.issue(service)
    desk.call_next(counter)
    desk.clock.forward(seconds=9)
    undone = desk.undo(counter)
    assert undone["ticket"]["status"] == "waiting"
    assert undone["ticket"]["called_at"] is None
    assert undone["ticket"]["ahead"] == 0
    again = desk.call_next(other)
    assert again is not None
    assert again["ticket"]["number"] == first["number"]
    assert desk.call_next(counter)["ticket"]["number"] == second["number"]  # type: ignore[index]


def test_undo_is_over_after_ten_seconds_and_after_somebody_else_acted(desk: Desk) -> None:
    service, (counter, other) = busy_service(desk, 2)
    desk.issue(service)
    desk.call_next(counter)
    desk.step(counter, Step.NO_SHOW)
    ticket = UUID(desk.read(lambda r: desk_view(r, desk.context, r.session.get(CounterRow, counter))).missed[0].id.hex)
    desk.call_ticket(other, ticket)
    with pytest.raises(HallError) as refused:
        desk.undo(counter)
    assert refused.value.code == "undo_too_late"
    desk.clock.forward(seconds=10)
    with pytest.raises(HallError):
        desk.undo(other)


def test_a_rated_visit_can_not_be_reopened(desk: Desk) -> None:
    service, (counter,) = busy_service(desk, 1)
    ticket_id = UUID(desk.issue(service)["id"])
    desk.call_next(counter)
    desk.step(counter, Step.FINISH)
    desk.database.write(lambda w: rate(w, find_ticket(w, ticket_id), RatingRequest(level=5), "counter"))
    with pytest.raises(HallError) as refused:
        desk.undo(counter)
    assert refused.value.code == "undo_too_late"
    with pytest.raises(HallError) as twice:
        desk.database.write(lambda w: rate(w, find_ticket(w, ticket_id), RatingRequest(level=1), "phone"))
    assert twice.value.code == "already_rated"


def test_a_visit_is_rated_only_when_it_is_finished(desk: Desk) -> None:
    service, (counter,) = busy_service(desk, 1)
    ticket_id = UUID(desk.issue(service)["id"])
    desk.call_next(counter)
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: rate(w, find_ticket(w, ticket_id), RatingRequest(level=5), "counter"))
    assert refused.value.code == "rating_before_finish"


def test_a_ticket_sent_to_one_counter_waits_for_that_counter(desk: Desk) -> None:
    service, (counter, other) = busy_service(desk, 2)
    desk.issue(service)
    desk.call_next(counter)
    request = TransferRequest(counter_id=other, note="bring the photo")
    desk.database.write(lambda w: steps.transfer(w, desk.context, counter, request))
    assert desk.call_next(counter) is None
    called = desk.call_next(other)
    assert called is not None
    assert called["ticket"]["note"] == "bring the photo"


def test_transfer_asks_for_a_target_that_serves(desk: Desk) -> None:
    service, (counter,) = busy_service(desk, 1)
    desk.issue(service)
    desk.call_next(counter)
    found = desk.read(catalogue)
    stranger = next(c.id for c in found.counters.values() if service not in c.service_ids)
    for request, code in (
        (TransferRequest(), "transfer_without_target"),
        (TransferRequest(counter_id=stranger), "counter_does_not_serve"),
        (TransferRequest(service_id=uuid4()), "service_unknown"),
    ):
        with pytest.raises(HallError) as refused:
            desk.database.write(lambda w, request=request: steps.transfer(w, desk.context, counter, request))
        assert refused.value.code == code


def test_one_person_sits_at_one_counter(desk: Desk) -> None:
    _, (first, second) = busy_service(desk, 2)
    for counter in (first, second):
        desk.database.write(lambda w, counter=counter: counters.sign_out(w, counter))
    desk.sign_in(first, "YS1001")
    desk.sign_in(first, "YS1001")
    for counter, staff, code in (
        (second, "YS1001", "staff_signed_in_elsewhere"), (first, "YS1002", "counter_taken"),
        (second, "NOBODY", "staff_unknown"),
    ):  # fmt: skip
        with pytest.raises(HallError) as refused:
            desk.sign_in(counter, staff)
        assert refused.value.code == code


def test_pause_needs_an_open_counter_with_nobody_in_hand(desk: Desk) -> None:
    service, (counter,) = busy_service(desk, 1)
    desk.issue(service)
    desk.call_next(counter)
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: counters.pause(w, counter, "lunch"))
    assert refused.value.code == "ticket_in_hand"
    desk.step(counter, Step.FINISH)
    paused = desk.database.write(lambda w: counters.pause(w, counter, "lunch"))
    assert (paused.state, paused.pause_reason) == ("paused", "lunch")
    with pytest.raises(HallError):
        desk.call_next(counter)
    assert desk.database.write(lambda w: counters.resume(w, counter)).state == "open"


def test_receipts_are_counted_once_per_terminal_and_the_first_is_told(desk: Desk) -> None:
    service, (counter,) = busy_service(desk, 1)
    desk.issue(service)
    called = desk.call_next(counter)
    assert called is not None
    call_id = UUID(called["call"]["id"])
    at = desk.clock.now + timedelta(days=3)
    for terminal in ("wall-1", "wall-2", "wall-1"):
        principal = Principal.of_machine("display", terminal, 2e9)
        desk.database.write(lambda w, p=principal: record_receipt(w, p, call_id, Receipt(stage="shown", at=at)))
    view = desk.read(lambda r: desk_view(r, desk.context, r.session.get(CounterRow, counter)))
    assert (view.call.shown, view.call.spoken) == (2, 0)
    assert sum(event.kind == "call.receipt" for event in desk.events) == 1
    with pytest.raises(HallError) as refused:
        receipt = Receipt(stage="shown", at=datetime.now(UTC))
        desk.database.write(lambda w: record_receipt(w, Principal.of_machine("display", "x", 2e9), uuid4(), receipt))
    assert refused.value.code == "call_unknown"


def test_the_ledger_knows_each_paper_once(desk: Desk) -> None:
    service, _, _ = desk.places()
    ticket_id = UUID(desk.issue(service)["id"])
    kiosk = Principal.of_machine("kiosk", "k1", 2e9)
    lost, good = uuid4(), uuid4()
    records = [(lost, "unknown"), (lost, "not_printed"), (good, "printed"), (good, "printed")]
    for copy, outcome in records:
        record = PaperRecord(copy_id=copy, outcome=outcome, at=desk.clock.now)  # type: ignore[arg-type]
        desk.database.write(lambda w, record=record: record_paper(w, kiosk, ticket_id, record))
    kept = desk.read(lambda r: papers(r, ticket_id))
    assert {(paper.copy_id, paper.outcome) for paper in kept} == {(lost, "not_printed"), (good, "printed")}


def test_a_scanned_code_finds_its_ticket_and_nothing_else(desk: Desk) -> None:
    service, _, _ = desk.places()
    ticket = desk.issue(service)
    for code in (ticket["qr"], ticket["qr"].rsplit("/", 1)[1]):
        assert str(desk.read(lambda r, code=code: find_by_code(r, code).id)) == ticket["id"]
    with pytest.raises(HallError) as refused:
        desk.read(lambda r: find_by_code(r, "http://elsewhere/pay?me=1"))
    assert refused.value.code == "ticket_code_unknown"
