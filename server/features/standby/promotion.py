"""The second machine takes over: its copy becomes the hall, under a new and higher epoch."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import psycopg

from server import peers, schema
from server.auth import Keys
from server.database import Database, Writer
from server.features.backup import sqlite_copy
from server.features.backup.postgres_copy import address
from server.features.backup.restoring import begin_epoch
from server.features.media.files import MediaFiles
from server.features.media.tending import note_missing
from server.features.standby.kept import STATE, Copy
from server.folder import hold
from server.settings import Settings
from shared.domain.errors import HallError

# How long a standby that still follows is given to end.
END_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Promoted:
    """``seq``: the last event that is here; ``lag_s``: how old the copy was when the hall was last heard; of a
    PostgreSQL, how old its newest change is. ``missing``: pictures and films that had not come yet."""

    epoch: int
    seq: int
    lag_s: float
    missing: int


def promote(settings: Settings) -> Promoted:
    """Make this folder's copy the hall. HallError, and nothing changed, when it is none or not whole."""
    if not settings.url.startswith("sqlite"):
        return _promote_postgres(settings)
    copy = Copy(settings.data)
    state = copy.read() or copy.state
    if state is None:
        raise HallError("standby_none", path=str(settings.data))
    with closing(_take_over(settings.data)):
        state = copy.read() or copy.state
        assert state is not None
        if not state.whole:
            raise HallError("standby_never_whole", path=str(settings.data))
        copy.fold()
        sqlite_copy.facts(settings.data)
        lag = max(0.0, state.asked_at - state.level_at) if state.behind else 0.0
        epoch, seq, missing = _begin(settings, state.source, lag)
        peers.remember(settings.data, state.source)
        os.replace(settings.data / STATE, settings.data / f"{STATE}.was")
    return Promoted(epoch, seq, lag, missing)


def _take_over(data: Path) -> IO[str]:
    """The folder's lock: a standby that holds it is told to end, and does so after what it is writing."""
    deadline = time.monotonic() + END_S
    told = False
    while True:
        try:
            return hold(data)
        except HallError:
            if time.monotonic() > deadline:
                raise
        if not told:
            told = True
            with suppress(OSError, ValueError):
                os.kill(int((data / "server.lock").read_text()), signal.SIGTERM)
        time.sleep(0.05)


def _begin(settings: Settings, source: str, lag: float) -> tuple[int, int, int]:
    def work(writer: Writer) -> tuple[int, int]:
        missing = note_missing(writer, MediaFiles(settings.data))
        return begin_epoch(writer, "hall.promoted", source=source, lag_s=round(lag, 3)), missing

    database = Database(settings.url)
    database.audit_key = Keys.of(settings.data).audit
    try:
        schema.migrate(database)
        database.start()
        epoch, missing = database.write(work)
        return epoch, database.read(lambda reader: reader.clocks.seq), missing
    finally:
        database.close()


def _promote_postgres(settings: Settings) -> Promoted:
    """PostgreSQL follows by itself; it is told to take over, and the hall gets its new epoch.

    One that was promoted already gets its epoch as well: by other tools, or when this was broken off between the two.
    """
    if not (settings.data / "secret.key").exists():
        raise HallError("promote_keys_missing", path=str(settings.data))
    try:
        with psycopg.connect(address(settings.url), autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(
                "SELECT pg_is_in_recovery(), extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8"
            ).fetchone()
            assert found is not None
            if not found[0] and _leads(connection):
                raise HallError("promote_not_a_second")
            if found[0] and connection.execute("SELECT pg_promote(true, 60)").fetchone() != (True,):
                raise HallError("promote_not_done")
    except psycopg.errors.InsufficientPrivilege as error:
        raise HallError("promote_not_allowed") from error
    except psycopg.Error as error:
        raise HallError("database_unavailable") from error
    lag = max(0.0, float(found[1] or 0.0))
    epoch, seq, missing = _begin(settings, "postgresql", lag)
    return Promoted(epoch, seq, lag, missing)


def _leads(connection: psycopg.Connection[Any]) -> bool:
    """Is this the hall's own database and no second one: never promoted in its life, or followed by another?"""
    row = connection.execute(
        "SELECT left(pg_walfile_name(pg_current_wal_lsn()), 8), EXISTS (SELECT FROM pg_stat_replication)"
    ).fetchone()
    return row is not None and (int(row[0], 16) == 1 or bool(row[1]))


def replicas(url: str) -> list[tuple[str, str, float, int]]:
    """Who follows this PostgreSQL: address, state, seconds and bytes behind."""
    query = """
        SELECT coalesce(host(client_addr), 'local'), state, coalesce(extract(epoch FROM replay_lag), 0)::float8,
               pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::bigint
        FROM pg_stat_replication ORDER BY 1
    """
    try:
        with psycopg.connect(address(url), autocommit=True, connect_timeout=5) as connection:
            return [(str(a), str(b), float(c), int(d or 0)) for a, b, c, d in connection.execute(query)]
    except psycopg.Error as error:
        raise HallError("database_unavailable") from error
