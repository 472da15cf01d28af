"""Opening hours and the first, simple expected wait."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.estimate import expected_wait
from shared.domain.hours import WEEKDAYS, Calendar, is_open

OFFICE = {day: [("09:00", "12:00"), ("14:00", "17:00")] for day in WEEKDAYS[:5]}
ALWAYS = {day: [("00:00", "24:00")] for day in WEEKDAYS}
MONDAY = datetime(2026, 11, 23)


@pytest.mark.parametrize(
    ("clock", "wanted"),
    [
        ("00:00", False), ("08:59", False), ("09:00", True), ("11:59", True), ("12:00", False), ("13:59", False),
        ("14:00", True), ("16:59", True), ("17:00", False), ("23:59", False),
    ],
)  # fmt: skip
def test_the_end_is_not_part_of_a_range(clock: str, wanted: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    assert is_open(OFFICE, MONDAY.replace(hour=hour, minute=minute)) is wanted
    assert not is_open(OFFICE, MONDAY.replace(hour=hour, minute=minute) + timedelta(days=5))


def test_round_the_clock_is_open_in_the_last_minute_and_on_holidays() -> None:
    holiday = Calendar(closed=((MONDAY.date(), MONDAY.date()),))
    for moment in (MONDAY, MONDAY.replace(hour=23, minute=59, second=59)):
        assert is_open(ALWAYS, moment)
        assert is_open(ALWAYS, moment, holiday)


def test_a_holiday_closes_from_its_first_to_its_last_day() -> None:
    days = Calendar(closed=((date(2026, 11, 24), date(2026, 11, 25)),))
    opened = [is_open(OFFICE, MONDAY.replace(day=day, hour=10), days) for day in (23, 24, 25, 26)]
    assert opened == [True, False, False, True]


def test_a_swapped_workday_opens_like_the_day_it_replaces() -> None:
    sunday = date(2026, 11, 29)
    days = Calendar(opens_like={sunday: "mon"})
    assert is_open(OFFICE, datetime(2026, 11, 29, 10), days)
    assert not is_open(OFFICE, datetime(2026, 11, 28, 10), days)


def test_no_hours_are_no_hours() -> None:
    assert not is_open({}, MONDAY.replace(hour=10))


waits = st.tuples(st.integers(0, 2000), st.integers(1, 60), st.floats(1, 28_800))


@given(waits)
def test_a_wait_is_never_negative_and_the_careful_figure_never_shorter(values: tuple[int, int, float]) -> None:
    wait = expected_wait(*values)
    assert wait is not None
    assert 0 <= wait.p50_s <= wait.p90_s


@given(waits)
def test_more_people_never_wait_shorter_and_more_counters_never_longer(values: tuple[int, int, float]) -> None:
    ahead, counters, typical = values
    here, more = expected_wait(ahead, counters, typical), expected_wait(ahead + 1, counters, typical)
    helped = expected_wait(ahead, counters + 1, typical)
    assert here is not None
    assert more is not None
    assert helped is not None
    assert more.p50_s >= here.p50_s
    assert more.p90_s >= here.p90_s
    assert helped.p50_s <= here.p50_s
    assert helped.p90_s <= here.p90_s


def test_nobody_ahead_is_no_wait_and_no_counter_is_no_promise() -> None:
    nobody = expected_wait(0, 3, 600)
    assert nobody is not None
    assert (nobody.p50_s, nobody.p90_s) == (0, 0)
    assert expected_wait(5, 0, 600) is None
