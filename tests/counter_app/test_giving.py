"""A number for somebody at the desk: found by pinyin, given, shown large with its code, and asked twice given once."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from counter_app.desk import DeskModel
from counter_app.features.queueing.presenter import OperatorPresenter
from counter_app.features.queueing.services_view import meant
from counter_app.features.queueing.state import ServiceChoice
from counter_app.settings import CounterSettings, Memory
from shared.client.hall_client import HallClient
from shared.devices.card_reader.protocol import IdentityCard
from shared.domain.errors import HallError
from shared.domain.id_numbers import IdentityKind
from shared.domain.names import mask_name
from shared.domain.search import Entry, Index
from shared.domain.spelling import read, spell
from shared.schemas.tickets import Ticket, TicketRequest
from tests.counter_app.conftest import Opens
from tests.counter_app.station import LONG_MS, Station, Workplace
from tests.counter_app.test_more_steps import dialog, menu
from tests.fakes.hall import RunningHall
from tests.server.features.booking.stage import number

CARD = IdentityCard(IdentityKind.RESIDENT, number(81), "欧阳文静")


def test_a_number_is_given_and_stands_on_the_citizens_screen(station: Station) -> None:
    service = station.workplace.service
    (before,) = station.take()
    menu(station, "more_give_number")
    window = dialog(station, "give-number")
    search = window.findChild(QLineEdit, "give_search")  # type: ignore[attr-defined]
    services = window.findChild(QListWidget, "give_services")  # type: ignore[attr-defined]
    confirm = window.findChild(QAbstractButton, "give_confirm")  # type: ignore[attr-defined]
    field = window.findChild(QLineEdit, "give_number_field")  # type: ignore[attr-defined]
    problem = window.findChild(QLabel, "give_problem")  # type: ignore[attr-defined]
    station.wait(lambda: station.state.giving is not None and station.state.giving.services)
    assert not confirm.isEnabled(), "nothing is chosen yet"
    search.setText("".join(sign.readings[0] for sign in read(service.spelled[0])))
    wanted = [services.item(row).data(Qt.ItemDataRole.UserRole) for row in range(services.count())]
    services.setCurrentRow(wanted.index(str(service.id)))
    # A wrong number is refused in words, and nothing that was typed is lost.
    QTest.keyClicks(field, "110105194912310021")
    QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
    station.wait(problem.isVisible)
    assert field.text() == "110105194912310021"
    station.app.cards.presented.emit(CARD)
    assert field.text() == CARD.number
    group = window.findChild(QComboBox, "give_group")  # type: ignore[attr-defined]
    group.setCurrentIndex(group.findData(2))
    QTest.mouseClick(confirm, Qt.MouseButton.LeftButton)
    station.wait(lambda: station.scene == "given")
    given = station.item_text("given_number")
    assert given != before.number
    assert station.item_text("given_ahead") == "下一位就是您", "the priority group goes first"
    assert station.state.message is not None
    assert given in station.state.message.words
    assert field.text() == "", "nobody's number stays in a field"
    station.wait(lambda: station.table("queue_table").numbers()[:1] == [given])
    shown = station.app.citizen.state
    assert len(shown.given_qr) > 20
    found = station.staff_client.tickets(number=given).items[-1]
    assert (found.name_masked, found.priority) == (mask_name(CARD.name), 2)
    # Whoever is called next is seen at once.
    assert station.call() == given
    station.wait(lambda: station.scene == "called")
    assert station.app.citizen.state.given_number == ""


class ForgetfulClient(HallClient):
    """The answer to the first issue is lost on its way back."""

    asked: list[UUID | None]

    def issue(self, request: TicketRequest) -> Ticket:
        ticket = super().issue(request)
        self.asked.append(request.id)
        if len(self.asked) == 1:
            raise HallError("server_unreachable")
        return ticket


def test_pressed_again_after_a_lost_answer_it_is_the_same_number(
    qtbot: QtBot, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    staff = shared_hall.client("staff")
    staff.counter_state(workplace.counter.id, "sign-in", {"staff_number": workplace.staff_number})
    client = ForgetfulClient(shared_hall.url, shared_hall.token("counter", "forgetful"))
    client.asked = []
    model = DeskModel(client, workplace.counter.label)
    presenter = OperatorPresenter(model, CounterSettings(), Memory(tmp_path / "memory.json"))
    given: list[Ticket] = []
    presenter.given.connect(given.append)
    model.start()
    presenter.start()
    nobody = ("resident", "", "")
    try:
        qtbot.waitUntil(lambda: "give-number" in presenter.state.can, timeout=LONG_MS)
        presenter.ask_give()
        presenter.give(str(workplace.service.id), nobody, nobody, 0)
        presenter.give(str(workplace.service.id), nobody, nobody, 0)
        qtbot.waitUntil(lambda: presenter.state.giving is not None and bool(presenter.state.giving.problem))
        presenter.give(str(workplace.service.id), nobody, nobody, 0)
        qtbot.waitUntil(lambda: bool(given), timeout=LONG_MS)
        assert len(client.asked) == 2
        assert client.asked[0] == client.asked[1]
        assert staff.desk(workplace.counter.id).waiting_count == 1
        presenter.ask_give()
        presenter.give(str(workplace.service.id), nobody, nobody, 0)
        qtbot.waitUntil(lambda: len(given) == 2, timeout=LONG_MS)
        assert given[0].id != given[1].id, "the next one is somebody else"
    finally:
        presenter.stop()
        model.stop()
        client.close()


def give_one(station: Station) -> str:
    """By the dialog; answers the number."""
    menu(station, "more_give_number")
    window = dialog(station, "give-number")
    station.wait(lambda: station.state.giving is not None and station.state.giving.services)
    window.findChild(QLineEdit, "give_search").setText(station.workplace.service.name)  # type: ignore[attr-defined]
    before = station.app.citizen.state.given_number
    QTest.mouseClick(
        window.findChild(QAbstractButton, "give_confirm"),  # type: ignore[attr-defined]
        Qt.MouseButton.LeftButton,
    )
    station.wait(lambda: station.app.citizen.state.given_number not in ("", before))
    number: str = station.app.citizen.state.given_number
    return number


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [("身份证换领", "renew"), ("hl", "renew"), ("sfzsc", None), ("身份证首次", None), ("sfx", None), ("", None)],
)
def test_enter_takes_only_what_was_meant(typed: str, wanted: str | None) -> None:
    """Never a guess, nor the second best because the best is closed."""
    services = [
        ServiceChoice(key, name, "", Entry(key, [spell(name)]), possible)
        for key, name, possible in (("first", "身份证首次申领", False), ("renew", "身份证换领", True))
    ]
    assert meant(Index(one.entry for one in services).find(typed), services) == wanted


def test_with_a_printer_it_comes_on_paper_and_without_paper_the_screen_has_it(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, tmp_path: Path
) -> None:
    tray = tmp_path / "tray"
    station = open_station(shared_hall, workplace, devices={"printer": {"driver": "file", "folder": str(tray)}})
    station.sign_in()
    given = give_one(station)
    station.wait(lambda: station.state.message is not None and "已打印" in station.state.message.words)
    (paper,) = tray.iterdir()
    assert given.encode() in paper.read_bytes()
    ticket = station.staff_client.tickets(number=given).items[-1]
    assert [record.outcome for record in station.staff_client.papers(ticket.id)] == ["printed"]
    paper.unlink()
    tray.rmdir()
    given = give_one(station)
    station.wait(lambda: station.state.message is not None and "没有打印出来" in station.state.message.words)
    assert given in station.state.message.words
    assert station.item_text("given_number") == given
