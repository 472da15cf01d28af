"""Plans of release of the demonstration hall: times to book on weekdays for most services, and two services whose
numbers on site are counted, so that it can be seen.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from server.database import HallRow
from server.features.booking.models import BookingRulesRow
from server.features.catalogue.models import CounterRow, CounterServiceRow, ServiceRow
from server.features.release.models import PlanRow
from server.features.release.plans import put_in_force
from shared.domain.hours import WEEKDAYS, DateKind
from shared.domain.object_ids import object_id
from shared.domain.release import minutes_of
from shared.schemas.booking import BookingRules
from shared.schemas.release import Window

SLOT_MINUTES = 30
COUNTED = {"marriage-register": 20, "divorce-apply": 12}
_BY = "system:demo"


def release_demo_numbers(connection: Connection) -> None:
    """Once: where there is a plan, nothing is changed."""
    with Session(bind=connection) as session:
        hall = session.scalars(select(HallRow)).one()
        if session.scalars(select(PlanRow.id).limit(1)).first() is not None:
            return
        counted = {object_id(hall.key, "service", key): quantity for key, quantity in COUNTED.items()}
        serving = (
            select(CounterServiceRow.service_id, func.count())
            .join(CounterRow, CounterRow.id == CounterServiceRow.counter_id)
            .where(~CounterRow.retired)
            .group_by(CounterServiceRow.service_id)
        )
        counters = {service_id: count for service_id, count in session.execute(serving)}
        now = datetime.now(UTC)
        for service in session.scalars(select(ServiceRow).where(ServiceRow.ticketable, ~ServiceRow.retired)):
            # Self-service has no times to book.
            if all(service.hours.get(day) for day in WEEKDAYS) or service.id not in counters:
                continue
            able = counters[service.id] * SLOT_MINUTES / service.typical_minutes
            booking = 1 if service.id in counted else max(1, min(4, round(able / 2)))
            rows = [
                Window(
                    start=minutes_of(start), end=minutes_of(end), slot_minutes=SLOT_MINUTES, booking=booking,
                    onsite=counted.get(service.id),
                )
                for start, end in service.hours.get("mon", ())
            ]  # fmt: skip
            put_in_force(session, hall.id, service.id, {DateKind.WEEKDAY: rows}, _BY, now)
        if session.get(BookingRulesRow, hall.id) is None:
            # Its messages go to a file, and pages show what they say: so the code can be tried without a phone.
            rules = BookingRules(proof="phone_code").model_dump(mode="json")
            session.add(BookingRulesRow(hall_id=hall.id, data=rules))
        session.flush()
