"""How often each service was chosen lately: what a search shows first where all else is equal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from server.database import Base, Database, Reader

LATELY: Final = timedelta(days=28)
# Whole days only, so that each process counts once a day.
_counted: WeakKeyDictionary[Database, tuple[UUID, date, Mapping[UUID, int]]] = WeakKeyDictionary()


def uses(reader: Reader) -> Mapping[UUID, int]:
    """Tickets of the last four weeks before today, by service."""
    known = _counted.get(reader.database)
    if known is not None and known[:2] == (reader.hall_id, reader.day):
        return known[2]
    # By its table: queueing stands above the catalogue, which knows nothing of it.
    one = Base.metadata.tables["tickets"].c
    day = one.service_day
    counted = reader.session.execute(
        select(one.service_id, func.count())
        .where(one.hall_id == reader.hall_id, day >= reader.day - LATELY, day < reader.day)
        .group_by(one.service_id)
    )
    found = {service_id: number for service_id, number in counted}
    _counted[reader.database] = reader.hall_id, reader.day, found
    return found
