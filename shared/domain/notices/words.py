"""Words that must not stand in a notice, or about which its author is asked: found as they would be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

# Marks of the text that nobody reads, and blanks: a word is no other word because they stand between its signs.
_PASSED_OVER: Final = frozenset("*#[]")
_AROUND: Final = 8


@dataclass(frozen=True, slots=True)
class Word:
    """``refuse``: it can't be handed in, else its author is asked; ``instead``: what might stand there."""

    word: str
    refuse: bool = False
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands: the field, its line from 1, and what is around it."""

    word: Word
    field: str
    line: int
    around: str


def find(words: Sequence[Word], fields: Mapping[str, str]) -> list[Place]:
    """Every place of every word, by field and in the order of the text; where two overlap the longer one counts."""
    found: list[Place] = []
    for field, text in fields.items():
        signs, places = _read(text)
        taken = [False] * len(signs)
        here: list[tuple[int, Place]] = []
        for word in sorted(words, key=lambda one: -len(one.word)):
            for begin, end in _stands(_read(word.word)[0], signs, text, places):
                if not any(taken[begin:end]):
                    taken[begin:end] = [True] * (end - begin)
                    at = places[begin]
                    around = text[max(0, at - _AROUND) : places[end - 1] + 1 + _AROUND]
                    here.append((at, Place(word, field, text.count("\n", 0, at) + 1, " ".join(around.split()))))
        found += [place for _, place in sorted(here, key=lambda one: one[0])]
    return found


def _read(text: str) -> tuple[str, list[int]]:
    """The signs that are read, of one width and case, each with its place in the text."""
    signs: list[str] = []
    places: list[int] = []
    for at, letter in enumerate(text):
        if letter.isspace() or letter in _PASSED_OVER or unicodedata.category(letter) == "Cf":
            continue
        for sign in unicodedata.normalize("NFKC", letter).casefold():
            signs.append(sign)
            places.append(at)
    return "".join(signs), places


def _stands(word: str, signs: str, text: str, places: Sequence[int]) -> Iterable[tuple[int, int]]:
    if not word:
        return
    begins, ends = re.compile(r"[a-z0-9]").match(word), re.compile(r"[a-z0-9]").match(word[-1])
    begin = signs.find(word)
    while begin >= 0:
        end = begin + len(word)
        # Letters and digits are words of their own: "cat" does not stand in "category".
        joined = (begins and _joins(text, places[begin] - 1)) or (ends and _joins(text, places[end - 1] + 1))
        if not joined:
            yield begin, end
        begin = signs.find(word, begin + 1)


def _joins(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()
