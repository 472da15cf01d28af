"""What is told of a wait: the last forecast of the hall, or a rough figure where there is none for somebody yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from shared.domain.estimate import expected_wait
from shared.domain.waits.durations import Experience
from shared.domain.waits.forecast import Range
from shared.domain.waits.shown import ShownWaits

# A forecast that nobody has renewed for so long is not told any more.
GOOD_FOR_S: Final = 90.0


@dataclass(frozen=True, slots=True)
class Forecast:
    """The hall as it was expected to go on at ``at``.

    ``newcomers``: how many waited for the service then, and the range of somebody who comes behind them. A ticket is
    known by its service too: who was sent elsewhere waits anew.
    """

    at: datetime
    tickets: Mapping[tuple[UUID, UUID], Range]
    newcomers: Mapping[UUID, tuple[int, Range]]


@dataclass(slots=True)
class Waits:
    """The last forecast, what was learned of how long things take, and what screens show; each is replaced as a whole,
    so that any thread may read it.
    """

    forecast: Forecast | None = None
    experience: Experience | None = None
    shown: ShownWaits | None = None

    def expected(
        self, now: datetime, ticket: tuple[UUID, UUID], ahead: int, counters: int, typical_s: float, *, urgent: bool
    ) -> Range | None:
        """For a ticket (its id and service) with so many people ahead; None while no counter is open for it."""
        if counters <= 0:
            return None
        forecast = self.forecast
        age_s = max(0.0, (now - forecast.at).total_seconds()) if forecast is not None else GOOD_FOR_S
        if forecast is not None and age_s < GOOD_FOR_S:
            if (known := forecast.tickets.get(ticket)) is not None:
                return known.after(age_s)
            if not urgent and (newcomer := forecast.newcomers.get(ticket[1])) is not None:
                return _later(newcomer, ahead, counters, typical_s).after(age_s)
        rough = expected_wait(ahead, counters, typical_s)
        return None if rough is None else Range(rough.p50_s, rough.p90_s)


def _later(newcomer: tuple[int, Range], ahead: int, counters: int, typical_s: float) -> Range:
    """Some have come, or been called, since the forecast: the wait grows or shrinks with the line."""
    waiting, range_ = newcomer
    if waiting > 0:
        # One more on both sides: whoever was called meanwhile is being served, and is waited for still.
        return range_.times((max(0, ahead) + 1) / (waiting + 1))
    more = ahead * typical_s / counters
    return Range(range_.p50_s + more, range_.p90_s + 1.5 * more, range_.early_s)
