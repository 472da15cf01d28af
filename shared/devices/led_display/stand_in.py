"""A LED strip for tests: reads frames from a line and draws what it would show, dot by dot."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFont

from shared.devices.led_display.frames import FrameTemplate

ROWS, COLUMNS = 16, 128
_DOT = 6
_OFF, _ON, _BOARD = (48, 16, 12), (255, 64, 32), (16, 8, 8)
_MOST_BYTES = 4096


def picture(text: str, columns: int, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
    """The strip with this text, each dot a circle; what has no room is not seen."""
    dots = Image.new("1", (columns, ROWS))
    ImageDraw.Draw(dots).text((0, ROWS // 2), text, 1, font=font, anchor="lm")
    shown = Image.new("RGB", (columns * _DOT, ROWS * _DOT), _BOARD)
    pen = ImageDraw.Draw(shown)
    for y in range(ROWS):
        for x in range(columns):
            colour = _ON if dots.getpixel((x, y)) else _OFF
            pen.ellipse((x * _DOT + 1, y * _DOT + 1, (x + 1) * _DOT - 2, (y + 1) * _DOT - 2), colour)
    return shown


class LedStandIn:
    """Sits at the far end of a line, a file descriptor it does not own. `texts` are the frames it took, in order."""

    def __init__(self, line: int, frames: FrameTemplate, *, end: bytes, answer: bytes = b"") -> None:
        """`end` are the bytes that end a frame; `answer` is what it says to a frame that is right."""
        self._line, self._frames, self._end, self.answer = line, frames, end, answer
        self._held = b""
        self.texts: list[str] = []
        self.refused = 0
        self._changed = threading.Condition()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="led stand-in", daemon=True)
        self._thread.start()

    def draw(self, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> Image.Image:
        """What stands there now."""
        return picture(self.texts[-1] if self.texts else "", COLUMNS, font)

    def wait(self, condition: Callable[[], bool], seconds: float = 5.0) -> bool:
        with self._changed:
            return self._changed.wait_for(condition, seconds)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2)

    def _work(self) -> None:
        while not self._stop.is_set():
            try:
                ready, _, _ = select.select([self._line], [], [], 0.05)
                data = os.read(self._line, _MOST_BYTES) if ready else b""
            except OSError:  # nobody holds the other end just now
                self._stop.wait(0.05)
                continue
            if data:
                self._take(data)

    def _take(self, data: bytes) -> None:
        """Frame by frame; the bytes of the end may also stand within one."""
        self._held = (self._held + data)[-_MOST_BYTES:]
        at = 0
        while (at := self._held.find(self._end, at)) >= 0:
            at += len(self._end)
            text = self._frames.read(self._held[:at])
            if text is None:
                continue
            self._held, at = self._held[at:], 0
            with self._changed:
                self.texts.append(text)
                self._changed.notify_all()
            if self.answer:
                os.write(self._line, self.answer)
