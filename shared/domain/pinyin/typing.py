"""One text being typed: keys in, characters and candidates out. Pure; the screen draws what it says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from shared.domain.pinyin.segments import LONGEST, Piece
from shared.domain.pinyin.table import Table

LAYOUTS = ("pinyin", "latin", "digits")
CANDIDATES = 120
_LONGEST_GUESS, _BEFORE_WORDS = 4, 6


class Candidate(NamedTuple):
    """Characters for the first ``typed`` letters."""

    text: str
    typed: int


@dataclass(frozen=True)
class Typing:
    """``text`` is there, ``letters`` are still to become characters; at most ``longest`` characters in all."""

    text: str = ""
    letters: str = ""
    layout: str = "pinyin"
    capital: bool = False
    longest: int = 30

    def __repr__(self) -> str:
        # What people type is theirs.
        return f"Typing({self.layout})"


def press(typing: Typing, key: str, table: Table) -> Typing:
    """After a key: a sign, or ``backspace``, ``clear``, ``space``, ``shift``, or the name of a layout."""
    if key in LAYOUTS:
        return replace(settle(typing, table), layout=key, capital=False)
    match key:
        case "backspace" if typing.letters:
            return replace(typing, letters=typing.letters[:-1])
        case "backspace":
            return replace(typing, text=typing.text[:-1])
        case "clear":
            return replace(typing, text="", letters="")
        case "shift":
            return replace(typing, capital=not typing.capital)
        case "space" if typing.letters:
            first = candidates(typing, table)[:1]
            return choose(typing, first[0]) if first else replace(typing, letters="")
        case "space":
            return _append(typing, " ") if typing.text and not typing.text.endswith(" ") else typing
    if len(key) != 1 or not key.isprintable():
        return typing
    if typing.layout == "pinyin" and ((key.isascii() and key.isalpha()) or (key == "'" and typing.letters)):
        return replace(typing, letters=(typing.letters + key.lower())[:LONGEST])
    typing = settle(typing, table)
    return _append(typing, key.upper() if typing.capital else key)


def choose(typing: Typing, candidate: Candidate) -> Typing:
    """A candidate becomes text; the letters behind it stay to be chosen for."""
    rest = typing.letters[candidate.typed :].lstrip("'")
    return replace(_append(typing, candidate.text), letters=rest)


def settle(typing: Typing, table: Table) -> Typing:
    """Nothing is left to be chosen: the likeliest is taken, as whoever goes on without choosing means it."""
    while typing.letters:
        found = candidates(typing, table)
        if not found:
            return replace(typing, letters="")
        typing = choose(typing, found[0])
    return typing


def candidates(typing: Typing, table: Table) -> list[Candidate]:
    """What the letters may mean: what reaches furthest first, then single characters of the first syllable."""
    if typing.layout != "pinyin" or not typing.letters:
        return []
    ways = table.syllables.split(typing.letters)
    if not ways:
        return []
    begins = not typing.text
    found: dict[str, int] = {}

    def offer(texts: Iterable[str], pieces: Iterable[Piece]) -> None:
        typed = sum(piece.typed for piece in pieces)
        for text in texts:
            found.setdefault(text, typed)

    first = ways[0]
    if len(first) == 1:
        # One syllable is mostly one character; what else the letters may be comes behind the likeliest.
        offer(table.signs(first[0], begins=begins)[:_BEFORE_WORDS], first)
    else:
        # A name that begins is a surname and what is given; anything else is rather a word.
        words, guess = [word.text for word in table.words(first)], _guess(first, table, begins)
        offer((*guess, *words) if begins else (*words, *guess), first)
    for way in ways[1:]:
        if all(piece.whole for piece in way):
            offer((word.text for word in table.words(way)), way)
    for length in range(_LONGEST_GUESS, 1, -1):
        for way in ways:
            if len(way) > length:
                offer((word.text for word in table.words(way[:length])[:3]), way[:length])
    for piece in dict.fromkeys(way[0] for way in ways):
        offer(table.signs(piece, begins=begins)[:CANDIDATES], [piece])
    return [Candidate(text, typed) for text, typed in found.items()][:CANDIDATES]


def _guess(way: tuple[Piece, ...], table: Table, begins: bool) -> list[str]:
    """The likeliest character of each syllable, where all are whole: a name, mostly."""
    if not 2 <= len(way) <= _LONGEST_GUESS or not all(piece.whole for piece in way):
        return []
    if begins and len(way) > 2 and (compound := table.words(way[:2])) and compound[0].text in table.compounds:
        rest = way[2:]
        return [compound[0].text + "".join(table.signs(piece, begins=False)[0] for piece in rest)]
    return ["".join(table.signs(piece, begins=begins and place == 0)[0] for place, piece in enumerate(way))]


def _append(typing: Typing, text: str) -> Typing:
    return replace(typing, text=(typing.text + text)[: typing.longest])
