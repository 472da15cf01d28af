"""The hall of a run: its server, its terminals, the lines between them, their disks and their clocks."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.domain.errors import HallError
from tests.bench.survival.actor import REST, TOKEN_ENV
from tests.bench.survival.plan import Fault, Kind, Target
from tests.bench.survival.programs import Program, send, wait_for
from tests.bench.survival.shown import shown
from tests.bench.survival.wall_clock import WallClock, build
from tests.bench.survival.witness import get, put, read
from tests.fakes.hall import RunningHall, demo_data, free_port
from tests.fakes.postgres import PrivatePostgres, server_programs
from tests.fakes.proxy import Proxy
from tests.fakes.small_disk import SmallDisk

READY_S: Final = 90.0
CALM_S: Final = 120.0
# A display that is not right by then never will be.
DISPLAY_WAIT_S: Final = 30.0
# Room for what a run writes, and little more.
TERMINAL_MB, SERVER_MB, CLUSTER_MB = 4, 48, 400
SERVICES: Final = 6


@dataclass(frozen=True)
class Size:
    """How many terminals of each kind, and processes of the server."""

    kiosks: int
    counters: int
    displays: int
    processes: int


class Stage:
    """Made by ``set_up``; ``begin`` and ``end`` do what a fault says."""

    def __init__(self, folder: Path, engine: str, size: Size, seed: int, stack: ExitStack) -> None:
        self.place = folder / "place"
        self.place.mkdir(parents=True)
        self._seed, self._stack = seed, stack
        self._library = build(folder)
        self.programs: dict[Target, Program] = {}
        self.proxies: dict[Target, Proxy] = {}
        self.disks: dict[Target, SmallDisk] = {}
        self.clocks: dict[Target, WallClock] = {}
        self.data: dict[str, Path] = {}
        self._stopped: dict[Fault, list[int]] = {}
        self._losing: set[Target] = set()
        self.cluster: PrivatePostgres | None = None
        self.hall = self._make_hall(folder / "disk-server", engine, size.processes)
        self._server = Target("server", "server")
        self._add(self._server, self.hall.command())
        self.cast: list[Target] = [self._server]
        if size.processes > 1:
            self.cast.append(Target("worker", "worker"))
        if self.cluster is not None:
            self.cast.append(Target("database", "database"))
        self._start_server(size.counters)
        for kind, count in (("kiosk", size.kiosks), ("counter", size.counters), ("display", size.displays)):
            for number in range(count):
                self._add_terminal(kind, self._labels[number] if kind == "counter" else f"{kind}-{number + 1}")

    @property
    def can_fill(self) -> bool:
        return all(disk.mounted for disk in self.disks.values())

    # Setting up

    def _make_hall(self, disk: Path, engine: str, processes: int) -> RunningHall:
        options, url = ("--demo", "--workers", str(processes)), ""
        self._disk(Target("server", "server"), disk, SERVER_MB)
        if engine == "postgresql":
            programs = server_programs()
            if programs is None:
                raise FileNotFoundError("PostgreSQL is not installed")
            # Outside the run's folder, into which its own user may not look.
            place = Path(tempfile.mkdtemp(prefix="zhiting-survive-pg-"))
            self._stack.callback(shutil.rmtree, place, ignore_errors=True)
            self._disk(Target("database", "database"), place, CLUSTER_MB)
            self.cluster = PrivatePostgres(place, programs)
            self.cluster.make()
            self._stack.callback(self._stop_cluster)
            self.cluster.start()
            url = self.cluster.hall()
            (disk / "hall").mkdir()
        else:
            shutil.copytree(demo_data(), disk / "hall")
        return RunningHall(disk / "hall", free_port(), url, options)

    def _disk(self, target: Target, place: Path, size_mb: int) -> SmallDisk:
        disk = self.disks[target] = SmallDisk(place, size_mb)
        self._stack.callback(disk.close)
        return disk

    def _add(self, target: Target, command: Sequence[str], **environment: str) -> Program:
        clock = self.clocks[target] = WallClock(self._library, self.place / f"{target.name}.clock")
        program = Program(target.name, command, self.place / f"{target.name}.log", environment | clock.environment)
        self.programs[target] = program
        self._stack.callback(program.kill)
        return program

    def _start_server(self, counters: int) -> None:
        # Makes the hall's keys where there are none yet, before the server would.
        self.client = self.hall.client("staff", "survive")
        self._stack.callback(self.hall.close)
        self.programs[self._server].start()
        if not wait_for(self._answers, READY_S):
            raise RuntimeError("the server did not start:\n" + self.programs[self._server].log.read_text()[-3000:])
        easy = [
            one for one in self.client.services()
            if one.ticketable and one.open and one.identity != "required" and one.counter_labels
        ]  # fmt: skip
        open_ = {one.id for one in easy}
        busiest = sorted(self.client.counters(), key=lambda one: (-len(open_ & {*one.service_ids}), one.label))
        self._labels = [one.label for one in busiest[:counters]]
        served = [one for one in easy if {*one.counter_labels} & {*self._labels}]
        put(self.place / "services", [str(one.id) for one in served[:SERVICES]])

    def _add_terminal(self, kind: Kind, name: str) -> None:
        target = Target(kind, name)
        self.cast.append(target)
        disk = self._disk(target, self.place.parent / f"disk-{name}", TERMINAL_MB)
        proxy = self.proxies[target] = Proxy(
            self.hall.port, lambda data: target in self._losing and data.startswith(b"POST")
        )
        self._stack.callback(proxy.close)
        self.data[name] = disk.place / "data"
        command = [
            sys.executable, "-m", "tests.bench.survival.actor", kind, name, str(self.place), proxy.url, str(self._seed),
            str(self.data[name]),
        ]  # fmt: skip
        token = self.hall.token(kind, name)
        self._add(target, command, **{TOKEN_ENV: token, "QT_QPA_PLATFORM": "offscreen"}).start()

    # Faults

    def look(self) -> None:
        """What a service manager does."""
        for program in self.programs.values():
            program.look()

    def begin(self, fault: Fault) -> None:
        target = fault.target
        match fault.what:
            case "kill" if target.kind == "database":
                self._stop_cluster()
            case "kill" if target.kind == "worker":
                send(signal.SIGKILL, self._processes(fault))
            case "kill":
                self.programs[target].kill()
            case "pause":
                self._stopped[fault] = self._processes(fault)
                send(signal.SIGSTOP, self._stopped[fault])
            case "cut":
                self.proxies[target].cut()
            case "stall":
                self.proxies[target].stall()
            case "lose":
                self._losing.add(target)
            case "fill" if target in self.disks:
                self.disks[target].fill()
            case "shift":
                self.clocks[target].set(fault.by_s)

    def end(self, fault: Fault) -> None:
        target = fault.target
        match fault.what:
            case "kill" if target.kind == "database":
                self._start_cluster()
            case "kill" if target.kind != "worker":
                self.programs[target].start()
            case "pause":
                send(signal.SIGCONT, self._stopped.pop(fault))
            case "cut" | "stall":
                self.proxies[target].resume()
            case "lose":
                self._losing.discard(target)
            case "fill" if target in self.disks:
                self.disks[target].free()
                if target.kind == "database":
                    # A database that found no room even for its log has ended; its service manager starts it again.
                    self._start_cluster()
            case "shift":
                self.clocks[target].set(0.0)

    def _processes(self, fault: Fault) -> list[int]:
        """All of the target's, or the one of the server's workers that the time of the fault picks."""
        if fault.target.kind != "worker":
            return self.programs[fault.target].pids
        workers = self.programs[self._server].workers
        return [workers[round(fault.at * 1000) % len(workers)]] if workers else []

    def _stop_cluster(self) -> None:
        with suppress(RuntimeError):
            assert self.cluster is not None
            self.cluster.stop()

    def _start_cluster(self) -> None:
        """Unless it runs."""
        with suppress(RuntimeError):
            assert self.cluster is not None
            self.cluster.start()

    def wait_until_all_work(self) -> None:
        """Until every terminal has been in touch with the server: a start is no fault."""
        if not wait_for(lambda: all(self.report(one).get("up") for one in self._terminals), READY_S, self.look):
            raise RuntimeError(f"not all came up: {[(one.name, self.report(one)) for one in self._terminals]}")

    def wait_until_something_was_done(self) -> None:
        """A slow machine may not have come to it in a short run: what nobody did proves nothing."""
        wait_for(lambda: {"paper", "step"} <= {fact["what"] for name in self.data for fact in self.told(name)}, READY_S)

    def told(self, name: str) -> list[dict[str, Any]]:
        """What this terminal's witness has heard."""
        return read(self.place / f"{name}.witness")

    @property
    def _terminals(self) -> list[Target]:
        return [one for one in self.cast if one.kind in ("kiosk", "counter", "display")]

    # The end

    def come_to_rest(self) -> list[str]:
        """Nobody begins anything any more; answers who did not come to rest, and how they stand."""
        (self.place / REST).touch()
        since = time.time() + 0.5

        def restless() -> list[str]:
            return [f"{one.name}: {self.report(one)}" for one in self._terminals if not self._rests(one, since)]

        wait_for(lambda: self._answers() and not restless(), CALM_S, self.look)
        return restless()

    def displays(self) -> dict[str, float | None]:
        """Seconds from now until each display shows what the server says; None: it never did."""
        began = time.monotonic()
        found: dict[str, float | None] = {one.name: None for one in self.cast if one.kind == "display"}
        truth = shown(self.client.snapshot("calls", "tickets", "counters"))

        def equal() -> bool:
            for one in self.cast:
                if one.kind == "display" and found[one.name] is None and self.report(one).get("shown") == truth:
                    found[one.name] = time.monotonic() - began
            return None not in found.values()

        wait_for(equal, DISPLAY_WAIT_S, self.look)
        return found

    def report(self, target: Target) -> dict[str, Any]:
        """What a terminal said of itself last."""
        return get(self.place / f"{target.name}.report") or {}

    def _rests(self, target: Target, since: float) -> bool:
        path = self.place / f"{target.name}.report"
        report = self.report(target)
        fresh = path.exists() and path.stat().st_mtime > since and report["pid"] in self.programs[target].pids
        return fresh and report["idle"] and not report["behind"]

    def _answers(self) -> bool:
        try:
            self.client.hall()
        except HallError:
            return False
        return True

    def close_programs(self) -> None:
        """All terminals, then the server, in order; the database stays."""
        for target, program in reversed(self.programs.items()):
            if target != self._server:
                program.end()
        self.programs[self._server].end()


@contextmanager
def set_up(folder: Path, engine: str, size: Size, seed: int) -> Iterator[Stage]:
    with ExitStack() as stack:
        yield Stage(folder, engine, size, seed, stack)
