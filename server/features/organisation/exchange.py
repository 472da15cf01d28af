"""Export and import of the organisation: what a workbook would change, and the change, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.crypto import Vault
from server.database import Reader, Writer
from server.features.catalogue.models import StaffRow
from server.features.organisation import people, service
from server.features.organisation.models import UnitRow
from server.features.organisation.tree import way_up
from server.features.organisation.workbook import CELL, SHEETS, Line
from shared.domain.errors import HallError
from shared.i18n import languages, text
from shared.schemas.organisation import (
    Fault,
    ImportReport,
    ImportRow,
    PersonCreate,
    PersonEdit,
    Tally,
    Unit,
    UnitCreate,
    UnitEdit,
)

SEPARATOR = " / "
YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"", "no", "n", "false", "0"})
FAULTS = 200
# Which column a refusal of the service speaks about.
_COLUMN = {
    "unit_name_taken": "name", "unit_retired": "parent", "unit_cycle": "parent", "unit_root_fixed": "parent",
    "unit_in_use": "retired", "person_number_taken": "number", "person_at_counter": "retired",
    "account_above": "retired", "last_security": "retired", "last_system": "retired", "last_audit": "retired",
}  # fmt: skip


class TryError(Exception):
    """Takes back what a dry run did; carries what it found."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("not kept")
        self.report = report


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


def bring_in(
    writer: Writer, principal: Principal, who: Actor, vault: Vault, wanted: Wanted, language: str, *, dry_run: bool
) -> ImportReport:
    """Write all rows, or none; ``TryError`` with the report takes everything back after a dry run or a wrong row."""
    work = _Import(
        writer, principal, who, vault, language, Tally(same=len(wanted.same["units"])),
        Tally(same=len(wanted.same["people"])), _numbers={line.cells["number"] for line in wanted.same["people"]},
    )  # fmt: skip
    # Units are retired last, the lowest first: by then those in them may have left.
    passes = (
        ("units", work.unit, wanted.sheets["units"]), ("people", work.person, wanted.sheets["people"]),
        ("units", work.retire, list(reversed(wanted.sheets["units"]))),
    )  # fmt: skip
    for sheet, each, lines in passes:
        for line in lines:
            work.line = (sheet, line.row)
            with_savepoint = writer.session.begin_nested()
            try:
                each(line)
                writer.flush()
            except HallError as error:
                with_savepoint.rollback()
                work.forget()
                work.fault(sheet, line.row, _COLUMN.get(error.code, ""), error.code, error.params)
            except ValidationError as error:
                with_savepoint.rollback()
                work.forget()
                column = str(error.errors()[0]["loc"][0])
                column = {"parent_id": "parent", "unit_id": "unit"}.get(column, column)
                work.fault(sheet, line.row, column, "cell_wrong", {})
            else:
                with_savepoint.commit()
    if work.faults or dry_run:
        raise TryError(work.report("wrong" if work.faults else "ready", _rows(wanted, work.outcomes)))
    audit.record(
        writer, who, "organisation.imported", "organisation", "",
        units=work.units.model_dump(), people=work.people.model_dump(),
    )  # fmt: skip
    return work.report("done")


@dataclass
class _Import:
    writer: Writer
    principal: Principal
    who: Actor
    vault: Vault
    language: str
    units: Tally = field(default_factory=Tally)
    people: Tally = field(default_factory=Tally)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    # The row that is being worked on, and what became of each.
    line: tuple[str, int] = ("", 0)
    outcomes: dict[tuple[str, int], str] = field(default_factory=dict)
    _known: dict[str, list[UUID]] | None = None
    _paths: dict[UUID, str] = field(default_factory=dict)
    _numbers: set[str] = field(default_factory=set)
    _leaving: dict[int, UUID] = field(default_factory=dict)

    def unit(self, line: Line) -> None:
        cells, session = line.cells, self.writer.session
        row = session.get(UnitRow, self._id(cells["id"])) if cells["id"] else None
        if cells["id"] and (row is None or row.hall_id != self.writer.hall_id):
            raise HallError("unit_unknown", status=404)
        retired = self._flag(cells["retired"])
        fields: dict[str, Any] = {"name": cells["name"], "code": cells["code"]}
        if cells["short_name"]:
            fields["short_name"] = cells["short_name"]
        if cells["sort"]:
            fields["sort"] = cells["sort"]
        if row is None:
            made = UnitCreate.model_validate(fields | {"parent_id": self._find(cells["parent"])})
            unit = service.add_unit(self.writer, self.principal, self.who, made)
            self.units = self._count(self.units, "new")
            unit_id, was_retired = unit.id, False
            self._learn(unit)
        else:
            unit_id, was_retired = row.id, row.retired
            # The top of what somebody may see hangs below what they may not: it stays where it is.
            if cells["parent"] and row.parent_id is not None and not self._names_parent(row.parent_id, cells["parent"]):
                fields["parent_id"] = self._find(cells["parent"])
            if not retired:
                fields["retired"] = False
            before, stood = row.version, (row.name, row.parent_id)
            wanted = UnitEdit.model_validate(fields | {"version": before})
            service.edit_unit(self.writer, self.principal, self.who, row.id, wanted)
            if (row.name, row.parent_id) != stood:
                self.forget()
            changed = row.version != before or retired != was_retired
            self.units = self._count(self.units, "changed" if changed else "same")
        if retired and not was_retired:
            self._leaving[line.row] = unit_id

    def retire(self, line: Line) -> None:
        unit_id = self._leaving.get(line.row)
        if unit_id is not None:
            row = service.find_unit(self.writer, unit_id)
            wanted = UnitEdit(version=row.version, retired=True)
            service.edit_unit(self.writer, self.principal, self.who, unit_id, wanted)

    def forget(self) -> None:
        """Units have changed, or a change of them was taken back."""
        self._known = None

    def _learn(self, unit: Unit) -> None:
        """A new unit's path, from that of its parent: to ask for all of them again costs each row the whole tree."""
        known = self._by_path()
        if unit.id in self._paths or unit.parent_id is None:
            return
        path = self._paths[unit.parent_id] + SEPARATOR + unit.name
        self._paths[unit.id] = path
        known.setdefault(path, []).append(unit.id)

    def person(self, line: Line) -> None:
        cells = line.cells
        if cells["number"] in self._numbers:
            raise HallError("person_number_taken", status=409, number=cells["number"])
        self._numbers.add(cells["number"])
        chosen = select(StaffRow).where(
            StaffRow.hall_id == self.writer.hall_id, StaffRow.number == cells["number"], StaffRow.unit_id.is_not(None)
        )
        row = self.writer.session.scalars(chosen).first()
        fields: dict[str, Any] = {
            "number": cells["number"], "name": cells["name"], "title": cells["title"],
            "unit_id": self._find(cells["unit"]),
        }  # fmt: skip
        phone, retired = cells["phone"], self._flag(cells["retired"])
        if row is None:
            if "*" not in phone:
                fields["phone"] = phone
            made = people.add_person(
                self.writer, self.principal, self.who, self.vault, PersonCreate.model_validate(fields)
            )
            if retired:
                edit = PersonEdit(version=made.version, retired=True)
                people.edit_person(self.writer, self.principal, self.who, self.vault, made.id, edit)
            self.people = self._count(self.people, "new")
            return
        if phone != (row.phone_masked or "") and "*" not in phone:
            fields["phone"] = phone
        before = row.version
        wanted = PersonEdit.model_validate(fields | {"retired": retired, "version": row.version})
        people.edit_person(self.writer, self.principal, self.who, self.vault, row.id, wanted)
        self.people = self._count(self.people, "changed" if row.version != before else "same")

    def _count(self, tally: Tally, what: str) -> Tally:
        self.outcomes[self.line] = what
        return tally.model_copy(update={what: getattr(tally, what) + 1})

    def fault(self, sheet: str, row: int, column: str, code: str, params: Mapping[str, object]) -> None:
        self.outcomes[sheet, row] = "wrong"
        if len(self.faults) >= FAULTS:
            self.more += 1
            return
        told = {name: str(value) for name, value in params.items()}
        self.faults.append(
            Fault(
                sheet=sheet, row=row, column=column, code=code, params=told,
                text=text(f"errors.{code}", self.language, **told),
            )
        )  # fmt: skip

    def report(self, outcome: str, rows: Sequence[ImportRow] = ()) -> ImportReport:
        return ImportReport.model_validate(
            {
                "done": outcome == "done", "outcome": outcome, "units": self.units, "people": self.people,
                "faults": self.faults, "more_faults": self.more, "rows": rows,
            }
        )  # fmt: skip

    def _flag(self, cell: str) -> bool:
        word = cell.lower()
        if word in YES or word == text("organisation.yes", self.language).lower() or word in _words("yes"):
            return True
        if word in NO or word in _words("no"):
            return False
        raise HallError("yes_or_no", status=422)

    def _id(self, cell: str) -> UUID:
        try:
            return UUID(cell)
        except ValueError as error:
            raise HallError("unit_unknown", status=404) from error

    def _names_parent(self, parent_id: UUID, cell: str) -> bool:
        return cell == str(parent_id) or parent_id in self._by_path().get(cell, ())

    def _find(self, cell: str) -> UUID:
        """The unit that a cell names by its path or its id."""
        found = self._by_path().get(cell, [])
        if len(found) == 1:
            return found[0]
        if found:
            raise HallError("path_ambiguous", status=409, path=cell)
        try:
            return UUID(cell)
        except ValueError as error:
            raise HallError("path_unknown", status=404, path=cell) from error

    def _by_path(self) -> dict[str, list[UUID]]:
        if self._known is None:
            self.writer.flush()
            self._known, self._paths = {}, _paths(self.writer)
            for unit_id, path in self._paths.items():
                self._known.setdefault(path, []).append(unit_id)
        return self._known


def _rows(wanted: Wanted, outcomes: Mapping[tuple[str, int], str]) -> list[ImportRow]:
    """Every row with what it does, in the order of the file."""
    found = []
    for name in SHEETS:
        key = "name" if name == "units" else "number"
        for line in sorted([*wanted.sheets[name], *wanted.same[name]], key=lambda line: line.row):
            outcome = outcomes.get((name, line.row), "same")
            columns = wanted.columns.get((name, line.row), []) if outcome == "changed" else []
            found.append(
                ImportRow.model_validate(
                    {
                        "sheet": name, "row": line.row, "name": line.cells[key][:CELL], "outcome": outcome,
                        "columns": columns,
                    }
                )
            )  # fmt: skip
    return found


def _words(key: str) -> frozenset[str]:
    """The word in every language: a file is often read by somebody else than who wrote it."""
    return frozenset(text(f"organisation.{key}", language).lower() for language in languages())


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
