"""ESC/POS ticket printers on a serial port (RS-232, or USB that shows itself as one)."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import Any, Literal, Self

import serial

from shared.devices.printer.escpos_printer import EscposPrinter, PrinterSilent
from shared.domain.errors import HallError

if sys.platform == "win32":
    _TROUBLES: tuple[type[Exception], ...] = (OSError,)
else:
    import termios

    # A port that was pulled out while it is being set up; pyserial lets these through.
    _TROUBLES = (OSError, termios.error)

Flow = Literal["rtscts", "xonxoff", "none"]
_FLOWS = ("rtscts", "xonxoff", "none")
# A printer that waits with XON/XOFF says these between its answers.
_FLOW_SIGNS = b"\x11\x13"
_POLL_S = 0.005


class EscposSerialPrinter(EscposPrinter):
    """Opens the port for each paper and each question; a printer that was pulled out is found again by itself."""

    def __init__(
        self,
        port: str,
        baud: int = 38400,
        *,
        flow: str = "rtscts",
        paper: str = "80mm",
        timeout_s: float = 10.0,
        confirms: bool = True,
    ) -> None:
        """`port`: /dev/serial/by-id/… or COM3, a name that stays; `baud` and `flow` as the printer's switches say.

        8 data bits, no parity, one stop bit, which is what ticket printers are delivered with. Where the printer
        holds DTR against a full buffer its cable leads that to our CTS: "rtscts".
        HallError device_setting_wrong for a `flow` that does not exist or a `baud` below one.
        """
        if flow not in _FLOWS:
            raise HallError("device_setting_wrong", setting=f"flow = {flow}")
        if baud < 1:
            raise HallError("device_setting_wrong", setting=f"baud = {baud}")
        super().__init__(
            "escpos_serial",
            port,
            lambda: _Port(port, baud, flow),
            paper=paper,
            timeout_s=timeout_s,
            confirms=confirms,
            settles=True,
        )


class _Port:
    """The port, held for one conversation and for nobody else meanwhile."""

    def __init__(self, port: str, baud: int, flow: str) -> None:
        self._settings: dict[str, Any] = {
            "port": port,
            "baudrate": baud,
            "rtscts": flow == "rtscts",
            "xonxoff": flow == "xonxoff",
            "exclusive": None if sys.platform == "win32" else True,
        }
        self._port: serial.Serial | None = None

    def __enter__(self) -> Self:
        try:
            self._port = serial.Serial(**self._settings)
            self._port.reset_input_buffer()
        except (*_TROUBLES, ValueError) as error:
            self.__exit__()
            raise PrinterSilent from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._port is None:
            return
        # What the printer did not take must not keep the system waiting (30 s on Linux), nor come out later.
        with contextlib.suppress(*_TROUBLES):
            self._port.reset_output_buffer()
        with contextlib.suppress(*_TROUBLES):
            self._port.close()
        self._port = None

    def send(self, data: bytes, timeout: float) -> None:
        port = self._open()
        deadline = time.monotonic() + timeout
        try:
            port.write_timeout = timeout
            port.write(data)
            # Written is only handed to the system; the printer's flow control may still hold it there.
            while port.out_waiting:
                if time.monotonic() > deadline:
                    raise PrinterSilent
                time.sleep(_POLL_S)
        except _TROUBLES as error:
            raise PrinterSilent from error

    def receive(self, timeout: float) -> bytes:
        port = self._open()
        try:
            port.timeout = max(timeout, 0.01)
            data: bytes = port.read(1)
            if data:
                data += port.read(port.in_waiting)
        except _TROUBLES as error:
            raise PrinterSilent from error
        return bytes(byte for byte in data if byte not in _FLOW_SIGNS)

    def _open(self) -> serial.Serial:
        if self._port is None:
            raise PrinterSilent
        return self._port
