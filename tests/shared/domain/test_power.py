"""When terminals are on by rule, what is off on purpose, and what is an alarm."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.hours import WEEKDAYS, Calendar
from shared.domain.power import (
    DAYS,
    KINDS,
    Kept,
    PowerNow,
    Seen,
    Span,
    expected,
    magic_packet,
    next_act,
    next_kept,
    power_at,
    raised,
    read_mac,
    read_span,
)
from shared.domain.power.acting import AGAIN, FALLING
from shared.schemas.power import PowerDay

ZONE = ZoneInfo("Asia/Shanghai")
OFFICE = {day: [read_span("07:30", "18:00")] for day in WEEKDAYS[:5]}
MONDAY = date(2026, 11, 23)
CALENDAR = Calendar(
    closed=((date(2026, 11, 25), date(2026, 11, 26)),), opens_like={date(2026, 11, 28): "mon"},
    special=frozenset({date(2026, 11, 27)}),
)  # fmt: skip


def at(day: int, clock: str) -> datetime:
    """On a day of November 2026, by the hall's clock."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def test_the_wire_knows_the_days_of_the_rules() -> None:
    assert {*DAYS, *KINDS} == set(get_args(PowerDay))


@pytest.mark.parametrize(
    ("day", "clock", "on", "since", "until"),
    [
        (23, "07:29", False, (20, "18:00"), (23, "07:30")),
        (23, "07:30", True, (23, "07:30"), (23, "18:00")),
        (23, "17:59", True, (23, "07:30"), (23, "18:00")),
        (23, "18:00", False, (23, "18:00"), (24, "07:30")),
        # A holiday of two days, then a special day that is a Friday like any other, and a Saturday that is worked.
        (25, "10:00", False, (24, "18:00"), (27, "07:30")),
        (27, "10:00", True, (27, "07:30"), (27, "18:00")),
        (28, "10:00", True, (28, "07:30"), (28, "18:00")),
        (29, "10:00", False, (28, "18:00"), (30, "07:30")),
    ],
)
def test_days_have_their_times(
    day: int, clock: str, on: bool, since: tuple[int, str], until: tuple[int, str]
) -> None:  # fmt: skip
    assert power_at(OFFICE, at(day, clock), CALENDAR, ZONE) == PowerNow(on, at(*since), at(*until))


def test_a_kind_of_day_may_have_times_of_its_own() -> None:
    week = OFFICE | {"holiday": [read_span("09:00", "12:00")], "special": [], "adjusted": [read_span("10:00", "11:00")]}
    assert power_at(week, at(25, "09:00"), CALENDAR, ZONE).on
    assert not power_at(week, at(27, "10:00"), CALENDAR, ZONE).on
    assert power_at(week, at(28, "09:59"), CALENDAR, ZONE).until == at(28, "10:00")


def test_over_midnight_and_into_what_begins_there() -> None:
    week = {"mon": [read_span("20:00", "02:00")], "tue": [read_span("02:00", "03:00")]}
    assert power_at(week, at(24, "01:59"), Calendar(), ZONE) == PowerNow(True, at(23, "20:00"), at(24, "03:00"))
    # The night before a holiday lasts as long as its own day said.
    night = {"tue": [read_span("22:00", "06:00")], "wed": [read_span("22:00", "06:00")]}
    assert power_at(night, at(25, "05:00"), CALENDAR, ZONE).on
    assert not power_at(night, at(25, "23:00"), CALENDAR, ZONE).on


def test_each_a_little_later_than_the_one_before_and_off_together() -> None:
    assert not power_at(OFFICE, at(23, "07:31"), CALENDAR, ZONE, timedelta(minutes=2)).on
    late = power_at(OFFICE, at(23, "07:32"), CALENDAR, ZONE, timedelta(minutes=2))
    assert (late.on, late.since, late.until) == (True, at(23, "07:32"), at(23, "18:00"))
    assert power_at({}, at(23, "10:00"), CALENDAR, ZONE) == PowerNow(False, None, None)


@pytest.mark.parametrize(("on", "off"), [("24:00", "01:00"), ("7", "8:00"), ("07:30", "25:00")])
def test_what_is_no_time_is_refused(on: str, off: str) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        read_span(on, off)


SPANS = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda pair: Span(pair[0], sum(pair))), max_size=3
)


@given(st.fixed_dictionaries({day: SPANS for day in WEEKDAYS}), st.integers(0, 7 * 1440 - 1))
def test_as_minute_by_minute(week: dict[str, list[Span]], minute: int) -> None:
    """The brute way: each day's minutes, and those of the day before that reach over midnight."""
    day, clock = divmod(minute, 1440)
    today, before = week[WEEKDAYS[day]], week[WEEKDAYS[day - 1]]
    wanted = any(one.on <= clock < one.off for one in today) or any(clock + 1440 < one.off for one in before)
    found = power_at(week, at(23, "00:00") + timedelta(minutes=minute), Calendar(), ZONE)
    assert found.on is wanted
    if found.since is not None:
        assert power_at(week, found.since, Calendar(), ZONE).on is wanted
        assert power_at(week, found.since - timedelta(minutes=1), Calendar(), ZONE).on is not wanted
    if found.until is not None:
        assert power_at(week, found.until, Calendar(), ZONE).on is not wanted


NOW = at(23, "10:00").astimezone(UTC)
ON, OFF = PowerNow(True, at(23, "07:30"), at(23, "18:00")), PowerNow(False, at(22, "18:00"), at(23, "18:30"))


def test_off_on_purpose() -> None:
    assert expected(NOW, None, None, None).why == "free"
    assert expected(NOW, ON, None, None).must_be_on
    assert expected(NOW, OFF, None, None).quiet
    assert expected(NOW, ON, None, NOW + timedelta(hours=1)).why == "out"
    # Out of service is over: from then on it has time to come.
    back = expected(NOW, ON, None, NOW - timedelta(minutes=1))
    assert (back.why, back.since) == ("on", NOW - timedelta(minutes=1))


def test_an_order_to_go_off_holds_until_the_plan_begins_anew() -> None:
    evening, morning = at(22, "17:00"), at(23, "09:00")
    assert expected(NOW, ON, morning, None).why == "ordered"
    assert expected(NOW, ON, evening, None).why == "on"
    assert expected(NOW, None, evening, None).why == "ordered"


def look(kept: dict[str, Kept], minutes: float, *, quiet: bool = False, **found: float | None) -> dict[str, Kept]:
    return next_kept(kept, found, NOW + timedelta(minutes=minutes), quiet=quiet)


def test_an_alarm_takes_its_time_to_come_and_to_go() -> None:
    kept = look({}, 0, hot=90)
    assert list(raised(kept)) == []
    kept = look(kept, 1.9, hot=85)
    assert list(raised(kept)) == []
    kept = look(kept, 2, hot=86)
    assert list(raised(kept)) == ["hot"] and kept["hot"].since == NOW
    # Between the limits it stays, and a short good moment ends nothing.
    kept = look(kept, 10, hot=80)
    kept = look(kept, 11, hot=70)
    kept = look(kept, 12, hot=80)
    assert list(raised(look(kept, 13.5, hot=70))) == ["hot"]
    kept = look(look(kept, 13.5, hot=70), 15.5, hot=70)
    assert kept == {}


def test_a_peak_is_no_alarm_and_off_on_purpose_ends_all() -> None:
    kept = look(look(look({}, 0, hot=90), 1, hot=70), 2.5, hot=90)
    assert list(raised(kept)) == []
    raised_now = look(look({}, 0, disk_low=100, hot=90), 3, disk_low=100, hot=90)
    assert list(raised(raised_now)) == ["disk_low", "hot"]
    assert look(raised_now, 4, quiet=True, disk_low=100) == {}
    assert list(raised(look(raised_now, 4, disk_low=100, hot=None))) == ["disk_low"]


def test_what_is_to_be_done_when_a_plan_switches() -> None:
    since = ON.since
    assert since is not None
    late = since + timedelta(minutes=1)

    def act(power: PowerNow, now: datetime, off: str = "machine", **seen: object) -> str | None:
        return next_act(power, Seen(**({"online": True, "can": ("display", "power")} | seen)), off, now)  # type: ignore[arg-type]

    assert act(ON, late, settled_for=since, online=False) is None
    assert act(ON, late, online=False) == "wake"
    assert act(ON, late, online=False, tried_at=late - AGAIN / 2) is None
    assert act(ON, late + AGAIN, online=False, tried_at=late) == "wake"
    assert act(ON, late + timedelta(minutes=20), online=False, tried_at=late) == "settle"
    assert act(ON, late) == "display_on"
    assert act(ON, late, can=()) == "settle"
    assert act(ON, late + AGAIN, tried_at=late, answer="warming_up") == "display_on"
    assert act(ON, late + AGAIN, tried_at=late, answer="done") == "settle"
    # What was answered before the plan switched says nothing.
    assert act(ON, late, tried_at=since - AGAIN, answer="done") == "display_on"

    begun = OFF.since
    assert begun is not None
    assert act(OFF, begun, online=False) == "settle"
    assert act(OFF, begun) == "power_off"
    assert act(OFF, begun, "display") == "display_off"
    assert act(OFF, begun + AGAIN, "display", tried_at=begun, answer="done") == "settle"
    assert act(OFF, begun + AGAIN, tried_at=begun, answer="somebody_there") == "power_off"
    assert act(OFF, begun + AGAIN, tried_at=begun, answer="done") is None
    assert act(OFF, begun + FALLING, tried_at=begun, answer="done") == "power_off"
    assert act(OFF, begun + AGAIN, tried_at=begun, answer="unsupported") == "settle"
    assert act(OFF, begun + timedelta(hours=3)) == "settle"


def test_a_magic_packet() -> None:
    packet = magic_packet(read_mac("00-1A-2b.3c:4d5E"))
    assert packet[:6] == b"\xff" * 6 and packet[6:] == bytes.fromhex("001a2b3c4d5e") * 16
    for wrong in ("", "00:1a:2b:3c:4d", "00:00:00:00:00:00", "01:00:5e:00:00:01", "00:1a:2b:3c:4d:5g"):
        with pytest.raises(ValueError, match=f"^{wrong}$"):
            read_mac(wrong)
