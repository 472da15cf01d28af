"""Asking a SAM-V module: one command, one answer, in time. Knows neither serial lines nor USB."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from shared.devices.card_reader.sam_frames import Answer, Command, FrameParser, Status, answer_of, frame

_DRAINS = 64
_QUIETS = 4  # waits in a row without a byte in the middle of a frame: its rest was lost


class SamLine(Protocol):
    """The way to the module. Everything raises OSError when it is gone."""

    bytes_per_s: float

    def send(self, data: bytes) -> None:
        """Write all of it."""

    def receive(self, *, wait: bool = True) -> bytes:
        """What has come; waits some hundredths of a second for it, or not at all."""

    def close(self) -> None:
        """Let go of the port; never raises."""


class Silent(Exception):
    """No answer came in time."""


class Dialogue:
    """Commands over one open line; `stopped` ends a wait early."""

    def __init__(self, line: SamLine, stopped: Callable[[], bool]) -> None:
        self._line = line
        self._stopped = stopped

    def ask(self, command: Command) -> Answer:
        """The answer; asks again when question or answer was garbled. Silent, or OSError of the line."""
        for last in (False, True):
            self._forget_what_waits()
            self._line.send(frame(command.code))
            answer = self._await(command)
            if answer is not None and (last or answer.status not in (Status.BAD_CHECK, Status.BAD_LENGTH)):
                return answer
        raise Silent

    def _await(self, command: Command) -> Answer | None:
        """The answer; None when one came that cannot be understood."""
        deadline = time.monotonic() + command.seconds + (command.longest + 32) / self._line.bytes_per_s
        parser, quiet = FrameParser(), 0
        while not self._stopped() and time.monotonic() < deadline:
            data = self._line.receive()
            for body in parser.feed(data):
                if command.answered_by(answer := answer_of(body)):
                    return answer
            quiet = 0 if data else quiet + 1
            if (quiet and parser.broken) or (quiet >= _QUIETS and parser.begun):
                return None
        raise Silent

    def _forget_what_waits(self) -> None:
        """What came before the question answers nobody; a line that never stops talking must not hold us."""
        for _ in range(_DRAINS):
            if not self._line.receive(wait=False):
                return
