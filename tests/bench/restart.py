"""``./run bench restart``: a full hall's server is killed and started again; how soon it calls, and displays are back.

Two hundred displays are streams that come back as the programs do: at the first sign that the line is dead, with full
jitter and a pause that doubles from 0.2 s to 5 s (``shared.client.event_stream``), and resume where they were. Times
count from the start of the new process: the time that somebody needs to start it is not the program's.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests
import uvloop

from shared.client.event_stream import FIRST_PAUSE_S, LONGEST_PAUSE_S
from tests.bench.goals import at_most, lines
from tests.bench.listeners import TOKEN_ENV
from tests.bench.servers import cpu_s, fill_halls, machine_load, with_children
from tests.fakes.hall import ROOT, RunningHall

Say = Callable[[str], None]
DISPLAYS: Final = 200
SHARE: Final = 0.99
CALL_GOAL_S: Final = 3.0
BACK_GOAL_S: Final = 8.0
LONGEST_S: Final = 60.0


@dataclass
class Rounds:
    call_s: list[float] = field(default_factory=list)
    back_s: list[float] = field(default_factory=list)
    all_s: list[float] = field(default_factory=list)
    # Processor time of the new process until its first call: what a busy machine can't falsify.
    cpu_s: list[float] = field(default_factory=list)
    resyncs: int = 0
    lost: int = 0


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    rounds, displays = (1, 40) if quick else (5, DISPLAYS)
    load_before = machine_load()
    (filled,) = fill_halls(folder, (400 if quick else 5_000,))
    # As an administrator starts it: the command itself, not a copy of a loaded process.
    hall = filled.start(folder / "hall")
    found = Rounds()
    try:
        desk = hall.counter("A03")
        token = {"Authorization": f"Bearer {hall.token('counter', 'bench')}"}
        requests.post(f"{hall.url}/api/v1/counters/{desk.id}/sign-in", json={}, headers=token, timeout=10)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            _restart(hall, f"{hall.url}/api/v1/counters/{desk.id}", token, displays, found)
    finally:
        hall.close()
    return _report(found, displays, say, (load_before, machine_load()))


def _restart(hall: RunningHall, counter: str, token: dict[str, str], displays: int, found: Rounds) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.restart", str(hall.port), str(displays)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env={**os.environ, TOKEN_ENV: json.dumps([hall.token("display", "wall")])},
    )  # fmt: skip
    assert process.stdout is not None
    if process.stdout.readline() != "ready\n":
        raise RuntimeError("the displays could not connect")
    hall.kill()
    began = time.time()
    hall.process = hall._process()
    found.call_s.append(_first_call(counter, token) - began)
    found.cpu_s.append(sum(map(cpu_s, with_children(hall.process.pid))))
    try:
        answer, _ = process.communicate("\n", timeout=LONGEST_S * 2)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    report = json.loads(answer)
    back = sorted(at - began for at in report["back"])
    found.lost += displays - len(back)
    found.resyncs += report["resyncs"]
    found.back_s.append(back[int(len(back) * SHARE) - 1] if back else LONGEST_S)
    found.all_s.append(back[-1] if back else LONGEST_S)


def _first_call(counter: str, token: dict[str, str]) -> float:
    """When the first call after the start was answered; a counter asks again as soon as it is refused."""
    deadline = time.time() + LONGEST_S
    with requests.Session() as session:
        while time.time() < deadline:
            try:
                answer = session.post(f"{counter}/call-next", json={}, headers=token, timeout=5)
            except requests.RequestException:
                time.sleep(0.02)
                continue
            if answer.status_code == 200:
                now = time.time()
                session.post(f"{counter}/start", json={}, headers=token, timeout=5)
                session.post(f"{counter}/finish", json={}, headers=token, timeout=5)
                return now
            raise RuntimeError(answer.text)
    return deadline


def _report(found: Rounds, displays: int, say: Say, load: tuple[float, float]) -> dict[str, Any]:
    call, back = max(found.call_s), max(found.back_s)
    goals = {
        "first call after the start, s": at_most(round(call, 2), CALL_GOAL_S),
        f"99 % of {displays} displays back, s": at_most(round(back, 2), BACK_GOAL_S),
        "displays that did not come back": at_most(found.lost, 0),
    }
    for line in lines(goals):
        say(line)
    say(f"  machine load {load[0]} before, {load[1]} after")
    return {
        "goals": goals, "displays": displays, "rounds": len(found.call_s),
        "first_call_s": [round(seconds, 2) for seconds in found.call_s],
        "first_call_cpu_s": [round(seconds, 2) for seconds in found.cpu_s],
        "displays_99_s": [round(seconds, 2) for seconds in found.back_s],
        "displays_all_s": [round(seconds, 2) for seconds in found.all_s],
        "resyncs": found.resyncs, "machine_load": list(load),
    }  # fmt: skip


# The displays' process


class _Wall:
    def __init__(self) -> None:
        self.opened: dict[int, float] = {}
        self.last: dict[int, str] = {}
        self.resyncs = 0
        # From here on, a stream that opens is one that came back.
        self.armed = False


async def _line(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(13):
        return await reader.readline()


async def _display(place: int, port: int, token: str, wall: _Wall) -> None:
    pause = FIRST_PAUSE_S
    while True:
        try:
            came_back = wall.armed
            # Not ``wait_for``, which may swallow that a task is told to end: a bench once never did.
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            resume = f"Last-Event-ID: {wall.last[place]}\r\n" if place in wall.last else ""
            head = f"GET /api/v1/events?topics=calls HTTP/1.1\r\nHost: hall\r\nAuthorization: Bearer {token}\r\n"
            writer.write(f"{head}{resume}Accept: text/event-stream\r\n\r\n".encode())
            while line := await _line(reader):
                if line.startswith(b"id: "):
                    wall.last[place] = line[4:].strip().decode()
                    if came_back == wall.armed:
                        wall.opened.setdefault(place, time.time())
                    pause = FIRST_PAUSE_S
                wall.resyncs += line.startswith(b"event: resync")
            writer.close()
        except (OSError, TimeoutError):
            pass
        await asyncio.sleep(random.uniform(FIRST_PAUSE_S / 2, pause))
        pause = min(pause * 2, LONGEST_PAUSE_S)


async def _all(port: int, count: int, token: str) -> None:
    wall = _Wall()
    tasks = [asyncio.create_task(_display(place, port, token, wall)) for place in range(count)]
    while len(wall.opened) < count:
        await asyncio.sleep(0.05)
    wall.opened.clear()
    wall.armed, wall.resyncs = True, 0
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    deadline = time.time() + LONGEST_S
    while len(wall.opened) < count and time.time() < deadline:
        await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    print(json.dumps({"back": list(wall.opened.values()), "resyncs": wall.resyncs}), flush=True)


if __name__ == "__main__":
    uvloop.run(_all(int(sys.argv[1]), int(sys.argv[2]), json.loads(os.environ[TOKEN_ENV])[0]))
