"""Guides written and changed by hand; those that the item system gives are changed there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, delete, select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.service import Catalogue, catalogue
from server.features.guides.models import GuideRow, GuideSourceRow, GuideVersionRow
from server.features.guides.service import EVENT, Department, all_departments, fields_of, guide_id, guide_view, mark_of
from shared.domain.errors import HallError
from shared.domain.guides import LOCAL
from shared.schemas.guides import Guide, GuideCreate, GuideEdit, GuideFields

CHANGE = "catalogue.services:change"
# Of each guide.
KEPT_VERSIONS: Final = 20


def add_guide(writer: Writer, principal: Principal, who: Actor, wanted: GuideCreate) -> Guide:
    fields = wanted.fields
    if writer.session.scalar(_of_code(writer, fields.code)) is not None:
        raise HallError("guide_code_taken", status=409, guide=fields.code)
    departments, found = all_departments(writer), catalogue(writer)
    department_id = department_named(departments, fields.department)
    if department_id is None:
        raise HallError("department_unknown", status=404)
    principal.require(CHANGE, department_id)
    if wanted.service_id is not None:
        _refuse_service(writer, wanted.service_id)
    writer.touch_catalogue()
    row = GuideRow(hall_id=writer.hall_id, id=guide_id(writer.hall_id, fields.code), source="console", version=0)
    row.service_id = wanted.service_id or service_named(found, fields.name)
    write_guide(row, fields, department_id)
    row.changed_at, row.retired = writer.now, False
    row.version = 1
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "guide.added", "guide", row.id, code=row.code, department=department_id)
    writer.emit(EVENT, "{}")
    return guide_view(writer, row, departments, found)


def edit_guide(writer: Writer, principal: Principal, who: Actor, id_: UUID, wanted: GuideEdit) -> Guide:
    """HallError ``guide_of_upstream`` for what the item system says: it would be back with the next run. What is of
    this hall (``LOCAL``) is kept over it.
    """
    row = writer.session.get(GuideRow, id_)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("guide_unknown", status=404)
    principal.require(CHANGE, row.department_id)
    if wanted.version != row.version:
        raise HallError("changed_meanwhile", status=409)
    fed = row.source == "import" and is_fed(writer)
    if wanted.retired is not None and fed:
        raise HallError("guide_of_upstream", status=409)
    if wanted.service_id is not None:
        _refuse_service(writer, wanted.service_id)
    # Before all copies have to be loaded anew: a hall waits for its writer.
    departments, found = all_departments(writer), catalogue(writer)
    writer.touch_catalogue()
    if wanted.fields is not None:
        if wanted.fields.code != row.code:
            raise HallError("guide_code_fixed", status=409)
        department_id = department_named(departments, wanted.fields.department)
        if department_id is None:
            raise HallError("department_unknown", status=404)
        principal.require(CHANGE, department_id)
        before = fields_of(departments, row)
        if fed:
            kept = _kept_over(GuideFields.model_validate(row.body), wanted.fields)
            if department_id != row.department_id:
                raise HallError("guide_of_upstream", status=409)
            write_guide(row, GuideFields.model_validate(row.body), department_id, kept)
        else:
            write_guide(row, wanted.fields, department_id)
        if fields_of(departments, row) != before:
            keep_version(writer, row, before, who.label)
        row.source = "import" if fed else "console"
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
    return guide_view(writer, row, departments, found)


def write_guide(
    row: GuideRow, fields: GuideFields, department_id: UUID, kept: Mapping[str, Any] | None = None
) -> None:  # fmt: skip
    """Make a row say what a guide says; ``kept``: what the hall says itself in the place of that."""
    for name, value in guide_values(fields, department_id, kept).items():
        setattr(row, name, value)


def guide_values(
    fields: GuideFields, department_id: UUID, kept: Mapping[str, Any] | None = None, *, mark: str | None = None
) -> dict[str, Any]:  # fmt: skip
    """The columns of ``write_guide``; ``mark`` as ``mark_of`` says it, when somebody has asked already."""
    body = fields.model_dump(mode="json")
    # What the other side says by now as well is nothing of our own any more.
    over = {name: value for name, value in (kept or {}).items() if body[name] != value}
    laid = body | over
    return {
        "body": body, "mark": mark or mark_of(fields), "kept": over, "code": fields.code, "name": fields.name,
        "kind": fields.kind, "department_id": department_id, "audience": list(fields.audience),
        "legal_days": fields.legal_days, "promised_days": fields.promised_days, "name_en": laid["name_en"],
        "themes": list(laid["themes"]),
    }  # fmt: skip


def keep_version(writer: Writer, row: GuideRow, before: GuideFields, by: str) -> None:
    """What a guide said until now stays readable, as long as it is one of the latest; before its version grows."""
    writer.session.add(GuideVersionRow(
        guide_id=row.id, number=row.version, fields=before.model_dump(mode="json"), source=row.source, by=by,
        at=writer.now,
    ))  # fmt: skip
    if row.version > KEPT_VERSIONS:
        old = delete(GuideVersionRow).where(GuideVersionRow.guide_id == row.id)
        writer.session.execute(old.where(GuideVersionRow.number <= row.version - KEPT_VERSIONS))


def _kept_over(given: GuideFields, wanted: GuideFields) -> dict[str, Any]:
    """What differs, when all of it is of this hall. The department is compared by whoever knows its names."""
    differs = [name for name in GuideFields.model_fields if getattr(given, name) != getattr(wanted, name)]
    if any(name not in (*LOCAL, "department") for name in differs):
        raise HallError("guide_of_upstream", status=409)
    said = wanted.model_dump(mode="json")
    return {name: said[name] for name in differs if name in LOCAL}


def department_named(departments: Mapping[UUID, Department], name: str) -> UUID | None:
    """By the whole name, or the short one; else by one it had before. Not one that is out of use."""
    used = [one for one in departments.values() if not one.retired]
    now = (one.id for one in used if name in (one.name, one.short_name))
    return next(now, next((one.id for one in used if name in one.former), None))


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
