"""A terminal's settings choose the speaker."""

from pathlib import Path
from typing import Any

import pytest

from shared.devices.registry import SPEAKERS, make_speaker
from shared.domain.errors import HallError
from shared.i18n import catalogue


@pytest.mark.parametrize(
    "settings",
    [
        {"driver": "simulator", "pace": 0.5},
        {"driver": "espeak", "words_per_minute": 140},
        {"driver": "pyttsx3"},
        {"driver": "file", "folder": "calls"},
    ],
)
def test_each_driver_is_made_by_its_name(settings: dict[str, Any], tmp_path: Path) -> None:
    if "folder" in settings:
        settings = settings | {"folder": str(tmp_path)}
    speaker = make_speaker(settings)
    health = speaker.health()
    assert (health.kind, health.driver, health.state, health.code) == (
        "speech",
        settings["driver"],
        "warning",
        "starting",
    )
    assert settings["driver"] in SPEAKERS


def test_a_wrong_setting_is_told() -> None:
    with pytest.raises(HallError) as wrong:
        make_speaker({"driver": "espeak", "voice": "loud"})
    assert wrong.value.code == "device_setting_wrong"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    "code",
    [
        "speech_engine_missing",
        "speech_engine_failed",
        "speech_voice_missing",
        "audio_no_device",
        "audio_stalled",
        "speech_file_failed",
        "speech_stopped",
    ],
)
def test_each_error_has_its_words(code: str, language: str) -> None:
    assert catalogue().template(f"speech.errors.{code}", language)
