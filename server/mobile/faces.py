"""The faces of a rating: three or five, as the hall has set, always kept on the national five-level scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.i18n import text

SCALES = {3: (5, 4, 2), 5: (5, 4, 3, 2, 1)}
BAD = 2
_MOODS = {5: 1.0, 4: 0.5, 3: 0.0, 2: -0.7, 1: -1.0}


@dataclass(frozen=True, slots=True)
class Face:
    """One choice; ``mouth`` is an SVG path in a box of 100."""

    level: int
    words: str
    bad: bool
    mouth: str


def faces(facts: dict[str, Any], language: str) -> list[Face]:
    """The choices of this hall, best first."""
    scale = SCALES.get(facts.get("rating_levels", 3), SCALES[3])
    words = {level: text(f"phone.rate.level_{level}", language=language) for level in scale}
    return [Face(level, words[level], level <= BAD, _mouth(level)) for level in scale]


def reasons(facts: dict[str, Any], language: str) -> list[tuple[str, str]]:
    """What somebody who is not satisfied may choose: (key, words)."""
    zh = language == "zh-CN"
    return [
        (reason["key"], reason["text"] if zh else reason["text_en"] or reason["text"])
        for reason in facts.get("rating_reasons", ())
    ]


def _mouth(level: int) -> str:
    bend = _MOODS[level] * 18
    return f"M30 {69 - bend / 2:g}Q50 {69 + bend:g} 70 {69 - bend / 2:g}"
