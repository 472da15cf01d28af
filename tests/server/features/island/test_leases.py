"""Numbers a kiosk may give by itself: its own band, never leased twice, every gap explained."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import update

from server.audit import AuditRow
from server.auth import Principal
from server.database import Writer
from server.features.island.leases import lease
from server.features.island.models import ConflictRow, EntryRow, LeaseRow
from server.features.queueing.models import TicketRow
from server.housekeeping import sweep
from shared.domain.errors import HallError
from shared.domain.island.leasing import fates
from shared.domain.island.numbers import Lease
from shared.domain.tickets import Step
from shared.schemas.island import EntryVerdict, IslandEntry, LeaseRequest, Leases
from tests.server.conftest import Desk
from tests.server.features.island.test_entries import entry, rows, series_of, upload

KIOSK = Principal.of_machine("kiosk", "3", 2e9)
OTHER = Principal.of_machine("kiosk", "4", 2e9)


def ask(desk: Desk, journal: UUID, epoch: int = 0, who: Principal = KIOSK) -> Leases:
    return desk.database.write(lambda w: lease(w, desk.context, who, LeaseRequest(epoch=epoch, journal=journal)))


def of(found: Leases, series: str, day: int = 0) -> list[tuple[int, int]]:
    first = min(one.service_day for one in found.leases)
    return [
        (one.first, one.last) for one in found.leases if (one.series, (one.service_day - first).days) == (series, day)
    ]


def printed(desk: Desk, found: Leases, service: UUID, count: int, **more: Any) -> IslandEntry:
    """A ticket from a lease, as the kiosk writes it down."""
    series = series_of(desk, service)
    one = next(one for one in found.leases if one.series == series and one.first <= count <= one.last)
    return entry(
        desk, service, count, band=one.band, number=f"{one.head}·{one.band}-{count:02d}",
        service_day=one.service_day.isoformat(), **more,
    )  # fmt: skip


def take(desk: Desk, found: Leases, service: UUID, *counts: int) -> list[EntryVerdict]:
    return upload(desk, *(printed(desk, found, service, count) for count in counts))


def test_a_kiosk_has_a_band_for_good_and_asking_again_gives_the_same(desk: Desk) -> None:
    service, _, _ = desk.places()
    series, journal = series_of(desk, service), uuid4()
    first = ask(desk, journal)
    assert (first.band, first.epoch) == ("K1", 1) and of(first, series) == of(first, series, 1) == [(1, 20)]
    # The answer was lost, or the request came twice.
    assert ask(desk, journal) == first == ask(desk, journal, 1)
    assert ask(desk, uuid4(), who=OTHER).band == "K2"
    assert {one.series for one in first.leases} >= {series}


def test_numbers_from_a_lease_are_tickets_without_a_word(desk: Desk) -> None:
    service, _, _ = desk.places()
    found = ask(desk, uuid4())
    assert [one.verdict for one in take(desk, found, service, 1, 2, 3)] == ["taken"] * 3
    assert [row.number[-6:] for row in sorted(rows(desk, TicketRow), key=lambda row: row.count)] == [
        "·K1-01", "·K1-02", "·K1-03",
    ]  # fmt: skip
    assert rows(desk, ConflictRow) == [] and max(row.used for row in rows(desk, LeaseRow)) == 3


def test_more_come_when_half_is_used_and_never_the_same(desk: Desk) -> None:
    service, _, _ = desk.places()
    series, journal = series_of(desk, service), uuid4()
    found = ask(desk, journal)
    take(desk, found, service, *range(1, 10))
    assert of(ask(desk, journal, 1), series) == [(1, 20)]
    take(desk, found, service, 10)
    assert of(ask(desk, journal, 1), series) == [(1, 20), (21, 40)]


def test_a_lost_journal_burns_what_it_had_and_what_comes_of_it_later_is_kept(desk: Desk) -> None:
    service, _, _ = desk.places()
    series, lost, fresh = series_of(desk, service), uuid4(), uuid4()
    before = ask(desk, lost)
    take(desk, before, service, 1, 2)
    late = printed(desk, before, service, 3)
    after = ask(desk, fresh)
    assert (after.band, after.epoch) == (before.band, 2) and of(after, series) == [(21, 40)]
    [verdict] = upload(desk, late)
    assert (verdict.verdict, verdict.code) == ("conflict", "burnt_number")
    assert {row.number for row in rows(desk, TicketRow)} >= {late.body["number"]}
    # A request of the old journal that comes late burns nothing of the new one.
    with pytest.raises(HallError) as refused:
        ask(desk, lost, 1)
    assert refused.value.code == "island_epoch_old" and refused.value.params == {"epoch": 2}
    assert ask(desk, fresh, 2) == after
    [trail] = [row for row in rows(desk, AuditRow) if row.action == "numbers.burnt"]
    assert trail.actor == trail.subject == "kiosk:3"
    assert explained(desk) == {"ticket", "burnt", "open"}


def test_what_was_not_given_out_ends_with_its_day(desk: Desk) -> None:
    service, _, _ = desk.places()
    series, journal = series_of(desk, service), uuid4()
    today = ask(desk, journal)
    desk.clock.forward(days=1)
    late = printed(desk, today, service, 1, ago_s=86_000)
    tomorrow = ask(desk, journal, 1)
    assert of(tomorrow, series) == [(1, 20)] and tomorrow.leases[0].service_day > today.leases[0].service_day
    # The kiosk was off over night: yesterday's number is yesterday's ticket.
    [verdict] = upload(desk, late)
    assert verdict.verdict == "taken" and rows(desk, TicketRow)[0].service_day == today.leases[0].service_day
    assert explained(desk) == {"ticket", "not_given", "open"}


def test_a_number_that_is_on_paper_twice_is_two_tickets(desk: Desk) -> None:
    service, _, _ = desk.places()
    series, journal = series_of(desk, service), uuid4()
    found = ask(desk, journal)
    take(desk, found, service, 5)
    [verdict] = take(desk, found, service, 5)
    assert (verdict.verdict, verdict.code) == ("conflict", "number_differs")
    first, second = sorted(row.count for row in rows(desk, TicketRow))
    assert first == 5 and second == 21
    [conflict] = rows(desk, ConflictRow)
    assert conflict.number.endswith("-05") and conflict.detail["on_screens"].endswith("-21")
    # Nobody is leased the one it got.
    take(desk, found, service, *range(6, 17))
    assert of(ask(desk, journal, 1), series)[-1] == (22, 41)


def test_only_a_kiosk_gets_numbers(desk: Desk) -> None:
    for kind in ("counter", "staff", "admin"):
        with pytest.raises(HallError) as refused:
            ask(desk, uuid4(), who=Principal.of_machine(kind, "x", 2e9))
        assert refused.value.code == "not_a_terminal"


def test_kiosks_that_ask_and_upload_at_once_meet_nowhere(desk: Desk) -> None:
    service, _, _ = desk.places()
    desk.sign_in(desk.places()[2])
    kiosks = [Principal.of_machine("kiosk", str(number), 2e9) for number in range(6)]

    def day(who: Principal) -> None:
        journal, counted = uuid4(), iter(range(1, 100))
        for _ in range(4):
            found = ask(desk, journal, who=who)
            said = [printed(desk, found, service, next(counted)) for _ in range(6)]
            upload(desk, *said[:4], who=who)
            # The answer is lost: some go up again with others.
            upload(desk, *said[2:], who=who)
            desk.issue(service)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(day, kiosks))
    found = rows(desk, TicketRow)
    assert len(found) == 6 * 4 * 7 and len({(row.series, row.count) for row in found}) == len(found)
    assert len({row.number for row in found}) == len(found)
    assert rows(desk, ConflictRow) == []
    used = sum(row.used for row in rows(desk, LeaseRow))
    assert used == 6 * 4 * 6 and explained(desk) == {"ticket", "open"}


def test_who_came_earlier_stands_earlier_though_the_server_heard_of_it_later(desk: Desk) -> None:
    service, _, counter = desk.places()
    found, other = ask(desk, uuid4()), ask(desk, uuid4(), who=OTHER)
    desk.issue(service)
    late: list[IslandEntry] = []
    for minute in range(1, 5):
        desk.clock.forward(minutes=1)
        late.append(printed(desk, found if minute % 2 else other, service, minute))
    desk.clock.forward(minutes=1)
    desk.issue(service)
    # The second kiosk is back first.
    upload(desk, *late[1::2], who=OTHER)
    upload(desk, *late[0::2])
    desk.sign_in(counter)
    called = []
    while (answer := desk.call_next(counter)) is not None:
        called.append(answer["ticket"]["number"])
        desk.step(counter, Step.FINISH)
    assert called[1:5] == [one.body["number"] for one in late] and len(called) == 6


def test_a_time_that_cannot_be_is_brought_within_reason(desk: Desk) -> None:
    service, _, _ = desk.places()
    found = ask(desk, uuid4())
    granted = desk.clock.now
    desk.clock.forward(minutes=30)
    early, future = printed(desk, found, service, 1, ago_s=90_000), printed(desk, found, service, 2, ago_s=-9000)
    assert [one.verdict for one in upload(desk, early, future)] == ["taken", "taken"]
    assert [row.issued_at for row in sorted(rows(desk, TicketRow), key=lambda row: row.count)] == [
        granted, desk.clock.now,
    ]  # fmt: skip


def test_what_the_rules_would_have_refused_holds_and_is_written_down(desk: Desk) -> None:
    service, _, _ = desk.places()
    desk.set_rule("active", per="hall")
    person = {"kind": "resident", "number": "11010519491231002X", "name": "张三丰"}
    found = ask(desk, uuid4())
    first, second = (printed(desk, found, service, count, identity=person) for count in (1, 2))
    assert [one.verdict for one in upload(desk, first, second)] == ["taken", "conflict"]
    [conflict] = rows(desk, ConflictRow)
    assert conflict.kind == "against_rules" and conflict.detail["codes"] == ["limit_has_number"]
    assert len(rows(desk, TicketRow)) == 2


def test_what_is_over_is_forgotten_in_its_time_and_what_nobody_has_looked_at_is_not(desk: Desk) -> None:
    service, _, _ = desk.places()
    found = ask(desk, uuid4())
    take(desk, found, service, 1, 2)
    desk.clock.forward(days=1)
    desk.database.write(sweep)
    assert all(row.closed_at for row in rows(desk, LeaseRow) if row.service_day < desk.clock.now.date())
    upload(desk, entry(desk, service, 99))
    desk.clock.forward(days=40)
    desk.database.write(sweep)
    assert [row.verdict for row in rows(desk, EntryRow)] == ["conflict"] and len(rows(desk, TicketRow)) == 3
    desk.clock.forward(days=200)
    desk.database.write(sweep)
    assert rows(desk, LeaseRow) == [] and len(rows(desk, ConflictRow)) == len(rows(desk, EntryRow)) == 1

    def settle(writer: Writer) -> None:
        writer.session.execute(update(ConflictRow).values(settled_at=writer.now - timedelta(days=181)))

    desk.database.write(settle)
    desk.database.write(sweep)
    assert rows(desk, ConflictRow) == rows(desk, EntryRow) == []


def explained(desk: Desk) -> set[str]:
    """What became of each leased number; every ticket of a band is in a lease or in a conflict."""
    tickets: dict[tuple[Any, ...], list[int]] = {}
    for row in rows(desk, TicketRow):
        tickets.setdefault((row.service_day, row.series), []).append(row.count)
    told: Counter[str] = Counter()
    for row in rows(desk, LeaseRow):
        one = Lease(
            row.id, row.service_day, row.series, row.head, row.band, row.first, row.last, row.epoch, row.granted_at,
            row.used, row.closed_at is not None, row.burnt,
        )  # fmt: skip
        own = [count for count in tickets.get((row.service_day, f"{row.series}·K{row.band}"), []) if one.holds(count)]
        assert row.used == len(own)
        told.update(fates(one, own).values())
    return set(told)
