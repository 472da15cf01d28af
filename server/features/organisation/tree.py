"""The shape of the organisation: what is below what, and which department a unit belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import select, update

from server.database import Reader, Writer
from server.features.catalogue.models import DepartmentRow, StaffRow
from server.features.organisation.models import UnitRow

Parents = Mapping[UUID, UUID | None]


def parents_of(reader: Reader) -> dict[UUID, UUID | None]:
    """Each unit's parent, retired ones too."""
    chosen = select(UnitRow.id, UnitRow.parent_id).where(UnitRow.hall_id == reader.hall_id)
    return {unit_id: parent_id for unit_id, parent_id in reader.session.execute(chosen)}


def way_up(parents: Parents, unit_id: UUID | None) -> Iterator[UUID]:
    """The unit and all above it, up to the root."""
    steps = 0
    # A damaged table must not turn into an endless loop.
    while unit_id is not None and steps <= len(parents):
        yield unit_id
        unit_id, steps = parents.get(unit_id), steps + 1


def subtrees(reader: Reader) -> dict[UUID, frozenset[UUID]]:
    """Each unit with itself and all units below it, retired ones too."""
    parents = parents_of(reader)
    below: dict[UUID, set[UUID]] = {unit: set() for unit in parents}
    for unit in parents:
        for above in way_up(parents, unit):
            below[above].add(unit)
    return {unit: frozenset(units) for unit, units in below.items()}


def departments_of(reader: Reader) -> frozenset[UUID]:
    """The units that are departments of the catalogue."""
    return frozenset(reader.session.scalars(select(DepartmentRow.id).where(DepartmentRow.hall_id == reader.hall_id)))


def department_of(parents: Parents, departments: frozenset[UUID], unit_id: UUID) -> UUID | None:
    """The nearest department at or above the unit."""
    return next((above for above in way_up(parents, unit_id) if above in departments), None)


def settle_departments(writer: Writer) -> None:
    """Every person's department is that of their unit; after units have moved."""
    writer.flush()
    parents, departments = parents_of(writer), departments_of(writer)
    units: dict[UUID | None, list[UUID]] = {}
    for unit_id in parents:
        units.setdefault(department_of(parents, departments, unit_id), []).append(unit_id)
    for wanted, below in units.items():
        writer.session.execute(
            update(StaffRow)
            .where(StaffRow.unit_id.in_(below), StaffRow.department_id.is_distinct_from(wanted))
            .values(department_id=wanted)
        )
