"""The first, simple expected wait; a simulation with learned durations follows."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, sqrt


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds until called, as a middle and a careful figure."""

    p50_s: int
    p90_s: int


# Serving times scatter about as much as their mean (coefficient of variation near 0.8), so the careful figure is the
# mean plus 1.28 standard deviations of as many serving times as people are ahead, shared by the counters.
_SPREAD = 0.8 * 1.28


def expected_wait(ahead: int, counters: int, typical_s: float) -> Wait | None:
    """People ahead shared by the open counters of the service, ``None`` while no counter is open."""
    if counters <= 0:
        return None
    middle = ahead * typical_s / counters
    return Wait(ceil(middle), ceil(middle + _SPREAD * typical_s * sqrt(ahead) / counters))
