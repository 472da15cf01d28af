"""A kiosk that is told to show its screen, to send its log, to start again: through the real server."""

from __future__ import annotations

import logging
from uuid import UUID

import pytest
from PySide6.QtGui import QImage

from shared.client.hall_client import HallClient
from shared.schemas.orders import Order, OrderAsk
from shared.ui.orders import AGAIN
from shared.ui.recent_log import keep_log, recent_log
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import READER, KioskRig


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
