"""A stand-in for systemd: runs the program of a unit file, listens to what it says, and acts as the unit demands."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.fakes.hall import ROOT

UNITS = ROOT / "installers" / "systemd"


def read_unit(name: str) -> dict[str, dict[str, list[str]]]:
    """A unit file: section → key → its values in order."""
    found: dict[str, dict[str, list[str]]] = {}
    section = ""
    for line in (UNITS / name).read_text().splitlines():
        line = line.strip()
        if not line or line[0] in "#;":
            continue
        if line[0] == "[":
            section = line.strip("[]")
            found.setdefault(section, {})
            continue
        key, _, value = line.partition("=")
        found[section].setdefault(key, []).append(value)
    return found


class ServiceManager:
    """Starts ``command`` with the times of ``unit`` and, as ``Restart=always`` asks, again whenever it has ended."""

    def __init__(
        self, unit: str, command: Callable[[], Sequence[str]], environment: Mapping[str, str], folder: Path
    ) -> None:
        service = read_unit(unit)["Service"]
        self.watchdog_s = float(service["WatchdogSec"][0])
        self.abort_s = float(service["TimeoutAbortSec"][0])
        self.restart_s = float(service["RestartSec"][0])
        self._command, self._environment = command, dict(environment)
        self.log = folder / "service.log"
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(folder / "notify"))
        self._line.settimeout(0.05)
        self._address = str(folder / "notify")
        self.said: list[tuple[float, int, str]] = []
        """When (monotonic), in which life (from 1), and what."""
        self.lives = 0
        self.ends: list[tuple[float, int]] = []
        self.process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="service-manager", daemon=True)

    def __enter__(self) -> ServiceManager:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._stopping.set()
        self._thread.join(timeout=30)
        self._line.close()

    def wait_for(self, condition: Callable[[], bool], timeout: float) -> float:
        """Seconds it took; AssertionError with what was said otherwise."""
        since = time.monotonic()
        while not condition():
            assert time.monotonic() - since < timeout, f"{self.said[-5:]}\n{self.log.read_text()[-2000:]}"
            time.sleep(0.02)
        return time.monotonic() - since

    def heard(self, words: str, life: int | None = None) -> int:
        """How often it was said, in this life of the program or in all."""
        return sum(words in said and life in (None, at) for _, at, said in list(self.said))

    def send(self, number: int) -> None:
        assert self.process is not None
        os.kill(self.process.pid, number)

    def _start(self) -> None:
        self.lives += 1
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self._command()), cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
                env={
                    **os.environ, "PYTHONPATH": str(ROOT), **self._environment, "NOTIFY_SOCKET": self._address,
                    "WATCHDOG_USEC": str(round(self.watchdog_s * 1e6)), "WATCHDOG_PID": "1",
                },
            )  # fmt: skip

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._start()
            self._watch()
            self._stopping.wait(self.restart_s)

    def _watch(self) -> None:
        """Until the program has ended, by itself or because it was silent too long."""
        process = self.process
        assert process is not None
        last_beat: float | None = None
        while process.poll() is None:
            if self._stopping.is_set():
                self._end(process, signal.SIGTERM)
                return
            try:
                said = self._line.recv(4096).decode()
            except TimeoutError:
                said = ""
            now = time.monotonic()
            for line in said.splitlines():
                self.said.append((now, self.lives, line))
                if line in ("READY=1", "WATCHDOG=1"):
                    last_beat = now
            if last_beat is not None and now - last_beat > self.watchdog_s:
                self._end(process, signal.SIGABRT)
        self.ends.append((time.monotonic(), process.returncode))

    def _end(self, process: subprocess.Popen[bytes], number: int) -> None:
        process.send_signal(number)
        try:
            process.wait(self.abort_s if number == signal.SIGABRT else 15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
