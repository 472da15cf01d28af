"""Guides brought in: all of what was staged in one transaction, with one event, or none of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import bindparam, delete

from server import audit
from server.audit import Actor
from server.database import Database, Reader, Writer
from server.features.guides.models import GuideVersionRow
from server.features.guides.preparing import Brought, Prepared, Wanted, basis_of, prepare
from server.features.guides.service import EVENT
from server.features.guides.staging import Staged

# How often it is reckoned anew beside the writer, when the hall has changed meanwhile; after that by the writer.
AGAIN: Final = 3
_Made = TypeVar("_Made")
_versions: Final[Any] = GuideVersionRow.__table__


class StaleError(Exception):
    """What was prepared is of a hall that has changed since; nothing was written."""


def rehearse(reader: Reader, staged: Staged, *, whole: bool, by: str, percent: int) -> Brought:
    """What it would do as everything stands now; nothing is written."""
    return prepare(reader, staged, Wanted(whole, by, percent)).report


def prepared_beside(
    database: Database, prepare_: Callable[[Reader], Prepared], write: Callable[[Writer, Prepared | None], _Made]
) -> _Made:
    """Reckoned beside the writer, so that nobody waits for that; written by it (blocks)."""
    for _ in range(AGAIN):
        made = database.read(prepare_)
        try:
            return database.write(lambda writer, made=made: write(writer, made))  # type: ignore[misc]
        except StaleError:
            continue
    return database.write(lambda writer: write(writer, None))


def bring_in(
    writer: Writer, who: Actor, staged: Staged, *, whole: bool, by: str, percent: int, agreed: bool,
    prepared: Prepared | None = None,
) -> Brought:  # fmt: skip
    """Write it, unless it is held and nobody ``agreed``. ``by``: ``upstream`` or ``file``. ``StaleError``: what was
    ``prepared`` does not fit any more.
    """
    wanted = Wanted(whole, by, percent)
    if prepared is None:
        prepared = prepare(writer, staged, wanted)
    elif prepared.basis != basis_of(writer, wanted):
        raise StaleError
    report = prepared.report
    if report.held_for and not agreed:
        return report
    if prepared.does_something:
        # Before any change: a copy that is loaded meanwhile holds it, and must not become everybody's.
        writer.touch_catalogue()
        _write(writer, prepared, who.label)
        writer.emit(EVENT, json.dumps({"imported": True}))
        audit.record(writer, who, "guides.imported", "guides", by, counts=report.counts)
    return report


def _write(writer: Writer, made: Prepared, by: str) -> None:
    """In a few statements for all rows."""
    writer.flush()
    if made.fresh is not None:
        made.fresh.insert(writer.connection, changed_at=writer.now)
    if made.versions is not None:
        made.versions.insert(writer.connection, by=by, at=writer.now)
    if made.too_old:
        old = (_versions.c.guide_id == bindparam("guide"), _versions.c.number <= bindparam("last"))
        writer.connection.execute(delete(_versions).where(*old), made.too_old)
    for rows in (made.changed, made.retired):
        if rows is not None:
            rows.update(writer.connection, changed_at=writer.now)
