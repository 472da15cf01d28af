"""Figures of the day so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from server.database import Reader
from server.features.feedback.service import levels_today
from server.features.queueing.models import TicketRow
from shared.domain.tickets import IN_HAND, Status
from shared.schemas.statistics import HourFigure, ServiceFigure, Today


@dataclass(slots=True)
class _Service:
    issued: int = 0
    promised: int = 0
    kept: int = 0
    waits: list[float] = field(default_factory=list)

    def figure(self, service_id: UUID) -> ServiceFigure:
        return ServiceFigure(
            service_id=service_id, issued=self.issued, called=len(self.waits),
            wait_mean_s=sum(self.waits) / len(self.waits) if self.waits else None,
            promised=self.promised, kept=self.kept,
        )  # fmt: skip


def today(reader: Reader) -> Today:
    """Counted from the tickets themselves, so that a figure never disagrees with its rows."""
    session, zone = reader.session, reader.clocks.zone
    of_today = (TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day)
    counts: dict[str, int] = {}
    for status, number in session.execute(
        select(TicketRow.status, func.count()).where(*of_today).group_by(TicketRow.status)
    ):
        counts[status] = number
    times = session.execute(
        select(
            TicketRow.issued_at, TicketRow.first_called_at, TicketRow.finished_at, TicketRow.status,
            TicketRow.service_id, TicketRow.told_p90_s,
        ).where(*of_today)
    ).all()  # fmt: skip
    services: dict[UUID, _Service] = {}
    hours: dict[int, list[int]] = {}
    waits: list[float] = []
    longest: float | None = None

    def count(moment: datetime | None, column: int) -> None:
        if moment is not None:
            hours.setdefault(moment.astimezone(zone).hour, [0, 0, 0])[column] += 1

    for issued, called, finished, status, service_id, told_s in times:
        service = services.setdefault(service_id, _Service())
        service.issued += 1
        count(issued, 0)
        count(called, 1)
        count(finished, 2)
        if called is not None:
            # A clock that was set back makes nobody wait less than nothing.
            waited = max(0.0, (called - issued).total_seconds())
            waits.append(waited)
            service.waits.append(waited)
            if told_s is not None:
                service.promised += 1
                service.kept += waited <= told_s
        elif status == Status.WAITING:
            longest = max(longest or 0.0, (reader.now - issued).total_seconds())
    waits.sort()
    return Today(
        day=reader.day, issued=len(times), waiting=counts.get(Status.WAITING, 0),
        in_hand=sum(counts.get(status, 0) for status in IN_HAND), finished=counts.get(Status.FINISHED, 0),
        no_show=counts.get(Status.NO_SHOW, 0), wait_mean_s=sum(waits) / len(waits) if waits else None,
        wait_p90_s=waits[min(len(waits) - 1, int(len(waits) * 0.9))] if waits else None, longest_waiting_s=longest,
        promised=sum(service.promised for service in services.values()),
        kept=sum(service.kept for service in services.values()),
        ratings=levels_today(reader),
        hours=[HourFigure(hour=hour, issued=i, called=c, finished=f) for hour, (i, c, f) in sorted(hours.items())],
        services=[service.figure(id_) for id_, service in sorted(services.items())],
    )  # fmt: skip
