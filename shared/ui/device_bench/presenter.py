"""What lies on the bench: readers and scanners on the board, one network printer, the papers it gave."""

from __future__ import annotations

import base64
import binascii
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPainter

from shared.devices.board import BoardEvent, DeviceBoard
from shared.devices.printer.paper import PrintedPaper
from shared.devices.printer.protocol import PrinterStatus
from shared.devices.printer.stand_in import PrinterStandIn
from shared.ui.presenter import Presenter

# Dots of a sheet's picture: A4.
SHEET = (840, 1188)


@dataclass(frozen=True)
class Sheet:
    """A document as the A4 printer got it; ``picture`` is the file of its first page, empty where it can't be shown."""

    title: str
    copies: int
    pages: int = 0
    picture: str = ""


@dataclass(frozen=True)
class BenchState:
    """``papers``: (picture file, text of its code), newest first; ``card`` is the name of the card that lies there."""

    readers: tuple[str, ...] = ()
    scanners: tuple[str, ...] = ()
    document_printers: tuple[str, ...] = ()
    card: str = ""
    fault: str = ""
    printer: PrinterStatus = PrinterStatus.OK
    papers: tuple[tuple[str, str], ...] = ()
    # By the name of each strip what stands there; and the sheets of A4 that came, newest first.
    strips: tuple[tuple[str, str], ...] = ()
    sheets: tuple[Sheet, ...] = ()


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

    @Slot()
    def take_sheet(self) -> None:
        self.change(sheets=self.state.sheets[1:])

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
        if event.name == "led_shown":
            self.change(strips=self._strips(self.board.connected(), {event.device: str(event.data.get("text", ""))}))
        elif event.name == "document_printed":
            self._count += 1
            sheet = printed(event.data, self._papers / f"sheet-{self._count:03d}.png")
            self.change(sheets=(sheet, *self.state.sheets)[:20])
        elif event.name in ("connected", "disconnected"):
            plugged = self.board.connected()
            self.change(
                readers=tuple(sorted(name for name, kind in plugged.items() if kind == "card_reader")),
                scanners=tuple(sorted(name for name, kind in plugged.items() if kind == "scanner")),
                document_printers=tuple(sorted(one for one, kind in plugged.items() if kind == "document_printer")),
                strips=self._strips(plugged, {}),
            )

    def _strips(self, plugged: Mapping[str, str], news: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
        """A strip that is plugged in shows what it was told last."""
        told = {**dict(self.state.strips), **news}
        return tuple((name, told.get(name, "")) for name in sorted(plugged) if plugged[name] == "led_display")

    def _keep(self, paper: PrintedPaper) -> None:
        self._count += 1
        path = self._papers / f"paper-{self._count:03d}.png"
        paper.picture.save(path)
        code = paper.qr[0] if paper.qr else ""
        self.change(papers=((str(path), code), *self.state.papers)[:20])


def printed(data: Mapping[str, Any], path: Path) -> Sheet:
    """The sheet of a "document_printed", its first page drawn into ``path``."""
    # Only the bench draws PDFs; no other program carries the module.
    from PySide6.QtPdf import QPdfDocument

    title, copies = str(data.get("title", "")), int(data.get("copies", 1))
    try:
        content = QByteArray(base64.b64decode(str(data.get("pdf", "")), validate=True))
    except binascii.Error:
        content = QByteArray()
    if content.isEmpty():
        return Sheet(title, copies)
    buffer, document = QBuffer(content), QPdfDocument()
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document.load(buffer)
    try:
        if document.status() is not QPdfDocument.Status.Ready:
            return Sheet(title, copies)
        page = document.render(0, QSize(*SHEET))
        picture = QImage(page.size(), QImage.Format.Format_RGB32)
        picture.fill(Qt.GlobalColor.white)
        with QPainter(picture) as painter:
            painter.drawImage(0, 0, page)
        picture.save(str(path))
        return Sheet(title, copies, document.pageCount(), str(path))
    finally:
        document.close()
