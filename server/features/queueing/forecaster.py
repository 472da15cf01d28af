"""Runs the hall forward whenever something happened in it, and learns from the days before.

Each process does it for itself, beside its requests: at most a tenth of the time, at most once a second.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from server.database import Database, LoggedEvent, Reader
from server.features.calling.service import rules
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import Catalogue, catalogue
from server.features.queueing.lines import candidate
from server.features.queueing.models import TicketRow, TicketVisitRow
from shared.domain.calling.foresight import ranks
from shared.domain.tickets import Status
from shared.domain.waits.correction import Corrections
from shared.domain.waits.durations import Experience
from shared.domain.waits.forecast import RUNS, CounterNow, Doing, Place, Range, range_of, run_forward
from shared.domain.waits.told import Forecast, Waits

log = logging.getLogger(__name__)
# Seconds. Without events time still passes.
AT_MOST_EVERY_S: Final = 1.0
AT_LEAST_EVERY_S: Final = 30.0
LEARN_EVERY_S: Final = 600.0
SHARE_OF_TIME: Final = 0.1
REMEMBERED: Final = timedelta(days=30)
VISITS: Final = 6000
# A visit, and a gap between two of them, that took longer was forgotten, not worked at.
LONGEST_VISIT_S: Final = 4 * 3600.0
LONGEST_GAP_S: Final = 180.0
LONGEST_PAUSE_S: Final = 3600.0
# Draws of one forecast: fewer runs in a very full hall.
DRAWS: Final = 60_000
FEWEST_RUNS: Final = 15
# No hall has so many people waiting; running one forward would hold its requests up. Rough figures are told then.
MOST_WAITING: Final = 3000
# Seconds after which a thread that computes lets another one in, instead of Python's 0.005: a request needs many turns.
GENTLY_S: Final = 0.0005


@dataclass(frozen=True, slots=True)
class Learned:
    """What the hall's past says: how long things take, and how far earlier figures were off."""

    experience: Experience
    corrections: Corrections


def learn(reader: Reader) -> Learned:
    """From the visits of the last thirty days, oldest first."""
    ticket, visit, since = TicketRow, TicketVisitRow, reader.day - REMEMBERED
    visits = reader.session.execute(
        select(
            visit.service_id, visit.staff_id, visit.counter_id, visit.outcome, visit.queued_at, visit.called_at,
            visit.ended_at, visit.parked_s,
        )
        .where(visit.hall_id == reader.hall_id, visit.service_day >= since)
        .order_by(visit.called_at.desc())
        .limit(VISITS)
    ).all()  # fmt: skip
    told: Sequence[Any] = reader.session.execute(
        select(ticket.issued_at, ticket.first_called_at, ticket.told_p50_s, ticket.told_p90_s)
        .where(
            ticket.hall_id == reader.hall_id, ticket.service_day >= since, ticket.first_called_at.is_not(None),
            ticket.told_p50_s.is_not(None),
        )
        .order_by(ticket.first_called_at.desc())
        .limit(VISITS)
    ).all()  # fmt: skip
    learned = Learned(Experience(), Corrections())
    for service in catalogue(reader).services.values():
        learned.experience.believe(service.id, service.typical_s)
    last_end: dict[UUID, datetime] = {}
    for row in reversed(visits):
        _visit(learned.experience, row, last_end)
    for issued_at, called_at, p50_s, p90_s in reversed(told):
        waited = max(0.0, (called_at - issued_at).total_seconds())
        learned.corrections.learn(Range(p50_s, p90_s), waited)
    return learned


def _visit(experience: Experience, row: Any, last_end: dict[UUID, datetime]) -> None:
    ended = last_end.pop(row.counter_id, None)
    if ended is not None and row.queued_at < ended:
        gap = (row.called_at - ended).total_seconds()
        if 0 <= gap <= LONGEST_GAP_S:
            experience.went_on(gap)
        elif LONGEST_GAP_S < gap <= LONGEST_PAUSE_S:
            experience.came_back(gap)
    if row.outcome == Status.NO_SHOW:
        experience.not_there()
    elif row.outcome == Status.FINISHED:
        # Whoever is away for a copy keeps nobody from being served.
        took = (row.ended_at - row.called_at).total_seconds() - row.parked_s
        if 0 < took <= LONGEST_VISIT_S:
            experience.served(row.service_id, row.staff_id, took)
            last_end[row.counter_id] = row.ended_at


@dataclass(frozen=True, slots=True)
class Standing:
    """The hall as it stands: the counters where somebody works, and who waits."""

    at: datetime
    counters: list[CounterNow]
    waiting: list[Place]


def standing(reader: Reader) -> Standing:
    counters = _counters(reader, catalogue(reader))
    return Standing(reader.now, counters, _waiting(reader, {counter.key: counter.services for counter in counters}))


def look_ahead(now: Standing, learned: Learned, random: Random) -> Forecast:
    """The hall run forward. Takes its time in a full hall, and so no transaction is open meanwhile."""
    counters, waiting = now.counters, now.waiting
    if len(waiting) > MOST_WAITING:
        return Forecast(now.at, {}, {})
    count: dict[Hashable, int] = {}
    for place in waiting:
        count[place.service] = count.get(place.service, 0) + 1
    served = {service for counter in counters for service in counter.services}
    draws = len(waiting) + len(counters) + 1
    runs = max(FEWEST_RUNS, min(RUNS, DRAWS // draws))
    called = run_forward(counters, waiting, learned.experience, random, newcomers=tuple(served), runs=runs)

    def ranges(keys: Iterable[Any]) -> dict[Any, Range]:
        raw = {key: range_of(called[key]) for key in keys}
        return {key: learned.corrections.apply(one) for key, one in raw.items() if one is not None}

    newcomers = {service: (count.get(service, 0), one) for service, one in ranges(served).items()}
    return Forecast(now.at, ranges(place.key for place in waiting), newcomers)


def _counters(reader: Reader, found: Catalogue) -> list[CounterNow]:
    """Counters where somebody works; what they do now and since when."""
    rows = reader.session.execute(
        select(CounterRow.id, CounterRow.state, CounterRow.since, CounterRow.staff_id, TicketRow.called_at,
               TicketRow.service_id, TicketRow.parked_s)
        .outerjoin(TicketRow, TicketRow.id == CounterRow.ticket_id)
        .where(CounterRow.hall_id == reader.hall_id, CounterRow.retired.is_(False), CounterRow.state != "closed")
    )  # fmt: skip
    counters = []
    for row in rows:
        services = tuple(found.counters[row.id].service_ids)
        if row.called_at is not None:
            since = (reader.now - row.called_at).total_seconds() - row.parked_s
            counters.append(CounterNow(row.id, services, row.staff_id, "serving", row.service_id, max(0.0, since)))
        else:
            since = (reader.now - row.since).total_seconds()
            doing: Doing = "idle" if row.state == "open" else "paused"
            counters.append(CounterNow(row.id, services, row.staff_id, doing, None, max(0.0, since)))
    return counters


def _waiting(reader: Reader, staffed: dict[Any, tuple[Any, ...]]) -> list[Place]:
    ticket = TicketRow
    rows = reader.session.execute(
        select(
            ticket.id, ticket.service_id, ticket.lane, ticket.rank, ticket.position, ticket.since_at,
            ticket.reserved_counter_id,
        )
        .where(ticket.hall_id == reader.hall_id, ticket.service_day == reader.day, ticket.status == Status.WAITING)
        .limit(MOST_WAITING + 1)
    ).all()  # fmt: skip
    order = ranks([candidate(row, reader.now) for row in rows], rules(reader).policy)
    return [
        Place(
            (row.id, row.service_id), row.service_id, order[row.id],
            # Sent to a counter that has closed, or serves them no more: its colleagues call.
            row.reserved_counter_id if row.service_id in staffed.get(row.reserved_counter_id, ()) else None,
        )
        for row in rows
    ]  # fmt: skip


def _gently(work: Callable[..., Forecast], *arguments: Any) -> Forecast:
    """Work that computes for long, beside requests that are answered meanwhile."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(GENTLY_S)
    try:
        return work(*arguments)
    finally:
        sys.setswitchinterval(usual)


class Forecaster:
    """Keeps ``waits`` up to date. Its methods run on the event loop."""

    def __init__(self, database: Database, waits: Waits) -> None:
        self._database = database
        self._waits = waits
        self._woken = asyncio.Event()
        self._random = Random()

    def happened(self, event: LoggedEvent) -> None:
        if event.kind.startswith(("ticket.", "counter.", "catalogue.")):
            self._woken.set()

    async def work_often(self) -> None:
        """Forecast for ever."""
        learned: Learned | None = None
        learned_at = 0.0
        failed = False
        while True:
            self._woken.clear()
            began = time.monotonic()
            try:
                if learned is None or began - learned_at > LEARN_EVERY_S:
                    learned, learned_at = await self._read(learn), began
                    self._waits.experience = learned.experience
                now = await self._read(standing)
                self._waits.forecast = await asyncio.to_thread(_gently, look_ahead, now, learned, self._random)
                failed = False
            except Exception:
                # Rough figures are told meanwhile. Once is enough until it works again.
                if not failed:
                    log.exception("no forecast")
                failed = True
            took = time.monotonic() - began
            await asyncio.sleep(max(AT_MOST_EVERY_S, took / SHARE_OF_TIME))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), AT_LEAST_EVERY_S)

    async def _read(self, work: Any) -> Any:
        return await asyncio.to_thread(self._database.read, work)
