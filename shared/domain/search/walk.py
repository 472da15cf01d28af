"""How a query leads through all names at once: what its letters may stand for, and where they lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shared.domain.search.shelf import Shelf
from shared.domain.search.sounds import LONGEST, Slips

_DOUBLE_INITIALS = ("zh", "ch", "sh")


class Piece(NamedTuple):
    """So many letters of the query stand for a sign at any of these places; ``whole``: for all that it is."""

    length: int
    places: int
    whole: bool = True


# What may stand at each letter of the query.
Pieces = Sequence[Sequence[Piece]]


class Reached(NamedTuple):
    """Where the query has ended, and where it has ended with whole pieces only at its end."""

    anywhere: int
    whole: int


def pieces(shelf: Shelf, query: str, *, syllables: bool, initials: bool, alike: bool = False) -> Pieces:
    """Characters as themselves; letters as syllables, as initials; ``alike``: as syllables that sound like it."""
    found = []
    for at, letter in enumerate(query):
        here = [Piece(1, shelf.character(letter))]
        if letter.isascii() and letter.isalpha():
            if syllables:
                here += _syllables(shelf, query, at, alike)
            if initials:
                here.append(Piece(1, shelf.beginning(letter)))
                if query.startswith(_DOUBLE_INITIALS, at):
                    here.append(Piece(2, shelf.beginning(query[at : at + 2])))
        found.append([piece for piece in here if piece.places])
    return found


def _syllables(shelf: Shelf, query: str, at: int, alike: bool) -> list[Piece]:
    found = []
    for length in range(1, min(LONGEST, len(query) - at) + 1):
        part = query[at : at + length]
        found.append(Piece(length, shelf.alike(part, begun=False) if alike else shelf.syllable(part)))
    rest = query[at:]
    if len(rest) <= LONGEST:
        found.append(Piece(len(rest), shelf.alike(rest, begun=True) if alike else shelf.beginning(rest), False))
    return found


def walk(starts: int, ways: Pieces, between: Callable[[int], int] | None = None) -> Reached:
    """``between``: where a walk may go on from a place, if not only there."""
    reached = [0] * (len(ways) + 1)
    reached[0], begun = starts, 0
    for at, here in enumerate(ways):
        places = reached[at]
        if places and at and between is not None:
            places = between(places)
        if not places:
            continue
        for piece in here:
            if hit := places & piece.places:
                if piece.whole:
                    reached[at + piece.length] |= hit << 1
                else:
                    begun |= hit << 1
    return Reached(reached[-1] | begun, reached[-1])


class Astray:
    """Walks with one slip: a sign or letter wrong, missing, too many, or swapped with its neighbour."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._slips = Slips(shelf.syllables)

    def walk(self, query: str, starts: int, ways: Pieces, *, initials: bool) -> int:
        """Where the query has ended after a slip. ``initials``: its letters stand for a sign each."""
        right, wrong = [0] * (len(ways) + 1), [0] * (len(ways) + 1)
        right[0] = starts
        for at, here in enumerate(ways):
            if right[at]:
                self._slip(query, at, right[at], wrong, initials)
            for piece in here:
                for states in (right, wrong):
                    if hit := states[at] & piece.places:
                        states[at + piece.length] |= hit << 1
        return wrong[-1]

    def _slip(self, query: str, at: int, places: int, wrong: list[int], initials: bool) -> None:
        shelf, letter = self._shelf, query[at]
        if letter.isdigit():
            # A number is another number, not a slip.
            return
        latin = letter.isascii()
        passed = shelf.letters if latin and not initials else shelf.hanzi
        wrong[at + 1] |= ((places & passed) << 1) | (places & passed if at else 0)
        if at:
            wrong[at] |= (places & passed) << 1
        if at + 1 < len(query) and not query[at + 1].isdigit() and query[at + 1] != letter:
            first, second = self._single(query[at + 1], initials), self._single(letter, initials)
            wrong[min(at + 2, len(query))] |= (((places & first) << 1) & second) << 1
        if latin and not initials:
            self._slip_in_syllable(query, at, places, wrong)

    def _single(self, letter: str, initials: bool) -> int:
        return self._shelf.character(letter) | (self._shelf.beginning(letter) if initials and letter.isascii() else 0)

    def _slip_in_syllable(self, query: str, at: int, places: int, wrong: list[int]) -> None:
        shelf = self._shelf
        for length in range(1, min(LONGEST + 1, len(query) - at) + 1):
            part = query[at : at + length]
            if not (part.isascii() and part.isalpha()):
                return
            if (near := self._slips.near(part)) and (hit := places & shelf.sounding(frozenset(near))):
                wrong[at + length] |= hit << 1
            # The last letter of one syllable and the first of the next are swapped.
            after = query[at + length : at + length + 1]
            if after and (hit := places & shelf.syllable(part[:-1] + after)):
                for more in range(min(LONGEST, len(query) - at - length)):
                    second = part[-1] + query[at + length + 1 : at + length + 1 + more]
                    if again := (hit << 1) & shelf.syllable(second):
                        wrong[at + length + 1 + more] |= again << 1
