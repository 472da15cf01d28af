"""Bookings that a plan has no slot for: they keep their time, and whoever publishes it is shown them first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select

from server.database import Reader
from server.features.catalogue.service import ServiceFacts, catalogue
from server.features.release.models import TakenRow
from shared.domain.release import Finding, Plan, clock_of, day_plan, open_minutes, slots_of
from shared.schemas import release as wire

# So many times are listed; all are counted.
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Outside:
    """``times``: day, minute and how many have booked it; the next one first."""

    times: Sequence[tuple[date, int, int]]

    @property
    def count(self) -> int:
        return sum(count for _, _, count in self.times)

    def findings(self) -> list[Finding]:
        if not self.times:
            return []
        day, start, _ = self.times[0]
        told = {"count": self.count, "day": day.isoformat(), "at": clock_of(start)}
        return [Finding("bookings_outside", params=told)]

    def shown(self) -> list[wire.BookedOutside]:
        return [wire.BookedOutside(day=day, start=start, count=count) for day, start, count in self.times[:SHOWN]]


def outside(reader: Reader, service: ServiceFacts, plan: Plan) -> Outside:
    """What is booked from now on and begins with no slot of ``plan``, its single days included."""
    local = reader.now.astimezone(reader.clocks.zone)
    rows = reader.session.execute(
        select(TakenRow.day, TakenRow.start, func.sum(TakenRow.taken))
        .where(
            TakenRow.service_id == service.id, TakenRow.act == "booking", TakenRow.day >= local.date(),
            TakenRow.taken > 0,
        )
        .group_by(TakenRow.day, TakenRow.start)
        .order_by(TakenRow.day, TakenRow.start)
    )  # fmt: skip
    calendar = catalogue(reader).calendar
    begins: dict[date, set[int]] = {}
    found = []
    for day, start, count in rows:
        if day not in begins:
            hours = open_minutes(service.hours, day, calendar)
            begins[day] = {slot.start for slot, _ in slots_of(day_plan(plan, day, calendar), day, hours)}
        if start not in begins[day] and (day, start) > (local.date(), local.hour * 60 + local.minute):
            found.append((day, start, int(count)))
    return Outside(found)
