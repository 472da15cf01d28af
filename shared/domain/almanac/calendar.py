"""Lunar dates and solar terms, read from tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from shared.domain.almanac.table import EARLIEST, SOLAR, YEARS

# In the order of the civil year, two a month.
TERMS: Final = (
    "minor_cold", "major_cold", "start_of_spring", "rain_water", "awakening_of_insects", "spring_equinox",
    "pure_brightness", "grain_rain", "start_of_summer", "grain_buds", "grain_in_ear", "summer_solstice",
    "minor_heat", "major_heat", "start_of_autumn", "end_of_heat", "white_dew", "autumn_equinox", "cold_dew",
    "frosts_descent", "start_of_winter", "minor_snow", "major_snow", "winter_solstice",
)  # fmt: skip
_FIRST_YEAR: Final = 1900
_YEARS: Final = YEARS.split()
_SOLAR: Final = SOLAR.split()
_LONG: Final = 30


@dataclass(frozen=True, slots=True)
class Lunar:
    """``year``: the civil year in which it begins; ``leap``: the month is the second of its number; ``last``: the last
    day of its month.
    """

    year: int
    month: int
    day: int
    leap: bool
    last: bool

    @property
    def stem(self) -> int:
        """Of the year's ten heavenly stems, from 0."""
        return (self.year - 4) % 10

    @property
    def branch(self) -> int:
        """Of the year's twelve earthly branches, and animals, from 0: the rat."""
        return (self.year - 4) % 12


@dataclass(frozen=True, slots=True)
class _Year:
    """``lengths`` of its months in their order; ``leap``: which of them is doubled, 0: none."""

    first: date
    lengths: tuple[int, ...]
    leap: int


@cache
def _year(year: int) -> _Year:
    packed = int(_YEARS[year - _FIRST_YEAR], 16)
    leap = packed >> 13 & 0xF
    lengths = tuple(_LONG - 1 + (packed >> place & 1) for place in range(13 if leap else 12))
    return _Year(date(year, 1, 21) + timedelta(days=packed >> 17), lengths, leap)


FIRST: Final = _year(_FIRST_YEAR).first
LAST: Final = _year(_FIRST_YEAR + len(_YEARS) - 1).first + timedelta(
    days=sum(_year(_FIRST_YEAR + len(_YEARS) - 1).lengths) - 1
)


def lunar(day: date) -> Lunar | None:
    """None outside ``FIRST`` to ``LAST``."""
    if not FIRST <= day <= LAST:
        return None
    year = day.year if day.year - _FIRST_YEAR < len(_YEARS) and day >= _year(day.year).first else day.year - 1
    known = _year(year)
    left = (day - known.first).days
    for place, length in enumerate(known.lengths):
        if left < length:
            doubled = known.leap and place >= known.leap
            return Lunar(year, place if doubled else place + 1, left + 1, place == known.leap > 0, left == length - 1)
        left -= length
    raise AssertionError("a lunar year ends where the next begins")


def term(day: date) -> str:
    """The solar term that begins on this day; empty: none."""
    if not _FIRST_YEAR <= day.year < _FIRST_YEAR + len(_SOLAR):
        return ""
    for number in (day.month * 2 - 2, day.month * 2 - 1):
        if day == term_day(day.year, TERMS[number]):
            return TERMS[number]
    return ""


def term_day(year: int, name: str) -> date:
    """When a term begins in a year from 1900 to 2100; ValueError for another name, IndexError for another year."""
    number = TERMS.index(name)
    late = int(_SOLAR[year - _FIRST_YEAR], 16) >> 2 * number & 3
    return date(year, number // 2 + 1, EARLIEST[number] + late)
