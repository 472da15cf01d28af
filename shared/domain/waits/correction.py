"""A forecast kept honest: when too many waits are longer than was said, more is said from then on.

The forecast's quantiles are scaled by a factor that follows what came of earlier ones (quantile tracking, as in
Angelopoulos, Candès, Tibshirani, "Conformal PID control for time series prediction", NeurIPS 2023): every wait beyond
the figure pushes it up a little, every other one lets it down, so that in the long run the share that stays within is
as promised, whatever was wrong with the model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from shared.domain.waits.forecast import Range

# Short waits are uncertain by some seconds, not by a factor. Seconds.
OFFSET_S: Final = 30.0
STEP: Final = 0.03
# The middle figure is told a little late: who waits longer than they were told is worse off than who waits less. On
# simulated days that leaves 9 % of all people told more than five minutes too little, for 11 % at an even half.
MIDDLE: Final = 0.57
# However wrong a day is, the figure stays within these factors of the model's.
BOUND: Final = math.log(3)


@dataclass(slots=True)
class Correction:
    """The factor for one quantile; ``share`` of all waits are to stay within the corrected figure."""

    share: float
    log_factor: float = 0.0

    def apply(self, seconds: float) -> float:
        """The figure to tell, in seconds."""
        return max(0.0, (seconds + OFFSET_S) * math.exp(self.log_factor) - OFFSET_S)

    def learn(self, said_s: float, waited_s: float) -> None:
        """What was told, and what it came to."""
        missed = waited_s > said_s
        moved = self.log_factor + STEP * (self.share if missed else self.share - 1)
        self.log_factor = min(BOUND, max(-BOUND, moved))


@dataclass(slots=True)
class Corrections:
    """The middle and the careful figure of one hall."""

    middle: Correction = field(default_factory=lambda: Correction(MIDDLE))
    careful: Correction = field(default_factory=lambda: Correction(0.9))

    def apply(self, raw: Range) -> Range:
        """What to tell for what the model says; the careful figure is never below the middle one."""
        middle = self.middle.apply(raw.p50_s)
        return Range(middle, max(middle, self.careful.apply(raw.p90_s)), min(middle, raw.early_s))

    def learn(self, told: Range, waited_s: float) -> None:
        """What was told, and what it came to."""
        self.middle.learn(told.p50_s, waited_s)
        self.careful.learn(told.p90_s, waited_s)
