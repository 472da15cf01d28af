"""What a screen in the hall shows of the waits: steps that are read at a glance, and stay until they are wrong.

A forecast is drawn anew each second and wavers; a wall that wavers along is not believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil, inf
from typing import Final
from uuid import UUID

from shared.domain.waits.forecast import Range

# Minutes: below the first figure, in steps of the second.
STEPS: Final = ((10, 1), (30, 2), (60, 5), (inf, 10))
# In steps: a figure stays while the wait is no more than this above it, or below the next lower one.
SLACK_UP: Final = 0.25
SLACK_DOWN: Final = 0.5


@dataclass(frozen=True, slots=True)
class Shown:
    """A range as it is shown, in seconds: whole minutes."""

    p50_s: int
    p90_s: int


@dataclass(frozen=True, slots=True)
class ShownWaits:
    """For each service: how long somebody waits who takes a number now, as of the forecast made at ``at``."""

    at: datetime
    services: Mapping[UUID, Shown]


def shown_waits(
    at: datetime, newcomers: Mapping[UUID, tuple[int, Range]], before: ShownWaits | None = None
) -> ShownWaits:
    """A forecast in steps; ``newcomers`` as it has them, ``before``: what was shown until now."""
    old = before.services if before is not None else {}
    return ShownWaits(
        at, {id_: shown(range_, old.get(id_)) for id_, (_, range_) in newcomers.items() if range_.p90_s < inf}
    )


def shown(range_: Range, before: Shown | None = None) -> Shown:
    """Rounded up to the steps; a figure that is nearly right already stays."""
    low = _steady(range_.p50_s, None if before is None else before.p50_s)
    high = _steady(range_.p90_s, None if before is None else before.p90_s)
    return Shown(low, max(low, high))


def _steady(seconds: float, before_s: int | None) -> int:
    if before_s is not None:
        step_s = _step(before_s / 60) * 60
        if before_s - (1 + SLACK_DOWN) * step_s < seconds <= before_s + SLACK_UP * step_s:
            return before_s
    step = _step(seconds / 60)
    return ceil(seconds / 60 / step) * step * 60


def _step(minutes: float) -> int:
    return next(step for below, step in STEPS if minutes <= below)
