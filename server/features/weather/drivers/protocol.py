"""What a source of weather is to the hall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.client.line import Places
from shared.schemas.weather import WeatherDay, WeatherNow


class RubbishError(Exception):
    """The source answered, and not what its interface promises."""


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, positive to the north and east; ``zone``: the hall's, as the time zone database names it."""

    latitude: float
    longitude: float
    zone: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says; ``source``: whom its licence wants named on the screen."""

    as_of: datetime
    now: WeatherNow
    days: tuple[WeatherDay, ...]
    source: str


class WeatherDriver(Protocol):
    def ask(self, place: Place, places: Places | None = None) -> Told:
        """Blocks, some seconds at most; ``places``: what may be connected to. ``NoAnswerError`` of
        ``sign_on.outgoing``, ``RubbishError``, HallError of ``places``.
        """
        ...
