"""Proof of play: what displays say they showed, each showing once, counted by day, display and content."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import case, delete, func, select

from server.auth import Principal
from server.database import Reader, Writer
from server.features.media.models import MediaRow, PlayRow
from shared.domain.errors import HallError
from shared.schemas.island import EntryAnswers, EntryVerdict
from shared.schemas.media import PlayBatch, PlayCount, PlayEntry

# A report counts every row of its days.
MOST_DAYS: Final = 92
# A clock that is wrong by more tells of days nobody asks for: refused, as the island's entries are.
OLDEST: Final = timedelta(days=400)
AHEAD: Final = timedelta(days=1)
# A large hall has some 60,000 showings a day; a sweep comes every hour.
FORGOTTEN_AT_ONCE: Final = 20_000


def take_plays(writer: Writer, principal: Principal, batch: PlayBatch) -> EntryAnswers:
    """Each entry is answered by its id, however often it is sent: taken, known, or refused."""
    if principal.account_id is not None:
        raise HallError("not_a_terminal", status=403)
    found = writer.session.scalars(select(PlayRow).where(PlayRow.id.in_([entry.id for entry in batch.entries])))
    known = {row.id: row for row in found}
    answers = []
    for entry in batch.entries:
        row = known.get(entry.id)
        if row is None:
            row = _play(writer, principal, entry)
            if row is None:
                answers.append(EntryVerdict(id=entry.id, verdict="refused", code="entry_too_old"))
                continue
            known[entry.id] = row
            writer.session.add(row)
            answers.append(EntryVerdict(id=entry.id, verdict="taken", code=""))
        elif (row.hall_id, row.terminal) != (writer.hall_id, principal.label):
            answers.append(EntryVerdict(id=entry.id, verdict="refused", code="entry_of_another"))
        else:
            answers.append(EntryVerdict(id=entry.id, verdict="known", code=""))
    writer.flush()
    return EntryAnswers(entries=answers)


def _play(writer: Writer, principal: Principal, entry: PlayEntry) -> PlayRow | None:
    body = entry.body
    if not writer.now - OLDEST < body.began_at < writer.now + AHEAD:
        return None
    return PlayRow(
        hall_id=writer.hall_id, id=entry.id, terminal=principal.label, sha256=body.sha256, place=body.place,
        day=writer.clocks.day(body.began_at), began_at=body.began_at, shown_ms=body.shown_ms, whole=body.whole,
        received_at=writer.now,
    )  # fmt: skip


def forget_old(writer: Writer) -> None:
    """After thirteen months and a bit, when it could not be taken any more either, a showing proves nothing."""
    old = (PlayRow.hall_id == writer.hall_id, PlayRow.day < writer.day - OLDEST)
    oldest = select(PlayRow.id).where(*old).order_by(PlayRow.day).limit(FORGOTTEN_AT_ONCE)
    writer.session.execute(delete(PlayRow).where(*old, PlayRow.id.in_(oldest)))


def counts(
    reader: Reader, first: date, last: date, terminal: str | None = None, sha256: str | None = None
) -> list[PlayCount]:  # fmt: skip
    """By day, display and content, the last day first. HallError ``report_range_wrong``."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise HallError("report_range_wrong", status=422, days=MOST_DAYS)
    grouped = (PlayRow.day, PlayRow.terminal, PlayRow.sha256, MediaRow.name)
    chosen = (
        select(
            *grouped, func.count(), func.sum(case((PlayRow.whole, 1), else_=0)), func.sum(PlayRow.shown_ms)
        )
        .outerjoin(MediaRow, (MediaRow.hall_id == PlayRow.hall_id) & (MediaRow.sha256 == PlayRow.sha256))
        .where(PlayRow.hall_id == reader.hall_id, PlayRow.day.between(first, last))
        .group_by(*grouped)
        .order_by(PlayRow.day.desc(), PlayRow.terminal, PlayRow.sha256)
    )  # fmt: skip
    if terminal is not None:
        chosen = chosen.where(PlayRow.terminal == terminal)
    if sha256 is not None:
        chosen = chosen.where(PlayRow.sha256 == sha256)
    return [
        PlayCount(
            day=day, terminal=label, sha256=content, name=name or "", plays=plays, whole=int(whole), shown_ms=int(shown)
        )
        for day, label, content, name, plays, whole, shown in reader.session.execute(chosen)
    ]
