"""``./run bench auth``: signing in, beside bare argon2id; and what authorisation adds to taking a number.

A sign-in is what a program does: name and password to the provider's door, the code to the token endpoint with its
verifier. Most of it is argon2id and is meant to be, so its rate is compared with bare verifications on as many threads
as the server has for them. What authorisation adds is the server's processor time for a ticket against that of the same
server whose route asks for no permission, in alternating turns; by an enrolled kiosk's token, a person's, and one of
the server's own machine.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

import uvloop
from sqlalchemy import select

from server.features.access.models import AccountRow
from server.features.accounts.passwords import hash_now, verify_now
from shared.client.signing_in import SignedIn
from tests.bench.goals import at_least, at_most, lines
from tests.bench.load import Connection, Request, percentile_ms, run_load
from tests.bench.servers import FilledHall, cpu_s, fill_halls, machine_load, ticket_requests
from tests.fakes.hall import RunningHall
from tests.fakes.machine import Machine
from tests.fakes.sign_on import pkce

Say = Callable[[str], None]
CLIENTS: Final = 8
# As many as the server gives to passwords.
THREADS: Final = 2
OPEN: Final = "nobody is asked"
PROGRAM: Final = "zhiting-admin"


class OpenHall(RunningHall):
    """The same server, whose route for a ticket asks for no permission."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "tests.bench.open_hall", str(self.data), str(self.port)]


@dataclass
class Measured:
    cpu_ms: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    # Against the turn of the open hall right before.
    added: list[float] = field(default_factory=list)


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    rounds, seconds = (1, 0.3) if quick else (12, 1.0)
    load_before = machine_load()
    (filled,) = fill_halls(folder, (200,))
    with ExitStack() as stack:
        hall = filled.start(folder / "hall")
        stack.callback(hall.close)
        free = filled.start(folder / "open", kind=OpenHall)
        stack.callback(free.close)
        names = _staff(hall)
        say("signing in")
        signing = uvloop.run(_sign_in(hall, names, 1 if quick else 4, seconds * 2))
        say("taking numbers")
        issuing = uvloop.run(_issue(hall, free, filled, rounds, seconds))
    return _report(signing, issuing, say, (load_before, machine_load()))


def _staff(hall: RunningHall) -> list[str]:
    """Sign-in names of those who sit at the counters: one each for everybody who signs in at once."""
    rows = hall.execute(select(AccountRow.username).where(AccountRow.staff_id.is_not(None)))
    return [row.username for row in rows]


@dataclass
class Signing:
    rates: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    together: list[float] = field(default_factory=list)


async def _sign_in(hall: RunningHall, names: list[str], rounds: int, seconds: float) -> Signing:
    password, found = hall.password(), Signing()
    people = itertools.cycle(names)
    connections = [await Connection(hall.port).open() for _ in range(CLIENTS)]
    for _ in range(rounds):
        bare = await asyncio.to_thread(_bare_rate, password, seconds)
        rate, latencies = await _rate(connections, people, password, seconds)
        found.bare.append(bare)
        found.rates.append(rate)
        found.ratios.append(rate / bare)
        found.together += latencies
        found.alone += (await _rate(connections[:1], people, password, seconds / 2))[1]
    for connection in connections:
        connection.close()
    return found


async def _rate(
    connections: list[Connection], people: itertools.cycle[str], password: str, seconds: float
) -> tuple[float, list[float]]:
    """Sign-ins per second, and how long each took in seconds."""
    latencies: list[float] = []
    began = time.perf_counter()

    async def one(connection: Connection) -> None:
        while (start := time.perf_counter()) < began + seconds:
            verifier, challenge = pkce()
            proof = {
                "client_id": PROGRAM, "method": "password", "username": next(people), "password": password,
                "code_challenge": challenge, "code_challenge_method": "S256", "scope": "openid profile hall",
            }  # fmt: skip
            code = (await connection.form("/oidc/authorize-challenge", proof))["authorization_code"]
            form = {"client_id": PROGRAM, "grant_type": "authorization_code", "code": code, "code_verifier": verifier}
            if "access_token" not in await connection.form("/oidc/token", form):
                raise RuntimeError("no token")
            latencies.append(time.perf_counter() - start)

    await asyncio.gather(*(one(connection) for connection in connections))
    return len(latencies) / (time.perf_counter() - began), latencies


def _bare_rate(password: str, seconds: float) -> float:
    """Bare verifications of a hash with the hall's parameters per second."""
    hashed = hash_now(password)
    began = time.perf_counter()

    def verify() -> int:
        count = 0
        while time.perf_counter() < began + seconds:
            if not verify_now(hashed, password):
                raise RuntimeError("the hash does not fit")
            count += 1
        return count

    with ThreadPoolExecutor(THREADS) as pool:
        done = sum(pool.map(lambda _: verify(), range(THREADS)))
    return done / (time.perf_counter() - began)


async def _issue(
    hall: RunningHall, free: RunningHall, filled: FilledHall, rounds: int, seconds: float
) -> dict[str, Measured]:
    """Turns of a second: the open hall, then one with a token, and so on through the tokens."""
    person = SignedIn(hall.url, PROGRAM, place="bench")
    await asyncio.to_thread(person.by_password, "admin", hall.password())
    tokens = {
        "enrolled kiosk": Machine.enrolled(hall, "kiosk", "kiosk-bench").token(),
        "person": person.token(),
        "server's own machine": hall.token("kiosk", "bench"),
    }
    request = ticket_requests(filled)
    found = {name: Measured() for name in (OPEN, *tokens)}
    await _turn(free, "", request, seconds)
    for name in tokens:
        await _turn(hall, tokens[name], request, seconds)
    for _ in range(rounds):
        for name, token in tokens.items():
            without = await _turn(free, "", request, seconds)
            with_ = await _turn(hall, token, request, seconds)
            found[name].added.append(with_.cpu_ms[0] / without.cpu_ms[0] - 1)
            for place, turn in ((OPEN, without), (name, with_)):
                found[place].cpu_ms += turn.cpu_ms
                found[place].rates += turn.rates
                found[place].latencies += turn.latencies
    person.close()
    return found


async def _turn(hall: RunningHall, token: str, request: Callable[[], Request], seconds: float) -> Measured:
    assert hall.process is not None
    connections = [await Connection(hall.port, token).open() for _ in range(CLIENTS)]
    cpu = cpu_s(hall.process.pid)
    load = await run_load(connections, seconds, request)
    spent = cpu_s(hall.process.pid) - cpu
    for connection in connections:
        connection.close()
    return Measured([spent / len(load.latencies) * 1000], [load.per_second], load.latencies)


def _report(signing: Signing, issuing: dict[str, Measured], say: Say, load: tuple[float, float]) -> dict[str, Any]:
    sign_ins = {
        "per_second": round(median(signing.rates), 1), "bare_verifications_per_second": round(median(signing.bare), 1),
        "ratio": round(median(signing.ratios), 3), "alone_p50_ms": percentile_ms(signing.alone, 0.5),
        "alone_p95_ms": percentile_ms(signing.alone, 0.95), "together_p95_ms": percentile_ms(signing.together, 0.95),
        "clients": CLIENTS, "samples": len(signing.together),
    }  # fmt: skip
    say(f"\n{sign_ins['per_second']} sign-ins per second by {CLIENTS} at once, {sign_ins['ratio']} of bare argon2id;")
    say(f"one alone takes {sign_ins['alone_p50_ms']} ms (p95 {sign_ins['alone_p95_ms']} ms)")
    say("\ntoken                    per s   p50 ms   p95 ms  cpu ms   added")
    tickets: dict[str, dict[str, Any]] = {}
    for name, found in issuing.items():
        added = round(median(found.added), 4) if found.added else 0.0
        tickets[name] = {
            "per_second": round(median(found.rates)), "p50_ms": percentile_ms(found.latencies, 0.5),
            "p95_ms": percentile_ms(found.latencies, 0.95), "cpu_ms": round(median(found.cpu_ms), 4), "added": added,
            "samples": len(found.latencies),
        }  # fmt: skip
        entry = tickets[name]
        say(
            f"{name:22} {entry['per_second']:>7} {entry['p50_ms']:8.2f} {entry['p95_ms']:8.2f} {entry['cpu_ms']:7.3f} "
            f"{added:7.1%}"
        )
    goals = {
        f"added to a ticket, token of: {name}": at_most(found["added"], 0.1)
        for name, found in tickets.items() if name != OPEN
    } | {"sign-ins at once, of bare argon2id": at_least(sign_ins["ratio"], 0.5)}  # fmt: skip
    say("")
    for line in lines(goals):
        say(line)
    return {"goals": goals, "sign_ins": sign_ins, "tickets": tickets, "machine_load": list(load)}
