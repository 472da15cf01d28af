"""Taking a number."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import select, text

from server.features.catalogue.models import ServiceRow
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from tests.server.conftest import PERSON, Desk


def test_numbers_of_a_series_follow_each_other(desk: Desk) -> None:
    first, second, _ = desk.places()
    series = desk.read(lambda r: [r.session.get(ServiceRow, id_).series for id_ in (first, second)])
    numbers = [desk.issue(first)["number"] for _ in range(3)]
    assert numbers == [f"{series[0]}{count:03d}" for count in (1, 2, 3)]
    shared_series = series[0] == series[1]
    assert desk.issue(second)["number"] == (f"{series[0]}004" if shared_series else f"{series[1]}001")


def test_people_ahead_are_those_of_the_same_service(desk: Desk) -> None:
    first, second, _ = desk.places()
    assert [desk.issue(first)["ahead"] for _ in range(3)] == [0, 1, 2]
    assert desk.issue(second)["ahead"] == 0


def test_priority_goes_before_but_not_before_its_own_kind(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.issue(service)
    first = desk.issue(service, priority=2)
    second = desk.issue(service, priority=2)
    assert (first["ahead"], second["ahead"]) == (0, 1)
    desk.sign_in(counter)
    called = desk.call_next(counter)
    assert called is not None
    assert called["ticket"]["number"] == first["number"]


def test_the_same_id_never_makes_a_second_ticket(desk: Desk) -> None:
    service, other, _ = desk.places()
    ticket_id = uuid7()
    first = desk.issue(service, id=ticket_id)
    assert desk.issue(service, id=ticket_id)["number"] == first["number"]
    with pytest.raises(HallError) as refused:
        desk.issue(other, id=ticket_id)
    assert refused.value.code == "idempotency_mismatch"
    assert desk.read(lambda r: len(r.session.scalars(select(TicketRow.id)).all())) == 1


def test_a_refused_ticket_leaves_no_hole_in_the_numbers(desk: Desk) -> None:
    service, _, _ = desk.places()
    desk.issue(service)
    with pytest.raises(HallError):
        desk.issue(service, identity=PERSON.model_copy(update={"number": "110105194912310021"}))
    assert desk.issue(service)["number"].endswith("002")


def test_a_failing_neighbour_in_the_same_commit_takes_nothing_along(desk: Desk) -> None:
    service, _, _ = desk.places()
    held = threading.Event()
    futures = [desk.database.submit(lambda w: held.wait(5))]

    def spoil(writer: object) -> None:
        from server.features.queueing.lines import next_number

        next_number(writer, "ZZ")  # type: ignore[arg-type]
        raise RuntimeError("a bug after a write")

    from server.features.queueing.issue import issue
    from shared.schemas.tickets import TicketRequest

    def take(writer: object) -> str:
        return issue(writer, desk.context, TicketRequest(service_id=service), "kiosk:test")  # type: ignore[arg-type]

    futures += [desk.database.submit(work) for work in (take, spoil, take)]  # type: ignore[arg-type]
    held.set()
    assert futures[1].result(5)
    with pytest.raises(RuntimeError):
        futures[2].result(5)
    assert futures[3].result(5)
    numbers = desk.read(lambda r: r.session.scalars(select(TicketRow.count).order_by(TicketRow.count)).all())
    assert numbers == [1, 2]
    assert (
        desk.read(lambda r: r.connection.execute(text("SELECT count(*) FROM number_series WHERE series='ZZ'")).scalar())
        == 0
    )
    assert [event.seq for event in desk.events] == [1, 2]


def test_many_takers_at_once_share_no_number(desk: Desk) -> None:
    service, other, _ = desk.places()
    with ThreadPoolExecutor(16) as pool:
        tickets = list(pool.map(lambda n: desk.issue((service, other)[n % 2]), range(200)))
    by_series: dict[str, list[int]] = {}
    for ticket in tickets:
        letters = ticket["number"].rstrip("0123456789")
        by_series.setdefault(letters, []).append(int(ticket["number"][len(letters) :]))
    for counts in by_series.values():
        assert sorted(counts) == list(range(1, len(counts) + 1))
    assert len({ticket["qr"] for ticket in tickets}) == 200
    assert [event.seq for event in desk.events] == list(range(1, 201))


def test_the_identity_is_kept_only_as_a_keyed_hash_and_masked(desk: Desk) -> None:
    service, _, _ = desk.places()
    ticket = desk.issue(service, identity=PERSON)
    row = desk.read(lambda r: r.session.get(TicketRow, UUID(ticket["id"])))
    assert row.identity_masked.startswith("110")
    assert row.name_masked == "张**"
    assert PERSON.number not in repr([getattr(row, column.key) for column in TicketRow.__table__.columns])
    assert all(PERSON.number not in event.data and "张三丰" not in event.data for event in desk.events)


def test_a_suspended_service_says_so(desk: Desk) -> None:
    suspended = desk.read(lambda r: r.session.scalars(select(ServiceRow).where(ServiceRow.suspended)).first())
    with pytest.raises(HallError) as refused:
        desk.issue(suspended.id, identity=PERSON)
    assert refused.value.code == "service_closed"
    assert refused.value.params["reason"] == "suspended"
    assert refused.value.params["note"]


def test_a_service_that_needs_a_document_asks_for_it(desk: Desk) -> None:
    needy = desk.read(
        lambda r: r.session.scalars(
            select(ServiceRow).where(ServiceRow.identity == "required", ~ServiceRow.suspended)
        ).first()
    )
    with pytest.raises(HallError) as refused:
        desk.issue(needy.id)
    assert refused.value.code == "identity_required"


def test_a_new_day_starts_with_number_one(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.issue(service)
    desk.issue(service)
    desk.clock.forward(days=1)
    ticket = desk.issue(service)
    assert ticket["number"].endswith("001")
    assert ticket["ahead"] == 0
    desk.sign_in(counter)
    called = desk.call_next(counter)
    assert called is not None
    assert called["ticket"]["id"] == ticket["id"], "yesterday's people are not called today"
