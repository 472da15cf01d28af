"""Departments added, renamed, described and retired. Each is a unit of the organisation as well, with the same id."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.models import DepartmentRow, ServiceRow
from server.features.catalogue.service import catalogue
from server.features.guides.departments import department, shown_settings
from server.features.guides.models import DepartmentFactsRow, DepartmentSettingsRow, GuideRow
from server.features.guides.service import EVENT, Department, shelf
from server.features.media.service import media_exists
from server.features.organisation import service as units
from server.features.organisation.models import UnitRow
from server.features.organisation.tree import settle_departments
from shared.domain.errors import HallError
from shared.schemas.guides import DepartmentCreate, DepartmentEdit, DepartmentFacts, DepartmentSettings
from shared.schemas.organisation import UnitCreate

CHANGE = "catalogue.services:change"
# What the unit is called so as well; the unit itself says who may change it.
_UNIT = ("name", "short_name", "retired")
_ROW = ("name_en", "category", "floor", "phone")


def add_department(writer: Writer, principal: Principal, who: Actor, wanted: DepartmentCreate) -> DepartmentFacts:
    """Of a unit that is given, or of a new one below the organisation's root; needs the right to change units there.

    HallError ``department_known`` when the unit is one already, ``department_name_taken``.
    """
    principal.require(CHANGE)
    _refuse_name(writer, wanted.name, None)
    _refuse_floor(writer, wanted.floor)
    if wanted.parent_id is not None and wanted.parent_id not in shelf(writer).departments:
        raise HallError("department_unknown", status=404)
    writer.touch_catalogue()
    if wanted.unit_id is not None:
        unit = units.find_unit(writer, wanted.unit_id)
        principal.require(units.CHANGE, unit.id)
        if unit.parent_id is None or writer.session.get(DepartmentRow, unit.id) is not None:
            raise HallError("department_known", status=409)
        unit_id = unit.id
        given = {"name": wanted.name, "short_name": wanted.short_name or unit.short_name}
        if changed := {name: value for name, value in given.items() if getattr(unit, name) != value}:
            units.check(writer, principal, unit, changed)
            units.apply(writer, unit, changed)
    else:
        root = select(UnitRow.id).where(UnitRow.hall_id == writer.hall_id, UnitRow.parent_id.is_(None))
        made = UnitCreate(parent_id=writer.session.scalars(root).one(), name=wanted.name, short_name=wanted.short_name)
        unit_id = units.add_unit(writer, principal, who, made).id
    unit = units.find_unit(writer, unit_id)
    last = writer.session.scalar(select(func.max(DepartmentRow.sort)).where(DepartmentRow.hall_id == writer.hall_id))
    writer.session.add(DepartmentRow(
        hall_id=writer.hall_id, id=unit_id, name=unit.name, short_name=unit.short_name, name_en=wanted.name_en,
        category=wanted.category, floor=wanted.floor, phone=wanted.phone, sort=(last if last is not None else -1) + 1,
    ))  # fmt: skip
    writer.flush()
    row = _facts(writer, unit_id)
    row.parent_id, row.version = wanted.parent_id, 1
    # Who works in a unit that is a department from now on belongs to it.
    settle_departments(writer)
    units.tell(writer, unit)
    audit.record(writer, who, "department.added", "department", unit_id, name=wanted.name, category=wanted.category)
    writer.emit(EVENT, "{}")
    return department(writer, unit_id, every=True)


def edit_department(
    writer: Writer, principal: Principal, who: Actor, department_id: UUID, wanted: DepartmentEdit
) -> DepartmentFacts:  # fmt: skip
    """HallError ``department_circle`` when the chart would have no top, ``department_in_use`` when it has businesses,
    guides or departments below it and is to be retired.
    """
    known = shelf(writer).departments
    before = known.get(department_id)
    if before is None:
        raise HallError("department_unknown", status=404)
    principal.require(CHANGE, department_id)
    if wanted.version != before.version:
        raise HallError("changed_meanwhile", status=409)
    if wanted.parent_id is not None:
        _refuse_circle(known, department_id, wanted.parent_id)
    given = wanted.model_dump(exclude={"version", "top"}, exclude_none=True)
    if wanted.top:
        given["parent_id"] = None
    if "name" in given:
        _refuse_name(writer, given["name"], department_id)
    _refuse_floor(writer, given.get("floor", ""))
    for leader in given.get("leaders", ()):
        if leader["portrait"] and not media_exists(writer, leader["portrait"]):
            raise HallError("notice_media_missing", status=422, media=leader["portrait"][:8])
    if given.get("retired"):
        _refuse_in_use(writer, known, before)
    writer.touch_catalogue()
    of_unit = {name: given.pop(name) for name in _UNIT if name in given}
    unit_changed = _change_unit(writer, principal, department_id, of_unit)
    named = writer.session.get_one(DepartmentRow, department_id)
    for name in [name for name in _ROW if name in given]:
        setattr(named, name, given[name])
    row = _facts(writer, department_id)
    for name in [name for name in given if name not in _ROW]:
        setattr(row, name, list(given[name]) if name == "leaders" else given[name])
    row.version += 1
    writer.flush()
    if {"name_en", "floor"} & given.keys():
        units.tell_services(writer, named)
    audit.record(writer, who, "department.changed", "department", department_id, fields=sorted([*given, *unit_changed]))
    writer.emit(EVENT, "{}")
    return department(writer, department_id, every=True)


def put_settings(writer: Writer, who: Actor, wanted: DepartmentSettings) -> DepartmentSettings:
    row = writer.session.get(DepartmentSettingsRow, writer.hall_id)
    if wanted.version != (row.version if row is not None else 0):
        raise HallError("changed_meanwhile", status=409)
    if row is None:
        row = DepartmentSettingsRow(hall_id=writer.hall_id, version=0)
        writer.session.add(row)
    row.on_duty, row.version = wanted.on_duty, row.version + 1
    writer.flush()
    audit.record(writer, who, "departments.settings_changed", "departments", on_duty=wanted.on_duty)
    writer.emit(EVENT, "{}")
    return shown_settings(writer)


def _change_unit(writer: Writer, principal: Principal, unit_id: UUID, given: dict[str, Any]) -> list[str]:
    """What is the unit's is changed by the organisation's own rules: names of what has changed."""
    unit = units.find_unit(writer, unit_id)
    changed = {name: value for name, value in given.items() if getattr(unit, name) != value}
    if changed:
        principal.require(units.CHANGE, unit_id)
        units.check(writer, principal, unit, changed)
        units.apply(writer, unit, changed)
        units.tell(writer, unit)
    return sorted(changed)


def _facts(writer: Writer, department_id: UUID) -> DepartmentFactsRow:
    row = writer.session.get(DepartmentFactsRow, department_id)
    if row is None:
        row = DepartmentFactsRow(
            hall_id=writer.hall_id, department_id=department_id, parent_id=None, scope="", windows="", flows="",
            leaders=[], version=0,
        )  # fmt: skip
        writer.session.add(row)
    return row


def _refuse_circle(known: dict[UUID, Department], department_id: UUID, parent_id: UUID) -> None:
    above: UUID | None = parent_id
    while above is not None:
        if above not in known:
            raise HallError("department_unknown", status=404)
        if above == department_id:
            raise HallError("department_circle", status=409)
        above = known[above].parent_id


def _refuse_name(reader: Reader, name: str, own: UUID | None) -> None:
    """Guides are brought in by the names of their departments: each is one department's."""
    if any(name in (one.name, one.short_name) for one in shelf(reader).departments.values() if one.id != own):
        raise HallError("department_name_taken", status=409, name=name)


def _refuse_floor(reader: Reader, floor: str) -> None:
    known = {str(one["key"]) for one in catalogue(reader).facts.get("floors", ())}
    if floor and floor not in known:
        raise HallError("department_floor_unknown", status=422, floor=floor)


def _refuse_in_use(writer: Writer, known: dict[UUID, Department], one: Department) -> None:
    services = select(func.count()).where(ServiceRow.department_id == one.id, ServiceRow.retired.is_(False))
    guides = select(func.count()).where(GuideRow.department_id == one.id, ~GuideRow.retired)
    counts = {
        "services": writer.session.scalar(services) or 0, "guides": writer.session.scalar(guides) or 0,
        "below": sum(other.parent_id == one.id and not other.retired for other in known.values()),
    }  # fmt: skip
    if any(counts.values()):
        raise HallError("department_in_use", status=409, name=one.name, **counts)
