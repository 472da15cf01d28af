"""Who is on line, and what the others hear of it."""

from __future__ import annotations

from uuid import UUID

from server.auth import Principal
from server.features.queueing.receipts import record_receipt
from server.features.terminals.service import report, terminals
from shared.schemas.device_health import DeviceHealth
from shared.schemas.terminals import Terminal, TerminalReport
from shared.schemas.tickets import Receipt
from tests.server.conftest import Desk

WALL = Principal.of_machine("display", "wall", 2e9)
PRINTER = DeviceHealth(kind="printer", driver="escpos", state="ok")


def say(desk: Desk, who: Principal = WALL, version: str = "1.0", **fields: object) -> Terminal:
    said = TerminalReport.model_validate({"version": version, "place": "1F"} | fields)
    return desk.database.write(lambda w: report(w, who, said))


def told(desk: Desk) -> int:
    return sum(event.kind == "terminal.changed" for event in desk.events)


def test_a_terminal_is_on_line_for_45_seconds(desk: Desk) -> None:
    assert say(desk).online
    desk.clock.forward(seconds=44)
    assert [terminal.online for terminal in desk.read(terminals)] == [True]
    desk.clock.forward(seconds=1)
    assert [terminal.online for terminal in desk.read(terminals)] == [False]


def test_the_others_hear_only_of_changes(desk: Desk) -> None:
    for _ in range(3):
        say(desk)
        desk.clock.forward(seconds=20)
    assert told(desk) == 1
    say(desk, version="1.1")
    assert told(desk) == 2
    say(desk, version="1.1", devices=[PRINTER])
    say(desk, version="1.1", devices=[PRINTER])
    assert told(desk) == 3
    say(desk, version="1.1", devices=[PRINTER.model_copy(update={"state": "error", "code": "paper_out"})])
    assert told(desk) == 4


def test_coming_back_is_a_change(desk: Desk) -> None:
    say(desk)
    desk.clock.forward(seconds=46)
    assert say(desk).online
    assert told(desk) == 2


def test_one_name_of_one_kind_is_one_terminal(desk: Desk) -> None:
    first = say(desk)
    assert say(desk, version="2").id == first.id
    assert say(desk, Principal.of_machine("kiosk", "wall", 2e9)).id != first.id
    assert [(t.kind, t.name, t.version) for t in desk.read(terminals)] == [
        ("display", "wall", "2"),
        ("kiosk", "wall", "1.0"),
    ]


def test_a_receipt_is_a_sign_of_life(desk: Desk) -> None:
    service, _, counter = desk.places()
    desk.sign_in(counter)
    desk.issue(service)
    call = UUID(desk.call_next(counter)["call"]["id"])  # type: ignore[index]
    say(desk)
    desk.clock.forward(seconds=44)
    receipt = Receipt(stage="shown", at=desk.clock.now)
    desk.database.write(lambda w: record_receipt(w, WALL, call, receipt))
    desk.clock.forward(seconds=44)
    (wall,) = desk.read(terminals)
    assert wall.online
    assert (desk.clock.now - wall.last_receipt_at).total_seconds() == 44
