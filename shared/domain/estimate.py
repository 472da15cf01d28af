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
# mean plus 1.28 standard deviations of a sum.
_SPREAD = 0.8 * 1.28


def expected_wait(ahead: int, counters: int, typical_s: float) -> Wait | None:
    """People ahead shared by the open counters of the service, ``None`` while no counter is open."""
    if counters <= 0:
        return None
    rounds = ahead / counters
    middle = rounds * typical_s
    careful = middle + _SPREAD * typical_s * sqrt(max(rounds, 0.0)) / (1 if rounds < 1 else sqrt(counters))
    return Wait(ceil(middle), ceil(max(middle, careful)))
