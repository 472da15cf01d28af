"""PostgreSQL is stopped, and crashes, under a hall that is giving out numbers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from server.database import EventRow
from server.features.queueing.models import TicketRow
from shared.client.event_stream import EventStream
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.events import Event, Snapshot
from shared.schemas.tickets import TicketRequest
from tests.fakes.events import wait_until
from tests.fakes.hall import running_hall
from tests.fakes.postgres import PrivatePostgres

AWAY = (503, "database_unavailable")


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


def test_nothing_acknowledged_is_lost_or_doubled(own_postgres: PrivatePostgres, tmp_path: Path) -> None:
    with running_hall(tmp_path, database_url=own_postgres.hall()) as hall:
        wall, service = Wall(hall.client("display")), hall.easy_service().id
        kiosks = [Kiosk(hall.client("kiosk", f"k{place}"), service) for place in range(4)]
        try:
            # As an administrator stops it, and as a power cut does.
            for mode in ("fast", "immediate"):
                until_each(kiosks, lambda kiosk: len(kiosk.got), 10)
                own_postgres.stop(mode)
                until_each(kiosks, lambda kiosk: len(kiosk.refused), 2)
                with pytest.raises(HallError) as unread:
                    hall.client("staff").health()
                assert (unread.value.status, unread.value.code) == AWAY
                own_postgres.start()
            until_each(kiosks, lambda kiosk: len(kiosk.got), 10)
        finally:
            for kiosk in kiosks:
                kiosk.stop()
        assert {answer for kiosk in kiosks for answer in kiosk.refused} == {AWAY}
        given = {id_: number for kiosk in kiosks for id_, number in kiosk.got.items()}
        kept = hall.execute(select(TicketRow.id, TicketRow.number, TicketRow.count).order_by(TicketRow.count))
        assert {id_: number for id_, number, _ in kept} == given, "one ticket a request, with the number answered"
        assert [count for _, _, count in kept] == list(range(1, len(given) + 1))
        seqs = [seq for (seq,) in hall.execute(select(EventRow.seq).order_by(EventRow.seq))]
        assert seqs == list(range(1, len(given) + 1))
        wait_until(lambda: len(wall.heard) >= len(given), 10)
        wall.stream.stop()
        assert (wall.heard, len(wall.snapshots)) == (seqs, 1)
