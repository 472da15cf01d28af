"""A real hall server in its own process, with the demonstration hall, for tests."""

from __future__ import annotations

import atexit
import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, create_engine, update

from server.auth import Keys
from server.features.access.models import AccountRow
from server.features.accounts.passwords import hash_now, one_time_password
from server.features.setup.demo_accounts import PASSWORD_FILE
from server.preparing import DEMO_HALL as DEMO_HALL
from server.preparing import prepare
from server.settings import Settings
from shared.client.hall_client import HallClient
from shared.schemas.hall import Counter, Service
from tests.fakes.forked import ROOT as ROOT
from tests.fakes.forked import ForkedServer

READY_S = 90
LEAST_PORT, MOST_PORT = 10_000, 32_000
_GIVEN: set[int] = set()


def free_port(count: int = 1) -> int:
    """The first of ``count`` free ports in a row, below those that the system gives to outgoing connections.

    A server that is killed and started again would else find its port taken by anybody's connection. Each process of a
    test run has a part of its own, and no port is given twice while there are others: between here and the server's
    start nobody else takes it.
    """
    parts = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    part = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % parts
    wide = (MOST_PORT - LEAST_PORT) // parts
    own = range(LEAST_PORT + part * wide, LEAST_PORT + (part + 1) * wide - count + 1)
    fresh = [port for port in own if _GIVEN.isdisjoint(range(port, port + count))]
    for port in random.SystemRandom().sample(fresh or own, min(1000, len(fresh or own))):
        with ExitStack() as probes:
            try:
                for number in range(port, port + count):
                    probes.enter_context(socket.socket()).bind(("", number))
            except OSError:
                continue
            _GIVEN.update(range(port, port + count))
            return port
    raise RuntimeError("no free port")


@cache
def demo_data() -> Path:
    """A data folder with the demonstration hall, made once and copied by each hall.

    Once for all processes of ``./run test``: what it takes is the time of a dozen tests.
    """
    if shared := os.environ.get("ZHITING_TEST_SHARED"):
        folder, made = Path(shared) / "hall", Path(shared) / "hall.made"
        with (Path(shared) / "hall.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                prepare(Settings(data=folder, demo=True), DEMO_HALL)
                made.touch()
        return folder
    folder = Path(tempfile.mkdtemp(prefix="zhiting-hall-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare(Settings(data=folder, demo=True), DEMO_HALL)
    return folder


@dataclass
class RunningHall:
    """One server process and what tests do with it."""

    data: Path
    port: int
    database_url: str = ""
    options: Sequence[str] = ("--demo",)
    # Forked from a process that has the program loaded, not started by its command.
    forked: bool = False
    process: subprocess.Popen[str] | ForkedServer | None = None
    output: list[str] = field(default_factory=list)
    _clients: list[HallClient] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The processes that share this hall's work, the first one first."""
        assert self.process is not None
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                    command = (folder / "cmdline").read_text()
                except OSError:
                    continue
                if parent == self.process.pid and "spawn_main" in command:
                    found.append(int(folder.name))
        return sorted(found)

    def command(self) -> list[str]:
        return [sys.executable, "-m", "server", *self._arguments()]

    def _arguments(self) -> list[str]:
        arguments = ["server", "--data", str(self.data), "--port", str(self.port), *self.options]
        return arguments + (["--database-url", self.database_url] if self.database_url else [])

    def _process(self) -> subprocess.Popen[str] | ForkedServer:
        if self.forked:
            return ForkedServer(self._arguments(), self.data / "stderr.log")
        with (self.data / "stderr.log").open("a") as log:
            return subprocess.Popen(
                self.command(),
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    def start(self) -> None:
        self.process = self._process()
        ready = threading.Event()

        def read() -> None:
            assert self.process is not None and self.process.stdout is not None
            with self.process.stdout as lines:
                for line in lines:
                    self.output.append(line)
                    if line.startswith("ready "):
                        ready.set()
            ready.set()

        threading.Thread(target=read, name="server-output", daemon=True).start()
        if not ready.wait(READY_S) or self.process.poll() is not None:
            raise AssertionError("the server did not start:\n" + (self.data / "stderr.log").read_text()[-3000:])

    def token(self, kind: str, name: str = "") -> str:
        return Keys.of(self.data).issue(kind, name or kind)

    def client(self, kind: str, name: str = "", *, language: str = "zh-CN") -> HallClient:
        client = HallClient(self.url, self.token(kind, name), language=language)
        self._clients.append(client)
        return client

    def stop(self) -> int:
        """SIGTERM, as an administrator stops it; answers the exit code."""
        return self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9, as a power cut does."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        if self.process is not None:
            self.stop()
        self.start()

    def _end(self, number: int) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(number)
        return process.wait(timeout=60)

    def close(self) -> None:
        for client in self._clients:
            client.close()
        self._end(signal.SIGKILL)

    def execute(self, statement: Executable) -> list[Any]:
        """Look into the hall's database, or change it, behind the server's back; answers the rows."""
        engine = create_engine(Settings(data=self.data, database_url=self.database_url).url)
        try:
            with engine.begin() as connection:
                result = connection.execute(statement)
                return list(result) if result.returns_rows else []
        finally:
            engine.dispose()

    def password(self) -> str:
        """The one password of the demonstration hall's accounts: ``admin`` and staff numbers in lower case."""
        path = self.data / PASSWORD_FILE
        if not path.exists():
            # Its database was prepared elsewhere and copied.
            password = one_time_password()
            self.execute(update(AccountRow).values(password_hash=hash_now(password), must_change=False))
            path.write_text(password)
        return path.read_text().strip()

    # What most journeys need

    def counter(self, label: str) -> Counter:
        client = self.client("staff")
        return next(counter for counter in client.counters() if counter.label == label)

    def easy_service(self, counter_label: str | None = None) -> Service:
        """An open service that needs no document; with a counter, one that it serves."""
        client = self.client("staff")
        served = set(self.counter(counter_label).service_ids) if counter_label else None
        return next(
            service
            for service in client.services()
            if service.ticketable and service.open and service.identity != "required"
            and (served is None or service.id in served)
        )  # fmt: skip


@contextmanager
def running_hall(
    folder: Path, *, database_url: str = "", options: Sequence[str] = ("--demo",), forked: bool = True
) -> Iterator[RunningHall]:
    """A started demonstration hall with its data in ``folder``; killed at the end whatever happens.

    Its process is forked from one that has the program loaded, which takes a twentieth of the time; tests of how a
    server starts, and journeys, start it by its command.
    """
    data = folder / "hall"
    if database_url:
        data.mkdir(parents=True)
    else:
        shutil.copytree(demo_data(), data)
    hall = RunningHall(data, free_port(), database_url, options, forked)
    try:
        hall.start()
        yield hall
    finally:
        hall.close()
