"""What past days teach: visits in the order in which they were called, and breaks that come back every day."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from shared.domain.waits.durations import Experience

Spans = tuple[tuple[float, float], ...]
# A visit, and a gap between two of them, that took longer was forgotten, not worked at. Seconds.
LONGEST_VISIT_S: Final = 4 * 3600.0
LONGEST_GAP_S: Final = 180.0
LONGEST_PAUSE_S: Final = 3600.0
# A break is usual when a counter was away then on this share of at least so many days. Looked at in steps of seconds.
USUAL_SHARE: Final = 0.6
FEWEST_DAYS: Final = 4
STEP_S: Final = 300
SHORTEST_BREAK_S: Final = 900


@dataclass(frozen=True, slots=True)
class PastVisit:
    """One visit at a counter; times in seconds of any clock. ``parked_s``: away for a copy or the like meanwhile."""

    service: Hashable
    counter: Hashable
    clerk: Hashable | None
    outcome: Literal["served", "missed", "other"]
    queued_s: float
    called_s: float
    ended_s: float
    parked_s: float = 0.0


@dataclass(slots=True)
class History:
    """Fed with visits, the oldest first, ``experience`` learns from them."""

    experience: Experience
    _ended: dict[Hashable, float] = field(default_factory=dict)

    def add(self, visit: PastVisit) -> None:
        ended = self._ended.pop(visit.counter, None)
        if ended is not None and visit.queued_s < ended:
            gap = visit.called_s - ended
            if 0 <= gap <= LONGEST_GAP_S:
                self.experience.went_on(gap)
            elif LONGEST_GAP_S < gap <= LONGEST_PAUSE_S:
                self.experience.came_back(gap)
        if visit.outcome == "missed":
            self.experience.not_there()
        elif visit.outcome == "served":
            # Whoever is away for a copy keeps nobody from being served.
            took = visit.ended_s - visit.called_s - visit.parked_s
            if 0 < took <= LONGEST_VISIT_S:
                self.experience.served(visit.service, visit.clerk, took)
                self._ended[visit.counter] = visit.ended_s


def usual_breaks(days: Sequence[Spans]) -> Spans:
    """The breaks a counter takes on most days, in seconds of the day, from the spans it was staffed in on each.

    A day counts for a moment only when the counter worked before and after it: who comes late takes no break.
    """
    away: dict[int, int] = {}
    seen: dict[int, int] = {}
    for spans in days:
        if not spans:
            continue
        for step in range(int(spans[0][0] // STEP_S) + 1, int(spans[-1][1] // STEP_S)):
            middle = (step + 0.5) * STEP_S
            seen[step] = seen.get(step, 0) + 1
            if not any(begin <= middle < end for begin, end in spans):
                away[step] = away.get(step, 0) + 1
    found: list[tuple[float, float]] = []
    for step in sorted(away):
        if seen[step] < FEWEST_DAYS or away[step] < USUAL_SHARE * seen[step]:
            continue
        begin, end = float(step * STEP_S), float((step + 1) * STEP_S)
        if found and found[-1][1] == begin:
            found[-1] = (found[-1][0], end)
        else:
            found.append((begin, end))
    return tuple((begin, end) for begin, end in found if end - begin >= SHORTEST_BREAK_S)


def still_to_come(breaks: Spans, now_s: float, *, away: bool) -> Spans:
    """Usual breaks in seconds from now. One that should be under way counts only for a counter that is away now."""
    return tuple(
        (begin - now_s, end - now_s) for begin, end in breaks if begin > now_s or (away and begin <= now_s < end)
    )
