"""What some simulated days come to: waits, and how busy the counters were."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import fmean
from typing import TypeVar

from shared.domain.simulation.day import Visit
from shared.domain.simulation.plan import Day, SimulatedHall

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Row:
    """Of some people: how many came, how many were called, and what these waited, in seconds (0 when nobody was)."""

    name: str
    tickets: int
    called: int
    mean_s: float
    median_s: float
    p90_s: float
    longest_s: float


@dataclass(slots=True)
class Days:
    """Collects days of one hall. ``busy``: of the time the counters were to be staffed, how much they had somebody."""

    hall: SimulatedHall
    days: int = 0
    visits: list[Visit] = field(default_factory=list)
    busy_s: float = 0.0
    staffed_s: float = 0.0

    def add(self, day: Day, visits: Sequence[Visit]) -> None:
        self.days += 1
        self.visits += visits
        self.busy_s += sum((one.ended_s or one.called_s or 0.0) - (one.called_s or 0.0) for one in visits)
        whole = self.hall.closes_s - self.hall.opens_s
        self.staffed_s += sum(whole - sum(end - begin for begin, end in one.breaks) for one in day.counters)

    @property
    def busy(self) -> float:
        return self.busy_s / self.staffed_s if self.staffed_s else 0.0

    def rows(self) -> list[Row]:
        """Everybody, then each service, then each group that there was."""
        names = {service.id: service.name for service in self.hall.services}
        found = [row_of("all", self.visits)]
        found += [row_of(name, visits) for name, visits in _parted(self.visits, lambda one: names[one.service])]
        groups = _parted(self.visits, group_of)
        return found + ([row_of(group, visits) for group, visits in groups] if len(groups) > 1 else [])


def group_of(visit: Visit) -> str:
    return "urgent" if visit.priority else "booked" if visit.due_s is not None else "walk_in"


def row_of(name: str, visits: Iterable[Visit]) -> Row:
    """The figures of some visits."""
    found = list(visits)
    waits = sorted(one.waited_s for one in found if one.waited_s is not None)
    if not waits:
        return Row(name, len(found), 0, 0.0, 0.0, 0.0, 0.0)

    def share(part: float) -> float:
        return waits[max(0, ceil(len(waits) * part) - 1)]

    return Row(name, len(found), len(waits), fmean(waits), share(0.5), share(0.9), waits[-1])


def _parted(visits: Iterable[Visit], key: Callable[[Visit], Key]) -> list[tuple[Key, list[Visit]]]:
    found: dict[Key, list[Visit]] = {}
    for visit in visits:
        found.setdefault(key(visit), []).append(visit)
    return sorted(found.items(), key=lambda item: str(item[0]))
