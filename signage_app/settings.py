"""A display's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

from shared.client.settings import TerminalSettings
from shared.devices.speech.volume import VolumePlan, volume_plan
from shared.domain.announcements import SpokenLanguage
from shared.domain.errors import HallError
from shared.i18n import languages
from shared.ui.theme import MODES

USUAL_VOLUME = VolumePlan(((time(0), 0.7),))


@dataclass(frozen=True)
class SignageSettings:
    """``zone``: key of a waiting area, empty for the whole hall. ``second_language``: empty for none.

    ``speech_languages`` None: as the hall says. ``speech`` None: no loudspeaker here.
    ``film_volume``: of the zones whose films are heard, by time of day; in the profile a percentage, or a plan like
    that of the loudspeaker.
    """

    zone: str = ""
    language: str = "zh-CN"
    second_language: str = "en"
    fullscreen: bool = False
    screen: str = ""
    portrait: bool = False
    size: str = ""
    mode: str = "day"
    highlight_seconds: float = 6.0
    film_volume: VolumePlan = USUAL_VOLUME
    speech_languages: tuple[SpokenLanguage, ...] | None = None
    speech: Mapping[str, Any] | None = None


def signage_settings(settings: TerminalSettings) -> SignageSettings:
    """The typed settings of a profile; ``HallError`` signage.problem.setting_wrong names what to correct."""
    language = settings.language
    usual_second = next((code for code in languages() if code != language), "")
    second = str(settings.option("second_language", usual_second))
    for code in (language, second):
        if code and code not in languages():
            raise HallError("signage.problem.setting_wrong", setting=f"language = {code}", known=", ".join(languages()))
    mode = str(settings.option("mode", "day"))
    if mode not in MODES:
        raise HallError("signage.problem.setting_wrong", setting=f"mode = {mode}", known=", ".join(MODES))
    return SignageSettings(
        zone=str(settings.option("zone", "") or ""),
        language=language,
        second_language="" if second == language else second,
        fullscreen=bool(settings.option("fullscreen", False)),
        screen=str(settings.option("screen", "") or ""),
        portrait=bool(settings.option("portrait", False)),
        size=str(settings.option("size", "") or ""),
        mode=mode,
        highlight_seconds=_seconds(settings.option("highlight_seconds", 6.0)),
        film_volume=_film_volume(settings.option("film_volume", 70)),
        speech_languages=_spoken(settings.option("speech_languages")),
        speech=None if settings.option("silent", False) else settings.devices.get("speech", {"driver": "espeak"}),
    )


def _seconds(value: object) -> float:
    if isinstance(value, int | float) and 0 < value <= 60:
        return float(value)
    raise HallError("signage.problem.setting_wrong", setting=f"highlight_seconds = {value}", known="1 - 60")


def _film_volume(value: object) -> VolumePlan:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 100:
        return VolumePlan(((time(0), value / 100),))
    try:
        if isinstance(value, str) and value.strip():
            return volume_plan(value)
    except HallError:
        pass
    known = "0 - 100, 08:00 70, 18:00 40"
    raise HallError("signage.problem.setting_wrong", setting=f"film_volume = {value}", known=known)


def _spoken(value: object) -> tuple[SpokenLanguage, ...] | None:
    if value is None:
        return None
    try:
        chosen = tuple(SpokenLanguage(str(one)) for one in value) if isinstance(value, list | tuple) else ()
    except ValueError:
        chosen = ()
    if not chosen:
        known = ", ".join(SpokenLanguage)
        raise HallError("signage.problem.setting_wrong", setting=f"speech_languages = {value}", known=known)
    return chosen
