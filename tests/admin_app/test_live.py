"""The live hall moves with the hall."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QListView

from shared.ui.widgets import SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall


def tile(console: Console, label: str) -> str:
    model = console.find(QListView, "counters_grid").model()
    words = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
    return next((found for found in words if found.split(" · ")[0] == label), "")


def figure(console: Console, name: str) -> int:
    return int(console.text(f"figure_{name}_value"))


def test_a_ticket_moves_figures_queue_and_counter(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("F08")
    counter = shared_hall.counter("F08")
    desk = shared_hall.client("counter", "F08")
    issued, waiting = figure(console, "issued"), figure(console, "waiting")

    ticket = console.issue(service.id)
    console.wait(lambda: figure(console, "issued") == issued + 1 and figure(console, "waiting") == waiting + 1)
    queues = console.find(SearchableTable, "queues_table")
    line = rows(queues)[service.name]
    assert line["waiting"] == 1
    assert line["open"] == 0
    console.wait(lambda: rows(queues)[service.name]["longest"] is not None)

    desk.counter_state(counter.id, "sign-in", {"staff_number": "YS1001"})
    console.wait(lambda: "陈晓岚" in tile(console, "F08") and "空闲" in tile(console, "F08"))
    # What the hall's displays say too.
    console.wait(lambda: rows(queues)[service.name]["expected"] is not None)
    desk.call_next(counter.id)
    console.wait(lambda: ticket.number in tile(console, "F08") and "呼叫中" in tile(console, "F08"))
    console.wait(lambda: figure(console, "waiting") == waiting and service.name not in rows(queues))
    desk.ticket_step(counter.id, "start")
    console.wait(lambda: "办理中" in tile(console, "F08"))
    finished = figure(console, "finished")
    desk.ticket_step(counter.id, "finish")
    console.wait(lambda: "空闲" in tile(console, "F08") and figure(console, "finished") == finished + 1)
    assert ticket.number not in tile(console, "F08")
    hours = console.app.live.state.hours
    assert sum(hour[1] for hour in hours) == issued + 1
    desk.counter_state(counter.id, "pause", {"reason": "meal"})
    console.wait(lambda: "用餐" in tile(console, "F08"))
    desk.counter_state(counter.id, "sign-out")
    console.wait(lambda: "未开放" in tile(console, "F08"))


def test_an_undone_call_waits_again_since_its_issue(console: Console, shared_hall: RunningHall) -> None:
    service, counter = shared_hall.easy_service("F09"), shared_hall.counter("F09")
    ticket = console.issue(service.id)
    desk = shared_hall.client("counter", "F09")
    desk.counter_state(counter.id, "sign-in")
    desk.call_next(counter.id)
    console.wait(lambda: ticket.number in tile(console, "F09"))
    desk.ticket_step(counter.id, "undo")
    console.wait(lambda: ticket.number not in tile(console, "F09"))
    assert console.app.live._book.oldest(service.id) == ticket.issued_at
    desk.call_next(counter.id)
    desk.ticket_step(counter.id, "finish")
    desk.counter_state(counter.id, "sign-out")


def test_counters_are_filtered_by_floor_zone_and_state(console: Console, shared_hall: RunningHall) -> None:
    grid = console.find(QListView, "counters_grid").model()
    every = grid.rowCount()
    floor = console.find(QComboBox, "filter_floor")
    floor.setCurrentIndex(floor.findData("2"))
    floor.activated.emit(floor.currentIndex())
    assert 0 < grid.rowCount() < every
    labels = {counter.label for counter in shared_hall.client("staff").counters() if counter.floor == "2"}
    assert {str(grid.index(row, 0).data()).split(" · ")[0] for row in range(grid.rowCount())} == labels
    console.click("filter_state_serving")
    assert grid.rowCount() == 0
    assert console.there("counters_empty")
    console.click("filter_state_all")
    floor.setCurrentIndex(0)
    floor.activated.emit(0)
    assert grid.rowCount() == every


def test_a_figure_opens_the_tickets_behind_it(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("G05")
    ticket = console.issue(service.id)
    console.wait(lambda: figure(console, "waiting") > 0)
    console.click("figure_waiting")
    console.wait(lambda: console.there("tickets_window"))
    table = console.find(SearchableTable, "tickets_table")
    console.wait(lambda: ticket.number in rows(table))
    assert rows(table)[ticket.number]["service"] == service.name
    console.wait(lambda: len(rows(table)) == figure(console, "waiting"))
    console.find(QDialog, "tickets_window").close()


def test_a_counter_opens_what_it_has_in_hand(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("G07")
    ticket = console.issue(service.id)
    grid = console.find(QListView, "counters_grid")
    model = grid.model()
    row = next(n for n in range(model.rowCount()) if str(model.index(n, 0).data()).startswith("G07"))
    place: QPoint = grid.visualRect(model.index(row, 0)).center()
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    console.wait(lambda: console.there("tickets_window"))
    assert "G07" in console.text("tickets_title")
    console.wait(lambda: ticket.number in rows(console.find(SearchableTable, "tickets_table")))
    console.find(QDialog, "tickets_window").close()


def test_the_hall_is_asked_only_when_something_happened(console: Console) -> None:
    presenter, link = console.app.live, console.app.link
    ticks: list[int] = []
    heard: list[object] = []
    presenter.ticked.connect(lambda: ticks.append(1))
    link.happened.connect(heard.append)
    link.snapshot.connect(heard.append)
    # The hall is that of other tests too: two seconds in which it says nothing.
    for _ in range(30):
        console.wait(lambda: not presenter._asking and not presenter._ask.isActive())
        asked = presenter._asked_at
        ticks.clear()
        heard.clear()
        console.wait(lambda: len(ticks) >= 2 or bool(heard))
        if not heard:
            break
    assert heard == [] and presenter._asked_at == asked


def test_the_server_goes_and_comes_back(open_console: Open, fragile_hall: RunningHall) -> None:
    hall, console = fragile_hall, open_console(fragile_hall)
    service = hall.easy_service("A03")
    console.issue(service.id)
    console.wait(lambda: console.text("figure_waiting_value") == "1")
    queues = console.find(SearchableTable, "queues_table")
    counter = hall.counter("A03")
    hall.client("counter", "A03").counter_state(counter.id, "sign-in")
    console.wait(lambda: rows(queues)[service.name]["expected"] is not None)
    hall.kill()
    console.wait(lambda: console.there("link_banner"))
    assert rows(queues)[service.name]["expected"] is None, "nobody knows what it would be now"
    assert "连不上大厅服务器" in console.text("link_banner_words")
    assert console.text("figure_waiting_value") == "1"
    assert "连接中断" in console.text("live_as_of")
    hall.start()
    console.wait(lambda: not console.there("link_banner"))
    console.issue(service.id)
    console.wait(lambda: console.text("figure_waiting_value") == "2")
