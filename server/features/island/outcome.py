"""What a handler of entries is, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from server.auth import Principal
from server.context import Context
from server.database import Writer
from shared.schemas.island import IslandEntry, Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """``body`` is what is kept of the entry: it names nobody. A handler that refuses raises ``HallError`` instead."""

    verdict: Verdict
    code: str = ""
    conflict_id: UUID | None = None
    ticket_id: UUID | None = None
    # As it stands on the paper, by which an entry that waits is found again.
    number: str = ""
    body: dict[str, Any] = field(default_factory=dict)


# Runs in a savepoint of its own: what it did is gone when it raises.
Handler = Callable[[Writer, Context, Principal, IslandEntry], Outcome]
