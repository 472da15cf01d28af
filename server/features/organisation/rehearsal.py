"""What the rows of a workbook would do, tried in memory: a read, whatever is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from server.features.organisation.exchange import Wanted
from server.features.organisation.standing import Place, Somebody, Standing
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
    UnitCreate,
    UnitEdit,
)

YES = frozenset({"yes", "y", "true", "1", "x"})
NO = frozenset({"", "no", "n", "false", "0"})
FAULTS = 200
# Which column a refusal speaks about.
_COLUMN = {
    "unit_name_taken": "name", "unit_retired": "parent", "unit_cycle": "parent", "unit_root_fixed": "parent",
    "unit_in_use": "retired", "unit_twice": "id", "person_number_taken": "number", "person_at_counter": "retired",
    "account_above": "retired", "last_security": "retired", "last_system": "retired", "last_audit": "retired",
}  # fmt: skip
_IN_FILE = {"parent_id": "parent", "unit_id": "unit"}
Key = tuple[str, int]


@dataclass
class Rehearsal:
    """``units`` and ``people``: what would be new or different, by sheet and row, in the order of the file."""

    standing: Standing
    wanted: Wanted
    language: str
    units: dict[Key, Place] = field(default_factory=dict)
    people: dict[Key, Somebody] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    more: int = 0
    _outcomes: dict[Key, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _seen_units: set[UUID] = field(default_factory=set)
    _leaving: dict[Key, Place] = field(default_factory=dict)

    def run(self) -> None:
        sheets = self.wanted.sheets
        self._seen = {line.cells["number"] for line in self.wanted.same["people"]}
        self._seen_units = {UUID(line.cells["id"]) for line in self.wanted.same["units"]}
        self._each("units", sheets["units"], self._unit)
        self._each("people", sheets["people"], self._person)
        # Units are retired last, the lowest first: by then those in them may have left.
        self._each("units", reversed(sheets["units"]), self._retire)

    def fault(self, key: Key, column: str, code: str, params: Mapping[str, object]) -> None:
        """A row can't be brought in; the first hundreds are told."""
        self._outcomes[key] = "wrong"
        if len(self.faults) >= FAULTS:
            self.more += 1
            return
        told = {name: str(value) for name, value in params.items()}
        words = text(f"errors.{code}", self.language, **told)
        self.faults.append(Fault(sheet=key[0], row=key[1], column=column, code=code, params=told, text=words))

    def refused(self, key: Key, error: HallError) -> None:
        self.fault(key, _COLUMN.get(error.code, ""), error.code, error.params)

    def report(self, outcome: str) -> ImportReport:
        """``outcome``: ready, wrong or done; every row as long as nothing is written."""
        rows = [] if outcome == "done" else self._rows()
        return ImportReport.model_validate(
            {
                "done": outcome == "done", "outcome": outcome, "units": self._tally("units"),
                "people": self._tally("people"), "faults": self.faults, "more_faults": self.more, "rows": rows,
            }
        )  # fmt: skip

    def _each(self, sheet: str, lines: Iterable[Line], work: Callable[[Key, Mapping[str, str]], None]) -> None:
        for line in lines:
            key = (sheet, line.row)
            try:
                work(key, line.cells)
            except HallError as error:
                self.refused(key, error)
            except ValidationError as error:
                column = str(error.errors()[0]["loc"][0])
                self.fault(key, _IN_FILE.get(column, column), "cell_wrong", {})

    def _unit(self, key: Key, cells: Mapping[str, str]) -> None:
        standing = self.standing
        place = standing.unit(_id(cells["id"])) if cells["id"] else None
        if place is not None:
            if place.id in self._seen_units:
                raise HallError("unit_twice", status=409, name=cells["name"])
            self._seen_units.add(place.id)
        retired = self._flag(cells["retired"])
        fields: dict[str, Any] = {"name": cells["name"], "code": cells["code"]}
        fields |= {name: cells[name] for name in ("short_name", "sort") if cells[name]}
        if place is None:
            made = UnitCreate.model_validate(fields | {"parent_id": self._find(cells["parent"])})
            place, was_retired = standing.add_unit(made.model_dump()), False
            self._outcomes[key], self.units[key] = "new", place
        else:
            was_retired, parent_id = bool(place.values["retired"]), place.values["parent_id"]
            # The top of what somebody may see hangs below what they may not: it stays where it is.
            if cells["parent"] and parent_id is not None and not self._names(parent_id, cells["parent"]):
                fields["parent_id"] = self._find(cells["parent"])
            if not retired:
                fields["retired"] = False
            wanted = UnitEdit.model_validate(fields | {"version": 0})
            differs = standing.edit_unit(place, wanted.model_dump(exclude_unset=True, exclude={"version"}))
            self._outcomes[key] = "changed" if differs or retired != was_retired else "same"
            self.units[key] = place
        if retired and not was_retired:
            self._leaving[key] = place

    def _retire(self, key: Key, cells: Mapping[str, str]) -> None:
        place = self._leaving.get(key)
        if place is not None:
            self.standing.retire_unit(place)

    def _person(self, key: Key, cells: Mapping[str, str]) -> None:
        number, phone, retired = cells["number"], cells["phone"], self._flag(cells["retired"])
        if number in self._seen:
            raise HallError("person_number_taken", status=409, number=number)
        self._seen.add(number)
        person = self.standing.people.get(number)
        fields: dict[str, Any] = {
            "number": number, "name": cells["name"], "title": cells["title"], "unit_id": self._find(cells["unit"]),
        }  # fmt: skip
        if "*" not in phone and (person is None or person.row is None or phone != (person.row.phone_masked or "")):
            fields["phone"] = phone
        if person is None:
            made = PersonCreate.model_validate(fields)
            self.people[key] = self.standing.add_person(made.model_dump() | {"retired": retired})
            self._outcomes[key] = "new"
            return
        wanted = PersonEdit.model_validate(fields | {"retired": retired, "version": 0})
        differs = self.standing.edit_person(person, wanted.model_dump(exclude_unset=True, exclude={"version"}))
        self._outcomes[key], self.people[key] = "changed" if differs else "same", person

    def _flag(self, cell: str) -> bool:
        word = cell.lower()
        if word in YES or word in _words("yes"):
            return True
        if word in NO or word in _words("no"):
            return False
        raise HallError("yes_or_no", status=422)

    def _names(self, parent_id: UUID, cell: str) -> bool:
        return cell == str(parent_id) or parent_id in self.standing.named(cell)

    def _find(self, cell: str) -> UUID:
        """The unit that a cell names by its path or its id."""
        found = self.standing.named(cell)
        if len(found) == 1:
            return found[0]
        if found:
            raise HallError("path_ambiguous", status=409, path=cell)
        try:
            return UUID(cell)
        except ValueError as error:
            raise HallError("path_unknown", status=404, path=cell) from error

    def _tally(self, sheet: str) -> Tally:
        outcomes = [outcome for (name, _), outcome in self._outcomes.items() if name == sheet]
        same = outcomes.count("same") + len(self.wanted.same[sheet])
        return Tally(new=outcomes.count("new"), changed=outcomes.count("changed"), same=same)

    def _rows(self) -> list[ImportRow]:
        rows = []
        for sheet in SHEETS:
            naming = "name" if sheet == "units" else "number"
            lines = [*self.wanted.sheets[sheet], *self.wanted.same[sheet]]
            for line in sorted(lines, key=lambda line: line.row):
                key = (sheet, line.row)
                outcome = self._outcomes.get(key, "same")
                columns = self.wanted.columns.get(key, []) if outcome == "changed" else []
                row = {"sheet": sheet, "row": line.row, "name": line.cells[naming][:CELL], "outcome": outcome}
                rows.append(ImportRow.model_validate(row | {"columns": columns}))
        return rows


def _words(key: str) -> frozenset[str]:
    """The word in every language: a file is often read by somebody else than who wrote it."""
    return frozenset(text(f"organisation.{key}", language).lower() for language in languages())


def _id(cell: str) -> UUID:
    try:
        return UUID(cell)
    except ValueError as error:
        raise HallError("unit_unknown", status=404) from error
