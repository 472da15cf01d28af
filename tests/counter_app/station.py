"""The real counter program under a test's hands: clicks, keys, touches, and looking at both windows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from counter_app.bootstrap import CounterApp, build
from counter_app.features.queueing.table_view import TicketTable
from counter_app.parts_view import StepButton
from shared.client.hall_client import HallClient
from shared.client.settings import TerminalSettings
from shared.schemas.hall import Counter, Service
from shared.schemas.tickets import Ticket, TicketRequest
from tests.fakes.hall import RunningHall
from tests.fakes.qml import find_item

LONG_MS = 60_000
Kind = TypeVar("Kind", bound=QWidget)


@dataclass(frozen=True)
class Workplace:
    """A counter, who sits there, and a service it serves."""

    counter: Counter
    staff_number: str
    staff_name: str
    service: Service


def workplaces(hall: RunningHall) -> Iterator[Workplace]:
    """Counters with no service in common, so that tests don't take each other's tickets; tidied before each use."""
    client = hall.client("staff")
    for workplace in itertools.cycle(list(_workplaces(hall))):
        tidy(client, workplace.counter)
        yield workplace


def tidy(client: HallClient, counter: Counter) -> None:
    """A counter as in the morning: closed, nobody in hand, nobody waiting."""
    if client.desk(counter.id).ticket is not None:
        client.ticket_step(counter.id, "finish")
    if client.desk(counter.id).counter.state == "closed":
        client.counter_state(counter.id, "sign-in")
    client.counter_state(counter.id, "resume")
    while client.call_next(counter.id) is not None:
        client.ticket_step(counter.id, "finish")
    client.counter_state(counter.id, "sign-out")


def _workplaces(hall: RunningHall) -> Iterator[Workplace]:
    client = hall.client("staff")
    staff = iter(client.staff())
    services = [s for s in client.services() if s.ticketable and s.open and s.identity != "required"]
    taken: set[Any] = set()
    for counter in client.counters():
        mine = set(counter.service_ids)
        service = next((s for s in services if s.id in mine), None)
        if service is not None and not mine & taken:
            taken |= mine
            person = next(staff)
            yield Workplace(counter, person.number, person.name, service)


class Station:
    """One running counter program."""

    def __init__(self, qtbot: QtBot, hall: RunningHall, workplace: Workplace, data: Path, **options: Any) -> None:
        self.qtbot, self.hall, self.workplace = qtbot, hall, workplace
        self.staff_client: HallClient = hall.client("staff")
        data.mkdir(parents=True, exist_ok=True)
        devices = options.pop("devices", {"scanner": {"driver": "keyboard_wedge", "gap_ms": 60}})
        language = options.pop("language", "zh-CN")
        token = options.pop("token", "") or hall.token("counter", f"counter-{workplace.counter.label}")
        server = options.pop("server", hall.url)
        name = options.pop("name", "test")
        values = {"counter": workplace.counter.label, "rating_s": 30.0, "thanks_s": 0.3} | options
        self.app: CounterApp = build(TerminalSettings("counter", name, server, token, language, devices, values, data))
        self.bar = self.app.operator_windows.bar
        self.mini = self.app.operator_windows.mini
        self.citizen = self.app.citizen_window
        self.app.start()
        if values["counter"]:
            self.wait(lambda: self.app.model.desk is not None)

    def stop(self) -> None:
        """As the program ends; and everything of Qt goes here, not when some other thread collects garbage."""
        if shiboken6.isValid(self.app):
            self.app.stop()
            self.app.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    # Looking

    @property
    def state(self) -> Any:
        return self.app.operator.state

    @property
    def scene(self) -> str:
        return self.app.citizen.state.scene

    def wait(self, condition: Callable[[], Any]) -> None:
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=LONG_MS)

    def widget(self, name: str, kind: type[Kind] = QWidget, window: QWidget | None = None) -> Kind:  # type: ignore[assignment]
        found = (window or self.bar).findChild(kind, name)
        assert found is not None, name
        return found

    def label(self, name: str) -> str:
        return self.widget(name, QLabel).text()

    def button(self, name: str) -> StepButton:
        return self.widget(name, StepButton)

    def table(self, name: str) -> TicketTable:
        return self.widget(name, TicketTable)

    def possible(self, name: str) -> bool:
        return self.button(name).isEnabled()

    def item(self, name: str) -> QQuickItem | None:
        """An item of the citizen's window, or None while it is not there."""
        return find_item(self.citizen.rootObject(), name)

    def item_text(self, name: str) -> str:
        item = self.item(name)
        return str(item.property("text")) if item is not None and item.isVisible() else ""

    # Doing

    def click(self, name: str, window: QWidget | None = None) -> None:
        button = self.widget(name, QAbstractButton, window)
        assert button.isVisible(), name
        assert button.isEnabled(), name
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def key(self, key: Qt.Key, window: QWidget | None = None) -> None:
        target = window or self.bar
        target.activateWindow()
        self.wait(target.isActiveWindow)
        QTest.keyClick(target, key)

    def double_click(self, table: str, number: str) -> None:
        view = self.table(table)
        row = view.numbers().index(number)
        point = view.visualRect(view.model().index(row, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)

    def touch(self, name: str) -> None:
        """A touch on the citizen's window."""
        self.wait(lambda: self.item(name) is not None)
        item = self.item(name)
        assert item is not None, name
        assert item.isVisible(), name
        assert item.isEnabled(), name
        point = item.mapToScene(QPointF(item.width() / 2, item.height() / 2)).toPoint()
        QTest.mouseClick(self.citizen, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)

    def sign_in(self, number: str | None = None) -> None:
        self.wait(lambda: "sign-in" in self.state.can)
        field = self.bar._sign_in.staff
        field.clear()
        QTest.keyClicks(field, number or self.workplace.staff_number)
        self.wait(lambda: field.text() == (number or self.workplace.staff_number))
        self.click("sign_in_button")
        if number is None:
            self.wait(lambda: self.state.phase == "open" and not self.state.busy)

    def take(self, people: int = 1, **fields: Any) -> list[Ticket]:
        """So many people take a ticket for this counter's service; the queue shows them."""
        kiosk = self.hall.client("kiosk")
        tickets = [kiosk.issue(TicketRequest(service_id=self.workplace.service.id, **fields)) for _ in range(people)]
        self.wait(lambda: tickets[-1].number in self.table("queue_table").numbers())
        return tickets

    def call(self) -> str:
        """F2; answers the number in hand."""
        self.key(Qt.Key.Key_F2)
        self.wait(lambda: self.label("in_hand_number") and not self.state.busy)
        return self.label("in_hand_number")

    def settled(self, status: str | None) -> None:
        """Until the ticket in hand has this status, or none is in hand."""
        self.wait(lambda: not self.state.busy and (self.state.person.status if self.state.person else None) == status)

    def ticket_status(self, ticket: Ticket) -> str:
        return self.staff_client.ticket(ticket.id).status

    def serve_and_finish(self) -> None:
        """From the call to the open rating."""
        self.key(Qt.Key.Key_F4)
        self.settled("serving")
        self.key(Qt.Key.Key_F8)
        self.settled(None)
        self.wait(lambda: self.scene == "rating")
