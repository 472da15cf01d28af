"""Weather at the hall as of a moment, and what kind of day a date is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.schemas.base import Message
from shared.schemas.release import CalendarKind
from shared.schemas.upstreams import SecureAddress

# What the sky does; words ``weather.sky.<sky>``, one sign each.
Sky = Literal[
    "clear", "partly_cloudy", "cloudy", "fog", "drizzle", "rain", "heavy_rain", "freezing_rain", "sleet", "snow",
    "heavy_snow", "thunder", "unknown",
]  # fmt: skip
Celsius = Annotated[float, Field(ge=-90, le=70)]
Percent = Annotated[int, Field(ge=0, le=100)]


class WeatherNow(Message):
    """``wind_ms``: metres a second at 10 m; ``wind_from``: degrees, 0 north, 90 east. None: not told."""

    sky: Sky
    night: bool = False
    celsius: Celsius
    feels_celsius: Celsius | None = None
    humidity: Percent | None = None
    wind_ms: Annotated[float, Field(ge=0, le=150)] | None = None
    wind_from: Annotated[int, Field(ge=0, le=360)] | None = None


class WeatherDay(Message):
    """``rain``: how likely, in percent."""

    day: date
    sky: Sky
    low: Celsius
    high: Celsius
    rain: Percent | None = None


class Weather(Message):
    """``GET /weather``, and the data of ``weather.changed``; ``weather`` of a snapshot with the topic ``information``.

    Before the first answer of the source (or where none is set) ``as_of`` and ``now`` are None and ``days`` is empty:
    only the date is shown. After that the last known one stays, whatever becomes of the source: say ``as_of``.
    ``stale_at``: from when on it must be shown as old. ``days`` from the day of ``as_of`` on: pass over those before
    today. ``source``: whom to name on the screen.
    """

    place: str = ""
    as_of: datetime | None = None
    stale_at: datetime | None = None
    now: WeatherNow | None = None
    days: tuple[WeatherDay, ...] = ()
    source: str = ""


class AlmanacDay(Message):
    """A day of ``GET /almanac?first=&days=``: what the hall's calendar says of it (``kind`` empty: a usual day).

    What any calendar says of it, lunar date, solar term, festivals, needs no server: ``shared.domain.almanac``, in
    words ``shared.schemas.almanac_words``.
    """

    day: date
    kind: CalendarKind | Literal[""] = ""
    name: str = ""
    name_en: str = ""


class Almanac(Message):
    """``today`` in the hall's time."""

    today: date
    days: list[AlmanacDay]


class WeatherSettings(Message):
    """Where the weather comes from. ``driver`` empty: from nowhere. ``open_meteo``: the documented forecast interface
    of Open-Meteo, its own (``address`` as it ships) or one that speaks like it; ``key``: see the edit.
    """

    driver: Literal["", "open_meteo"] = ""
    address: SecureAddress = "https://api.open-meteo.com"
    place: Annotated[str, Field(max_length=40)] = ""
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    minutes: Annotated[int, Field(ge=10, le=1440)] = 30


class WeatherSettingsEdit(WeatherSettings):
    """All of it; ``key`` None stays, empty goes: it must come along to another address. ``version`` as it was read."""

    version: int
    key: Annotated[str, Field(max_length=200, pattern=r"^[\x21-\x7e]*$")] | None = Field(None, repr=False)


class WeatherSource(WeatherSettings):
    """As the console shows it: ``fault`` is the code of why the last question failed, ``failures`` how many in a row;
    ``next_at``: when it asks again.
    """

    version: int
    has_key: bool
    asked_at: datetime | None
    next_at: datetime | None
    failures: int
    fault: str
    weather: Weather
