"""Spelling names by the keyboard's table, on a machine that has no dictionaries: all sounds of each character."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from shared.domain.pinyin.table import FOLDER
from shared.domain.spelling import fold, spell

# Whoever looks for a name types one of the first; behind them stand sounds nobody has used for centuries.
_READINGS = 4


def spell_by_table(term: str) -> str:
    """As ``spelling.spell`` writes it; of a character that is read in several ways the order says nothing."""
    folded = fold(term)
    if folded.isascii():
        return spell(term)
    return " ".join(sign + ",".join(_sounds().get(sign, ())) for sign in folded)


@cache
def _sounds() -> Mapping[str, tuple[str, ...]]:
    """Characters and how they are typed, what most people mean first."""
    meant: dict[str, list[str]] = {}
    seldom: dict[str, list[str]] = {}
    for line in (FOLDER / "characters.txt").read_text("utf-8").splitlines():
        syllable, often, others = line.split(" ")
        # Who has no umlaut types v, or u.
        typed = [syllable, syllable.replace("v", "u")] if "v" in syllable else [syllable]
        for signs, known in ((often, meant), (others, seldom)):
            for sign in signs:
                known.setdefault(sign, []).extend(typed)
    every = {sign: dict.fromkeys((*meant.get(sign, ()), *seldom.get(sign, ()))) for sign in seldom | meant}
    return {sign: tuple(sounds)[:_READINGS] for sign, sounds in every.items()}
