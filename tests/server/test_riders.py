"""What can wait goes with the next change that can't; nothing of it is lost, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest

from server.database import GROUP_LIMIT, RIDERS, Database, Writer
from shared.domain.errors import HallError
from tests.server.conftest import Desk

PATIENCE_S = 30


class Rides:
    """Submits work that notes its turn, and the connection of its transaction: who has the same went together."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.order: list[str] = []
        self.rides: dict[str, object] = {}
        self._held = threading.Event()

    def work(self, name: str) -> Callable[[Writer], str]:
        def job(writer: Writer) -> str:
            self.order.append(name)
            self.rides[name] = writer.connection
            return name

        return job

    def ask(self, name: str, *, can_wait: bool = False) -> Future[str]:
        return self.database.submit(self.work(name), can_wait=can_wait)

    def hold(self) -> None:
        """Until ``go`` the writer is busy with something else."""
        begun = threading.Event()

        def wait(writer: Writer) -> None:
            begun.set()
            assert self._held.wait(PATIENCE_S)

        self.database.submit(wait)
        assert begun.wait(PATIENCE_S)

    def go(self, *futures: Future[Any]) -> None:
        self._held.set()
        for future in futures:
            future.result(PATIENCE_S)


@pytest.fixture
def rides(desk: Desk) -> Rides:
    return Rides(desk.database)


def test_who_can_wait_is_done_though_nobody_else_comes(rides: Rides) -> None:
    assert rides.ask("receipt", can_wait=True).result(PATIENCE_S) == "receipt"


def test_who_can_wait_rides_behind_who_cannot_and_in_the_same_transaction(rides: Rides) -> None:
    rides.hold()
    asked = [rides.ask("receipt", can_wait=True), rides.ask("second", can_wait=True), rides.ask("call")]
    rides.go(*asked)
    assert rides.order == ["call", "receipt", "second"]
    assert len(set(rides.rides.values())) == 1


def test_a_change_takes_only_so_many_along_and_the_rest_follow(rides: Rides) -> None:
    names = [f"receipt {number}" for number in range(RIDERS + 3)]
    rides.hold()
    asked = [rides.ask(name, can_wait=True) for name in names]
    call = rides.ask("call")
    rides.go(call, *asked)
    assert rides.order == ["call", *names]
    with_it = [name for name in names if rides.rides[name] == rides.rides["call"]]
    assert with_it == names[:RIDERS]


def test_a_refused_rider_takes_nobody_along(rides: Rides) -> None:
    def refused(writer: Writer) -> None:
        raise HallError("call_unknown", status=404)

    rides.hold()
    rider = rides.database.submit(refused, can_wait=True)
    call = rides.ask("call")
    rides.go(call)
    with pytest.raises(HallError, match="call_unknown"):
        rider.result(PATIENCE_S)


def test_a_server_that_stops_finishes_what_could_wait(rides: Rides) -> None:
    rides.hold()
    asked = [rides.ask(f"receipt {number}", can_wait=True) for number in range(GROUP_LIMIT + 5)]
    closing = threading.Thread(target=rides.database.close)
    closing.start()
    rides.go(*asked)
    closing.join(PATIENCE_S)
    assert len(rides.order) == GROUP_LIMIT + 5
    with pytest.raises(HallError, match="server_stopping"):
        rides.ask("too late", can_wait=True)
