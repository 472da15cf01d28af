"""What a function gets of its transaction: a reader its view, a writer the way to change and to tell of it.

``server.database`` opens, groups and commits them, and hands these names on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from server.tables import HallRow
from shared.domain.errors import HallError

if TYPE_CHECKING:
    from server.database import Database

Result = TypeVar("Result")
Row = TypeVar("Row")


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
        self._held: list[Any] = []

    def get(self, model: type[Row], key: Any) -> Row | None:
        """The row with this key. A session forgets what nobody holds: held here, asking twice reads once."""
        row = self.session.get(model, key)
        self._held.append(row)
        return row

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

    def close(self) -> None:
        """A session and its transaction hold each other: left open, they wait for the garbage collection."""
        if self._session is not None:
            self._session.close()


class Writer(Reader):
    """One function's part of a write transaction."""

    def __init__(
        self, database: Database, connection: Connection, clocks: Clocks, now: datetime, seq: int,
        copies: dict[str, tuple[int, Any]], *, alone: bool = False,
    ) -> None:  # fmt: skip
        """``alone``: no other request's work is in the transaction; what fails takes all of it back."""
        super().__init__(database, connection, clocks, now)
        self.seq = seq
        self.copies = dict(copies)
        self.events: list[LoggedEvent] = []
        self.catalogue_changed = False
        self.nudges: set[str] = set()
        self._alone = alone

    def emit(self, kind: str, data: str) -> int:
        """Log an event with the given JSON text; answers its number."""
        self.seq += 1
        self.events.append(LoggedEvent(self.hall_id, self.clocks.epoch, self.seq, kind, self.now, data))
        return self.seq

    def nudge(self, name: str) -> None:
        """Once this is committed, whoever works such things off in this process looks at once."""
        self.nudges.add(name)

    @property
    def session(self) -> Session:
        if self._session is None:
            # Its own savepoint: a failed flush would else roll the whole group back.
            self._session = Session(
                bind=self.connection, expire_on_commit=False,
                join_transaction_mode="rollback_only" if self._alone else "create_savepoint",
            )  # fmt: skip
        return self._session

    def touch_catalogue(self) -> None:
        """Services or counters are about to change: every process reloads its copy before its next use."""
        self.catalogue_changed = True

    def attempt(self, part: Callable[[], object]) -> None:
        """A part that may fail by itself: what it did is taken back, its error raised, and the rest stays."""
        seq, told, changed, copies = self.seq, len(self.events), self.catalogue_changed, dict(self.copies)
        try:
            with self.session.begin_nested():
                part()
        except BaseException:
            self.seq, self.catalogue_changed, self.copies = seq, changed, copies
            del self.events[told:]
            raise

    def flush(self) -> None:
        if self._session is not None:
            self._session.flush()

    def run(self, work: Callable[[Writer], Result]) -> Result:
        """Do the work and write all of it; what fails is taken back by the caller's savepoint."""
        try:
            result = work(self)
            if self._session is not None:
                self._session.commit()
            return result
        finally:
            self.close()


_SELECT_CLOCKS = select(HallRow.id, HallRow.time_zone, HallRow.epoch, HallRow.seq, HallRow.catalogue_version)
_SELECT_CLOCKS_LOCKED = _SELECT_CLOCKS.with_for_update()
_ZONES: dict[str, ZoneInfo] = {}


def read_clocks(connection: Connection, *, lock: bool = False) -> Clocks:
    """The hall's row; with ``lock`` nobody else's transaction changes it before this one ends."""
    row = connection.execute(_SELECT_CLOCKS_LOCKED if lock else _SELECT_CLOCKS).one_or_none()
    if row is None:
        raise HallError("hall_not_set_up", status=503)
    zone = _ZONES.get(row.time_zone)
    if zone is None:
        zone = _ZONES[row.time_zone] = ZoneInfo(row.time_zone)
    return Clocks(row.id, zone, row.epoch, row.seq, row.catalogue_version)
