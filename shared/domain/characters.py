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
    services: int


class _Tail(NamedTuple):
    """How names go on from a place: evaluated once, however many do so. ``services``: a bit for each."""

    signs: tuple[Sign, ...]
    services: int
    places: list[tuple[int, int]]


# Candidates and the services that carry them, a bit for each, in the order they were met.
_Carried = dict[Candidate, int]
# Which name, and where in it.
_Places = Iterable[tuple[int, int]]


class Characters:
    """Made from the spelled names of each service. What more services carry comes first, then what was met first."""

    def __init__(self, services: Iterable[Iterable[str]]) -> None:
        carried: dict[str, int] = defaultdict(int)
        for place, lines in enumerate(services):
            for line in lines:
                carried[line] |= 1 << place
        spelled = [(read(line), mask) for line, mask in carried.items()]
        self._names = [_Name("".join(sign.character for sign in signs), signs, mask) for signs, mask in spelled]
        self._words, whole = _words(self._names)
        self.starters = [
            Candidate(word)
            for word, mask in sorted(self._words.items(), key=lambda item: -item[1].bit_count())
            if word in whole and mask.bit_count() >= _STARTER_SERVICES
        ][:_STARTERS]
        everywhere = ((n, place) for n, name in enumerate(self._names) for place in range(len(name.signs)))
        self._tails: dict[str, list[_Tail]] = defaultdict(list)
        for tail in self._going_on(everywhere, _LONGEST):
            for initial in {reading[0] for reading in tail.signs[0].readings}:
                self._tails[initial].append(tail)

    def candidates(self, query: str) -> list[Candidate]:
        """For the letters at the end of the query; where there are none, for what may follow its characters."""
        characters, letters = split(query)
        characters = fold(characters)
        if not characters:
            return self._begun(letters) if letters else self.starters
        depth = max(len(letters), _LONGEST)
        return self._ranked(self._going_on(self._after(characters), depth), letters) or self._ranked(
            self._going_on(self._later(characters, letters), depth), letters
        )

    def _begun(self, letters: str) -> list[Candidate]:
        tails = self._tails.get(letters[0], ())
        if len(letters) > _LONGEST:
            # What fits all of the letters fits the first of them too.
            fitting = [tail for tail in tails if ends(letters[:_LONGEST], tail.signs, 0)]
            return self._ranked(
                self._going_on((place for tail in fitting for place in tail.places), len(letters)), letters
            )
        return self._ranked(tails, letters)

    def _after(self, characters: str) -> Iterator[tuple[int, int]]:
        for number, name in enumerate(self._names):
            start = name.text.find(characters)
            while start >= 0:
                yield number, start + len(characters)
                start = name.text.find(characters, start + 1)

    def _later(self, characters: str, letters: str) -> Iterator[tuple[int, int]]:
        """Where the characters stand apart, or what follows does: people leave characters out of long names."""
        for number, name in enumerate(self._names):
            place = 0
            for character in characters:
                place = name.text.find(character, place) + 1
                if not place:
                    break
            else:
                for later in range(place, len(name.signs) if letters else place + 1):
                    yield number, later

    def _going_on(self, places: _Places, depth: int) -> Iterable[_Tail]:
        """As they were met first; what goes on alike for ``depth`` signs is one."""
        found: dict[tuple[Sign, ...], _Tail] = {}
        for number, place in places:
            name = self._names[number]
            if signs := name.signs[place : place + depth]:
                known = found.get(signs)
                services, met = (known.services, known.places) if known else (0, [])
                met.append((number, place))
                found[signs] = _Tail(signs, services | name.services, met)
        return found.values()

    def _ranked(self, tails: Iterable[_Tail], letters: str) -> list[Candidate]:
        words: _Carried = defaultdict(int)
        singles: _Carried = defaultdict(int)
        runs: _Carried = defaultdict(int)
        firsts: _Carried = defaultdict(int)
        for signs, services, _ in tails:
            if not signs[0].readings:
                continue
            reached = ends(letters, signs, 0) if letters else {1}
            if not reached:
                continue
            text = "".join(sign.character for sign in signs)
            for end in reached:
                found = runs if end > 1 else singles
                found[Candidate(text[:end], len(letters))] |= services
            if not letters:
                continue
            for end in range(min(reached), min(_LONGEST, len(text)) + 1):
                if text[:end] in self._words:
                    words[Candidate(text[:end], len(letters))] |= services
            for length in pieces(letters, 0, signs[0]):
                if length < len(letters) and ends(letters[length:], signs, 1):
                    firsts[Candidate(text[0], length)] |= services
        likely = sorted(words, key=lambda word: (-self._words[word.text].bit_count(), -words[word].bit_count()))
        # Where no word fits, whatever run of characters does; and always the first character alone.
        parts = [] if likely or singles else _most(runs)
        longest = sorted(_most(firsts), key=lambda first: -first.letters)
        ordered = [*likely[:_WORDS_FIRST], *_most(singles), *likely[_WORDS_FIRST:], *parts, *longest]
        return list({candidate.text: candidate for candidate in reversed(ordered)}.values())[::-1]


def _most(carried: Mapping[Candidate, int]) -> list[Candidate]:
    return sorted(carried, key=lambda candidate: -carried[candidate].bit_count())


def _words(names: Iterable[_Name]) -> tuple[dict[str, int], set[str]]:
    """Runs that begin a name and end where a word can end, with the services they begin; and those that end a name."""
    begins: dict[str, int] = defaultdict(int)
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
