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
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, bindparam, create_engine, event, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

from shared.domain.errors import HallError

log = logging.getLogger(__name__)
Result = TypeVar("Result")
GROUP_LIMIT = 64


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the engine keeps."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class HallRow(Base):
    """The hall and its two clocks: ``seq`` numbers its events, ``catalogue_version`` its services and counters."""

    __tablename__ = "halls"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    time_zone: Mapped[str]
    epoch: Mapped[int]
    seq: Mapped[int]
    catalogue_version: Mapped[int]


class EventRow(Base):
    """The event log. ``data`` is the exact text that goes on the wire."""

    __tablename__ = "events"

    hall_id: Mapped[UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[int]
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    data: Mapped[str]


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One committed event, ready to be sent."""

    hall_id: UUID
    epoch: int
    seq: int
    kind: str
    at: datetime
    data: str


@dataclass(frozen=True, slots=True)
class Clocks:
    """The hall's row as a transaction found it."""

    hall_id: UUID
    zone: ZoneInfo
    epoch: int
    seq: int
    catalogue_version: int

    def day(self, now: datetime) -> date:
        """The service day: the server's date at the hall."""
        return now.astimezone(self.zone).date()


class Reader:
    """A consistent view: what a read function gets."""

    def __init__(self, database: Database, connection: Connection, clocks: Clocks, now: datetime) -> None:
        self.database = database
        self.connection = connection
        self.clocks = clocks
        self.now = now
        self._session: Session | None = None

    @property
    def hall_id(self) -> UUID:
        return self.clocks.hall_id

    @property
    def day(self) -> date:
        return self.clocks.day(self.now)

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session(bind=self.connection, autoflush=True, expire_on_commit=False)
        return self._session


class Writer(Reader):
    """One function's part of a write transaction."""

    def __init__(self, database: Database, connection: Connection, clocks: Clocks, now: datetime, seq: int) -> None:
        super().__init__(database, connection, clocks, now)
        self.seq = seq
        self.events: list[LoggedEvent] = []
        self.catalogue_changed = False

    def emit(self, kind: str, data: str) -> int:
        """Log an event with the given JSON text; answers its number."""
        self.seq += 1
        self.events.append(LoggedEvent(self.hall_id, self.clocks.epoch, self.seq, kind, self.now, data))
        return self.seq

    def touch_catalogue(self) -> None:
        """Services or counters changed: every process reloads its copy before its next use."""
        self.catalogue_changed = True

    def flush(self) -> None:
        if self._session is not None:
            self._session.flush()


@dataclass(slots=True)
class _Job:
    work: Callable[[Writer], Any]
    future: Future[Any] = field(default_factory=Future)


class Database:
    """Engines, the writer thread and the cached catalogue of one hall."""

    def __init__(self, url: str, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.url = url
        self.clock = clock
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(url) if self.is_sqlite else create_engine(
            url, pool_size=8, max_overflow=8, isolation_level="REPEATABLE READ", pool_pre_ping=True
        )
        self.write_engine = _sqlite_engine(url, writer=True) if self.is_sqlite else create_engine(
            url, pool_size=1, max_overflow=0, pool_pre_ping=True
        )
        self.on_commit: Callable[[list[LoggedEvent]], None] = lambda events: None
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closing = False
        self._copies: dict[str, tuple[int, Any]] = {}

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A read-only snapshot of the committed state."""
        with self.engine.connect() as connection, connection.begin():
            yield Reader(self, connection, _read_clocks(connection), self.clock())

    def read(self, work: Callable[[Reader], Result]) -> Result:
        with self.reading() as reader:
            return work(reader)

    def copy(self, name: str, reader: Reader, load: Callable[[Reader], Result]) -> Result:
        """What ``load`` made of the catalogue, kept until the catalogue's version changes."""
        version = reader.clocks.catalogue_version
        kept = self._copies.get(name)
        # A writer that changed the catalogue in this very transaction must see its own change and not share it.
        if isinstance(reader, Writer) and reader.catalogue_changed:
            reader.flush()
            return load(reader)
        if kept is not None and kept[0] == version:
            return kept[1]  # type: ignore[no-any-return]
        made = load(reader)
        if kept is None or kept[0] < version:
            self._copies[name] = (version, made)
        return made

    # Writing

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="database-writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was accepted, then let go of the files."""
        self._closing = True
        if self._thread is not None:
            self._jobs.put(None)
            self._thread.join()
            self._thread = None
        if self.is_sqlite:
            raw = self.write_engine.raw_connection()
            raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
            raw.close()
        self.engine.dispose()
        self.write_engine.dispose()

    def submit(self, work: Callable[[Writer], Result]) -> Future[Result]:
        """Queue a change; the future is done after the commit. ``work`` may run again after a lost connection."""
        if self._closing:
            raise HallError("server_stopping", status=503)
        job = _Job(work)
        self._jobs.put(job)
        return job.future

    def write(self, work: Callable[[Writer], Result]) -> Result:
        return self.submit(work).result()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            first = self._jobs.get()
            if first is None:
                return
            group = [first]
            while len(group) < GROUP_LIMIT:
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if job is None:
                    stopping = True
                    break
                group.append(job)
            self._run_group(group)

    def _run_group(self, group: list[_Job]) -> None:
        try:
            try:
                answers, events = self._commit(group)
            except DBAPIError as error:
                # A restarted PostgreSQL or a lock held from outside: nothing was committed, one more try is safe.
                if not (error.connection_invalidated or isinstance(error, OperationalError)):
                    raise
                log.warning("write transaction repeated", extra={"reason": str(error.orig)})
                answers, events = self._commit(group)
        except Exception as error:
            log.exception("write transaction failed")
            # A copy may have been made of a catalogue that was never committed.
            self._copies.clear()
            # A half-full disk or a lost database is the environment's fault; callers learn that nothing was kept.
            failure = HallError("database_unavailable", status=503) if isinstance(error, DBAPIError) else error
            for job in group:
                job.future.set_exception(failure)
            return
        if events:
            self.on_commit(events)
        for job, (good, answer) in zip(group, answers, strict=True):
            if good:
                job.future.set_result(answer)
            else:
                job.future.set_exception(answer)

    def _commit(self, group: list[_Job]) -> tuple[list[tuple[bool, Any]], list[LoggedEvent]]:
        answers: list[tuple[bool, Any]] = []
        events: list[LoggedEvent] = []
        with self.write_engine.connect() as connection, connection.begin():
            clocks = _read_clocks(connection, lock=not self.is_sqlite)
            now = max(self.clock(), datetime.fromtimestamp(0, UTC))
            seq, version = clocks.seq, clocks.catalogue_version
            savepoint = _savepoints(connection)
            for job in group:
                writer = Writer(self, connection, clocks, now, seq)
                savepoint("SAVEPOINT job")
                try:
                    answer = job.work(writer)
                    writer.flush()
                except Exception as error:
                    if isinstance(error, DBAPIError) and error.connection_invalidated:
                        raise
                    savepoint("ROLLBACK TO SAVEPOINT job")
                    answers.append((False, error))
                    continue
                finally:
                    if writer._session is not None:
                        writer._session.close()
                savepoint("RELEASE SAVEPOINT job")
                answers.append((True, answer))
                seq = writer.seq
                events += writer.events
                if writer.catalogue_changed:
                    version += 1
                    clocks = Clocks(clocks.hall_id, clocks.zone, clocks.epoch, clocks.seq, version)
            if events:
                connection.execute(_INSERT_EVENT, [_event_values(entry) for entry in events])
            if seq != clocks.seq or version != clocks.catalogue_version or events:
                connection.execute(_UPDATE_CLOCKS, {"hall": clocks.hall_id, "new_seq": seq, "new_version": version})
        return answers, events


_SELECT_CLOCKS = select(HallRow.id, HallRow.time_zone, HallRow.epoch, HallRow.seq, HallRow.catalogue_version)
_SELECT_CLOCKS_LOCKED = _SELECT_CLOCKS.with_for_update()
_INSERT_EVENT = EventRow.__table__.insert()  # type: ignore[attr-defined]
_UPDATE_CLOCKS = (
    update(HallRow.__table__)  # type: ignore[arg-type]
    .where(HallRow.id == bindparam("hall"))
    .values(seq=bindparam("new_seq"), catalogue_version=bindparam("new_version"))
)
_ZONES: dict[str, ZoneInfo] = {}


def _event_values(entry: LoggedEvent) -> dict[str, Any]:
    return {
        "hall_id": entry.hall_id, "seq": entry.seq, "epoch": entry.epoch, "kind": entry.kind, "at": entry.at,
        "data": entry.data,
    }  # fmt: skip


def _read_clocks(connection: Connection, *, lock: bool = False) -> Clocks:
    row = connection.execute(_SELECT_CLOCKS_LOCKED if lock else _SELECT_CLOCKS).one_or_none()
    if row is None:
        raise HallError("hall_not_set_up", status=503)
    zone = _ZONES.get(row.time_zone)
    if zone is None:
        zone = _ZONES[row.time_zone] = ZoneInfo(row.time_zone)
    return Clocks(row.id, zone, row.epoch, row.seq, row.catalogue_version)


def _savepoints(connection: Connection) -> Callable[[str], None]:
    # The driver's own call: a savepoint around each request through SQLAlchemy would cost more than the insert.
    raw: Any = connection.connection.driver_connection

    def run(statement: str) -> None:
        raw.execute(statement)

    return run


def _sqlite_engine(url: str, *, writer: bool = False) -> Engine:
    options: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if writer else {"pool_size": 8, "max_overflow": 16}
    engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False}, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # Only the writer checkpoints: two connections doing so is what the known WAL-reset fault needs.
        connection.execute(f"PRAGMA wal_autocheckpoint={1000 if writer else 0}")
        if not writer:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def sqlite_fault() -> str | None:
    """The library's version when it is one with the known WAL-reset fault (3.7.0 … 3.51.2), else None."""
    return sqlite3.sqlite_version if (3, 7, 0) <= sqlite3.sqlite_version_info < (3, 51, 3) else None
