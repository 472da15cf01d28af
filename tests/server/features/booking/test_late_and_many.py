"""Given up late, several items in one visit, and what a page of many services or a long list asks of the database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event, select

from server.database import Reader
from server.features.booking import book, tending, view, waiting
from server.features.booking.models import WaitingRow
from server.features.booking.rules import rules
from server.features.catalogue.service import catalogue
from server.features.limits.models import PenaltyRow
from server.features.release import service as release
from shared.domain.errors import HallError
from tests.server.conftest import Desk
from tests.server.features.booking.stage import ELEVEN, TEN, TOMORROW, Bookings, identity


def asked_by(desk: Desk, work: Callable[[Reader], Any]) -> tuple[list[str], Any]:
    """The statements that a read sends, and what it answers."""
    statements: list[str] = []

    def heard(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    def listening(reader: Reader) -> Any:
        event.listen(desk.database.engine, "before_cursor_execute", heard)
        try:
            return work(reader)
        finally:
            event.remove(desk.database.engine, "before_cursor_execute", heard)

    answer = desk.read(listening)
    return statements, answer


def test_who_is_late_and_gives_up_has_missed_it_and_is_free_at_once(desk: Desk) -> None:
    hall = Bookings(desk)
    desk.set_rule("no_shows", count=3, within_days=30, rest_days=7, forbids="booking")
    desk.set_rule("cancellations", count=3, within_days=30, rest_days=7, until_minutes=60)
    mine = hall.book(1)
    with pytest.raises(HallError, match="limit_has_booking"):
        desk.issue(hall.service_id, identity=identity(1))
    desk.clock.forward(minutes=30)
    with pytest.raises(HallError, match="limit_cancel_late"):
        hall.cancel(mine)
    desk.clock.forward(hours=2)
    hall.tend()
    assert hall.appointment(mine).state == "booked", "who comes late walks in"
    hall.cancel(mine)
    kept = hall.appointment(mine)
    assert (kept.state, kept.ended_by) == ("cancelled", "holder")
    assert desk.read(lambda r: r.session.scalars(select(PenaltyRow.kind)).all()) == ["missed"]
    assert desk.issue(hall.service_id, identity=identity(1))["number"]
    with pytest.raises(HallError, match="appointment_not_possible_cancelled"):
        hall.check_in(mine)


def test_a_booked_visit_of_several_items_is_one_ticket_of_its_holder(desk: Desk) -> None:
    hall, other = Bookings(desk, quantity=2), desk.places()[1]
    mine, theirs = hall.book(1), hall.book(2)
    desk.clock.forward(minutes=30)
    assert hall.check_in(mine, items=[other], identity=identity(1))["number"]
    # The rules still hold for the items, and for whose booking it is, also where only the code is shown.
    desk.set_rule("per_service", count=1, service_ids=[str(other)])
    desk.set_rule("one_active", False)
    desk.issue(other, identity=identity(2))
    with pytest.raises(HallError, match="limit_per_service"):
        hall.check_in(theirs, items=[other])


def test_the_page_of_departments_asks_nothing_for_each_service(desk: Desk) -> None:
    def one_by_one(reader: Reader) -> list[Any]:
        """What it did before: the same services, asked for one after the other."""
        return [
            service for service in catalogue(reader).services.values()
            if service.id in release.plans(reader) and service.ticketable and not service.retired
            and not service.suspended and any(release.slots(reader, service, reader.day, rules(reader).days_ahead))
        ]  # fmt: skip

    for _ in range(2):
        before, slow = asked_by(desk, one_by_one)
        now, fast = asked_by(desk, book.bookable)
        assert [one.id for one in fast] == [one.id for one in slow] and len(fast) > 20
        assert len(before) > len(fast) and len(now) <= 1
        # Another day, and the evening of the last one that can be booked.
        desk.clock.forward(days=1)
    hall = Bookings(desk)
    hall.set_rules(days_ahead=1)
    assert hall.service_id in [one.id for one in desk.read(book.bookable)]
    desk.clock.forward(hours=1)
    assert hall.service_id not in [one.id for one in desk.read(book.bookable)], "the last slot has begun"


def test_the_waiting_list_is_one_question_however_long_it_is(desk: Desk) -> None:
    hall = Bookings(desk)
    made = [hall.book(n, start, TOMORROW) for n, start in enumerate((540, TEN, ELEVEN), 1)]
    waits = [hall.wait(n, TOMORROW) for n in range(10, 16)]
    hall.cancel(made[1])
    gone = waits[2]
    assert gone.identity_key is not None
    desk.database.write(lambda w: tending.forget_bookings(w, [gone.identity_key]))
    statements, entries = asked_by(desk, lambda r: view.waiting_entries(r, desk.context))
    assert len([one for one in statements if "waiting_list" in one]) == 1
    assert [one.id for one in entries] == [row.id for row in waits]

    def each(reader: Reader) -> list[int]:
        rows = [reader.session.get_one(WaitingRow, row.id) for row in waits]
        return [waiting.before(reader, row) if row.state == "waiting" else 0 for row in rows]

    assert [one.before for one in entries] == desk.read(each) == [0, 0, 1, 1, 2, 3]
