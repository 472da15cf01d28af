"""What lies on the bench: readers and scanners on the board, one network printer, the papers it gave."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from shared.devices.board import BoardEvent, DeviceBoard
from shared.devices.printer.paper import PrintedPaper
from shared.devices.printer.protocol import PrinterStatus
from shared.devices.printer.stand_in import PrinterStandIn
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class BenchState:
    """``papers``: (picture file, text of its code), newest first; ``card`` is the name of the card that lies there."""

    readers: tuple[str, ...] = ()
    scanners: tuple[str, ...] = ()
    card: str = ""
    fault: str = ""
    printer: PrinterStatus = PrinterStatus.OK
    papers: tuple[tuple[str, str], ...] = ()


def sample_cards(path: Path) -> list[Mapping[str, Any]]:
    """The cards of a cards.toml, ready for the board."""
    cards = tomllib.loads(path.read_text("utf-8"))["card"]
    return [card | ({"valid_to": card["valid_to"].isoformat()} if "valid_to" in card else {}) for card in cards]


class BenchPresenter(Presenter[BenchState]):
    """Owns the board and the stand-in printer; their threads report through queued signals."""

    _board_said = Signal(object)
    _paper_came = Signal(object)

    def __init__(
        self, cards: list[Mapping[str, Any]], papers: Path, *, board_port: int, printer_port: int,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(BenchState(), parent)
        self.cards = cards
        self._papers = papers
        papers.mkdir(parents=True, exist_ok=True)
        self._count = 0
        self._board_said.connect(self._heard, Qt.ConnectionType.QueuedConnection)
        self._paper_came.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self.board = DeviceBoard(board_port, on_event=self._board_said.emit)
        self.printer = PrinterStandIn(printer_port, on_paper=self._paper_came.emit)

    @Slot(int)
    def lay_card(self, place: int) -> None:
        self.take_card()
        for reader in self.readers_of(place):
            self.board.insert_card(reader, self.cards[place])
        self.change(card=str(self.cards[place]["name"]))

    def readers_of(self, place: int) -> list[str]:
        """Where a card is laid: staff cards on the counters' readers, everybody else's on the others."""
        staff = self.cards[place].get("kind") == "staff"
        return [reader for reader in self.state.readers if reader.startswith("counter") is staff]

    @Slot()
    def take_card(self) -> None:
        for reader in self.state.readers:
            self.board.remove_card(reader)
        self.change(card="")

    @Slot(str)
    def break_reader(self, fault: str) -> None:
        """``unplugged``, ``unplugged_mid_read``, ``slow``, ``unreadable``, or empty to mend it."""
        for reader in self.state.readers:
            self.board.set_fault(reader, fault or None)
        self.change(fault=fault)

    @Slot(str)
    def set_printer(self, status: str) -> None:
        self.printer.set_status(PrinterStatus(status))
        self.change(printer=PrinterStatus(status))

    @Slot()
    def take_paper(self) -> None:
        self.change(papers=self.state.papers[1:])

    @Slot(str, str)
    def show_code(self, scanner: str, text: str = "") -> None:
        """Hold a code before a scanner: one with this text, e.g. of an appointment's page, or the newest paper's."""
        code = text.strip() or (self.state.papers[0][1] if self.state.papers else "")
        if code and scanner in self.state.scanners:
            self.board.scan(scanner, code)

    def close(self) -> None:
        self.board.close()
        self.printer.close()

    def _heard(self, event: BoardEvent) -> None:
        if event.name in ("connected", "disconnected"):
            plugged = self.board.connected()
            self.change(
                readers=tuple(sorted(name for name, kind in plugged.items() if kind == "card_reader")),
                scanners=tuple(sorted(name for name, kind in plugged.items() if kind == "scanner")),
            )

    def _keep(self, paper: PrintedPaper) -> None:
        self._count += 1
        path = self._papers / f"paper-{self._count:03d}.png"
        paper.picture.save(path)
        code = paper.qr[0] if paper.qr else ""
        self.change(papers=((str(path), code), *self.state.papers)[:20])
