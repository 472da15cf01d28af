"""What the hall's files say people bring for each service."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.features.booking.materials import CONSOLE, FILES, write_line
from server.features.booking.models import MaterialRow
from shared.domain.booking.papers import SUFFIXES
from shared.domain.object_ids import object_id
from shared.schemas.booking import MaterialEdit, PaperKind
from shared.schemas.hall_files import HallFiles, MaterialFields

_KINDS: dict[str, PaperKind] = {suffix: kind for kind, suffix in SUFFIXES.items()}  # type: ignore[misc]


def set_up_checklists(session: Session, hall_id: UUID, files: HallFiles) -> None:
    """Write them; a list that somebody has changed in the console stays as it is.

    A line's id comes from the keys of its service and document, so papers already sent keep their line.
    """
    documents = {document.key: document for document in files.materials}
    rows: dict[UUID, dict[UUID, MaterialRow]] = defaultdict(dict)
    for row in session.scalars(select(MaterialRow).where(MaterialRow.hall_id == hall_id)):
        rows[row.service_id][row.id] = row
    for service in files.services:
        service_id = object_id(files.hall.key, "service", service.key)
        known = rows[service_id]
        if any(row.source == CONSOLE for row in known.values()):
            continue
        for row in known.values():
            row.retired = True
        for sort, key in enumerate((*service.materials, *service.materials_if_any)):
            line_id = object_id(files.hall.key, "material", f"{service.key}/{key}")
            found = known.get(line_id) or MaterialRow(hall_id=hall_id, id=line_id, service_id=service_id)
            found.source = FILES
            write_line(found, _line(documents[key], required=key in service.materials), sort)
            session.add(found)


def _line(document: MaterialFields, *, required: bool) -> MaterialEdit:
    return MaterialEdit(
        name=document.name, name_en=document.name_en, note=document.note or "", note_en=document.note_en or "",
        required=required, originals=document.originals, copies=document.copies, in_advance=document.in_advance,
        kinds=tuple(_KINDS[kind] for kind in document.kinds), largest_mb=document.largest_mb,
    )  # fmt: skip
