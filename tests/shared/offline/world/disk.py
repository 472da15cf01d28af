"""A disk that outlives its program and loses what was not committed; the program dies where the schedule says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from shared.offline.journal import SCHEMA

# Disks of schedules that are over, wiped: thousands need not make the same tables and read the same statements again.
_WIPED: list[sqlite3.Connection] = []


def _blank() -> sqlite3.Connection:
    """As a journal makes it, with nothing in it."""
    if _WIPED:
        return _WIPED.pop()
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.executescript(SCHEMA)
    return connection


def _wipe(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    connection.execute("BEGIN")
    for table in ("entries", "notes", "sqlite_sequence"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("COMMIT")
    _WIPED.append(connection)


class PowerCutError(BaseException):
    """The program ends here. No handler of the program may see it as a failure."""


class Disk:
    """``dies(where)`` is asked before and after each commit, and before each other write."""

    def __init__(self, dies: Callable[[str], bool]) -> None:
        self._dies = dies
        self.connection = _blank()

    def connect(self) -> Any:
        """As a program that starts opens its file: what was not committed is gone."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        return _Line(self)

    def execute(self, statement: str, *values: Any) -> Any:
        commits = statement == "COMMIT"
        if (commits or statement.startswith(("INSERT", "UPDATE"))) and self._dies(f"before {statement[:6]}"):
            raise PowerCutError
        answer = self.connection.execute(statement, *values)
        if commits and self._dies("after COMMIT"):
            raise PowerCutError
        return answer

    def close(self) -> None:
        _wipe(self.connection)


class _Line:
    """What a journal uses of a connection."""

    def __init__(self, disk: Disk) -> None:
        self.execute = disk.execute
        self._disk = disk

    @property
    def in_transaction(self) -> bool:
        return self._disk.connection.in_transaction

    def executescript(self, script: str) -> None:
        self._disk.connection.executescript(script)

    def close(self) -> None:
        """The disk stays."""
