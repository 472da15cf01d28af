"""What is known of one person: the facts that the rules judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, func, or_, select

from server.context import Context
from server.database import Reader, Writer
from server.features.limits.models import BlockRow, ClaimRow, ExceptionRow, PenaltyRow
from server.features.limits.settings import Settings
from shared.domain.id_numbers import mask
from shared.domain.limits.judging import Claim, Facts
from shared.domain.names import mask_name
from shared.schemas.tickets import Identity

_COLUMNS = (
    ClaimRow.act, ClaimRow.id, ClaimRow.service_id, ClaimRow.day, ClaimRow.scope, ClaimRow.place, ClaimRow.label,
)  # fmt: skip
_CLAIMS = select(*_COLUMNS).where(
    ClaimRow.hall_id == bindparam("hall"),
    ClaimRow.identity_key == bindparam("person"),
    or_(ClaimRow.day >= bindparam("day_"), ClaimRow.place.is_not(None)),
)


@dataclass(frozen=True, slots=True)
class Agent:
    """Who takes a number for somebody else."""

    key: bytes
    masked: str
    name_masked: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose number or booking it is."""

    key: bytes
    masked: str
    agent: Agent | None = None


def holder_of(context: Context, identity: Identity | None, agent: Identity | None = None) -> Holder | None:
    """The holder as these tables know them; None for who named nobody."""
    if identity is None:
        return None
    return Holder(key_of(context, identity), mask(identity.number), agent_of(context, agent))


def agent_of(context: Context, agent: Identity | None) -> Agent | None:
    if agent is None:
        return None
    return Agent(key_of(context, agent), mask(agent.number), mask_name(agent.name) if agent.name else "")


def key_of(context: Context, identity: Identity) -> bytes:
    return context.keys.identity_key(identity.kind, identity.number)


def facts_of(writer: Writer, found: Settings, key: bytes) -> Facts:
    """What counts today; places of days that have passed are freed first."""
    asked: dict[str, Any] = {"hall": writer.hall_id, "person": key, "day_": writer.day}
    rows = writer.connection.execute(_CLAIMS, asked).all()
    if gone := [row.id for row in rows if row.day < writer.day]:
        writer.connection.execute(delete(ClaimRow).where(ClaimRow.id.in_(gone)))
    claims = [
        Claim(row.act, row.id, row.service_id, row.day, row.scope, row.place, row.label)
        for row in rows
        if row.day >= writer.day
    ]
    missed, cancelled = penalties_of(writer, found, key) if found.rules.remembers else ([], [])
    return Facts(
        claims, missed, cancelled, blocked_until(writer, key) if found.blocks else None,
        more_of(writer, key, "companions") if found.exceptions else 0,
    )  # fmt: skip


def penalties_of(reader: Reader, found: Settings, key: bytes) -> tuple[list[Any], list[Any]]:
    """The moments of what was missed and of what was cancelled, as far back as the rules remember."""
    rules = [rule for rule in (found.rules.no_shows, found.rules.cancellations) if rule is not None]
    since = reader.now - timedelta(days=max(rule.within_days + rule.rest_days for rule in rules))
    zone = reader.clocks.zone
    kept: dict[str, list[Any]] = {"missed": [], "cancelled": []}
    rows = reader.connection.execute(select(PenaltyRow.kind, PenaltyRow.at).where(
        PenaltyRow.hall_id == reader.hall_id, PenaltyRow.identity_key == key, PenaltyRow.at >= since,
        PenaltyRow.lifted_at.is_(None),
    ))  # fmt: skip
    for kind, at in rows:
        kept[kind].append(at.astimezone(zone))
    return kept["missed"], kept["cancelled"]


def blocked_until(reader: Reader, key: bytes) -> date | None:
    """The last day somebody is shut out; None when they are not."""
    return reader.connection.execute(select(func.max(BlockRow.until)).where(
        BlockRow.hall_id == reader.hall_id, BlockRow.identity_key == key, BlockRow.ended_at.is_(None),
        BlockRow.until >= reader.day,
    )).scalar()  # fmt: skip


def more_of(reader: Reader, key: bytes, kind: str) -> int:
    """How many more numbers an exception of this kind gives somebody today."""
    found = reader.connection.execute(select(func.max(ExceptionRow.per_day)).where(
        ExceptionRow.hall_id == reader.hall_id, ExceptionRow.identity_key == key, ExceptionRow.kind == kind,
        ExceptionRow.ended_at.is_(None), ExceptionRow.first <= reader.day, ExceptionRow.until >= reader.day,
    )).scalar()  # fmt: skip
    return int(found or 0)


def taken_by_agent(reader: Reader, key: bytes) -> int:
    """How many numbers and bookings somebody has taken for others, for today."""
    counted = select(func.count()).where(
        ClaimRow.hall_id == reader.hall_id, ClaimRow.agent_key == key, ClaimRow.day == reader.day
    )
    return int(reader.connection.execute(counted).scalar_one())


def claim_row(reader: Reader, id_: UUID) -> Any:
    return reader.connection.execute(
        select(ClaimRow.identity_key, ClaimRow.day, ClaimRow.scope, ClaimRow.place, ClaimRow.label).where(
            ClaimRow.id == id_, ClaimRow.hall_id == reader.hall_id
        )
    ).one_or_none()
