"""Layouts of tickets: drafts, publishing, restoring, where each is used."""

from __future__ import annotations

from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete, func, select, update

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.terminals.models import TerminalRow
from server.features.ticket_layouts.models import TicketLayoutRow, TicketLayoutUseRow, TicketLayoutVersionRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.ticket_layout import TicketLayout
from shared.schemas.ticket_layouts import (
    LayoutCreate,
    LayoutEdit,
    LayoutPublish,
    LayoutsInUse,
    LayoutUse,
    LayoutUses,
    LayoutVersion,
    LayoutView,
)

CHANGED = "ticket_layouts.changed"


def layouts(reader: Reader) -> list[LayoutView]:
    chosen = select(TicketLayoutRow).where(TicketLayoutRow.hall_id == reader.hall_id).order_by(TicketLayoutRow.id)
    return [_view(reader, row) for row in reader.session.scalars(chosen)]


def add_layout(writer: Writer, who: Actor, wanted: LayoutCreate) -> LayoutView:
    row = TicketLayoutRow(
        hall_id=writer.hall_id, id=uuid7(), name=wanted.name, draft=wanted.draft.model_dump(mode="json"), version=0,
        published=None, retired=False, changed_by=who.label, changed_at=writer.now,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "ticket_layout.added", "ticket_layout", row.id, name=row.name)
    return _view(writer, row)


def edit_layout(writer: Writer, who: Actor, layout_id: UUID, wanted: LayoutEdit) -> LayoutView:
    row = _row(writer, layout_id, wanted.version)
    if wanted.retired and _uses(writer, row.id):
        raise HallError("ticket_layout_in_use", status=409, name=row.name)
    for field, value in wanted.model_dump(mode="json", exclude={"version"}).items():
        if value is not None:
            setattr(row, field, value)
    return _changed(writer, who, row, "ticket_layout.changed")


def publish(writer: Writer, who: Actor, layout_id: UUID, wanted: LayoutPublish) -> LayoutView:
    """HallError ``changed_meanwhile``, ``ticket_layout_unknown``."""
    row = _row(writer, layout_id, wanted.version)
    if wanted.restore is not None:
        old = writer.session.get(TicketLayoutVersionRow, (row.id, wanted.restore))
        if old is None:
            raise HallError("ticket_layout_unknown", status=404)
        row.draft = old.data
    # A draft of an older program is judged by today's rules before anybody prints by it.
    try:
        TicketLayout.model_validate(row.draft)
    except ValidationError:
        raise HallError("ticket_layout_outdated", status=409, name=row.name) from None
    newest = select(func.max(TicketLayoutVersionRow.number)).where(TicketLayoutVersionRow.layout_id == row.id)
    row.published = (writer.session.scalar(newest) or 0) + 1
    writer.session.add(
        TicketLayoutVersionRow(
            layout_id=row.id, number=row.published, data=row.draft, note=wanted.note, published_by=who.label,
            published_at=writer.now,
        )
    )  # fmt: skip
    view = _changed(writer, who, row, "ticket_layout.published")
    writer.emit(CHANGED, "{}")
    return view


def use(writer: Writer, who: Actor, layout_id: UUID, wanted: LayoutUses) -> LayoutView:
    """HallError ``changed_meanwhile``, ``ticket_layout_not_published``, ``service_unknown``, ``terminal_unknown``."""
    row = _row(writer, layout_id, wanted.version)
    if wanted.uses and (row.published is None or row.retired):
        raise HallError("ticket_layout_not_published", status=409, name=row.name)
    used, before = TicketLayoutUseRow, _uses(writer, row.id)
    writer.session.execute(delete(used).where(used.layout_id == row.id))
    for one in wanted.uses:
        if one not in before:
            # A place that is gone since keeps nobody from using the layout at another.
            _refuse_unknown(writer, one)
        target = str(one.target) if one.target and one.kind != "hall" else ""
        place = (used.hall_id == writer.hall_id, used.kind == one.kind, used.target == target)
        # Who has read the layout that loses the place must not take it back without knowing.
        loser = select(used.layout_id).where(*place).scalar_subquery()
        writer.session.execute(
            update(TicketLayoutRow).where(TicketLayoutRow.id == loser).values(version=TicketLayoutRow.version + 1)
        )
        writer.session.execute(delete(used).where(*place))
        writer.session.add(used(hall_id=writer.hall_id, kind=one.kind, target=target, layout_id=row.id))
        writer.flush()
    row.version += 1
    audit.record(writer, who, "ticket_layout.used", "ticket_layout", row.id, name=row.name, places=len(wanted.uses))
    writer.emit(CHANGED, "{}")
    return _view(writer, row)


def in_use(reader: Reader, kind: str, name: str) -> LayoutsInUse:
    """What the terminal of this kind and name prints by."""
    terminal = select(TerminalRow.id).where(
        TerminalRow.hall_id == reader.hall_id, TerminalRow.kind == kind, TerminalRow.name == name
    )
    terminal_id = reader.session.scalar(terminal)
    used, row, version = TicketLayoutUseRow, TicketLayoutRow, TicketLayoutVersionRow
    found = reader.session.execute(
        select(used.kind, used.target, version.data)
        .join(row, row.id == used.layout_id)
        .join(version, (version.layout_id == row.id) & (version.number == row.published))
        .where(used.hall_id == reader.hall_id)
    ).all()
    by_place = {(kind, target): data for kind, target, data in found}
    return LayoutsInUse(
        hall=by_place.get(("hall", "")),
        terminal=by_place.get(("terminal", str(terminal_id))),
        services={UUID(target): data for (kind, target), data in by_place.items() if kind == "service"},
    )


def _row(writer: Writer, layout_id: UUID, version: int | None) -> TicketLayoutRow:
    row = writer.session.get(TicketLayoutRow, layout_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("ticket_layout_unknown", status=404)
    if version is not None and row.version != version:
        raise HallError("changed_meanwhile", status=409)
    return row


def _changed(writer: Writer, who: Actor, row: TicketLayoutRow, what: str) -> LayoutView:
    row.version += 1
    row.changed_by, row.changed_at = who.label, writer.now
    writer.flush()
    audit.record(writer, who, what, "ticket_layout", row.id, name=row.name, published=row.published or 0)
    return _view(writer, row)


def _refuse_unknown(writer: Writer, one: LayoutUse) -> None:
    if one.kind == "service" and (one.target is None or one.target not in catalogue(writer).services):
        raise HallError("service_unknown", status=404)
    if one.kind == "terminal":
        terminal = writer.session.get(TerminalRow, one.target) if one.target is not None else None
        if terminal is None or terminal.hall_id != writer.hall_id or terminal.kind != "kiosk":
            raise HallError("terminal_unknown", status=404)


def _uses(reader: Reader, layout_id: UUID) -> list[LayoutUse]:
    used = TicketLayoutUseRow
    chosen = select(used).where(used.layout_id == layout_id).order_by(used.kind, used.target)
    return [
        LayoutUse.model_validate({"kind": one.kind, "target": one.target or None})
        for one in reader.session.scalars(chosen)
    ]


def _view(reader: Reader, row: TicketLayoutRow) -> LayoutView:
    chosen = select(TicketLayoutVersionRow).where(TicketLayoutVersionRow.layout_id == row.id)
    versions = [
        LayoutVersion(
            number=one.number, note=one.note, published_by=one.published_by, published_at=one.published_at,
            data=one.data,
        )
        for one in reader.session.scalars(chosen.order_by(TicketLayoutVersionRow.number.desc()))
    ]  # fmt: skip
    return LayoutView(
        id=row.id, name=row.name, version=row.version, draft=row.draft, published=row.published, retired=row.retired,
        changed_by=row.changed_by, changed_at=row.changed_at, uses=_uses(reader, row.id), versions=versions,
    )  # fmt: skip
