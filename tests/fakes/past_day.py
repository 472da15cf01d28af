"""A day that is over, put into a hall's database as the hall itself would have written it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from server.features.queueing.models import CallRow, CounterStateRow, TicketRow
from server.features.simulation.drive import real_hall
from shared.domain.calling.places import lane_of, rank_of
from shared.domain.simulation.day import run_day
from shared.domain.simulation.plan import PEAKY, SimulatedHall, make_day
from tests.fakes.hall import RunningHall

COUNTERS = 4
PEOPLE = 250


def fill_past_day(hall: RunningHall, days_ago: int, *, recorded: bool = False) -> UUID:
    """A peaky day at four counters of one area; answers its busiest service.

    ``recorded``: when the counters were open is written down; else it has to be concluded.
    """
    client = hall.client("admin")
    facts = client.hall()
    zone = ZoneInfo(facts.time_zone)
    day = datetime.now(UTC).astimezone(zone).date() - timedelta(days=days_ago)
    midnight = datetime.combine(day, time(), zone)
    whole = real_hall(hall.url, hall.token("admin"))
    services = whole.counters[0].services[:4]
    counters = tuple(
        replace(counter, services=own)
        for counter in whole.counters if (own := tuple(one for one in counter.services if one in services))
    )[:COUNTERS]  # fmt: skip
    kinds = tuple(replace(one, share=1 / len(services)) for one in whole.services if one.id in services)
    small = SimulatedHall(kinds, counters)
    planned = make_day(small, replace(PEAKY, load=0.95), 3)
    visits = run_day(small, replace(planned, arrivals=planned.arrivals[:PEOPLE]))

    def at(seconds: float | None) -> datetime | None:
        return None if seconds is None else (midnight + timedelta(seconds=seconds)).astimezone(UTC)

    hall_id = client.health().hall_id
    tickets: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    for number, visit in enumerate(visits):
        ticket, call = uuid4(), uuid4()
        status = "waiting" if visit.called_s is None else "finished" if visit.came else "no_show"
        tickets.append(dict(
            hall_id=hall_id, id=ticket, service_day=day, series="Q", count=number, number=f"Q{number:03}",
            service_id=visit.service, status=status, priority=-visit.priority, position=number,
            lane=lane_of(visit.priority, booked=False), rank=rank_of(number), since_at=at(visit.taken_s), came_back="",
            missed=0, qr=str(ticket), fingerprint=b"", issued_by="test", issued_at=at(visit.taken_s),
            counter_id=visit.counter, note="", call_id=call if visit.counter else None, recalls=0, rated=False,
            version=0, first_called_at=at(visit.called_s), called_at=at(visit.called_s), started_at=at(visit.called_s),
            finished_at=at(visit.ended_s) if visit.came else None, told_p50_s=None, told_p90_s=None,
        ))  # fmt: skip
        if visit.counter is not None:
            calls.append(dict(
                hall_id=hall_id, id=call, service_day=day, seq=number, ticket_id=ticket, counter_id=visit.counter,
                called_at=at(visit.called_s), undone=False, passed=False,
            ))  # fmt: skip
    hall.execute(insert(TicketRow).values(tickets))
    hall.execute(insert(CallRow).values(calls))
    if recorded:
        opened = [
            dict(hall_id=hall_id, seq=-1000 * days_ago - 2 * n - (state == "open"), counter_id=counter.id, state=state,
                 at=at(when))
            for n, counter in enumerate(counters)
            for state, when in (("open", small.opens_s), ("closed", small.closes_s))
        ]  # fmt: skip
        hall.execute(insert(CounterStateRow).values(opened))
    found = [visit.service for visit in visits]
    return max(services, key=found.count)
