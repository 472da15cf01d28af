"""A full hall is run forward in a process of its own, after everything else: half a second of arithmetic in the server
would hold each request up a little at every step it takes.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import IO, Final, cast

from shared.domain.waits.outlook import Learned, Standing, look_ahead
from shared.domain.waits.told import Forecast

ROOT: Final = Path(__file__).resolve().parents[3]
# A hall with fewer people waiting is through in some milliseconds.
FEW: Final = 60
NICE: Final = 10
ENDS_WITHIN_S: Final = 5.0


class Foreseer:
    """``look_ahead``, for one thread at a time. A process that died is replaced at the next question."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._taught: Learned | None = None
        self._closed = False
        self._changing = threading.Lock()

    def look_ahead(self, now: Standing, learned: Learned, random: Random) -> Forecast:
        """Takes as long as it takes. ``OSError`` or ``EOFError``: the process has died, or this was closed."""
        if len(now.waiting) < FEW:
            return look_ahead(now, learned, random)
        asked, answered = self._pipes()
        # What the past says is the larger part, and new every ten minutes only.
        teach = None if learned is self._taught else learned
        pickle.dump((now, teach, random.random()), asked, pickle.HIGHEST_PROTOCOL)
        asked.flush()
        found = cast(Forecast, pickle.load(answered))
        self._taught = learned
        return found

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        with self._changing:
            if self._closed:
                raise OSError("closed")
            if self._process is None or self._process.poll() is not None:
                self._end()
                self._taught = None
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
                )
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            return self._process.stdin, self._process.stdout

    def close(self) -> None:
        """Ends the process; a question that is being answered fails."""
        with self._changing:
            self._closed = True
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait(ENDS_WITHIN_S)
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe is not None:
                    pipe.close()


def main() -> None:
    """Answers until whoever asks is gone."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    learned: Learned | None = None
    with suppress(EOFError, BrokenPipeError, KeyboardInterrupt):
        while True:
            now, teach, seed = pickle.load(sys.stdin.buffer)
            learned = teach or learned
            assert learned is not None
            pickle.dump(look_ahead(now, learned, Random(seed)), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
