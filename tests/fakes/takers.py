"""Kiosks that take numbers whatever happens to the server, and a display that hears of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.events import Event, Snapshot
from shared.schemas.tickets import TicketRequest
from tests.fakes.events import wait_until


class Kiosk:
    """Takes one number after the other, and asks again for the same one until it has it."""

    def __init__(self, client: HallClient, service_id: UUID) -> None:
        self.client = client
        self.service_id = service_id
        self.got: dict[UUID, str] = {}
        self.refused: list[tuple[int | None, str]] = []
        self._enough, self._pause = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._work, name="kiosk", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._enough.is_set():
            self._take(TicketRequest(id=uuid7(), service_id=self.service_id))

    def _take(self, request: TicketRequest) -> None:
        for _ in range(1000):
            try:
                ticket = self.client.issue(request)
            except HallError as error:
                self.refused.append((error.status, error.code))
                self._pause.wait(0.02)
            else:
                self.got[ticket.id] = ticket.number
                return

    def stop(self) -> None:
        self._enough.set()
        self._thread.join(30)


class Wall:
    """What a display hears."""

    def __init__(self, client: HallClient) -> None:
        self.snapshots: list[Snapshot] = []
        self.heard: list[int] = []
        self.stream = EventStream(client, ("tickets",), on_snapshot=self.snapshots.append, on_event=self._hear)
        self.stream.start()
        wait_until(lambda: bool(self.snapshots))

    def _hear(self, event: Event) -> None:
        self.heard.append(event.seq)


def until_each(kiosks: list[Kiosk], count: Callable[[Kiosk], int], more: int) -> None:
    """Until each of them has had so many more."""
    wanted = [count(kiosk) + more for kiosk in kiosks]
    wait_until(lambda: all(count(kiosk) >= n for kiosk, n in zip(kiosks, wanted, strict=True)), 30)
