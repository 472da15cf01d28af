"""Troubles that come in the middle: the printer says honestly whether paper came out, and always in time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from shared.devices.board import DeviceBoard
from shared.devices.printer.protocol import PrinterStatus, PrintResult
from shared.devices.printer.stand_in import PrinterStandIn
from shared.devices.registry import make_printer
from shared.schemas.ticket_document import TicketDocument


@pytest.fixture
def stand_in() -> Iterator[PrinterStandIn]:
    stand_in = PrinterStandIn()
    yield stand_in
    stand_in.close()


def _settings(port: int, **more: object) -> dict[str, object]:
    return {"driver": "escpos_tcp", "host": "127.0.0.1", "port": port, "timeout_s": 1.0, **more}


def test_paper_that_ends_in_the_middle(stand_in: PrinterStandIn, ticket: TicketDocument) -> None:
    stand_in.run_out_after(300)
    outcome = make_printer(_settings(stand_in.port)).print_ticket(ticket, "c")
    assert (outcome.result, outcome.status, outcome.code) == (
        PrintResult.UNKNOWN,
        PrinterStatus.PAPER_OUT,
        "paper_out",
    )
    assert stand_in.papers == []
    stand_in.set_status(PrinterStatus.OK)  # new paper: the rest comes out, as on a real printer
    assert stand_in.wait_papers(1)


def test_a_line_that_breaks_while_printing(stand_in: PrinterStandIn, ticket: TicketDocument) -> None:
    stand_in.drop_after(200)
    printer = make_printer(_settings(stand_in.port))
    outcome = printer.print_ticket(ticket, "c")
    assert (outcome.result, outcome.code) == (PrintResult.UNKNOWN, "print_unknown")
    assert printer.health().state == "error"


def test_a_printer_that_hangs_before(stand_in: PrinterStandIn, ticket: TicketDocument) -> None:
    stand_in.hang()
    began = time.monotonic()
    outcome = make_printer(_settings(stand_in.port)).print_ticket(ticket, "c")
    assert (outcome.result, outcome.code) == (PrintResult.NOT_PRINTED, "printer_offline")
    assert time.monotonic() - began < 4


def test_a_printer_that_is_not_there(ticket: TicketDocument) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    printer = make_printer(_settings(port))
    printer.open()
    assert printer.health().code == "starting"
    assert printer.status() is PrinterStatus.OFFLINE
    assert printer.print_ticket(ticket, "c").result is PrintResult.NOT_PRINTED
    printer.close()


def test_a_printer_without_confirmation(stand_in: PrinterStandIn, ticket: TicketDocument) -> None:
    outcome = make_printer(_settings(stand_in.port, confirms=False)).print_ticket(ticket, "c")
    assert outcome.printed
    assert stand_in.wait_papers(1)


def test_many_at_once_come_out_whole(stand_in: PrinterStandIn, ticket: TicketDocument) -> None:
    printer = make_printer(_settings(stand_in.port, timeout_s=6.0))
    results: list[PrintResult] = []
    tickets = [ticket.model_copy(update={"number": f"A{n:03}"}) for n in range(6)]
    threads = [
        threading.Thread(target=lambda t=t: results.append(printer.print_ticket(t, t.number).result)) for t in tickets
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [PrintResult.PRINTED] * 6
    assert sorted(t.number for t in tickets for paper in stand_in.papers if t.number in paper.text) == [
        t.number for t in tickets
    ]


@pytest.mark.parametrize(
    ("fault", "result", "code"),
    [
        ("paper_out_mid_print", PrintResult.UNKNOWN, "paper_out"),
        ("silent", PrintResult.UNKNOWN, "print_unknown"),
        ("slow", PrintResult.PRINTED, ""),
    ],
)
def test_faults_of_the_simulator(
    board: DeviceBoard, ticket: TicketDocument, fault: str, result: PrintResult, code: str
) -> None:
    settings = {"driver": "simulator", "board": board.address, "name": "p", "print_s": 0.01, "slow_s": 0.3}
    printer = make_printer(settings)
    printer.open()
    board.set_fault("p", fault)
    assert printer.status() is PrinterStatus.OK
    outcome = printer.print_ticket(ticket, "c")
    assert (outcome.result, outcome.code) == (result, code)
    printer.close()


def test_a_simulator_without_a_board(ticket: TicketDocument) -> None:
    with DeviceBoard() as board:
        address = board.address
    printer = make_printer({"driver": "simulator", "board": address, "name": "p"})
    printer.open()
    outcome = printer.print_ticket(ticket, "c")
    assert (outcome.result, outcome.code) == (PrintResult.NOT_PRINTED, "printer_offline")
    printer.close()
