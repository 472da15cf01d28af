"""ESC/POS by a serial port and by the kernel's USB printer device, at the stand-in's end of a pseudo-terminal."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.devices.printer.protocol import PrinterStatus, PrintOutcome, PrintResult, TicketPrinter
from shared.devices.printer.stand_in import PrinterStandIn
from shared.devices.registry import make_printer
from shared.domain.errors import HallError
from shared.schemas.ticket_document import TicketDocument

if sys.platform == "win32":
    pytest.skip("Windows has no pseudo-terminal", allow_module_level=True)

from tests.fakes.printer_cable import XON, PrinterCable

QUESTIONS = 9  # bytes that ask how the printer is, before it gets a ticket


@pytest.fixture
def stand_in() -> Iterator[PrinterStandIn]:
    stand_in = PrinterStandIn()
    yield stand_in
    stand_in.close()


@pytest.fixture
def cable(stand_in: PrinterStandIn, tmp_path: Path) -> Iterator[PrinterCable]:
    cable = PrinterCable(stand_in, tmp_path)
    yield cable
    cable.close()


def serial_printer(cable: PrinterCable, **more: object) -> TicketPrinter:
    return make_printer({"driver": "escpos_serial", "port": str(cable.path), "timeout_s": 1.0, **more})


@pytest.fixture(params=["escpos_serial", "escpos_usb"])
def printer(request: pytest.FixtureRequest, cable: PrinterCable) -> TicketPrinter:
    if request.param == "escpos_serial":
        return serial_printer(cable)
    return make_printer({"driver": "escpos_usb", "device": str(cable.path), "timeout_s": 1.0})


def test_the_rest_of_a_paper_does_not_vouch_for_the_next(
    printer: TicketPrinter, stand_in: PrinterStandIn, ticket: TicketDocument
) -> None:
    """New paper: the rest comes out and with it the answer about the old ticket, which the line still holds."""
    stand_in.run_out_after(300)
    outcome = printer.print_ticket(ticket, "c")
    assert (outcome.result, outcome.status, outcome.code) == (
        PrintResult.UNKNOWN,
        PrinterStatus.PAPER_OUT,
        "paper_out",
    )
    stand_in.set_status(PrinterStatus.OK)
    assert stand_in.wait_papers(1)
    stand_in.run_out_after(300)
    assert printer.print_ticket(ticket, "d").result is PrintResult.UNKNOWN
    stand_in.set_status(PrinterStatus.OK)
    assert printer.print_ticket(ticket, "e").printed
    assert stand_in.wait_papers(3)


def test_a_printer_switched_off_while_printing(
    printer: TicketPrinter, stand_in: PrinterStandIn, ticket: TicketDocument
) -> None:
    assert printer.print_ticket(ticket, "b").printed
    stand_in.drop_after(200)
    outcome = printer.print_ticket(ticket, "c")
    # A cable does not notice: the printer that is back answers, but not that the ticket is done.
    assert (outcome.result, outcome.code) == (PrintResult.UNKNOWN, "print_unknown")
    assert printer.print_ticket(ticket, "d").printed


def test_a_plug_pulled_and_put_back(
    printer: TicketPrinter, stand_in: PrinterStandIn, cable: PrinterCable, ticket: TicketDocument
) -> None:
    assert printer.print_ticket(ticket, "a").printed
    cable.pull_out()
    assert printer.status() is PrinterStatus.OFFLINE
    outcome = printer.print_ticket(ticket, "b")
    assert (outcome.result, outcome.code) == (PrintResult.NOT_PRINTED, "printer_offline")
    cable.plug_in()
    assert printer.status() is PrinterStatus.OK
    assert printer.print_ticket(ticket, "c").printed
    assert len(stand_in.papers) == 2


def test_a_plug_pulled_in_the_middle(
    printer: TicketPrinter, stand_in: PrinterStandIn, cable: PrinterCable, ticket: TicketDocument
) -> None:
    assert printer.print_ticket(ticket, "a").printed
    outcomes: list[PrintOutcome] = []
    cable.hold_after(300, b"")
    thread = threading.Thread(target=lambda: outcomes.append(printer.print_ticket(ticket, "c")))
    thread.start()
    assert cable.wait_held()
    cable.pull_out()
    thread.join(8)
    (outcome,) = outcomes
    assert (outcome.result, outcome.code) == (PrintResult.UNKNOWN, "print_unknown")
    assert len(stand_in.papers) == 1


def test_one_program_at_a_time(
    printer: TicketPrinter, stand_in: PrinterStandIn, cable: PrinterCable, ticket: TicketDocument
) -> None:
    import fcntl

    with cable.path.open("rb", buffering=0) as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert printer.print_ticket(ticket, "c").result is PrintResult.NOT_PRINTED
    assert printer.print_ticket(ticket, "c").printed
    assert len(stand_in.papers) == 1


def test_a_printer_that_asks_to_wait(stand_in: PrinterStandIn, cable: PrinterCable, ticket: TicketDocument) -> None:
    printer = serial_printer(cable, flow="xonxoff", timeout_s=5.0)
    assert printer.print_ticket(ticket, "a").printed
    outcomes: list[PrintOutcome] = []
    cable.hold_after(QUESTIONS)
    thread = threading.Thread(target=lambda: outcomes.append(printer.print_ticket(ticket, "c")))
    thread.start()
    assert cable.wait_held()
    thread.join(0.3)
    assert outcomes == [] and len(stand_in.papers) == 1
    cable.say(XON)
    thread.join(8)
    assert [outcome.result for outcome in outcomes] == [PrintResult.PRINTED]
    assert len(stand_in.papers) == 2


def test_a_printer_that_asks_to_wait_for_ever(
    stand_in: PrinterStandIn, cable: PrinterCable, ticket: TicketDocument
) -> None:
    printer = serial_printer(cable, flow="xonxoff", timeout_s=1.0)
    assert printer.print_ticket(ticket, "a").printed
    cable.hold_after(QUESTIONS)
    outcome = printer.print_ticket(ticket, "c")
    # pyserial does not tell whether the last bytes went before the printer said so: a question or the ticket.
    assert (outcome.result, outcome.code) in (
        (PrintResult.UNKNOWN, "print_unknown"),
        (PrintResult.NOT_PRINTED, "printer_offline"),
    )
    assert len(stand_in.papers) == 1


def test_signs_of_flow_control_are_no_answers(
    stand_in: PrinterStandIn, cable: PrinterCable, ticket: TicketDocument
) -> None:
    """A printer whose switches say XON/XOFF while the settings do not."""
    printer = serial_printer(cable, flow="none", timeout_s=1.0)
    assert printer.print_ticket(ticket, "a").printed
    stand_in.run_out_after(300)
    cable.hold_after(QUESTIONS + 1, XON)
    assert printer.print_ticket(ticket, "c").result is PrintResult.UNKNOWN
    assert cable.wait_held()


@pytest.mark.parametrize("wrong", [{"flow": "dtr"}, {"baud": 0}])
def test_settings_that_no_port_has(cable: PrinterCable, wrong: dict[str, object]) -> None:
    with pytest.raises(HallError, match="device_setting_wrong"):
        serial_printer(cable, **wrong)
