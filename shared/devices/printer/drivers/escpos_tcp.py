"""ESC/POS ticket printers on the network (raw port 9100)."""

from __future__ import annotations

from typing import Self

from escpos.exceptions import DeviceNotFoundError  # type: ignore[import-untyped]
from escpos.printer import Network  # type: ignore[import-untyped]

from shared.devices.printer.escpos_printer import EscposPrinter, PrinterSilent

_CONNECT_S = 1.5


class EscposTcpPrinter(EscposPrinter):
    """Connects for each paper and each question."""

    def __init__(
        self, host: str, port: int = 9100, *, paper: str = "80mm", timeout_s: float = 6.0, confirms: bool = True
    ) -> None:
        super().__init__(
            "escpos_tcp",
            f"{host}:{port}",
            lambda: _Connection(host, port),
            paper=paper,
            timeout_s=timeout_s,
            confirms=confirms,
        )


class _Connection:
    """One TCP connection to the printer."""

    def __init__(self, host: str, port: int) -> None:
        self._printer = Network(host, port, timeout=_CONNECT_S)

    def __enter__(self) -> Self:
        try:
            self._printer.open()
        except (DeviceNotFoundError, OSError) as error:
            raise PrinterSilent from error
        return self

    def __exit__(self, *_: object) -> None:
        self._printer.close()

    def send(self, data: bytes, timeout: float) -> None:
        try:
            self._printer.device.settimeout(timeout)
            self._printer._raw(data)
        except OSError as error:
            raise PrinterSilent from error

    def receive(self, timeout: float) -> bytes:
        try:
            self._printer.device.settimeout(max(timeout, 0.01))
            data: bytes = self._printer._read()
        except TimeoutError:
            return b""
        except OSError as error:
            raise PrinterSilent from error
        if not data:
            raise PrinterSilent
        return data
