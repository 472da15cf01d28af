"""Parts shared by the device tests."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from shared.devices.board import DeviceBoard
from shared.schemas.ticket_document import TicketDocument
from tests.fakes.events import wait_until
from tests.fakes.pcscd import Pcscd, why_impossible


@pytest.fixture
def board() -> Iterator[DeviceBoard]:
    with DeviceBoard() as board:
        yield board


@pytest.fixture(scope="session")
def pcscd_service() -> Iterator[Pcscd]:
    if reason := why_impossible():
        pytest.skip(reason)
    with Pcscd() as service:
        yield service


@pytest.fixture
def pcscd(pcscd_service: Pcscd) -> Iterator[Pcscd]:
    """The running service; a test may kill it, the next one finds it running again."""
    pcscd_service.start()
    try:
        wait_until(pcscd_service.ready_and_empty, 15)  # it notices late that the last test's card is gone
    except AssertionError:
        pytest.fail(pcscd_service.said())
    yield pcscd_service


@pytest.fixture
def ticket() -> TicketDocument:
    return TicketDocument(
        hall_name="滨江区政务服务中心",
        number="A017",
        department="市场监督管理局",
        item="个体工商户设立登记",
        counters=("A03", "A04", "A05"),
        place="2 楼 B 区",
        issued_at=datetime(2026, 11, 23, 9, 12),
        people_ahead=12,
        wait_minutes=15,
        wait_minutes_high=25,
        hint="请在 2 楼 B 区等候，留意屏幕和广播。过号请到咨询台重新排队。",
        qr="http://192.168.10.20:8000/m/t/01890b2c-7c4d-7e1a-9f00-0123456789ab",
    )
