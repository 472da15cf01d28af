"""The organisation as rows of a workbook, and which rows of one that comes back differ from what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from server.auth import Principal
from server.database import Reader
from server.features.catalogue.models import StaffRow
from server.features.organisation import people, service
from server.features.organisation.models import UnitRow
from server.features.organisation.standing import SEPARATOR
from server.features.organisation.tree import way_up
from server.features.organisation.workbook import SHEETS, Line
from shared.i18n import text


def rows_of(reader: Reader, principal: Principal, language: str) -> dict[str, list[list[str | int]]]:
    """What the caller may see, as rows of the workbook."""
    names, paths = _names(reader), _paths(reader)
    yes = text("organisation.yes", language)
    units: list[list[str | int]] = [
        [
            str(unit.id), names.get(unit.parent_id, "") if unit.parent_id else "", unit.name, unit.short_name,
            unit.code, unit.sort, yes if unit.retired else "",
        ]
        for unit in service.unit_list(reader, principal, with_retired=True)
    ]  # fmt: skip
    scope = principal.scope(people.VIEW)
    chosen = select(StaffRow).where(StaffRow.hall_id == reader.hall_id).order_by(StaffRow.number)
    staff: list[list[str | int]] = [
        [
            row.number, row.name, row.title, names[row.unit_id], row.phone_masked or "", yes if row.retired else "",
        ]
        for row in reader.session.scalars(chosen)
        if row.unit_id in paths and (scope is None or row.unit_id in scope)
    ]  # fmt: skip
    return {"units": units, "people": staff}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rows that differ from what is there, in which columns, and those that do not."""

    sheets: Mapping[str, list[Line]]
    same: Mapping[str, list[Line]]
    columns: Mapping[tuple[str, int], list[str]]


def only_changed(reader: Reader, principal: Principal, sheets: Mapping[str, list[Line]], language: str) -> Wanted:
    """Leave out what is as it stands: most of a workbook, and nobody should wait for it in the writer."""
    left: dict[str, list[Line]] = {}
    same: dict[str, list[Line]] = {}
    columns: dict[tuple[str, int], list[str]] = {}
    for name, rows in rows_of(reader, principal, language).items():
        now = [tuple(str(cell) for cell in row) for row in rows]
        # By its first cell, an id or a staff number.
        known = {cells[0]: cells for cells in now}
        left[name], same[name] = [], []
        for line in sheets[name]:
            cells = tuple(line.cells[column] for column in SHEETS[name])
            # Once: the second of two equal rows is a mistake that the person should hear of.
            stands = known.pop(cells[0], None) if cells[0] else None
            (same if cells == stands else left)[name].append(line)
            if stands is not None:
                differ = zip(SHEETS[name], cells, stands, strict=True)
                columns[name, line.row] = [column for column, cell, stood in differ if cell != stood]
    return Wanted(left, same, columns)


def _paths(reader: Reader) -> dict[UUID, str]:
    """Each unit's names from the root down."""
    chosen = select(UnitRow.id, UnitRow.parent_id, UnitRow.name).where(UnitRow.hall_id == reader.hall_id)
    units = {row.id: row for row in reader.session.execute(chosen)}
    parents = {unit_id: row.parent_id for unit_id, row in units.items()}
    return {
        unit_id: SEPARATOR.join(units[above].name for above in reversed(list(way_up(parents, unit_id))))
        for unit_id in units
    }


def _names(reader: Reader) -> dict[UUID, str]:
    """What names each unit in a cell: its path, or its id where another has the same."""
    paths = _paths(reader)
    seen: dict[str, int] = {}
    for path in paths.values():
        seen[path] = seen.get(path, 0) + 1
    return {unit_id: path if seen[path] == 1 else str(unit_id) for unit_id, path in paths.items()}
