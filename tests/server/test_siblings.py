"""Several processes on one embedded hall: one writes at a time; each tells its screens everything, once, in order."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from server.auth import Keys
from server.context import Context
from server.database import Database, EventRow, LoggedEvent
from server.event_log import Hub, Subscriber
from server.features.queueing.issue import issue
from server.features.queueing.models import TicketRow
from server.settings import Settings
from server.siblings import siblings
from server.tail import SiblingsBus
from shared.schemas.tickets import TicketRequest
from tests.fakes.engines import on_sqlite
from tests.fakes.events import wait_until
from tests.fakes.hall import running_hall
from tests.fakes.takers import Kiosk, Wall, until_each
from tests.server.conftest import Desk

EACH = 60


@dataclass
class Process:
    """What one server process has: its own database object, hub and bus, and a screen that hears everything."""

    database: Database
    hub: Hub
    screen: Subscriber

    @property
    def heard(self) -> list[int]:
        return [entry.seq for entry, _ in self.screen.entries]


@contextmanager
def several(folder: Path, count: int) -> Iterator[list[Process]]:
    """So many processes on the database of this folder, as threads of this one."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="loop", daemon=True)
    thread.start()
    made = []
    with ExitStack() as open_:
        open_.callback(lambda: (loop.call_soon_threadsafe(loop.stop), thread.join(), loop.close()))
        for side in siblings(folder, count):
            database = Database(Settings(data=folder).url, siblings=side)
            hub = Hub(loop, database.read(lambda reader: reader.hall_id), limit=10_000, heartbeat_s=3600)
            screen = hub.subscribe(lambda entry: True)
            bus = SiblingsBus(database, hub, side)
            database.on_commit = bus.committed
            database.start()
            bus.start()
            open_.callback(database.close)
            open_.callback(bus.close)
            made.append(Process(database, hub, screen))
        yield made


@on_sqlite
def test_all_screens_hear_what_any_process_wrote_once_and_in_order(desk: Desk, tmp_path: Path) -> None:
    desk.database.close()
    service, _, _ = desk.places()
    context = Context(Keys.of(tmp_path), "http://hall", always_open=True)
    with several(tmp_path, 3) as processes:
        futures: list[Future[str]] = []
        for _ in range(EACH):
            for process in processes:
                request = TicketRequest(service_id=service)
                futures.append(process.database.submit(lambda w, r=request: issue(w, context, r, "kiosk:test")))  # type: ignore[misc]
        for future in futures:
            future.result(30)
        everything = list(range(1, 3 * EACH + 1))
        for process in processes:
            wait_until(lambda process=process: len(process.heard) >= len(everything))  # type: ignore[misc]
            assert process.heard == everything
        counts = processes[0].database.read(lambda r: r.session.scalars(select(TicketRow.count)).all())
        assert sorted(counts) == everything, "no number twice, none left out"


@on_sqlite
def test_a_lost_hint_costs_a_moment_and_no_event(desk: Desk, tmp_path: Path) -> None:
    desk.database.close()
    with several(tmp_path, 2) as (first, second):
        # As if the process had died between its commit and its word of it.
        told: list[LoggedEvent] = []
        first.database.on_commit = told.extend
        first.database.write(lambda writer: writer.emit("ticket.rated", "{}"))
        assert [entry.seq for entry in told] == [1]
        wait_until(lambda: second.heard == [1])
        wait_until(lambda: first.heard == [1])


@on_sqlite
def test_what_another_process_tells_of_is_not_read_again_but_what_is_missing_before_it(
    desk: Desk, tmp_path: Path
) -> None:
    desk.database.close()
    with several(tmp_path, 2) as (first, second):

        def event(seq: int) -> LoggedEvent:
            hall = first.database.read(lambda reader: reader.hall_id)
            return LoggedEvent(hall, 1, seq, "ticket.rated", datetime.now(UTC), "{}")

        tell = first.database.on_commit
        # A word of what the log does not hold can only have been taken at its word.
        tell([event(1)])
        wait_until(lambda: second.heard == [1])
        tell([event(1)])
        tell([event(3)])
        first.database.on_commit = lambda events: None
        for _ in range(2):
            first.database.write(lambda writer: writer.emit("ticket.rated", "{}"))
        wait_until(lambda: second.heard == [1, 2])


@on_sqlite
def test_only_the_first_process_folds_the_log_into_the_file(desk: Desk, tmp_path: Path) -> None:
    desk.database.close()
    with several(tmp_path, 2) as processes:
        first, second = (process.database.checkpoints for process in processes)
        assert first is not None and second is not None
        # With a word for each change the log grows long soon.
        first._fold = second._fold = 20
        logs = []
        for process in (*[processes[1]] * 40, processes[0], processes[1]):
            process.database.write(lambda writer: writer.emit("ticket.rated", "{}"))
            place = first.committed()
            assert place is not None
            logs.append((place.salt, place.frames))
        assert {salt for salt, _ in logs[:40]} == {logs[0][0]}, "the second process lets it grow"
        assert logs[-1][0] != logs[0][0] and logs[-1][1] < 20, "after the first one's turn a new one begins"


@on_sqlite
def test_a_process_that_is_killed_takes_nothing_along(tmp_path: Path, database_url: str) -> None:
    two = ("--demo", "--workers", "2")
    with running_hall(tmp_path, database_url=database_url, options=two, forked=False) as hall:
        wall, service = Wall(hall.client("display")), hall.easy_service().id
        kiosks = [Kiosk(hall.client("kiosk", f"k{place}"), service) for place in range(6)]
        try:
            for place in (0, 1):
                until_each(kiosks, lambda kiosk: len(kiosk.got), 5)
                before = hall.workers()
                assert len(before) == 2
                os.kill(before[place], signal.SIGKILL)
                until_each(kiosks, lambda kiosk: len(kiosk.got), 5)
                wait_until(lambda before=before: len(set(hall.workers()) - set(before)) == 1, 20)  # type: ignore[misc]
        finally:
            for kiosk in kiosks:
                kiosk.stop()
        given = {id_: number for kiosk in kiosks for id_, number in kiosk.got.items()}
        kept = hall.execute(select(TicketRow.id, TicketRow.number, TicketRow.count).order_by(TicketRow.count))
        assert {id_: number for id_, number, _ in kept} == given, "one ticket a request, with the number answered"
        assert [count for _, _, count in kept] == list(range(1, len(given) + 1))
        seqs = [seq for (seq,) in hall.execute(select(EventRow.seq).order_by(EventRow.seq))]
        assert seqs == list(range(1, len(seqs) + 1))
        wait_until(lambda: len(wall.heard) >= len(given), 10)
        wall.stream.stop()
        assert wall.heard == seqs
