"""A counter's day at the real windows, against a real server."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QListWidget

from counter_app.features.queueing.dialogs_view import CloseDialog
from counter_app.features.queueing.services_view import KEY
from counter_app.parts_view import StepButton
from shared.schemas.hall import Counter
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Station, Workplace
from tests.fakes.citizens import somebody
from tests.fakes.hall import RunningHall


def test_call_start_finish_rate(station: Station) -> None:
    station.wait(lambda: station.scene == "idle")
    assert station.item_text("staff_name") == station.workplace.staff_name
    assert station.item_text("counter_label") == station.workplace.counter.label
    (ticket,) = station.take(identity=somebody())

    station.key(Qt.Key.Key_F2)
    assert station.button("call_next").busy, "the button answers before the server does"
    station.wait(lambda: station.label("in_hand_number") == ticket.number)
    assert station.label("in_hand_holder").startswith("张")
    assert "三丰" not in station.label("in_hand_holder")
    assert "19491231" not in station.label("in_hand_holder")
    station.wait(lambda: station.item_text("called_number") == ticket.number)

    station.click("start")
    station.settled("serving")
    station.wait(lambda: station.item_text("serving_number").startswith(ticket.number))
    station.key(Qt.Key.Key_F8)
    station.settled(None)
    assert station.ticket_status(ticket) == "finished"
    station.wait(lambda: station.scene == "rating")
    assert [station.item(f"face_{level}") is not None for level in (5, 4, 3, 2, 1)] == [True, True, False, True, False]
    station.touch("face_5")
    station.wait(lambda: station.scene == "thanks")
    station.wait(lambda: station.staff_client.ticket(ticket.id).rated)
    station.wait(lambda: station.scene == "idle")


def test_two_quick_presses_call_one_person(station: Station) -> None:
    first, second = station.take(2)
    for _ in range(2):
        station.key(Qt.Key.Key_F2)
    QTest.mouseClick(station.button("call_next"), Qt.MouseButton.LeftButton)
    station.settled("called")
    assert [station.ticket_status(ticket) for ticket in (first, second)] == ["called", "waiting"]
    assert station.state.message is None, "the second press was not even sent"


def test_a_nervous_recall_is_one_recall(station: Station) -> None:
    station.take()
    station.call()
    for _ in range(2):
        station.key(Qt.Key.Key_F3)
        station.wait(lambda: not station.state.busy)
    assert station.app.model.ticket is not None
    assert station.app.model.ticket.recalls == 1


def test_only_what_is_possible_can_be_pressed(station: Station) -> None:
    everything = {"call_next", "recall", "start", "no_show", "hold", "transfer", "finish", "pause", "undo", "sign_out"}

    def possible() -> set[str]:
        return {name for name in everything if station.possible(name)}

    assert possible() == {"call_next", "pause", "sign_out"}
    station.take()
    station.call()
    assert possible() == {"recall", "start", "no_show", "hold", "transfer", "finish", "undo"}
    station.key(Qt.Key.Key_F9)
    assert station.state.dialog == ""
    station.click("start")
    station.settled("serving")
    assert possible() == {"recall", "hold", "transfer", "finish", "undo"}


def test_a_call_is_taken_back_while_the_seconds_run(station: Station) -> None:
    (ticket,) = station.take()
    station.call()
    assert ticket.number in station.button("undo").text()
    assert 0 < station.state.undo_seconds <= 10
    first = station.state.undo_seconds
    station.wait(lambda: station.state.undo_seconds < first)
    station.key(Qt.Key.Key_F10)
    station.settled(None)
    assert station.ticket_status(ticket) == "waiting"
    station.wait(lambda: ticket.number in station.table("queue_table").numbers())
    assert not station.possible("undo")
    station.wait(lambda: station.scene == "idle")


def test_held_ticket_is_called_again_from_its_list(station: Station) -> None:
    (ticket,) = station.take()
    station.call()
    station.key(Qt.Key.Key_F6)
    station.settled(None)
    station.bar._lists.setCurrentWidget(station.table("held_list"))
    station.wait(lambda: station.table("held_list").numbers() == [ticket.number])
    station.double_click("held_list", ticket.number)
    station.settled("called")
    assert station.label("in_hand_number") == ticket.number
    station.wait(lambda: station.table("held_list").numbers() == [])


def test_no_show_goes_to_the_missed_and_can_be_called_by_name(station: Station) -> None:
    (ticket,) = station.take()
    station.call()
    station.key(Qt.Key.Key_F5)
    station.settled(None)
    station.bar._lists.setCurrentWidget(station.table("missed_list"))
    station.wait(lambda: station.table("missed_list").numbers() == [ticket.number])
    station.double_click("missed_list", ticket.number)
    station.settled("called")
    assert station.label("in_hand_number") == ticket.number


def test_transfer_to_another_counter_with_a_note(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace)
    station.sign_in()
    (ticket,) = station.take()
    station.call()
    station.key(Qt.Key.Key_F7)
    dialog = station.app.operator_windows._transfer[station.bar]
    station.wait(lambda: dialog.isVisible() and station.state.targets is not None)
    services = station.widget("transfer_services", QListWidget, dialog)
    search, service = station.widget("transfer_filter", QLineEdit, dialog), station.workplace.service
    search.setText("0000")
    assert services.currentItem() is None and services.count() == 1, "nothing is found, and it says so"
    search.setText(service.name)
    assert services.currentItem() is not None and services.currentItem().data(KEY) == str(service.id)
    counters = station.widget("transfer_counter", QComboBox, dialog)
    assert counters.itemData(0) == ""
    QTest.keyClicks(station.widget("transfer_note", QLineEdit, dialog), "check the copy")
    station.click("transfer_confirm", dialog)
    station.settled(None)
    assert not dialog.isVisible()
    assert station.ticket_status(ticket) == "waiting"
    found = station.staff_client.tickets(number=ticket.number).items[0]
    assert found.note == "check the copy"
    station.call()
    station.wait(lambda: "check the copy" in station.label("in_hand_note"))


def test_pause_with_a_reason_and_back(station: Station) -> None:
    station.key(Qt.Key.Key_F9)
    dialog = station.app.operator_windows._dialogs["pause"][station.bar]
    station.wait(dialog.isVisible)
    station.click("pause_meal", dialog)
    station.wait(lambda: station.state.phase == "paused" and not station.state.busy)
    station.wait(lambda: station.item_text("pause_reason") == "用餐时间")
    assert not station.possible("call_next")
    station.key(Qt.Key.Key_F9)
    station.wait(lambda: station.state.phase == "open" and station.scene == "idle")


def test_pause_with_a_typed_reason(station: Station) -> None:
    station.click("pause")
    dialog = station.app.operator_windows._dialogs["pause"][station.bar]
    station.wait(dialog.isVisible)
    QTest.keyClicks(station.widget("pause_other", QLineEdit, dialog), "fire drill")
    station.click("pause_confirm", dialog)
    station.wait(lambda: station.item_text("pause_reason") == "fire drill")


def test_nobody_waits(station: Station) -> None:
    station.key(Qt.Key.Key_F2)
    station.wait(lambda: "没有人等候" in station.label("message"))
    station.settled(None)


def test_unknown_staff_number(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    station = open_station(shared_hall, workplace)
    assert station.scene in ("starting", "closed")
    station.sign_in("NOBODY9")
    station.wait(lambda: "NOBODY9" in station.label("message"))
    assert station.state.phase == "closed"
    station.sign_in()
    station.click("sign_out")
    station.wait(lambda: station.state.phase == "closed" and station.scene == "closed")


def test_staff_number_is_needed(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    station = open_station(shared_hall, workplace)
    station.wait(lambda: station.app.sign_on.state.people)
    station.bar._sign_in.staff.clear()
    station.click("sign_in_button")
    assert "工号" in station.label("message")


def test_one_person_cannot_sit_at_two_counters(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, station: Station
) -> None:
    taken = station.workplace.counter.label
    second = open_station(
        shared_hall, Workplace(_other(station), station.workplace.staff_number, "", workplace.service)
    )
    second.sign_in(station.workplace.staff_number)
    second.wait(lambda: taken in second.label("message"))
    assert second.state.phase == "closed"


def _other(station: Station) -> Counter:
    return next(c for c in station.staff_client.counters() if c.state == "closed" and c.label.startswith("A0"))


def test_counter_taken_in_the_same_moment(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    station = open_station(shared_hall, workplace)
    station.wait(lambda: "sign-in" in station.state.can)
    # Somebody else is a blink quicker: this screen has not heard of it yet.
    other = next(s for s in station.staff_client.staff() if s.number.startswith("YS13"))
    station.staff_client.counter_state(workplace.counter.id, "sign-in", {"staff_number": other.number})
    assert station.app.operator.state.phase == "closed"
    station.app.sign_on.sign_in(workplace.staff_number)
    station.wait(lambda: workplace.counter.label in station.label("message"))
    station.wait(lambda: station.state.staff == other.name)


def test_counter_is_chosen_once_and_remembered(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    first = open_station(shared_hall, workplace, counter="")
    first.wait(lambda: first.state.phase == "choosing")
    QTest.keyClicks(first.widget("counter_filter", QLineEdit), workplace.counter.label)
    first.click("counter_use")
    first.wait(lambda: first.state.phase == "closed" and first.state.counter == workplace.counter.label)
    first.stop()
    second = open_station(shared_hall, workplace, counter="")
    second.wait(lambda: second.state.counter == workplace.counter.label)


def test_unknown_counter_in_the_settings(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    station = open_station(shared_hall, workplace, counter="")
    station.app.model.choose_counter("Z99")
    station.wait(lambda: station.state.phase == "choosing" and "Z99" in station.label("message"))


def test_mini_bar_works_by_the_same_keys(station: Station) -> None:
    (ticket,) = station.take()
    station.click("mini_toggle")
    assert station.mini.isVisible()
    assert not station.bar.isVisible()
    station.key(Qt.Key.Key_F2, station.mini)
    assert station.widget("mini_call_next", StepButton, station.mini).busy
    station.settled("called")
    station.click("mini_finish", station.mini)
    station.settled(None)
    assert station.ticket_status(ticket) == "finished"
    station.click("mini_full", station.mini)
    assert station.bar.isVisible()
    assert not station.mini.isVisible()


def test_closing_while_signed_in_asks_and_signs_out(station: Station) -> None:
    station.bar.ask_close()
    dialog = station.bar.findChild(CloseDialog)
    assert dialog is not None
    station.click("close_sign_out", dialog)
    station.wait(lambda: not station.bar.isVisible())
    assert station.hall.counter(station.workplace.counter.label).state == "closed"


def test_english_at_the_counter(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    station = open_station(shared_hall, workplace, language="en", mode="high_contrast")
    station.sign_in()
    station.take()
    station.call()
    assert station.label("in_hand_status") == "Calling"
    assert station.label("in_hand_service") == workplace.service.name_en
