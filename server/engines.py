"""Connections to the two engines: how long they wait, what they forgive, whose fault an error is."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

# How long a change waits for a lock; it is tried twice, and a terminal gives up after 8 s.
LOCK_S = 3
# A database machine that is gone without a word must not hold the writer for minutes.
_POSTGRES_LINE = {
    "connect_timeout": LOCK_S, "tcp_user_timeout": 6000, "keepalives_idle": 5, "keepalives_interval": 2,
    "keepalives_count": 3,
}  # fmt: skip
# A process that hangs inside a transaction must not keep the hall's row for itself.
_POSTGRES_WRITER = f"-c lock_timeout={LOCK_S}s -c idle_in_transaction_session_timeout=10s"


class Written(str):
    """JSON that was written already."""

    __slots__ = ()


def _as_json(value: object) -> str:
    return value if isinstance(value, Written) else json.dumps(value)


def savepoints(connection: Connection) -> Callable[[str], None]:
    # The driver's own call: a savepoint around each request through SQLAlchemy would cost more than the insert.
    raw: Any = connection.connection.driver_connection
    fault = connection.dialect.loaded_dbapi.Error

    def run(statement: str) -> None:
        try:
            raw.execute(statement)
        except fault as error:
            raise OperationalError(statement, None, error) from error

    return run


def reading_engine(url: str) -> Engine:
    """Snapshots for many threads."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return _postgres_engine(
        url, pool_size=8, max_overflow=8, isolation_level="REPEATABLE READ", connect_args=_POSTGRES_LINE
    )


def writing_engine(url: str) -> Engine:
    """The one connection of the writer."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite_engine(url, writer=True)
    return _postgres_engine(
        url, pool_size=1, max_overflow=0, connect_args=_POSTGRES_LINE | {"options": _POSTGRES_WRITER}
    )


def _postgres_engine(url: str, **options: Any) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, **options)

    @event.listens_for(engine, "handle_error")
    def _quote_no_row(context: ExceptionContext) -> None:
        # PostgreSQL's details quote the whole row, and an error is logged: it may be somebody's name or remark.
        error, wrapped = context.original_exception, context.sqlalchemy_exception
        said = getattr(error, "diag", None)
        if wrapped is not None and said is not None and said.message_primary is not None:
            whole, plain = str(error), said.message_primary
            error.args = (plain,)
            wrapped.args = tuple(str(part).replace(whole, plain) for part in wrapped.args)

    return engine


def _sqlite_engine(url: str, *, writer: bool = False) -> Engine:
    options: dict[str, Any] = {"pool_size": 1, "max_overflow": 0} if writer else {"pool_size": 8, "max_overflow": 16}
    # An error of a statement is logged; its values may be somebody's name or remark.
    options |= {"hide_parameters": True, "connect_args": {"timeout": LOCK_S, "check_same_thread": False}}
    engine = create_engine(url, json_serializer=_as_json, **options)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        # Only one writer folds the log: two connections doing so is what the known WAL-reset fault needs. The server
        # does it by itself (``checkpoints``), when a second machine has all of it.
        connection.execute("PRAGMA wal_autocheckpoint=0")
        if not writer:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")

    return engine


def is_environments_fault(error: DBAPIError) -> bool:
    """A full disk, a lock, a lost connection: not the statement's fault, and over one day."""
    return error.connection_invalidated or isinstance(error, OperationalError)


def sqlite_fault() -> str | None:
    """The library's version when it is one with the known WAL-reset fault (3.7.0 … 3.51.2), else None."""
    return sqlite3.sqlite_version if (3, 7, 0) <= sqlite3.sqlite_version_info < (3, 51, 3) else None
