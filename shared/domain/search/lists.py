"""Filtering what stands in a list or table: every word somewhere in the row, as written or by its sound."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from shared.domain.search.index import Entry, Index, Match
from shared.domain.spelling import spell

Key = TypeVar("Key", bound=Hashable)


class Chosen(NamedTuple, Generic[Key]):
    """The rows that stay; ``near``: nothing fits as typed, and these come near."""

    keys: frozenset[Key]
    near: bool = False


class Lists(Generic[Key]):
    """``rows``: what each shows. ``spelled``: what it is found by besides, as ``spell`` wrote it.

    ``spelled_by``: ``spelling.plain`` where there are no dictionaries.
    """

    def __init__(
        self, rows: Mapping[Key, Sequence[str]], spelled: Mapping[Key, Sequence[str]] | None = None, *,
        spelled_by: Callable[[str], str] = spell,
    ) -> None:  # fmt: skip
        self._shown = {key: " ".join(words).casefold() for key, words in rows.items()}
        more = spelled or {}
        self._index = Index(
            Entry(key, [*(spelled_by(one) for one in words if one), *more.get(key, ())]) for key, words in rows.items()
        )

    def find(self, words: str) -> Chosen[Key]:
        """All rows when nothing is asked for."""
        wanted = words.split()
        found = frozenset(self._shown).intersection(*(self._fitting(word) for word in wanted))
        if found or not wanted:
            return Chosen(found)
        close = [{one.key for one in self._index.find(word)} or self._written(word) for word in wanted]
        return Chosen(frozenset(self._shown).intersection(*close), near=True)

    def _fitting(self, word: str) -> set[Key]:
        hits = self._index.find(word, fuzzy=False)
        # Letters that could be a mix of syllables and initials are one only where they are nothing else.
        clear = {one.key for one in hits if one.how < Match.MIXED} | self._written(word)
        return clear or {one.key for one in hits}

    def _written(self, word: str) -> set[Key]:
        return {key for key, shown in self._shown.items() if word.casefold() in shown}
