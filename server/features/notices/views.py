"""Notices as the console lists and opens them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from sqlalchemy import String, cast, func, select

from server.database import Reader
from server.features.notices.media import shows
from server.features.notices.models import NoticeRow, NoticeStepRow, NoticeVersionRow
from server.features.notices.outlets import outlets_of, states_of
from server.features.notices.service import authors
from shared.domain.errors import HallError
from shared.domain.notices.life import Life, State, possible
from shared.schemas.notices import NoticeContent, NoticeEntries, NoticeEntry, NoticeStep, NoticeVersion, NoticeView

LATEST: Final = 500
# Of one notice at a time: versions, and the latest lines of its history.
VERSIONS: Final = 50
STEPS: Final = 500


def entries(reader: Reader, state: str | None) -> NoticeEntries:
    """The latest changed first; ``counts`` by state, of all there are."""
    here = NoticeRow.hall_id == reader.hall_id
    chosen = select(NoticeRow, NoticeVersionRow.content).join(
        NoticeVersionRow, (NoticeVersionRow.notice_id == NoticeRow.id) & (NoticeVersionRow.number == NoticeRow.newest)
    )
    chosen = chosen.where(here, NoticeRow.state == state) if state else chosen.where(here)
    rows = reader.session.execute(chosen.order_by(NoticeRow.changed_at.desc(), NoticeRow.id.desc()).limit(LATEST)).all()
    outside = states_of(reader, [row for row, _ in rows])
    counted = select(NoticeRow.state, func.count()).where(here).group_by(NoticeRow.state)
    return NoticeEntries(
        items=[NoticeEntry(**_facts(row, content, outside.get(row.id, {}))) for row, content in rows],
        counts={state_: count for state_, count in reader.session.execute(counted)},
    )


def with_media(reader: Reader, media: str) -> list[tuple[UUID, str]]:
    """The notices that show a picture or film, or will: in their newest version or in the one that is shown."""
    found: dict[UUID, str] = {}
    chosen = select(NoticeRow, NoticeVersionRow.content).join(
        NoticeVersionRow,
        (NoticeVersionRow.notice_id == NoticeRow.id) & NoticeVersionRow.number.in_((NoticeRow.newest, NoticeRow.live)),
    )
    # The database leaves out what does not even name it: of thousands, few are read.
    named = cast(NoticeVersionRow.content, String).contains(media)
    for row, kept in reader.session.execute(chosen.where(NoticeRow.hall_id == reader.hall_id, named)):
        content = NoticeContent.model_validate(kept)
        if shows(content, media):
            found[row.id] = content.title
    return list(found.items())


def view(reader: Reader, notice_id: UUID) -> NoticeView:
    row = reader.session.get(NoticeRow, notice_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("notice_unknown", status=404)
    found = versions(reader, notice_id)
    steps = reader.session.scalars(
        select(NoticeStepRow).where(NoticeStepRow.notice_id == row.id)
        .order_by(NoticeStepRow.at.desc(), NoticeStepRow.id.desc()).limit(STEPS)
    )  # fmt: skip
    outside = outlets_of(reader, [row.id])
    acts = possible(Life(State(row.state), row.newest, row.live))
    said, states = found[0].content.model_dump(mode="json"), states_of(reader, [row]).get(row.id, {})
    return NoticeView(
        **_facts(row, said, states), acts=sorted(acts),
        authors=authors(reader, row), outlet_list=outside,
        versions=found,
        history=[NoticeStep(at=one.at, who=one.who, act=one.act, number=one.number, note=one.note) for one in steps],
    )  # fmt: skip


def versions(reader: Reader, notice_id: UUID, before: int | None = None) -> list[NoticeVersion]:
    """The newest first, ``VERSIONS`` of them; ``before``: only older ones than that."""
    chosen = select(NoticeVersionRow).where(NoticeVersionRow.notice_id == notice_id)
    if before is not None:
        chosen = chosen.where(NoticeVersionRow.number < before)
    rows = reader.session.scalars(chosen.order_by(NoticeVersionRow.number.desc()).limit(VERSIONS))
    return [NoticeVersion.model_validate(one, from_attributes=True) for one in rows]


def _facts(row: NoticeRow, content: dict[str, Any], outside: dict[str, Any]) -> dict[str, Any]:
    return dict(
        id=row.id, edition=row.edition, state=row.state, kind=content["kind"], title=content["title"],
        newest=row.newest, live=row.live, pin=row.pin, publish_at=row.publish_at, until=row.until,
        published_at=row.published_at, changed_at=row.changed_at, changed_by=row.changed_by, outlets=outside,
    )  # fmt: skip
