"""Orders to a terminal: asked once, done once, what came along sealed and only for who may, in the trail."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.terminals import orders
from server.features.terminals.models import TerminalOrderRow
from server.features.terminals.service import report
from server.housekeeping import sweep
from shared.domain.errors import HallError
from shared.schemas.orders import OrderAsk, OrderOutcome
from shared.schemas.terminals import TerminalReport
from tests.fakes.hall import RunningHall
from tests.server.conftest import Desk

KIOSK, OTHER = Principal.of_machine("kiosk", "k1", 2e9), Principal.of_machine("display", "d1", 2e9)
OFFICE = Principal.of_machine("admin", "office", 2e9)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
SCREEN, RESTART = OrderAsk(kind="screenshot"), OrderAsk(kind="restart")
DONE = OrderOutcome(result="done")


def refused(work: object) -> str:
    with pytest.raises(HallError) as error:
        work()  # type: ignore[operator]
    return error.value.code


def test_an_order_is_done_once_and_what_came_is_sealed(desk: Desk) -> None:
    write, read, vault = desk.database.write, desk.read, desk.context.keys.vault
    said = TerminalReport(version="1", place="", devices=[])
    kiosk, other, office = (write(lambda w, who=who: report(w, who, said)) for who in (KIOSK, OTHER, OFFICE))
    asked = write(lambda w: orders.ask(w, SYSTEM, kiosk.id, SCREEN))
    assert (asked.state, asked.kind, asked.size) == ("waiting", "screenshot", 0)
    assert desk.events[-1].kind == orders.ASKED and json.loads(desk.events[-1].data) == {"terminal_id": str(kiosk.id)}
    assert refused(lambda: write(lambda w: orders.ask(w, SYSTEM, kiosk.id, RESTART))) == "order_under_way"
    assert refused(lambda: write(lambda w: orders.ask(w, SYSTEM, office.id, RESTART))) == "order_away"
    assert read(lambda r: orders.mine(r, OTHER)) == []
    assert [one.id for one in read(lambda r: orders.mine(r, KIOSK))] == [asked.id]

    def bring(who: Principal, content: bytes) -> object:
        return write(lambda w: orders.bring(w, vault, who, asked.id, content))

    assert refused(lambda: bring(OTHER, PNG)) == "order_unknown"
    for wrong in (b"", b"<svg onload=alert(1)>", bytes(20)):
        assert refused(lambda wrong=wrong: bring(KIOSK, wrong)) == "order_content_wrong"
    bring(KIOSK, PNG)
    kept = read(lambda r: r.session.scalars(select(TerminalOrderRow.content_cipher)).one())
    assert PNG not in bytes(kept or b"") and len(kept or b"") > len(PNG)
    assert write(lambda w: orders.settle(w, SYSTEM, KIOSK, asked.id, DONE)).state == "done"
    # What was said once stays, and nothing takes the picture's place.
    failed = OrderOutcome(result="failed", code="broke")
    assert write(lambda w: orders.settle(w, SYSTEM, KIOSK, asked.id, failed)).state == "done"
    bring(KIOSK, PNG + b"other")
    assert write(lambda w: orders.open_content(w, vault, SYSTEM, asked.id)) == ("image/png", PNG)
    trail = read(lambda r: [(e.action, json.loads(e.detail)) for e in r.session.query(AuditRow)])
    assert [one[0] for one in trail if one[0].startswith("terminal.order")] == [
        "terminal.ordered", "terminal.order_ended", "terminal.order_seen",
    ]  # fmt: skip

    again = write(lambda w: orders.ask(w, SYSTEM, other.id, OrderAsk(kind="log")))
    assert (
        refused(lambda: write(lambda w: orders.bring(w, vault, OTHER, again.id, b"\xff\xfe"))) == "order_content_wrong"
    )
    desk.clock.forward(seconds=61)
    assert read(lambda r: orders.mine(r, OTHER)) == []
    assert read(lambda r: orders.order(r, again.id)).state == "unanswered"
    assert refused(lambda: write(lambda w: orders.open_content(w, vault, SYSTEM, again.id))) == "order_unknown"
    assert refused(lambda: write(lambda w: orders.ask(w, SYSTEM, uuid4(), RESTART))) == "terminal_unknown"
    # After a day nothing of it is left.
    desk.clock.forward(days=1)
    write(sweep)
    assert refused(lambda: read(lambda r: orders.order(r, asked.id))) == "order_unknown"


def test_a_picture_that_comes_when_nobody_waits_is_not_kept(desk: Desk) -> None:
    write, vault = desk.database.write, desk.context.keys.vault
    kiosk = write(lambda w: report(w, KIOSK, TerminalReport(version="1", place="", devices=[])))

    def kept() -> list[bool]:
        return [one is not None for one in desk.read(lambda r: r.session.scalars(choose_content).all())]

    choose_content = select(TerminalOrderRow.content_cipher).order_by(TerminalOrderRow.asked_at)
    first = write(lambda w: orders.ask(w, SYSTEM, kiosk.id, SCREEN))
    desk.clock.forward(seconds=60)
    assert refused(lambda: write(lambda w: orders.bring(w, vault, KIOSK, first.id, PNG))) == "order_late"
    # Brought in time, and the answer to it late or never.
    for answers in (True, False):
        write(lambda w: report(w, KIOSK, TerminalReport(version="1", place="", devices=[])))
        asked = write(lambda w: orders.ask(w, SYSTEM, kiosk.id, SCREEN))
        write(lambda w, id_=asked.id: orders.bring(w, vault, KIOSK, id_, PNG))
        desk.clock.forward(seconds=60)
        if answers:
            settled = write(lambda w, id_=asked.id: orders.settle(w, SYSTEM, KIOSK, id_, DONE))
            assert (settled.state, settled.size) == ("done", 0)
    assert kept() == [False, False, True]
    write(sweep)
    assert kept() == [False, False, False]


def test_over_the_wire_only_the_asked_terminal_brings_and_only_managers_look(shared_hall: RunningHall) -> None:
    admin, kiosk = shared_hall.client("admin"), shared_hall.client("kiosk", "ordered")
    terminal = kiosk.report("1", "", [])
    asked = admin.order(terminal.id, SCREEN)
    assert [one.id for one in kiosk.own_orders()] == [asked.id]
    large = PNG + bytes(3 * 1024 * 1024)
    kiosk.bring_order_content(asked.id, large)
    kiosk.settle_order(asked.id, DONE)
    assert admin.order_state(asked.id).size == len(large)
    assert admin.order_content(asked.id) == large
    for kind in ("kiosk", "staff", "display"):
        bearer = {"Authorization": f"Bearer {shared_hall.token(kind, 'curious')}"}
        url = f"{shared_hall.url}/api/v1/terminals/orders/{asked.id}/content"
        assert requests.get(url, headers=bearer, timeout=5).status_code == 403
