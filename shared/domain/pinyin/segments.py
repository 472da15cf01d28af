"""How letters fall into syllables: whole ones, and the beginnings of syllables that people type instead."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from typing import NamedTuple

# Whoever types on without choosing is not followed further than a name or a street needs.
LONGEST = 40
_APART = "'"


class Piece(NamedTuple):
    """Letters that stand for one character; ``typed`` counts a separator behind them."""

    letters: str
    whole: bool
    typed: int


# How bad it is, then its lengths as what decides between equals; and the pieces.
_Way = tuple[tuple[int, ...], tuple[Piece, ...]]


class Syllables:
    """All syllables there are, and what they begin with."""

    def __init__(self, known: Collection[str]) -> None:
        self.known = frozenset(known)
        self.beginnings = frozenset(one[:length] for one in self.known for length in range(1, len(one)))
        self._longest = max(map(len, self.known))
        self.split = lru_cache(maxsize=512)(self._split)

    def _split(self, letters: str) -> tuple[tuple[Piece, ...], ...]:
        """The likeliest ways first: few pieces, whole ones rather than beginnings, long ones first.

        Always at least one way, unless nothing begins like this; what can't be read at the end is left out.
        """
        letters = letters.lower()[:LONGEST]
        # best[n]: the ways to read the first n letters, each with how bad it is.
        best: list[list[_Way]] = [[] for _ in range(len(letters) + 1)]
        best[0].append(((0,), ()))
        for at in range(len(letters)):
            best[at] = sorted(best[at])[:4]
            for cost, way in best[at]:
                for piece in self._pieces(letters, at):
                    worse = (cost[0] + _cost(piece, letters[at - 1 : at]), *cost[1:], -len(piece.letters))
                    best[at + piece.typed].append((worse, (*way, piece)))
        for reached in range(len(letters), 0, -1):
            if best[reached]:
                ways = [way for _, way in sorted(best[reached])[:4]]
                return tuple(dict.fromkeys(ways))
        return ()

    def _pieces(self, letters: str, at: int) -> list[Piece]:
        found = []
        for length in range(min(self._longest, len(letters) - at), 0, -1):
            part = letters[at : at + length]
            if part in self.known or self._begins(part, at + length == len(letters)):
                apart = letters[at + length : at + length + 1] == _APART
                found.append(Piece(part, part in self.known, length + apart))
        return found

    def _begins(self, part: str, last: bool) -> bool:
        """Inside, only an initial stands for a syllable; at the end, whatever is being typed."""
        if last:
            return part in self.beginnings
        return part in self.beginnings and (len(part) == 1 or part in ("zh", "ch", "sh"))


def _cost(piece: Piece, before: str) -> int:
    """Few pieces, whole ones; one that begins with a vowel inside a word is written with a separator before it."""
    glued = before not in ("", _APART) and piece.letters[0] in "aoe"
    return (2 if piece.whole else 4) + glued
