"""The LED strip above a counter, on the real program: who is called, a pause, a welcome; and it is tried from afar."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shared.devices.board import DeviceBoard
from shared.schemas.device_tests import DeviceTestAsk
from tests.counter_app.conftest import Opens
from tests.counter_app.station import Workplace
from tests.fakes.hall import RunningHall

STRIP = "counter/led"


@pytest.fixture
def board() -> Iterator[DeviceBoard]:
    with DeviceBoard() as made:
        yield made


def test_the_strip_follows_the_counter_and_nobody_waits_for_it(
    open_station: Opens, shared_hall: RunningHall, workplace: Workplace, board: DeviceBoard
) -> None:
    devices = {"led_display": {"driver": "simulator", "board": board.address, "name": STRIP}}
    station = open_station(shared_hall, workplace, devices=devices)
    label = workplace.counter.label

    def shown() -> str:
        texts = [event.data["text"] for event in board.history if event.name == "led_shown"]
        return texts[-1] if texts else ""

    station.wait(lambda: shown() == "窗口未开放")
    station.staff_client.counter_state(workplace.counter.id, "sign-in")
    station.wait(lambda: shown() == f"欢迎光临 {label} 号窗口")
    (ticket,) = station.take()
    station.staff_client.call_next(workplace.counter.id)
    station.wait(lambda: shown() == f"请 {ticket.number} 号到 {label} 号窗口")
    station.staff_client.ticket_step(workplace.counter.id, "start")
    station.wait(lambda: shown() == f"正在办理 {ticket.number} 号")
    # The strip goes; the counter works on, and what was missed stands there when it is back.
    board.set_fault(STRIP, "unplugged")
    admin = shared_hall.client("admin")

    def strip_code() -> str:
        mine = [one for one in admin.terminals() if one.kind == "counter" and one.name == f"counter-{label}"]
        found = [device.code for one in mine for device in one.devices if device.kind == "led_display"]
        return found[0] if found else "none"

    station.wait(lambda: strip_code() == "led_unplugged")
    station.staff_client.ticket_step(workplace.counter.id, "finish")
    station.staff_client.counter_state(workplace.counter.id, "pause", {"reason": "break"})
    station.wait(lambda: station.app.model.counter is not None and station.app.model.counter.state == "paused")
    board.set_fault(STRIP, None)
    station.wait(lambda: shown().startswith("暂停服务"))
    station.wait(lambda: strip_code() == "")
    terminal = next(one for one in admin.terminals() if one.name == f"counter-{label}" and one.kind == "counter")
    asked = admin.try_device(terminal.id, DeviceTestAsk(kind="led_display"))
    station.wait(lambda: admin.device_test(asked.id).state != "waiting")
    assert admin.device_test(asked.id).state == "passed"
    assert shown().startswith("测试")
