"""What is counted of a group of tickets. Pure: no database.

All times are seconds on the server's clock; what a clock that was set back makes negative counts as nothing.

issued          tickets taken in the days asked for
called          of these, those that were called at least once
served          of these, finished ones
no_show         of these, those whose last call nobody answered
left            of days that are over: never called at all
no_show_share   no_show ÷ called
wait_*          first call − issue, of the called: median, the value nine of ten do not exceed, mean, the longest
service_*       end − start less time away, of the stretches that finished: median and P90
walk, walk_median   start − call, of those with a start: sum and median; the way to the counter
busy            end − call less time away, of all stretches at a counter but those where nobody came: sum, with the way
idle            at one counter on one day, from an end to its next call: sum; longer than an hour is a break
held            stretches that were put on hold
parked          time away while the counter went on with others: sum, of those that came back to where they were
load            busy ÷ (busy + idle)
promised, kept  called ones that had been told a wait; of these, those who waited no longer than the P90 told
kept_share      kept ÷ promised

Percentiles are of the sorted values at ``ceil(share × n) − 1``: a value that somebody really waited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final

from shared.schemas.reports import Figures

# A gap at a counter that is longer was a break, or nobody was there.
LONGEST_IDLE_S: Final = 3600.0


@dataclass(slots=True)
class Tally:
    """Of one group; the lists hold seconds."""

    issued: int = 0
    served: int = 0
    no_show: int = 0
    left: int = 0
    promised: int = 0
    kept: int = 0
    held: int = 0
    worked: int = 0
    parked: float = 0.0
    busy: float = 0.0
    idle: float = 0.0
    waits: list[float] = field(default_factory=list)
    services: list[float] = field(default_factory=list)
    walks: list[float] = field(default_factory=list)

    def take(self, other: Tally) -> None:
        """Count another group's tickets too."""
        for name in (
            "issued",
            "served",
            "no_show",
            "left",
            "promised",
            "kept",
            "held",
            "worked",
            "parked",
            "busy",
            "idle",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("waits", "services", "walks"):
            getattr(self, name).extend(getattr(other, name))

    def figures(self) -> Figures:
        """By the names of ``shared.schemas.reports.FIGURES``; None where nothing was to be counted."""
        for values in (self.waits, self.services, self.walks):
            values.sort()
        called = len(self.waits)
        return {
            "issued": self.issued, "called": called, "served": self.served, "no_show": self.no_show, "left": self.left,
            "no_show_share": share(self.no_show, called),
            "wait_median": at(self.waits, 0.5), "wait_p90": at(self.waits, 0.9),
            "wait_mean": share(sum(self.waits), called), "wait_longest": at(self.waits, 1.0),
            "service_median": at(self.services, 0.5), "service_p90": at(self.services, 0.9),
            "walk_median": at(self.walks, 0.5), "walk": sum(self.walks) if self.walks else None,
            "busy": self.busy if self.worked else None, "idle": self.idle if self.worked else None,
            "load": share(self.busy, self.busy + self.idle),
            "promised": self.promised, "kept": self.kept, "kept_share": share(self.kept, self.promised),
            "held": self.held, "parked": self.parked or None,
        }  # fmt: skip


def at(values: Sequence[float], part: float) -> float | None:
    """The value of the sorted ones that this part of them does not exceed; None of none."""
    return values[max(0, ceil(part * len(values)) - 1)] if values else None


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
