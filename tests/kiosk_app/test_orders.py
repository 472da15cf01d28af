"""A kiosk that is told to show its screen, to send its log, to start again: through the real server."""

from __future__ import annotations

import logging
from uuid import UUID, uuid4

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.orders import Order, OrderAsk, OrderOutcome
from shared.ui.orders import AGAIN, Orders
from shared.ui.recent_log import keep_log, recent_log
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import PATIENCE_MS, READER, KioskRig


@pytest.fixture
def kiosk(make_kiosk: MakeRig, shared_hall: RunningHall) -> KioskRig:
    return make_kiosk(shared_hall).start()


def me(admin: HallClient, kiosk: KioskRig) -> UUID:
    def found() -> list[UUID]:
        return [one.id for one in admin.terminals() if (one.kind, one.name) == ("kiosk", "kiosk-1") and one.online]

    kiosk.until(lambda: bool(found()))
    return found()[0]


def ended(admin: HallClient, kiosk: KioskRig, terminal: UUID, kind: str) -> Order:
    asked = admin.order(terminal, OrderAsk.model_validate({"kind": kind})).id
    kiosk.until(lambda: admin.order_state(asked).state != "waiting")
    return admin.order_state(asked)


def test_the_screen_is_seen_while_it_rests_and_not_while_somebody_is_there(
    kiosk: KioskRig, shared_hall: RunningHall
) -> None:
    admin = shared_hall.client("admin")
    terminal = me(admin, kiosk)
    kiosk.until(lambda: kiosk.state.step in ("attract", "start"))
    told = ended(admin, kiosk, terminal, "screenshot")
    assert (told.state, told.code) == ("done", "")
    picture = QImage.fromData(admin.order_content(told.id), "PNG")
    window = kiosk.app.window
    assert (picture.width(), picture.height()) == (window.width(), window.height())

    kiosk.board.insert_card(READER, kiosk.card)
    kiosk.until(lambda: kiosk.state.step not in ("attract", "start"))
    for kind in ("screenshot", "restart"):
        kiosk.app.orders._supervised = lambda: True
        told = ended(admin, kiosk, terminal, kind)
        assert (told.state, told.code, told.size) == ("failed", "somebody_there", 0)
    kiosk.board.remove_card(READER)


def test_the_log_comes_with_its_last_lines(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    keep_log()
    logging.getLogger("kiosk").warning("the door of the %s stands open", "printer")
    admin = shared_hall.client("admin")
    told = ended(admin, kiosk, me(admin, kiosk), "log")
    assert told.state == "done"
    assert "WARNING kiosk the door of the printer stands open" in admin.order_content(told.id).decode()
    logging.getLogger().removeHandler(recent_log)


def test_it_starts_again_only_where_somebody_would_start_it(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    admin, left = shared_hall.client("admin"), list[int]()
    terminal = me(admin, kiosk)
    kiosk.until(lambda: kiosk.state.step in ("attract", "start"))
    kiosk.app.orders._leave = left.append
    assert ended(admin, kiosk, terminal, "restart").code == "not_supervised"
    assert left == []
    kiosk.app.orders._supervised = lambda: True
    assert ended(admin, kiosk, terminal, "restart").state == "done"
    kiosk.until(lambda: bool(left))
    # The server knew before the program went.
    assert left == [AGAIN]


class NewerServer(HallClient):
    """Asks for what nobody here has heard of, before what is known; its first answer to an outcome is to come back."""

    def __init__(self, hall: RunningHall) -> None:
        super().__init__(hall.url, hall.token("kiosk"))
        now, terminal = "2026-11-28T08:00:00Z", str(uuid4())
        known = {"terminal_id": terminal, "state": "waiting", "code": "", "size": 0, "asked_by": "x", "asked_at": now}
        self.asked = [Order.model_validate({**known, "id": str(uuid4()), "kind": kind}) for kind in ("dance", "log")]
        self.told: list[tuple[str, str | None]] = []
        self.refusals = 1

    def own_orders(self) -> list[Order]:
        return self.asked

    def bring_order_content(self, order_id: UUID, content: bytes) -> None:
        """Taken."""

    def settle_order(self, order_id: UUID, said: OrderOutcome) -> Order:
        if self.refusals:
            self.refusals -= 1
            raise HallError("too_many_requests", status=429)
        asked = next(one for one in self.asked if one.id == order_id)
        self.told.append((asked.kind, said.code))
        return asked


def test_an_order_of_a_newer_server_is_answered_and_the_others_are_done(qtbot: QtBot, shared_hall: RunningHall) -> None:
    server = NewerServer(shared_hall)
    orders = Orders(server, None, lambda: "")
    orders.look()
    qtbot.waitUntil(lambda: server.refusals == 0 and not orders._busy, timeout=PATIENCE_MS)
    # What was to come back later is told with the next look.
    orders.look()
    qtbot.waitUntil(lambda: server.told == [("dance", "unsupported"), ("log", None)], timeout=PATIENCE_MS)
    orders.stop()
    server.close()
