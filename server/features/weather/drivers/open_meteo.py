"""The forecast interface of Open-Meteo, version 1 (https://open-meteo.com/en/docs): JSON over GET.

Others offer the same interface, a hall's own proxy among them. With a key the documented ``apikey`` goes along.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.features.sign_on.outgoing import ask_json
from server.features.weather.drivers.protocol import Place, RubbishError, Told
from shared.client.line import Places
from shared.schemas.weather import Celsius, Percent, Sky, WeatherDay, WeatherNow

SOURCE: Final = "Open-Meteo.com"
DAYS: Final = 4
_CURRENT: Final = (
    "temperature_2m", "relative_humidity_2m", "apparent_temperature", "is_day", "weather_code", "wind_speed_10m",
    "wind_direction_10m",
)  # fmt: skip
_DAILY: Final = ("weather_code", "temperature_2m_max", "temperature_2m_min", "precipitation_probability_max")
# WMO code 4677 as the interface uses it.
_SKIES: Final[dict[int, Sky]] = {
    0: "clear", 1: "clear", 2: "partly_cloudy", 3: "cloudy", 45: "fog", 48: "fog", 51: "drizzle", 53: "drizzle",
    55: "drizzle", 56: "freezing_rain", 57: "freezing_rain", 61: "rain", 63: "rain", 65: "heavy_rain",
    66: "freezing_rain", 67: "freezing_rain", 71: "snow", 73: "snow", 75: "heavy_snow", 77: "snow", 80: "rain",
    81: "rain", 82: "heavy_rain", 85: "snow", 86: "heavy_snow", 95: "thunder", 96: "thunder", 99: "thunder",
}  # fmt: skip


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


class _Current(_Said):
    # Local time without a zone: ``utc_offset_seconds`` stands beside it.
    time: datetime
    temperature_2m: Celsius
    weather_code: int
    is_day: int = 1
    relative_humidity_2m: Percent | None = None
    apparent_temperature: Celsius | None = None
    wind_speed_10m: float | None = Field(None, ge=0, le=150)
    wind_direction_10m: int | None = Field(None, ge=0, le=360)


class _Daily(_Said):
    time: list[date]
    weather_code: list[int | None]
    temperature_2m_max: list[Celsius | None]
    temperature_2m_min: list[Celsius | None]
    precipitation_probability_max: list[Percent | None] = []


class _Answer(_Said):
    utc_offset_seconds: int = Field(ge=-86_400, le=86_400)
    current: _Current
    daily: _Daily


@dataclass(frozen=True, slots=True)
class OpenMeteo:
    address: str
    key: str = field(default="", repr=False)

    def ask(self, place: Place, places: Places | None = None) -> Told:
        query = {
            "latitude": f"{place.latitude:.4f}", "longitude": f"{place.longitude:.4f}", "timezone": place.zone,
            "current": ",".join(_CURRENT), "daily": ",".join(_DAILY), "wind_speed_unit": "ms",
            "forecast_days": str(DAYS),
        }  # fmt: skip
        if self.key:
            query["apikey"] = self.key
        return read(ask_json("GET", f"{self.address.rstrip('/')}/v1/forecast", query=query, places=places))


def read(answer: dict[str, Any]) -> Told:
    """``RubbishError`` for what is no such answer."""
    try:
        found = _Answer.model_validate(answer)
        if found.current.time.tzinfo is not None:
            raise RubbishError
        at = (found.current.time - timedelta(seconds=found.utc_offset_seconds)).replace(tzinfo=UTC)
    except (ValidationError, OverflowError):
        raise RubbishError from None
    current = found.current
    now = WeatherNow(
        sky=_sky(current.weather_code), night=not current.is_day, celsius=current.temperature_2m,
        feels_celsius=current.apparent_temperature, humidity=current.relative_humidity_2m,
        wind_ms=current.wind_speed_10m, wind_from=current.wind_direction_10m,
    )  # fmt: skip
    return Told(at, now, tuple(_days(found.daily)), SOURCE)


def _sky(code: int | None) -> Sky:
    return _SKIES.get(code, "unknown") if code is not None else "unknown"


def _days(daily: _Daily) -> list[WeatherDay]:
    """Columns side by side; a day of which too little is told is left out."""
    rain: list[Percent | None] = daily.precipitation_probability_max or [None] * len(daily.time)
    columns = (daily.weather_code, daily.temperature_2m_min, daily.temperature_2m_max, rain)
    if any(len(column) != len(daily.time) for column in columns) or len(daily.time) > 16:
        raise RubbishError
    return [
        WeatherDay(day=day, sky=_sky(code), low=min(low, high), high=max(low, high), rain=chance)
        for day, code, low, high, chance in zip(daily.time, *columns, strict=True)
        if low is not None and high is not None
    ]
