"""Windows, slots, shares and kinds of day, for all plans and days there may be."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.breaks import Break
from shared.domain.hours import WEEKDAYS, Calendar, DateKind, Week
from shared.domain.release import (
    MINUTES_OF_DAY,
    Assigned,
    Beside,
    Known,
    Neighbour,
    Plan,
    Quota,
    Window,
    clock_of,
    day_plan,
    lint,
    lint_day,
    minutes_of,
    next_release,
    on_site,
    open_minutes,
    slots_of,
)

MONDAY = date(2026, 11, 23)
OFFICE = {day: [("09:00", "12:00"), ("13:00", "17:00")] for day in WEEKDAYS[:5]}
CHANNELS = ("kiosk", "phone", "staff")
DAYS = st.integers(0, 400).map(lambda ahead: MONDAY + timedelta(days=ahead))
SHARES = st.dictionaries(st.sampled_from(CHANNELS), st.integers(0, 60))
QUOTAS = st.builds(Quota, st.none() | st.integers(0, 60), SHARES)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    start = draw(st.integers(0, MINUTES_OF_DAY - 1))
    return Window(
        start, draw(st.integers(start + 1, MINUTES_OF_DAY)), draw(st.integers(5, 120)), draw(QUOTAS), draw(QUOTAS)
    )


@given(st.integers(0, MINUTES_OF_DAY))
def test_a_clock_reads_back(minute: int) -> None:
    assert minutes_of(clock_of(minute)) == minute


@pytest.mark.parametrize("wrong", ["9", "24:01", "9:5", "09:60", "a:10", "-1:00", "009:00"])
def test_what_is_no_clock_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=re.escape(wrong)):
        minutes_of(wrong)


@given(QUOTAS)
def test_the_pools_of_a_quantity_add_up_to_it(quota: Quota) -> None:
    held = [quota.of_pool(pool) for pool in quota.pools()]
    if quota.total is None:
        assert set(held) == {None}
    else:
        assert sum(one or 0 for one in held) == quota.total
        assert all(quota.of(channel) == quota.of_pool(quota.pool(channel)) for channel in (*CHANNELS, "unheard_of"))


@given(windows(), DAYS)
def test_slots_lie_in_their_window_one_after_the_other(window: Window, day: date) -> None:
    slots = list(window.slots(day))
    assert all(window.start <= slot.start < slot.end <= window.end for slot in slots)
    assert all(before.end == after.start for before, after in itertools.pairwise(slots))
    if window.booking.total:
        assert window.end - (slots[-1].end if slots else window.start) < window.slot_minutes
    else:
        assert slots == []


@given(st.lists(windows(), max_size=4), DAYS)
def test_only_slots_in_opening_hours_are_offered(given_windows: list[Window], day: date) -> None:
    holiday = Calendar(closed=((MONDAY, MONDAY + timedelta(days=9)),))
    hours = open_minutes(OFFICE, day, holiday)
    for slot, _ in slots_of(given_windows, day, hours):
        assert any(start <= slot.start and slot.end <= end for start, end in hours)
        assert holiday.kind(day) is DateKind.WEEKDAY


def test_the_kinds_of_days_and_which_plan_holds_on_them() -> None:
    saturday, holiday, special = (MONDAY + timedelta(days=ahead) for ahead in (5, 7, 8))
    calendar = Calendar(((holiday, holiday),), {saturday: "fri"}, frozenset({special}))
    sunday = MONDAY + timedelta(days=6)
    days = (MONDAY, saturday, sunday, holiday, special)
    assert [calendar.kind(day) for day in days] == ["weekday", "adjusted", "weekend", "holiday", "special"]
    usual, weekend, own = (Window(540, 720, 30, Quota(n)) for n in (1, 2, 3))
    plan = Plan({DateKind.WEEKDAY: (usual,), DateKind.WEEKEND: (weekend,)})
    held = [day_plan(plan, day, calendar) for day in days]
    assert held == [(usual,), (usual,), (weekend,), (), (usual,)]
    # What is said of the kind itself, and of the day itself, comes first.
    plan = Plan({**plan.by_kind, DateKind.ADJUSTED: (own,)}, {MONDAY: ()})
    assert day_plan(plan, saturday, calendar) == (own,)
    assert day_plan(plan, MONDAY, calendar) == ()


@settings(max_examples=60)
@given(st.lists(windows(), max_size=4), st.integers(0, MINUTES_OF_DAY - 1), st.sampled_from(CHANNELS))
def test_the_next_release_comes_later_and_gives_something(rows: list[Window], minute: int, through: str) -> None:
    coming = next_release(lambda day: tuple(rows), MONDAY, minute, through)
    if coming is None:
        assert all(row.onsite.of(through) == 0 for row in rows)
        return
    assert (coming.day, coming.minute) > (MONDAY, minute) and coming.quantity != 0
    assert any(row.start == coming.minute for row in rows)
    now = on_site(rows, coming.minute)
    assert now.window is not None or not now.limited


# The linter


def known(week: Week = OFFICE, counters: int = 2, *neighbours: Neighbour, suspended: bool = False) -> Known:
    """A service that so many counters serve, all of them the neighbours too; ten minutes a visit."""
    serves = frozenset({"own", *(one.service for one in neighbours)})
    at = tuple(Assigned(number, serves, LUNCH if number == 0 else {}) for number in range(counters))
    return Known(week, 600, Beside("own", "Own", at, neighbours), suspended=suspended)


LUNCH = {DateKind.WEEKDAY: (Break(840, 870, "lunch"),)}
KNOWN = known()
GOOD = Window(540, 720, 30, Quota(10), Quota(2))


def codes(*rows: Window, kind: DateKind = DateKind.WEEKDAY, of: Known = KNOWN) -> list[tuple[str, int | None]]:
    return [(one.code, one.row) for one in lint({kind: rows}, of, Calendar(), MONDAY)]


def test_a_good_plan_has_no_findings() -> None:
    assert codes(GOOD, Window(780, 1020, 30, Quota(8, {"kiosk": 8}), Quota(1))) == []
    assert codes() == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (Window(720, 540, 30), "backwards"),
        (Window(700, 800, 30, Quota(1)), "overlap"),
        (Window(780, 800, 30, Quota(1), Quota(1)), "slot_too_long"),
        (Window(780, 900, 30, Quota(4, {"kiosk": 3, "phone": 2})), "shares_exceed"),
        (Window(780, 900, 30, Quota(None, {"kiosk": 3})), "shares_of_any"),
        (Window(780, 1080, 30, Quota(3)), "outside_hours"),
        (Window(780, 900, 50, Quota(3), Quota(1)), "slot_rest"),
        (Window(780, 900, 30, Quota(0)), "nothing"),
        # Two counters, ten minutes a visit, one of them at lunch from two: three in that half hour, twenty-one in all.
        (Window(780, 900, 30, Quota(1), Quota(4)), "too_many_in_slot"),
        (Window(780, 900, 30, Quota(14), Quota(2)), "too_many"),
    ],
)
def test_each_mistake_is_found_at_its_row(wrong: Window, code: str) -> None:
    assert (code, 1) in codes(GOOD, wrong)
    assert len({found for found, row in codes(GOOD, wrong) if row == 1}) == 1


def test_what_is_asked_of_the_day_and_the_counters() -> None:
    assert codes(GOOD, kind=DateKind.WEEKEND) == [("closed_day", 0)]
    assert codes(GOOD, kind=DateKind.HOLIDAY) == [("holiday", 0)]
    assert codes(GOOD, kind=DateKind.ADJUSTED) == []
    always = {day: [("00:00", "24:00")] for day in WEEKDAYS}
    assert codes(GOOD, kind=DateKind.HOLIDAY, of=known(always)) == []
    assert codes(GOOD, of=known(OFFICE, 0)) == [("no_counter", None)]
    assert codes(GOOD, of=known(suspended=True)) == [("suspended", None)]
    assert codes(Window(540, 1020, 30, Quota(5), Quota(1))) == [("in_break", 0)]
    short_friday = {**OFFICE, "fri": [("09:00", "11:00")]}
    assert codes(GOOD, of=known(short_friday)) == [("outside_some_days", 0)]


def test_a_single_day_keeps_in_mind_who_has_booked_it() -> None:
    holiday = Calendar(closed=((MONDAY, MONDAY),))
    assert [one.code for one in lint_day([GOOD], MONDAY, KNOWN, holiday)] == ["holiday"]
    found = lint_day([GOOD], MONDAY, KNOWN, Calendar(), {540: 2, 570: 3, 780: 1})
    assert [(one.code, one.params["at"], one.level) for one in found] == [
        ("below_booked", "09:30", "warning"), ("booked_outside", "13:00", "warning"),
    ]  # fmt: skip


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(list(DateKind)), st.lists(windows(), max_size=3)), DAYS)
def test_whatever_stands_in_a_plan_the_linter_says_something_or_nothing(
    plan: dict[DateKind, list[Window]], today: date
) -> None:
    found = lint(plan, KNOWN, Calendar(), today)
    assert [one.level for one in found] == sorted(one.level for one in found)
    for one in found:
        assert one.row is None or (one.kind in plan and one.row < len(plan[one.kind]))
    # What no error is found in never offers a slot outside opening hours, and its pools hold what it says.
    if not any(one.level == "error" for one in found):
        for row in plan.get(DateKind.WEEKDAY, []):
            assert 540 <= row.start < row.end <= 1020
            assert sum(row.onsite.of_pool(pool) or 0 for pool in row.onsite.pools()) == (row.onsite.total or 0)


def test_services_of_the_same_counters_do_not_promise_them_twice() -> None:
    # Eighteen visits an hour by two counters of ten minutes a visit would be more than all they can do.
    morning = Window(540, 720, 30, Quota(20), Quota(0))
    beside = Neighbour("other", "Other", OFFICE, 600, Plan({DateKind.WEEKDAY: (morning,)}))
    assert codes(morning) == []
    assert codes(Window(540, 720, 30, Quota(16)), of=known(OFFICE, 2, beside)) == []
    (found,) = lint({DateKind.WEEKDAY: (morning,)}, known(OFFICE, 2, beside), Calendar(), MONDAY)
    assert (found.code, found.level, found.row) == ("too_many_together", "warning", None)
    assert found.params == {
        "services": ["Own", "Other"], "quantity": 40, "counters": 2, "start": "09:00", "end": "12:00", "needed": 6.7,
        "able": 6.0, "basis": "typical",
    }  # fmt: skip
    # On another kind of day, or at another time, the other service promises nothing.
    assert codes(Window(780, 900, 30, Quota(20)), of=known(OFFICE, 2, beside)) == []
    saturday = {**OFFICE, "sat": [("09:00", "12:00")]}
    assert codes(morning, kind=DateKind.WEEKEND, of=known(saturday, 2, beside)) == []
    # And a single day sees what the other service has on that day.
    busy = replace(beside, plan=Plan({}, {MONDAY: (morning,)}))
    assert [one.code for one in lint_day([morning], MONDAY, known(OFFICE, 2, busy), Calendar())] == [
        "too_many_together"
    ]  # fmt: skip
