"""A service that can be booked in a running hall."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from server.database import HallRow
from server.features.release.plans import put_in_force
from server.settings import Settings
from shared.domain.hours import DateKind
from shared.schemas.release import Window
from tests.fakes.hall import RunningHall


def let_book(hall: RunningHall, service_id: UUID, *, start: int = 540, end: int = 720, quantity: int = 1) -> None:
    """Slots of an hour on every working day, ``quantity`` of each; behind the server's back."""
    window = Window.model_validate({"start": start, "end": end, "slot_minutes": 60, "booking": quantity})
    windows = dict.fromkeys((DateKind.WEEKDAY, DateKind.ADJUSTED), (window,))
    engine = create_engine(Settings(data=hall.data, database_url=hall.database_url).url)
    with Session(engine) as session:
        hall_id = session.scalars(select(HallRow.id)).one()
        put_in_force(session, hall_id, service_id, windows, "test", datetime.now(UTC))
        session.execute(update(HallRow).values(catalogue_version=HallRow.catalogue_version + 1))
        session.commit()
    engine.dispose()
