"""All names of an index side by side: one bit for each sign, and masks of where a character or a sound stands.

A set of places is one whole number with a bit for each place, so that a step of the search takes every name along at
once. A name is its signs and one place behind them, where it has ended; nothing stands there, so nothing crosses it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from shared.domain.search.sounds import LONGEST, heard
from shared.domain.spelling import Sign, read

# Masks of what is asked for often; each is as long as all names, in bits.
_KEPT = 256


class Shelf:
    """``entries``: the lines of each thing, as ``spell`` wrote them."""

    def __init__(self, entries: Iterable[Sequence[str]]) -> None:
        self._places: dict[Sign, array[int]] = defaultdict(lambda: array("I"))
        self._begins = array("I")
        starts, ends, words, beginnings = array("I"), array("I"), array("I"), set[str]()
        pairs: dict[str, list[int]] = defaultdict(list)
        at = 0
        for lines in entries:
            self._begins.append(at)
            for line in lines:
                starts.append(at)
                before: Sign | None = None
                for word in line.split("  "):
                    words.append(at)
                    for sign in read(word):
                        self._places[sign].append(at)
                        if before is not None:
                            if bool(before.readings) != bool(sign.readings):
                                words.append(at)
                            elif sign.readings:
                                pairs[before.character + sign.character].append(at - 1)
                        before = sign
                        at += 1
                if starts[-1] < at:
                    head = line.split(" ", 2)
                    beginnings.add("".join(one[0] for one in head[:2] if one))
                    ends.append(at)
                    at += 1
                else:
                    starts.pop()
        self.length = at
        # What begins some name begins a word wherever it stands.
        for pair in beginnings & pairs.keys():
            words.extend(pairs[pair])
        self._signs: dict[str, list[Sign]] = defaultdict(list)
        self._sounding: dict[str, list[Sign]] = defaultdict(list)
        for sign in self._places:
            self._signs[sign.character].append(sign)
            for reading in sign.readings:
                self._sounding[reading].append(sign)
        self.syllables = frozenset(self._sounding)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for syllable in self.syllables:
            self._alike[heard(syllable)].append(syllable)
        self.starts, self.ends, self.words = self._mask([starts]), self._mask([ends]), self._mask([starts, words])
        self.hanzi = self._mask(places for sign, places in self._places.items() if sign.readings)
        letters = (places for sign, places in self._places.items() if sign.character.isalpha() and not sign.readings)
        self.letters = self._mask(letters)
        self.all = self._mask(self._places.values())
        self.character = lru_cache(_KEPT)(self._character)
        self.sounding = lru_cache(_KEPT)(self._of_sounds)

    def _character(self, character: str) -> int:
        return self._mask(self._places[sign] for sign in self._signs.get(character, ()))

    def syllable(self, letters: str) -> int:
        """Where a sign is read just so."""
        return self.sounding(frozenset((letters,))) if letters in self._sounding else 0

    def beginning(self, letters: str) -> int:
        """Where a reading begins so."""
        return self.sounding(self._begun(letters)) if len(letters) <= LONGEST else 0

    def alike(self, letters: str, *, begun: bool) -> int:
        """Where a reading sounds so to many, or begins to."""
        wanted = heard(letters)
        if not begun:
            return self.sounding(frozenset(self._alike.get(wanted, ())))
        found = (one for sound, alike in self._alike.items() if sound.startswith(wanted) for one in alike)
        return self.sounding(frozenset(found))

    def numbers(self, places: int) -> Iterator[int]:
        """The entries that a set of places is in, each once, in their order."""
        bits = bin(places)[:1:-1]
        at = bits.find("1")
        while at >= 0:
            number = bisect_right(self._begins, at) - 1
            yield number
            if number + 1 == len(self._begins):
                return
            at = bits.find("1", self._begins[number + 1])

    def onward(self, places: int) -> int:
        """Every place from these on to the end of their names."""
        # Added to a row of ones, a one turns into a carry that runs to the end of the row.
        places &= self.all
        return ((self.all + places) ^ self.all) | places

    def _begun(self, letters: str) -> frozenset[str]:
        return frozenset(one for one in self.syllables if one.startswith(letters))

    def _of_sounds(self, syllables: frozenset[str]) -> int:
        signs = {sign for syllable in syllables for sign in self._sounding.get(syllable, ())}
        return self._mask(self._places[sign] for sign in signs)

    def _mask(self, groups: Iterable[Iterable[int]]) -> int:
        bits = bytearray(self.length // 8 + 1)
        for places in groups:
            for place in places:
                bits[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(bits, "little")
