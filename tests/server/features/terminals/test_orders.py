"""Orders to a terminal: asked once, done once, what came along sealed and only for who may, in the trail."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from pydantic import ValidationError
from sqlalchemy import select

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.terminals import orders
from server.features.terminals.fleet_keeper import FleetKeeper
from server.features.terminals.models import TerminalOrderRow
from server.features.terminals.service import report
from server.housekeeping import sweep
from server.settings import Settings
from shared.domain.errors import HallError
from shared.schemas.orders import ManyOrdersAsk, OrderAsk, OrderOutcome
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


def test_several_start_again_one_after_the_other_each_with_its_outcome(desk: Desk) -> None:
    write, said = desk.database.write, TerminalReport(version="1", place="", devices=[])
    machines = [Principal.of_machine("kiosk", name, 2e9) for name in ("k1", "k2", "k3", "away", "busy")]
    rows = [write(lambda w, who=who: report(w, who, said)) for who in machines]
    desk.clock.forward(seconds=50)
    for who in (*machines[:3], machines[4]):
        write(lambda w, who=who: report(w, who, said))
    write(lambda w: orders.ask(w, SYSTEM, rows[4].id, RESTART))
    keeper = FleetKeeper(desk.database, Settings(data=Path()))

    def told() -> list[str]:
        """Who heard something, since the last look."""
        desk.events.clear()
        keeper.step()
        names = {str(one.id): one.name for one in rows}
        heard = [json.loads(one.data)["terminal_id"] for one in desk.events if one.kind == orders.ASKED]
        return sorted(names[one] for one in heard)

    unknown = ManyOrdersAsk(kind="restart", terminal_ids=[rows[0].id, uuid4()])
    assert refused(lambda: write(lambda w: orders.ask_many(w, SYSTEM, unknown))) == "terminal_unknown"
    wanted = ManyOrdersAsk(kind="restart", terminal_ids=[one.id for one in rows])
    asked = write(lambda w: orders.ask_many(w, SYSTEM, wanted))
    assert [one.state for one in asked] == ["waiting"] * 3 + ["failed"] * 2
    assert [one.code for one in asked] == ["", "", "", "away", "under_way"]
    start = desk.clock.now
    assert [(one.asked_at - start).total_seconds() for one in asked[:3]] == [0, 15, 30]
    for turn in machines[:3]:
        mine = {who.name: desk.read(lambda r, who=who: orders.mine(r, who)) for who in machines[:3]}
        assert [name for name, found in mine.items() if found] == [turn.name], "one after the other"
        assert turn.name in told()
        write(lambda w, who=turn, id_=mine[turn.name][0].id: orders.settle(w, SYSTEM, who, id_, DONE))
        desk.clock.forward(seconds=15)
        for who in machines[:3]:
            write(lambda w, who=who: report(w, who, said))
    kept = {one.id: one.state for one in desk.read(orders.recent)}
    assert [kept[one.id] for one in asked] == ["done", "done", "done", "failed", "failed"]
    trail = desk.read(lambda r: [(e.action, e.outcome) for e in r.session.query(AuditRow) if "order" in e.action])
    assert trail.count(("terminal.ordered", "done")) == 6
    assert trail.count(("terminal.order_ended", "done")) == 3 and trail.count(("terminal.order_ended", "failed")) == 2
    # Nothing stands in the way of quiet ones: all at once.
    quiet = ManyOrdersAsk(kind="volume", value=20, terminal_ids=[one.id for one in rows[:3]])
    assert {one.asked_at for one in write(lambda w: orders.ask_many(w, SYSTEM, quiet))} == {desk.clock.now}
    for wrong in ({"kind": "screenshot"}, {"kind": "volume"}):
        with pytest.raises(ValidationError):
            ManyOrdersAsk.model_validate(wrong | {"terminal_ids": [rows[0].id]})


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
