"""A ticket's code under the counter's scanner, through real key events and from the device board."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from shared.devices.board import DeviceBoard
from shared.schemas.tickets import Ticket
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Station, Workplace
from tests.fakes.citizens import somebody
from tests.fakes.hall import RunningHall


def scan(station: Station, code: str) -> None:
    """The scanner types into whatever window has the focus."""
    station.bar.activateWindow()
    station.wait(station.bar.isActiveWindow)
    window = station.bar.windowHandle()
    for character in code:
        QTest.keyClick(window, character)
    QTest.keyClick(window, Qt.Key.Key_Return)


@pytest.fixture
def ticket(station: Station) -> Ticket:
    station.take()
    return station.take(identity=somebody())[0]


def test_known_code_shows_the_ticket_and_calls_it(station: Station, ticket: Ticket) -> None:
    scan(station, ticket.qr)
    station.wait(lambda: station.state.found is not None)
    assert station.label("found_number") == ticket.number
    assert "张" in station.label("found_words")
    assert "等候中" in station.label("found_words")
    assert "张三丰" not in station.label("found_words")
    assert "19491231" not in station.label("found_words")
    station.click("call_found")
    station.settled("called")
    assert station.label("in_hand_number") == ticket.number
    assert station.state.found is None


def test_code_of_the_person_in_hand(station: Station, ticket: Ticket) -> None:
    station.call()
    scan(station, station.staff_client.desk(station.workplace.counter.id).ticket.qr)  # type: ignore[union-attr]
    station.wait(lambda: "正在办理的这一位" in station.label("found_words"))
    assert not station.button("call_found").isEnabled()


def test_code_while_somebody_is_in_hand(station: Station, ticket: Ticket) -> None:
    station.call()
    scan(station, ticket.qr)
    station.wait(lambda: station.state.found is not None)
    assert not station.button("call_found").isEnabled()
    assert "请先办结" in station.label("found_words")
    station.click("close_found")
    assert station.state.found is None


@pytest.mark.parametrize("code", ["http://elsewhere.example/t/0000000000000000000000", "1234", "6901234567892"])
def test_unknown_code_is_told(station: Station, code: str) -> None:
    scan(station, code)
    station.wait(lambda: "不是本大厅的号票" in station.label("message"))
    assert station.state.found is None


def test_simulated_scanner_and_its_fault(open_station: Opens, shared_hall: RunningHall, workplace: Workplace) -> None:
    with DeviceBoard() as board:
        device = {"driver": "simulator", "board": board.address, "name": "counter/scanner"}
        station = open_station(shared_hall, workplace, devices={"scanner": device})
        station.sign_in()
        (ticket,) = station.take()
        station.wait(lambda: board.scan("counter/scanner", ticket.qr) and station.state.found is not None)
        assert station.label("found_number") == ticket.number
        board.set_fault("counter/scanner", "unplugged")
        station.wait(lambda: "扫码器" in station.label("message"))
        station.stop()


def test_wrong_scanner_setting_is_told_and_the_counter_works(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace
) -> None:
    station = open_station(shared_hall, workplace, devices={"scanner": {"driver": "telepathy"}})
    station.wait(lambda: "telepathy" in station.label("message"))
    station.sign_in()
    station.take()
    assert station.call()
