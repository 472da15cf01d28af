"""A cable between a driver that opens a file name and the printer stand-in: a pseudo-terminal and one thread.

The name is a link, as udev keeps one; it goes and comes back with the plug. Bytes that nobody reads stay in the
cable, which is harder on a driver than a real port, where they are lost.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import threading
import tty
from pathlib import Path

from shared.devices.printer.stand_in import PrinterStandIn

XON, XOFF = b"\x11", b"\x13"
_STARTING_S = 0.1


class PrinterCable:
    """`path` is what the driver opens. Use its methods from one thread."""

    def __init__(self, stand_in: PrinterStandIn, folder: Path) -> None:
        self.path = folder / "printer"
        self.passed = 0
        self._stand_in = stand_in
        self._hold_after: int | None = None
        self._sign = XOFF
        self._held = threading.Event()
        self._stop, self._stopped = os.pipe()
        self._thread: threading.Thread | None = None
        self.plug_in()

    def plug_in(self) -> None:
        """The port is there (again)."""
        master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(master, False)
        self.path.symlink_to(os.ttyname(self._slave))
        self._master = master
        self._thread = threading.Thread(target=self._carry, name="printer cable", daemon=True)
        self._thread.start()

    def pull_out(self) -> None:
        """The port is gone, also for who has it open; harmless when repeated."""
        if self._thread is None:
            return
        os.write(self._stopped, b"x")
        self._thread.join(5)
        os.read(self._stop, 1)
        self._thread = None
        self.path.unlink()
        for end in (self._master, self._slave):
            os.close(end)

    def hold_after(self, count: int, sign: bytes = XOFF) -> None:
        """The printer says XOFF with its next answer once it has `count` more bytes; no sign: it just takes no more."""
        self._held.clear()
        self._sign, self._hold_after = sign, self.passed + count

    def wait_held(self, timeout: float = 5.0) -> bool:
        """Whether those bytes have come in time."""
        return self._held.wait(timeout)

    def say(self, data: bytes) -> None:
        """Bytes from the printer's end."""
        os.write(self._master, data)

    def close(self) -> None:
        self.pull_out()
        for end in (self._stop, self._stopped):
            os.close(end)

    def _carry(self) -> None:
        printer = self._printer()
        taking, said = [self._master], b""
        while True:
            ready, _, _ = select.select([self._stop, printer, *taking], [], [])
            if self._stop in ready:
                break
            if printer in ready:
                try:
                    answer = printer.recv(4096)
                except OSError:
                    answer = b""
                if answer:
                    os.write(self._master, answer + said)
                    if said:
                        said = b""
                        self._held.set()
                else:  # it was switched off; a cable does not notice, what is under way goes nowhere
                    printer.close()
                    while select.select([self._master], [], [], _STARTING_S)[0]:
                        self.passed += len(os.read(self._master, 256))
                    printer = self._printer()
            if self._master in ready and select.select(taking, [], [], 0)[0]:
                data = os.read(self._master, 256)
                self.passed += len(data)
                with contextlib.suppress(OSError):
                    printer.sendall(data)
                if self._hold_after is not None and self.passed >= self._hold_after:
                    self._hold_after = None
                    if self._sign:
                        said = self._sign
                    else:
                        taking = []
                        self._held.set()
        printer.close()

    def _printer(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._stand_in.port), 5)
