"""LED strips on a serial line whose frames a template describes. Survives unplugging.

Makers differ: the frame, the speed and whether a strip confirms stand in its handbook. A strip that confirms nothing
can't be told from one that is switched off behind a port that is there.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import serial

from shared.devices.led_display.frames import FrameTemplate
from shared.devices.led_display.worker import LedWorker, Strip, StripAway
from shared.domain.errors import HallError

_WRITE_S = 1.0
_REFUSED = (errno.EACCES, errno.EPERM, errno.EBUSY, errno.EAGAIN)

if sys.platform == "win32":
    _FAULTS: tuple[type[Exception], ...] = (OSError, ValueError, TypeError)
else:
    import termios

    # A device that goes while it is set up shows as termios' own error, or as pyserial's stumbling over it.
    _FAULTS = (OSError, ValueError, TypeError, termios.error)


class TemplateFrameLed(LedWorker):
    """One strip at one port, opened again and again until it is there."""

    def __init__(
        self, port: str, *, baud: int, frames: FrameTemplate, answer: str, answer_s: float, repeat_s: float
    ) -> None:
        """`answer`: the bytes, in hexadecimal, by which the strip confirms within `answer_s`; empty: it never does."""
        super().__init__("template_frame", port, repeat_s=repeat_s)
        self._port, self._baud, self._frames = port, baud, frames
        try:
            self._answer, self._answer_s = bytes.fromhex(answer), answer_s
        except ValueError:
            raise HallError("device_setting_wrong", setting=f"answer = {answer!r}") from None

    @contextmanager
    def reach(self) -> Iterator[Strip]:
        try:
            # Exclusive: two programs at one strip would write into each other's frames.
            port = serial.serial_for_url(
                self._port, self._baud, timeout=self._answer_s, write_timeout=_WRITE_S, exclusive=True
            )
        except _FAULTS as reason:
            raise _away(reason) from reason
        try:
            yield _SerialStrip(port, self._frames, self._answer)
        finally:
            with suppress(*_FAULTS):  # it was pulled out
                port.close()


class _SerialStrip:
    def __init__(self, port: Any, frames: FrameTemplate, answer: bytes) -> None:
        self._line, self._frames, self._answer = port, frames, answer

    def send(self, text: str) -> None:
        try:
            self._line.reset_input_buffer()
            self._line.write(self._frames.build(text))
            self._line.flush()
            heard = self._line.read(len(self._answer)) if self._answer else b""
        except _FAULTS as reason:
            raise _away(reason) from reason
        if heard != self._answer:
            raise StripAway("led_silent", heard.hex(" "))

    def look(self) -> None:
        try:
            _ = self._line.in_waiting
        except _FAULTS as reason:
            raise _away(reason) from reason


def _away(reason: Exception) -> StripAway:
    return StripAway("led_refused" if getattr(reason, "errno", None) in _REFUSED else "led_unplugged", reason)
