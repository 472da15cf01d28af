"""A hall run forward from where it stands: what everybody who waits there is told."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any, Final

from shared.domain.waits.correction import Corrections
from shared.domain.waits.durations import Experience
from shared.domain.waits.forecast import RUNS, Cap, CounterNow, Place, Range, range_of, run_forward
from shared.domain.waits.history import Spans, still_to_come
from shared.domain.waits.told import Forecast

# Draws of one forecast: fewer runs in a very full hall.
DRAWS: Final = 60_000
FEWEST_RUNS: Final = 15
# No hall has so many people waiting; running one forward would hold its requests up. Rough figures are told then.
MOST_WAITING: Final = 3000


@dataclass(frozen=True, slots=True)
class Learned:
    """What the hall's past says: how long things take, and how far earlier figures were off."""

    experience: Experience
    corrections: Corrections
    # Of a counter's id: in seconds of the day.
    breaks: Mapping[Hashable, Spans] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Standing:
    """The hall as it stands: the counters where somebody works, who waits, and who has booked and is still to come.

    ``day_s``: the seconds of the hall's day.
    """

    at: datetime
    counters: list[CounterNow]
    waiting: list[Place]
    coming: list[Place] = field(default_factory=list)
    day_s: float = 0.0
    # Breaks the counters have planned today, in seconds of the day.
    planned: Mapping[Hashable, Spans] = field(default_factory=dict)
    cap: Cap | None = None


def look_ahead(now: Standing, learned: Learned, random: Random) -> Forecast:
    """The hall run forward. Takes its time in a full hall, and so no transaction is open meanwhile."""
    waiting = now.waiting
    # What is planned for today holds; what a counter is used to only where nothing is.
    breaks = {**learned.breaks, **now.planned}
    counters = [
        replace(one, breaks=still_to_come(breaks[one.key], now.day_s, away=one.doing == "paused"))
        if one.key in breaks else one
        for one in now.counters
    ]  # fmt: skip
    if len(waiting) > MOST_WAITING:
        return Forecast(now.at, {}, {})
    count: dict[Hashable, int] = {}
    for place in waiting:
        count[place.service] = count.get(place.service, 0) + 1
    served = {service for counter in counters for service in counter.services}
    draws = len(waiting) + len(counters) + 1
    runs = max(FEWEST_RUNS, min(RUNS, DRAWS // draws))
    called = run_forward(
        counters, [*waiting, *now.coming], learned.experience, random, newcomers=tuple(served), runs=runs, cap=now.cap
    )

    def ranges(keys: Iterable[Any]) -> dict[Any, Range]:
        raw = {key: range_of(called[key]) for key in keys}
        return {key: learned.corrections.apply(one) for key, one in raw.items() if one is not None}

    newcomers = {service: (count.get(service, 0), one) for service, one in ranges(served).items()}
    return Forecast(now.at, ranges(place.key for place in waiting), newcomers)
