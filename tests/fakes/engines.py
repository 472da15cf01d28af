"""The two engines server tests run on: the embedded database and a private PostgreSQL."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, settings


class Engine(Protocol):
    """Makes databases for one test each; an address is what ``--database-url`` takes, empty for the embedded one."""

    def hall(self) -> str:
        """A new database that holds the demonstration hall."""

    def database(self) -> str:
        """A new and empty database."""

    def drop(self, url: str) -> None:
        """Nobody needs this database any longer."""


class Embedded:
    """The database is a file in the hall's folder and comes and goes with it."""

    def hall(self) -> str:
        return ""

    def database(self) -> str:
        return ""

    def drop(self, url: str) -> None: ...


def search(engine: Engine, examples: int, **options: Any) -> settings:
    """How a search for a counterexample runs: always the same, and shorter where each database costs more."""
    return settings(
        max_examples=examples if isinstance(engine, Embedded) else max(1, examples // 3),
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **options,
    )


# What only one of the engines has: its own processes, its own lock.
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
