"""The last lines of this program's log, kept in memory: what an administrator reads from afar."""

from __future__ import annotations

import logging
from collections import deque
from typing import Final

LINES: Final = 2_000
FORMAT: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"


class RecentLog(logging.Handler):
    """Of any thread; the oldest lines fall out."""

    def __init__(self, lines: int = LINES) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter(FORMAT))
        self._lines: deque[str] = deque(maxlen=lines)

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(self.format(record))
        except Exception:
            self.handleError(record)

    def text(self) -> str:
        """All that is kept, one entry a line, traces below theirs."""
        return "\n".join(self._lines) + "\n"


recent_log: Final = RecentLog()


def keep_log() -> None:
    """From now on; once for the program."""
    root = logging.getLogger()
    if recent_log not in root.handlers:
        root.addHandler(recent_log)
