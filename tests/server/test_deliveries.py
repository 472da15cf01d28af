"""When a courier looks at the outbox: at once for what was queued here, and not for every step of a full hall."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from server import deliveries
from server.database import Database, Reader
from server.deliveries import Courier, DeliveryRow
from shared.domain.errors import HallError
from tests.server.conftest import Desk

KIND = "to-the-moon"
SOON_S = 10
STEPS = 20


class Looks:
    """A courier's database that counts how often it is asked."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.count = 0
        self.on_nudge = database.on_nudge
        self.submit = database.submit

    def read(self, work: Callable[[Reader], Any]) -> Any:
        self.count += 1
        return self._database.read(work)


async def beside(courier: Courier, doing: Callable[[], None]) -> None:
    """``doing`` in a thread while the courier works."""
    working = asyncio.create_task(courier.work_often())
    await asyncio.sleep(0)
    try:
        await asyncio.wait_for(asyncio.to_thread(doing), SOON_S * 2)
    finally:
        working.cancel()
        courier.close()


def test_what_is_queued_leaves_at_once_and_steps_of_the_hall_wake_nobody(desk: Desk) -> None:
    arrived = threading.Event()
    looks = Looks(desk.database)
    courier = Courier(looks, {KIND: lambda target, body: arrived.set()}, look_s=3600.0)  # type: ignore[arg-type]
    service, _, _ = desk.places()

    def work() -> None:
        for _ in range(STEPS):
            desk.issue(service)
        desk.database.write(lambda writer: deliveries.send(writer, KIND, "moon", {"n": 1}))
        assert arrived.wait(SOON_S)

    asyncio.run(beside(courier, work))
    # Once at its start, once when nudged and once more for what may have come meanwhile.
    assert looks.count <= 4, f"{STEPS} numbers were given meanwhile"


def test_what_was_taken_back_nudges_nobody(desk: Desk) -> None:
    heard: list[str] = []
    desk.database.on_nudge.append(heard.append)

    def regretted(writer: Any) -> None:
        deliveries.send(writer, KIND, "moon", {"n": 1})
        raise HallError("ticket_unknown", status=404)

    with pytest.raises(HallError):
        desk.database.write(regretted)
    desk.database.write(lambda writer: deliveries.send(writer, KIND, "moon", {"n": 2}))
    assert heard == [KIND]
    kept = desk.read(lambda reader: [row.body for row in reader.session.query(DeliveryRow)])
    assert kept == [{"n": 2}]


def test_who_comes_back_late_spoils_nothing_that_another_has_done(desk: Desk) -> None:
    """A process may need longer than it has: another takes the delivery on."""
    desk.database.write(lambda writer: deliveries.send(writer, KIND, "moon", {"n": 1}))
    [first] = desk.database.write(lambda writer: deliveries.claim(writer, (KIND,)))
    desk.clock.forward(seconds=deliveries.LEASE.total_seconds() + 1)
    [second] = desk.database.write(lambda writer: deliveries.claim(writer, (KIND,)))
    assert first.id == second.id

    def state() -> str:
        return str(desk.read(lambda reader: reader.session.get_one(DeliveryRow, first.id).state))

    desk.database.write(lambda writer: deliveries.settle(writer, first.id, ""))
    assert state() == "done"
    desk.database.write(lambda writer: deliveries.settle(writer, first.id, "moon_away"))
    desk.database.write(lambda writer: deliveries.settle(writer, first.id, "", dropped=True))
    assert state() == "done"
