"""Units: look, add, rename, move, retire. Who may do so is asked in the unit itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from server import audit
from server.audit import Actor
from server.auth import Principal, access_changed
from server.database import Reader, Writer
from server.features.catalogue.models import DepartmentRow, ServiceRow, StaffRow
from server.features.organisation.models import UnitRow
from server.features.organisation.tree import departments_of, parents_of, settle_departments, way_up
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.organisation import Unit, UnitCreate, UnitEdit

VIEW, CHANGE = "organisation.units:view", "organisation.units:change"
SHORT_NAME = 12
EVENT = "organisation.changed"
# So many names are enough to know where to look.
NAMED = 5


def unit_list(reader: Reader, principal: Principal, *, with_retired: bool = False) -> list[Unit]:
    """The units the caller may see, parents before what is below them, neighbours in their order."""
    scope = principal.scope(VIEW)
    chosen = select(UnitRow).where(UnitRow.hall_id == reader.hall_id).order_by(UnitRow.sort, UnitRow.name, UnitRow.id)
    rows = {row.id: row for row in reader.session.scalars(chosen)}
    people = _people_in(reader)
    departments = departments_of(reader)
    below: dict[UUID | None, list[UnitRow]] = {}
    for row in rows.values():
        below.setdefault(row.parent_id, []).append(row)
    ordered: list[Unit] = []
    open_ = list(reversed(below.get(None, ())))
    while open_:
        row = open_.pop()
        open_ += reversed(below.get(row.id, ()))
        if (with_retired or not row.retired) and (scope is None or row.id in scope):
            ordered.append(_view(row, people.get(row.id, 0), row.id in departments))
    return ordered


def unit_view(reader: Reader, row: UnitRow) -> Unit:
    is_department = reader.session.get(DepartmentRow, row.id) is not None
    return _view(row, _people_in(reader).get(row.id, 0), is_department)


def find_unit(reader: Reader, unit_id: UUID) -> UnitRow:
    row = reader.session.get(UnitRow, unit_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("unit_unknown", status=404)
    return row


def add_unit(writer: Writer, principal: Principal, who: Actor, wanted: UnitCreate) -> Unit:
    """A new unit, the last of its neighbours unless ``sort`` says where."""
    parent = find_unit(writer, wanted.parent_id)
    principal.require(CHANGE, parent.id)
    _refuse_retired(parent)
    _refuse_name(writer, parent.id, wanted.name, None)
    last = writer.session.scalar(select(func.max(UnitRow.sort)).where(UnitRow.parent_id == parent.id))
    row = UnitRow(
        hall_id=writer.hall_id, id=uuid7(), parent_id=parent.id, name=wanted.name,
        short_name=wanted.short_name or wanted.name[:SHORT_NAME], code=wanted.code,
        sort=wanted.sort if wanted.sort is not None else (last if last is not None else -1) + 1,
        retired=False, version=0,
    )  # fmt: skip
    writer.session.add(row)
    audit.record(writer, who, "unit.added", "unit", row.id, parent=parent.id, name=row.name)
    return tell(writer, row)


def edit_unit(writer: Writer, principal: Principal, who: Actor, unit_id: UUID, wanted: UnitEdit) -> Unit:
    """Change what is given. Moving asks for the right where the unit is taken from and where it is put."""
    row = find_unit(writer, unit_id)
    principal.require(CHANGE, row.id)
    if row.version != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    fields = wanted.model_dump(exclude_unset=True, exclude_none=True, exclude={"version"})
    fields = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not fields:
        return unit_view(writer, row)
    check(writer, principal, row, fields)
    apply(writer, row, fields)
    _record(writer, who, row, fields)
    return tell(writer, row)


def check(writer: Writer, principal: Principal, row: UnitRow, fields: Mapping[str, Any]) -> None:
    """HallError when these fields can't become so, or the caller may not make them so."""
    if "parent_id" in fields:
        _refuse_move(writer, principal, row, fields["parent_id"])
    if fields.get("retired"):
        _refuse_retiring(writer, principal, row)
    elif fields.get("retired") is False and row.parent_id is not None:
        _refuse_retired(find_unit(writer, row.parent_id))
    if fields.keys() & {"name", "parent_id", "retired"} and not fields.get("retired", row.retired):
        _refuse_name(writer, fields.get("parent_id", row.parent_id), fields.get("name", row.name), row.id)


def apply(writer: Writer, row: UnitRow, fields: dict[str, Any], *, settle: bool = True) -> None:
    """Set what has been checked, with all that hangs on it; who moves many settles the departments once, after."""
    department = writer.session.get(DepartmentRow, row.id)
    if department is not None and fields.keys() & {"name", "short_name", "retired"}:
        # Before the change: see the catalogue's editing.
        writer.touch_catalogue()
        if fields.get("name", department.name) != department.name:
            department.former = [*(one for one in department.former if one != fields["name"]), department.name]
        department.name = fields.get("name", department.name)
        department.short_name = fields.get("short_name", department.short_name)
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    if department is not None:
        tell_services(writer, department)
    if settle and "parent_id" in fields:
        settle_departments(writer)


def tell(writer: Writer, row: UnitRow) -> Unit:
    """Screens look again, and everybody's rights are reckoned anew: the subtrees have changed."""
    writer.flush()
    writer.emit(EVENT, json.dumps({"unit_id": str(row.id)}))
    access_changed(writer)
    return unit_view(writer, row)


def tell_services(writer: Writer, department: DepartmentRow) -> None:
    """Whoever shows services shows their department's name; one event makes them all look again."""
    chosen = select(ServiceRow.id).where(ServiceRow.department_id == department.id, ServiceRow.retired.is_(False))
    service = writer.session.scalars(chosen.order_by(ServiceRow.sort).limit(1)).first()
    if service is not None:
        writer.emit("service.changed", json.dumps({"service_id": str(service)}))


def _record(writer: Writer, who: Actor, row: UnitRow, fields: dict[str, Any]) -> None:
    audit.record(writer, who, action_of("unit", "parent_id", fields), "unit", row.id, **fields)


def action_of(kind: str, place: str, fields: Mapping[str, Any]) -> str:
    """How the trail calls a change; ``place`` is the field that says where it stands."""
    if "retired" in fields:
        return f"{kind}.retired" if fields["retired"] else f"{kind}.restored"
    return f"{kind}.moved" if place in fields else f"{kind}.changed"


def _refuse_move(writer: Writer, principal: Principal, row: UnitRow, parent_id: UUID) -> None:
    if row.parent_id is None:
        raise HallError("unit_root_fixed", status=409)
    # Out of the caller's own root it would leave their subtree: that takes the right above it.
    principal.require(CHANGE, row.parent_id)
    parent = find_unit(writer, parent_id)
    principal.require(CHANGE, parent.id)
    _refuse_retired(parent)
    if row.id in way_up(parents_of(writer), parent.id):
        raise HallError("unit_cycle", status=409, unit=row.name, parent=parent.name)


def _refuse_retiring(writer: Writer, principal: Principal, row: UnitRow) -> None:
    if row.parent_id is None:
        raise HallError("unit_root_fixed", status=409)
    principal.require(CHANGE, row.parent_id)
    below = select(UnitRow.name).where(UnitRow.parent_id == row.id, UnitRow.retired.is_(False)).order_by(UnitRow.sort)
    inside = select(StaffRow.name).where(StaffRow.unit_id == row.id, StaffRow.retired.is_(False))
    units, people = list(writer.session.scalars(below)), list(writer.session.scalars(inside.order_by(StaffRow.number)))
    if units or people:
        raise in_use(row.name, units, people)


def in_use(name: str, units: list[str], people: list[str]) -> HallError:
    """A unit that can't be retired, with some names of what is still in it."""
    more = " …" if len(units) + len(people) > NAMED else ""
    return HallError(
        "unit_in_use", status=409, unit=name, units=len(units), people=len(people),
        names=", ".join([*units, *people][:NAMED]) + more,
    )  # fmt: skip


def _refuse_retired(parent: UnitRow) -> None:
    if parent.retired:
        raise HallError("unit_retired", status=409, unit=parent.name)


def _refuse_name(writer: Writer, parent_id: UUID | None, name: str, own: UUID | None) -> None:
    """Neighbours have different names: a path of names is how people tell units apart."""
    with writer.session.no_autoflush:
        taken = writer.session.scalars(
            select(UnitRow.id).where(
                UnitRow.hall_id == writer.hall_id, UnitRow.parent_id == parent_id, UnitRow.name == name,
                UnitRow.retired.is_(False), UnitRow.id != (own or UUID(int=0)),
            )
        ).first()  # fmt: skip
    if taken is not None:
        raise HallError("unit_name_taken", status=409, name=name)


def _people_in(reader: Reader) -> dict[UUID | None, int]:
    chosen = select(StaffRow.unit_id, func.count()).where(StaffRow.hall_id == reader.hall_id, ~StaffRow.retired)
    return {unit_id: n for unit_id, n in reader.session.execute(chosen.group_by(StaffRow.unit_id))}


def _view(row: UnitRow, people: int, is_department: bool) -> Unit:
    return Unit(
        id=row.id, parent_id=row.parent_id, name=row.name, short_name=row.short_name, code=row.code, sort=row.sort,
        retired=row.retired, version=row.version, is_department=is_department, people=people,
    )  # fmt: skip
