"""Whether counters that several services share can do what all of them promise together.

Each promise is work that must be done in its own time by counters that serve it; counters and stretches of time are
the places where it can go. How the work is divided is a transport problem: a largest flow shows that it goes in, or a
smallest cut shows which promises together want more time than all the counters they may go to have (Gale 1957). Visits
may be parted between counters here, so nothing that could be done is ever called too much.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.domain.breaks import Spans


@dataclass(frozen=True, slots=True)
class Promise:
    """``visits`` of a service to be served from ``start`` to ``end`` (minutes of the day); each takes ``visit_s``.

    One that takes longer than that runs past its end. ``closed``: when the service is not open meanwhile.
    """

    service: Hashable
    start: int
    end: int
    visits: int
    visit_s: float
    closed: Spans = ()

    @property
    def work_s(self) -> int:
        return int(self.visits * self.visit_s)

    @property
    def until_s(self) -> int:
        return max(self.end * 60, self.start * 60 + int(self.visit_s))


@dataclass(frozen=True, slots=True)
class Server:
    """A counter of the pool: what it serves, and when it is away on this day."""

    key: Hashable
    services: frozenset[Hashable]
    away: Spans = ()


@dataclass(frozen=True, slots=True)
class Shortage:
    """Promises of ``services`` that need ``needed_s`` of ``counters`` which have ``able_s`` between the two."""

    services: tuple[Hashable, ...]
    visits: int
    counters: int
    start: int
    end: int
    needed_s: int
    able_s: int


# Which services can go there, and from when to when, in seconds.
Cell = tuple[frozenset[Hashable], int, int]


def shortages(promises: Iterable[Promise], servers: Sequence[Server]) -> list[Shortage]:
    """Nothing when all of it can be done; else sets of promises none of which can be kept whole."""
    pool, told, found = _Pool(promises, servers), set[int](), []
    for number in pool.unkept:
        if number not in told:
            short, full = pool.flow.reach(number)
            told |= short
            found.append(pool.told(short, full))
    return found


def shortage_of(service: Hashable, promises: Iterable[Promise], servers: Sequence[Server]) -> Shortage | None:
    """One that the service has a part in; None: what cannot be kept has nothing to do with it."""
    pool = _Pool(promises, servers)
    # Its own first: it is plainest where it is short itself.
    ordered = sorted(pool.unkept, key=lambda one: pool.asked[one].service != service)
    came_from = pool.flow.origins(ordered)
    number = next((first for one, first in came_from.items() if pool.asked[one].service == service), None)
    return None if number is None else pool.told(*pool.flow.reach(number))


class _Pool:
    """Promises and the counters' time, filled as far as it goes."""

    def __init__(self, promises: Iterable[Promise], servers: Sequence[Server]) -> None:
        self.asked = [one for one in promises if one.work_s > 0]
        self._cells = _cells(self.asked, servers)
        self._rooms = [room for _, room in self._cells.values()]
        self.flow = _Flow([one.work_s for one in self.asked], list(_places(self.asked, self._cells)), self._rooms)
        self.flow.fill()
        self.unkept = [number for number, left in enumerate(self.flow.left) if left]

    def told(self, short: set[int], full: set[int]) -> Shortage:
        """What these promises, which compete for these places, come to."""
        of, there = [self.asked[one] for one in sorted(short)], list(self._cells.values())
        return Shortage(
            tuple(dict.fromkeys(one.service for one in of)), sum(one.visits for one in of),
            len({key for one in full for key in there[one][0]}), min(one.start for one in of),
            max(one.end for one in of), sum(one.work_s for one in of), sum(self._rooms[one] for one in full),
        )  # fmt: skip


def _cells(asked: Sequence[Promise], servers: Sequence[Server]) -> dict[Cell, tuple[frozenset[Hashable], int]]:
    """Counters that serve the same of what is asked are one; each stretch → who is there, and their seconds."""
    wanted = {one.service for one in asked}
    edges = {edge for one in asked for edge in (one.start * 60, one.until_s)}
    away = (*(one.away for one in servers), *(one.closed for one in asked))
    edges |= {edge * 60 for spans in away for span in spans for edge in span}
    ordered = sorted(edges)
    alike: dict[frozenset[Hashable], list[Server]] = {}
    for one in servers:
        if serves := one.services & wanted:
            alike.setdefault(frozenset(serves), []).append(one)
    cells = {}
    for begin, end in itertools.pairwise(ordered):
        for serves, group in alike.items():
            there = frozenset(one.key for one in group if not _within(begin, end, one.away))
            if there:
                cells[serves, begin, end] = (there, len(there) * (end - begin))
    return cells


def _places(asked: Sequence[Promise], cells: Iterable[Cell]) -> Iterator[list[int]]:
    """Of each promise where its work can go; the cells are in the order of time."""
    of: dict[Hashable, list[tuple[int, int, int]]] = {one.service: [] for one in asked}
    for place, (serves, begin, end) in enumerate(cells):
        for service in serves:
            of[service].append((begin, place, end))
    for one in asked:
        near = of[one.service]
        first, last = (bisect_left(near, (moment, -1, 0)) for moment in (one.start * 60, one.until_s))
        yield [place for begin, place, end in near[first:last] if not _within(begin, end, one.closed)]


def _within(begin_s: int, end_s: int, spans: Spans) -> bool:
    return any(since * 60 < end_s and begin_s < until * 60 for since, until in spans)


class _Flow:
    """Work poured into the places where it can go, moved on by shortest ways to make room (Edmonds and Karp 1972)."""

    def __init__(self, work: Sequence[int], places: Sequence[Sequence[int]], rooms: Sequence[int]) -> None:
        self.left, self._room = list(work), list(rooms)
        self._places = places
        # Of each place: whose work is in it.
        self._held: list[dict[int, int]] = [{} for _ in rooms]

    def fill(self) -> None:
        for number, places in enumerate(self._places):
            for place in places:
                self._pour(number, place, min(self.left[number], self._room[place]))
        while path := self._path():
            self._shift(path)

    def reach(self, number: int) -> tuple[set[int], set[int]]:
        """Whom a promise that is not kept competes with, directly or through others, and for which places."""
        full = set[int]()
        short = set(self.origins([number], full))
        return short, full

    def origins(self, numbers: Sequence[int], full: set[int] | None = None) -> dict[int, int]:
        """Who competes with any of these promises, and with which one; ``full`` takes the places they compete for."""
        full = set() if full is None else full
        found, coming = {number: number for number in numbers}, deque(numbers)
        while coming:
            number = coming.popleft()
            for place in self._places[number]:
                if place not in full:
                    full.add(place)
                    more = sorted(self._held[place].keys() - found.keys())
                    found.update(dict.fromkeys(more, found[number]))
                    coming += more
        return found

    def _pour(self, number: int, place: int, seconds: int) -> None:
        if seconds > 0:
            self.left[number] -= seconds
            self._room[place] -= seconds
            self._held[place][number] = self._held[place].get(number, 0) + seconds

    def _path(self) -> list[tuple[int, int]]:
        """The shortest way from work that is left to room that is: (whose, into which place) one after the other."""
        before: dict[int, tuple[int, int | None]] = {}
        coming: deque[tuple[int, int | None]] = deque(
            (number, None) for number, left in enumerate(self.left) if left and self._places[number]
        )
        seen = {number for number, _ in coming}
        while coming:
            number, came_from = coming.popleft()
            for place in self._places[number]:
                if place in before:
                    continue
                before[place] = (number, came_from)
                if self._room[place]:
                    return list(self._back(place, before))
                for other in sorted(self._held[place].keys() - seen):
                    seen.add(other)
                    coming.append((other, place))
        return []

    @staticmethod
    def _back(place: int | None, before: dict[int, tuple[int, int | None]]) -> Iterator[tuple[int, int]]:
        while place is not None:
            number, came_from = before[place]
            yield number, place
            place = came_from

    def _shift(self, path: Sequence[tuple[int, int]]) -> None:
        """``path`` from the room back to the work that is left: each makes way for the one before it."""
        seconds = min(self._room[path[0][1]], self.left[path[-1][0]])
        for (number, _), (_, leaves) in itertools.pairwise(path):
            seconds = min(seconds, self._held[leaves][number])
        for (number, place), (_, leaves) in itertools.pairwise(path):
            self._pour(number, place, seconds)
            self.left[number] += seconds
            self._room[leaves] += seconds
            self._held[leaves][number] -= seconds
            if not self._held[leaves][number]:
                del self._held[leaves][number]
        self._pour(path[-1][0], path[-1][1], seconds)
