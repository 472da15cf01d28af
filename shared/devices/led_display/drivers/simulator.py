"""A LED strip on the device board: event "led_shown" with its text. Fault: unplugged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shared.devices.board_line import BoardLine
from shared.devices.led_display.worker import LedWorker, Strip, StripAway

_FIRST_S, _HEAR_S = 1.0, 0.01


class SimulatedLed(LedWorker):
    """Shows what it is told on the board."""

    def __init__(self, board: str, name: str) -> None:
        super().__init__("simulator", name, repeat_s=0)
        self._line = BoardLine(board, name, "led_display")
        self._linked: bool | None = None
        self._fault: str | None = None

    def close(self) -> None:
        super().close()
        self._line.close()
        self._line.hang_up()

    @contextmanager
    def reach(self) -> Iterator[Strip]:
        self.look()
        yield self

    def send(self, text: str) -> None:
        self.look()
        if not self._line.send("led_shown", text=text):
            raise StripAway("led_unplugged")

    def look(self) -> None:
        """What the board said meanwhile; the first time it gets a moment to say who it is."""
        timeout = _FIRST_S if self._linked is None else _HEAR_S
        while (message := self._line.receive(timeout)) is not None:
            timeout = _HEAR_S
            match message["do"]:
                case "welcome":
                    self._linked, self._fault = True, message["fault"]
                case "gone":
                    self._linked = False
                case "set_fault":
                    self._fault = message["fault"]
        if not self._linked or self._fault == "unplugged":
            raise StripAway("led_unplugged")
