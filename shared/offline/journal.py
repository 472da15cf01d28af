"""A terminal's journal: what it did without the server, on its disk before anybody sees it done.

One SQLite file. A commit has reached the disk when it returns (``synchronous=FULL``), so a power cut leaves an entry
whole or not there. Beside the entries stand the terminal's notes, such as its leases, written in the same transaction.
"""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.offline.sealing import Seal

log = logging.getLogger(__name__)
SCHEMA = """
CREATE TABLE IF NOT EXISTS entries (
    place INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    counter_id TEXT,
    body TEXT NOT NULL,
    sealed BLOB,
    verdict TEXT NOT NULL DEFAULT '',
    code TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS entries_waiting ON entries (place) WHERE verdict = '';
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
PRAGMA user_version = 1;
"""
_ASIDE = ".damaged-"
_COLUMNS = "place, id, day, kind, at, counter_id, body, sealed, verdict, code"
# What SQLite says of a file that is none, or not whole.
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY})


@dataclass(frozen=True, slots=True)
class Entry:
    """``sealed``: personal data, sealed; None once the server has it. ``verdict``: the server's, empty before."""

    place: int
    id: UUID
    day: date
    kind: str
    at: datetime
    counter_id: UUID | None
    body: dict[str, Any]
    sealed: bytes | None
    verdict: str
    code: str

    @property
    def uploaded(self) -> bool:
        return self.verdict != ""


class Written:
    """One transaction: all of it is on the disk when its block ends, or nothing."""

    def __init__(self, connection: sqlite3.Connection, seal: Seal) -> None:
        self._connection = connection
        self._seal = seal

    def append(
        self, kind: str, body: dict[str, Any], *, at: datetime, day: date, person: dict[str, Any] | None = None,
        counter_id: UUID | None = None, id_: UUID | None = None,
    ) -> UUID:  # fmt: skip
        """``person`` is sealed and joins the body when it is sent; what is named ``_…`` in the body is not sent.

        ``day`` is the service day. Answers the id.
        """
        id_ = id_ or uuid7()
        sealed = self._seal.seal(_json(person), str(id_)) if person else None
        self._connection.execute(
            "INSERT INTO entries (id, day, kind, at, counter_id, body, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (str(id_), day.isoformat(), kind, at.astimezone(UTC).isoformat(), str(counter_id) if counter_id else None,
             _json(body), sealed),
        )  # fmt: skip
        return id_

    def note(self, name: str, value: Any) -> None:
        """Keep a plain value under a name; the one before is gone."""
        self._connection.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, _json(value)))

    def noted(self, name: str) -> Any:
        """The value, or None."""
        found = self._connection.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return json.loads(found[0]) if found else None

    def entries(self, where: str = "1", values: Iterable[Any] = (), limit: int = -1) -> list[Entry]:
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM entries WHERE {where} ORDER BY place LIMIT {limit}",
            tuple(values),
        )
        return [_entry(row) for row in rows]

    def settle(self, id_: UUID, verdict: str, code: str = "") -> None:
        """The server has it: what it held of a person goes at once, the mark by which they were found too."""
        self._connection.execute(
            "UPDATE entries SET verdict = ?, code = ?, sealed = NULL, body = json_remove(body, '$._holder')"
            " WHERE id = ? AND verdict = ''",
            (verdict, code, str(id_)),
        )

    def forget_before(self, day: date) -> int:
        """Uploaded entries of earlier service days go; answers how many. One that was not uploaded stays for ever."""
        gone = self._connection.execute("DELETE FROM entries WHERE verdict <> '' AND day < ?", (day.isoformat(),))
        return gone.rowcount


class Journal:
    """Safe on any thread. ``id`` names this file: another id is a journal that began anew."""

    def __init__(
        self, path: Path, *, connect: Callable[[], sqlite3.Connection] | None = None, seal: Seal | None = None
    ) -> None:
        """``connect`` and ``seal`` are for who brings another disk. HallError ``disk_full``: there is no room for it.

        A damaged file is put aside, named by ``damaged``, and what of it can still be read and was not uploaded is
        taken over.
        """
        self.path = path
        # The file that was put aside, now or earlier, until somebody takes it away; and how many entries could be taken
        # over from it now.
        self.damaged: Path | None = max(path.parent.glob(f"{path.name}{_ASIDE}*"), default=None)
        self.rescued = 0
        # Whether the last write found no room.
        self.is_full = False
        self._lock = threading.RLock()
        self._connect = connect or (lambda: _open(path))
        self._seal = seal or Seal.of(path.with_suffix(".key"))
        rescued: list[Entry] = []
        try:
            self._connection = self._opened()
        except sqlite3.DatabaseError as error:
            if not _is(error, _DAMAGED):
                raise _no_room(error) from error
            rescued, self.damaged = _put_aside(path)
            log.error("the journal was damaged and is put aside: %s; %d entries rescued", self.damaged, len(rescued))
            self._connection = self._opened()
        name = self.noted("journal")
        self.id = UUID(name) if name else uuid7()
        if not name:
            with self.write() as written:
                written.note("journal", str(self.id))
                for entry in rescued:
                    self.rescued += _take_over(self._connection, entry)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    @contextmanager
    def write(self) -> Iterator[Written]:
        """Everything in the block, or nothing of it. HallError ``disk_full``: nothing was kept; try again later."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield Written(self._connection, self._seal)
                self._connection.execute("COMMIT")
                self.is_full = False
            except sqlite3.DatabaseError as error:
                self._roll_back()
                self.is_full = _is(error, _NO_ROOM)
                raise _no_room(error) from error
            except BaseException:
                self._roll_back()
                raise

    def append(self, kind: str, body: dict[str, Any], *, at: datetime, day: date, **more: Any) -> UUID:
        """One entry by itself; on the disk when this returns."""
        with self.write() as written:
            return written.append(kind, body, at=at, day=day, **more)

    def pending(self, limit: int = -1, after: int = 0) -> list[Entry]:
        """What the server has to be told, in order; ``after``: a place."""
        return self._read("verdict = '' AND place > ?", (after,), limit)

    @property
    def waiting(self) -> int:
        """How many entries the server has to be told."""
        with self._lock:
            [found] = self._connection.execute("SELECT count(*) FROM entries WHERE verdict = ''").fetchone()
        return int(found)

    def of_day(self, day: date) -> list[Entry]:
        """All entries of a service day that are still here."""
        return self._read("day = ?", (day.isoformat(),))

    def noted(self, name: str) -> Any:
        with self._lock:
            return Written(self._connection, self._seal).noted(name)

    def message(self, entry: Entry) -> dict[str, Any]:
        """The entry as it is sent. When its key is gone, without the person: the number is on paper all the same."""
        person: dict[str, Any] = {}
        if entry.sealed is not None:
            try:
                person = json.loads(self._seal.open(entry.sealed, str(entry.id)))
            except HallError:
                log.error("the person of entry %s can't be opened; it goes without", entry.id)
        return {
            "id": str(entry.id), "kind": entry.kind, "at": entry.at.isoformat(),
            "counter_id": str(entry.counter_id) if entry.counter_id else None,
            "body": {name: value for name, value in entry.body.items() if not name.startswith("_")} | person,
        }  # fmt: skip

    def mark(self, kind: str, number: str) -> str:
        """See ``Seal.mark``."""
        return self._seal.mark(kind, number)

    def _read(self, where: str, values: Iterable[Any], limit: int = -1) -> list[Entry]:
        with self._lock:
            return Written(self._connection, self._seal).entries(where, values, limit)

    def _opened(self) -> sqlite3.Connection:
        connection = self._connect()
        try:
            if connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                error = sqlite3.DatabaseError("quick_check")
                error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
                raise error
            if connection.execute("PRAGMA user_version").fetchone() == (0,):
                connection.executescript(SCHEMA)
        except BaseException:
            connection.close()
            raise
        return connection

    def _roll_back(self) -> None:
        # A full disk has rolled back by itself.
        with suppress(sqlite3.DatabaseError):
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        # No second file that keeps old pages, and what is deleted is overwritten.
        for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        connection.close()
        raise
    path.chmod(0o600)
    return connection


def _put_aside(path: Path) -> tuple[list[Entry], Path]:
    """What can still be read of the damaged file, and its new name."""
    found: list[Entry] = []
    with suppress(sqlite3.DatabaseError, ValueError), closing(sqlite3.connect(path)) as connection:
        for row in connection.execute(f"SELECT {_COLUMNS} FROM entries WHERE verdict = '' ORDER BY place"):
            found.append(_entry(row))
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    aside = path.with_name(f"{path.name}{_ASIDE}{stamp}")
    path.replace(aside)
    path.with_name(path.name + "-journal").unlink(missing_ok=True)
    return found, aside


def _take_over(connection: sqlite3.Connection, entry: Entry) -> int:
    return connection.execute(
        "INSERT OR IGNORE INTO entries (id, day, kind, at, counter_id, body, sealed) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (str(entry.id), entry.day.isoformat(), entry.kind, entry.at.isoformat(),
         str(entry.counter_id) if entry.counter_id else None, _json(entry.body), entry.sealed),
    ).rowcount  # fmt: skip


def _entry(row: tuple[Any, ...]) -> Entry:
    place, id_, day, kind, at, counter_id, body, sealed, verdict, code = row
    return Entry(
        place, UUID(id_), date.fromisoformat(day), kind, datetime.fromisoformat(at),
        UUID(counter_id) if counter_id else None, json.loads(body), sealed, verdict, code,
    )  # fmt: skip


_json: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _is(error: sqlite3.Error, codes: frozenset[int]) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def _no_room(error: sqlite3.DatabaseError) -> Exception:
    return HallError("disk_full") if _is(error, _NO_ROOM) else error
