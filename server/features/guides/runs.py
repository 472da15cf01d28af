"""Runs: one bringing in after the other, each with its report; of the item system's only one at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from server import audit
from server.again import is_due
from server.audit import Actor
from server.database import Reader, Writer
from server.features.guides.bringing_in import bring_in
from server.features.guides.models import GuideRunRow, GuideSourceRow
from server.features.guides.preparing import Brought, Prepared, Wanted, prepare
from server.features.guides.sources import Source, drop_held, settings_of, source_of, source_row
from server.features.guides.staging import Staged
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.guides import GuideRun

NUDGE: Final = "guides"
# Longer than any reading may take: whoever is at it later than that has died.
LEASE: Final = timedelta(minutes=5)
KEPT: Final = 200
_OPEN: Final = ("waiting", "reading")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that is this process's to do."""

    id: UUID
    mode: str
    source: Source


def run_list(reader: Reader) -> list[GuideRun]:
    """The latest first, without their rows."""
    chosen = select(GuideRunRow).where(GuideRunRow.hall_id == reader.hall_id)
    rows = reader.session.scalars(chosen.order_by(GuideRunRow.begun_at.desc(), GuideRunRow.id.desc()).limit(KEPT))
    return [run_view(row).model_copy(update={"rows": []}) for row in rows]


def run(reader: Reader, run_id: UUID) -> GuideRun:
    return run_view(_row(reader, run_id))


def begin(writer: Writer, who: Actor, mode: str) -> GuideRun:
    """Ask for a run; whoever works them off in this process looks at once."""
    source = source_row(writer)
    if source is None or not settings_of(source).address:
        raise HallError("guide_source_missing", status=409)
    _end_left(writer)
    if writer.session.scalars(select(GuideRunRow.id).where(_here(writer), GuideRunRow.state.in_(_OPEN))).first():
        raise HallError("guides_run_under_way", status=409)
    row = _add(writer, mode, "waiting", who.label)
    audit.record(writer, who, "guides.run_asked", "guide_run", row.id, mode=mode)
    writer.nudge(NUDGE)
    return run_view(row)


def claim(writer: Writer) -> Claimed | None:
    """The next run to do: one that was asked for, else one that is due. What a dead process left has failed."""
    _end_left(writer)
    source = source_row(writer)
    if writer.session.scalars(select(GuideRunRow.id).where(_here(writer), GuideRunRow.state == "reading")).first():
        return None
    waiting = (
        select(GuideRunRow)
        .where(_here(writer), GuideRunRow.state == "waiting")
        .order_by(GuideRunRow.begun_at, GuideRunRow.id)
    )
    row = writer.session.scalars(waiting.limit(1)).first()
    if source is None or not settings_of(source).address:
        if row is not None:
            _end(writer, row, "failed", {"fault": "guide_source_missing"})
        return None
    if row is None:
        if not _source_due(writer, source):
            return None
        row = _add(writer, _due(writer, source), "waiting", audit.SYSTEM.label)
    settings = settings_of(source)
    source.next_at = writer.now + timedelta(minutes=settings.minutes) if settings.minutes else None
    if row.mode == "changes" and not source.since:
        row.mode = "full"
    row.state, row.until = "reading", writer.now + LEASE
    writer.flush()
    return Claimed(row.id, row.mode, source_of(writer, source))


def anything_due(reader: Reader) -> bool:
    """Whether ``claim`` would find something; a look that writes nothing."""
    open_ = select(GuideRunRow.state, GuideRunRow.until).where(_here(reader), GuideRunRow.state.in_(_OPEN))
    rows = reader.session.execute(open_).all()
    if rows:
        return any(state == "waiting" or until is None or is_due(until, reader.now, LEASE) for state, until in rows)
    source = source_row(reader)
    return source is not None and _source_due(reader, source)


def ready(reader: Reader, mode: str, staged: Staged) -> Prepared:
    """What ``settle`` and ``agree`` write, reckoned beside the writer."""
    source = source_row(reader)
    made = prepare(reader, staged, _wanted(mode, source))
    if made.report.held_for:
        staged.as_json()
    return made


def held(reader: Reader, run_id: UUID) -> tuple[str, Staged]:
    """How it was read, and what, of a run that waits for a yes; HallError ``guides_run_not_held``."""
    row = _row(reader, run_id)
    if row.state != "held" or row.staged is None:
        raise HallError("guides_run_not_held", status=409)
    return row.mode, Staged.of_json(row.staged)


def settle(
    writer: Writer, claimed: Claimed, mode: str, staged: Staged, prepared: Prepared | None = None
) -> GuideRun | None:  # fmt: skip
    """What was read becomes the hall's, whole; or is kept until somebody agrees. None: the run is another's by now."""
    row = writer.session.get(GuideRunRow, claimed.id)
    source = source_row(writer)
    if row is None or row.state != "reading" or source is None:
        return None
    if settings_of(source).address != claimed.source.address:
        _end(writer, row, "failed", {"fault": "guide_source_missing"})
        return run_view(row)
    row.mode = mode
    made = bring_in(
        writer, audit.SYSTEM, staged, whole=mode == "full", by="upstream", percent=settings_of(source).percent,
        agreed=False, prepared=prepared,
    )  # fmt: skip
    # An older one that waits for a yes is of an older day.
    drop_held(writer)
    if made.held_for:
        row.staged = staged.as_json()
        _end(writer, row, "held", _report(made))
    else:
        _read_on(writer, source, mode, staged)
        _end(writer, row, "done", _report(made))
    return run_view(row)


def agree(
    writer: Writer, who: Actor, run_id: UUID, staged: Staged | None = None, prepared: Prepared | None = None
) -> GuideRun:  # fmt: skip
    """Bring in what was held, as it was read: ``staged`` when somebody has opened it already."""
    row = _row(writer, run_id)
    source = source_row(writer)
    if row.state != "held" or row.staged is None or source is None:
        raise HallError("guides_run_not_held", status=409)
    staged = staged or Staged.of_json(row.staged)
    made = bring_in(
        writer, who, staged, whole=row.mode == "full", by="upstream", percent=settings_of(source).percent, agreed=True,
        prepared=prepared,
    )  # fmt: skip
    _read_on(writer, source, row.mode, staged)
    row.staged = None
    _end(writer, row, "done", _report(made) | {"agreed_by": who.label})
    audit.record(writer, who, "guides.run_agreed", "guide_run", row.id)
    return run_view(row)


def drop(writer: Writer, who: Actor, run_id: UUID) -> GuideRun:
    """What was held is not brought in."""
    row = _row(writer, run_id)
    if row.state != "held":
        raise HallError("guides_run_not_held", status=409)
    row.staged = None
    _end(writer, row, "dropped", row.report)
    audit.record(writer, who, "guides.run_dropped", "guide_run", row.id)
    return run_view(row)


def fail(writer: Writer, run_id: UUID, error: HallError) -> None:
    row = writer.session.get(GuideRunRow, run_id)
    if row is not None and row.state == "reading":
        _end(writer, row, "failed", {"fault": error.code, "fault_params": dict(error.params)})
        audit.record(writer, audit.SYSTEM, "guides.run_failed", "guide_run", row.id, outcome="failed", code=error.code)


def record_file(writer: Writer, who: Actor, made: Brought) -> GuideRun:
    """A file that was brought in stands among the runs as well."""
    row = _add(writer, "file", "waiting", who.label)
    _end(writer, row, "done", _report(made))
    return run_view(row)


def tried(writer_now: Any, who: str, made: Brought) -> GuideRun:
    """What a file would do, in the form of a run."""
    return GuideRun(
        id=UUID(int=0), mode="file", state="tried", by=who, begun_at=writer_now, ended_at=writer_now,
        counts=made.counts, rows=made.rows, held_for=made.held_for,
    )  # fmt: skip


def run_view(row: GuideRunRow) -> GuideRun:
    report = {"counts": {}, "rows": [], **row.report}
    report.pop("agreed_by", None)
    return GuideRun.model_validate({
        **report, "id": row.id, "mode": row.mode, "state": row.state, "by": row.by, "begun_at": row.begun_at,
        "ended_at": row.ended_at,
    })  # fmt: skip


def _wanted(mode: str, source: GuideSourceRow | None) -> Wanted:
    return Wanted(mode == "full", "upstream", settings_of(source).percent if source is not None else 0)


def _due(writer: Writer, source: GuideSourceRow) -> str:
    last, hours = source.last_full_at, settings_of(source).full_hours
    known = last is not None and not is_due(last + timedelta(hours=hours), writer.now, timedelta(hours=hours))
    return "changes" if known else "full"


def _source_due(reader: Reader, source: GuideSourceRow) -> bool:
    pause = timedelta(minutes=settings_of(source).minutes)
    return source.next_at is not None and is_due(source.next_at, reader.now, pause)


def _read_on(writer: Writer, source: GuideSourceRow, mode: str, staged: Staged) -> None:
    # Without a place to go on from, changes can't be asked for: then all is read again.
    source.since = staged.since
    if mode == "full":
        source.last_full_at = writer.now


def _add(writer: Writer, mode: str, state: str, by: str) -> GuideRunRow:
    row = GuideRunRow(
        hall_id=writer.hall_id, id=uuid7(), mode=mode, state=state, by=by, begun_at=writer.now, ended_at=None,
        until=None, report={}, staged=None,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    return row


def _end_left(writer: Writer) -> None:
    """What a dead process was at has failed: nobody has to wait for it."""
    for one in writer.session.scalars(select(GuideRunRow).where(_here(writer), GuideRunRow.state == "reading")).all():
        if one.until is None or is_due(one.until, writer.now, LEASE):
            _end(writer, one, "failed", {"fault": "guides_interrupted"})


def _end(writer: Writer, row: GuideRunRow, state: str, report: dict[str, Any]) -> None:
    row.state, row.until, row.ended_at, row.report = state, None, writer.now, report
    writer.flush()
    writer.emit("guides.changed", "{}")
    kept = select(GuideRunRow.begun_at).where(_here(writer)).order_by(GuideRunRow.begun_at.desc())
    oldest = writer.session.scalar(kept.offset(KEPT).limit(1))
    if oldest is not None:
        over = delete(GuideRunRow).where(_here(writer), GuideRunRow.begun_at <= oldest)
        writer.session.execute(over.where(GuideRunRow.state.not_in((*_OPEN, "held"))))


def _report(made: Brought) -> dict[str, Any]:
    return {"counts": made.counts, "rows": [row.model_dump() for row in made.rows], "held_for": made.held_for}


def _row(reader: Reader, run_id: UUID) -> GuideRunRow:
    row = reader.session.get(GuideRunRow, run_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("guide_run_unknown", status=404)
    return row


def _here(reader: Reader) -> ColumnElement[bool]:
    return GuideRunRow.hall_id == reader.hall_id
