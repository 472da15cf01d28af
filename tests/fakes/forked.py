"""Hall servers forked from a process that has the server's program loaded: a start costs no imports.

How the command itself starts is proven by ``tests/server/test_process.py`` and by every journey.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
_ASKED_BYTES = 1_000_000


class ForkedServer:
    """What tests use of ``Popen``, for ``python -m server`` with these arguments."""

    def __init__(self, arguments: Sequence[str], stderr: Path) -> None:
        output, stdout = os.pipe()
        self._ended, ended = os.pipe()
        self._code: int | None = None
        self.stdout: IO[str] = os.fdopen(output, encoding="utf-8")
        try:
            with stderr.open("a") as log:
                self.pid = _loaded().fork(arguments, (stdout, log.fileno(), ended))
        finally:
            os.close(stdout)
            os.close(ended)

    def poll(self) -> int | None:
        """The exit code, negative where a signal ended it; None while it runs."""
        return self._end_within(0)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            # It may end in between: its parent takes it away, not we.
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        code = self._end_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("server", timeout or 0)
        return code

    def _end_within(self, seconds: float | None) -> int | None:
        # Not ``select``: a worker of many tests has more files open than that can look at.
        if self._code is None and _comes(self._ended, seconds):
            self._code = int(os.read(self._ended, 16))
            os.close(self._ended)
        return self._code


def _comes(handle: int, seconds: float | None) -> bool:
    watch = select.poll()
    watch.register(handle, select.POLLIN | select.POLLHUP)
    return bool(watch.poll(None if seconds is None else seconds * 1000))


class Loaded:
    """The process that has the program loaded. It has no threads, so that its forks are whole."""

    def __init__(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._turn = threading.Lock()
        code = f"from tests.fakes.forked import serve; serve({theirs.fileno()})"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )  # fmt: skip

    def fork(self, arguments: Sequence[str], files: Sequence[int]) -> int:
        """The process id of a server that writes to the first two files, and whose exit code comes on the third."""
        asked = json.dumps([list(arguments), {**os.environ, "PYTHONPATH": str(ROOT)}]).encode()
        with self._turn:
            socket.send_fds(self._line, [asked], files)
            return int(self._line.recv(16))

    def close(self) -> None:
        self._line.close()
        self._process.wait()


@cache
def _loaded() -> Loaded:
    loaded = Loaded()
    atexit.register(loaded.close)
    return loaded


def serve(line_number: int) -> None:
    """Fork a server for each that asks; when nobody asks any more, end those that are left."""
    from server import cli, later, postgres_bus, preparing  # noqa: F401  (loaded here, for every fork)

    # No fork walks again what all of them have loaded.
    gc.collect()
    gc.freeze()
    running: dict[int, int] = {}

    def reap(*_: object) -> None:
        for pid in list(running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                os.write(running[pid], str(os.waitstatus_to_exitcode(status)).encode())
                os.close(running.pop(pid))

    signal.signal(signal.SIGCHLD, reap)
    with socket.socket(fileno=line_number) as line:
        while True:
            asked, files, _, _ = socket.recv_fds(line, _ASKED_BYTES, 3)
            if not asked:
                break
            # Its end must not be told before it is known.
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
            pid = os.fork()
            if pid == 0:
                break
            stdout, stderr, running[pid] = files
            os.close(stdout)
            os.close(stderr)
            line.send(str(pid).encode())
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
    if asked:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        arguments, environment = json.loads(asked)
        os.environ.clear()
        os.environ.update(environment)
        os.dup2(files[0], 1)
        os.dup2(files[1], 2)
        for file in (*files, *running.values()):
            os.close(file)
        raise SystemExit(cli.main(arguments))
    for pid in running:
        os.kill(pid, signal.SIGKILL)
