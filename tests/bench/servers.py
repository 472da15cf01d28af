"""The servers under measurement: halls with tickets of the day already issued, and the bare app."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from server.auth import Keys
from server.context import Context
from server.database import GROUP_LIMIT, Database
from server.features.catalogue.service import catalogue, closed_reason
from server.features.queueing.issue import issue
from server.settings import Settings
from shared.domain.identifiers import uuid7
from shared.schemas.tickets import TicketRequest
from tests.bench.load import Request
from tests.fakes.hall import ROOT, RunningHall, demo_data, free_port

BARE_READY_S = 20
_TICK: Final = os.sysconf("SC_CLK_TCK")


def with_children(process: int) -> list[int]:
    """A process and those it has started."""
    children = [
        int(folder.name) for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _parent(folder) == process
    ]  # fmt: skip
    return [process, *children]


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # ended meanwhile


def memory_mb(process: int, what: str = "VmHWM") -> float:
    """Resident memory of a process in MB: its peak (VmHWM) or now (VmRSS)."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return round(int(line.split()[1]) / 1024, 1)
    raise RuntimeError(f"/proc knows no {what}")


def cpu_s(process: int) -> float:
    """Processor time a process has used, in seconds: what a busy machine can't falsify."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def machine_load() -> float:
    """The machine's load average of the last minute: what else was going on."""
    return float(Path("/proc/loadavg").read_text().split()[0])


def stolen_and_all() -> tuple[int, int]:
    """Of the machine's processor time, in ticks: what its host gave to other machines, and all of it."""
    ticks = [int(part) for part in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return ticks[7], sum(ticks)


@dataclass(frozen=True)
class FilledHall:
    """A data folder whose day already has ``tickets`` tickets, and the services that take more."""

    folder: Path
    tickets: int
    services: tuple[UUID, ...]

    def start(self, folder: Path, kind: type[RunningHall] = RunningHall, *, processes: int = 1) -> RunningHall:
        """A server on a copy, so that every round begins with the same number of tickets."""
        shutil.copytree(self.folder, folder)
        hall = kind(folder, free_port(), options=("--demo", "--workers", str(processes)))
        hall.start()
        return hall


def ticket_requests(filled: FilledHall) -> Callable[[], Request]:
    """What a kiosk sends, through the services in turn."""
    services = itertools.cycle(str(service_id) for service_id in filled.services)

    def request() -> Request:
        ticket_id = str(uuid7())
        body = {"id": ticket_id, "service_id": next(services)}
        return "/api/v1/tickets", f"Idempotency-Key: {ticket_id}\r\n", body

    return request


def fill_halls(folder: Path, levels: tuple[int, ...]) -> list[FilledHall]:
    """One data folder a level, filled by the real issue function through the real writer, many at once."""
    halls = []
    previous = demo_data()
    done = 0
    for level in sorted(levels):
        target = folder / f"filled-{level}"
        shutil.copytree(previous, target)
        services = _issue_many(target, level - done)
        halls.append(FilledHall(target, level, services))
        previous, done = target, level
    return halls


def _issue_many(data: Path, count: int) -> tuple[UUID, ...]:
    database = Database(Settings(data=data).url)
    context = Context(Keys.of(data), "http://hall", always_open=True)
    database.start()
    try:
        found = database.read(catalogue)
        services = tuple(
            service.id
            for service in found.services.values()
            if service.ticketable and not service.retired and service.identity != "required"
            and closed_reason(found, service, database.clock(), always_open=True) is None
        )  # fmt: skip
        waiting: deque[Future[Any]] = deque()
        for place in range(count):
            request = TicketRequest(id=uuid7(), service_id=services[place % len(services)])
            waiting.append(database.submit(partial(issue, context=context, request=request, terminal="kiosk:fill")))
            if len(waiting) > 4 * GROUP_LIMIT:
                waiting.popleft().result()
        for future in waiting:
            future.result()
    finally:
        database.close()
    return services


@dataclass
class BareServer:
    """The bare app in its own process."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


@contextmanager
def bare_server(folder: Path) -> Iterator[BareServer]:
    folder.mkdir(parents=True)
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare_app", str(folder), str(port)], cwd=ROOT)
    server = BareServer(folder, port, process)
    try:
        _wait_for_port(port, process)
        yield server
    finally:
        server.close()


def _wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + BARE_READY_S
    while time.monotonic() < deadline and process.poll() is None:
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the bare app did not start")


@dataclass(frozen=True)
class NumberCheck:
    """Whether the day's numbers are what they must be: each given once, none left out."""

    tickets: int
    repeated: int
    missing: int
    events_missing: int

    @property
    def good(self) -> bool:
        return self.repeated == self.missing == self.events_missing == 0


def check_numbers(data: Path) -> NumberCheck:
    """Counted in the database itself, after the server has stopped."""
    with closing(sqlite3.connect(f"file:{data / 'hall.db'}?mode=ro", uri=True)) as connection:
        series = connection.execute(
            "SELECT count(*), count(DISTINCT count), max(count) FROM tickets GROUP BY hall_id, service_day, series"
        ).fetchall()
        events, last_event = connection.execute("SELECT count(*), max(seq) FROM events").fetchone()
    return NumberCheck(
        tickets=sum(rows for rows, _, _ in series),
        repeated=sum(rows - different for rows, different, _ in series),
        missing=sum(last - different for _, different, last in series),
        events_missing=(last_event or 0) - events,
    )
