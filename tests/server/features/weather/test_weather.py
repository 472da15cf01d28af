"""The weather from a source that answers, fails, is silent and sends rubbish: the last known stays, with its moment."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest

from server.audit import SYSTEM
from server.features.sign_on import outgoing
from server.features.weather import service
from server.features.weather.days import almanac
from server.features.weather.drivers.open_meteo import read
from server.features.weather.drivers.protocol import RubbishError
from server.features.weather.keeper import WeatherKeeper
from shared.domain.errors import HallError
from shared.schemas.weather import Weather, WeatherSettingsEdit, WeatherSource
from tests.fakes.engines import on_sqlite
from tests.fakes.upstream import serving
from tests.server.conftest import Desk

HERE = "http://127.0.0.1"


def answer(**current: Any) -> dict[str, Any]:
    """As the documented interface answers at ten in the morning of Beijing on the day of the desk's clock."""
    return {
        "latitude": 23.125, "longitude": 113.25, "utc_offset_seconds": 28800, "timezone": "Asia/Shanghai",
        "current_units": {"temperature_2m": "°C"},
        "current": {
            "time": "2026-11-23T10:00", "interval": 900, "temperature_2m": 21.4, "relative_humidity_2m": 63,
            "apparent_temperature": 20.1, "is_day": 1, "weather_code": 61, "wind_speed_10m": 3.2,
            "wind_direction_10m": 45,
        } | current,
        "daily": {
            "time": ["2026-11-23", "2026-11-24"], "weather_code": [61, 2], "temperature_2m_max": [24.0, 26.1],
            "temperature_2m_min": [17.2, 16.0], "precipitation_probability_max": [80, None],
        },
    }  # fmt: skip


class Sky:
    """The source, the hall, and who asks."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.said: tuple[int, Any] = 200, answer()
        self.asked: list[dict[str, str]] = []
        self.silent: threading.Event | None = None
        self.keeper = WeatherKeeper(desk.database, HERE)

    def forecast(self, asked: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(asked)
        if self.silent is not None:
            self.silent.wait(20)
        return self.said

    def set(self, address: str, base: str = HERE, **wanted: Any) -> WeatherSource:
        def work(writer: Any) -> WeatherSource:
            edit = {
                "driver": "open_meteo", "address": address, "place": "云山", "latitude": 23.13, "longitude": 113.26,
                "version": service.source(writer).version,
            } | wanted  # fmt: skip
            return service.put_source(writer, base, SYSTEM, WeatherSettingsEdit.model_validate(edit))

        return self.desk.database.write(work)

    def shown(self) -> Weather:
        found: Weather = self.desk.read(service.shown)
        return found

    def source(self) -> WeatherSource:
        found: WeatherSource = self.desk.read(service.source)
        return found

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(one.data) for one in self.desk.events if one.kind == "weather.changed"]


@contextmanager
def sky_of(desk: Desk, **wanted: Any) -> Iterator[Sky]:
    sky = Sky(desk)
    with serving({"/v1/forecast": sky.forecast}) as address:
        sky.set(address, **wanted)
        yield sky


def test_what_was_answered_is_shown_and_told_with_its_moment(desk: Desk) -> None:
    assert desk.read(service.shown) == Weather()
    with sky_of(desk, key="k-1") as sky:
        assert sky.shown() == Weather(place="云山")
        assert sky.keeper.step() and not sky.keeper.step()
        assert sky.asked[0]["latitude"] == "23.1300" and sky.asked[0]["timezone"] == "Asia/Shanghai"
        assert sky.asked[0]["apikey"] == "k-1" and sky.asked[0]["wind_speed_unit"] == "ms"
        found = sky.shown()
        assert found.now is not None and (found.now.sky, found.now.celsius, found.now.humidity) == ("rain", 21.4, 63)
        assert found.as_of == desk.clock.now and found.source == "Open-Meteo.com"
        assert [(one.low, one.high, one.rain) for one in found.days] == [(17.2, 24.0, 80), (16.0, 26.1, None)]
        assert Weather.model_validate(sky.told()[-1]) == found
        # The same again is no news; another answer is.
        desk.clock.forward(minutes=31)
        assert sky.keeper.step() and len(sky.told()) == 2
        sky.said = 200, answer(time="2026-11-23T10:30", weather_code=0, is_day=0)
        desk.clock.forward(minutes=31)
        assert sky.keeper.step() and len(sky.told()) == 3
        assert sky.told()[-1]["now"] | {"sky": "clear", "night": True} == sky.told()[-1]["now"]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ((500, {}), "weather_unreachable"),
        ((302, b"http://127.0.0.1:1/"), "weather_unreachable"),
        ((200, b"<html>sign in</html>"), "weather_unreachable"),
        ((200, b"[" * 200_000), "weather_unreachable"),
        ((200, b'{"a":"' + b"x" * 300_000 + b'"}'), "weather_unreachable"),
        ((200, {"error": True}), "weather_rubbish"),
        ((200, answer(temperature_2m=1e9)), "weather_rubbish"),
        ((200, answer(temperature_2m=float("nan"))), "weather_rubbish"),
        ((200, answer(time=1764000000)), "weather_rubbish"),
        ((200, answer(time="2026-11-20T10:00")), "weather_rubbish"),
        ((200, answer(time="2027-11-23T10:00")), "weather_rubbish"),
        ((200, answer() | {"daily": {"time": ["2026-11-23"], "weather_code": []}}), "weather_rubbish"),
    ],
)  # fmt: skip
@on_sqlite
def test_what_goes_wrong_leaves_the_last_known_and_is_tried_again_later_each_time(
    desk: Desk, said: tuple[int, Any], fault: str
) -> None:
    with sky_of(desk) as sky:
        sky.keeper.step()
        known = sky.shown()
        sky.said = said
        desk.clock.forward(minutes=30)
        for minutes in (1, 2, 4):
            assert sky.keeper.step()
            now = sky.source()
            assert now.fault == fault and now.weather == known and now.next_at is not None
            assert now.next_at - desk.clock.now == timedelta(minutes=minutes)
            assert not sky.keeper.step()
            desk.clock.forward(minutes=minutes)
        # Asked at most once an hour, however long it lasts; shown as old after some hours, and not taken away.
        desk.clock.forward(hours=9)
        assert known.stale_at is not None and known.stale_at < desk.clock.now and sky.shown() == known
        sky.said = 200, answer(time="2026-11-23T19:30")
        assert sky.keeper.step()
        assert (sky.source().failures, sky.source().fault) == (0, "") and sky.shown().as_of != known.as_of


@on_sqlite
def test_a_name_that_leads_elsewhere_when_it_is_asked_is_not_followed(desk: Desk) -> None:
    with sky_of(desk) as sky:
        sky.set(sky.source().address.replace("127.0.0.1", "localhost"))
        answers = iter([["127.0.0.1"], ["169.254.169.254"]])
        sky.keeper = WeatherKeeper(desk.database, HERE, names=lambda host, port: next(answers))
        # The name is looked up once for each question, and what was looked up is what is connected to.
        assert sky.keeper.step() and (sky.source().fault, len(sky.asked)) == ("", 1)
        desk.clock.forward(minutes=31)
        assert sky.keeper.step() and (sky.source().fault, len(sky.asked)) == ("upstream_address_here", 1)
        # A hall that is reached by others does not ask its own machine, whatever name leads there.
        sky.keeper = WeatherKeeper(desk.database, "https://hall.gov.cn", names=lambda host, port: ["::ffff:127.0.0.1"])
        desk.clock.forward(minutes=2)
        assert sky.keeper.step() and (sky.source().failures, len(sky.asked)) == (2, 1)


@on_sqlite
def test_a_clock_that_ran_ahead_keeps_nobody_from_asking_again(desk: Desk) -> None:
    with sky_of(desk) as sky:
        desk.clock.forward(hours=-1)
        assert not sky.keeper.step(), "that may be waited for"
        desk.clock.forward(hours=1, days=300)
        assert sky.keeper.step() and sky.source().fault == "weather_rubbish"
        desk.clock.forward(days=-300)
        assert sky.keeper.step() and sky.source().fault == "" and sky.shown().as_of == desk.clock.now


@on_sqlite
def test_a_silent_source_is_given_up(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "READ_S", 0.2)
    with sky_of(desk) as sky:
        sky.silent = threading.Event()
        assert sky.keeper.step()
        sky.silent.set()
        assert (sky.source().fault, sky.shown()) == ("weather_unreachable", Weather(place="云山"))


def test_who_asks_has_died_and_the_next_one_asks(desk: Desk) -> None:
    with sky_of(desk) as sky:
        assert desk.database.write(service.claim) is not None
        # One at a time.
        assert desk.database.write(service.claim) is None and not sky.keeper.step()
        desk.clock.forward(minutes=3)
        sky.said = 200, answer(time="2026-11-23T10:00")
        assert sky.keeper.step() and sky.shown().now is not None


def test_settings_that_could_not_work_are_refused_and_a_key_goes_nowhere_else(desk: Desk) -> None:
    with sky_of(desk, key="k-1") as sky:
        refused = {
            "weather_place_missing": lambda: sky.set("https://example.org", latitude=None, key="k"),
            "upstream_secret_needed": lambda: sky.set("https://example.org"),
            "upstream_address_here": lambda: sky.set("https://127.0.0.1", base="http://hall", key="k"),
            "changed_meanwhile": lambda: sky.set("https://example.org", key="k", version=0),
        }
        for code, act in refused.items():
            with pytest.raises(HallError) as told:
                act()
            assert told.value.code == code
        sky.keeper.step()
        assert sky.shown().now is not None
        # Elsewhere the weather is another; a question that is under way for the old place is worth nothing.
        address = sky.source().address
        desk.clock.forward(minutes=31)
        late = desk.database.write(service.claim)
        assert late is not None
        sky.set(address, latitude=40.0)
        told_late = late.driver.ask(late.place)
        desk.database.write(lambda writer: service.answered(writer, late, told_late))
        assert sky.shown() == Weather(place="云山") and sky.source().next_at == desk.clock.now
        off = sky.set(address, driver="")
        assert off.next_at is None and not sky.keeper.step()


@on_sqlite
def test_a_day_is_called_what_the_halls_calendar_says(desk: Desk) -> None:
    found = desk.read(lambda reader: almanac(reader, date(2027, 10, 1), date(2027, 10, 31)))
    assert len(found.days) == 31 and found.today == date(2026, 11, 23)
    assert (found.days[0].kind, found.days[0].name) == ("holiday", "国庆节") and found.days[30].kind == ""


def test_days_of_which_too_little_is_told_are_left_out() -> None:
    said = answer() | {
        "daily": {
            "time": ["2026-11-23", "2026-11-24"], "weather_code": [None, 999], "temperature_2m_max": [None, 9.0],
            "temperature_2m_min": [1.0, 11.0],
        }
    }  # fmt: skip
    told = read(said)
    assert [(one.sky, one.low, one.high, one.rain) for one in told.days] == [("unknown", 9.0, 11.0, None)]
    with pytest.raises(RubbishError):
        read({"current": []})
