"""A display's own settings: what is understood, and what is refused in words."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from shared.client.settings import TerminalSettings
from shared.domain.errors import HallError
from signage_app.settings import SignageSettings, signage_settings


def read(film_volume: object) -> SignageSettings:
    options = {"film_volume": film_volume}
    return signage_settings(TerminalSettings("signage", "t", "http://127.0.0.1:9", "t", "zh-CN", {}, options, Path()))


def test_films_are_as_loud_as_the_time_of_day_says() -> None:
    assert read(40).film_volume.at(time(3)) == 0.4 and read(0).film_volume.at(time(12)) == 0
    plan = read("08:00 70, 12:00 20, 14:00 70, 18:00 40").film_volume
    assert [plan.at(time(hour)) for hour in (7, 9, 13, 15, 23)] == [0.4, 0.7, 0.2, 0.7, 0.4]


@pytest.mark.parametrize("wrong", [101, -1, True, "", "loud", "25:00 10", [70]])
def test_a_volume_that_is_none_is_refused(wrong: object) -> None:
    with pytest.raises(HallError, match="setting_wrong"):
        read(wrong)
