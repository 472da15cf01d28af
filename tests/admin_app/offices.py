"""Units and people made on the server, and opened on the organisation's page."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QLineEdit

from admin_app.features.organisation.tree_view import NodesTree
from shared.schemas.organisation import Person, PersonCreate, Unit, UnitCreate
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


def unit_of(hall: RunningHall, unit_id: UUID) -> Unit:
    return next(unit for unit in hall.client("admin").units(retired=True) if unit.id == unit_id)


def person_of(hall: RunningHall, number: str) -> Person:
    return hall.client("admin").people(query=number, retired="true").items[0]


def make_unit(hall: RunningHall, name: str, parent: UUID | None = None) -> Unit:
    client = hall.client("admin", "colleague")
    return client.add_unit(UnitCreate(parent_id=parent or client.units()[0].id, name=name))


def make_person(hall: RunningHall, unit: Unit, number: str, phone: str = "") -> Person:
    wanted = PersonCreate(number=number, name="张伟", unit_id=unit.id, phone=phone)
    return hall.client("admin", "colleague").add_person(wanted)


def open_unit(console: Console, unit: Unit) -> None:
    organisation = console.app.organisation
    console.wait(lambda: organisation.units.item(str(unit.id)) is not None)
    tree = console.find(NodesTree, "organisation_tree")
    tree.setCurrentIndex(tree.nodes.index_of(str(unit.id)))
    console.wait(lambda: console.find(QLineEdit, "unit_name").text() == unit.name)


def open_person(console: Console, person: Person) -> None:
    table = console.find(SearchableTable, "people_table")
    console.wait(lambda: table.select(str(person.id)))
    console.wait(lambda: console.find(QLineEdit, "person_number").text() == person.number)
