"""A day in words, for every screen that tells it: date, lunar date, what is celebrated, the hall's calendar."""

from __future__ import annotations

from datetime import date, datetime

from shared.domain.almanac import Lunar, festivals, lunar, term
from shared.i18n import text
from shared.schemas.weather import AlmanacDay, Weather, WeatherDay, WeatherNow


def day_words(day: date, language: str) -> str:
    """Date and day of the week."""
    return text(
        "almanac.date", language, year=day.year, month=text(f"almanac.civil_month.{day.month}", language), day=day.day,
        weekday=text(f"almanac.weekday.{day.isoweekday()}", language),
    )  # fmt: skip


def lunar_words(day: date, language: str) -> str:
    """The lunar date with its year; empty outside the calendar's years."""
    found = lunar(day)
    return _lunar(found, language) if found is not None else ""


def names_of(day: date, language: str, known: AlmanacDay | None = None) -> list[str]:
    """What the day is called: as the hall's calendar says, then festivals and the solar term, each once."""
    own = name = ""
    if known is not None and known.kind:
        kind = text(f"almanac.kind.{known.kind}", language)
        name = known.name if language.startswith("zh") else known.name_en or known.name
        own = text("almanac.kind_of", language, name=name, kind=kind) if name else kind
    named = [own, *(word for key in festivals(day) if (word := text(f"almanac.festival.{key}", language)) != name)]
    if key := term(day):
        named.append(text(f"almanac.term.{key}", language))
    return [name for name in dict.fromkeys(named) if name]


def weather_words(weather: Weather, language: str) -> str:
    """The sky and the temperature in one line; empty before anything is known. ``as_of`` is said beside it."""
    if weather.now is None:
        return ""
    sky = text(f"weather.sky.{weather.now.sky}", language)
    return text("weather.now", language, sky=sky, celsius=round(weather.now.celsius))


def weather_line(weather: Weather | None, now: datetime, language: str) -> tuple[str, str]:
    """Place, sky, temperature and today's range in one line, and since when that is known; both empty before anything
    is. ``now``: the hall's own time.
    """
    if weather is None or weather.now is None or weather.as_of is None:
        return "", ""
    at = weather.as_of.astimezone(now.tzinfo)
    key = "as_of" if at.date() == now.date() else "as_of_day"
    told = text(f"weather.{key}", language, time=f"{at:%H:%M}", day=f"{at:%m-%d}")
    ranges = [_range(day, weather.now, language) for day in weather.days if day.day == now.date()]
    separator = text("weather.separator", language)
    return (
        separator.join(part for part in (weather.place, weather_words(weather, language), *ranges) if part),
        separator.join(part for part in (told, weather.source) if part),
    )


def _range(day: WeatherDay, now: WeatherNow, language: str) -> str:
    """The sky of the day only where it is another one than now."""
    said = {"low": round(day.low), "high": round(day.high)}
    if day.sky == now.sky:
        return text("weather.low_high", language, **said)
    return text("weather.range", language, sky=text(f"weather.sky.{day.sky}", language), **said)


def _lunar(found: Lunar, language: str) -> str:
    month = text(f"almanac.lunar_month.{found.month}", language)
    return text(
        "almanac.lunar_leap" if found.leap else "almanac.lunar", language,
        year=text(f"almanac.stem.{found.stem}", language) + text(f"almanac.branch.{found.branch}", language),
        animal=text(f"almanac.animal.{found.branch}", language), month=month,
        day=text(f"almanac.lunar_day.{found.day}", language),
    )  # fmt: skip
