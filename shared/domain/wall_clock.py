"""The hall's time on a machine whose own clock or time zone is another."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def wall_clock_offset(ahead: timedelta, time_zone: str, local_now: datetime) -> timedelta:
    """What to add to this machine's clock so that its own calendar shows the hall's time.

    ``ahead``: how far the server's clock is before this machine's; ``local_now``: aware, in this machine's zone.
    """
    there = local_now.astimezone(ZoneInfo(time_zone))
    return ahead + (there.replace(tzinfo=None) - local_now.replace(tzinfo=None))
