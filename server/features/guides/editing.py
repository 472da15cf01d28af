"""Guides written and changed by hand; those that the item system gives are changed there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Select, select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.service import Catalogue, catalogue
from server.features.guides.models import GuideRow, GuideSourceRow
from server.features.guides.service import EVENT, Department, guide_id, guide_view, mark_of, shelf
from shared.domain.errors import HallError
from shared.schemas.guides import Guide, GuideCreate, GuideEdit, GuideFields

CHANGE = "catalogue.services:change"


def add_guide(writer: Writer, principal: Principal, who: Actor, wanted: GuideCreate) -> Guide:
    fields = wanted.fields
    if writer.session.scalar(_of_code(writer, fields.code)) is not None:
        raise HallError("guide_code_taken", status=409, guide=fields.code)
    department_id = department_named(shelf(writer).departments, fields.department)
    if department_id is None:
        raise HallError("department_unknown", status=404)
    principal.require(CHANGE, department_id)
    if wanted.service_id is not None:
        _refuse_service(writer, wanted.service_id)
    writer.touch_catalogue()
    row = GuideRow(hall_id=writer.hall_id, id=guide_id(writer.hall_id, fields.code), source="console", version=0)
    row.service_id = wanted.service_id or service_named(catalogue(writer), fields.name)
    write_guide(row, fields, department_id)
    row.changed_at, row.retired = writer.now, False
    row.version = 1
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "guide.added", "guide", row.id, code=row.code, department=department_id)
    writer.emit(EVENT, "{}")
    return guide_view(writer, row)


def edit_guide(writer: Writer, principal: Principal, who: Actor, id_: UUID, wanted: GuideEdit) -> Guide:
    """HallError ``guide_of_upstream`` for what the item system says: it would be back with the next run."""
    row = writer.session.get(GuideRow, id_)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("guide_unknown", status=404)
    principal.require(CHANGE, row.department_id)
    if wanted.version != row.version:
        raise HallError("changed_meanwhile", status=409)
    if (wanted.fields is not None or wanted.retired is not None) and row.source == "import" and is_fed(writer):
        raise HallError("guide_of_upstream", status=409)
    if wanted.service_id is not None:
        _refuse_service(writer, wanted.service_id)
    writer.touch_catalogue()
    if wanted.fields is not None:
        if wanted.fields.code != row.code:
            raise HallError("guide_code_fixed", status=409)
        department_id = department_named(shelf(writer).departments, wanted.fields.department)
        if department_id is None:
            raise HallError("department_unknown", status=404)
        principal.require(CHANGE, department_id)
        write_guide(row, wanted.fields, department_id)
        row.source = "console"
    if wanted.service_id is not None or wanted.unlink:
        row.service_id = None if wanted.unlink else wanted.service_id
        row.source = "console" if row.source == "files" else row.source
    if wanted.retired is not None:
        row.retired = wanted.retired
        row.source = "console"
    row.version, row.changed_at = row.version + 1, writer.now
    writer.flush()
    given = sorted(wanted.model_fields_set - {"version"})
    audit.record(writer, who, "guide.changed", "guide", row.id, code=row.code, fields=given)
    writer.emit(EVENT, json.dumps({"guide_id": str(row.id)}))
    return guide_view(writer, row)


def write_guide(row: GuideRow, fields: GuideFields, department_id: UUID) -> None:
    """Make a row say what a guide says."""
    row.code, row.name, row.name_en, row.kind = fields.code, fields.name, fields.name_en, fields.kind
    row.audience, row.themes, row.department_id = list(fields.audience), list(fields.themes), department_id
    row.legal_days, row.promised_days = fields.legal_days, fields.promised_days
    row.body, row.mark = fields.model_dump(mode="json"), mark_of(fields)


def department_named(departments: Mapping[UUID, Department], name: str) -> UUID | None:
    """By the whole name, or the short one."""
    for one in departments.values():
        if name in (one.name, one.short_name):
            return one.id
    return None


def service_named(found: Catalogue, name: str) -> UUID | None:
    """The one service that gives numbers and is called just so."""
    called = [one.id for one in found.services.values() if one.ticketable and not one.retired and one.name == name]
    return called[0] if len(called) == 1 else None


def is_fed(reader: Reader) -> bool:
    """Whether the hall has an item system that guides come from."""
    row = reader.session.get(GuideSourceRow, reader.hall_id)
    return row is not None and bool(row.settings.get("address"))


def _refuse_service(reader: Reader, service_id: UUID) -> None:
    service = catalogue(reader).service(service_id)
    if not service.ticketable:
        raise HallError("service_unknown", status=404)


def _of_code(reader: Reader, code: str) -> Select[UUID]:
    return select(GuideRow.id).where(GuideRow.hall_id == reader.hall_id, GuideRow.code == code)
