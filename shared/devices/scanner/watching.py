"""What a camera's scanner remembers between pictures; never a picture."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from cv2.typing import MatLike

BLACK_BELOW: Final = 6.0  # mean of 0 to 255; codes are read down to a mean of about 10
_EVERY: Final = 8  # of the pixels, each way, is enough to tell light from dark


class InView:
    """Tells a code once while it stays in view."""

    def __init__(self, forget_s: float) -> None:
        """A code that a look missed `forget_s` after it was seen last is new again."""
        self._forget_s = forget_s
        self._seen: dict[str, float] = {}

    def fresh(self, codes: Iterable[str], now: float) -> list[str]:
        """Those of the codes in view now (seconds of a steady clock) that were not before."""
        shown = dict.fromkeys(codes, now)
        found = [code for code in shown if code not in self._seen]
        # Forgotten only where a look did not find it: a busy machine, which looks seldom, tells nothing twice.
        missed = {code: at for code, at in self._seen.items() if code not in shown and now - at < self._forget_s}
        self._seen = missed | shown
        return found


class PictureWatch:
    """Whether a camera that delivers pictures shows anything."""

    def __init__(self, patience_s: float) -> None:
        """`patience_s` is how long a picture is black or the same before that is a fault."""
        self._patience_s = patience_s
        self._mark: int | None = None
        self._changed_at = self._light_at = 0.0

    def look(self, picture: MatLike, now: float) -> str:
        """The fault now as a code of `devices.status`, empty when there is none."""
        # A real camera's pictures always differ by their noise; a checksum of one gives nothing of it away.
        mark = zlib.crc32(picture.tobytes())
        if self._mark is None:
            self._changed_at = self._light_at = now
        if mark != self._mark:
            self._mark, self._changed_at = mark, now
        if picture[::_EVERY, ::_EVERY].mean() >= BLACK_BELOW:
            self._light_at = now
        if now - self._light_at >= self._patience_s:
            return "camera_black"
        return "camera_frozen" if now - self._changed_at >= self._patience_s else ""
