"""The organisation in memory, as an import would leave it: each rule is asked here, row by row, without a statement.

The rules are those of ``service.py`` and ``people.py``; a row costs the same in a file of ten as in one of thousands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.auth import Principal
from server.database import Reader
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.organisation import people, service
from server.features.organisation.models import UnitRow
from server.features.organisation.tree import way_up
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7

SEPARATOR = " / "


@dataclass(slots=True)
class Place:
    """A unit as it would be; ``row`` is None for a new one, ``changed`` what differs from the row."""

    id: UUID
    row: UnitRow | None
    values: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Somebody:
    """A person as they would be. ``phone``: a new one, empty to remove it, None to leave it."""

    id: UUID
    row: StaffRow | None
    values: dict[str, Any]
    changed: dict[str, Any] = field(default_factory=dict)
    phone: str | None = None


_UNIT = ("name", "short_name", "code", "sort", "parent_id", "retired")
_PERSON = ("number", "name", "title", "unit_id", "retired")


class Standing:
    """Read once; then every question is a look into a table of its own."""

    def __init__(self, reader: Reader, principal: Principal) -> None:
        self._reader, self._principal = reader, principal
        chosen = select(UnitRow).where(UnitRow.hall_id == reader.hall_id)
        self.units = {row.id: Place(row.id, row, _values(row, _UNIT)) for row in reader.session.scalars(chosen)}
        staff = select(StaffRow).where(StaffRow.hall_id == reader.hall_id, StaffRow.unit_id.is_not(None))
        found = [Somebody(row.id, row, _values(row, _PERSON)) for row in reader.session.scalars(staff)]
        self.people = {person.values["number"]: person for person in found}
        counters = select(CounterRow.staff_id, CounterRow.label).where(
            CounterRow.hall_id == reader.hall_id, CounterRow.staff_id.is_not(None)
        )
        self._counters = {staff_id: label for staff_id, label in reader.session.execute(counters)}
        # Below each unit by name, retired ones too; how far along its neighbours stand; who is in it and works.
        self._below: dict[UUID | None, dict[str, set[UUID]]] = {}
        self._last: dict[UUID, int] = {}
        self._inside: dict[UUID, dict[UUID, str]] = {}
        for place in self.units.values():
            self._hang(place)
        for person in found:
            self._seat(person)
        self._paths = self.paths()

    def paths(self) -> dict[str, list[UUID]]:
        """The units by their names from the root down."""
        parents = {place.id: place.values["parent_id"] for place in self.units.values()}
        known: dict[UUID, str] = {}
        for unit_id in parents:
            for above in reversed(list(way_up(parents, unit_id))):
                parent = known.get(parents[above]) if parents[above] is not None else None
                name = self.units[above].values["name"]
                known.setdefault(above, f"{parent}{SEPARATOR}{name}" if parent is not None else name)
        found: dict[str, list[UUID]] = {}
        for unit_id, path in known.items():
            found.setdefault(path, []).append(unit_id)
        return found

    def named(self, cell: str) -> list[UUID]:
        """The units that a path names: as they would be now, else as they were when the file was read."""
        return list(self._walk(None, cell)) or self._paths.get(cell, [])

    def _walk(self, above: UUID | None, cell: str) -> Iterator[UUID]:
        # A name may hold what parts names: each place where the path can be parted is tried.
        inside = self._below.get(above, {})
        yield from inside.get(cell, ())
        at = cell.find(SEPARATOR)
        while at >= 0:
            for unit_id in inside.get(cell[:at], ()):
                yield from self._walk(unit_id, cell[at + len(SEPARATOR) :])
            at = cell.find(SEPARATOR, at + 1)

    # Units

    def add_unit(self, fields: dict[str, Any]) -> Place:
        """``fields`` as ``UnitCreate`` has checked them."""
        parent = self.unit(fields["parent_id"])
        self._require(service.CHANGE, parent.id)
        _refuse_retired(parent)
        self._refuse_name(parent.id, fields["name"], None)
        sort = fields.get("sort")
        values = {
            "name": fields["name"], "short_name": fields.get("short_name") or fields["name"][: service.SHORT_NAME],
            "code": fields["code"], "sort": self._last.get(parent.id, -1) + 1 if sort is None else sort,
            "parent_id": parent.id, "retired": False,
        }  # fmt: skip
        place = Place(uuid7(), None, values)
        self.units[place.id] = place
        self._hang(place)
        return place

    def edit_unit(self, place: Place, fields: dict[str, Any]) -> bool:
        """Whether something differs; ``fields`` as ``UnitEdit`` has checked them, without retiring."""
        self._require(service.CHANGE, place.id)
        fields = {name: value for name, value in fields.items() if place.values[name] != value}
        if "parent_id" in fields:
            self._refuse_move(place, fields["parent_id"])
        above = place.values["parent_id"]
        if fields.get("retired") is False and above is not None:
            _refuse_retired(self.unit(fields.get("parent_id", above)))
        if fields.keys() & {"name", "parent_id", "retired"} and not fields.get("retired", place.values["retired"]):
            self._refuse_name(fields.get("parent_id", above), fields.get("name", place.values["name"]), place.id)
        self._unhang(place)
        place.values |= fields
        place.changed |= fields
        self._hang(place)
        return bool(fields)

    def retire_unit(self, place: Place) -> None:
        parent_id = place.values["parent_id"]
        if parent_id is None:
            raise HallError("unit_root_fixed", status=409)
        self._require(service.CHANGE, place.id)
        self._require(service.CHANGE, parent_id)
        below = [name for name, ids in self._below.get(place.id, {}).items() for id_ in ids if not self._gone(id_)]
        inside = self._inside.get(place.id, {})
        if below or inside:
            raise service.in_use(place.values["name"], below, list(inside.values()))
        place.values["retired"] = place.changed["retired"] = True

    def unit(self, unit_id: UUID) -> Place:
        place = self.units.get(unit_id)
        if place is None:
            raise HallError("unit_unknown", status=404)
        return place

    # People

    def add_person(self, fields: dict[str, Any]) -> Somebody:
        """``fields`` as ``PersonCreate`` has checked them, and ``retired``."""
        unit = self.unit(fields["unit_id"])
        self._require(people.CHANGE, unit.id)
        _refuse_retired(unit)
        person = Somebody(uuid7(), None, {name: fields[name] for name in _PERSON}, phone=fields.get("phone", ""))
        self.people[fields["number"]] = person
        self._seat(person)
        return person

    def edit_person(self, person: Somebody, fields: dict[str, Any]) -> bool:
        """Whether something differs; ``fields`` as ``PersonEdit`` has checked them."""
        self._require(people.CHANGE, person.values["unit_id"])
        phone = fields.pop("phone", None)
        fields = {name: value for name, value in fields.items() if person.values[name] != value}
        if "unit_id" in fields:
            self._require(people.CHANGE, fields["unit_id"])
        if "unit_id" in fields or fields.get("retired") is False:
            _refuse_retired(self.unit(fields.get("unit_id", person.values["unit_id"])))
        if fields.get("retired") and person.id in self._counters:
            raise HallError("person_at_counter", status=409, counter=self._counters[person.id])
        if "retired" in fields and person.row is not None:
            for asked in people.may_leave:
                asked(self._reader, self._principal, person.row)
        self._inside.get(person.values["unit_id"], {}).pop(person.id, None)
        person.values |= fields
        person.changed |= fields
        person.phone = phone
        self._seat(person)
        return bool(fields) or phone is not None

    # How it is kept

    def _require(self, permission: str, unit_id: UUID) -> None:
        # A unit of this very import belongs to whoever may change what it hangs below.
        while (place := self.units.get(unit_id)) is not None and place.row is None:
            unit_id = place.values["parent_id"]
        self._principal.require(permission, unit_id)

    def _refuse_move(self, place: Place, parent_id: UUID) -> None:
        if place.values["parent_id"] is None:
            raise HallError("unit_root_fixed", status=409)
        self._require(service.CHANGE, place.values["parent_id"])
        parent = self.unit(parent_id)
        self._require(service.CHANGE, parent.id)
        _refuse_retired(parent)
        above: UUID | None = parent.id
        while above is not None:
            if above == place.id:
                names = {"unit": place.values["name"], "parent": parent.values["name"]}
                raise HallError("unit_cycle", status=409, **names)
            above = self.units[above].values["parent_id"]

    def _refuse_name(self, parent_id: UUID | None, name: str, own: UUID | None) -> None:
        taken = self._below.get(parent_id, {}).get(name, set())
        if any(unit_id != own and not self._gone(unit_id) for unit_id in taken):
            raise HallError("unit_name_taken", status=409, name=name)

    def _gone(self, unit_id: UUID) -> bool:
        return bool(self.units[unit_id].values["retired"])

    def _hang(self, place: Place) -> None:
        parent_id, values = place.values["parent_id"], place.values
        self._below.setdefault(parent_id, {}).setdefault(values["name"], set()).add(place.id)
        if parent_id is not None:
            self._last[parent_id] = max(self._last.get(parent_id, -1), values["sort"])

    def _unhang(self, place: Place) -> None:
        self._below[place.values["parent_id"]][place.values["name"]].discard(place.id)

    def _seat(self, person: Somebody) -> None:
        if not person.values["retired"]:
            self._inside.setdefault(person.values["unit_id"], {})[person.id] = person.values["name"]


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _refuse_retired(place: Place) -> None:
    if place.values["retired"]:
        raise HallError("unit_retired", status=409, unit=place.values["name"])
