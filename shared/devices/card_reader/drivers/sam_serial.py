"""Identity card readers with a SAM-V module on a serial or USB-serial line."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

import serial

from shared.devices.card_reader.sam_dialogue import SamLine
from shared.devices.card_reader.sam_reader import SamReader, find_decoder
from shared.domain.errors import HallError

try:
    from termios import error as _line_error
except ImportError:  # Windows tells everything as OSError
    _line_error = OSError  # type: ignore[misc,assignment]

BAUDS = (115200, 57600, 38400, 19200, 9600)
_WAIT_S = 0.05
_WRITE_S = 1.0
_BITS_PER_BYTE = 10  # 8N1
_Result = TypeVar("_Result")


class SerialLine:
    """One open port. Its errors are OSError."""

    def __init__(self, port: str, baud: int) -> None:
        self.bytes_per_s = baud / _BITS_PER_BYTE
        # Two programs at one reader would take each other's answers.
        self._port = _guarded(
            lambda: serial.Serial(port, baud, timeout=_WAIT_S, write_timeout=_WRITE_S, exclusive=True)
        )

    def send(self, data: bytes) -> None:
        _guarded(lambda: self._port.write(data))

    def receive(self, *, wait: bool = True) -> bytes:
        waiting = int(_guarded(lambda: self._port.in_waiting))
        return bytes(_guarded(lambda: self._port.read(waiting or 1))) if waiting or wait else b""

    def close(self) -> None:
        with contextlib.suppress(OSError):  # it was pulled out
            _guarded(self._port.close)


def _guarded(step: Callable[[], _Result]) -> _Result:
    try:
        return step()
    except (_line_error, TypeError) as reason:  # TypeError: pyserial on a port that vanished while it was read
        raise OSError(f"serial line: {reason}") from reason


def make_sam_serial(
    port: str, *, baud: int, added_address: bool, photo_decoder: str, poll_s: float, lift_s: float
) -> SamReader:
    """The reader on `port`; HallError device_setting_wrong for a speed no such reader has."""
    if baud not in BAUDS:
        raise HallError("device_setting_wrong", setting=f"sam_serial: baud = {baud}")

    def open_line() -> SamLine:
        return SerialLine(port, baud)

    return SamReader(
        open_line,
        driver="sam_serial",
        place=port,
        added_address=added_address,
        photo_decoder=find_decoder(photo_decoder),
        poll_s=poll_s,
        lift_s=lift_s,
    )
