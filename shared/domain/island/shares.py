"""Whom a counter calls that cannot reach the server: each person waiting is one counter's own.

Who owns a ticket hangs on its id and on the counters that are open for its service, and on nothing else. So counters
that cannot speak to each other agree without a word, even when one's copy of the line is a call older than another's: a
share counted by places in the line would move with every person who leaves it, and two counters would call the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Standing:
    """One who waits; ``only_for``: the counter they were sent to."""

    ticket_id: UUID
    service_id: UUID
    only_for: UUID | None = None


def owner(ticket_id: UUID, counters: Collection[UUID]) -> UUID:
    """Whose own a ticket is among these counters. Without one of them only that one's tickets change hands."""
    return max(counters, key=lambda counter: (_weight(ticket_id, counter), counter.bytes))


def own_share(line: Sequence[Standing], counter_id: UUID, serving: Mapping[UUID, Collection[UUID]]) -> list[Standing]:
    """Whom of the line this counter may call when it is alone, in the line's order.

    ``serving``: for each service the counters that were open for it when the copy was made.
    """
    return [one for one in line if _is_own(one, counter_id, serving.get(one.service_id, ()))]


def _is_own(one: Standing, counter_id: UUID, open_for_it: Collection[UUID]) -> bool:
    if one.only_for == counter_id:
        return True
    # Who was sent to a counter that closed since is anybody's again.
    if one.only_for in open_for_it:
        return False
    return owner(one.ticket_id, {*open_for_it, counter_id}) == counter_id


def _weight(ticket_id: UUID, counter_id: UUID) -> bytes:
    return blake2b(ticket_id.bytes + counter_id.bytes, digest_size=8).digest()
