"""Who is called next: the heads of the lines a counter serves, in one stable order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Candidate:
    """The first ticket of one line: ``priority`` 0 is normal, higher goes first; ``position`` grows with issue."""

    ticket_id: UUID
    service_id: UUID
    priority: int
    position: int


def choose(heads: Iterable[Candidate]) -> Candidate | None:
    """Priority first, then who took a number first. Positions are unique in a hall, so the order is total."""
    return min(heads, key=lambda head: (-head.priority, head.position), default=None)
