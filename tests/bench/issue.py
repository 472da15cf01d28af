"""``./run bench issue``: taking numbers, at several lengths of the day, each beside the bare app.

Machines differ and are never idle, so what counts are ratios: every measurement of the hall has one of the bare app
right before it, rounds alternate, and the median round is reported. The requests are a kiosk's: its own ticket id and
an Idempotency-Key; the earlier tickets of the day were issued through the server's own functions and all still wait.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

import uvloop

from tests.bench.goals import at_least, at_most, lines
from tests.bench.load import Connection, Load, Request, percentile_ms, run_load, run_sequence
from tests.bench.servers import (
    FilledHall,
    bare_server,
    check_numbers,
    cpu_s,
    fill_halls,
    machine_load,
    memory_mb,
    ticket_requests,
)
from tests.fakes.hall import RunningHall

Say = Callable[[str], None]
LEVELS: Final = (0, 5_000, 20_000)
CLIENTS: Final = (1, 8, 32)
COUNTERS: Final = 8
WARM_UP: Final = 30
# Short turns, many of them: what else the machine does then falls on the hall and on the bare app alike.
TURNS: Final = 3
BARE: Final = "bare"


@dataclass
class Target:
    """One server under load: how to ask it for a ticket, and what has been measured so far."""

    name: str
    port: int
    process: int
    token: str
    request: Callable[[], Request]

    async def connect(self, count: int) -> list[Connection]:
        return [await Connection(self.port, self.token).open() for _ in range(count)]


@dataclass
class Measured:
    """Everything of one kind over all rounds."""

    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)


@dataclass
class Findings:
    sequential: dict[str, Measured] = field(default_factory=lambda: defaultdict(Measured))
    sustained: dict[tuple[str, int], Measured] = field(default_factory=lambda: defaultdict(Measured))
    call_s: list[float] = field(default_factory=list)
    calls_doubled: int = 0
    answers: int = 0
    answers_repeated: int = 0
    checks: list[dict[str, Any]] = field(default_factory=list)
    peak_mb: float = 0.0


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    rounds, seconds, block = (1, 0.2, 20) if quick else (3, 0.4, 60)
    load_before = machine_load()
    say(f"filling days of {', '.join(f'{level:,}' for level in LEVELS)} tickets")
    halls = fill_halls(folder, LEVELS)
    findings = Findings()
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        _round(folder / f"round-{number}", halls, findings, seconds, block)
    return _report(findings, say, (load_before, machine_load()))


def _round(folder: Path, halls: Sequence[FilledHall], findings: Findings, seconds: float, block: int) -> None:
    """Fresh servers; sequential and sustained load in turns; then the numbers are counted."""
    folder.mkdir()
    with ExitStack() as stack:
        bare = stack.enter_context(bare_server(folder / "bare"))
        running: list[RunningHall] = []
        targets = [Target(BARE, bare.port, bare.process.pid, "", lambda: ("/tickets", "", {"service_id": "a"}))]
        for filled in halls:
            hall = filled.start(folder / f"hall-{filled.tickets}")
            stack.callback(hall.close)
            running.append(hall)
            assert hall.process is not None
            token = hall.token("kiosk", "bench")
            targets.append(Target(str(filled.tickets), hall.port, hall.process.pid, token, ticket_requests(filled)))
        issued = uvloop.run(_measure(targets, findings, seconds, block))
        longest = running[-1]
        findings.call_s += uvloop.run(_call_at_once(longest, findings, 5 if block < 30 else 15))
        for hall, target in zip(running, targets[1:], strict=True):
            assert hall.process is not None
            findings.peak_mb = max(findings.peak_mb, memory_mb(hall.process.pid))
            hall.stop()
            check = check_numbers(hall.data)
            numbers = issued[target.name]
            findings.answers += len(numbers)
            findings.answers_repeated += len(numbers) - len(set(numbers))
            findings.checks.append(
                {"repeated": check.repeated, "missing": check.missing, "events_missing": check.events_missing,
                 "tickets": check.tickets, "expected": int(target.name) + len(numbers)}
            )  # fmt: skip


async def _measure(targets: Sequence[Target], findings: Findings, seconds: float, block: int) -> dict[str, list[str]]:
    """Answers the numbers each server gave: a number begins with its series, so each is given once in a hall."""
    bodies: dict[str, list[bytes]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        single: dict[str, Connection] = {}
        for target in targets:
            (single[target.name],) = await target.connect(1)
            stack.callback(single[target.name].close)
            bodies[target.name] += (await run_sequence(single[target.name], WARM_UP, target.request)).bodies
        for _ in range(6):
            for target in targets:
                load = await run_sequence(single[target.name], block, target.request)
                findings.sequential[target.name].latencies += load.latencies
                bodies[target.name] += load.bodies
    bare, *halls = targets
    for _, count, target in itertools.product(range(TURNS), CLIENTS, halls):
        compared = await _sustain(bare, count, seconds, findings, bodies)
        load = await _sustain(target, count, seconds, findings, bodies)
        findings.sustained[target.name, count].ratios.append(load.per_second / compared.per_second)
    return {target.name: [json.loads(body)["number"] for body in bodies[target.name]] for target in halls}


async def _sustain(
    target: Target, count: int, seconds: float, findings: Findings, bodies: dict[str, list[bytes]]
) -> Load:
    connections = await target.connect(count)
    cpu = cpu_s(target.process)
    load = await run_load(connections, seconds, target.request)
    measured = findings.sustained[target.name, count]
    measured.cpu_ms.append((cpu_s(target.process) - cpu) / len(load.latencies) * 1000)
    measured.rates.append(load.per_second)
    measured.latencies += load.latencies
    bodies[target.name] += load.bodies
    for connection in connections:
        connection.close()
    return load


async def _call_at_once(hall: RunningHall, findings: Findings, times: int) -> list[float]:
    """Eight counters press "next" in the same instant, again and again; no ticket may come to two of them."""
    token = hall.token("counter", "bench")
    ask = await Connection(hall.port, token).open()
    counters = json.loads(await ask.expect(200, "GET", "/api/v1/counters"))["items"]
    chosen = [counter["id"] for counter in counters if counter["service_ids"]][:COUNTERS]
    for counter_id in chosen:
        await ask.expect(200, "POST", f"/api/v1/counters/{counter_id}/sign-in", {})
        # As the counter's program does: it shows its queue before anybody can call.
        await ask.expect(200, "GET", f"/api/v1/counters/{counter_id}/desk")
    connections = [await Connection(hall.port, token).open() for _ in chosen]
    latencies: list[float] = []
    called: list[str] = []

    async def press(connection: Connection, counter_id: str) -> None:
        began = time.perf_counter()
        status, body = await connection.send("POST", f"/api/v1/counters/{counter_id}/call-next", {})
        latencies.append(time.perf_counter() - began)
        if status == 200:
            called.append(json.loads(body)["ticket"]["id"])
            await connection.expect(200, "POST", f"/api/v1/counters/{counter_id}/finish", {})
        elif status != 204:
            raise RuntimeError(f"call-next: {status} {body[:300]!r}")

    for _ in range(times):
        await asyncio.gather(*(press(*pair) for pair in zip(connections, chosen, strict=True)))
    findings.calls_doubled += len(called) - len(set(called))
    for connection in (ask, *connections):
        connection.close()
    if len(called) < len(latencies) / 2:
        raise RuntimeError("the counters found nobody to call: nothing was measured")
    return latencies


def _report(findings: Findings, say: Say, load: tuple[float, float]) -> dict[str, Any]:
    bare_p50 = percentile_ms(findings.sequential[BARE].latencies, 0.5)
    say("\n earlier  clients    per s     bare   ratio   p50 ms   p95 ms   cpu ms  bare's")
    sequential: dict[str, dict[str, Any]] = {}
    sustained: dict[str, dict[str, Any]] = {}
    for name in (BARE, *map(str, LEVELS)):
        latencies = findings.sequential[name].latencies
        p50, p95 = percentile_ms(latencies, 0.5), percentile_ms(latencies, 0.95)
        sequential[name] = {"p50_ms": p50, "p95_ms": p95, "samples": len(latencies)}
        say(f"{name:>8} {'one':>8} {'':>8} {'':>8} {bare_p50 / p50:7.2f} {p50:8.2f} {p95:8.2f}")
    for level in map(str, LEVELS):
        for count in CLIENTS:
            found, bare = findings.sustained[level, count], findings.sustained[BARE, count]
            entry = {
                "per_second": round(median(found.rates)), "bare_per_second": round(median(bare.rates)),
                "ratio": round(median(found.ratios), 3), "ratios": [round(ratio, 3) for ratio in found.ratios],
                "p50_ms": percentile_ms(found.latencies, 0.5), "p95_ms": percentile_ms(found.latencies, 0.95),
                "cpu_ms": round(median(found.cpu_ms), 3), "bare_cpu_ms": round(median(bare.cpu_ms), 3),
                "cpu_ratio": round(median(bare.cpu_ms) / median(found.cpu_ms), 3),
            }  # fmt: skip
            sustained[f"{level}/{count}"] = entry
            say(
                f"{level:>8} {count:>8} {entry['per_second']:>8} {entry['bare_per_second']:>8} {entry['ratio']:7.2f} "
                f"{entry['p50_ms']:8.2f} {entry['p95_ms']:8.2f} {entry['cpu_ms']:8.3f} {entry['bare_cpu_ms']:7.3f}"
            )
    first, last = str(LEVELS[0]), str(LEVELS[-1])
    call_p95 = percentile_ms(findings.call_s, 0.95)
    wrong = (
        findings.answers_repeated
        + findings.calls_doubled
        + sum(
            check["repeated"] + check["missing"] + check["events_missing"] + abs(check["tickets"] - check["expected"])
            for check in findings.checks
        )
    )
    goals = {
        f"{count} clients, {level} earlier: ratio to bare": at_least(sustained[f"{level}/{count}"]["ratio"], goal)
        for count, goal in ((8, 0.4), (32, 0.6))
        for level in map(str, LEVELS)
    } | {
        "one after the other, p50 ms": at_most(max(sequential[str(level)]["p50_ms"] for level in LEVELS), 5.0),
        f"cost of a ticket at {last} against {first}": at_most(
            round(sequential[last]["p50_ms"] / sequential[first]["p50_ms"], 3), 1.2
        ),
        "8 counters at once, p95 ms": at_most(call_p95, 50.0),
        "memory of the server at its peak, MB": at_most(findings.peak_mb, 150.0),
        "numbers repeated, left out or called twice": at_most(wrong, 0),
    }
    say("")
    for line in lines(goals):
        say(line)
    say(f"  {findings.answers:,} answers checked; machine load {load[0]} before, {load[1]} after")
    return {
        "goals": goals, "sequential": sequential, "sustained": sustained,
        "cost_sustained_8": round(
            median(findings.sustained[first, 8].rates) / median(findings.sustained[last, 8].rates), 3
        ),
        "call_at_once": {"p50_ms": percentile_ms(findings.call_s, 0.5), "p95_ms": call_p95, "counters": COUNTERS},
        "server_peak_mb": findings.peak_mb, "answers": findings.answers, "machine_load": list(load),
    }  # fmt: skip
