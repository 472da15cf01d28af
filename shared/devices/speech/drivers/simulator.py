"""A speaker without sound that takes the proper time. Faults: unplugged, slow."""

from __future__ import annotations

import time
from collections.abc import Callable

from shared.devices.board_line import BoardLine
from shared.devices.speech.protocol import Utterance
from shared.devices.speech.worker import WorkerSpeaker
from shared.domain.errors import HallError

_CHIME_S, _GAP_S, _CHINESE_SIGN_S, _LATIN_SIGN_S = 1.2, 0.45, 0.26, 0.07
_MOMENT_S = 0.02


def seconds_of(utterance: Utterance) -> float:
    """About how long a real voice takes."""
    signs = "".join(part.text for part in utterance.parts)
    latin = sum(sign.isascii() for sign in signs)
    spoken = latin * _LATIN_SIGN_S + (len(signs) - latin) * _CHINESE_SIGN_S
    return (_CHIME_S if utterance.chime else 0.0) + spoken + _GAP_S * len(utterance.parts)


class SimulatedSpeaker(WorkerSpeaker):
    """Tells the device board, if there is one, what it "says"; the board or a test sets faults.

    `wait` replaces waiting (seconds) where time is not real.
    """

    def __init__(
        self, board: str = "", name: str = "speech", *, pace: float = 1.0, wait: Callable[[float], object] | None = None
    ) -> None:
        super().__init__("simulator")
        self._line = BoardLine(board, name, "speech") if board else None
        self._pace = pace
        self._wait = wait or self._wait_really
        self.fault: str | None = None

    def check(self) -> None:
        self._listen(_MOMENT_S)
        if self.fault == "unplugged":
            raise HallError("audio_no_device")

    def speak(self, utterance: Utterance) -> None:
        self.started(utterance)
        self._report("speaking", utterance)
        self._wait(seconds_of(utterance) * self._pace * (2.0 if self.fault == "slow" else 1.0))
        self._report("spoken", utterance)

    def tidy(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line.hang_up()

    def _wait_really(self, seconds: float) -> None:
        if self._line is None:
            self.stopping.wait(seconds)
            return
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.stopping.is_set():
            self._listen(min(left, 0.2))
            if self.fault == "unplugged":
                raise HallError("audio_stalled")

    def _listen(self, seconds: float) -> None:
        while self._line is not None and (message := self._line.receive(seconds)) is not None:
            if message["do"] in ("welcome", "set_fault"):
                self.fault = message["fault"]

    def _report(self, event: str, utterance: Utterance) -> None:
        if self._line is not None:
            self._line.send(event, id=utterance.id, text=[part.text for part in utterance.parts])
