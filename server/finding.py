"""Finding people in lists too long to be sent: by characters, pinyin, initials, any mix of them, or nearly so."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from uuid import UUID

from shared.domain.search import Lists
from shared.domain.spelling import spell

Row = tuple[UUID, tuple[str, ...]]


def found(rows: Iterable[Row], query: str, *, near: bool = True) -> frozenset[UUID]:
    """Those whose words hold every word of the query, else, when ``near`` may do, those that come close. ``rows``: only
    what the caller may see, or closeness would be measured by what is not shown."""
    chosen = _lists(tuple(rows)).find(query)
    return chosen.keys if near or not chosen.near else frozenset()


def part(names: Iterable[tuple[str, UUID]], cursor: str | None, limit: int) -> list[UUID]:
    """Of those behind the cursor by name the first ``limit``: a database takes only so many ids at once."""
    return [id_ for name, id_ in sorted(names) if not cursor or name > cursor][:limit]


# Rows are compared by what is in them: whoever types on is answered from the index of the letter before, and a changed
# name makes another one.
@lru_cache(maxsize=8)
def _lists(rows: tuple[Row, ...]) -> Lists[UUID]:
    return Lists(dict(rows), spelled_by=_spelled)


@lru_cache(maxsize=50_000)
def _spelled(words: str) -> str:
    return spell(words)
