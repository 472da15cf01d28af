"""What of a machine's state is an alarm: a limit, a duration before it counts, and a limit back with room between."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """Wrong from ``wrong`` on and well again from ``well`` on; ``above``: larger is worse. Both ways only after it has
    been so for ``hold``.
    """

    wrong: float
    well: float
    hold: timedelta
    above: bool = False

    def is_wrong(self, value: float) -> bool:
        return value >= self.wrong if self.above else value <= self.wrong

    def is_well(self, value: float) -> bool:
        return value <= self.well if self.above else value >= self.well


# How long a machine may take from the moment it should be on until it is heard of.
GRACE: Final = timedelta(minutes=3)
LIMITS: Final[Mapping[str, Limit]] = {
    # Free megabytes of the disk the program keeps its data on.
    "disk_low": Limit(500, 700, timedelta(minutes=1)),
    # Percent of the memory that is free.
    "memory_low": Limit(5, 10, timedelta(minutes=5)),
    # Degrees Celsius.
    "hot": Limit(85, 78, timedelta(minutes=2), above=True),
    # Screens that are dark while they should not be.
    "screen_off": Limit(1, 0, timedelta(minutes=2), above=True),
    # Devices that report an error.
    "device_error": Limit(1, 0, timedelta(minutes=1), above=True),
    # Seconds of silence of a terminal that should be on; the duration is in the figure itself.
    "not_on": Limit(GRACE.total_seconds(), 45, timedelta(0), above=True),
}


@dataclass(frozen=True, slots=True)
class Kept:
    """``since``: when the present stretch began, ``raised``: whether it is an alarm; ``turning``: since when a raised
    one is well, or one that is not yet raised is wrong."""

    raised: bool
    since: datetime
    turning: datetime | None = None


def next_kept(
    kept: Mapping[str, Kept], found: Mapping[str, float | None], now: datetime, *, quiet: bool = False
) -> dict[str, Kept]:
    """What is to be remembered after a look; ``found``: figures by kind, None or missing: nobody knows it.

    ``quiet``: off on purpose. Then, and where nothing is known, nothing stands and nothing is on its way.
    """
    if quiet:
        return {}
    following = {}
    for kind, limit in LIMITS.items():
        value, before = found.get(kind), kept.get(kind)
        if value is None:
            continue
        if before is None or not before.raised:
            if limit.is_wrong(value):
                begun = before.since if before is not None else now
                following[kind] = Kept(now - begun >= limit.hold, begun)
        elif not limit.is_well(value):
            following[kind] = Kept(True, before.since)
        else:
            turning = before.turning or now
            if now - turning < limit.hold:
                following[kind] = Kept(True, before.since, turning)
    return following


def raised(kept: Mapping[str, Kept]) -> Iterable[str]:
    """The kinds that are alarms, in the order of the limits."""
    return [kind for kind in LIMITS if kind in kept and kept[kind].raised]
