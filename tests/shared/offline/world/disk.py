"""A disk that outlives its program and loses what was not committed; the program dies where the schedule says."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import Any

from shared.offline.journal import SCHEMA


@cache
def _empty() -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    return connection.serialize()


class PowerCutError(BaseException):
    """The program ends here. No handler of the program may see it as a failure."""


class Disk:
    """``dies(where)`` is asked before and after each commit, and before each other write."""

    def __init__(self, dies: Callable[[str], bool]) -> None:
        self._dies = dies
        self.connection = sqlite3.connect(":memory:", isolation_level=None)
        # As a journal makes it: thousands of schedules need not wait for the same tables.
        self.connection.deserialize(_empty())

    def connect(self) -> Any:
        """As a program that starts opens its file: what was not committed is gone."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")
        return _Line(self)

    def execute(self, statement: str, *values: Any) -> Any:
        verb = statement.split(" ", 1)[0]
        if verb in ("COMMIT", "INSERT", "UPDATE") and self._dies(f"before {verb}"):
            raise PowerCutError
        answer = self.connection.execute(statement, *values)
        if verb == "COMMIT" and self._dies("after COMMIT"):
            raise PowerCutError
        return answer

    def close(self) -> None:
        self.connection.close()


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
