"""``./run bench signage``: a wall that is alone, and an emergency on its way to fifty of them.

Without its server a wall starts from what it kept: from the start of its process to the first frame with the right
picture; how many frames it draws by software while a film fills it; what memory each change of items leaves. The
emergency is timed from the moment its POST is sent to its arrival on each of fifty open streams.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

import uvloop

from tests.bench.goals import at_least, at_most, lines
from tests.bench.load import Connection, percentile_ms
from tests.bench.push import Displays
from tests.bench.servers import fill_halls, machine_load
from tests.bench.signage_wall import prepare
from tests.fakes.hall import ROOT, RunningHall

Say = Callable[[str], None]
PLAYERS: Final = 50
PAUSE_S: Final = 0.2
LONGEST_S: Final = 900


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    load_before = machine_load()
    figures: dict[str, Any] = {"first_frame_s": _first(folder, say, 1 if quick else 5)}
    say("frames a second, by software")
    figures["rate"] = _child(folder / "rate", "rate", "4" if quick else "15")
    say("one item after the other")
    figures["turns"] = _child(folder / "turns", "turns", "60" if quick else "520")
    say(f"emergencies to {PLAYERS} walls")
    figures["emergency"] = _emergencies(folder, 10 if quick else 200)
    goals = {
        "first right frame without a server, s": at_most(figures["first_frame_s"]["longest"], 3.0),
        "frames a second by software": at_least(figures["rate"]["frames_per_s"], 24.0),
        "memory that a transition leaves, kB": at_most(figures["turns"]["slope_kb"], 8.0),
        f"emergency on each of {PLAYERS} walls, p99 ms": at_most(figures["emergency"]["p99_ms"], 1000.0),
        "emergencies that did not arrive": at_most(figures["emergency"]["missing"], 0),
    }
    say("")
    for line in lines(goals):
        say(line)
    load = [load_before, machine_load()]
    say(f"  machine load {load[0]} before, {load[1]} after")
    return {"goals": goals, **figures, "machine_load": load}


def _environment() -> dict[str, str]:
    return {
        **os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "QSG_RENDER_LOOP": "basic",
        "QT_QUICK_BACKEND": "software", "QT_LOGGING_RULES": "*.info=false;qt.multimedia.*=false",
    }  # fmt: skip


def _first(folder: Path, say: Say, rounds: int) -> dict[str, float]:
    prepare(folder / "first", "first")
    seconds = []
    for number in range(rounds + 1):
        say("warming up" if number == 0 else f"first frame, round {number} of {rounds}")
        command = [sys.executable, "-m", "tests.bench.signage_wall", "first", str(folder / "first")]
        began = time.perf_counter()
        with subprocess.Popen(
            command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            took = time.perf_counter() - began
            if line != "right\n" or process.wait(timeout=60):
                raise RuntimeError("the wall did not come up")
        if number:
            seconds.append(took)
    return {"median": round(median(seconds), 2), "longest": round(max(seconds), 2)}


def _child(data: Path, what: str, number: str) -> dict[str, Any]:
    prepare(data, what)
    found = subprocess.run(
        [sys.executable, "-m", "tests.bench.signage_wall", what, str(data), number], cwd=ROOT, env=_environment(),
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=LONGEST_S, check=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return answer


def _emergencies(folder: Path, count: int) -> dict[str, Any]:
    (filled,) = fill_halls(folder, (200,))
    with ExitStack() as stack:
        hall = filled.start(folder / "hall")
        stack.callback(hall.close)
        path = "/api/v1/events?topics=calls,tickets,counters,waits,signage"
        tokens = [hall.token("display", "wall")]
        walls = _Walls(hall.port, path, PLAYERS, tokens)
        sent = uvloop.run(_raise(hall, count))
        time.sleep(1)
        report = walls.finish()
    each, last = [], []
    missing = 0
    for name, at in sent.items():
        arrivals = [arrived - at for arrived in report["calls"].get(name, [])]
        missing += PLAYERS - len(arrivals)
        each += arrivals
        last += [max(arrivals)] if arrivals else []
    spread = {"p50_ms": 0.5, "p99_ms": 0.99, "max_ms": 1.0}
    return {
        "emergencies": count, "missing": missing,
        **{name: percentile_ms(each, share) for name, share in spread.items()},
        "last": {name: percentile_ms(last, share) for name, share in spread.items()},
    }  # fmt: skip


class _Walls(Displays):
    event = "emergency.changed"


async def _raise(hall: RunningHall, count: int) -> dict[str, float]:
    """One replaces the other, as nobody could read so many."""
    line = await Connection(hall.port, hall.token("admin", "bench")).open()
    sent: dict[str, float] = {}
    for number in range(count):
        body: dict[str, Any] = {
            "identifier": f"bench-{number}", "headline": "请立即有序撤离大厅", "severity": "Extreme",
            "instruction": "请听从工作人员指挥，从最近的安全出口离开。",
            "expires": (datetime.now(UTC) + timedelta(minutes=10)).isoformat(),
        }  # fmt: skip
        if number:
            body |= {"msg_type": "Update", "references": [f"bench-{number - 1}"]}
        sent[f"bench-{number}"] = time.time()
        await line.expect(201, "POST", "/api/v1/emergencies", body)
        await asyncio.sleep(PAUSE_S)
    line.close()
    return sent
