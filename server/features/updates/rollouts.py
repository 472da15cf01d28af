"""Rollouts: staged by an administrator, told wave by wave, halted by the first that fails, stopped by a button.

Terminals ask for what they shall run and say how far they are; each such step is in the trail.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.media.files import MediaFiles
from server.features.terminals.models import TerminalRow
from server.features.terminals.service import is_online, own_row
from server.features.updates import releases
from server.features.updates.models import ReleaseRow, RolloutRow, RolloutTerminalRow
from shared import __version__
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.updates.versions import Version
from shared.domain.updates.waves import OVER, Member, is_quiet, move, waves
from shared.schemas.updates import Rollout, RolloutAsk, RolloutTerminal, UpdateAnswer, UpdateReport, WantedUpdate

KINDS: Final = ("kiosk", "counter", "display")
MOST_SHOWN: Final = 50
# A terminal reports its version every 20 s; one that says it is healthy and reports another for so long is not.
CLAIMED: Final = timedelta(minutes=5)
OTHER_VERSION: Final = "other_version"


def begin(writer: Writer, files: MediaFiles, who: Actor, wanted: RolloutAsk) -> Rollout:
    """HallError ``rollout_running``, ``release_unknown``, ``release_not_whole``, ``release_expired``,
    ``release_needs_server``, ``rollout_empty``."""
    if (running := _running(writer)) is not None:
        raise HallError("rollout_running", status=409, version=_release(writer, running).version)
    release = releases.find(writer, wanted.release_id)
    if release.retired_at is not None:
        raise HallError("release_unknown", status=404)
    if not files.path(release.archive).is_file():
        raise HallError("release_not_whole", status=409, version=release.version)
    if release.expires <= writer.now:
        raise HallError("release_expired", status=409, version=release.version)
    if Version.parse(__version__) < Version.parse(release.minimum_server):
        raise HallError("release_needs_server", status=409, needed=release.minimum_server, version=__version__)
    chosen = _chosen(writer, wanted)
    if not chosen:
        raise HallError("rollout_empty", status=409)
    parts = waves(chosen)
    row = RolloutRow(
        hall_id=writer.hall_id, id=uuid7(), release_id=release.id, state="running", wave=0, waves=len(parts),
        quiet_from=wanted.quiet_from, quiet_until=wanted.quiet_until, healthy_minutes=wanted.healthy_minutes,
        begun_by=who.label, begun_at=writer.now, ended_by="", ended_at=None,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    writer.session.add_all(
        RolloutTerminalRow(
            hall_id=writer.hall_id, rollout_id=row.id, terminal_id=terminal.id, wave=wave, state="waiting", code="",
            since=writer.now,
        )
        for wave, part in enumerate(parts)
        for terminal in part
    )  # fmt: skip
    writer.flush()
    _record(writer, who, "update.begun", row, terminals=len(chosen), waves=len(parts))
    return view(writer, row)


def stop(writer: Writer, who: Actor, rollout_id: UUID) -> Rollout:
    """Who has not switched yet stays as they are; who is on trial ends that by itself. Harmless when repeated."""
    row = find(writer, rollout_id)
    if row.state == "running":
        _end(writer, who, row, "stopped")
    return view(writer, row)


def let_go(writer: Writer) -> None:
    """This server's history has a gap: somebody may have stopped it in there, and its archive need not be here."""
    row = _running(writer)
    if row is not None:
        _end(writer, audit.SYSTEM, row, "stopped")


def tick(writer: Writer) -> None:
    """Let the next wave go, halt, or be done, where it is so."""
    row = _running(writer)
    if row is None:
        return
    _believe(writer, row)
    members = [
        Member(one.wave, one.state, one.since, is_online(terminal, writer))  # type: ignore[arg-type]
        for one, terminal in _members(writer, row)
    ]
    what = move(members, row.wave, row.waves - 1, writer.now, timedelta(minutes=row.healthy_minutes))
    if what == "next":
        row.wave += 1
        writer.flush()
        told = sum(one.wave == row.wave for one in members)
        _record(writer, audit.SYSTEM, "update.wave_begun", row, wave=row.wave + 1, terminals=told)
    elif what != "wait":
        _end(writer, audit.SYSTEM, row, "halted" if what == "halt" else "done")


def wanted(reader: Reader, principal: Principal) -> UpdateAnswer:
    """What the calling terminal shall come to run."""
    own, row = own_row(reader, principal), _running(reader)
    if own is None or row is None:
        return UpdateAnswer()
    member = reader.session.get(RolloutTerminalRow, (row.id, own.id))
    if member is None or member.wave > row.wave or member.state in OVER:
        return UpdateAnswer()
    release = _release(reader, row)
    return UpdateAnswer(
        wanted=WantedUpdate(
            rollout_id=row.id, release_id=release.id, version=release.version, archive=release.archive,
            size=release.size, may_switch=_quiet(reader, row), server_version=__version__,
        )
    )  # fmt: skip


def report(writer: Writer, who: Actor, principal: Principal, said: UpdateReport) -> UpdateAnswer:
    """How far the calling terminal is; what is over stays as it was. HallError ``rollout_unknown``."""
    own = own_row(writer, principal)
    member = writer.session.get(RolloutTerminalRow, (said.rollout_id, own.id)) if own is not None else None
    row = writer.session.get(RolloutRow, said.rollout_id)
    if own is None or member is None or row is None or row.hall_id != writer.hall_id or member.wave > row.wave:
        raise HallError("rollout_unknown", status=404)
    state, code = said.state, said.code
    if state == "healthy" and own.version != _release(writer, row).version:
        # Believed when its own report names the version.
        state, code = "trying", OTHER_VERSION
    if member.state not in OVER and (member.state, member.code) != (state, code):
        _set(writer, who, row, member, own, state, code)
        tick(writer)
    return wanted(writer, principal)


def _believe(writer: Writer, row: RolloutRow) -> None:
    """Who says that it is healthy is so while it reports the version."""
    version = _release(writer, row).version
    for one, terminal in _members(writer, row):
        claims = one.state == "trying" and one.code == OTHER_VERSION
        if claims and terminal.version == version:
            _set(writer, audit.SYSTEM, row, one, terminal, "healthy", "")
        elif terminal.version != version and (
            (claims and writer.now - one.since >= CLAIMED) or (one.state == "healthy" and is_online(terminal, writer))
        ):
            _set(writer, audit.SYSTEM, row, one, terminal, "rolled_back", OTHER_VERSION)


def _set(
    writer: Writer, who: Actor, row: RolloutRow, member: RolloutTerminalRow, own: TerminalRow, state: str, code: str
) -> None:  # fmt: skip
    member.state, member.code, member.since = state, code, writer.now
    writer.flush()
    audit.record(
        writer, who, f"update.terminal_{state}", "terminal", own.id, name=own.name, rollout=str(row.id),
        version=_release(writer, row).version, code=code, outcome="failed" if code else "done",
    )  # fmt: skip
    releases.changed(writer)


def rollouts(reader: Reader) -> list[Rollout]:
    """The newest first, without their terminals."""
    chosen = (
        select(RolloutRow, ReleaseRow.version)
        .join(ReleaseRow, (ReleaseRow.hall_id == RolloutRow.hall_id) & (ReleaseRow.id == RolloutRow.release_id))
        .where(RolloutRow.hall_id == reader.hall_id)
        .order_by(RolloutRow.begun_at.desc(), RolloutRow.id.desc())
        .limit(MOST_SHOWN)
    )
    return [_view(reader, row, version, []) for row, version in reader.session.execute(chosen)]


def rollout(reader: Reader, rollout_id: UUID) -> Rollout:
    """One, with its terminals. HallError ``rollout_unknown``."""
    return view(reader, find(reader, rollout_id))


def find(reader: Reader, rollout_id: UUID) -> RolloutRow:
    row = reader.session.get(RolloutRow, rollout_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("rollout_unknown", status=404)
    return row


def view(reader: Reader, row: RolloutRow) -> Rollout:
    terminals = [
        RolloutTerminal.model_validate(
            {
                "terminal_id": one.terminal_id, "name": terminal.name, "kind": terminal.kind, "wave": one.wave,
                "state": one.state, "code": one.code, "since": one.since, "online": is_online(terminal, reader),
                "version": terminal.version,
            }
        )
        for one, terminal in _members(reader, row)
    ]  # fmt: skip
    return _view(reader, row, _release(reader, row).version, terminals)


def _view(reader: Reader, row: RolloutRow, version: str, terminals: list[RolloutTerminal]) -> Rollout:
    return Rollout.model_validate(
        {
            "id": row.id, "release_id": row.release_id, "version": version, "state": row.state,
            "wave": row.wave, "waves": row.waves, "quiet_from": row.quiet_from, "quiet_until": row.quiet_until,
            "quiet": _quiet(reader, row), "healthy_minutes": row.healthy_minutes, "begun_by": row.begun_by,
            "begun_at": row.begun_at, "ended_by": row.ended_by, "ended_at": row.ended_at, "terminals": terminals,
        }
    )  # fmt: skip


def _chosen(reader: Reader, wanted: RolloutAsk) -> list[TerminalRow]:
    """By kind and name, ``first`` before all; who may not work gets nothing."""
    chosen = select(TerminalRow).where(
        TerminalRow.hall_id == reader.hall_id, TerminalRow.kind.in_(KINDS),
        TerminalRow.state.in_(("approved", "set_up")),
    )  # fmt: skip
    ids, kinds = set(wanted.terminal_ids), set(wanted.kinds)
    rows = [
        row for row in reader.session.scalars(chosen.order_by(TerminalRow.kind, TerminalRow.name))
        if row.id in ids or row.kind in kinds
    ]  # fmt: skip
    # Without a word about it, one that is on line goes first: the others wait for it.
    return sorted(rows, key=lambda row: (row.id != wanted.first, not is_online(row, reader)))


def _running(reader: Reader) -> RolloutRow | None:
    chosen = select(RolloutRow).where(RolloutRow.hall_id == reader.hall_id, RolloutRow.state == "running")
    return reader.session.scalar(chosen.limit(1))


def _members(reader: Reader, row: RolloutRow) -> Sequence[tuple[RolloutTerminalRow, TerminalRow]]:
    chosen = (
        select(RolloutTerminalRow, TerminalRow)
        .join(TerminalRow, TerminalRow.id == RolloutTerminalRow.terminal_id)
        .where(RolloutTerminalRow.rollout_id == row.id)
        .order_by(RolloutTerminalRow.wave, TerminalRow.kind, TerminalRow.name)
    )
    return [(one, terminal) for one, terminal in reader.session.execute(chosen)]


def _release(reader: Reader, row: RolloutRow) -> ReleaseRow:
    return releases.find(reader, row.release_id)


def _quiet(reader: Reader, row: RolloutRow) -> bool:
    at = reader.now.astimezone(reader.clocks.zone).time()
    return is_quiet(at, row.quiet_from, row.quiet_until)


def _end(writer: Writer, who: Actor, row: RolloutRow, state: str) -> None:
    row.state, row.ended_by, row.ended_at = state, who.label, writer.now
    writer.flush()
    _record(writer, who, f"update.{state}", row, outcome="failed" if state == "halted" else "done")


def _record(writer: Writer, who: Actor, action: str, row: RolloutRow, *, outcome: str = "done", **more: object) -> None:
    version = _release(writer, row).version
    audit.record(writer, who, action, "rollout", row.id, outcome=outcome, version=version, **more)
    releases.changed(writer)
