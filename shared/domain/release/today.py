"""Numbers taken on site: what the plan says at a moment, and when the next ones are released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from shared.domain.release.plan import Window, Windows, clock_of

# How far ahead somebody is told of; the longest holiday is shorter.
DAYS_AHEAD: Final = 14


@dataclass(frozen=True, slots=True)
class OnSite:
    """``limited``: the plan has something to say. ``window``: the one that is open now, if any."""

    limited: bool
    window: Window | None


@dataclass(frozen=True, slots=True)
class Left:
    """What can be taken on site at this moment. ``left`` None: any number; ``reason``: ``none_left`` or ``not_now``;
    ``next_release``: the hall's clock when numbers are given again, ``HH:MM``, another day ``MM-DD HH:MM``, or empty.
    """

    left: int | None
    reason: str | None = None
    next_release: str = ""


@dataclass(frozen=True, slots=True)
class Next:
    """When numbers are given again, and how many; None: any number."""

    day: date
    minute: int
    quantity: int | None

    def told(self, today: date) -> str:
        """The same in every language."""
        return clock_of(self.minute) if self.day == today else f"{self.day:%m-%d} {clock_of(self.minute)}"


def on_site(windows: Sequence[Window], minute: int) -> OnSite:
    """What a day's windows say of a number taken at a minute of it.

    Windows without any quantity on site are for booking only: then opening hours alone decide.
    """
    if all(window.onsite.total is None for window in windows):
        return OnSite(False, None)
    return OnSite(True, next((window for window in windows if window.holds(minute)), None))


def next_release(
    windows_of: Callable[[date], Windows], day: date, minute: int, through: str, days: int = DAYS_AHEAD
) -> Next | None:
    """The next window that gives this channel numbers on site and begins after the given minute."""
    for offset in range(days + 1):
        of_day = day + timedelta(days=offset)
        for window in sorted(windows_of(of_day), key=lambda one: one.start):
            quantity = window.onsite.of(through)
            if (offset or window.start > minute) and quantity != 0:
                return Next(of_day, window.start, quantity)
    return None
