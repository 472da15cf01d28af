"""A counter that is really cut off: it goes on, and its work is with the server when the line is back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from shared.devices.board import DeviceBoard
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.island.shares import owner
from shared.schemas.hall import CounterEdit
from shared.schemas.tickets import TicketRequest
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Station, Workplace
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy, proxy_to

QUICK = {"alone_after_s": 0.2}


@pytest.fixture
def cable(shared_hall: RunningHall) -> Iterator[Proxy]:
    with proxy_to(shared_hall.port) as line:
        yield line


@pytest.fixture
def cut_off(open_station: Opens, shared_hall: RunningHall, workplace: Workplace, cable: Proxy) -> Station:
    """A counter that is signed in and whose line can be cut."""
    station = open_station(shared_hall, workplace, server=cable.url, **QUICK)
    station.sign_in()
    return station


def cut(station: Station, cable: Proxy) -> None:
    cable.cut()
    station.wait(lambda: station.app.island.stage == "alone")


def come_back(station: Station, cable: Proxy) -> None:
    cable.resume()
    station.wait(lambda: station.state.connection_tone == "ok" and not station.app.island.is_alone)


def call_number(station: Station, number: str) -> None:
    station.app.operator.ask("call-number")
    station.wait(lambda: station.state.dialog == "call-number")
    field = station.widget("call_number_field", QLineEdit)
    QTest.keyClicks(field, number)
    station.click("call_number_confirm")
    station.wait(lambda: not station.state.busy)


def test_a_visit_without_the_server(cut_off: Station, cable: Proxy) -> None:
    station = cut_off
    first, second = station.take(2)
    assert not station.widget("alone_strip").isVisible()
    cut(station, cable)
    station.wait(lambda: station.widget("alone_strip").isVisible())
    assert "名单截至" in station.label("alone_title") and "自动补报" in station.label("alone_about")
    station.wait(lambda: "单机办理" in station.item_text("offline") or station.item("offline") is not None)
    assert station.call() == first.number
    station.wait(lambda: station.item_text("called_number") == first.number)
    station.key(Qt.Key.Key_F3)
    station.key(Qt.Key.Key_F4)
    station.settled("serving")
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    station.wait(lambda: station.scene == "rating")
    station.touch("face_5")
    assert station.call() == second.number
    station.key(Qt.Key.Key_F7)
    station.wait(lambda: station.state.message is not None and "转移" in station.state.message.words)
    assert station.state.dialog == "", "what needs the server says so"
    assert station.ticket_status(first) == "waiting", "the server knows nothing yet"
    come_back(station, cable)
    assert not station.widget("alone_strip").isVisible()
    assert station.ticket_status(first) == "finished" and station.ticket_status(second) == "called"
    station.wait(lambda: station.staff_client.ticket(first.id).rated)
    assert station.label("in_hand_number") == second.number
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    assert station.ticket_status(second) == "finished"


def test_everybody_who_waits_is_in_the_copy(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, cable: Proxy, tmp_path: Path
) -> None:
    """The screen lists thirty on line; alone there is nowhere to get the others from."""
    data = tmp_path / "line"
    station = open_station(shared_hall, workplace, server=cable.url, data=data, **QUICK)
    station.sign_in()
    tickets, kiosk = station.take(30), shared_hall.client("kiosk")
    tickets += [kiosk.issue(TicketRequest(service_id=workplace.service.id)) for _ in range(5)]
    station.wait(lambda: station.state.waiting_count == 35)
    assert len(station.state.queue) == 30
    station.app.island._keeper.read_line()
    station.wait(lambda: (data / "island" / "line.copy").exists())
    # Called by a colleague on line: they are not offered here any more.
    gone = tickets[33]
    station.staff_client.ticket_step(workplace.counter.id, "call-ticket", {"ticket_id": str(gone.id)})
    station.staff_client.ticket_step(workplace.counter.id, "no-show")
    station.wait(lambda: [one.number for one in station.state.missed] == [gone.number])
    station.wait(lambda: station.state.waiting_count == 34)
    cut(station, cable)
    station.wait(lambda: [one.number for one in station.state.queue] == [t.number for t in tickets if t is not gone])
    left = tmp_path / "left"
    shutil.copytree(data, left)
    station.stop()
    again = open_station(shared_hall, workplace, server=cable.url, data=left, counter="", **QUICK)
    again.wait(lambda: again.app.island.stage == "alone")
    assert len(again.state.queue) == 34
    come_back(again, cable)


def test_its_own_share_then_the_others_by_hand(cut_off: Station, cable: Proxy) -> None:
    """Another counter is open for the same service: each has a share of its own when both are alone."""
    station = cut_off
    tickets = station.take(4)
    model = station.app.model
    counter = station.workplace.counter
    other = counter.model_copy(update={"id": uuid7(), "label": "Z99", "state": "open"})
    cut(station, cable)
    model.counters = {other.id: other, counter.id: counter.model_copy(update={"state": "open"})}
    own = [t.number for t in tickets if owner(t.id, [counter.id, other.id]) == counter.id]
    others = [t.number for t in tickets if t.number not in own]
    for number in own:
        assert station.call() == number
        station.key(Qt.Key.Key_F8)
        station.settled(None)
    station.key(Qt.Key.Key_F2)
    if others:
        station.wait(lambda: f"另有 {len(others)} 位" in station.label("message"))
        station.double_click("queue_table", others[0])
        station.wait(lambda: station.label("in_hand_number") == others[0] and not station.state.busy)
        station.key(Qt.Key.Key_F8)
        station.settled(None)
    else:
        station.wait(lambda: "没有人等候" in station.label("message"))
    come_back(station, cable)
    left = {one.number: one.status for one in station.staff_client.tickets(service_id=str(tickets[0].service_id)).items}
    assert all(left[number] == "finished" for number in own)
    assert [left[number] for number in others] == ["finished", *["waiting"] * (len(others) - 1)][: len(others)]


def test_killed_while_alone_it_goes_on_where_it_was(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, cable: Proxy, tmp_path: Path
) -> None:
    data = tmp_path / "killed"
    station = open_station(shared_hall, workplace, server=cable.url, data=data, **QUICK)
    station.sign_in()
    first, second, third = station.take(3)
    cut(station, cable)
    station.call()
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    assert station.call() == second.number
    # As a power cut leaves it: what is on the disk now is all that is left.
    left = tmp_path / "left"
    shutil.copytree(data, left)
    station.stop()
    again = open_station(shared_hall, workplace, server=cable.url, data=left, counter="", **QUICK)
    again.wait(lambda: again.app.island.stage == "alone")
    assert again.label("in_hand_number") == second.number
    assert again.table("queue_table").numbers() == [third.number]
    again.key(Qt.Key.Key_F4)
    again.settled("serving")
    come_back(again, cable)
    assert [again.ticket_status(one) for one in (first, second, third)] == ["finished", "serving", "waiting"]
    again.key(Qt.Key.Key_F8)
    again.settled(None)
    assert again.app.diary.unsent() == 0


def test_a_number_from_a_paper_stays_in_hand_until_its_kiosk_tells(cut_off: Station, cable: Proxy) -> None:
    station = cut_off
    station.take()
    cut(station, cable)
    call_number(station, "???")
    station.wait(lambda: "不像号票" in station.label("message"))
    call_number(station, "A·K7-01")
    station.wait(lambda: station.label("in_hand_number") == "A·K7-01")
    assert "恢复连接后" in station.label("in_hand_service")
    assert station.item_text("called_number") == "A·K7-01"
    cable.resume()
    station.wait(lambda: "请先办结 A·K7-01" in station.label("alone_title"))
    assert station.label("in_hand_number") == "A·K7-01"
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    station.wait(lambda: not station.app.island.is_alone)
    assert station.state.phase == "open" and station.state.person is None
    assert station.scene == "idle", "who is not known cannot be asked to rate"


def test_whom_another_counter_called_meanwhile_is_told_to_the_supervisor(cut_off: Station, cable: Proxy) -> None:
    station = cut_off
    (ticket,) = station.take()
    counter = next(
        one
        for one in station.staff_client.counters()
        if one.id != station.workplace.counter.id and one.state == "closed"
    )
    admin = station.hall.client("admin")
    admin.edit_counter(counter.id, CounterEdit(service_ids=[*counter.service_ids, ticket.service_id]))
    cut(station, cable)
    station.call()
    station.staff_client.counter_state(counter.id, "sign-in")
    station.staff_client.ticket_step(counter.id, "call-ticket", {"ticket_id": str(ticket.id)})
    cable.resume()
    station.wait(lambda: station.app.island.stage == "staying")
    assert station.label("in_hand_number") == ticket.number
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    station.wait(lambda: not station.app.island.is_alone)
    conflict = next(one for one in admin.conflicts(settled=False) if one.ticket_id == ticket.id)
    assert (conflict.kind, conflict.counter_id) == ("called_twice", station.workplace.counter.id)
    assert conflict.other_counter_id == counter.id and len(conflict.detail["steps"]) == 2
    assert station.ticket_status(ticket) == "called"
    station.staff_client.ticket_step(counter.id, "finish")
    station.staff_client.counter_state(counter.id, "sign-out")
    admin.edit_counter(counter.id, CounterEdit(service_ids=counter.service_ids))


def test_without_room_on_the_disk_nothing_is_shown_and_later_it_works(cut_off: Station, cable: Proxy) -> None:
    station = cut_off
    (ticket,) = station.take()
    cut(station, cable)
    journal = station.app.diary._journal
    pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
    journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    size = 4000
    while size:
        try:
            journal.append("visit.held", {"fill": "x" * size}, at=station.app.model.now(), day=date(2000, 1, 1))
        except HallError as error:
            assert error.code == "disk_full"
            size //= 2
    station.key(Qt.Key.Key_F2)
    station.wait(lambda: station.state.message is not None and station.state.message.tone == "error")
    assert station.state.person is None and station.scene == "idle"
    journal._connection.execute("PRAGMA max_page_count = 100000")
    journal._connection.execute("DELETE FROM entries")
    assert station.call() == ticket.number
    come_back(station, cable)
    assert station.ticket_status(ticket) == "called"


def test_pauses_and_parking_without_the_server(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, cable: Proxy, tmp_path: Path
) -> None:
    data = tmp_path / "paused"
    station = open_station(shared_hall, workplace, server=cable.url, data=data, **QUICK)
    station.sign_in()
    first, second = station.take(2)
    cut(station, cable)
    assert station.call() == first.number
    station.app.operator.park("copy", 10)
    station.settled(None)
    assert [one.number for one in station.state.parked] == [first.number]
    station.app.operator.pause("meal")
    station.wait(lambda: station.state.phase == "paused" and not station.state.busy)
    station.wait(lambda: station.scene == "paused")
    left = tmp_path / "left"
    shutil.copytree(data, left)
    station.stop()
    again = open_station(shared_hall, workplace, server=cable.url, data=left, counter="", **QUICK)
    again.wait(lambda: again.app.island.stage == "alone")
    assert again.state.phase == "paused" and [one.number for one in again.state.parked] == [first.number]
    again.app.operator.resume()
    again.wait(lambda: again.state.phase == "open" and not again.state.busy)
    again.app.operator.unpark("")
    again.settled("serving")
    assert again.label("in_hand_number") == first.number
    come_back(again, cable)
    assert (again.ticket_status(first), again.ticket_status(second)) == ("serving", "waiting")
    again.key(Qt.Key.Key_F8)
    again.settled(None)
    assert again.app.diary.unsent() == 0


def test_it_says_its_calls_itself_while_it_is_alone_and_only_then(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, cable: Proxy
) -> None:
    with DeviceBoard() as board:
        speech = {"driver": "simulator", "board": board.address, "name": "counter/speech", "pace": 0.0}
        station = open_station(shared_hall, workplace, server=cable.url, devices={"speech": speech}, **QUICK)
        station.sign_in()
        first, second = station.take(2)
        assert station.call() == first.number
        station.key(Qt.Key.Key_F8)
        station.settled(None)
        cut(station, cable)
        assert station.call() == second.number
        assert board.wait_event("counter/speech", "spoken", 20)
        station.key(Qt.Key.Key_F3)
        station.wait(lambda: not station.state.busy)
        assert board.wait_event("counter/speech", "spoken", 20, count=2), "a second ring is said too"
        told = [str(dict(event.data)) for event in board.history if event.name == "speaking"]
        assert len(told) == 2, "the hall says what is called on line"
        station.key(Qt.Key.Key_F8)
        station.settled(None)


def test_a_damaged_journal_is_told_to_the_hall(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    journal = tmp_path / "broken" / "island" / "journal.db"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"no database at all" * 100)
    station = open_station(shared_hall, workplace, data=tmp_path / "broken")
    name = f"counter-{workplace.counter.label}"

    def told() -> list[tuple[str, str]]:
        mine = [one for one in shared_hall.client("admin").terminals() if (one.kind, one.name) == ("counter", name)]
        return [(one.state, one.code) for terminal in mine for one in terminal.devices if one.kind == "journal"]

    station.wait(lambda: told() == [("warning", "journal_damaged")])


def test_a_changed_policy_is_read_at_once(station: Station) -> None:
    admin = station.hall.client("admin")
    facts = station.app.model.facts
    was = admin.calling_policy()
    admin.set_calling_policy(was.model_copy(update={"passes": was.passes + 1}))
    station.wait(lambda: station.app.model.facts is not facts)
    admin.set_calling_policy(was.model_copy(update={"version": admin.calling_policy().version}))
