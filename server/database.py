"""The database: one writer with grouped commits, snapshot reads, and the only place that commits.

A change hands a function to ``Database.write``. One thread runs all of them: it opens a transaction under the hall's
row, runs every function that is waiting, each in its own savepoint, writes their events with gapless numbers, commits
once for all, and only then answers. So a group of requests shares the one expensive flush to disk, SQLite never sees
two writers, and on PostgreSQL the hall's row orders the writers of several processes.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.checkpoints import Checkpoints
from server.crypto import Vault
from server.engines import is_environments_fault, reading_engine, savepoints, writing_engine
from server.engines import sqlite_fault as sqlite_fault
from server.faults import is_damaged, refusal
from server.siblings import Siblings
from server.tables import Base as Base
from server.tables import EventRow as EventRow
from server.tables import HallRow as HallRow
from server.tables import UtcTime as UtcTime
from server.transactions import Clocks, read_clocks
from server.transactions import LoggedEvent as LoggedEvent
from server.transactions import Reader as Reader
from server.transactions import Writer as Writer
from server.turns import Turns
from shared.domain.errors import HallError

log = logging.getLogger(__name__)
Result = TypeVar("Result")
GROUP_LIMIT = 64
# What can wait goes with the next change that can't, so many at a time, or alone after so many seconds: a full hall's
# displays answer every call, and a transaction for each answer would be every second one.
RIDERS = 8
RIDES_WITHIN_S = 0.25


@dataclass(slots=True)
class _Job:
    work: Callable[[Writer], Any]
    future: Future[Any] = field(default_factory=Future)


# Tells the writer that somebody can wait: it sleeps no longer than that.
_RIDER: Final = _Job(lambda writer: None)


@dataclass(slots=True)
class _Made:
    """What one transaction made; ``copies`` are shared once it is committed."""

    day: date
    answers: list[tuple[bool, Any]]
    events: list[LoggedEvent]
    copies: dict[str, tuple[int, Any]]
    nudges: set[str] = field(default_factory=set)


class _UnsureError(Exception):
    """The commit was sent and its answer did not come."""

    def __init__(self, made: _Made) -> None:
        super().__init__("the answer to a commit was lost")
        self.made = made


class Database:
    """Engines, the writer thread and the cached catalogue of one hall."""

    def __init__(
        self, url: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        siblings: Siblings | None = None,
    ) -> None:  # fmt: skip
        """``siblings``: the other processes on the same embedded database, who take turns at writing."""
        self.url = url
        self.clock = clock
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = reading_engine(url)
        self._siblings = siblings
        self._folds = self.is_sqlite and (siblings is None or siblings.first)
        self.write_engine = writing_engine(url)
        # What chains the audit trail; the program that opens the database sets it.
        self.audit_key = b""
        # What opens and seals fields, for work that has no request behind it; set by the same program.
        self.vault: Vault | None = None
        # Why nothing is written, when another server of the hall has taken over; set by the same program.
        self.refused: Callable[[], HallError | None] = lambda: None
        path = make_url(url).database if self.is_sqlite else None
        board = None if siblings is None else siblings.board
        self.checkpoints = Checkpoints(self.write_engine, Path(path), board=board, folds=self._folds) if path else None
        self.on_commit: Callable[[list[LoggedEvent]], None] = lambda events: None
        # Called with the name of each nudge after its commit, on the writer's thread.
        self.on_nudge: list[Callable[[str], None]] = []
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._riders: deque[_Job] = deque()
        self._turns = Turns()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._gate = threading.Lock()
        # The service day of the last commit.
        self._day: date | None = None
        self._copies: dict[str, tuple[int, Any]] = {}

    # Reading

    @contextmanager
    def reading(self, *, patient: bool = False) -> Iterator[Reader]:
        """A read-only snapshot of the committed state. Begins when the writer rests, or has had its share."""
        try:
            with (
                self._turns.reading(patient=patient), self.engine.connect() as connection, connection.begin(),
                closing(Reader(self, connection, read_clocks(connection), self.clock())) as reader,
            ):  # fmt: skip
                yield reader
        except (DBAPIError, PoolTimeout) as error:
            if isinstance(error, PoolTimeout):
                refused = HallError("database_unavailable", status=503)
            elif is_environments_fault(error) or is_damaged(error):
                refused = refusal(error)
            else:
                raise
            log.warning("not read", extra={"reason": str(error.__cause__ or error)})
            raise refused from error

    def read(self, work: Callable[[Reader], Result], *, patient: bool = False) -> Result:
        """``patient``: others first, see ``turns``."""
        with self.reading(patient=patient) as reader:
            return work(reader)

    def copy(self, name: str, reader: Reader, load: Callable[[Reader], Result]) -> Result:
        """What ``load`` made of the catalogue, kept until the catalogue's version changes."""
        version = reader.clocks.catalogue_version
        # A writer that changed the catalogue in this very transaction must see its own change and not share it.
        if isinstance(reader, Writer) and reader.catalogue_changed:
            reader.flush()
            return load(reader)
        # What a transaction made is nobody else's before its commit.
        shelf = reader.copies if isinstance(reader, Writer) else self._copies
        for kept in (self._copies.get(name), shelf.get(name)):
            if kept is not None and kept[0] == version:
                return kept[1]  # type: ignore[no-any-return]
        made = load(reader)
        self._share({name: (version, made)}, shelf)
        return made

    def _share(self, copies: dict[str, tuple[int, Any]], shelf: dict[str, tuple[int, Any]]) -> None:
        for name, entry in copies.items():
            if name not in shelf or shelf[name][0] < entry[0]:
                shelf[name] = entry

    # Writing

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was accepted, then let go of the files."""
        with self._gate:
            self._closing = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._folds:
            # A file that is locked or full keeps its log beside it; nothing is lost.
            with suppress(sqlite3.Error, DBAPIError):
                raw = self.write_engine.raw_connection()
                raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
                raw.close()
        self.engine.dispose()
        self.write_engine.dispose()
        if self.checkpoints is not None:
            self.checkpoints.close()

    def submit(self, work: Callable[[Writer], Result], *, can_wait: bool = False) -> Future[Result]:
        """Queue a change; the future is done after the commit. ``work`` may run again after a lost connection.

        ``can_wait``: nobody stands and waits for it; it is done within RIDES_WITHIN_S.
        """
        job = _Job(work)
        # Behind the end mark nobody would ever run it.
        with self._gate:
            if self._closing:
                raise HallError("server_stopping", status=503)
            if not can_wait:
                self._jobs.put(job)
            else:
                self._riders.append(job)
                if len(self._riders) == 1:
                    self._jobs.put(_RIDER)
        return job.future

    def write(self, work: Callable[[Writer], Result]) -> Result:
        return self.submit(work).result()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            group, stopping = self._next_group()
            # Who has gone before it was begun does not want it any more; from here on nobody can take a job back.
            group = [job for job in group if job.future.set_running_or_notify_cancel()]
            if group:
                self._run_group(group)

    def _next_group(self) -> tuple[list[_Job], bool]:
        """The jobs of the next transaction, and whether they are the last of all."""
        group: list[_Job] = []
        stopping = False
        wait_s = RIDES_WITHIN_S if self._riders else None
        with suppress(queue.Empty):
            while len(group) < GROUP_LIMIT:
                # Waits for the first only.
                job = self._jobs.get(timeout=wait_s) if not group else self._jobs.get_nowait()
                if job is None:
                    stopping = True
                    break
                if job is _RIDER:
                    wait_s = RIDES_WITHIN_S
                else:
                    group.append(job)
        room = RIDERS if group and not stopping else GROUP_LIMIT
        while self._riders and (stopping or room > 0):
            group.append(self._riders.popleft())
            room -= 1
        return group, stopping

    def _run_group(self, group: list[_Job]) -> None:
        try:
            if (refused := self.refused()) is not None:
                raise refused
            made = self._commit_surely(group)
        except Exception as error:
            if not isinstance(error, HallError):
                log.exception("write transaction failed")
            # A full disk or a lost database is the environment's fault; callers learn that nothing was kept.
            failure = refusal(error) if isinstance(error, DBAPIError) else error
            for job in group:
                job.future.set_exception(failure)
            return
        self._day = made.day
        self._share(made.copies, self._copies)
        if made.events:
            self.on_commit(made.events)
        for name in made.nudges:
            for listener in self.on_nudge:
                listener(name)
        for job, (good, answer) in zip(group, made.answers, strict=True):
            if good:
                job.future.set_result(answer)
            else:
                job.future.set_exception(answer)

    def _commit_surely(self, group: list[_Job]) -> _Made:
        """Twice when need be: PostgreSQL was restarted, somebody held a lock. Never what is already there."""
        for last in (False, True):
            try:
                return self._commit(group)
            except _UnsureError as unsure:
                if self._arrived(unsure.made.events):
                    return unsure.made
                reason: BaseException | None = unsure.__cause__
                if last and isinstance(reason, DBAPIError):
                    raise reason from None
            except DBAPIError as error:
                if last or not is_environments_fault(error):
                    raise
                reason = error.orig
            log.warning("write transaction not done", extra={"reason": str(reason)})
        raise HallError("database_unavailable", status=503)

    def _arrived(self, events: list[LoggedEvent]) -> bool:
        """Is this transaction's last event in the log? One without events changes nothing a second run would double."""
        if not events:
            return False
        with self.write_engine.connect() as connection, connection.begin():
            logged = connection.execute(_LOGGED, {"hall": events[-1].hall_id, "number": events[-1].seq}).one_or_none()
        return logged is not None and (logged.kind, logged.data) == (events[-1].kind, events[-1].data)

    def _alone(self) -> AbstractContextManager[None]:
        return self._siblings.writing() if self._siblings is not None else nullcontext()

    def _folded(self) -> AbstractContextManager[None]:
        if self.checkpoints is not None:
            self.checkpoints.before_change()
        return nullcontext()

    def _commit(self, group: list[_Job]) -> _Made:
        with self._alone(), self._folded(), self.write_engine.connect() as connection:
            transaction = connection.begin()
            # Another process may hold the hall for a while: this one's reads need not wait for that.
            found = read_clocks(connection, lock=not self.is_sqlite)
            with self._turns.writing():
                made = self._run_jobs(connection, group, found)
            if not any(good for good, _ in made.answers) and not made.events:
                # Nothing to keep; a refused request must not be there by half.
                if transaction.is_active:
                    transaction.rollback()
                return made
            try:
                transaction.commit()
            except DBAPIError as error:
                raise _UnsureError(made) from error
        return made

    def _run_jobs(self, connection: Connection, group: list[_Job], found: Clocks) -> _Made:
        clocks = found
        now = max(self.clock(), datetime.fromtimestamp(0, UTC))
        made = _Made(clocks.day(now), [], self._first_of_the_day(connection, clocks, now), {})
        seq = clocks.seq + len(made.events)
        # Who is alone in a transaction takes nobody else's work along when it fails.
        savepoint = savepoints(connection) if len(group) > 1 or made.events else None
        for job in group:
            writer = Writer(self, connection, clocks, now, seq, made.copies, alone=savepoint is None)
            if savepoint is not None:
                savepoint("SAVEPOINT job")
            try:
                answer = writer.run(job.work)
            except Exception as error:
                # The database has taken the whole transaction back, or is about to lose it.
                if isinstance(error, DBAPIError) and (is_environments_fault(error) or is_damaged(error)):
                    raise
                if savepoint is None:
                    return replace(made, answers=[(False, error)], events=[])
                savepoint("ROLLBACK TO SAVEPOINT job")
                made.answers.append((False, error))
                continue
            if savepoint is not None:
                savepoint("RELEASE SAVEPOINT job")
            made.answers.append((True, answer))
            seq = writer.seq
            made.events += writer.events
            made.copies |= writer.copies
            made.nudges |= writer.nudges
            if writer.catalogue_changed:
                clocks = replace(clocks, catalogue_version=clocks.catalogue_version + 1)
        if made.events:
            connection.execute(_INSERT_EVENT, [_event_values(entry) for entry in made.events])
        if (seq, clocks.catalogue_version) != (found.seq, found.catalogue_version):
            values = {"hall": clocks.hall_id, "new_seq": seq, "new_version": clocks.catalogue_version}
            connection.execute(_UPDATE_CLOCKS, values)
        return made

    def _first_of_the_day(self, connection: Connection, clocks: Clocks, now: datetime) -> list[LoggedEvent]:
        """With a new day all lines and calls are gone, so its first event tells every screen to look again."""
        day = clocks.day(now)
        if clocks.seq == 0 or (self._day is not None and day <= self._day):
            return []
        last = connection.execute(_LOGGED, {"hall": clocks.hall_id, "number": clocks.seq}).one_or_none()
        if last is not None and day <= clocks.day(last.at):
            return []
        return [LoggedEvent(clocks.hall_id, clocks.epoch, clocks.seq + 1, "resync", now, "{}")]


_INSERT_EVENT = EventRow.__table__.insert()  # type: ignore[attr-defined]
_LOGGED = select(EventRow.kind, EventRow.data, EventRow.at).where(
    EventRow.hall_id == bindparam("hall"), EventRow.seq == bindparam("number")
)
_UPDATE_CLOCKS = (
    update(HallRow.__table__)  # type: ignore[arg-type]
    .where(HallRow.id == bindparam("hall"))
    .values(seq=bindparam("new_seq"), catalogue_version=bindparam("new_version"))
)


def _event_values(entry: LoggedEvent) -> dict[str, Any]:
    return {
        "hall_id": entry.hall_id, "seq": entry.seq, "epoch": entry.epoch, "kind": entry.kind, "at": entry.at,
        "data": entry.data,
    }  # fmt: skip
