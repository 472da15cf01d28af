"""The lunar calendar, solar terms and festivals, against dates that were published."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shared.domain.almanac import CIVIL, FIRST, LAST, TERMS, TRADITIONAL, Lunar, festivals, lunar, term, term_day
from shared.i18n import catalogue
from shared.schemas.almanac_words import day_words, lunar_words, names_of, weather_words
from shared.schemas.weather import AlmanacDay, Weather

# First days of lunar years, from the tables of the Hong Kong Observatory.
NEW_YEARS = {
    1900: "01-31", 1912: "02-18", 1949: "01-29", 1984: "02-02", 1985: "02-20", 2000: "02-05", 2012: "01-23",
    2020: "01-25", 2023: "01-22", 2024: "02-10", 2025: "01-29", 2026: "02-17", 2027: "02-06", 2033: "01-31",
    2034: "02-19", 2050: "01-23", 2099: "01-21", 2100: "02-09",
}  # fmt: skip
# First days of leap months; 2033 is the year that many programs get wrong.
LEAPS = {
    "1984-11-23": (1984, 10), "1995-09-25": (1995, 8), "2006-08-24": (2006, 7), "2014-10-24": (2014, 9),
    "2017-07-23": (2017, 6), "2020-05-23": (2020, 4), "2023-03-22": (2023, 2), "2025-07-25": (2025, 6),
    "2028-06-23": (2028, 5), "2033-12-22": (2033, 11), "2036-07-23": (2036, 6),
}  # fmt: skip


@pytest.mark.parametrize(("year", "day"), NEW_YEARS.items())
def test_a_lunar_year_begins_where_it_was_published(year: int, day: str) -> None:
    first = date.fromisoformat(f"{year}-{day}")
    assert lunar(first) == Lunar(year, 1, 1, False, False)
    assert "spring_festival" in festivals(first)
    if first > FIRST:
        before = lunar(first - timedelta(days=1))
        assert before is not None and (before.year, before.month, before.last) == (year - 1, 12, True)
        assert "new_years_eve" in festivals(first - timedelta(days=1))


@pytest.mark.parametrize(("day", "month"), LEAPS.items())
def test_leap_months_stand_where_they_were_published(day: str, month: tuple[int, int]) -> None:
    found = lunar(date.fromisoformat(day))
    assert found is not None and (found.year, found.month, found.day, found.leap) == (*month, 1, True)


def test_every_day_follows_the_one_before() -> None:
    day, before = FIRST, lunar(FIRST)
    while (day := day + timedelta(days=1)) <= LAST:
        now = lunar(day)
        assert before is not None and now is not None
        if not before.last:
            assert (now.year, now.month, now.leap, now.day) == (before.year, before.month, before.leap, before.day + 1)
        else:
            assert before.day in (29, 30) and now.day == 1
            same = now.leap and not before.leap and now.month == before.month
            assert same or (now.month == before.month % 12 + 1 and not now.leap)
            assert now.year == before.year + (now.month == 1 and not now.leap)
        before = now
    assert lunar(LAST + timedelta(days=1)) is None and lunar(FIRST - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2024-02-04", "start_of_spring"), ("2025-02-03", "start_of_spring"), ("2024-04-04", "pure_brightness"),
        ("2026-04-05", "pure_brightness"), ("2026-06-21", "summer_solstice"), ("2026-12-22", "winter_solstice"),
        ("2021-12-21", "winter_solstice"), ("2026-11-22", "minor_snow"), ("2026-11-28", ""), ("1899-12-22", ""),
        ("2101-01-05", ""),
    ],
)  # fmt: skip
def test_solar_terms(day: str, name: str) -> None:
    assert term(date.fromisoformat(day)) == name
    if name:
        assert term_day(int(day[:4]), name) == date.fromisoformat(day)


def test_festivals_are_those_of_both_calendars_and_none_of_a_leap_month() -> None:
    assert festivals(date(2026, 6, 19)) == ("dragon_boat",)
    assert festivals(date(2020, 10, 1)) == ("mid_autumn", "national_day")
    assert festivals(date(2026, 4, 5)) == ("tomb_sweeping",)
    assert festivals(date(2017, 9, 23)) == () and festivals(date(2018, 9, 23)) == ("harvest_festival",)
    # The fifth day of the second fifth month.
    assert lunar(date(2009, 6, 27)) == Lunar(2009, 5, 5, True, False) and festivals(date(2009, 6, 27)) == ()


def test_a_day_in_words() -> None:
    day = date(2026, 10, 1)
    assert day_words(day, "zh-CN") == "2026年10月1日 星期四"
    assert lunar_words(day, "zh-CN") == "农历丙午年（马年）八月廿一"
    assert lunar_words(date(2025, 7, 25), "zh-CN") == "农历乙巳年（蛇年）闰六月初一"
    assert "leap month 6" in lunar_words(date(2025, 7, 25), "en")
    # What the hall's calendar calls it stands in front, and once.
    named = names_of(day, "zh-CN", AlmanacDay(day=day, kind="holiday", name="国庆节", name_en="National Day"))
    assert named == ["国庆节（休）"]
    assert names_of(day, "zh-CN") == ["国庆节"]
    worked = AlmanacDay(day=date(2026, 10, 10), kind="adjusted")
    assert names_of(worked.day, "zh-CN", worked) == ["班"]
    assert weather_words(Weather(), "zh-CN") == ""


def test_every_key_has_its_words() -> None:
    words = catalogue()
    for key in TERMS:
        assert words.has(f"almanac.term.{key}")
    for key in (*TRADITIONAL.values(), *CIVIL.values(), "new_years_eve", "tomb_sweeping", "harvest_festival"):
        assert words.has(f"almanac.festival.{key}")
