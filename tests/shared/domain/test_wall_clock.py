"""The clock on the wall shows the hall's time wherever the machine thinks it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.wall_clock import wall_clock_offset

MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@given(st.integers(-12, 14), st.integers(-90_000, 90_000))
def test_the_shown_time_is_the_servers_in_the_halls_zone(hours: int, seconds: int) -> None:
    here = timezone(timedelta(hours=hours))
    local = MOMENT.astimezone(here)
    ahead = timedelta(seconds=seconds)
    shown = local.replace(tzinfo=None) + wall_clock_offset(ahead, "Asia/Shanghai", local)
    assert shown == (MOMENT + ahead + timedelta(hours=8)).replace(tzinfo=None)
