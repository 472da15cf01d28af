"""Search everywhere: one index over pages, services, counters, terminals, clients of sign-on and units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.domain.search import rank, search_keys

FoundKind = Literal["page", "service", "counter", "terminal", "client", "unit"]
_ORDER: dict[FoundKind, int] = {"page": 0, "service": 1, "counter": 2, "terminal": 3, "client": 4, "unit": 5}
LIMIT = 12


@dataclass(frozen=True)
class Entry:
    """Something that can be gone to: a ``target`` on a ``page``."""

    kind: FoundKind
    title: str
    note: str
    page: str
    target: str
    keys: tuple[str, ...]


def entry(kind: FoundKind, title: str, note: str, page: str, target: str, terms: Iterable[str]) -> Entry:
    """An entry that is found by these terms, their pinyin and initials. Spelling takes time: not on the UI thread."""
    return Entry(kind, title, note, page, target, tuple(search_keys(terms)))


def find(query: str, entries: Iterable[Entry], limit: int = LIMIT) -> tuple[Entry, ...]:
    """The best matches first; where they match alike, the kinds come in their order, pages first."""
    ranked = ((rank(query, item.keys), _ORDER[item.kind], place, item) for place, item in enumerate(entries))
    matching = [found for found in ranked if found[0] is not None]
    return tuple(item for *_, item in sorted(matching, key=lambda found: found[:3])[:limit])
