"""Traditional and civil festivals by their keys. Whether one is a holiday, the hall's own calendar says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from shared.domain.almanac.calendar import lunar, term

# By lunar month and day.
TRADITIONAL: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "spring_festival", (1, 15): "lantern_festival", (2, 2): "dragon_raises_head", (5, 5): "dragon_boat",
    (7, 7): "double_seventh", (7, 15): "ghost_festival", (8, 15): "mid_autumn", (9, 9): "double_ninth",
    (12, 8): "laba", (12, 23): "little_new_year",
}  # fmt: skip
# By civil month and day.
CIVIL: Final[Mapping[tuple[int, int], str]] = {
    (1, 1): "new_year", (3, 8): "womens_day", (3, 12): "arbor_day", (3, 15): "consumers_day", (5, 1): "labour_day",
    (5, 4): "youth_day", (6, 1): "childrens_day", (7, 1): "party_day", (8, 1): "army_day", (9, 3): "victory_day",
    (9, 10): "teachers_day", (9, 30): "martyrs_day", (10, 1): "national_day", (12, 4): "constitution_day",
    (12, 13): "memorial_day",
}  # fmt: skip
# Tomb sweeping is on the day of a term; that of the harvest too.
_OF_TERMS: Final = {"pure_brightness": "tomb_sweeping", "autumn_equinox": "harvest_festival"}
_EVE: Final = "new_years_eve"
_HARVEST_SINCE: Final = 2018


def festivals(day: date) -> tuple[str, ...]:
    """Those of a day, the traditional first; a leap month has none of its own."""
    found, moon = list[str](), lunar(day)
    if moon is not None and not moon.leap:
        if (moon.month, moon.day) in TRADITIONAL:
            found.append(TRADITIONAL[moon.month, moon.day])
        if moon.month == 12 and moon.last:
            found.append(_EVE)
    if (name := _OF_TERMS.get(term(day))) and not (name == "harvest_festival" and day.year < _HARVEST_SINCE):
        found.append(name)
    if (day.month, day.day) in CIVIL:
        found.append(CIVIL[day.month, day.day])
    return tuple(found)
