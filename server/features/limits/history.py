"""What people took lately, as the rules' preview and the first day of a rule need it.

The tickets are named by their table only: their feature asks this one at every ticket, so this one can't ask it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Table, delete, select

from server.database import Base, Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.limits.models import ClaimRow
from server.features.limits.settings import settings
from shared.domain.limits.judging import Claim, Facts, free_place, scope_of
from shared.domain.limits.replay import Visit, replay
from shared.domain.limits.rules import Rules, rule_of
from shared.domain.tickets import OPEN, Status
from shared.schemas.limits import LimitPreview, LimitTrial, RefusedThen

DAYS = 7


def preview(reader: Reader, trial: LimitTrial) -> LimitPreview:
    """What a rule would have refused in the last seven days, had it been the only one."""
    rules = Rules(**{trial.kind: rule_of(trial.kind, trial.params)})  # type: ignore[arg-type]
    first = reader.day - timedelta(days=DAYS)
    begin = datetime.combine(first, time(), reader.clocks.zone).astimezone(UTC)
    visits = [_visit(reader, row) for row in _tickets(reader, Base.metadata.tables["tickets"].c.issued_at >= begin)]
    outcome = replay(rules, visits)
    counts: dict[Any, int] = {}
    for visit, _ in outcome.refused:
        counts[visit.service_id] = counts.get(visit.service_id, 0) + 1
    services = catalogue(reader).services
    return LimitPreview(
        first=first, until=reader.day, taken=outcome.taken, people=outcome.people, refused=len(outcome.refused),
        people_refused=outcome.people_refused,
        by_service=[
            RefusedThen(service_id=id_, service_name=services[id_].name if id_ in services else "", count=count)
            for id_, count in sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))
        ],
    )  # fmt: skip


def rebuild(writer: Writer) -> None:
    """The places of today anew, after a rule has changed what is counted against what. Nobody loses a number."""
    rules = settings(writer).rules
    table = Base.metadata.tables["tickets"]
    kept = writer.connection.execute(
        select(ClaimRow.__table__).where(
            ClaimRow.hall_id == writer.hall_id, ClaimRow.act == "booking", ClaimRow.day >= writer.day
        )
    ).all()
    rows = [dict(row._mapping) for row in kept]
    for ticket in _tickets(writer, table.c.service_day == writer.day):
        if not rules.counts and ticket.agent_key is None:
            continue
        rows.append({
            "hall_id": writer.hall_id, "id": ticket.id, "label": ticket.number, "act": "ticket",
            "channel": ticket.issued_by.partition(":")[0], "identity_key": ticket.identity_key,
            "agent_key": ticket.agent_key, "service_id": ticket.service_id, "day": writer.day,
            "place": 0 if Status(ticket.status) in OPEN else None,
        })  # fmt: skip
    facts: dict[bytes, list[Claim]] = {}
    for row in rows:
        mine = facts.setdefault(row["identity_key"], [])
        row["scope"] = scope_of(rules, row["service_id"], row["day"])
        if row["place"] is not None:
            row["place"] = free_place(Facts(mine), row["scope"])
        mine.append(Claim(row["act"], row["id"], row["service_id"], row["day"], row["scope"], row["place"]))
    writer.connection.execute(delete(ClaimRow).where(ClaimRow.hall_id == writer.hall_id))
    if rows:
        writer.connection.execute(ClaimRow.__table__.insert(), rows)  # type: ignore[attr-defined]


def _tickets(reader: Reader, *where: Any) -> list[Row[Any]]:
    """Those of who named themselves, oldest first."""
    table: Table = Base.metadata.tables["tickets"]
    columns = (
        "id", "number", "identity_key", "agent_key", "service_id", "status", "issued_by", "issued_at", "called_at",
        "finished_at",
    )  # fmt: skip
    chosen = select(*(table.c[name] for name in columns)).where(
        table.c.hall_id == reader.hall_id, table.c.identity_key.is_not(None), *where
    )
    return list(reader.connection.execute(chosen.order_by(table.c.issued_at, table.c.id)))


def _visit(reader: Reader, row: Row[Any]) -> Visit:
    zone = reader.clocks.zone
    missed = row.status == Status.NO_SHOW
    over = row.called_at if missed else row.finished_at
    return Visit(
        row.identity_key, row.id, row.service_id, row.issued_at.astimezone(zone),
        over.astimezone(zone) if over is not None else None, missed,
    )  # fmt: skip
