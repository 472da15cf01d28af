"""Park and resume, items, silent call, priority and hand-over, by the keys and windows a clerk has."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QPlainTextEdit

from shared.schemas.tickets import Ticket, TicketRequest
from tests.counter_app.station import Station, Workplace


def dialog(station: Station, name: str) -> object:
    return station.app.operator_windows._dialogs[name][station.bar]


def press(station: Station, dialog_name: str, name: str) -> None:
    station.wait(lambda: station.state.dialog == dialog_name)
    station.click(name, station.app.operator_windows._dialogs[dialog_name][station.bar])


def menu(station: Station, name: str) -> None:
    entry = station.widget("more").findChild(QAction, name)
    assert entry is not None, name
    assert entry.isEnabled(), name
    entry.trigger()


def take_several(station: Station) -> Ticket:
    """One ticket for a matter of this counter and one of another."""
    mine = set(station.workplace.counter.service_ids)
    services = station.staff_client.services()
    usable = (s for s in services if s.ticketable and s.open and s.identity != "required" and s.counter_labels)
    other = next(s for s in usable if s.id not in mine)
    asked = TicketRequest(service_id=station.workplace.service.id, items=[station.workplace.service.id, other.id])
    ticket = station.hall.client("kiosk").issue(asked)
    station.wait(lambda: ticket.number in station.table("queue_table").numbers())
    return ticket


def test_somebody_fetches_a_copy_while_the_next_one_is_served(station: Station) -> None:
    away, other = station.take(2)
    station.call()
    station.key(Qt.Key.Key_F4)
    station.settled("serving")
    station.key(Qt.Key.Key_F11)
    station.wait(lambda: station.state.dialog == "park")
    # A digit is a reason's key.
    window = station.app.operator_windows._dialogs["park"][station.bar]
    station.wait(window.isActiveWindow)
    QTest.keyClick(window, Qt.Key.Key_1)
    station.settled(None)
    station.wait(lambda: station.table("parked_list").numbers() == [away.number])
    assert station.state.parked[0].waited
    assert station.call() == other.number
    station.key(Qt.Key.Key_F4)
    station.settled("serving")
    assert not station.button("unpark").isVisible()
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    station.wait(lambda: "unpark" in station.state.can)
    station.key(Qt.Key.Key_F11)
    station.settled("serving")
    assert station.label("in_hand_number") == away.number
    station.wait(lambda: "undo" in station.state.can)
    station.key(Qt.Key.Key_F10)
    station.settled(None)
    assert station.table("parked_list").numbers() == [away.number]


def test_the_next_item_goes_where_it_is_served_and_the_clerk_says_where(station: Station) -> None:
    ticket = take_several(station)
    station.call()
    assert station.state.person is not None
    assert station.state.person.items
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    assert station.state.message is not None
    assert ticket.number in station.state.message.words
    assert station.ticket_status(ticket) == "waiting"
    assert station.scene != "rating", "the visit is not over"
    station.key(Qt.Key.Key_F10)
    station.settled("called")
    station.wait(lambda: "next-item" in station.state.can)
    menu(station, "more_finish_all")
    station.settled(None)
    assert station.ticket_status(ticket) == "finished"


def test_silent_call_priority_and_hand_over(station: Station, free_workplaces: Iterator[Workplace]) -> None:
    first, second, third = station.take(3)
    menu(station, "more_priority")
    station.wait(lambda: station.state.dialog == "priority")
    box = dialog(station, "priority").findChild(QComboBox, "priority_ticket")  # type: ignore[attr-defined]
    box.setCurrentIndex(box.findData(str(third.id)))
    press(station, "priority", "priority_2")
    station.wait(lambda: station.table("queue_table").numbers() == [third.number, first.number, second.number])
    menu(station, "more_call_silently")
    station.settled("called")
    assert station.label("in_hand_number") == third.number
    assert station.state.spoken is None, "nobody waits for a loudspeaker"
    station.wait(lambda: station.scene == "called")
    menu(station, "more_hand_over")
    station.wait(lambda: station.state.dialog == "hand-over")
    note = dialog(station, "hand-over").findChild(QPlainTextEdit, "hand_over_text")  # type: ignore[attr-defined]
    note.setPlainText("the copier is empty")
    press(station, "hand-over", "hand_over_confirm")
    station.wait(lambda: station.state.phase == "closed")
    station.sign_in(next(free_workplaces).staff_number)
    station.wait(lambda: station.state.left is not None)
    assert station.state.person is not None
    assert station.state.person.number == third.number
    station.bar.stand_in(QRect(0, 30, 360, 698))
    assert station.bar.height() == 698
    assert station.label("hand_over_note") == "the copier is empty"
    station.click("hand_over_read")
    station.wait(lambda: station.state.left is None)
