"""Plans and their versions: draft, publish, and what was in force before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.features.release.models import PlanRow
from shared.domain.hours import DateKind
from shared.domain.identifiers import uuid7
from shared.schemas.release import Window


def put_in_force(
    session: Session, hall_id: UUID, service_id: UUID, windows: Mapping[DateKind, Sequence[Window]], by: str,
    now: datetime, *, note: str = "",
) -> PlanRow:  # fmt: skip
    """A new version that counts from now on, without a draft before it; what was in force is past."""
    was = session.scalars(
        select(PlanRow).where(PlanRow.service_id == service_id, PlanRow.state == "published")
    ).one_or_none()
    if was is not None:
        was.state = "past"
        session.flush()
    row = PlanRow(
        hall_id=hall_id, id=uuid7(), service_id=service_id, number=next_number(session, service_id),
        state="published", windows=kept(windows), note=note, changed_by=by, changed_at=now, published_by=by,
        published_at=now, reason="", warnings=[], version=0,
    )  # fmt: skip
    session.add(row)
    return row


def next_number(session: Session, service_id: UUID) -> int:
    """The number of a service's next version."""
    return (session.scalar(select(func.max(PlanRow.number)).where(PlanRow.service_id == service_id)) or 0) + 1


def kept(windows: Mapping[Any, Sequence[Window]]) -> dict[str, list[dict[str, Any]]]:
    """As the database keeps it; kinds of day without a window say nothing."""
    return {
        DateKind(kind).value: [one.model_dump() for one in sorted(rows, key=lambda row: row.start)]
        for kind, rows in windows.items()
        if rows
    }
