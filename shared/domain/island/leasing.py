"""Who gets which numbers for the time without a line, and what becomes of those that were not given out.

The ledger must explain every gap: a number of a band is a ticket, or was never given out when its day ended, or was
burnt because its kiosk lost the journal that knew.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from shared.domain.errors import HallError
from shared.domain.island.numbers import Lease, next_first


@dataclass(frozen=True, slots=True)
class Known:
    """The journal a terminal last took leases for; ``epoch`` counts the journals it has had."""

    epoch: int
    journal: UUID


@dataclass(frozen=True, slots=True)
class Turn:
    """The epoch leases are given in; ``burns``: those of earlier ones are given up."""

    epoch: int
    burns: bool


def turn(known: Known | None, epoch: int, journal: UUID) -> Turn:
    """What a request for leases means. HallError ``island_epoch_old``: it comes from a journal that was replaced, and
    may not burn what its successor was given.

    Asking again with the same journal, as after a lost answer, changes nothing.
    """
    if known is None:
        return Turn(1, burns=False)
    if journal == known.journal:
        return Turn(known.epoch, burns=False)
    if 0 < epoch <= known.epoch:
        raise HallError("island_epoch_old", status=409, epoch=known.epoch)
    return Turn(known.epoch + 1, burns=True)


def top_up(leases: Sequence[Lease], epoch: int, highest: int, size: int) -> tuple[int, int] | None:
    """The first and last number to lease of a band, day and series, whose leases these all are; None: half are left.

    ``highest``: the highest count on any paper of it.
    """
    left = sum(lease.size - lease.used for lease in leases if lease.epoch == epoch and not lease.closed)
    if left * 2 > size:
        return None
    first = next_first(leases, highest)
    return first, first + size - 1


Fate = Literal["ticket", "open", "not_given", "burnt"]


def fates(lease: Lease, tickets: Iterable[int]) -> dict[int, Fate]:
    """What became of each number of a lease; ``tickets``: the counts that are tickets."""
    given = set(tickets)
    rest: Fate = "burnt" if lease.burnt else "not_given" if lease.closed else "open"
    return {count: "ticket" if count in given else rest for count in range(lease.first, lease.last + 1)}
