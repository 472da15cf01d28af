"""A program's life under a service manager: ready, beats from the screen's own loop, rest after crash upon crash."""

from __future__ import annotations

import faulthandler
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from shared.client.service_manager import beat_every, is_supervised, tell
from shared.offline.hall_name import KeptHallName
from shared.offline.lives import WINDOW_S, Lives
from shared.ui.safe_screen import SafeScreen

log = logging.getLogger(__name__)
LONGEST_BEAT_S = 5.0


class Life(QObject):
    """One life of ``program``, whose data is in ``folder``. Main thread only.

    The beat is a timer of the event loop that draws the screen: a screen that hangs stops beating, whatever its other
    threads still do. Where nobody would start the program again, no crash is counted and nothing rests.
    """

    def __init__(self, program: str, folder: Path) -> None:
        super().__init__()
        self._program, self._folder = program, folder
        self._lives = Lives(folder) if is_supervised() else None
        self._trace: IO[str] | None = None
        self._beat = self._timer(min(beat_every() or LONGEST_BEAT_S, LONGEST_BEAT_S), lambda: tell("WATCHDOG=1"))
        self._settled = self._timer(WINDOW_S, self._on_settled, once=True)

    def begin(self) -> None:
        """Count how the life before ended; from the loop's first turn on the manager hears of this one."""
        if beat_every() is not None:
            self._beat.start()
        if self._lives is not None:
            with suppress(OSError):  # said when the record can't be kept
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lives.begin(self._last_trace())
            self._write_traces()
        QTimer.singleShot(0, self, self._tell_ready)

    def rest(self, application: QApplication) -> int | None:
        """Crash upon crash: show the safe screen for a while; an exit code when the program was ended meanwhile."""
        wait_s = self._lives.rest_s() if self._lives is not None else 0.0
        if self._lives is None or not wait_s:
            return None
        endings = self._lives.endings
        code = f"{self._program}-{endings[-1].code}".upper().replace("_", "-")
        log.error("%s ended %s times in a short while, last: %s", self._program, len(endings), endings[-1].code)
        tell(f"STATUS=safe screen after {len(endings)} crashes ({code}); next try in {wait_s:.0f} s")
        screen = SafeScreen(self._program, KeptHallName(self._folder).read(), code, len(endings), wait_s)
        over: list[bool] = []

        def try_again() -> None:
            over.append(True)
            application.exit(0)

        screen.over.connect(try_again)
        screen.open()
        exit_code = application.exec()
        screen.shut()
        if not over:
            return exit_code
        self._lives.rested()
        tell("WATCHDOG=1", f"STATUS={self._program} is tried again")
        return None

    def running(self) -> None:
        """The program's own screen is there."""
        tell(f"STATUS={self._program} is running")
        self._settled.start()

    def end(self, code: str = "") -> None:
        """In order, or with the code of what kept the program from starting."""
        tell("STOPPING=1", f"STATUS={code or 'ended in order'}")
        self._beat.stop()
        self._settled.stop()
        if self._lives is not None:
            self._lives.end(code)
        if self._trace is not None:
            faulthandler.disable()
            self._trace.close()
            self._trace = None

    def _tell_ready(self) -> None:
        tell("READY=1", "WATCHDOG=1")

    def _on_settled(self) -> None:
        if self._lives is not None:
            self._lives.settled()

    @property
    def _trace_path(self) -> Path:
        return self._folder / "last_crash.txt"

    def _last_trace(self) -> str:
        with suppress(OSError):
            return self._trace_path.read_text("utf-8", "replace")[:4096]
        return ""

    def _write_traces(self) -> None:
        """Where each thread stood when the program is aborted, as a manager does with one that hangs; no values."""
        with suppress(OSError):
            self._trace = self._trace_path.open("w", encoding="utf-8")
            faulthandler.enable(self._trace, all_threads=True)

    def _timer(self, seconds: float, then: Callable[[], object], *, once: bool = False) -> QTimer:
        timer = QTimer(self, singleShot=once, interval=max(1, round(seconds * 1000)))
        timer.timeout.connect(then)
        return timer
