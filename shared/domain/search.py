"""Finding a service by characters, pinyin or initials, in any mix."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, product

from shared.domain.spelling import Sign, ends, fold, read, spell

_COMBINATIONS = 8


def search_keys(terms: Iterable[str]) -> list[str]:
    """Everything a service is found by; made once, where the catalogue is published."""
    return list(dict.fromkeys(key for term in terms if fold(term) for key in _keys(term)))


def rank(query: str, keys: Sequence[str], spelled: Sequence[Sequence[Sign]] = ()) -> int | None:
    """0 exact, 1 starts with, 2 contains, 3 all in order but apart, or mixed letters; None when it does not match.

    ``keys`` know characters, pinyin and initials each by themselves; ``spelled`` names are found by mixes of them.
    """
    wanted = fold(query)
    if not wanted:
        return None
    if wanted in keys:
        return 0
    if any(key.startswith(wanted) for key in keys):
        return 1
    if any(wanted in key for key in keys):
        return 2
    if len(wanted) < 2:
        return None
    mixed = min(_mixed(wanted, spelled), default=None)
    if wanted.isascii():
        # Letters alone fit many names somehow: after those that are spelled so from end to end.
        return 3 if mixed is not None else None
    if mixed is None and (
        any(_in_order(wanted, key) for key in keys) or any(ends(wanted, signs, 0, apart=True) for signs in spelled)
    ):
        return 3
    return mixed


def _mixed(wanted: str, spelled: Sequence[Sequence[Sign]]) -> Iterator[int]:
    for signs in spelled:
        for start in range(len(signs)):
            if found := ends(wanted, signs, start):
                yield 2 if start else 0 if len(signs) in found else 1


@lru_cache(maxsize=20_000)
def _keys(term: str) -> tuple[str, ...]:
    """The term itself, its full pinyin and its initials, in every common reading; lower case, no blanks."""
    signs = read(spell(term))
    found = ["".join(sign.character for sign in signs)]
    for syllables in islice(product(*(sign.readings or (sign.character,) for sign in signs)), _COMBINATIONS):
        found += ["".join(syllables), "".join(syllable[:1] for syllable in syllables)]
    return tuple(dict.fromkeys(found))


def _in_order(wanted: str, key: str) -> bool:
    letters = iter(key)
    return all(letter in letters for letter in wanted)
