"""Several items of one ticket, dealt with in order (``services`` are what identifies a service, such as its id)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from typing import TypeVar

from shared.domain.tickets import Step

# More is a day's errands, not a visit; and no paper lists them.
MOST_ITEMS = 5
Key = TypeVar("Key", bound=Hashable)


def in_order(first: Key, items: Sequence[Key]) -> tuple[Key, ...]:
    """All items of a request: ``first`` and then the others; ``items`` may begin with the first or leave it out."""
    return tuple(items) if items and items[0] == first else (first, *items)


def next_item(items: Sequence[Key], at: int, serves: Collection[Key]) -> tuple[Step, Key] | None:
    """What follows when the item at this place is ended at a counter that serves these: the step, and the item.

    None when it was the last.
    """
    if at + 1 >= len(items):
        return None
    following = items[at + 1]
    return (Step.NEXT_ITEM if following in serves else Step.MOVE_ON), following
