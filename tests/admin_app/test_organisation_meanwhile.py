"""What colleagues do meanwhile on the organisation, and what was typed and not saved yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.tree_view import NodesTree
from shared.schemas.organisation import PersonEdit, UnitEdit
from shared.ui.widgets import SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.offices import make_person, make_unit, open_person, open_unit, unit_of
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall


@pytest.fixture
def page(organisation_page: OrganisationPresenter) -> OrganisationPresenter:
    return organisation_page


def test_somebody_elses_change_of_the_same_field_is_told_and_nothing_typed_is_lost(
    console: Console, page: OrganisationPresenter, shared_hall: RunningHall
) -> None:
    unit = make_unit(shared_hall, "冲突科")
    open_unit(console, unit)
    console.type("unit_name", "Mine")
    wanted = UnitEdit(version=unit.version, name="Theirs", code="T-1")
    shared_hall.client("admin", "colleague").edit_unit(unit.id, wanted)
    console.wait(lambda: console.there("unit_conflict"))
    assert console.find(QLineEdit, "unit_name").text() == "Mine"
    assert console.find(QLineEdit, "unit_code").text() == "T-1"
    console.click("unit_save")
    console.wait(lambda: not console.there("unit_unsaved"))
    kept = unit_of(shared_hall, unit.id)
    assert (kept.name, kept.code) == ("Mine", "T-1")


def test_a_version_that_is_not_the_newest_is_told_and_the_newest_is_fetched(
    open_console: Open, shared_hall: RunningHall
) -> None:
    """The line that tells of changes is down, so this console can't know."""
    unit = make_unit(shared_hall, "旧版科")
    console = open_console(shared_hall)
    console.app.frame.open("organisation", "")
    open_unit(console, unit)
    console.app.link.stop()
    wanted = UnitEdit(version=unit.version, name="Theirs too")
    shared_hall.client("admin", "colleague").edit_unit(unit.id, wanted)
    console.type("unit_name", "Mine too")
    console.click("unit_save")
    console.wait(lambda: console.there("unit_refusal") and console.there("unit_conflict"))
    assert console.find(QLineEdit, "unit_name").text() == "Mine too"
    assert unit_of(shared_hall, unit.id).name == "Theirs too"
    console.click("unit_save")
    console.wait(lambda: unit_of(shared_hall, unit.id).name == "Mine too")


def test_what_happens_elsewhere_shows_and_nobody_is_moved_about(
    console: Console, page: OrganisationPresenter, shared_hall: RunningHall
) -> None:
    unit = make_unit(shared_hall, "现场科")
    people = [make_person(shared_hall, unit, f"P92{n}") for n in range(3)]
    open_unit(console, unit)
    table, tree = console.find(SearchableTable, "people_table"), console.find(NodesTree, "organisation_tree")
    open_person(console, people[1])
    tree.expandAll()
    bar = tree.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    place = bar.value()
    make_unit(shared_hall, "后来的科", unit.id)
    make_person(shared_hall, unit, "P930")
    edited = PersonEdit(version=people[0].version, name="改了名")
    shared_hall.client("admin", "colleague").edit_person(people[0].id, edited)
    console.wait(lambda: "P930" in rows(table) and rows(table)["P920"]["name"] == "改了名")
    console.wait(lambda: any(node.words == "后来的科" for node in page.state.nodes))
    chosen = table.selected_row()
    assert chosen is not None and chosen["id"] == str(people[1].id)
    assert console.find(QLineEdit, "person_number").text() == "P921"
    assert (tree.current_key, bar.value()) == (str(unit.id), place)


def test_drafts_outlive_the_program_but_no_phone_is_on_the_disk(open_console: Open, shared_hall: RunningHall) -> None:
    unit = make_unit(shared_hall, "草稿科")
    person = make_person(shared_hall, unit, "P940")
    console = open_console(shared_hall)
    console.app.frame.open("organisation", "")
    open_unit(console, unit)
    open_person(console, person)
    console.type("person_title", "Half typed")
    console.type("person_phone", "13911112222")
    assert console.app.window.isVisible()
    console.app.window.close()
    console.wait(lambda: console.there("close_question"))
    console.click("close_keep")
    console.stop()
    files = [path for path in Path(console.app.organisation.units._drafts._path).parent.rglob("*") if path.is_file()]
    assert files
    assert not any(b"13911112222" in path.read_bytes() for path in files)
    later = open_console(shared_hall)
    later.app.frame.open("organisation", "")
    open_unit(later, unit)
    open_person(later, person)
    assert later.find(QLineEdit, "person_title").text() == "Half typed"
    later.app.organisation.discard_all()


def test_a_draft_of_a_phone_alone_leaves_no_file(tmp_path: Path) -> None:
    from admin_app.editing.drafts import Drafts

    drafts = Drafts(tmp_path / "drafts.json", frozenset({"phone"}))
    drafts.put("person:1", {"phone": "13911112222"}, {"phone": "139****2222"})
    drafts.save()
    assert not (tmp_path / "drafts.json").exists()
    drafts.put("person:1", {"phone": "13911112222", "title": "Head"}, {"phone": "139****2222", "title": ""})
    drafts.save()
    assert json.loads((tmp_path / "drafts.json").read_text("utf-8")) == {
        "person:1": {"fields": {"title": "Head"}, "base": {"title": ""}}
    }
    assert drafts.fields("person:1")["phone"] == "13911112222", "while the program runs nothing is lost"
