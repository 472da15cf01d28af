"""``./run bench queue``: one large hall at its busiest, everything in it at once.

100 counters call ten people a second, 30 kiosks issue as many, 150 displays show each call and answer with receipts,
1,000 phones follow a ticket each. Kiosks, displays and phones are raw sockets in processes of their own on the same
machine, so the figures hold what these cost too. Every call is timed from the moment its POST is sent; a phone looks
again at most twice a second, which is part of its figure.

The goals are for the whole run. Where the machine is a guest of a busy host, that host's share is noted each second,
and the same figures are given again for the part of the run in which it kept to itself.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final

import uvloop

from tests.bench.goals import at_least, at_most, lines
from tests.bench.load import Connection, percentile_ms
from tests.bench.push import Displays
from tests.bench.servers import (
    FilledHall,
    check_numbers,
    cpu_s,
    fill_halls,
    machine_load,
    memory_mb,
    stolen_and_all,
    ticket_requests,
    with_children,
)
from tests.fakes.hall import ROOT, RunningHall

Say = Callable[[str], None]
COUNTERS: Final = 100
DISPLAYS: Final = 150
KIOSKS: Final = 30
PHONES: Final = 1_000
CALLS_PER_S: Final = 10
TICKETS: Final = 10_000
# Everybody who already waits when the hall is at its busiest; the phones are theirs.
WAITING: Final = 1_200
# A call concerns the screens of its area: one of so many answers with a receipt.
RECEIPTS_ONE_OF: Final = 50
SERVING_S: Final = (4.0, 12.0)
WALK_S: Final = (0.5, 2.0)
SETTLE_S: Final = 2.0
# A hall as large as this shares its work among so many: ``./run server --workers``.
PROCESSES: Final = 2
# The run is looked at in pieces of so many seconds; one is quiet when the host gave no more to others than this.
PIECE_S: Final = 10
QUIET_SHARE: Final = 0.01
# Every counter serves so many of the hall's services, so that each has a dozen counters and nobody calls in vain.
SERVICES_EACH: Final = 10


@dataclass
class Seen:
    """What happened, by kind of request when it began and how long it took, in seconds; calls by the number and by the
    call's id, when its POST left; each second what the host gave to others, in ticks, and all of them.
    """

    latencies: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    host: list[tuple[float, int, int]] = field(default_factory=list)
    calls: dict[str, float] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    seqs: set[int] = field(default_factory=set)
    issued: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    nobody: int = 0
    late: float = 0.0

    def took(self, kind: str, began: float) -> None:
        now = time.time()
        self.latencies[kind].append((began, now - began))

    async def watch_host(self) -> None:
        while True:
            self.host.append((time.time(), *stolen_and_all()))
            await asyncio.sleep(1)

    def quiet(self) -> Callable[[float], bool]:
        """Whether a moment is in a piece of the run in which the host kept to itself."""
        pieces: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (at, stolen, ticks), (_, stolen_then, ticks_then) in itertools.pairwise(self.host):
            pieces[int(at // PIECE_S)].append((stolen_then - stolen, ticks_then - ticks))
        calm = {
            piece for piece, found in pieces.items()
            if sum(stolen for stolen, _ in found) <= QUIET_SHARE * sum(ticks for _, ticks in found)
        }  # fmt: skip
        return lambda at: int(at // PIECE_S) in calm


class FollowingPhones:
    """The process that holds the phones."""

    def __init__(self, port: int, count: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.phones", str(port), str(count)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def follow(self, qr: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(qr.rsplit("/", 1)[-1] + "\n")
        self.process.stdin.flush()

    def ready(self) -> None:
        """Until all of them follow."""
        assert self.process.stdout is not None
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the phones did not come")

    def finish(self) -> dict[str, Any]:
        answer, _ = self.process.communicate("", timeout=60)
        report: dict[str, Any] = json.loads(answer)
        return report


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    tickets, phones, waiting = (150, 100, 150) if quick else (TICKETS, PHONES, WAITING)
    load_before = machine_load()
    say(f"{waiting:,} people take numbers before")
    (filled,) = fill_halls(folder, (waiting,))
    with ExitStack() as stack:
        hall = filled.start(folder / "hall", processes=PROCESSES)
        stack.callback(hall.close)
        assert hall.process is not None
        queue = _Queue(hall, filled)
        uvloop.run(queue.open())
        followers = FollowingPhones(hall.port, phones)
        stack.callback(followers.process.kill)
        for qr in _codes(hall, phones):
            followers.follow(qr)
        followers.ready()
        say(f"{DISPLAYS} displays and {COUNTERS + KIOSKS} other screens open their streams")
        tokens = [hall.token("display", f"wall-{place}") for place in range(DISPLAYS)]
        walls = Displays(hall.port, "/api/v1/events?topics=calls", DISPLAYS, tokens, one_of=RECEIPTS_ONE_OF)
        stack.callback(walls.process.kill)
        others = Displays(hall.port, "/api/v1/events", COUNTERS + KIOSKS, [hall.token("counter", "bench")])
        stack.callback(others.process.kill)
        say(f"{tickets:,} tickets and as many calls, {CALLS_PER_S} a second")
        server = with_children(hall.process.pid)
        stolen, ticks = stolen_and_all()
        cpu, began = sum(map(cpu_s, server)), time.perf_counter()
        uvloop.run(queue.work(tickets, followers.follow))
        took = time.perf_counter() - began
        share = (sum(map(cpu_s, server)) - cpu) / took
        stolen_then, ticks_then = stolen_and_all()
        time.sleep(SETTLE_S)
        reports = {"displays": walls.finish(), "others": others.finish()}
        phones_saw = followers.finish()
        peak = round(sum(map(memory_mb, server)), 1)
        hall.stop()
        check = check_numbers(hall.data)
    seen = queue.seen
    figures = _figures(seen, reports, phones_saw) | {
        "seconds": round(took, 1), "server_processes": PROCESSES,
        "server_cores": round(share, 2), "server_peak_mb": peak,
        "machine_load": [load_before, machine_load()],
        "machine_stolen": round((stolen_then - stolen) / max(1, ticks_then - ticks), 4),
    }  # fmt: skip
    doubled = sum(count - 1 for count in Counter(seen.called).values()) + len(seen.issued) - len(set(seen.issued))
    figures["duplicates"] = doubled + check.repeated
    figures["gaps"] = check.missing + check.events_missing + figures["events_missing"]
    return _report(figures, phones, say)


class _Queue:
    """The counters and the kiosks."""

    def __init__(self, hall: RunningHall, filled: FilledHall) -> None:
        self.hall, self.request = hall, ticket_requests(filled)
        self.services = [str(service) for service in filled.services]
        self.seen = Seen()
        self.random = Random(4)
        self.counters: list[str] = []

    async def open(self) -> None:
        """A hundred counters where somebody has signed in; what the hall has too few of is added."""
        admin = await Connection(self.hall.port, self.hall.token("admin", "bench")).open()
        found = json.loads(await admin.expect(200, "GET", "/api/v1/counters"))["items"][:COUNTERS]
        several = itertools.cycle(self.services)
        for counter in found:
            body = {"service_ids": list(itertools.islice(several, SERVICES_EACH))}
            await admin.expect(200, "PATCH", f"/api/v1/counters/{counter['id']}", body)
        for number in range(len(found), COUNTERS):
            own = list(itertools.islice(several, SERVICES_EACH))
            body = {"label": f"Q{number:03}", "name": f"Q{number:03}", "service_ids": own}
            found.append(json.loads(await admin.expect(201, "POST", "/api/v1/counters", body)))
        admin.close()
        ask = await Connection(self.hall.port, self.hall.token("counter", "bench")).open()
        for counter in found:
            await ask.expect(200, "POST", f"/api/v1/counters/{counter['id']}/sign-in", {})
            self.counters.append(counter["id"])
        ask.close()

    async def work(self, tickets: int, follow: Callable[[str], None]) -> None:
        token = self.hall.token("counter", "bench")
        self._idle = deque(self.counters)
        self._at = {counter: await Connection(self.hall.port, token).open() for counter in self.counters}
        kiosk = self.hall.token("kiosk", "bench")
        self._kiosks = [await Connection(self.hall.port, kiosk).open() for _ in range(KIOSKS)]
        watching = asyncio.ensure_future(self.seen.watch_host())
        await asyncio.gather(self._issue_all(tickets, follow), self._call_all(tickets))
        watching.cancel()
        for connection in (*self._at.values(), *self._kiosks):
            connection.close()

    async def _issue_all(self, tickets: int, follow: Callable[[str], None]) -> None:
        """People come at random moments; each stands at the kiosk that has been free longest."""
        free: asyncio.Queue[Connection] = asyncio.Queue()
        for kiosk in self._kiosks:
            free.put_nowait(kiosk)

        async def one() -> None:
            kiosk = await free.get()
            path, headers, body = self.request()
            began = time.time()
            answer = json.loads(await kiosk.expect(201, "POST", path, body, headers))
            self.seen.took("issue", began)
            self.seen.issued.append(answer["number"])
            follow(answer["qr"])
            free.put_nowait(kiosk)

        tasks = []
        at = time.perf_counter()
        for _ in range(tickets):
            at += self.random.expovariate(CALLS_PER_S)
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            tasks.append(asyncio.ensure_future(one()))
        await asyncio.gather(*tasks)

    async def _call_all(self, calls: int) -> None:
        tasks = []
        began = time.perf_counter()
        for number in range(calls):
            due = began + number / CALLS_PER_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            while not self._idle:
                await asyncio.sleep(0.005)
            self.seen.late = max(self.seen.late, time.perf_counter() - due)
            tasks.append(asyncio.ensure_future(self._visit(self._idle.popleft())))
        await asyncio.gather(*tasks)

    async def _visit(self, counter: str) -> None:
        """One person at one counter, with what the counter's program asks besides."""
        sent = time.time()
        called = await self._post(counter, "call-next", or_204=True)
        if called is None:
            self.seen.nobody += 1
        else:
            self.seen.calls[called["call"]["id"]] = self.seen.numbers[called["ticket"]["number"]] = sent
            self.seen.called.append(called["ticket"]["id"])
            await self._desk(counter)
            await asyncio.sleep(self.random.uniform(*WALK_S))
            await self._post(counter, "start")
            await asyncio.sleep(self.random.uniform(*SERVING_S))
            await self._post(counter, "finish")
            await self._desk(counter)
        self._idle.append(counter)

    async def _post(self, counter: str, step: str, *, or_204: bool = False) -> Any:
        began = time.time()
        status, body = await self._at[counter].send("POST", f"/api/v1/counters/{counter}/{step}", {})
        self.seen.took(step, began)
        if status == 204 and or_204:
            return None
        if status != 200:
            raise RuntimeError(f"{step}: {status} {body[:300]!r}")
        answer = json.loads(body)
        self.seen.seqs.add(answer["call"]["seq"])
        return answer

    async def _desk(self, counter: str) -> None:
        began = time.time()
        await self._at[counter].expect(200, "GET", f"/api/v1/counters/{counter}/desk")
        self.seen.took("desk", began)


def _codes(hall: RunningHall, count: int) -> list[str]:
    """The codes of those who wait already, in the order they came."""
    from sqlalchemy import select

    from server.features.queueing.models import TicketRow

    rows = hall.execute(select(TicketRow.qr).order_by(TicketRow.issued_at, TicketRow.count).limit(count))
    return [row.qr for row in rows]


def _spread(seconds: Sequence[float]) -> dict[str, float]:
    shares = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99, "max_ms": 1.0}
    return {name: percentile_ms(seconds, share) for name, share in shares.items()} | {"samples": len(seconds)}


def _by_minute(seen: Seen, arrivals: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Call to display, p99 of each minute in ms: the best, middle and worst; one bad minute spoils the whole."""
    minutes: dict[int, list[float]] = defaultdict(list)
    first = min(seen.calls.values())
    for call_id, sent in seen.calls.items():
        minutes[int((sent - first) // 60)] += [at - sent for at in arrivals.get(call_id, ())]
    found = sorted(percentile_ms(minute, 0.99) for minute in minutes.values() if minute)
    return {"best": found[0], "middle": found[len(found) // 2], "worst": found[-1]}


def _quiet(seen: Seen, reports: Mapping[str, Any], phones: Mapping[str, float]) -> dict[str, Any]:
    """What the pieces of the run say in which the host kept to itself."""
    quiet = seen.quiet()
    requests = itertools.chain.from_iterable(seen.latencies.values())
    calls = seen.calls.items()
    walls = reports["displays"]["calls"]
    return {
        "share_of_calls": round(sum(map(quiet, seen.calls.values())) / max(1, len(seen.calls)), 3),
        "displays": _spread([at - sent for call, sent in calls if quiet(sent) for at in walls.get(call, ())]),
        "phones": _spread(
            [at - seen.numbers[number] for number, at in phones.items() if quiet(seen.numbers.get(number, 0.0))]
        ),
        "requests": _spread([took for at, took in requests if quiet(at)]),
    }


def _figures(seen: Seen, reports: dict[str, Any], phones: dict[str, Any]) -> dict[str, Any]:
    pushed: dict[str, list[float]] = {}
    missing = 0
    for name, report in reports.items():
        screens = DISPLAYS if name == "displays" else COUNTERS + KIOSKS
        pushed[name] = []
        for call_id, sent in seen.calls.items():
            arrivals = report["calls"].get(call_id, ())
            missing += screens - len(arrivals)
            pushed[name] += [at - sent for at in arrivals]
        missing += report["missing"] + report["unordered"] + report["broken"]
        missing += len(seen.seqs - set(report["seen"])) if name == "others" else 0
    on_phones = [at - seen.numbers[number] for number, at in phones["called"].items() if number in seen.numbers]
    return {
        "api": {name: _spread([took for _, took in found]) for name, found in seen.latencies.items()},
        "all_api": _spread([took for _, took in itertools.chain.from_iterable(seen.latencies.values())]),
        "push": {name: _spread(found) for name, found in pushed.items()} | {"phones": _spread(on_phones)},
        "quiet": _quiet(seen, reports, phones["called"]),
        "push_p99_by_minute_ms": _by_minute(seen, reports["displays"]["calls"]),
        "phone_pages": _spread(phones["pages"]), "phones_live": phones["live_most"], "phone_ends": phones["ends"],
        "events_missing": missing, "resyncs": sum(report["resyncs"] for report in reports.values()),
        "receipts": reports["displays"]["receipts"], "receipts_refused": reports["displays"]["refused"],
        "calls": len(seen.calls), "tickets": len(seen.issued), "nobody_waited": seen.nobody,
        "call_late_s": round(seen.late, 2),
    }  # fmt: skip


def _report(figures: dict[str, Any], phones: int, say: Say) -> dict[str, Any]:
    say(f"\n{'':>14} {'p50':>8} {'p95':>8} {'p99':>8} {'max':>8} {'samples':>9}")
    pushed = {f"to {name}": spread for name, spread in figures["push"].items()}
    for name, spread in {**figures["api"], "page": figures["phone_pages"], **pushed}.items():
        say(f"{name:>14} " + " ".join(f"{spread[key]:8.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
            + f" {spread['samples']:>9,}")  # fmt: skip
    say(f"\n{figures['tickets']:,} tickets, {figures['calls']:,} calls in {figures['seconds']} s; the server used "
        f"{figures['server_cores']} of a core, {figures['server_peak_mb']} MB at its peak")  # fmt: skip
    push = figures["push"]["displays"]
    goals = {
        "call to display, p99 ms": at_most(push["p99_ms"], 150.0),
        "call to display, longest ms": at_most(push["max_ms"], 1000.0),
        "requests of kiosks and counters, p99 ms": at_most(figures["all_api"]["p99_ms"], 150.0),
        "requests of kiosks and counters, longest ms": at_most(figures["all_api"]["max_ms"], 1000.0),
        "numbers or calls given twice": at_most(figures["duplicates"], 0),
        "numbers or events left out": at_most(figures["gaps"], 0),
        "phones that followed at once": at_least(figures["phones_live"], phones * 0.95),
        "a call held up for want of a free counter, s": at_most(figures["call_late_s"], 1.0),
    }
    for line in lines(goals):
        say(line)
    minutes = figures["push_p99_by_minute_ms"]
    say(f"p99 of the minutes: best {minutes['best']}, middle {minutes['middle']}, worst {minutes['worst']} ms; "
        f"the machine's host gave {figures['machine_stolen']:.1%} of its time to others")  # fmt: skip
    quiet = figures["quiet"]
    say(f"where the host kept to itself ({quiet['share_of_calls']:.0%} of the calls), p99 / longest in ms: "
        + ", ".join(f"{name} {quiet[name]['p99_ms']:.0f} / {quiet[name]['max_ms']:.0f}"
                    for name in ("displays", "phones", "requests")))  # fmt: skip
    return {"goals": goals, **figures}
