"""Where a ticket stands in its line, and where it comes back to.

A line is what waits for one service in one *lane*: its priority group, booked or not. Within it a whole number, the
rank, is the place: the ticket's position in the hall, with room behind each for those who come back. Booked lanes are
ordered by the time their turn is due, then by rank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shared.domain.calling.policy import Return

# So many can come back behind one ticket: more than a hall has events in a day.
ROOM: Final = 1 << 24
# Who is put before everybody stands in front of all positions there will ever be, among themselves in order.
_FRONT: Final = 1 << 38
LANES: Final = 20
MOST_GROUP: Final = 9


def lane_of(priority: int, *, booked: bool) -> int:
    """0 … 19, higher groups first, booked before walk-in: the order of calling where booked people go first."""
    return (MOST_GROUP - priority) * 2 + (0 if booked else 1)


def priority_of(lane: int) -> int:
    return MOST_GROUP - lane // 2


def is_booked(lane: int) -> bool:
    return lane % 2 == 0


def rank_of(position: int) -> int:
    """The place of who has just taken a number; ``position`` is the number of the hall's event, growing."""
    return position * ROOM


@dataclass(frozen=True, slots=True)
class Standing:
    """A place in a line: its rank, and since when the waiting counts, in seconds of any clock."""

    rank: int
    since: float


def come_back(
    how: Return, issued: Standing, line: Sequence[Standing], behind: int, position: int, now: float
) -> Standing:
    """The place of a ticket that comes back.

    ``issued``: the place its issue gives it. ``line``: the first ``behind`` places of the line it comes back to (one is
    enough for ``front``). ``position``: the number of the event that brings it back. Its waiting counts like that of
    its neighbour there, so that along a line who stands further ahead has never waited less.
    """
    if how == "place":
        return issued
    if how == "front":
        return Standing((position - _FRONT) * ROOM, line[0].since if line else issued.since)
    if how == "behind" and len(line) >= behind > 0:
        before = line[behind - 1]
        base = before.rank // ROOM
        room = position - (base if base >= 0 else base + _FRONT)
        return Standing(base * ROOM + max(1, min(room, ROOM - 1)), before.since)
    return Standing(rank_of(position), now)


def rank_late(base: int, base_at: float, at: float) -> int:
    """The place of who took a number without the server and is told of later: behind ``base``, the position of the
    last of its lane who had taken one by then, among those of the same time in the order of taking.

    Times in seconds; a hundredth of a second apart is told apart for a day. Who comes back behind ``base`` later
    stands before them all.
    """
    late = round(max(0.0, at - base_at) * 100)
    return base * ROOM + min(ROOM // 2 + late, ROOM - 1)
