"""What every ticket printer does, shown on the simulator, on ESC/POS by three ways to the stand-in, and on files."""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from shared.devices.board import DeviceBoard
from shared.devices.printer.escpos_parser import paper_pictures
from shared.devices.printer.protocol import PrinterStatus, PrintResult, TicketPrinter
from shared.devices.printer.stand_in import PrinterStandIn
from shared.devices.registry import make_printer
from shared.i18n import text
from shared.schemas.ticket_document import TicketDocument

DEVICE = "kiosk-1/printer"


class Bench(Protocol):
    """What a person at the printer can do."""

    printer: TicketPrinter

    def papers(self) -> list[str]: ...
    def close(self) -> None: ...


class TroubledBench(Bench, Protocol):
    """A printer that can be troubled."""

    def set_status(self, status: PrinterStatus) -> None: ...


class SimulatorBench:
    def __init__(self, board: DeviceBoard) -> None:
        self._board = board
        settings = {"driver": "simulator", "board": board.address, "name": DEVICE, "print_s": 0.01}
        self.printer = make_printer(settings)

    def set_status(self, status: PrinterStatus) -> None:
        fault = {PrinterStatus.OK: None, PrinterStatus.OFFLINE: "unplugged"}.get(status, status.value)
        self._board.wait_connected(DEVICE)
        self._board.set_fault(DEVICE, fault)

    def papers(self) -> list[str]:
        printed = [base64.b64decode(e.data["escpos"]) for e in self._board.history if e.name == "printed"]
        return [paper_pictures(data)[0].text for data in printed]

    def close(self) -> None:
        self.printer.close()


class StandInBench:
    def __init__(self) -> None:
        self.stand_in = PrinterStandIn()
        settings = {"driver": "escpos_tcp", "host": "127.0.0.1", "port": self.stand_in.port, "timeout_s": 2.0}
        self.printer = make_printer(settings)

    def set_status(self, status: PrinterStatus) -> None:
        self.stand_in.set_status(status)

    def papers(self) -> list[str]:
        return [paper.text for paper in self.stand_in.papers]

    def close(self) -> None:
        self.printer.close()
        self.stand_in.close()


class CableBench(StandInBench):
    """The stand-in at a cable; `setting` is what the driver calls the cable's name."""

    def __init__(self, folder: Path, driver: str, setting: str) -> None:
        from tests.fakes.printer_cable import PrinterCable

        self.stand_in = PrinterStandIn()
        self._cable = PrinterCable(self.stand_in, folder)
        self.printer = make_printer({"driver": driver, setting: str(self._cable.path), "timeout_s": 2.0})

    def close(self) -> None:
        self._cable.close()
        super().close()


class FileBench:
    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tickets"
        self.printer = make_printer({"driver": "file", "folder": str(self._folder)})

    def papers(self) -> list[str]:
        files = sorted(self._folder.glob("*.escpos"))
        return [paper_pictures(file.read_bytes())[0].text for file in files]

    def close(self) -> None:
        self.printer.close()


TROUBLED: dict[str, Callable[[DeviceBoard, Path], TroubledBench]] = {
    "simulator": lambda board, folder: SimulatorBench(board),
    "escpos_tcp": lambda board, folder: StandInBench(),
}
if sys.platform != "win32":  # which has no pseudo-terminals
    TROUBLED["escpos_serial"] = lambda board, folder: CableBench(folder, "escpos_serial", "port")
    TROUBLED["escpos_usb"] = lambda board, folder: CableBench(folder, "escpos_usb", "device")
BENCHES: dict[str, Callable[[DeviceBoard, Path], Bench]] = {**TROUBLED, "file": lambda board, folder: FileBench(folder)}


@pytest.fixture(params=TROUBLED)
def troubled(request: pytest.FixtureRequest, board: DeviceBoard, tmp_path: Path) -> Iterator[TroubledBench]:
    made = TROUBLED[request.param](board, tmp_path)
    made.printer.open()
    yield made
    made.close()


@pytest.fixture(params=BENCHES)
def bench(request: pytest.FixtureRequest, board: DeviceBoard, tmp_path: Path) -> Iterator[Bench]:
    made = BENCHES[request.param](board, tmp_path)
    made.printer.open()
    yield made
    made.close()


def test_a_ticket_comes_out(bench: Bench, ticket: TicketDocument) -> None:
    assert bench.printer.status() is PrinterStatus.OK
    outcome = bench.printer.print_ticket(ticket, "copy-1")
    assert (outcome.result, outcome.code, outcome.copy_id) == (PrintResult.PRINTED, "", "copy-1")
    assert outcome.printed
    assert bench.printer.health().state == "ok"
    (paper,) = bench.papers()
    for words in ("A017", "市场监督管理局", "个体工商户设立登记", "A03、A04、A05", "12 人", "2026-11-23 09:12"):
        assert words in paper


def test_every_paper_is_one(bench: Bench, ticket: TicketDocument) -> None:
    for copy in ("copy-1", "copy-2"):
        assert bench.printer.print_ticket(ticket, copy).printed
    assert len(bench.papers()) == 2


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (PrinterStatus.PAPER_OUT, "paper_out"),
        (PrinterStatus.COVER_OPEN, "cover_open"),
        (PrinterStatus.CUTTER_STUCK, "cutter_stuck"),
        (PrinterStatus.OFFLINE, "printer_offline"),
    ],
)
def test_trouble_is_told_and_nothing_printed(
    troubled: TroubledBench, ticket: TicketDocument, status: PrinterStatus, code: str
) -> None:
    assert troubled.printer.status() is PrinterStatus.OK
    troubled.set_status(status)
    outcome = troubled.printer.print_ticket(ticket, "copy-1")
    assert (outcome.result, outcome.status, outcome.code) == (PrintResult.NOT_PRINTED, status, code)
    assert troubled.printer.status() is status
    assert (troubled.printer.health().state, troubled.printer.health().code) == ("error", code)
    assert troubled.papers() == []
    troubled.set_status(PrinterStatus.OK)
    assert troubled.printer.print_ticket(ticket, "copy-2").printed
    assert len(troubled.papers()) == 1


def test_little_paper_is_a_warning(troubled: TroubledBench, ticket: TicketDocument) -> None:
    troubled.set_status(PrinterStatus.NEAR_END)
    outcome = troubled.printer.print_ticket(ticket, "copy-1")
    assert (outcome.result, outcome.status) == (PrintResult.PRINTED, PrinterStatus.NEAR_END)
    assert (troubled.printer.health().state, troubled.printer.health().code) == ("warning", "near_end")


@pytest.mark.parametrize(
    "code", ["paper_out", "cover_open", "cutter_stuck", "printer_offline", "print_unknown", "printer_busy"]
)
def test_every_trouble_tells_the_number_and_what_to_do(code: str) -> None:
    assert "A017" in text(f"devices.message.{code}", "zh-CN", number="A017")
    assert "A017 and it is booked" in text(f"devices.message.{code}", "en", number="A017")
