"""A simulated day driven through a real server over HTTP: numbers are taken, counters sign in, call and finish.

It is load, and a proof: whoever took a number was called, by one counter, once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any, Final
from uuid import UUID

import requests

from server.features.simulation.service import ServerError
from shared.domain.identifiers import uuid7
from shared.domain.simulation.plan import Arrival, Day, SimulatedCounter, SimulatedHall, SimulatedService

API: Final = "/api/v1"
# Seconds: an answer that takes longer is a failure; how long an idle counter waits before it asks again.
TIMEOUT_S: Final = 30.0
ASK_AGAIN_S: Final = 0.25
# What a visit takes where nobody has said: mean in seconds and scatter of its logarithm.
VISIT_S: Final = 480.0
SIGMA: Final = 0.7


@dataclass
class Driven:
    """What came of it. Latencies in seconds by request; ``calls``: by which counters each ticket was called."""

    latencies: dict[str, list[float]] = field(default_factory=dict)
    issued: dict[str, Arrival] = field(default_factory=dict)
    taken_at: dict[str, float] = field(default_factory=dict)
    called_at: dict[str, float] = field(default_factory=dict)
    calls: dict[str, list[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def called_twice(self) -> int:
        return sum(len(counters) > 1 for counters in self.calls.values())

    @property
    def not_served(self) -> int:
        return len(self.issued.keys() - self.ended)

    def percentile_ms(self, share: float, what: str | None = None) -> float:
        """Of one kind of request, or of all."""
        found = sorted(one for kind, times in self.latencies.items() if what in (None, kind) for one in times)
        return round(found[max(0, ceil(len(found) * share) - 1)] * 1000, 1) if found else 0.0

    def waits_s(self, speed: float) -> list[float]:
        """What people waited, in seconds of the hall's day."""
        return [
            (at - self.taken_at[ticket]) * speed for ticket, at in self.called_at.items() if ticket in self.taken_at
        ]


class Line:
    """One keep-alive connection; times are kept by kind of request."""

    def __init__(self, url: str, token: str, driven: Driven, lock: threading.Lock) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._base, self._driven, self._lock = url.rstrip("/") + API, driven, lock

    def ask(self, what: str, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON; None for 204."""
        began = time.perf_counter()
        try:
            answer = self._session.request(method, self._base + path, json=body, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise ServerError(f"{method} {path}: {error}") from error
        took = time.perf_counter() - began
        with self._lock:
            self._driven.latencies.setdefault(what, []).append(took)
        if not answer.ok:
            raise ServerError(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None


def real_hall(url: str, token: str) -> SimulatedHall:
    """The hall of a server as the simulator has one: services that give numbers without a card, and who serves them."""
    line = Line(url, token, Driven(), threading.Lock())
    services = line.ask("look", "GET", "/services")["items"]
    counters = line.ask("look", "GET", "/counters")["items"]
    served = {service for counter in counters for service in counter["service_ids"]}
    able = [
        one for one in services
        if one["ticketable"] and one["open"] and one["id"] in served and one.get("identity") != "required"
    ]  # fmt: skip
    if not able:
        raise ServerError("no service of this hall gives numbers now")
    kinds = tuple(
        SimulatedService(UUID(one["id"]), one["name"], VISIT_S, SIGMA, 1 / len(able)) for one in able
    )  # fmt: skip
    known = {service.id for service in kinds}
    staff = []
    for counter in counters:
        own = tuple(UUID(id_) for id_ in counter["service_ids"] if UUID(id_) in known)
        if own:
            # A simulated day is a usual one.
            breaks = tuple((one["start"] * 60.0, one["end"] * 60.0) for one in counter["breaks"].get("weekday", ()))
            staff.append(SimulatedCounter(UUID(counter["id"]), counter["label"], own, 1.0, breaks))
    return SimulatedHall(kinds, tuple(staff))


def drive(url: str, tokens: Mapping[str, str], day: Day, speed: float) -> Driven:
    """The day at ``speed`` times its pace. ``tokens``: of a kiosk, and of the counters (staff or admin)."""
    return _Drive(url, tokens, day, speed).run()


class _Drive:
    def __init__(self, url: str, tokens: Mapping[str, str], day: Day, speed: float) -> None:
        self.url, self.tokens, self.day, self.speed = url, tokens, day, speed
        self.driven, self.lock = Driven(), threading.Lock()
        self.all_issued, self.over = threading.Event(), threading.Event()
        self.begins_s = min((one.at_s for one in day.arrivals), default=0.0)

    def run(self) -> Driven:
        began = time.monotonic()
        threads = [threading.Thread(target=self._work, args=(self._kiosk,))]
        threads += [threading.Thread(target=self._work, args=(self._counter, counter)) for counter in self.day.counters]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.driven.seconds = time.monotonic() - began
        return self.driven

    def _work(self, work: Any, *arguments: Any) -> None:
        try:
            work(*arguments)
        except ServerError as error:
            with self.lock:
                self.driven.failures.append(str(error))
            if work == self._kiosk:
                self.all_issued.set()

    def _kiosk(self) -> None:
        line = Line(self.url, self.tokens["kiosk"], self.driven, self.lock)
        began = time.monotonic()
        for arrival in self.day.arrivals:
            time.sleep(max(0.0, began + (arrival.at_s - self.begins_s) / self.speed - time.monotonic()))
            ticket = str(uuid7())
            with self.lock:
                self.driven.issued[ticket] = arrival
                self.driven.taken_at[ticket] = time.monotonic()
            body = {"id": ticket, "service_id": str(arrival.service), "priority": arrival.priority}
            line.ask("issue", "POST", "/tickets", body)
        self.all_issued.set()

    def _counter(self, counter: SimulatedCounter) -> None:
        line = Line(self.url, self.tokens["counter"], self.driven, self.lock)
        path = f"/counters/{counter.id}"
        with _signed_in(line, path):
            while True:
                last = self.all_issued.is_set()
                answer = line.ask("call-next", "POST", f"{path}/call-next", {})
                if answer is None:
                    if last:
                        return
                    self.all_issued.wait(ASK_AGAIN_S)
                    continue
                self._serve(line, path, counter, answer["ticket"]["id"])

    def _serve(self, line: Line, path: str, counter: SimulatedCounter, ticket: str) -> None:
        with self.lock:
            self.driven.calls.setdefault(ticket, []).append(counter.label)
            self.driven.called_at.setdefault(ticket, time.monotonic())
            arrival = self.driven.issued.get(ticket)
        comes = arrival is None or arrival.comes
        # Whom somebody else gave a number is served at once.
        seconds = 0.0 if arrival is None else arrival.seconds if comes else 60.0
        time.sleep(seconds / self.speed)
        if comes:
            line.ask("finish", "POST", f"{path}/finish", {})
        else:
            line.ask("no-show", "POST", f"{path}/no-show", {})
        with self.lock:
            self.driven.ended.add(ticket)


@contextmanager
def _signed_in(line: Line, path: str) -> Iterator[None]:
    line.ask("sign-in", "POST", f"{path}/sign-in", {})
    try:
        yield
    finally:
        line.ask("sign-out", "POST", f"{path}/sign-out", {})
