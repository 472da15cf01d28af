"""Scanners on a serial port, or on USB in serial mode. Survives unplugging."""

from __future__ import annotations

import errno
import logging
import sys

import serial

from shared.devices.listened import ListenedDevice
from shared.devices.scanner.lines import CodeLines
from shared.devices.scanner.protocol import CodeScanned, ScannerBack, ScannerEvent, ScannerLost
from shared.domain.errors import HallError
from shared.schemas.device_health import DeviceHealth

_log = logging.getLogger(__name__)
_RETRY_S = 0.5
_MOST_AT_ONCE = 4096
_SILENCE_MS = (20, 1000)  # the longest is also how long close() may take
_REFUSED = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EAGAIN)

if sys.platform == "win32":
    _FAULTS: tuple[type[Exception], ...] = (OSError, ValueError)
else:
    import termios

    # A device that goes while it is set up shows as termios' own error.
    _FAULTS = (OSError, ValueError, termios.error)


class SerialScanner(ListenedDevice[ScannerEvent]):
    """One port, opened again and again until it is there."""

    def __init__(self, port: str, *, baud: int, lines: CodeLines, silence_ms: int) -> None:
        """`port` is a name (`/dev/ttyACM0`, `COM3`) or an address of pyserial's.

        `hwgrep://VID:PID=1A86:7523` finds a USB scanner at whichever port it is, `socket://host:port` one behind a
        network adapter. Half a line is given up after `silence_ms`.
        """
        if not _SILENCE_MS[0] <= silence_ms <= _SILENCE_MS[1]:
            raise HallError("device_setting_wrong", setting=f"silence_ms = {silence_ms}")
        self._port, self._baud, self._silence_s = port, baud, silence_ms / 1000
        self._lines = lines
        super().__init__("scanner", "serial_port", f"scanner {port}")
        self._lost: str | None = None  # empty when the scanner is there, None before that is known

    def health(self) -> DeviceHealth:
        return self.standing(self._lost, "scanner_noise" if self._lost == "" and self._lines.noise else "", self._port)

    # ---- the worker

    def work(self) -> None:
        while not self.stopping.is_set():
            try:
                self._session()
            except _FAULTS as reason:
                self._lose(reason)
                self.stopping.wait(_RETRY_S)

    def _session(self) -> None:
        """Read until the port or the driver ends."""
        # Exclusive: two programs on one port would each get a part of every code.
        with serial.serial_for_url(self._port, self._baud, timeout=self._silence_s, exclusive=True) as port:
            self._lines.reset()
            self._lost = ""
            self.tell(ScannerBack())
            while not self.stopping.is_set():
                data = port.read(max(1, min(port.in_waiting, _MOST_AT_ONCE)))
                for text in self._lines.feed(data) if data else self._lines.silence():
                    self.tell(CodeScanned(text))

    def _lose(self, reason: Exception) -> None:
        code = "scanner_refused" if getattr(reason, "errno", None) in _REFUSED else "scanner_unplugged"
        if code != self._lost:
            _log.warning("scanner at %s: %s", self._port, reason)
            self._lost = code
            self.tell(ScannerLost(code))
