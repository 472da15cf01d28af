"""Editing the catalogue, and what is open when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from server.audit import SYSTEM
from server.context import Context
from server.database import Writer
from server.features.catalogue.edit import add_counter, add_service, edit_counter, edit_service
from server.features.catalogue.models import CalendarDayRow
from server.features.catalogue.service import catalogue
from server.features.catalogue.view import counter_list, hall_view, service_tree
from server.features.queueing import counters, steps
from shared.domain.errors import HallError
from shared.schemas.hall import Counter, CounterCreate, CounterEdit, Service, ServiceCreate, ServiceEdit
from shared.schemas.tickets import TransferRequest
from tests.server.conftest import ADMIN, Desk


def tree(desk: Desk, *, always_open: bool = True, with_retired: bool = False) -> dict[UUID, Service]:
    nodes = desk.read(lambda r: service_tree(r, always_open=always_open, waiting=None, with_retired=with_retired))
    return {node.id: node for node in nodes}


def change_service(desk: Desk, service: UUID, **fields: object) -> Service:
    edit = ServiceEdit.model_validate(fields)
    return desk.database.write(lambda w: edit_service(w, ADMIN, SYSTEM, service, edit, always_open=True))


def change_counter(desk: Desk, counter: UUID, **fields: object) -> Counter:
    return desk.database.write(lambda w: edit_counter(w, SYSTEM, counter, CounterEdit.model_validate(fields)))


def new_service(desk: Desk, **fields: object) -> Service:
    create = ServiceCreate.model_validate({"name": "新业务", "series": "ZZ"} | fields)
    return desk.database.write(lambda w: add_service(w, ADMIN, SYSTEM, create, always_open=False))


def a_group(desk: Desk) -> UUID:
    """A group that holds services itself."""
    nodes = tree(desk)
    return next(node.parent_id for node in nodes.values() if node.ticketable and node.parent_id)


def in_real_hours(desk: Desk) -> Desk:
    """The same hall, open by the clock and not at any hour."""
    desk.context = Context(desk.context.keys, desk.context.link_base, always_open=False)
    return desk


def test_an_edit_is_told_once_and_seen_at_once(desk: Desk) -> None:
    service, _, _ = desk.places()
    before = len(desk.events)
    changed = change_service(desk, service, name="户口迁移", typical_minutes=25)
    assert [event.kind for event in desk.events[before:]] == ["service.changed"]
    assert (changed.name, changed.typical_minutes) == ("户口迁移", 25)
    assert tree(desk)[service].name == "户口迁移"
    assert desk.issue(service)["service_name"] == "户口迁移"


def test_what_an_edit_leaves_out_stays(desk: Desk) -> None:
    service, _, _ = desk.places()
    before = tree(desk)[service]
    after = change_service(desk, service, hint="带照片")
    assert after == before.model_copy(update={"hint": "带照片", "waiting": after.waiting, "version": after.version})
    assert after.version != before.version


def test_what_a_colleague_changed_meanwhile_is_not_written_over_unseen(desk: Desk) -> None:
    service, _, place = desk.places()
    seen, counter = tree(desk)[service], desk.read(counter_list)[0]
    assert change_service(desk, service, hint="带照片", version=seen.version).hint == "带照片"
    with pytest.raises(HallError, match="changed_meanwhile"):
        change_service(desk, service, hint="不用照片", version=seen.version)
    assert tree(desk)[service].hint == "带照片"
    assert change_service(desk, service, hint="不用照片").hint == "不用照片", "who names no version asks nothing"
    # Back to the same words is the same version: nothing that was not seen is lost.
    change_service(desk, service, hint=seen.hint)
    assert tree(desk)[service].version == seen.version
    # A counter that opens is the same counter to whoever edits it.
    assert change_counter(desk, counter.id, name="一号窗口", version=counter.version).name == "一号窗口"
    with pytest.raises(HallError, match="changed_meanwhile"):
        change_counter(desk, counter.id, service_ids=[], version=counter.version)
    now = next(one for one in desk.read(counter_list) if one.id == place)
    desk.sign_in(place)
    desk.issue(service)
    desk.call_next(place)
    again = next(one for one in desk.read(counter_list) if one.id == place)
    assert again.version == now.version
    assert change_counter(desk, place, service_ids=[service], version=now.version).version != now.version


def test_an_edit_is_searchable_under_its_new_name(desk: Desk) -> None:
    service, _, _ = desk.places()
    changed = change_service(desk, service, name="中考")
    assert changed.spelled[0] == "中zhong 考kao"
    assert tree(desk)[service].spelled == changed.spelled


def test_a_retired_service_leaves_the_tree_and_gives_no_numbers(desk: Desk) -> None:
    service, _, _ = desk.places()
    change_service(desk, service, retired=True)
    assert service not in tree(desk)
    assert tree(desk, with_retired=True)[service].retired
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.code == "service_unknown"
    change_service(desk, service, retired=False)
    assert desk.issue(service)["number"]


def test_below_a_retired_group_nothing_gives_numbers(desk: Desk) -> None:
    service, _, _ = desk.places()
    group = tree(desk)[service].parent_id
    assert group is not None
    change_service(desk, group, retired=True)
    assert service not in tree(desk)
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.code == "service_unknown"
    change_service(desk, group, retired=False)
    assert desk.issue(service)["number"]


def test_a_suspended_service_tells_its_note(desk: Desk) -> None:
    service, _, _ = desk.places()
    node = change_service(desk, service, suspended=True, suspended_note="系统维护")
    assert (node.open, node.closed_reason, node.closed_note) == (False, "suspended", "系统维护")
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.params["note"] == "系统维护"


def test_a_group_has_no_series(desk: Desk) -> None:
    with pytest.raises(HallError) as refused:
        change_service(desk, a_group(desk), series="QQ")
    assert refused.value.code == "service_not_ticketable"


def test_a_new_service_is_open_when_its_neighbours_are(desk: Desk) -> None:
    group = a_group(desk)
    service = new_service(desk, parent_id=group)
    counter = next(iter(desk.read(catalogue).counters.values()))
    change_counter(desk, counter.id, service_ids=[*counter.service_ids, service.id])
    desk.clock.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in the hall
    node = tree(desk, always_open=False)[service.id]
    assert (node.open, node.closed_reason) == (True, None)
    assert node.hours_text
    desk.clock.now = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # midnight
    assert tree(desk, always_open=False)[service.id].closed_reason == "hours"


def test_a_new_service_without_a_parent_is_open_too(desk: Desk) -> None:
    service = new_service(desk)
    assert desk.read(catalogue).services[service.id].hours


def test_what_a_new_service_must_have(desk: Desk) -> None:
    for fields, code in (
        ({"parent_id": uuid4()}, "service_parent_wrong"),
        ({"department_id": uuid4()}, "department_unknown"), ({"series": None}, "series_needed"),
        ({"ticketable": False}, "service_not_ticketable"),
    ):  # fmt: skip
        with pytest.raises(HallError) as refused:
            new_service(desk, **fields)
        assert refused.value.code == code
    assert all(node.name != "新业务" for node in tree(desk, with_retired=True).values())


def test_a_label_belongs_to_one_counter(desk: Desk) -> None:
    first, second = list(desk.read(catalogue).counters.values())[:2]
    before = len(desk.events)
    for work in (
        lambda: change_counter(desk, second.id, label=first.label),
        lambda: desk.database.write(lambda w: add_counter(w, SYSTEM, CounterCreate(label=first.label, name="x"))),
    ):
        with pytest.raises(HallError) as refused:
            work()
        assert (refused.value.code, refused.value.status) == ("counter_label_taken", 409)
    assert len(desk.events) == before
    assert change_counter(desk, first.id, label=first.label).label == first.label, "its own"


def test_what_a_counter_serves_is_replaced_as_a_whole(desk: Desk) -> None:
    first, second, counter = desk.places()
    assert change_counter(desk, counter, service_ids=[second, second]).service_ids == [second]
    desk.sign_in(counter)
    desk.issue(first)
    assert desk.call_next(counter) is None
    change_counter(desk, counter, service_ids=[first])
    assert desk.call_next(counter) is not None
    group = a_group(desk)
    for wrong in (uuid4(), group):
        with pytest.raises(HallError) as refused:
            change_counter(desk, counter, service_ids=[wrong])
        assert refused.value.code == "service_unknown"
    assert change_counter(desk, counter).service_ids == [first]


def test_a_service_nobody_serves_is_closed_and_says_why(desk: Desk) -> None:
    service, _, _ = desk.places()
    for counter in list(desk.read(catalogue).counters.values()):
        if service in counter.service_ids:
            change_counter(desk, counter.id, service_ids=[s for s in counter.service_ids if s != service])
    assert tree(desk)[service].closed_reason == "no_counter"
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert refused.value.params["reason"] == "no_counter"
    assert refused.value.params["note"] == "", "its hours are not why"


def test_a_retired_counter_serves_nobody_any_more(desk: Desk) -> None:
    service, _, counter = desk.places()
    label = desk.read(catalogue).counters[counter].label
    change_counter(desk, counter, retired=True)
    assert label not in tree(desk)[service].counter_labels
    assert counter not in {c.id for c in desk.read(counter_list)}
    assert counter in {c.id for c in desk.read(lambda r: counter_list(r, with_retired=True))}
    with pytest.raises(HallError):
        desk.database.write(lambda w: counters.sign_out(w, counter))


def test_unknown_things_are_not_found(desk: Desk) -> None:
    for work, code in ((change_service, "service_unknown"), (change_counter, "counter_unknown")):
        with pytest.raises(HallError) as refused:
            work(desk, uuid4(), name="x")
        assert (refused.value.code, refused.value.status) == (code, 404)


# The clock

MONDAY = date(2026, 11, 23)


def at(day: date, clock: str) -> datetime:
    """A moment by the hall's clock (UTC+8)."""
    hour, minute = map(int, clock.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def office(desk: Desk) -> UUID:
    """A service with breaks: closed on Sundays."""
    found = desk.read(catalogue)
    return next(
        s.id for s in found.services.values()
        if s.ticketable and s.hours.get("mon") and not s.hours.get("sun") and not s.suspended
        and s.identity != "required" and found.labels.get(s.id)
    )  # fmt: skip


def is_open(desk: Desk, service: UUID) -> bool:
    node = tree(desk, always_open=False)[service]
    if node.open:
        desk.issue(service)
        return True
    with pytest.raises(HallError) as refused:
        desk.issue(service)
    assert (refused.value.code, refused.value.params["reason"]) == ("service_closed", "hours")
    return False


def test_opening_hours_begin_and_end_by_the_halls_clock(desk: Desk) -> None:
    service = office(in_real_hours(desk))
    spans = desk.read(catalogue).services[service].hours["mon"]
    for start, end in spans:
        desk.clock.now = at(MONDAY, start) - timedelta(seconds=1)
        assert not is_open(desk, service)
        desk.clock.now = at(MONDAY, start)
        assert is_open(desk, service)
        desk.clock.now = at(MONDAY, end) - timedelta(seconds=1)
        assert is_open(desk, service)
        desk.clock.now = at(MONDAY, end)
        assert not is_open(desk, service)
    desk.clock.now = at(MONDAY + timedelta(days=6), spans[0][0])
    assert not is_open(desk, service)


def test_holidays_and_swapped_workdays(desk: Desk) -> None:
    service = office(in_real_hours(desk))
    start = desk.read(catalogue).services[service].hours["mon"][0][0]

    def proclaim(writer: Writer) -> None:
        writer.touch_catalogue()
        for ahead, kind, like in ((0, "holiday", None), (1, "holiday", None), (6, "adjusted", "mon")):
            day = MONDAY + timedelta(days=ahead)
            writer.session.add(
                CalendarDayRow(
                    hall_id=writer.hall_id, day=day, kind=kind, name="", name_en="", opens_like=like, source="hand",
                    version=0,
                )
            )  # fmt: skip

    desk.database.write(proclaim)
    for days, wanted in ((-3, True), (0, False), (1, False), (2, True), (6, True), (13, False)):
        desk.clock.now = at(MONDAY + timedelta(days=days), start)
        assert is_open(desk, service) is wanted, days


def test_a_closed_group_is_one_with_nothing_open_below(desk: Desk) -> None:
    desk.clock.now = at(MONDAY, "03:00")
    nodes = tree(desk, always_open=False)
    for node in nodes.values():
        if not node.ticketable:
            below = [child.open for child in nodes.values() if child.parent_id == node.id]
            assert node.open == any(below)
    assert not all(node.open for node in nodes.values())


def shown(desk: Desk, zone: str) -> list[str]:
    """The counters whose calls a zone's displays show."""
    return next(z.counter_labels for z in desk.read(hall_view).zones if z.key == zone)


def test_the_displays_of_a_zone_show_the_counters_that_stand_there_now(desk: Desk) -> None:
    added = desk.database.write(lambda w: add_counter(w, SYSTEM, CounterCreate(label="Q01", name="新窗口", zone="b")))
    assert "Q01" in shown(desk, "b")
    change_counter(desk, added.id, label="Q02")
    assert "Q02" in shown(desk, "b")
    assert "Q01" not in shown(desk, "b")
    change_counter(desk, added.id, zone="c")
    assert "Q02" not in shown(desk, "b")
    assert "Q02" in shown(desk, "c")
    change_counter(desk, added.id, retired=True)
    assert "Q02" not in shown(desk, "c")


def sent_to(desk: Desk, service: UUID, here: UUID, there: UUID) -> dict[str, object]:
    """A ticket that was called here and is sent on to another counter."""
    ticket = desk.issue(service)
    assert desk.call_next(here) is not None
    wanted = TransferRequest(counter_id=there)
    desk.database.write(lambda w: steps.transfer(w, desk.context, here, wanted))
    assert desk.call_next(here) is None, "it waits for the other one"
    return ticket


def test_who_was_sent_to_a_counter_that_serves_them_no_more_is_called_by_its_colleagues(desk: Desk) -> None:
    found = desk.read(catalogue)
    service = desk.places()[0]
    here, there = [c.id for c in found.counters.values() if service in c.service_ids][:2]
    for counter in (here, there):
        desk.sign_in(counter)
    ticket = sent_to(desk, service, here, there)
    change_counter(desk, there, service_ids=[])
    assert desk.call_next(there) is None
    called = desk.call_next(here)
    assert called is not None
    assert called["ticket"]["id"] == ticket["id"]


def test_nobody_is_sent_to_a_line_that_no_counter_calls(desk: Desk) -> None:
    service, other, counter = desk.places()
    desk.sign_in(counter)
    for one in list(desk.read(catalogue).counters.values()):
        if other in one.service_ids:
            change_counter(desk, one.id, service_ids=[s for s in one.service_ids if s != other])
    desk.issue(service)
    assert desk.call_next(counter) is not None
    with pytest.raises(HallError) as refused:
        desk.database.write(lambda w: steps.transfer(w, desk.context, counter, TransferRequest(service_id=other)))
    assert (refused.value.code, refused.value.status) == ("service_not_served", 409)


def test_a_zone_of_some_groups_shows_what_is_added_to_them(desk: Desk) -> None:
    def named() -> list[UUID]:
        return next(z.service_ids for z in desk.read(hall_view).zones if z.key == "b-self-service") or []

    parent = tree(desk)[named()[0]].parent_id
    wanted = ServiceCreate(parent_id=parent, name="新设业务", ticketable=True, series="ZZ")
    added = desk.database.write(lambda w: add_service(w, ADMIN, SYSTEM, wanted, always_open=True))
    assert added.id in named()
