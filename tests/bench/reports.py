"""``./run bench reports``: a report over 100,000 tickets of a hall on the embedded database."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import insert

from server.auth import Principal
from server.database import Database, Writer
from server.features.catalogue.service import catalogue
from server.features.queueing.models import TicketRow
from server.features.reports.counting import Asked
from server.features.reports.service import report
from server.features.reports.sheets import workbook
from server.settings import Settings
from shared.schemas.reports import GROUPS
from tests.bench.goals import at_most, lines
from tests.fakes.hall import demo_data

Say = Callable[[str], None]
TICKETS: Final = 100_000
DAYS: Final = 60
ROUNDS: Final = 3
SEED: Final = 20261126


def run(folder: Path, say: Say, *, quick: bool = False) -> dict[str, Any]:
    """Seconds of each grouping, the fastest of some rounds; the hall has as many days before, which count too."""
    many = TICKETS // 50 if quick else TICKETS
    shutil.copy(demo_data() / "hall.db", folder / "hall.db")
    database = Database(Settings(data=folder, database_url="").url)
    database.start()
    try:
        database.write(lambda writer: _fill(writer, many))
        today = database.read(lambda reader: reader.day)
        head = Principal.of_machine("admin", "bench", 2e9)
        took = {group: _fastest(database, head, Asked(today - timedelta(days=DAYS), today, group)) for group in GROUPS}
        found = database.read(lambda r: report(r, head, Asked(today - timedelta(days=DAYS), today, "counter")))
        assert found.total["issued"] == many
        began = time.perf_counter()
        workbook(found, "load", "hall", database.clock(), "en")
        sheet_s = time.perf_counter() - began
    finally:
        database.close()
    say(f"{many} tickets: " + ", ".join(f"by {group} {seconds:.2f} s" for group, seconds in took.items()))
    say(f"its workbook {sheet_s:.2f} s")
    goals = {"slowest_s": at_most(max(took.values()), 5.0), "workbook_s": at_most(sheet_s, 3.0)}
    for line in lines(goals):
        say(line)
    return {"tickets": many, "seconds": took, "workbook_s": sheet_s, "goals": goals}


def _fastest(database: Database, head: Principal, asked: Asked) -> float:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        database.read(lambda reader: report(reader, head, asked))
        took.append(time.perf_counter() - began)
    return min(took)


def _fill(writer: Writer, many: int) -> None:
    """Days of visits as a hall has them: nine of ten finished, some never there."""
    draw, found = Random(SEED), catalogue(writer)
    services = [service.id for service in found.services.values() if service.ticketable]
    counters = list(found.counters)
    rows: list[dict[str, Any]] = []
    for n in range(many):
        issued = writer.now - timedelta(days=n % DAYS, seconds=draw.randrange(20_000))
        called = issued + timedelta(seconds=draw.expovariate(1 / 900))
        here = draw.random() < 0.92
        day: date = issued.astimezone(writer.clocks.zone).date()
        rows.append(dict(
            hall_id=writer.hall_id, id=uuid4(), service_day=day, series="Z", count=n, number=f"Z{n}",
            service_id=draw.choice(services), status="finished" if here else "no_show", priority=0, position=n,
            qr=str(n), fingerprint=b"", issued_by="bench", issued_at=issued, counter_id=draw.choice(counters), note="",
            recalls=0, rated=False, version=0, first_called_at=called, called_at=called,
            started_at=called + timedelta(seconds=40) if here else None,
            finished_at=called + timedelta(seconds=draw.expovariate(1 / 400)) if here else None, told_p90_s=1500,
        ))  # fmt: skip
    writer.connection.execute(insert(TicketRow), rows)
