"""Everything the checker looks at, read from the database, the terminals' journals and their witnesses."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import select

from server.features.catalogue.models import CounterRow
from server.features.island.models import ConflictRow, LeaseRow
from server.features.queueing.models import TicketRow
from server.tables import EventRow, HallRow
from shared.domain.island.numbers import Lease
from tests.bench.survival.checker import ConflictKept, EntryKept, EventKept, Evidence, TicketKept
from tests.bench.survival.witness import read
from tests.fakes.hall import RunningHall


def gather(
    hall: RunningHall, place: Path, data: Mapping[str, Path], displays: Mapping[str, float | None]
) -> Evidence:  # fmt: skip
    """``place``: where the witnesses lie; ``data``: each terminal's own disk. After all of them have ended."""
    told = {name: read(place / f"{name}.witness") for name in data}
    tickets = hall.execute(
        select(
            TicketRow.id, TicketRow.service_day, TicketRow.series, TicketRow.count, TicketRow.number, TicketRow.status
        )
    )
    events = hall.execute(select(EventRow.epoch, EventRow.seq, EventRow.kind, EventRow.data).order_by(EventRow.seq))
    conflicts = hall.execute(
        select(ConflictRow.kind, ConflictRow.ticket_id, ConflictRow.number, ConflictRow.counter_id)
    )
    ((last,),) = hall.execute(select(HallRow.seq))
    return Evidence(
        tickets=[TicketKept(*row) for row in tickets],
        events=[EventKept(row.epoch, row.seq, row.kind, json.loads(row.data)) for row in events],
        last_event=last,
        leases=_leases(hall),
        conflicts=[ConflictKept(*row) for row in conflicts],
        hands={id_: ticket for id_, ticket in hall.execute(select(CounterRow.id, CounterRow.ticket_id))},
        papers=[fact for facts in told.values() for fact in facts if fact["what"] == "paper"],
        steps=[{**fact, "counter": name} for name, facts in told.items() for fact in facts if fact["what"] == "step"],
        journals=[entry for name, folder in data.items() for entry in journal(name, folder)],
        displays=displays,
    )


def journal(terminal: str, folder: Path) -> list[EntryKept]:
    """What stands in a terminal's journal."""
    found = []
    for path in folder.rglob("journal.db"):
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT kind, body, verdict, code FROM entries ORDER BY place").fetchall()
        found += [EntryKept(terminal, kind, json.loads(body)["number"], said, code) for kind, body, said, code in rows]
    return found


def _leases(hall: RunningHall) -> list[Lease]:
    columns = (
        LeaseRow.id, LeaseRow.service_day, LeaseRow.series, LeaseRow.head, LeaseRow.band, LeaseRow.first,
        LeaseRow.last, LeaseRow.epoch, LeaseRow.granted_at, LeaseRow.used, LeaseRow.closed_at, LeaseRow.burnt,
    )  # fmt: skip
    return [
        Lease(*row[:10], closed=row.closed_at is not None, burnt=row.burnt) for row in hall.execute(select(*columns))
    ]
