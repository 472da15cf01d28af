"""Which characters a person without a keyboard may want next: only those that names of this hall go on with."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from shared.domain.spelling import Sign, ends, fold, pieces, read

# Longer runs are services, and those stand in the list of what was found.
_LONGEST = 4
# A run that names go on from in so many ways is a word, though no name ends with it.
_WAYS = 3
# One syllable is mostly one character; only the likeliest words stand before those.
_WORDS_FIRST = 2
# What is offered before anything is typed leads to several services, or it would be one of the services itself.
_STARTERS, _STARTER_SERVICES = 24, 2
_LETTERS = re.compile(r"[A-Za-z\s']*$")


class Candidate(NamedTuple):
    """Characters that stand for the first ``letters`` of the letters at the end of a query."""

    text: str
    letters: int = 0


def split(query: str) -> tuple[str, str]:
    """What is characters already, and the letters behind them that are not."""
    letters = _LETTERS.search(query)
    assert letters is not None
    return query[: letters.start()], fold(letters[0])


def take(query: str, candidate: Candidate) -> str:
    """The query after a candidate was touched."""
    characters, letters = split(query)
    return characters + candidate.text + letters[candidate.letters :]


class _Name(NamedTuple):
    text: str
    signs: tuple[Sign, ...]
    services: set[int]


# Candidates and the services that carry them, in the order they were met.
_Carried = dict[Candidate, set[int]]


class Characters:
    """Made from the spelled names of each service. What more services carry comes first, then what was met first."""

    def __init__(self, services: Iterable[Iterable[str]]) -> None:
        names: dict[str, _Name] = {}
        for place, lines in enumerate(services):
            for line in lines:
                if line not in names:
                    signs = read(line)
                    names[line] = _Name("".join(sign.character for sign in signs), signs, set())
                names[line].services.add(place)
        self._names = list(names.values())
        self._words, whole = _words(self._names)
        self.starters = [
            Candidate(word)
            for word, carried in sorted(self._words.items(), key=lambda item: -len(item[1]))
            if word in whole and len(carried) >= _STARTER_SERVICES
        ][:_STARTERS]
        self._places: dict[str, list[tuple[_Name, int]]] = defaultdict(list)
        for name in self._names:
            for place, sign in enumerate(name.signs):
                for initial in {reading[0] for reading in sign.readings}:
                    self._places[initial].append((name, place))

    def candidates(self, query: str) -> list[Candidate]:
        """For the letters at the end of the query; where there are none, for what may follow its characters."""
        characters, letters = split(query)
        characters = fold(characters)
        if not characters:
            return self._ranked(self._places.get(letters[0], ()), letters) if letters else self.starters
        return self._ranked(self._after(characters), letters) or self._ranked(self._later(characters, letters), letters)

    def _after(self, characters: str) -> Iterator[tuple[_Name, int]]:
        for name in self._names:
            start = name.text.find(characters)
            while start >= 0:
                yield name, start + len(characters)
                start = name.text.find(characters, start + 1)

    def _later(self, characters: str, letters: str) -> Iterator[tuple[_Name, int]]:
        """Where the characters stand apart, or what follows does: people leave characters out of long names."""
        for name in self._names:
            place = 0
            for character in characters:
                place = name.text.find(character, place) + 1
                if not place:
                    break
            else:
                for later in range(place, len(name.signs) if letters else place + 1):
                    yield name, later

    def _ranked(self, places: Iterable[tuple[_Name, int]], letters: str) -> list[Candidate]:
        words: _Carried = defaultdict(set)
        singles: _Carried = defaultdict(set)
        runs: _Carried = defaultdict(set)
        firsts: _Carried = defaultdict(set)
        for name, place in places:
            if place == len(name.signs) or not name.signs[place].readings:
                continue
            reached = ends(letters, name.signs, place) if letters else {place + 1}
            if not reached:
                continue
            for end in reached:
                found = runs if end > place + 1 else singles
                found[Candidate(name.text[place:end], len(letters))] |= name.services
            if not letters:
                continue
            for end in range(min(reached), place + _LONGEST + 1):
                if name.text[place:end] in self._words:
                    words[Candidate(name.text[place:end], len(letters))] |= name.services
            for length in pieces(letters, 0, name.signs[place]):
                if length < len(letters) and ends(letters[length:], name.signs, place + 1):
                    firsts[Candidate(name.text[place], length)] |= name.services
        likely = sorted(words, key=lambda word: (-len(self._words[word.text]), -len(words[word])))
        # Where no word fits, whatever run of characters does; and always the first character alone.
        parts = [] if likely or singles else _most(runs)
        longest = sorted(_most(firsts), key=lambda first: -first.letters)
        ordered = [*likely[:_WORDS_FIRST], *_most(singles), *likely[_WORDS_FIRST:], *parts, *longest]
        return list({candidate.text: candidate for candidate in reversed(ordered)}.values())[::-1]


def _most(carried: Mapping[Candidate, set[int]]) -> list[Candidate]:
    return sorted(carried, key=lambda candidate: -len(carried[candidate]))


def _words(names: Iterable[_Name]) -> tuple[dict[str, set[int]], set[str]]:
    """Runs that begin a name and end where a word can end, with the services they begin; and those that end a name."""
    begins: dict[str, set[int]] = defaultdict(set)
    followers: dict[str, set[str]] = defaultdict(set)
    last: set[str] = set()
    for name in names:
        for start in range(len(name.signs)):
            for end in range(start + 2, min(start + _LONGEST, len(name.signs)) + 1):
                if not name.signs[end - 1].readings or not name.signs[start].readings:
                    break
                run = name.text[start:end]
                if start == 0:
                    begins[run] |= name.services
                if end == len(name.signs):
                    last.add(run)
                else:
                    followers[run].add(name.text[end])
    words = {run: carried for run, carried in begins.items() if run in last or len(followers[run]) >= _WAYS}
    return words, last
