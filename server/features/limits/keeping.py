"""What these tables keep of a person: as long as it counts, and no longer."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import delete, or_, select

from server.database import Reader, Writer
from server.features.limits.models import BlockRow, ClaimRow, ExceptionRow, PenaltyRow
from server.features.limits.settings import settings

Row = TypeVar("Row", ClaimRow, PenaltyRow, BlockRow, ExceptionRow)
# So long it can still be asked why somebody was shut out, or let have more.
ASKED_ABOUT = timedelta(days=30)


def forget_old(writer: Writer) -> int:
    """Delete what counts no longer; answers how many entries about somebody went."""
    rules = settings(writer).rules
    kept = [rule.within_days + rule.rest_days for rule in (rules.no_shows, rules.cancellations) if rule is not None]
    long_ago = writer.now - ASKED_ABOUT
    last_day = writer.day - ASKED_ABOUT
    gone = 0
    for table, over in (
        (ClaimRow, ClaimRow.day < writer.day),
        (PenaltyRow, PenaltyRow.at < writer.now - timedelta(days=max(kept, default=0))),
        (BlockRow, or_(BlockRow.until < last_day, BlockRow.ended_at < long_ago)),
        (ExceptionRow, or_(ExceptionRow.until < last_day, ExceptionRow.ended_at < long_ago)),
    ):
        done = writer.connection.execute(delete(table).where(table.hall_id == writer.hall_id, over))
        gone += done.rowcount if table is not ClaimRow else 0
    return gone


def forget_person(writer: Writer, keys: Collection[bytes]) -> None:
    """Somebody asked to be forgotten. A block stays until it ends: it would else end by asking."""
    today = ClaimRow.day >= writer.day
    writer.connection.execute(delete(ClaimRow).where(ClaimRow.identity_key.in_(keys), ~today))
    for table in (PenaltyRow, ExceptionRow):
        writer.connection.execute(delete(table).where(table.hall_id == writer.hall_id, table.identity_key.in_(keys)))
    writer.touch_catalogue()


def kept_about(reader: Reader, keys: Collection[bytes]) -> list[dict[str, Any]]:
    """All of it, for the person it is about."""

    def rows(table: type[Row]) -> Iterable[Row]:
        mine = table.hall_id == reader.hall_id, table.identity_key.in_(keys)
        return reader.session.scalars(select(table).where(*mine))

    def made(what: str, row: BlockRow | ExceptionRow) -> dict[str, Any]:
        return {"what": what, "until": row.until, "reason": row.reason, "at": row.made_at, "ended_at": row.ended_at}

    return [
        *({"what": one.kind, "of": one.act, "at": one.at, "lifted_at": one.lifted_at} for one in rows(PenaltyRow)),
        *(made("blocked", one) for one in rows(BlockRow)),
        *(made(one.kind, one) | {"per_day": one.per_day, "first": one.first} for one in rows(ExceptionRow)),
        *(
            {"what": "place", "of": one.act, "day": one.day, "label": one.label, "open": one.place is not None}
            for one in rows(ClaimRow)
        ),
    ]
