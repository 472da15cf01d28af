"""How loud it is at which time of day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from shared.domain.errors import HallError

_ENTRY = re.compile(r"(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)\s+)?(?P<percent>\d{1,3})%?")
# Silence is no volume: who wants none takes the loudspeaker out of the settings, and the hall knows it.
_LEAST, _MOST = 5, 100


@dataclass(frozen=True)
class VolumePlan:
    """(from this time on, share of full volume), by time; before the first of a day the last holds."""

    steps: tuple[tuple[time, float], ...] = ((time(0), 1.0),)

    def at(self, now: time) -> float:
        """0 to 1."""
        return next((share for begin, share in reversed(self.steps) if begin <= now), self.steps[-1][1])


def volume_plan(words: str) -> VolumePlan:
    """ "80", or "08:00 100, 12:00 40, 14:00 100, 18:00 60"; HallError device_setting_wrong. Empty: always full."""
    steps: dict[time, float] = {}
    entries = [entry.strip() for entry in words.split(",")] if words.strip() else []
    for entry in entries:
        found = _ENTRY.fullmatch(entry)
        if found is None or not _LEAST <= int(found["percent"]) <= _MOST or (not found["hour"] and len(entries) > 1):
            raise HallError("device_setting_wrong", setting=f"volume = {words!r}")
        begin = time(int(found["hour"] or 0), int(found["minute"] or 0))
        if begin in steps:
            raise HallError("device_setting_wrong", setting=f"volume = {words!r}")
        steps[begin] = int(found["percent"]) / 100
    return VolumePlan(tuple(sorted(steps.items()))) if steps else VolumePlan()
