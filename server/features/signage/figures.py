"""The day's figures for a wall: counted in the database, whatever the number of displays that show them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import case, func, select

from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.queueing.lines import waiting_by_service
from server.features.queueing.models import TicketRow
from shared.domain.tickets import Status
from shared.schemas.signage import ServiceFigures, SignageFigures

# Displays ask at any moment; people read a figure of a while ago as well.
FRESH: Final = timedelta(seconds=10)


class Figures:
    """Of one hall, at most ``FRESH`` old."""

    def __init__(self) -> None:
        self._last: SignageFigures | None = None

    def now(self, reader: Reader) -> SignageFigures:
        if self._last is None or not timedelta() <= reader.now - self._last.at < FRESH:
            self._last = counted(reader)
        return self._last


def counted(reader: Reader) -> SignageFigures:
    of_today = (TicketRow.hall_id == reader.hall_id, TicketRow.service_day == reader.day)
    rows = reader.session.execute(
        select(
            TicketRow.service_id, func.sum(case((TicketRow.status == Status.FINISHED, 1), else_=0)),
        ).where(*of_today).group_by(TicketRow.service_id)
    )  # fmt: skip
    served = {service_id: int(count) for service_id, count in rows}
    first = reader.session.scalar(
        select(func.min(TicketRow.issued_at)).where(*of_today, TicketRow.status == Status.WAITING)
    )
    waits = [
        max(0.0, (called - issued).total_seconds())
        for issued, called in reader.session.execute(
            select(TicketRow.issued_at, TicketRow.first_called_at).where(*of_today)
        )
        if called is not None
    ]
    waiting, services = waiting_by_service(reader), catalogue(reader).services
    each = [
        ServiceFigures(
            name=services[id_].name,
            name_en=services[id_].name_en,
            waiting=waiting.get(id_, 0),
            served=served.get(id_, 0),
        )
        for id_ in {*waiting, *served}
        if id_ in services and (waiting.get(id_, 0) or served.get(id_, 0))
    ]
    return SignageFigures(
        at=reader.now, waiting=sum(waiting.values()), served=sum(served.values()),
        wait_mean_s=sum(waits) / len(waits) if waits else None,
        longest_waiting_s=(reader.now - first).total_seconds() if isinstance(first, datetime) else None,
        services=sorted(each, key=lambda one: (-one.waiting, -one.served, one.name)),
    )  # fmt: skip
