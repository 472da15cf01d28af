"""``./run bench push``: how soon the last of many displays knows a call, beside a bare event stream.

The displays are raw sockets in a process of their own. Every call is timed from the moment its POST is sent, so the
figures hold the call's whole transaction; ``from_begin`` counts from the event's ``at``, which is when that transaction
began (in whole milliseconds). The commit itself lies between the two and the arrival.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import uvloop

from tests.bench.goals import at_least, at_most, lines
from tests.bench.listeners import TOKEN_ENV
from tests.bench.load import Connection, percentile_ms
from tests.bench.servers import BareServer, bare_server, fill_halls, machine_load, memory_mb
from tests.fakes.hall import ROOT, RunningHall

Say = Callable[[str], None]
DISPLAYS: Final = (1, 50, 200)
CALLS_PER_S: Final = 10
# With receipts every call makes as many requests as there are displays.
CALLS_WITH_RECEIPTS_PER_S: Final = 2
COUNTERS: Final = 12
GOALS_MS: Final = {50: 25.0, 200: 60.0}
SETTLE_S: Final = 1.0
RECONNECTS: Final = 5
FAULTS: Final = ("missing", "unordered", "broken", "resyncs")


@dataclass
class Pushed:
    """All calls of one kind, in seconds from the POST, or from its transaction's begin, to each or the last display."""

    each: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    last_from_begin: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FAULTS, 0))
    receipts: int = 0
    refused: int = 0

    def figures(self) -> dict[str, Any]:
        def spread(seconds: list[float]) -> dict[str, float]:
            shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
            return {name: percentile_ms(seconds, share) for name, share in shares.items()}

        return {
            "calls": len(self.last), "each": spread(self.each), "last": spread(self.last),
            "last_from_begin": spread(self.last_from_begin), "answer": spread(self.answers), **self.faults,
        }  # fmt: skip


class Displays:
    """The process that holds the streams."""

    event = "ticket.called"

    def __init__(self, port: int, path: str, count: int, tokens: list[str], *, one_of: int = 1) -> None:
        command = ["-m", "tests.bench.listeners", str(port), path, str(count), self.event, str(one_of)]
        self.process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, TOKEN_ENV: json.dumps(tokens)},
        )  # fmt: skip
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the displays could not connect")

    def finish(self) -> dict[str, Any]:
        answer, _ = self.process.communicate("", timeout=60)
        report: dict[str, Any] = json.loads(answer)
        return report


@dataclass
class Call:
    call_id: str
    sent: float
    answered: float
    seqs: list[int]


Caller = Callable[[int], Awaitable[Call]]


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    rounds, seconds = (1, 1.5) if quick else (2, 4.0)
    load_before = machine_load()
    (filled,) = fill_halls(folder, (600 if quick else 2_500,))
    found: dict[tuple[str, int], Pushed] = {}
    with ExitStack() as stack:
        bare = stack.enter_context(bare_server(folder / "bare"))
        hall = filled.start(folder / "hall")
        stack.callback(hall.close)
        desk = Desk(hall)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for count in DISPLAYS:
                found_bare = found.setdefault(("bare", count), Pushed())
                found_hall = found.setdefault(("hall", count), Pushed())
                _measure(bare.port, "/events", count, [], _calls_of(bare), CALLS_PER_S, seconds, found_bare)
                path = "/api/v1/events?topics=calls"
                tokens = [hall.token("display", "wall")]
                _measure(hall.port, path, count, tokens, desk.calls, CALLS_PER_S, seconds, found_hall)
        say("with receipts")
        with_receipts = Pushed()
        tokens = [hall.token("display", f"wall-{place}") for place in range(DISPLAYS[-1])]
        _measure(hall.port, path, DISPLAYS[-1], tokens, desk.calls, CALLS_WITH_RECEIPTS_PER_S, seconds, with_receipts)
        say("connecting again and again")
        memory = _reconnect(hall, path)
    return _report(found, with_receipts, memory, say, (load_before, machine_load()))


def _measure(
    port: int, path: str, count: int, tokens: list[str], calls: Callable[[float, float], list[Call]],
    per_s: float, seconds: float, pushed: Pushed,
) -> None:  # fmt: skip
    displays = Displays(port, path, count, tokens)
    made = calls(per_s, seconds)
    time.sleep(SETTLE_S)
    report = displays.finish()
    for call in made:
        arrivals = [at - call.sent for at in report["calls"].get(call.call_id, [])]
        pushed.faults["missing"] += count - len(arrivals)
        if arrivals:
            pushed.each += arrivals
            pushed.last.append(max(arrivals))
            pushed.last_from_begin.append(max(arrivals) + call.sent - report["at"][call.call_id])
        pushed.answers.append(call.answered - call.sent)
    expected = {seq for call in made for seq in call.seqs}
    pushed.faults["missing"] += report["missing"] + len(expected - set(report["seen"]))
    for name in FAULTS[1:]:
        pushed.faults[name] += report[name]
    pushed.receipts += report["receipts"]
    pushed.refused += report["refused"]


async def _paced(call: Caller, per_s: float, seconds: float) -> list[Call]:
    """Calls at a fixed rate, whether the one before has been answered or not."""
    tasks = []
    began = time.perf_counter()
    for number in range(int(per_s * seconds)):
        await asyncio.sleep(max(0.0, began + number / per_s - time.perf_counter()))
        tasks.append(asyncio.ensure_future(call(number)))
    return list(await asyncio.gather(*tasks))


def _calls_of(bare: BareServer) -> Callable[[float, float], list[Call]]:
    async def run_calls(per_s: float, seconds: float) -> list[Call]:
        connections = [await Connection(bare.port).open() for _ in range(COUNTERS)]

        async def call(number: int) -> Call:
            sent = time.time()
            body = await connections[number % COUNTERS].expect(200, "POST", "/calls", {"service_id": "a"})
            return Call(json.loads(body)["call"]["id"], sent, time.time(), [])

        made = await _paced(call, per_s, seconds)
        for connection in connections:
            connection.close()
        return made

    return lambda per_s, seconds: uvloop.run(run_calls(per_s, seconds))


class Desk:
    """Counters that call one after the other; each finishes its ticket half way to the next call."""

    def __init__(self, hall: RunningHall) -> None:
        self.hall = hall
        self.token = hall.token("counter", "bench")
        self.counters: list[str] = []
        self._next = itertools.count()
        uvloop.run(self._open())

    async def _open(self) -> None:
        ask = await Connection(self.hall.port, self.token).open()
        counters = json.loads(await ask.expect(200, "GET", "/api/v1/counters"))["items"]
        busiest = sorted(counters, key=lambda counter: -len(counter["service_ids"]))
        self.counters = [counter["id"] for counter in busiest[:COUNTERS]]
        for counter_id in self.counters:
            await ask.expect(200, "POST", f"/api/v1/counters/{counter_id}/sign-in", {})
        ask.close()

    def calls(self, per_s: float, seconds: float) -> list[Call]:
        return uvloop.run(self._calls(per_s, seconds))

    async def _calls(self, per_s: float, seconds: float) -> list[Call]:
        connections = [await Connection(self.hall.port, self.token).open() for _ in self.counters]

        async def call(number: int) -> Call:
            place = number % len(self.counters)
            at_counter = f"/api/v1/counters/{self.counters[place]}"
            sent = time.time()
            called = json.loads(await connections[place].expect(200, "POST", f"{at_counter}/call-next", {}))
            answered = time.time()
            await asyncio.sleep(0.5 / per_s)
            done = json.loads(await connections[place].expect(200, "POST", f"{at_counter}/finish", {}))
            return Call(called["call"]["id"], sent, answered, [called["call"]["seq"], done["call"]["seq"]])

        made = await _paced(call, per_s, seconds)
        for connection in connections:
            connection.close()
        return made


def _reconnect(hall: RunningHall, path: str) -> dict[str, float]:
    """Memory of the server while two hundred streams come and go: what one round leaves, the next must not add to."""
    assert hall.process is not None
    tokens = [hall.token("display", "wall")]
    after = []
    for _ in range(RECONNECTS):
        Displays(hall.port, path, DISPLAYS[-1], tokens).finish()
        after.append(memory_mb(hall.process.pid, "VmRSS"))
    return {
        "peak_mb": memory_mb(hall.process.pid), "after_first_mb": after[0], "after_last_mb": after[-1],
        "growth_mb": round(after[-1] - after[0], 1),
    }  # fmt: skip


def _report(
    found: dict[tuple[str, int], Pushed], with_receipts: Pushed, memory: dict[str, float], say: Say,
    load: tuple[float, float],
) -> dict[str, Any]:  # fmt: skip
    say("\nTo the last display, ms:")
    say(f"{'displays':>20} {'p50':>8} {'p95':>8} {'p99':>8} {'max':>8} {'bare p95':>9} {'faults':>7}")
    figures: dict[str, Any] = {}
    ratios = {}
    for count in DISPLAYS:
        hall, bare = found["hall", count].figures(), found["bare", count].figures()
        ratios[count] = round(bare["last"]["p95_ms"] / hall["last"]["p95_ms"], 2)
        figures[str(count)] = {"hall": hall, "bare": bare, "ratio_p95": ratios[count]}
        _say_line(say, str(count), hall, bare["last"]["p95_ms"])
    receipts = with_receipts.figures() | {"receipts": with_receipts.receipts, "refused": with_receipts.refused}
    figures[f"{DISPLAYS[-1]}, receipts"] = {"hall": receipts}
    _say_line(say, f"{DISPLAYS[-1]} with receipts", receipts, None)
    faults = sum(sum(pushed.faults.values()) + pushed.refused for (name, _), pushed in found.items() if name == "hall")
    faults += sum(with_receipts.faults.values()) + with_receipts.refused
    goals = {
        f"last of {count} displays, p95 ms": at_most(figures[str(count)]["hall"]["last"]["p95_ms"], goal)
        for count, goal in GOALS_MS.items()
    } | {
        "events missing, out of order, streams broken": at_most(faults, 0),
        "memory of the server at its peak, MB": at_most(memory["peak_mb"], 150.0),
        "memory that 800 more connections left, MB": at_most(memory["growth_mb"], 5.0),
        f"receipts of {len(with_receipts.last)} calls kept": at_least(
            with_receipts.receipts, len(with_receipts.last) * DISPLAYS[-1]
        ),
    }
    say("")
    for line in lines(goals):
        say(line)
    say(f"  machine load {load[0]} before, {load[1]} after")
    return {"goals": goals, "displays": figures, "memory": memory, "machine_load": list(load)}


def _say_line(say: Say, name: str, hall: dict[str, Any], bare_p95: float | None) -> None:
    last = hall["last"]
    values = " ".join(f"{last[key]:8.2f}" for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
    faults = sum(hall[fault] for fault in FAULTS)
    compared = f"{bare_p95:.2f}" if bare_p95 is not None else ""
    say(f"{name:>20} {values} {compared:>9} {faults:>7}")
