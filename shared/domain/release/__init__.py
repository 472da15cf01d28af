"""When how many numbers of a service can be taken: windows of time, quantities, slots. Pure; the hall's local time.

Minutes are minutes of the hall's local day, 0 … 1440.
"""

from shared.domain.release.beside import Assigned, Beside, Neighbour
from shared.domain.release.lint import Finding, Known, lint, lint_day
from shared.domain.release.plan import (
    COMMON,
    MINUTES_OF_DAY,
    Act,
    Plan,
    Quota,
    Slot,
    Window,
    clock_of,
    day_plan,
    minutes_of,
    open_minutes,
    slots_of,
)
from shared.domain.release.today import Left, Next, OnSite, next_release, on_site

__all__ = [
    "COMMON",
    "MINUTES_OF_DAY",
    "Act",
    "Assigned",
    "Beside",
    "Finding",
    "Known",
    "Left",
    "Neighbour",
    "Next",
    "OnSite",
    "Plan",
    "Quota",
    "Slot",
    "Window",
    "clock_of",
    "day_plan",
    "lint",
    "lint_day",
    "minutes_of",
    "next_release",
    "on_site",
    "open_minutes",
    "slots_of",
]
