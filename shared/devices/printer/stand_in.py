"""A network printer that is not there: speaks ESC/POS on a TCP port and keeps each paper as a picture.

Alone: python -m shared.devices.printer.stand_in --port 9100 --out DIR
"""

from __future__ import annotations

import argparse
import contextlib
import re
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from shared.devices.printer.escpos_parser import EscposParser
from shared.devices.printer.escpos_ticket import PAPERS
from shared.devices.printer.paper import PaperPainter, PrintedPaper
from shared.devices.printer.protocol import PrinterStatus

# A real printer answers DLE EOT the moment it arrives, ahead of everything that waits to be printed.
_REAL_TIME = re.compile(rb"\x10\x04([\x01-\x04])")
_REAL_TIME_BEGUN = re.compile(rb"\x10\x04?$")


class PrinterStandIn:
    """One printer with one roll of paper; its troubles can be set at any time and from any thread."""

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        paper: str = "80mm",
        on_paper: Callable[[PrintedPaper], None] | None = None,
    ) -> None:
        self.papers: list[PrintedPaper] = []
        self._on_paper = on_paper
        self._changed = threading.Condition()
        self._painter = PaperPainter(PAPERS[paper].dots)
        self._answers: list[int] = []
        self._parser = EscposParser(self._painter, self._keep, lambda _: self._answers.append(self._buffered_status()))
        self._status = PrinterStatus.OK
        self._dots_left: int | None = None
        self._hangs = False
        self._drop_after: int | None = None
        self._closed = False
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._server = socket.create_server((host, port))
        self._start(self._accept, "printer stand-in")

    @property
    def port(self) -> int:
        port: int = self._server.getsockname()[1]
        return port

    @property
    def last_picture(self) -> Image.Image:
        """The picture of the newest paper; IndexError before the first."""
        return self.papers[-1].picture

    # ---- troubles

    def set_status(self, status: PrinterStatus) -> None:
        """Paper, cover or readiness; back to OK a printer works off what it still holds, as real ones do."""
        with self._changed:
            self._status, self._dots_left = status, None
            self._parser.feed(b"", self._may_print)
            self._changed.notify_all()

    def run_out_after(self, dots: int) -> None:
        """The paper ends `dots` (8 per mm) into what is printed next."""
        with self._changed:
            self._dots_left = self._painter.height + dots

    def hang(self, on: bool = True) -> None:
        """Accept everything, answer nothing, print nothing."""
        with self._changed:
            self._hangs = on

    def drop_after(self, count: int) -> None:
        """Cut the line after `count` bytes of print data, once; what was received is lost."""
        with self._changed:
            self._drop_after = count

    def wait_papers(self, count: int, timeout: float = 5.0) -> bool:
        """Wait until `count` papers were cut."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self.papers) >= count, timeout)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            lines = [self._server, *self._lines]
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for thread in list(self._threads):
            thread.join(2)

    # ---- inside

    def _start(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with self._changed:
                if self._closed:
                    line.close()
                    return
                self._lines.add(line)
                self._start(lambda line=line: self._serve(line), "printer stand-in line")  # type: ignore[misc]

    def _serve(self, line: socket.socket) -> None:
        begun = b""
        try:
            with line:
                while chunk := line.recv(65536):
                    chunk = begun + chunk
                    tail = _REAL_TIME_BEGUN.search(chunk)
                    begun = chunk[tail.start() :] if tail else b""
                    answers = self._receive(chunk[: tail.start()] if tail else chunk)
                    if answers is None:
                        return
                    if answers:
                        line.sendall(answers)
        except OSError:
            pass  # the other side is gone
        finally:
            with self._changed:
                self._lines.discard(line)

    def _receive(self, data: bytes) -> bytes | None:
        """Print and answer; None to cut the line."""
        with self._changed:
            if self._hangs:
                return b""
            answers = b""
            for index, piece in enumerate(_REAL_TIME.split(data)):
                if index % 2:
                    answers += bytes((self._real_time_status(piece[0]),))
                    continue
                if self._drop_after is not None:
                    self._drop_after -= len(piece)
                    if self._drop_after <= 0:
                        self._drop_after = None
                        self._parser.clear()
                        return None
                self._parser.feed(piece, self._may_print)
                answers += bytes(self._answers)
                self._answers.clear()
            return answers

    def _may_print(self) -> bool:
        if self._dots_left is not None and self._painter.height > self._dots_left:
            self._status, self._dots_left = PrinterStatus.PAPER_OUT, None
        return self._status in (PrinterStatus.OK, PrinterStatus.NEAR_END)

    def _keep(self, paper: PrintedPaper) -> None:
        self.papers.append(paper)
        if self._dots_left is not None:
            self._dots_left = max(0, self._dots_left - self._painter.height)
        if self._on_paper:
            self._on_paper(paper)
        self._changed.notify_all()

    def _real_time_status(self, n: int) -> int:
        status = self._status
        stopped = not self._may_print()
        match n:
            case 1:
                return 0x12 | (0x08 if stopped else 0)
            case 2:
                cover, out = status is PrinterStatus.COVER_OPEN, status is PrinterStatus.PAPER_OUT
                stuck = status is PrinterStatus.CUTTER_STUCK
                return 0x12 | (0x04 if cover else 0) | (0x20 if out else 0) | (0x40 if stuck else 0)
            case 3:
                return 0x12 | (0x08 if status is PrinterStatus.CUTTER_STUCK else 0)
            case 4:
                out = status is PrinterStatus.PAPER_OUT
                return 0x12 | (0x0C if out or status is PrinterStatus.NEAR_END else 0) | (0x60 if out else 0)
        return 0x12

    def _buffered_status(self) -> int:
        """GS r 1: the paper sensor, answered in turn."""
        return 0x03 if self._status is PrinterStatus.NEAR_END else 0x00


def main() -> int:
    """Run alone until interrupted; one PNG per paper."""
    parser = argparse.ArgumentParser(description="A ticket printer stand-in: prints onto pictures.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--out", type=Path, default=Path("papers"), help="folder for the pictures")
    parser.add_argument("--paper", choices=sorted(PAPERS), default="80mm")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    taken = len(list(arguments.out.glob("paper-*.png")))

    def save(paper: PrintedPaper) -> None:
        nonlocal taken
        taken += 1
        file = arguments.out / f"paper-{taken:04}.png"
        paper.picture.save(file)
        print(file, flush=True)

    printer = PrinterStandIn(arguments.port, host=arguments.host, paper=arguments.paper, on_paper=save)
    print(f"ready {arguments.host}:{printer.port}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        printer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
