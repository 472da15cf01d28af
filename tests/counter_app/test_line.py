"""Receipts, and a server that dies, comes back, or whose answer is lost."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from counter_app.desk import DeskModel, Outcome
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.hall import CounterDesk
from shared.schemas.tickets import CallAnswer, Receipt, TicketRequest
from tests.counter_app.station import Station, Workplace
from tests.fakes.hall import RunningHall


def test_receipts_of_display_and_loudspeaker_appear(station: Station) -> None:
    station.take()
    station.call()
    assert station.state.shown.tone == "busy"
    call = station.app.model.desk.call  # type: ignore[union-attr]
    display = station.hall.client("display")
    display.receipt(call.call_id, Receipt(stage="shown", at=datetime.now(UTC)))  # type: ignore[union-attr]
    station.wait(lambda: station.state.shown.tone == "ok")
    assert station.state.spoken.tone == "busy"
    display.receipt(call.call_id, Receipt(stage="spoken", at=datetime.now(UTC)))  # type: ignore[union-attr]
    station.wait(lambda: station.widget("receipt_spoken").tone == "ok")  # type: ignore[attr-defined]
    assert station.widget("receipt_spoken").accessibleName() == "语音已播报"


def test_what_others_do_appears(station: Station) -> None:
    (ticket,) = station.take()
    station.staff_client.call_next(station.workplace.counter.id)
    station.wait(lambda: station.label("in_hand_number") == ticket.number)
    station.wait(lambda: station.item_text("called_number") == ticket.number)
    station.staff_client.ticket_step(station.workplace.counter.id, "finish")
    station.wait(lambda: station.scene == "rating")


def test_server_killed_in_mid_service(station: Station) -> None:
    hall = station.hall
    try:
        first, second = station.take(2)
        station.call()
        station.key(Qt.Key.Key_F4)
        station.settled("serving")
        hall.kill()
        station.wait(lambda: station.state.connection_tone == "error")
        station.wait(lambda: station.item("offline") is not None and station.item("offline").isVisible())
        station.key(Qt.Key.Key_F8)
        station.wait(lambda: "没有回应" in station.label("message"))
        assert station.label("in_hand_number") == first.number, "nothing is lost from the screen"
        hall.start()
        station.wait(lambda: station.state.connection_tone == "ok")
        station.wait(lambda: station.state.person is not None and not station.state.busy)
        assert station.state.person.status == "serving"
        station.key(Qt.Key.Key_F8)
        station.settled(None)
        assert station.ticket_status(first) == "finished"
        assert station.call() == second.number
    finally:
        if hall.process is None:
            hall.start()


class ForgetfulClient(HallClient):
    """Once, the answer to a call is lost on its way back, and the line stays down for reading until told."""

    line_down = False
    lost = 0

    def call_next(self, counter_id: UUID, *, silent: bool = False, key: str | None = None) -> CallAnswer | None:
        answer = super().call_next(counter_id, silent=silent, key=key)
        if not self.lost:
            self.lost, self.line_down = 1, True
            raise HallError("server_unreachable")
        return answer

    def desk(self, counter_id: UUID) -> CounterDesk:
        if self.line_down:
            raise HallError("server_unreachable")
        return super().desk(counter_id)


def test_pressing_again_after_a_lost_answer_calls_nobody_else(
    qtbot: QtBot, shared_hall: RunningHall, workplace: Workplace
) -> None:
    staff = shared_hall.client("staff")
    tickets = [staff.issue(TicketRequest(service_id=workplace.service.id)) for _ in range(2)]
    staff.counter_state(workplace.counter.id, "sign-in", {"staff_number": workplace.staff_number})
    client = ForgetfulClient(shared_hall.url, shared_hall.token("counter", "forgetful"))
    model = DeskModel(client, workplace.counter.label)
    refused: list[tuple[str, HallError]] = []
    acted: list[Outcome] = []
    model.refused.connect(lambda step, error: refused.append((step, error)))
    model.acted.connect(acted.append)
    model.start()
    try:
        qtbot.waitUntil(lambda: model.desk is not None and model.connected)
        assert model.act("call-next")
        assert not model.act("call-next"), "one at a time"
        qtbot.waitUntil(lambda: bool(refused))
        assert refused[0][0] == "call-next"
        assert refused[0][1].code == "server_unreachable"
        assert model.act("call-next")
        qtbot.waitUntil(lambda: bool(acted))
        answer = acted[0].answer
        assert isinstance(answer, CallAnswer)
        assert answer.ticket.id == tickets[0].id
        assert staff.ticket(tickets[1].id).status == "waiting"
        client.line_down = False
        model.refresh()
        qtbot.waitUntil(lambda: model.desk is not None and model.desk.call is not None)
    finally:
        model.stop()
        client.close()


def test_a_key_is_not_used_again_once_the_desk_has_moved_on(
    qtbot: QtBot, shared_hall: RunningHall, workplace: Workplace
) -> None:
    keys: list[str | None] = []

    class ListeningClient(ForgetfulClient):
        def call_next(self, counter_id: UUID, *, silent: bool = False, key: str | None = None) -> CallAnswer | None:
            keys.append(key)
            return super().call_next(counter_id, silent=silent, key=key)

        def ticket_step(
            self, counter_id: UUID, step: str, body: Mapping[str, Any] | None = None, *, key: str | None = None
        ) -> CallAnswer:
            return super().ticket_step(counter_id, step, body, key=key)

    staff = shared_hall.client("staff")
    tickets = [staff.issue(TicketRequest(service_id=workplace.service.id)) for _ in range(2)]
    staff.counter_state(workplace.counter.id, "sign-in", {"staff_number": workplace.staff_number})
    client = ListeningClient(shared_hall.url, shared_hall.token("counter", "listening"))
    model = DeskModel(client, workplace.counter.label)
    model.start()
    try:
        qtbot.waitUntil(lambda: model.desk is not None and model.connected)
        model.act("call-next")
        qtbot.waitUntil(lambda: not model.busy)
        client.line_down = False
        qtbot.waitUntil(lambda: model.ticket is not None and model.ticket.id == tickets[0].id)
        model.act("finish")
        qtbot.waitUntil(lambda: not model.busy and model.ticket is None)
        model.act("call-next")
        qtbot.waitUntil(lambda: model.ticket is not None)
        assert model.ticket is not None
        assert model.ticket.id == tickets[1].id
        assert len(keys) == 2
        assert keys[0] != keys[1]
    finally:
        model.stop()
        client.close()
