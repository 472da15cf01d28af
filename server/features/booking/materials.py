"""What to bring for a service, and papers that were sent in advance."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.crypto import Keyring, Vault
from server.database import Reader, Writer
from server.features.booking.models import AppointmentRow, MaterialRow, PaperSentRow
from server.features.catalogue.service import catalogue
from server.sealed import seal, unseal
from shared.domain.booking.life import State
from shared.domain.booking.papers import MOST, check_line, kind_of
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.booking import Checklist, Material, MaterialEdit, Materials, PaperSent, PapersSent

CHANGE = "catalogue.services:change"
FILES, CONSOLE = "files", "console"


def materials(reader: Reader, service_id: UUID) -> Materials:
    """The checklist of a service, in order; empty where there is none."""
    return _checklist(service_id, _rows(reader, service_id))


def shown_materials(reader: Reader, service_id: UUID) -> Materials | None:
    """The same from this process's copy, for pages that are drawn again and again; None where there is none."""
    return reader.database.copy("checklists", reader, _all).get(service_id)


def _all(reader: Reader) -> dict[UUID, Materials]:
    return {one.service_id: one for one in checklists(reader) if one.items}


def checklists(reader: Reader) -> list[Materials]:
    """Those of all services that give numbers, in the order of their tree, also the empty ones."""
    rows: dict[UUID, list[MaterialRow]] = {}
    for row in reader.session.scalars(_standing(reader).order_by(MaterialRow.sort)):
        rows.setdefault(row.service_id, []).append(row)
    services = catalogue(reader).services.values()
    return [_checklist(service.id, rows.get(service.id, [])) for service in services if service.ticketable]


def set_materials(
    writer: Writer, principal: Principal, who: Actor, service_id: UUID, wanted: Checklist
) -> Materials:  # fmt: skip
    """HallError ``changed_meanwhile`` when the list is not the one that was looked at."""
    service = catalogue(writer).services.get(service_id)
    if service is None or not service.ticketable:
        raise HallError("service_unknown", status=404)
    principal.require(CHANGE, service.department_id)
    rows = _rows(writer, service_id)
    before = _checklist(service_id, rows)
    if wanted.version and wanted.version != before.version:
        raise HallError("changed_meanwhile", status=409)
    known = {row.id: row for row in rows}
    for row in rows:
        row.retired, row.source = True, CONSOLE
    for sort, line in enumerate(wanted.items):
        # A line named twice is two lines: the first of them is the one that stays.
        found = known.pop(line.id, None) if line.id is not None else None
        if found is None:
            found = MaterialRow(hall_id=writer.hall_id, id=uuid7(), service_id=service_id, source=CONSOLE)
            writer.session.add(found)
        write_line(found, line, sort)
    writer.flush()
    after = materials(writer, service_id)
    if after.version != before.version:
        writer.touch_catalogue()
        audit.record(
            writer, who, "materials.changed", "service", service_id, lines=len(after.items),
            added=sum(line.id not in {one.id for one in before.items} for line in after.items), removed=len(known),
        )  # fmt: skip
    return after


def write_line(row: MaterialRow, line: MaterialEdit, sort: int) -> None:
    """Make a row say what a line says; it stands again if it had been taken away."""
    row.name, row.name_en, row.note, row.note_en = line.name, line.name_en, line.note, line.note_en
    row.required, row.originals, row.copies = line.required, line.originals, line.copies
    row.in_advance, row.kinds, row.largest_mb = line.in_advance, list(line.kinds), line.largest_mb
    row.retired, row.sort = False, sort


@dataclass(frozen=True, slots=True)
class SealedPaper:
    """A paper ready to be kept: sealed before the writer's turn, which must be short."""

    id: UUID
    media_type: str
    size: int
    key: bytes
    content: bytes


def seal_paper(vault: Vault, content: bytes) -> SealedPaper:
    """HallError unless it is a whole JPEG, PNG or PDF of a size we take."""
    media_type, id_, key = kind_of(content), uuid7(), os.urandom(32)
    sealed_key = seal(vault, "papers_sent.key", id_, key.hex())
    assert sealed_key is not None
    return SealedPaper(id_, media_type, len(content), sealed_key, _own(vault, key).seal_bytes(content, str(id_)))


def keep_paper(
    writer: Writer, who: Actor, row: AppointmentRow, paper: SealedPaper, material_id: UUID | None
) -> None:  # fmt: skip
    """Keep a paper; another one for the same line of the list takes its place."""
    if row.state != State.BOOKED:
        raise HallError(f"appointment_not_possible_{row.state}", status=409)
    if material_id is not None:
        line = writer.session.get(MaterialRow, material_id)
        if line is None or line.service_id != row.service_id or line.retired:
            raise HallError("material_unknown", status=404)
        check_line(
            paper.media_type, paper.size, in_advance=line.in_advance, kinds=line.kinds, largest_mb=line.largest_mb
        )
        for old in writer.session.scalars(_papers(row).where(PaperSentRow.material_id == material_id)):
            writer.session.delete(old)
        writer.flush()
    if (papers_of(writer, row.id)) >= MOST:
        raise HallError("material_too_many", status=409, most=MOST)
    writer.session.add(PaperSentRow(
        hall_id=writer.hall_id, id=paper.id, appointment_id=row.id, material_id=material_id,
        media_type=paper.media_type, size=paper.size, key_cipher=paper.key, content=paper.content, sent_at=writer.now,
    ))  # fmt: skip
    writer.flush()
    audit.record(writer, who, "paper.sent", "appointment", row.id, size=paper.size)


def drop_paper(writer: Writer, who: Actor, row: AppointmentRow, paper_id: UUID) -> None:
    """Its sender takes it back."""
    found = writer.session.get(PaperSentRow, paper_id)
    if found is not None and found.appointment_id == row.id:
        writer.session.delete(found)
        writer.flush()
        audit.record(writer, who, "paper.taken_back", "appointment", row.id)


def papers_of(reader: Reader, appointment_id: UUID) -> int:
    count = select(func.count()).where(PaperSentRow.appointment_id == appointment_id)
    return reader.session.scalar(count) or 0


def papers(reader: Reader, row: AppointmentRow) -> PapersSent:
    """What was sent, without the contents."""
    found = select(PaperSentRow, MaterialRow).outerjoin(MaterialRow, MaterialRow.id == PaperSentRow.material_id)
    rows = reader.session.execute(
        found.where(PaperSentRow.appointment_id == row.id).order_by(
            MaterialRow.sort, PaperSentRow.sent_at, PaperSentRow.id
        )
    )
    return PapersSent(items=[
        PaperSent.model_validate({
            "id": paper.id, "material_id": paper.material_id, "material_name": line.name if line else "",
            "material_name_en": line.name_en if line else "", "media_type": paper.media_type, "size": paper.size,
            "sent_at": paper.sent_at, "verdict": paper.verdict, "verdict_note": paper.verdict_note,
        })
        for paper, line in rows
    ])  # fmt: skip


def open_paper(
    writer: Writer, vault: Vault, who: Actor, appointment: AppointmentRow, paper_id: UUID
) -> tuple[str, bytes]:  # fmt: skip
    """Media type and content for the counter; that somebody looked is in the trail."""
    found = writer.session.get(PaperSentRow, paper_id)
    if found is None or found.appointment_id != appointment.id:
        raise HallError("paper_unknown", status=404)
    key = bytes.fromhex(unseal(vault, "papers_sent.key", found.id, found.key_cipher) or "")
    audit.record(writer, who, "paper.seen", "appointment", appointment.id)
    return found.media_type, _own(vault, key).open_bytes(found.content, str(found.id))


def _own(vault: Vault, key: bytes) -> Vault:
    """A vault of one paper, of the suite the hall seals with today; each field says which it was sealed with."""
    return Vault(Keyring({1: key}, 1, vault.ring.suite), b"")


def _checklist(service_id: UUID, rows: Sequence[MaterialRow]) -> Materials:
    items = [Material.model_validate({name: getattr(row, name) for name in Material.model_fields}) for row in rows]
    # The list itself says its version: two people who look at the same lines look at the same version.
    said = "\n".join(item.model_dump_json() for item in items)
    return Materials(service_id=service_id, version=hashlib.sha256(said.encode()).hexdigest()[:16], items=items)


def _standing(reader: Reader) -> Select[MaterialRow]:
    return select(MaterialRow).where(MaterialRow.hall_id == reader.hall_id, MaterialRow.retired.is_(False))


def _rows(reader: Reader, service_id: UUID) -> list[MaterialRow]:
    chosen = _standing(reader).where(MaterialRow.service_id == service_id).order_by(MaterialRow.sort)
    return list(reader.session.scalars(chosen))


def _papers(row: AppointmentRow) -> Select[PaperSentRow]:
    return select(PaperSentRow).where(PaperSentRow.appointment_id == row.id)
