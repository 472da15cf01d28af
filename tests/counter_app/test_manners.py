"""What a clerk runs into in the course of a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListWidget

from counter_app.features.queueing.state import Person
from shared.schemas.hall import CounterEdit
from shared.schemas.tickets import TicketRequest
from shared.ui.application import create_application
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Station, Workplace, workplaces
from tests.fakes.hall import RunningHall, running_hall


class ClosedByHand(QCloseEvent):
    """As the window system sends it for Alt+F4; offscreen nobody does."""

    def spontaneous(self) -> bool:
        return True


def person_with(station: Station, number: str) -> Person:
    assert station.state.person is not None
    return replace(station.state.person, number=number)


def test_a_chosen_service_stays_chosen_while_the_clock_runs(station: Station) -> None:
    station.take()
    station.call()
    station.key(Qt.Key.Key_F7)
    station.wait(lambda: station.state.targets is not None)
    dialog = station.app.operator_windows._transfer[station.bar]
    services = station.widget("transfer_services", QListWidget, dialog)
    services.setCurrentRow(2)
    clock = station.state.clock
    station.wait(lambda: station.state.clock != clock)
    assert services.currentRow() == 2
    assert dialog._confirm.isEnabled()


def test_a_refused_staff_number_can_be_corrected_at_once(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace)
    station.sign_in("NOBODY")
    station.wait(lambda: station.state.message is not None)
    assert station.bar.focusWidget() is station.bar._sign_in.staff


def test_a_scan_is_answered_in_the_mini_bar(station: Station) -> None:
    (ticket,) = station.take()
    station.app.operator.toggle_mini()
    station.wait(station.mini.isVisible)
    station.app.operator.code_scanned(ticket.qr)
    station.wait(lambda: station.state.found is not None)
    assert station.bar.isVisible(), "the side bar has the room to show it"
    assert station.label("found_number") == ticket.number


def test_a_scan_before_signing_in_is_answered(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace)
    ticket = station.hall.client("kiosk").issue(TicketRequest(service_id=workplace.service.id))
    station.app.operator.code_scanned(ticket.qr)
    station.wait(lambda: station.state.message is not None)
    assert "签到" in station.label("message")


def test_the_mini_bar_resumes_what_it_shows_as_paused(station: Station) -> None:
    station.app.operator.pause("meal")
    station.wait(lambda: station.state.phase == "paused" and not station.state.busy)
    station.app.operator.toggle_mini()
    station.wait(station.mini.isVisible)
    assert not station.widget("mini_call_next", window=station.mini).isVisible()
    station.click("mini_resume", station.mini)
    station.wait(lambda: station.state.phase == "open")


def test_closing_the_mini_bar_leaves_no_clerk_without_a_window(station: Station) -> None:
    station.app.operator.toggle_mini()
    station.wait(station.mini.isVisible)
    event = ClosedByHand()
    QCoreApplication.sendEvent(station.mini, event)
    assert not event.isAccepted()
    station.wait(station.bar.isVisible)


def test_the_citizens_window_cannot_be_closed_by_mistake(station: Station) -> None:
    station.citizen.close()
    station.wait(station.citizen.isVisible)


def test_why_the_hall_refuses_is_told_after_an_outage_too(open_station: Opens, tmp_path: Path) -> None:
    with running_hall(tmp_path) as hall:
        station = open_station(hall, next(workplaces(hall)))
        hall.kill()
        station.wait(lambda: station.state.connection_tone == "error")
        # The server comes back with other keys: this terminal's token is worth nothing any more.
        (hall.data / "secret.key").unlink()
        hall.start()
        station.wait(lambda: station.state.message is not None)
        assert "令牌无效" in station.label("message")
        station.click("close_message")
        clock = station.state.clock
        station.wait(lambda: station.state.clock != clock)
        assert station.state.message is None, "once is enough"


def test_a_counter_that_gets_another_label_goes_on(station: Station) -> None:
    label = station.workplace.counter.label
    admin = station.hall.client("admin")
    try:
        admin.edit_counter(station.workplace.counter.id, CounterEdit(label=f"{label}X"))
        station.wait(lambda: station.label("counter_label") == f"{label}X")
        facts = station.app.model.facts
        station.app.model._load_facts()
        station.wait(lambda: station.app.model.facts is not facts)
        station.take()
        assert station.call(), "still the same counter"
    finally:
        admin.edit_counter(station.workplace.counter.id, CounterEdit(label=label))


def test_old_news_of_a_visit_does_not_ask_twice_for_its_rating(station: Station) -> None:
    station.take()
    station.call()
    heard: list[tuple[str, object]] = []
    station.app.model.ticket_event.connect(lambda kind, data: heard.append((kind, data)))
    station.serve_and_finish()
    station.wait(lambda: any(kind == "ticket.finished" for kind, _ in heard))
    station.touch("face_5")
    station.wait(lambda: station.scene == "thanks")
    station.wait(lambda: station.scene == "idle")
    # After a short gap the stream tells it once more.
    finished = next(data for kind, data in heard if kind == "ticket.finished")
    station.app.model.ticket_event.emit("ticket.finished", finished)
    assert station.scene == "idle"


def test_dock_goes_to_the_edge_of_this_counter(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace, edge="left")
    station.bar.move(300, 40)
    station.click("dock")
    assert station.bar.geometry().left() == station.bar.screen().availableGeometry().left()


def test_wide_numbers_are_not_cut(station: Station) -> None:
    create_application("counter")
    station.take()
    station.call()
    card = station.bar._person
    for number in ("WW8888", "MW001", "M001", "I1"):
        card._show_person(person_with(station, number))
        QTest.qWait(0)
        assert card.number.width() >= card.number.sizeHint().width(), number
        assert card.number.geometry().right() < card.shown.geometry().left(), number


def test_everything_fits_on_a_low_screen(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    create_application("counter")
    station = open_station(shared_hall, workplace)
    station.sign_in()
    (ticket,) = station.take()
    # 1920 x 1080 at 125 %, then 1366 x 768; less a task bar and a title bar.
    for height in (794, 698):
        station.bar.stand_in(QRect(0, 30, 360, height))
        assert station.bar.height() == height
    station.app.operator.code_scanned("not-a-code-of-ours")
    station.wait(lambda: station.state.message is not None)
    QTest.qWait(0)
    assert station.bar.height() == 698
    assert station.button("recall").height() >= station.button("recall").sizeHint().height()
    station.bar.stand_in(QRect(0, 30, 360, 794))
    station.app.operator.code_scanned(ticket.qr)
    station.wait(lambda: station.state.found is not None)
    QTest.qWait(0)
    assert station.bar.height() == 794
    assert station.button("recall").height() >= station.button("recall").sizeHint().height()


def test_a_token_of_another_kind_is_told(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    """The technician took the display's token: the line is up, and yet nothing can be read."""
    station = open_station(shared_hall, workplace, counter="", token=shared_hall.token("display", "wall"))
    station.wait(lambda: station.state.message is not None)
    assert "无权" in station.label("message")
    assert station.state.phase == "starting"


def test_a_start_without_the_server_says_which_server(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace, counter="", server="http://127.0.0.1:9")
    station.wait(lambda: station.state.connection_tone == "error")
    assert "127.0.0.1:9" in station.label("start_server")
