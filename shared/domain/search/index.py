"""The index: everything that can be found, laid out once; a query is a walk through all of it at the same time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

from shared.domain.search.shelf import Shelf
from shared.domain.search.walk import Astray, Pieces, pieces, walk
from shared.domain.spelling import fold

# Whoever types on is not followed further than a name needs.
LONGEST = 60
# Below these a slip could be anything.
_LETTERS, _CHARACTERS, _INITIALS = 3, 3, 10

Key = TypeVar("Key", bound=Hashable)


class Match(IntEnum):
    """How a query fits, the best first."""

    EXACT = 0
    PREFIX = 1
    WORD = 2
    INSIDE = 3
    MIXED = 4
    APART = 5
    ALIKE = 6
    SLIP = 7

    @property
    def fuzzy(self) -> bool:
        return self >= Match.ALIKE


class Entry(NamedTuple, Generic[Key]):
    """What can be found: its lines as ``shared.domain.spelling.spell`` wrote them, and how often it is chosen."""

    key: Key
    lines: Sequence[str]
    uses: int = 0


class Found(NamedTuple, Generic[Key]):
    key: Key
    how: Match


# How well an entry fits, in steps finer than those people are told of, and the places where it does.
_Hits = Iterator[tuple[Match, int]]


class Index(Generic[Key]):
    """Entries in the order of their catalogue, which decides where all else is equal."""

    def __init__(self, entries: Iterable[Entry[Key]]) -> None:
        known = list(entries)
        # What is chosen often stands first on the shelf, so that equals are met in the order they are shown in.
        known.sort(key=lambda entry: -entry.uses)
        self._keys = [entry.key for entry in known]
        self._shelf = Shelf(entry.lines for entry in known)
        self._astray = Astray(self._shelf)

    def find(self, query: str, limit: int | None = None, *, fuzzy: bool = True) -> list[Found[Key]]:
        """The best first: how it fits, then how often it is chosen, then the order given.

        What only nearly fits is looked for when nothing fits as typed, or only as a mix of letters.
        """
        wanted = fold(query)[:LONGEST]
        best: dict[int, Match] = {}
        if not wanted or not self._keys:
            return []
        self._collect(best, self._fitting(wanted), limit)
        if not best:
            self._collect_words(best, query)
        if fuzzy and all(how == Match.MIXED for how in best.values()) and not (limit and len(best) >= limit):
            self._collect(best, self._near(wanted), limit)
        return [Found(self._keys[number], how) for number, how in best.items()][:limit]

    def _collect(self, best: dict[int, Match], hits: _Hits, limit: int | None) -> None:
        for how, places in hits:
            for number in self._shelf.numbers(places):
                best.setdefault(number, how)
            if limit is not None and len(best) >= limit:
                return

    def _collect_words(self, best: dict[int, Match], query: str) -> None:
        """Words in another order, or in several names of one thing: each fits for itself."""
        words = [word for part in query.split() if (word := fold(part)[:LONGEST])]
        if len(words) < 2:
            return
        each = []
        for word in words[:LONGEST]:
            found: dict[int, Match] = {}
            self._collect(found, self._fitting(word), None)
            each.append(found)
        for number in sorted(set.intersection(*map(set, each))):
            best[number] = Match.APART

    def _fitting(self, query: str) -> _Hits:
        shelf = self._shelf
        if not query.isascii():
            ways = pieces(shelf, query, syllables=True, initials=True)
            yield from self._anchored([ways], (Match.PREFIX, Match.WORD, Match.INSIDE))
            if len(query) > 1:
                yield Match.APART, walk(shelf.all, ways, shelf.onward).anywhere
            return
        pure = [pieces(shelf, query, syllables=one, initials=not one) for one in (True, False)]
        yield from self._anchored(pure, (Match.PREFIX, Match.WORD, Match.INSIDE))
        if len(query) > 1 and query.isalnum():
            # Letters alone fit many names somehow: after those that are spelled so from end to end.
            ways = pieces(shelf, query, syllables=True, initials=True)
            yield from self._anchored([ways], (Match.MIXED, Match.MIXED, Match.MIXED))

    def _anchored(self, ways: Sequence[Pieces], hows: tuple[Match, Match, Match]) -> _Hits:
        """From where a name begins, then where a word does, then anywhere."""
        shelf = self._shelf
        inside = [walk(shelf.all, one).anywhere for one in ways]
        ways = [one for one, places in zip(ways, inside, strict=True) if places]
        if not ways:
            return
        first = [walk(shelf.starts, one) for one in ways]
        if hows[0] == Match.PREFIX:
            yield Match.EXACT, _joined(reached.whole for reached in first) & shelf.ends
        yield hows[0], _joined(reached.anywhere for reached in first)
        yield hows[1], _joined(walk(shelf.words, one).anywhere for one in ways)
        yield hows[2], _joined(inside)

    def _near(self, query: str) -> _Hits:
        shelf = self._shelf
        letters = sum(letter.isascii() and letter.isalpha() for letter in query)
        others = sum(not letter.isascii() for letter in query)
        mixed = not query.isascii()
        if letters > 1:
            ways = pieces(shelf, query, syllables=True, initials=mixed, alike=True)
            yield from self._anchored([ways], (Match.ALIKE, Match.ALIKE, Match.ALIKE))
        if letters >= _LETTERS or others >= _CHARACTERS:
            yield from self._slips(query, pieces(shelf, query, syllables=True, initials=mixed), initials=False)
        if letters == len(query) and _LETTERS <= letters <= _INITIALS:
            yield from self._slips(query, pieces(shelf, query, syllables=False, initials=True), initials=True)

    def _slips(self, query: str, ways: Pieces, *, initials: bool) -> _Hits:
        shelf = self._shelf
        # Two of three initials stand in half of all names; where a word begins they may mean something.
        widest = shelf.words if initials and len(query) <= _LETTERS else shelf.all
        if not self._astray.walk(query, widest, ways, initials=initials):
            return
        for starts in (shelf.starts, shelf.words, widest):
            yield Match.SLIP, self._astray.walk(query, starts, ways, initials=initials)


def _joined(sets: Iterable[int]) -> int:
    found = 0
    for one in sets:
        found |= one
    return found
