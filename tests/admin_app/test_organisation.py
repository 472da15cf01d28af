"""The organisation's page on the real server: units and people are listed, found and edited."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.tree_view import NodesTree
from shared.schemas.organisation import Person, Unit
from shared.ui.widgets import PickedField, SearchableTable
from tests.admin_app.offices import make_person, make_unit, open_person, open_unit, person_of, unit_of
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall


@pytest.fixture
def page(organisation_page: OrganisationPresenter) -> OrganisationPresenter:
    return organisation_page


def pick(console: Console, field: str, unit: Unit, query: str) -> None:
    """Choose a unit in the window that a field opens."""
    QTest.mouseClick(console.find(PickedField, field), Qt.MouseButton.LeftButton)
    console.wait(lambda: console.there("place_dialog"))
    console.type("place_search", query)
    tree = console.find(NodesTree, "place_tree")
    tree.setCurrentIndex(tree.nodes.index_of(str(unit.id)))
    console.click("place_ok")
    console.wait(lambda: not console.there("place_dialog"))


def test_a_unit_is_added_renamed_moved_retired_and_brought_back(
    console: Console, page: OrganisationPresenter, shared_hall: RunningHall
) -> None:
    upper, other = make_unit(shared_hall, "上级处室"), make_unit(shared_hall, "另一处室")
    open_unit(console, upper)
    console.click("add_unit")
    console.wait(lambda: console.find(QLineEdit, "unit_name").text() == "")
    console.click("unit_save")
    assert console.find(QLineEdit, "unit_name").property("role") == "error", "a unit has a name"
    console.type("unit_name", "新科室")
    console.click("unit_save")
    console.wait(lambda: page.state.unit_name == "新科室")
    made = unit_of(shared_hall, UUID(page.state.unit))
    assert (made.parent_id, made.short_name) == (upper.id, "新科室")
    console.type("unit_name", "改名科室")
    pick(console, "unit_parent_id", other, "lycs")
    console.click("unit_save")
    console.wait(lambda: unit_of(shared_hall, made.id).parent_id == other.id)
    assert unit_of(shared_hall, made.id).name == "改名科室"
    console.wait(lambda: not page.units.state.saving and not page.units.state.drafted)
    open_unit(console, other)
    console.click("unit_retire")
    console.wait(lambda: console.there("unit_refusal"))
    assert "改名科室" in console.text("unit_refusal_words"), "what is still in it is told"
    open_unit(console, unit_of(shared_hall, made.id))
    console.click("unit_retire")
    console.wait(lambda: console.there("retire_yes"))
    console.click("retire_yes")
    console.wait(lambda: page.state.unit == str(other.id))
    assert unit_of(shared_hall, made.id).retired
    console.find(QCheckBox, "organisation_retired").click()
    open_unit(console, unit_of(shared_hall, made.id))
    console.click("unit_restore")
    console.wait(lambda: not unit_of(shared_hall, made.id).retired)


def test_units_are_found_by_characters_pinyin_and_initials(console: Console, page: OrganisationPresenter) -> None:
    every = len(page.state.nodes)
    wanted = next(node.words for node in page.state.nodes if "民政局" in node.words)
    for query in ("民政局", "minzhengju", "mzj"):
        console.type("organisation_search", query)
        shown = [node.words for node in page.state.nodes]
        assert wanted in shown
        assert len(shown) < every / 4
        assert page.state.nodes[0].parent == "", "what is above a match is shown with it"
    console.type("organisation_search", "qqqq")
    assert console.there("organisation_empty")
    console.type("organisation_search", "")
    assert len(page.state.nodes) == every


def test_a_person_is_added_changed_moved_and_retired(
    console: Console, page: OrganisationPresenter, shared_hall: RunningHall
) -> None:
    first, second = make_unit(shared_hall, "人事一科"), make_unit(shared_hall, "人事二科")
    taken = make_person(shared_hall, first, "P900", "13800138000")
    open_unit(console, first)
    console.click("add_person")
    console.wait(lambda: console.there("person_name"))
    console.type("person_name", "李雷")
    console.type("person_number", "P900")
    console.type("person_phone", "call me")
    console.click("person_save")
    assert console.find(QLineEdit, "person_phone").property("role") == "error"
    console.type("person_phone", "0755-12345678")
    console.click("person_save")
    console.wait(lambda: "P900" in page.people.state.refusal)
    assert console.find(QLineEdit, "person_number").property("role") == "error"
    assert console.find(QLineEdit, "person_name").text() == "李雷"
    console.type("person_number", "P901")
    console.click("person_save")
    console.wait(lambda: not page.people.state.is_new and not page.people.state.saving)
    assert person_of(shared_hall, "P901").unit_id == first.id
    open_person(console, taken)
    assert console.find(QLineEdit, "person_phone").text() == "138****8000"
    console.type("person_title", "科长")
    pick(console, "person_unit_id", second, "rsek")
    console.click("person_save")
    console.wait(lambda: person_of(shared_hall, "P900").unit_id == second.id)
    moved = person_of(shared_hall, "P900")
    assert (moved.title, moved.phone_masked) == ("科长", "138****8000"), "what is masked stays as it is"
    console.wait(lambda: not page.people.state.saving and page.people.state.items != ())
    console.click("person_retire")
    console.wait(lambda: console.there("retire_yes"))
    console.click("retire_yes")
    console.wait(lambda: person_of(shared_hall, "P900").retired)
    console.wait(lambda: page.state.editing == "unit")


def test_people_are_found_by_pinyin_and_shown_with_those_below(
    console: Console, page: OrganisationPresenter, shared_hall: RunningHall
) -> None:
    upper = make_unit(shared_hall, "查找处")
    lower = make_unit(shared_hall, "查找科", upper.id)
    make_person(shared_hall, lower, "P910")
    open_unit(console, upper)
    table = console.find(SearchableTable, "people_table")
    console.wait(lambda: "P910" in rows(table))
    console.type("people_filter", "zhangwei")
    assert "P910" in rows(table)
    console.type("people_filter", "lilei")
    assert not rows(table)
    console.type("people_filter", "")
    console.find(QCheckBox, "with_below").click()
    assert console.there("people_empty")
    console.find(QCheckBox, "with_below").click()
    assert "P910" in rows(table)


def test_keys_alone_are_enough(console: Console, page: OrganisationPresenter, shared_hall: RunningHall) -> None:
    unit = make_unit(shared_hall, "键盘科")
    open_unit(console, unit)
    tree = console.find(NodesTree, "organisation_tree")
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Up)
    assert page.state.unit != str(unit.id)
    QTest.keyClick(tree, Qt.Key.Key_Down)
    assert page.state.unit == str(unit.id)
    field = console.find(PickedField, "unit_parent_id")
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_Space)
    console.wait(lambda: console.there("place_dialog"))
    QTest.keyClick(console.find(QDialog, "place_dialog"), Qt.Key.Key_Escape)
    console.wait(lambda: not console.there("place_dialog"))
    assert not page.state.unsaved


def test_thousands_are_drawn_without_a_widget_for_each(
    console: Console, page: OrganisationPresenter, shared_hall: RunningHall
) -> None:
    before = len(console.app.window.findChildren(QWidget))
    root = page.units.state.items[0]
    units = [
        Unit(
            id=uuid4(), parent_id=root.id, name=f"Unit {n}", short_name="", code="", sort=n, retired=False, version=0,
            is_department=False, people=5,
        )
        for n in range(2000)
    ]  # fmt: skip
    people = [
        Person(
            id=uuid4(), number=f"N{n:05}", name=f"Name {n}", title="", unit_id=units[n % 2000].id, unit_name="x",
            department_id=None, phone_masked=None, retired=False, version=0,
        )
        for n in range(5000)
    ]  # fmt: skip
    kept = list(page.units.state.items), list(page.people.state.items)
    page.units._loaded([*kept[0], *units])
    page.people._loaded(people)
    page.choose_unit(str(root.id))
    assert len(page.state.nodes) == len(kept[0]) + 2000 and len(page.state.rows) == 5000
    assert len(console.app.window.findChildren(QWidget)) < before + 20
    page.units._loaded(kept[0])
    page.people._loaded(kept[1])
