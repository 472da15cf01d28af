"""Runs the hall forward whenever something happened in it, and learns from the days before.

Each process does it for itself, beside its requests: at most a tenth of the time, at most once a second.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import inf
from random import Random
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select

from server.database import Database, LoggedEvent, Reader
from server.features.booking.models import AppointmentRow
from server.features.calling.service import rules
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import Catalogue, catalogue
from server.features.queueing.foreseer import Foreseer
from server.features.queueing.lines import candidate
from server.features.queueing.models import CounterStateRow, TicketRow, TicketVisitRow
from shared.domain.breaks import breaks_of
from shared.domain.calling import Candidate, Preference
from shared.domain.calling.foresight import ranks
from shared.domain.calling.places import rank_of
from shared.domain.simulation.staffing import from_states
from shared.domain.tickets import Status
from shared.domain.waits.correction import Corrections
from shared.domain.waits.durations import Experience
from shared.domain.waits.forecast import Cap, CounterNow, Doing, Place, Range
from shared.domain.waits.history import History, PastVisit, Spans, usual_breaks
from shared.domain.waits.outlook import MOST_WAITING, Learned, Standing
from shared.domain.waits.told import Waits

log = logging.getLogger(__name__)
# Seconds. Without events time still passes.
AT_MOST_EVERY_S: Final = 1.0
AT_LEAST_EVERY_S: Final = 30.0
LEARN_EVERY_S: Final = 600.0
SHARE_OF_TIME: Final = 0.1
REMEMBERED: Final = timedelta(days=30)
VISITS: Final = 6000
# Breaks are learned from so many days, and bookings are looked at so far ahead.
BREAKS_FROM: Final = timedelta(days=21)
BOOKED_WITHIN: Final = timedelta(hours=3)
# A counter without a preference.
ANYTHING: Final = Preference(step_in_s=inf)
# Behind everybody who has a number now.
_LAST: Final = 1 << 30
_OUTCOMES: Final[Mapping[str, Literal["served", "missed"]]] = {Status.FINISHED: "served", Status.NO_SHOW: "missed"}


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
    learned = Learned(Experience(), Corrections(), _breaks(reader))
    for service in catalogue(reader).services.values():
        learned.experience.believe(service.id, service.typical_s)
    history = History(learned.experience)
    for row in reversed(visits):
        history.add(
            PastVisit(
                row.service_id, row.counter_id, row.staff_id, _OUTCOMES.get(row.outcome, "other"),
                row.queued_at.timestamp(), row.called_at.timestamp(), row.ended_at.timestamp(), row.parked_s,
            )
        )  # fmt: skip
    for issued_at, called_at, p50_s, p90_s in reversed(told):
        waited = max(0.0, (called_at - issued_at).total_seconds())
        learned.corrections.learn(Range(p50_s, p90_s), waited)
    return learned


def _breaks(reader: Reader) -> dict[Hashable, Spans]:
    """Of each counter the breaks it takes on most days, from when it was open on the last ones."""
    zone, since = reader.clocks.zone, reader.now - BREAKS_FROM
    rows = reader.session.execute(
        select(CounterStateRow.counter_id, CounterStateRow.state, CounterStateRow.at)
        .where(CounterStateRow.hall_id == reader.hall_id, CounterStateRow.at >= since)
        .order_by(CounterStateRow.seq)
    )
    days: dict[UUID, dict[date, list[tuple[float, bool]]]] = {}
    for row in rows:
        local = row.at.astimezone(zone)
        if local.date() < reader.day:
            states = days.setdefault(row.counter_id, {}).setdefault(local.date(), [])
            states.append((_of_day(local), row.state == "open"))
    found = {
        id_: usual_breaks([from_states(states, states[-1][0]) for states in own.values()]) for id_, own in days.items()
    }
    return {id_: breaks for id_, breaks in found.items() if breaks}


def _of_day(local: datetime) -> float:
    return local.hour * 3600.0 + local.minute * 60 + local.second


def standing(reader: Reader) -> Standing:
    found, policy = catalogue(reader), rules(reader).policy
    counters = _counters(reader, found)
    waiting, coming = _people(reader, {counter.key: counter.services for counter in counters})
    local = reader.now.astimezone(reader.clocks.zone)
    planned = {
        one.key: tuple((begin * 60.0, end * 60.0) for begin, end in breaks)
        for one in counters
        if (breaks := breaks_of(found.counters[one.key].breaks, local.date(), found.calendar))  # type: ignore[index]
    }
    capped = policy.urgent_in_a_row > 0 and policy.merge != "ageing"
    cap = Cap(policy.urgent_in_a_row, policy.urgent_patience_s) if capped else None
    return Standing(reader.now, counters, waiting, coming, _of_day(local), planned, cap)


def _counters(reader: Reader, found: Catalogue) -> list[CounterNow]:
    """Counters where somebody works; what they do now and since when."""
    rows = reader.session.execute(
        select(CounterRow.id, CounterRow.state, CounterRow.since, CounterRow.staff_id, TicketRow.called_at,
               TicketRow.service_id, TicketRow.parked_s)
        .outerjoin(TicketRow, TicketRow.id == CounterRow.ticket_id)
        .where(CounterRow.hall_id == reader.hall_id, CounterRow.retired.is_(False), CounterRow.state != "closed")
    )  # fmt: skip
    counters = []
    preferences = rules(reader).preferences
    for row in rows:
        services = tuple(found.counters[row.id].service_ids)
        first = preferences.get(row.id, ANYTHING)
        if row.called_at is not None:
            since = (reader.now - row.called_at).total_seconds() - row.parked_s
            now = CounterNow(row.id, services, row.staff_id, "serving", row.service_id, max(0.0, since))
        else:
            since = (reader.now - row.since).total_seconds()
            doing: Doing = "idle" if row.state == "open" else "paused"
            now = CounterNow(row.id, services, row.staff_id, doing, None, max(0.0, since))
        counters.append(replace(now, later=first.later, step_in_s=first.step_in_s))
    return counters


def _people(reader: Reader, staffed: dict[Any, tuple[Any, ...]]) -> tuple[list[Place], list[Place]]:
    """Who waits, and who has booked for the next hours and has not checked in yet."""
    ticket, ruled = TicketRow, rules(reader)
    policy = ruled.policy
    rows = reader.session.execute(
        select(
            ticket.id, ticket.service_id, ticket.lane, ticket.rank, ticket.position, ticket.since_at,
            ticket.reserved_counter_id,
        )
        .where(ticket.hall_id == reader.hall_id, ticket.service_day == reader.day, ticket.status == Status.WAITING)
        .limit(MOST_WAITING + 1)
    ).all()  # fmt: skip
    booked = reader.session.execute(
        select(AppointmentRow.id, AppointmentRow.service_id, AppointmentRow.starts_at)
        .where(
            AppointmentRow.hall_id == reader.hall_id, AppointmentRow.state == "booked",
            AppointmentRow.starts_at > reader.now, AppointmentRow.starts_at < reader.now + BOOKED_WITHIN,
        )
        .limit(MOST_WAITING)
    ).all()  # fmt: skip
    coming = {row.id: (row.starts_at - reader.now).total_seconds() for row in booked}
    # As they will stand when their slot begins: under ageing everybody else has waited longer by then.
    later = [
        Candidate(
            row.id, row.service_id, 0, _LAST, rank_of(_LAST), -coming[row.id] if policy.merge == "ageing" else 0.0, True
        )
        for row in booked
    ]
    here = [candidate(row, reader.now) for row in rows]
    order = ranks([*here, *later], policy)
    # Lanes are told apart only for rules that look past the first of a service: each one is looked at with each call.
    lanes = bool(ruled.preferences or policy.urgent_in_a_row)
    waiting = [
        Place(
            (row.id, row.service_id), row.service_id, order[row.id],
            # Sent to a counter that has closed, or serves them no more: its colleagues call.
            row.reserved_counter_id if row.service_id in staffed.get(row.reserved_counter_id, ()) else None,
            lane=row.lane if lanes else 0, urgent=one.priority > 0, waited_s=one.waited_s,
        )
        for row, one in zip(rows, here, strict=True)
    ]  # fmt: skip
    return waiting, [
        Place((row.id, row.service_id), row.service_id, order[row.id], from_s=coming[row.id], waited_s=-coming[row.id])
        for row in booked
    ]


class Forecaster:
    """Keeps ``waits`` up to date. Its methods run on the event loop."""

    def __init__(self, database: Database, waits: Waits, made: Callable[[], None]) -> None:
        """``made`` is called after each forecast."""
        self._database = database
        self._waits = waits
        self._made = made
        self._woken = asyncio.Event()
        self._random = Random()
        self._foreseer = Foreseer()

    def close(self) -> None:
        self._foreseer.close()

    def happened(self, event: LoggedEvent) -> None:
        if event.kind.startswith(("ticket.", "counter.", "catalogue.", "appointment.")):
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
                self._waits.forecast = await asyncio.to_thread(self._foreseer.look_ahead, now, learned, self._random)
                self._made()
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
