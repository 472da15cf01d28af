"""What to bring for a service, and papers that were sent in advance."""

from __future__ import annotations

import os
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
from shared.domain.booking.papers import MOST, kind_of
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.booking import Checklist, Material, Materials, PaperSent, PapersSent

CHANGE = "catalogue.services:change"


def materials(reader: Reader, service_id: UUID) -> Materials:
    """The checklist of a service, in order."""
    return Materials(items=[
        Material(id=row.id, name=row.name, name_en=row.name_en, note=row.note, note_en=row.note_en,
                 required=row.required)
        for row in _rows(reader, service_id)
    ])  # fmt: skip


def set_materials(
    writer: Writer, principal: Principal, who: Actor, service_id: UUID, wanted: Checklist
) -> Materials:  # fmt: skip
    service = catalogue(writer).services.get(service_id)
    if service is None or not service.ticketable:
        raise HallError("service_unknown", status=404)
    principal.require(CHANGE, service.department_id)
    known = {row.id: row for row in _rows(writer, service_id)}
    for row in known.values():
        row.retired = True
    for sort, line in enumerate(wanted.items):
        found = known.get(line.id) if line.id is not None else None
        if found is None:
            found = MaterialRow(hall_id=writer.hall_id, id=uuid7(), service_id=service_id)
            writer.session.add(found)
        found.name, found.name_en, found.note, found.note_en = line.name, line.name_en, line.note, line.note_en
        found.required, found.retired, found.sort = line.required, False, sort
    writer.flush()
    audit.record(writer, who, "materials.changed", "service", service_id, lines=len(wanted.items))
    return materials(writer, service_id)


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
        if line is None or line.service_id != row.service_id:
            raise HallError("material_unknown", status=404)
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
        found.where(PaperSentRow.appointment_id == row.id).order_by(MaterialRow.sort, PaperSentRow.sent_at)
    )
    return PapersSent(items=[
        PaperSent.model_validate({
            "id": paper.id, "material_id": paper.material_id, "material_name": line.name if line else "",
            "material_name_en": line.name_en if line else "", "media_type": paper.media_type, "size": paper.size,
            "sent_at": paper.sent_at,
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


def _rows(reader: Reader, service_id: UUID) -> list[MaterialRow]:
    chosen = select(MaterialRow).where(
        MaterialRow.hall_id == reader.hall_id, MaterialRow.service_id == service_id, MaterialRow.retired.is_(False)
    )
    return list(reader.session.scalars(chosen.order_by(MaterialRow.sort)))


def _papers(row: AppointmentRow) -> Select[PaperSentRow]:
    return select(PaperSentRow).where(PaperSentRow.appointment_id == row.id)
