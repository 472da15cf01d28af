"""``./run bench start``: from the start of each program's process to its first frame, beside a bare window.

The program is the real one, with the real server behind it, on an off-screen platform; its first start, which writes
Python's byte code, is not counted. "Interactive" means: every window on screen has drawn a frame, and the event loop
has come round once more, so that a touch would be answered.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from tests.bench.goals import at_most, lines
from tests.bench.servers import fill_halls, machine_load, memory_mb
from tests.fakes.hall import ROOT, RunningHall

Say = Callable[[str], None]
KIOSK_GOAL_S: Final = 3.0
LONGEST_S: Final = 40


@dataclass(frozen=True)
class Program:
    """A program, the kind of token it needs, its options, and the bare window it is compared with."""

    name: str
    token: str
    bare: str
    options: tuple[str, ...] = ()


PROGRAMS: Final = (
    Program("kiosk", "kiosk", "bare_quick"),
    Program("signage", "display", "bare_quick", ("--silent",)),
    Program("counter", "counter", "bare_widgets", ("--counter", "A01", "--windowed")),
    Program("admin", "admin", "bare_widgets"),
)


@dataclass
class Started:
    seconds: list[float] = field(default_factory=list)
    bare_seconds: list[float] = field(default_factory=list)
    memory_mb: float = 0.0
    fault: str = ""


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    rounds = 1 if quick else 5
    load_before = machine_load()
    (filled,) = fill_halls(folder, (200,))
    found = {program.name: Started() for program in PROGRAMS}
    with ExitStack() as stack:
        hall = filled.start(folder / "hall")
        stack.callback(hall.close)
        for number in range(rounds + 1):
            say("warming up" if number == 0 else f"round {number} of {rounds}")
            for program in PROGRAMS:
                _start_pair(folder, hall, program, found[program.name], counted=number > 0)
    return _report(found, say, (load_before, machine_load()))


def _start_pair(folder: Path, hall: RunningHall, program: Program, started: Started, *, counted: bool) -> None:
    if started.fault:
        return
    try:
        bare, _ = _first_frame(folder, hall, [program.bare, str(folder)], "")
        token = hall.token(program.token, f"bench-{program.name}")
        seconds, memory = _first_frame(folder, hall, [program.name, "--server", hall.url, *program.options], token)
    except RuntimeError as error:
        # One program that does not start must not hide the figures of the others.
        started.fault = str(error)
        return
    if counted:
        started.bare_seconds.append(bare)
        started.seconds.append(seconds)
        started.memory_mb = max(started.memory_mb, memory)


def _first_frame(folder: Path, hall: RunningHall, arguments: list[str], token: str) -> tuple[float, float]:
    """Seconds to the first frame, and memory then."""
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "QSG_RENDER_LOOP": "basic",
        "QT_QUICK_BACKEND": "software", "ZHITING_HOME": str(folder / "home"), "ZHITING_TOKEN": token,
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
    }  # fmt: skip
    # An installed program has its byte code; a machine that forbids writing it must not spoil the figure.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    log = (folder / f"{arguments[0]}.log").open("w+")
    began = time.perf_counter()
    with log, subprocess.Popen(
        [sys.executable, "-m", "tests.bench.first_frame", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        # Ends the wait for a line that never comes.
        limit = threading.Timer(LONGEST_S, process.kill)
        limit.start()
        line = process.stdout.readline()
        took = time.perf_counter() - began
        try:
            if line != "interactive\n":
                process.wait(timeout=LONGEST_S)
                log.seek(0)
                raise RuntimeError(f"{arguments[0]} did not start: {log.read().strip()[-500:]}")
            memory = memory_mb(process.pid, "VmHWM")
            process.wait(timeout=LONGEST_S)
        finally:
            limit.cancel()
            if process.poll() is None:
                process.kill()
    return took, memory


def _report(found: dict[str, Started], say: Say, load: tuple[float, float]) -> dict[str, Any]:
    programs: dict[str, Any] = {}
    say(f"\n{'program':>10} {'s':>7} {'longest':>8} {'bare s':>7} {'times':>6} {'MB':>7}")
    for name, started in found.items():
        if started.fault:
            programs[name] = {"fault": started.fault}
            say(f"{name:>10} {started.fault}")
            continue
        seconds, bare = median(started.seconds), median(started.bare_seconds)
        programs[name] = {
            "median_s": round(seconds, 2), "longest_s": round(max(started.seconds), 2), "bare_s": round(bare, 2),
            "times_bare": round(seconds / bare, 2), "memory_mb": started.memory_mb, "starts": len(started.seconds),
        }  # fmt: skip
        say(
            f"{name:>10} {seconds:7.2f} {max(started.seconds):8.2f} {bare:7.2f} {seconds / bare:6.2f} "
            f"{started.memory_mb:7.1f}"
        )
    kiosk = programs["kiosk"].get("median_s", float(LONGEST_S))
    goals = {
        "kiosk interactive, s": at_most(kiosk, KIOSK_GOAL_S),
        "programs that did not start": at_most(sum("fault" in entry for entry in programs.values()), 0),
    }
    say("")
    for line in lines(goals):
        say(line)
    say(f"  machine load {load[0]} before, {load[1]} after")
    return {"goals": goals, "programs": programs, "machine_load": list(load)}
