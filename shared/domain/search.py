"""Finding a service by characters, pinyin or initials."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice, product
from typing import Any

# Every reading is indexed, because a citizen types what they say; a few readings per character are plenty.
_READINGS = 3
_COMBINATIONS = 8


def _single(text: str) -> Any:
    """What is no hanzi counts character by character: a list, which pypinyin's types know nothing of."""
    return list(text)


@lru_cache(maxsize=20_000)
def _spellings(term: str) -> tuple[str, ...]:
    """The term itself, its full pinyin and its initials, in every common reading; lower case, no blanks."""
    # Only who publishes a catalogue needs the readings of all characters: 54 MB.
    from pypinyin import Style, pinyin

    plain = fold(term)
    chosen = [word[0] for word in pinyin(plain, style=Style.NORMAL, errors=_single)]
    readings = pinyin(plain, style=Style.NORMAL, heteronym=True, errors=_single)
    options = [list(dict.fromkeys([best, *others]))[:_READINGS] for best, others in zip(chosen, readings, strict=True)]
    found = [plain]
    for combination in islice(product(*options), _COMBINATIONS):
        found += ["".join(combination), "".join(syllable[:1] for syllable in combination)]
    return tuple(dict.fromkeys(found))


def fold(query: str) -> str:
    """Lower case without blanks: how queries and keys are compared."""
    return "".join(query.lower().split())


def search_keys(terms: Iterable[str]) -> list[str]:
    """Everything a service is found by; made once, where the catalogue is published."""
    return list(dict.fromkeys(key for term in terms if term for key in _spellings(term)))


def rank(query: str, keys: Sequence[str]) -> int | None:
    """0 exact, 1 starts with, 2 contains, 3 all words' letters in order; None when it does not match."""
    wanted = fold(query)
    if not wanted:
        return None
    if wanted in keys:
        return 0
    if any(key.startswith(wanted) for key in keys):
        return 1
    if any(wanted in key for key in keys):
        return 2
    if len(wanted) >= 2 and not wanted.isascii() and any(_in_order(wanted, key) for key in keys):
        return 3
    return None


def _in_order(wanted: str, key: str) -> bool:
    letters = iter(key)
    return all(letter in letters for letter in wanted)
