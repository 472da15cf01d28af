"""Processes that may be killed, paused and started again at any moment."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.bench.servers import with_children
from tests.fakes.hall import ROOT

# A program that ends by itself is started again after this, as its service manager does.
AGAIN_S: Final = 0.5
END_S: Final = 15.0


class Program:
    """One process that should run, unless it was killed and is not to be back yet."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.log = log
        self.deaths: list[int] = []
        self._command, self._environment = list(command), {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._died_at: float | None = None

    @property
    def pids(self) -> list[int]:
        return with_children(self._process.pid) if self._process is not None else []

    @property
    def workers(self) -> list[int]:
        """The processes that serve, where there are several."""
        return [pid for pid in self.pids[1:] if "spawn_main" in _command(pid)]

    def start(self) -> None:
        with self.log.open("ab") as log:
            # In a session of its own: what it starts can be ended with it.
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self._died_at = None

    def look(self) -> None:
        """Start it again when it ended by itself; how it ended stays in ``deaths``."""
        if self._process is None or (code := self._process.poll()) is None:
            return
        if self._died_at is None:
            self._died_at = time.monotonic()
            self.deaths.append(code)
        elif time.monotonic() - self._died_at >= AGAIN_S:
            self.start()

    def kill(self) -> None:
        """kill -9 of all of it, at once, also while it is stopped."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(END_S)

    def end(self) -> None:
        """SIGTERM, as its service manager stops it; kill -9 when that does not help."""
        process = self._process
        if process is not None:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(END_S)
        self.kill()


def send(number: int, pids: Sequence[int]) -> None:
    """A signal to each of them that is still there."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def wait_for(condition: Callable[[], bool], seconds: float, meanwhile: Callable[[], None] = lambda: None) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        meanwhile()
        time.sleep(0.05)
    return True


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
