"""When something is tried again, also after the clock was set back."""

from __future__ import annotations

from datetime import datetime, timedelta


def is_due(at: datetime, now: datetime, longest: timedelta) -> bool:
    """Whether its moment has come. One further ahead than ``longest``, the most that anything waits, was
    told by a clock that ran ahead: it means now.
    """
    return at <= now or at > now + longest
