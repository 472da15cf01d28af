"""Layouts, playlists and schedules: kept with their versions, shown where somebody said."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete, select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.signage.models import SignageContentRow, SignagePlaceRow, SignageVersionRow
from server.features.terminals.models import TerminalRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.signage import (
    ContentCreate,
    ContentEdit,
    ContentPlaces,
    ContentVersion,
    SignageContent,
    SignageLayout,
    SignagePlaylist,
    SignageSchedule,
)

CHANGED: Final = "signage.changed"
# In place of a terminal: all kiosks.
KIOSKS: Final = "kiosk"
Data = SignageLayout | SignagePlaylist | SignageSchedule
KINDS: Final[dict[str, type[Data]]] = {
    "layout": SignageLayout,
    "playlist": SignagePlaylist,
    "schedule": SignageSchedule,
}


def contents(reader: Reader) -> list[SignageContent]:
    chosen = select(SignageContentRow).where(SignageContentRow.hall_id == reader.hall_id)
    return [_view(reader, row) for row in reader.session.scalars(chosen.order_by(SignageContentRow.id))]


def versions(reader: Reader, content_id: UUID) -> list[ContentVersion]:
    """Newest first."""
    _row(reader, content_id)
    chosen = select(SignageVersionRow).where(SignageVersionRow.content_id == content_id)
    return [
        ContentVersion(
            number=one.number, name=one.name, data=one.data, changed_by=one.changed_by, changed_at=one.changed_at
        )
        for one in reader.session.scalars(chosen.order_by(SignageVersionRow.number.desc()))
    ]


def add(writer: Writer, who: Actor, wanted: ContentCreate) -> SignageContent:
    """HallError ``signage_data_wrong``, ``signage_content_unknown``."""
    row = SignageContentRow(
        hall_id=writer.hall_id, id=uuid7(), kind=wanted.kind, name=wanted.name,
        data=_sound(writer, wanted.kind, wanted.data), version=0, retired=False, changed_by=who.label,
        changed_at=writer.now,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    return _kept(writer, who, row, "signage.content_added")


def edit(writer: Writer, who: Actor, content_id: UUID, wanted: ContentEdit) -> SignageContent:
    """HallError ``changed_meanwhile``, ``signage_content_in_use``, and as ``add``."""
    row = _row(writer, content_id, wanted.version)
    if wanted.retired and (used := _used_by(writer, row)):
        raise HallError("signage_content_in_use", status=409, name=row.name, by=used)
    if wanted.data is not None:
        row.data = _sound(writer, row.kind, wanted.data)
    row.name = wanted.name or row.name
    row.retired = row.retired if wanted.retired is None else wanted.retired
    row.version += 1
    return _kept(writer, who, row, "signage.content_changed")


def place(writer: Writer, who: Actor, content_id: UUID, wanted: ContentPlaces) -> SignageContent:
    """Say where a schedule is shown; each place has one. HallError, also ``terminal_unknown``."""
    row = _row(writer, content_id, wanted.version)
    if row.kind != "schedule" or row.retired:
        raise HallError("signage_content_unknown", status=404)
    targets = [str(one) for one in wanted.terminals]
    for terminal_id in wanted.terminals:
        screen(writer, terminal_id, ("display", "kiosk"))
    targets += [""] * wanted.hall + [KIOSKS] * wanted.kiosks
    places = SignagePlaceRow
    _displace(writer, who, row, targets)
    writer.session.execute(
        delete(places).where(
            places.hall_id == writer.hall_id, (places.content_id == row.id) | places.terminal.in_(targets)
        )
    )
    writer.session.add_all(
        places(hall_id=writer.hall_id, terminal=target, content_id=row.id) for target in dict.fromkeys(targets)
    )
    row.version += 1
    return _kept(writer, who, row, "signage.placed")


def _displace(writer: Writer, who: Actor, row: SignageContentRow, targets: Sequence[str]) -> None:
    """Whoever looked at a schedule that goes from there looks again before they say where it is shown."""
    places, content = SignagePlaceRow, SignageContentRow
    others = select(content).where(
        content.id.in_(
            select(places.content_id).where(
                places.hall_id == writer.hall_id, places.content_id != row.id, places.terminal.in_(targets)
            )
        )
    )
    for other in writer.session.scalars(others).all():
        other.version += 1
        _kept(writer, who, other, "signage.displaced")


def screen(reader: Reader, terminal_id: UUID, kinds: Sequence[str]) -> TerminalRow:
    """The terminal, which is of one of these kinds. HallError ``terminal_unknown``."""
    terminal = reader.session.get(TerminalRow, terminal_id)
    if terminal is None or terminal.hall_id != reader.hall_id or terminal.kind not in kinds:
        raise HallError("terminal_unknown", status=404)
    return terminal


def load(row: SignageContentRow) -> Data | None:
    """What the row holds; None when a newer program wrote what this one can't read."""
    try:
        return KINDS[row.kind].model_validate(row.data)
    except ValidationError:
        return None


def _row(reader: Reader, content_id: UUID, version: int | None = None) -> SignageContentRow:
    row = reader.session.get(SignageContentRow, content_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("signage_content_unknown", status=404)
    if version is not None and row.version != version:
        raise HallError("changed_meanwhile", status=409)
    return row


def _kept(writer: Writer, who: Actor, row: SignageContentRow, what: str) -> SignageContent:
    row.changed_by, row.changed_at = who.label, writer.now
    writer.session.add(
        SignageVersionRow(
            content_id=row.id, number=row.version, name=row.name, data=row.data, changed_by=who.label,
            changed_at=writer.now,
        )
    )  # fmt: skip
    writer.flush()
    audit.record(writer, who, what, "signage", row.id, name=row.name, kind=row.kind, version=row.version)
    writer.emit(CHANGED, "{}")
    return _view(writer, row)


def _sound(writer: Writer, kind: str, data: dict[str, object]) -> dict[str, object]:
    try:
        made = KINDS[kind].model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise HallError("signage_data_wrong", status=422, where=where or kind, why=first["msg"]) from None
    for wanted, content_id in references(made):
        other = writer.session.get(SignageContentRow, content_id)
        if other is None or other.hall_id != writer.hall_id or other.kind != wanted or other.retired:
            raise HallError("signage_content_unknown", status=404)
    return made.model_dump(mode="json")


def references(data: object) -> Iterator[tuple[str, UUID]]:
    """The kinds and ids of what it needs."""
    if isinstance(data, SignageLayout):
        yield from (("playlist", zone.playlist) for zone in data.zones if zone.playlist is not None)
    if isinstance(data, SignageSchedule):
        pairs = [(data.layout, data.playlist), *((rule.layout, rule.playlist) for rule in data.rules)]
        yield from (("layout", layout) for layout, _ in pairs if layout is not None)
        yield from (("playlist", playlist) for _, playlist in pairs if playlist is not None)


def _used_by(writer: Writer, row: SignageContentRow) -> str:
    """The name of a content that needs it, or its own where it is shown somewhere; empty: nothing does."""
    if writer.session.scalar(select(SignagePlaceRow.terminal).where(SignagePlaceRow.content_id == row.id)) is not None:
        return row.name
    others = select(SignageContentRow).where(SignageContentRow.hall_id == writer.hall_id, ~SignageContentRow.retired)
    for other in writer.session.scalars(others):
        if any(content_id == row.id for _, content_id in references(load(other))):
            return other.name
    return ""


def _view(reader: Reader, row: SignageContentRow) -> SignageContent:
    chosen = select(SignagePlaceRow.terminal).where(SignagePlaceRow.content_id == row.id)
    targets = [*reader.session.scalars(chosen.order_by(SignagePlaceRow.terminal))] if row.kind == "schedule" else []
    return SignageContent(
        id=row.id, kind=row.kind, name=row.name, version=row.version, data=row.data, retired=row.retired,
        changed_by=row.changed_by, changed_at=row.changed_at, hall="" in targets, kiosks=KIOSKS in targets,
        terminals=[UUID(target) for target in targets if target not in ("", KIOSKS)],
    )  # fmt: skip
