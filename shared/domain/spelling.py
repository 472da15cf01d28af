"""How names are spelled: every character with its readings, made where a catalogue is published and sent along."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

# A citizen types what they say; a few readings per character are plenty, and only those that words are said with:
# dictionaries keep some that nobody has used for centuries.
_READINGS = 3
_ALIVE = 0.05
_BETWEEN = re.compile(r"[\W_]+")
_DOUBLE_INITIALS = ("zh", "ch", "sh")
_SURNAMES = Path(__file__).resolve().parents[2] / "assets" / "pinyin" / "surname_sounds.txt"
_learnt: dict[str, str] = {}


class Sign(NamedTuple):
    """One character of a name; what is no hanzi has no readings."""

    character: str
    readings: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Lower case, letters and digits only: how queries and names are compared.

    Full-width letters are as the others, and tones are not told apart.
    """
    if not text.isascii():
        apart = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))
    return "".join(letter for letter in text.lower() if letter.isalnum())


def spell_all(terms: Iterable[str]) -> list[str]:
    """The spelling of each term once."""
    return list(dict.fromkeys(spell(term) for term in terms if fold(term)))


def spell(term: str) -> str:
    """A word per character with its readings behind it, the likeliest first; ``read`` takes it apart again.

    Words of Latin letters keep a second blank between them.
    """
    folded = fold(term)
    if folded.isascii():
        return "  ".join(" ".join(word) for part in _BETWEEN.split(term) if (word := fold(part)))
    return _learnt.get(folded) or _spell(folded)


def plain(term: str) -> str:
    """As ``spell``, for who has no dictionaries: found by its characters only."""
    return " ".join(fold(term))


def learn(spellings: Mapping[str, str]) -> None:
    """What ``spell`` answered elsewhere for these terms: here it needs no dictionaries for them any more."""
    _learnt.update({fold(term): spelling for term, spelling in spellings.items()})


@lru_cache(maxsize=20_000)
def _spell(folded: str) -> str:
    # Only who publishes a catalogue needs the readings of all characters: 60 MB.
    from pypinyin import Style, pinyin

    chosen = [readings[0] for readings in pinyin(folded, style=Style.NORMAL, errors=_single)]
    words = []
    for place, (character, best) in enumerate(zip(folded, chosen, strict=True)):
        # Who does not know how a word is said reads its characters one by one; who knows a name, as a name.
        surname = () if place else _surname_sounds().get(character, ())
        readings = dict.fromkeys([best, *surname, *_alone(character)])
        known = [one for one in readings if one.isascii() and one.isalpha() and one != character]
        # Who has no ü types v, or u.
        known = known[:_READINGS] + [one.replace("v", "u") for one in known[:_READINGS] if "v" in one]
        words.append(character + ",".join(known))
    return " ".join(words)


@lru_cache(maxsize=20_000)
def read(line: str) -> tuple[Sign, ...]:
    """What ``spell`` wrote."""
    return tuple(_sign(word) for word in line.split(" ") if word)


def ends(query: str, signs: Sequence[Sign], start: int, *, apart: bool = False) -> set[int]:
    """Where a folded query may end in a name that it enters at ``start``: characters, syllables, initials in any mix.

    ``apart``: signs between two pieces of the query may be left out.
    """
    places: list[set[int]] = [set() for _ in range(len(query) + 1)]
    places[0].add(start)
    for at, reached in enumerate(places[:-1]):
        if apart and reached:
            reached = set(range(min(reached), len(signs)))
        for place in reached:
            if place < len(signs):
                for length in pieces(query, at, signs[place]):
                    places[at + length].add(place + 1)
    return places[-1]


def pieces(query: str, at: int, sign: Sign) -> set[int]:
    """How many letters from here can stand for this sign: itself, a syllable, its initial, the begin of a syllable."""
    found = {1} if query[at] == sign.character else set()
    for reading in sign.readings:
        if query.startswith(reading, at):
            found.add(len(reading))
        elif reading.startswith(query[at:]):
            found.add(len(query) - at)
        if reading[0] == query[at]:
            found.add(1)
        if reading.startswith(_DOUBLE_INITIALS) and query.startswith(reading[:2], at):
            found.add(2)
    return found


@lru_cache(maxsize=20_000)
def _sign(word: str) -> Sign:
    """The same character in all names is kept once."""
    return Sign(word[0], tuple(word[1:].split(",")) if word[1:] else ())


@lru_cache(maxsize=20_000)
def _alone(character: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin

    [readings] = pinyin(character, style=Style.NORMAL, heteronym=True, errors=_single)
    return tuple(one for one in readings if _alive(character, one))


@cache
def _surname_sounds() -> dict[str, tuple[str, ...]]:
    """How characters are read where they begin a name, if otherwise than elsewhere."""
    found: dict[str, tuple[str, ...]] = {}
    for one in _SURNAMES.read_text("utf-8").split():
        found[one[0]] = (*found.get(one[0], ()), one[1:])
    return found


def _alive(character: str, reading: str) -> bool:
    counts = _uses().get(character)
    return counts is None or counts[reading] >= _ALIVE * counts.total()


@cache
def _uses() -> dict[str, Counter[str]]:
    """How often each reading of a character stands in a dictionary of 47,000 words."""
    from pypinyin.constants import PHRASES_DICT
    from pypinyin.contrib.tone_convert import to_normal

    toneless = cache(to_normal)
    found: dict[str, Counter[str]] = {}
    for word, syllables in PHRASES_DICT.items():
        for character, (syllable, *_) in zip(word, syllables, strict=False):
            found.setdefault(character, Counter())[toneless(syllable)] += 1
    return found


def _single(text: str) -> Any:
    """What is no hanzi counts character by character: a list, which pypinyin's types know nothing of."""
    return list(text)
