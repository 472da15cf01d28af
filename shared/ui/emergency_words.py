"""An emergency as a screen says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.i18n import text
from shared.schemas.emergencies import Emergency

_TONES = {"Extreme": "error", "Severe": "error", "Moderate": "warn"}


@dataclass(frozen=True)
class EmergencyWords:
    """``tone``: error, warn or info. ``page``: "1 / 2" where there are several. ``stays``: nobody may put it aside."""

    identifier: str
    tone: str
    kind: str
    kind_second: str
    headline: str
    headline_second: str
    description: str
    instruction: str
    times: str
    page: str
    stays: bool


def emergency_words(
    told: Emergency, count: int, place: int, zone: tzinfo | None, now: datetime, language: str, second: str
) -> EmergencyWords:
    kind = "emergency" if told.status == "Actual" else told.status.lower()
    times = {"sent": clock(told.sent, zone, now), "until": clock(told.expires, zone, now)}
    english = told.headline_en if told.headline_en != told.headline else ""
    first, other = (english or told.headline, "") if language == "en" else (told.headline, english if second else "")
    return EmergencyWords(
        identifier=told.identifier,
        tone=_TONES.get(told.severity, "info"),
        kind=text(f"emergencies.screen.{kind}", language),
        kind_second=text(f"emergencies.screen.{kind}", second) if second else "",
        headline=first,
        headline_second=other,
        description=told.description,
        instruction=told.instruction,
        times=text("emergencies.screen.times", language, **times),
        page=f"{place + 1} / {count}" if count > 1 else "",
        stays=told.severity == "Extreme" and told.status == "Actual",
    )


def time_zone(name: str) -> tzinfo | None:
    """The hall's zone; None (this machine's) when the system does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None


def clock(at: datetime, zone: tzinfo | None, now: datetime) -> str:
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else f"{local:%m-%d %H:%M}"
