"""ESC/POS ticket printers on USB, by the kernel's printer device (usblp): no rights beyond its group `lp`. Linux."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import time
from typing import Self

from shared.devices.printer.escpos_printer import EscposPrinter, PrinterSilent

_MOST_BYTES = 4096
_PAUSE_S = 0.01


class EscposUsbPrinter(EscposPrinter):
    """Opens the device for each paper and each question; a printer that was pulled out is found again by itself."""

    def __init__(
        self, device: str = "/dev/usb/lp0", *, paper: str = "80mm", timeout_s: float = 6.0, confirms: bool = True
    ) -> None:
        """`device`: where there are several, a link that a udev rule keeps for this one."""
        super().__init__(
            "escpos_usb",
            device,
            lambda: _DeviceFile(device),
            paper=paper,
            timeout_s=timeout_s,
            confirms=confirms,
            settles=True,
        )


class _DeviceFile:
    """The device file, held for one conversation and for nobody else meanwhile."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> Self:
        try:
            self._file = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Answers to an earlier conversation may still lie there.
            while self._ready(select.POLLIN, 0) and os.read(self._file, _MOST_BYTES):
                pass
        except OSError as error:
            self.__exit__()
            raise PrinterSilent from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file >= 0:
            with contextlib.suppress(OSError):
                os.close(self._file)
        self._file = -1

    def send(self, data: bytes, timeout: float) -> None:
        deadline = time.monotonic() + timeout
        try:
            while data:
                if not self._ready(select.POLLOUT, deadline - time.monotonic()):
                    raise PrinterSilent
                with contextlib.suppress(BlockingIOError):
                    data = data[os.write(self._file, data[:_MOST_BYTES]) :]
            # Ready for more: the printer took the last piece; closed before, the kernel would drop it.
            if not self._ready(select.POLLOUT, deadline - time.monotonic()):
                raise PrinterSilent
        except OSError as error:
            raise PrinterSilent from error

    def receive(self, timeout: float) -> bytes:
        deadline = time.monotonic() + max(timeout, 0.01)
        try:
            while self._ready(select.POLLIN, deadline - time.monotonic()):
                with contextlib.suppress(BlockingIOError):
                    if data := os.read(self._file, _MOST_BYTES):
                        return data
                time.sleep(_PAUSE_S)  # printers with nothing to say send empty packets, which is no end
        except OSError as error:
            raise PrinterSilent from error
        return b""

    def _ready(self, event: int, timeout: float) -> bool:
        """Whether the device is ready within the time; PrinterSilent when it was pulled out."""
        poll = select.poll()
        poll.register(self._file, event)
        events = poll.poll(max(timeout, 0) * 1000)
        if any(got & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, got in events):
            raise PrinterSilent
        return bool(events)
