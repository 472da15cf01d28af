"""Syllables that are taken for one another: by the ear, and by a finger that slips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

LONGEST = 6
_RETROFLEX = ("zh", "ch", "sh")


@lru_cache(maxsize=8192)
def heard(syllable: str) -> str:
    """What much of the country hears alike is one: zh z, ch c, sh s, n l, and endings with and without g."""
    if syllable.startswith(_RETROFLEX):
        syllable = syllable[0] + syllable[2:]
    elif syllable.startswith("n") and syllable[1:2] in tuple("aeiouv"):
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


class Slips:
    """Which of the known syllables may be meant by letters with one of them wrong, missing, too many or swapped."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._without: dict[str, set[str]] = defaultdict(set)
        for one in self._known:
            for shorter in _shorter(one):
                self._without[shorter].add(one)
        self.near = lru_cache(maxsize=8192)(self._near)

    def _near(self, letters: str) -> tuple[str, ...]:
        """Never the letters themselves; a single letter is an initial, and no slip."""
        if not 2 <= len(letters) <= LONGEST + 1:
            return ()
        missing = self._without.get(letters, set())
        shorter = _shorter(letters)
        found = missing | (shorter & self._known)
        for one in shorter:
            found |= {other for other in self._without.get(one, ()) if _one_apart(letters, other)}
        return tuple(sorted(other for other in found if other != letters and len(other) > 1))


def _shorter(word: str) -> set[str]:
    return {word[:n] + word[n + 1 :] for n in range(len(word))}


def _one_apart(one: str, other: str) -> bool:
    """Of one length, and one letter is another or two neighbours are swapped."""
    apart = [n for n, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    if len(apart) == 2 and apart[1] == apart[0] + 1:
        return one[apart[0]] == other[apart[1]] and one[apart[1]] == other[apart[0]]
    return len(apart) == 1
