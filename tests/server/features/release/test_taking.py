"""Nothing is oversold, whoever takes at the same time; a refusal says when the next numbers come."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select

from server.context import Context
from server.database import Database, Writer
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.queueing.models import TicketRow
from server.features.release import service as release
from server.features.release.models import PlanRow, TakenRow
from server.features.release.plans import put_in_force
from shared.domain.errors import HallError
from shared.domain.hours import DateKind
from shared.domain.release import Slot
from shared.schemas.release import Window
from tests.fakes.engines import on_postgresql
from tests.server.conftest import Desk, open_desk

MONDAY = date(2026, 11, 23)
EIGHT, NINE, NOON, TEN = 480, 540, 720, 600


def row(start: int, end: int, **fields: Any) -> Window:
    return Window.model_validate({"start": start, "end": end, "slot_minutes": 60} | fields)


def plan(desk: Desk, service: UUID, *rows: Window, kind: DateKind = DateKind.WEEKDAY) -> ServiceFacts:
    def work(writer: Writer) -> None:
        writer.touch_catalogue()
        put_in_force(writer.session, writer.hall_id, service, {kind: rows}, "test", writer.now)

    desk.database.write(work)
    found: ServiceFacts = desk.read(lambda r: catalogue(r).services[service])
    return found


def without_plan(desk: Desk, service: UUID) -> None:
    def work(writer: Writer) -> None:
        writer.touch_catalogue()
        writer.session.execute(delete(PlanRow).where(PlanRow.service_id == service))

    desk.database.write(work)


def on_time(desk: Desk) -> Desk:
    """By the clock, not at any hour."""
    desk.context = Context(desk.context.keys, desk.context.link_base, always_open=False)
    return desk


def together(databases: Sequence[Database], takers: int, work: Any) -> list[Any]:
    """All of them at once; answers what each got, refusals as their code."""
    gate = Barrier(takers)

    def one(place: int) -> Any:
        gate.wait(30)
        try:
            return databases[place % len(databases)].write(work)
        except HallError as refused:
            return refused.code

    with ThreadPoolExecutor(takers, "ThreadPoolExecutor-takers") as pool:
        return list(pool.map(one, range(takers)))


def test_the_last_ten_are_taken_ten_times_by_eighty_takers(desk: Desk) -> None:
    service, _other, _ = desk.places()
    # The hall's clock stands at ten on a Monday.
    facts = plan(desk, service, row(NINE, NOON, onsite=50, booking=50))
    slot = Slot(MONDAY + timedelta(days=1), NINE, TEN)
    for act in ("onsite", "booking"):
        for _ in range(40):
            desk.database.write(lambda w, act=act: release.take(w, facts, act, slot))
        got = together([desk.database], 80, lambda w, act=act: release.take(w, facts, act, slot))
        assert sorted(one for one in got if isinstance(one, int)) == list(range(10)), act
        assert len({one for one in got if isinstance(one, str)}) == 1
    assert desk.read(lambda r: r.session.scalars(select(TakenRow.taken)).all()) == [50, 50]


@on_postgresql
def test_two_servers_of_one_hall_oversell_nothing(desk: Desk, database_url: str, tmp_path: Path) -> None:
    service, _, _ = desk.places()
    plan(desk, service, row(NINE, NOON, onsite=10))
    (tmp_path / "second").mkdir()
    second = open_desk(tmp_path / "second", database_url)
    try:
        facts = desk.read(lambda r: catalogue(r).services[service])
        got = together([desk.database, second.database], 64, lambda w: release.take(w, facts, "onsite"))
    finally:
        second.database.close()
    assert sorted(one for one in got if isinstance(one, int)) == list(range(10))


def test_a_refused_ticket_says_when_the_next_numbers_come_and_takes_no_number(desk: Desk) -> None:
    service, other, _ = desk.places()
    on_time(desk)
    plan(desk, service, row(NINE, NOON, onsite=2), row(810, 1020, onsite=3))
    for _ in range(2):
        desk.issue(service)
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.code == "release_onsite_none_left"
    told = refused.value.params
    assert (told["quantity"], told["next"], told["next_quantity"]) == (2, "13:30", 3)
    # Its own line is not touched, and a service without a plan knows nothing of all this.
    assert desk.read(lambda r: r.session.scalar(select(func.count()).select_from(TicketRow))) == 2
    assert desk.read(lambda r: r.session.scalar(select(func.count()).select_from(TakenRow))) == 1
    without_plan(desk, other)
    desk.issue(other)
    now = desk.read(lambda r: release.on_site_now(r, always_open=False))
    assert other not in now and now[service].reason == "none_left"
    assert now[service].next_release == "13:30"
    desk.clock.forward(hours=4)
    desk.issue(service)
    assert desk.read(lambda r: release.on_site_now(r, always_open=False))[service].left == 2


def test_outside_its_windows_a_number_is_refused_but_never_in_the_demonstration(desk: Desk) -> None:
    service, _, _ = desk.places()
    plan(desk, service, row(810, 1020, onsite=5))
    desk.issue(service)
    assert service not in desk.read(lambda r: release.on_site_now(r, always_open=True))
    on_time(desk)
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert (refused.value.code, refused.value.params["next"]) == ("release_onsite_not_now", "13:30")


def test_slots_are_counted_by_channel_and_what_is_given_back_is_offered_again(desk: Desk) -> None:
    service, other, _ = desk.places()
    facts = plan(desk, service, row(NINE, NOON, booking=3, booking_shares={"phone": 1}))
    tuesday = MONDAY + timedelta(days=1)
    slot = Slot(tuesday, NINE, TEN)

    def left(through: str) -> list[int]:
        return [one.left for one in desk.read(lambda r: release.slots(r, facts, MONDAY, 2, through=through))]

    # Today's first slots have begun; a Saturday has none.
    assert left("phone") == [1, 1, 1, 1] and left("web") == [2, 2, 2, 2]
    assert desk.read(lambda r: release.slots(r, facts, MONDAY + timedelta(days=5), 2)) == []
    desk.database.write(lambda w: release.take(w, facts, "booking", slot, through="phone"))
    assert left("phone")[1] == 0 and left("web")[1] == 2
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: release.take(w, facts, "booking", slot, through="phone"))
    assert refused.value.code == "release_none_left"
    desk.database.write(lambda w: release.give_back(w, service, slot, "phone"))
    assert left("phone")[1] == 1
    for wrong in (Slot(tuesday, NINE, TEN + 1), Slot(MONDAY, NINE, TEN - 60), Slot(tuesday, EIGHT, NINE)):
        with pytest.raises(HallError) as refused:
            desk.database.write(lambda w, wrong=wrong: release.take(w, facts, "booking", wrong))
        assert refused.value.code == "release_not_now"
    # Without a plan nothing can be booked.
    without_plan(desk, other)
    free = desk.read(lambda r: catalogue(r).services[other])
    assert desk.read(lambda r: release.slots(r, free, MONDAY, 7)) == []
    with pytest.raises(HallError):
        desk.database.write(lambda w: release.take(w, free, "booking", slot))


def test_what_was_shared_otherwise_meanwhile_is_given_back_all_the_same(desk: Desk) -> None:
    service, _, _ = desk.places()
    slot = Slot(MONDAY + timedelta(days=1), NINE, TEN)
    facts = plan(desk, service, row(NINE, NOON, booking=3))
    desk.database.write(lambda w: release.take(w, facts, "booking", slot, through="phone"))
    plan(desk, service, row(NINE, NOON, booking=3, booking_shares={"phone": 2}))
    desk.database.write(lambda w: release.give_back(w, service, slot, "phone"))
    assert desk.read(lambda r: r.session.scalars(select(TakenRow.taken)).all()) == [0]


def test_the_demonstration_hall_can_be_booked_tomorrow_and_gives_numbers_at_any_hour(desk: Desk) -> None:
    found = desk.read(catalogue)
    ticketable = [one for one in found.services.values() if one.ticketable and not one.suspended]
    tomorrow = MONDAY + timedelta(days=1)
    bookable = [one for one in ticketable if desk.read(lambda r, one=one: release.slots(r, one, tomorrow, 1))]
    assert len(bookable) > len(ticketable) / 2
    desk.clock.forward(hours=14)
    limited = desk.read(lambda r: release.on_site_now(r, always_open=True))
    assert limited == {}
    desk.clock.forward(hours=10)
    assert 0 < len(desk.read(lambda r: release.on_site_now(r, always_open=True))) < 5
