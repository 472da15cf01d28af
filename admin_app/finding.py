"""Search everywhere: one index over pages, services, counters, terminals, clients of sign-on and units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.domain import search
from shared.domain.spelling import spell_all

FoundKind = Literal["page", "service", "counter", "terminal", "client", "unit"]
_ORDER: dict[FoundKind, int] = {"page": 0, "service": 1, "counter": 2, "terminal": 3, "client": 4, "unit": 5}
LIMIT = 12


@dataclass(frozen=True)
class Entry:
    """Something that can be gone to: a ``target`` on a ``page``; ``lines``: what it is found by, spelled."""

    kind: FoundKind
    title: str
    note: str
    page: str
    target: str
    lines: Sequence[str]
    uses: int = 0


def entry(kind: FoundKind, title: str, note: str, page: str, target: str, terms: Iterable[str]) -> Entry:
    """An entry that is found by these terms. Spelling takes time: not on the UI thread."""
    return Entry(kind, title, note, page, target, tuple(spell_all(terms)))


class Finder:
    """Made anew whenever a name changes."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.entries = tuple(sorted(entries, key=lambda one: (_ORDER[one.kind], -one.uses)))
        self._index = search.Index(search.Entry(n, one.lines) for n, one in enumerate(self.entries))

    def find(self, query: str, limit: int = LIMIT) -> tuple[Entry, ...]:
        """The best matches first; where they match alike, the kinds come in their order, pages first."""
        return tuple(self.entries[hit.key] for hit in self._index.find(query, limit))
