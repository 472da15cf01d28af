"""The kiosk's settings are checked before anything starts."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk_app.settings import KioskSettings, kiosk_settings
from shared.client.settings import TerminalSettings
from shared.domain.errors import HallError


def given(language: str = "zh-CN", **options: Any) -> KioskSettings:
    return kiosk_settings(TerminalSettings("kiosk", "t", "http://hall", "token", language=language, options=options))


def test_nothing_given_is_a_good_kiosk() -> None:
    settings = given()
    assert settings.idle_seconds == 60
    assert settings.languages == ("zh-CN", "en")


def test_a_hall_chooses_languages_and_times() -> None:
    settings = given(languages=["en"], language="en", idle_seconds=30, place="1F-03", unknown="x")
    assert (settings.languages, settings.language) == (("en",), "en")
    assert (settings.idle_seconds, settings.place) == (30, "1F-03")


def test_an_unknown_language_falls_back_to_one_that_is_offered() -> None:
    assert given(language="xx").language == "zh-CN"


@pytest.mark.parametrize(
    "wrong",
    [{"idle_seconds": "sixty"}, {"idle_seconds": -1}, {"elder": "yes"}, {"languages": "en"}, {"place": 3},
     {"ticket_seconds": True}],
)  # fmt: skip
def test_a_wrong_setting_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(HallError) as refused:
        given(**wrong)
    assert refused.value.code == "profile_wrong"
    assert next(iter(wrong)) in str(refused.value.params["fault"])
