"""The organisation's page on the real server: units, people, who may do what, what colleagues do meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QWidget

from admin_app.doorway import CLIENT
from admin_app.features.organisation.presenter import OrganisationPresenter
from admin_app.features.organisation.tree_view import NodesTree
from admin_app.features.organisation.view import OrganisationPage
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn
from shared.schemas.access import GrantCreate, Me
from shared.schemas.organisation import Person, PersonCreate, PersonEdit, Unit, UnitCreate, UnitEdit
from shared.ui.background import wait_for_background
from shared.ui.widgets import PickedField, SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall

SEE, CHANGE = "organisation.units:view", "organisation.units:change"


@pytest.fixture
def page(console: Console) -> Iterator[OrganisationPresenter]:
    """The page, open, with everything there; nothing typed and nothing searched for is left behind."""
    console.app.frame.open("organisation", "")
    organisation = console.app.organisation
    console.wait(lambda: bool(organisation.state.nodes) and organisation.people.state.loaded)
    organisation.choose_unit(str(organisation.units.state.items[0].id))
    yield organisation
    organisation.discard_all()
    organisation.search("")
    organisation.show_retired(False)
    console.find(QLineEdit, "people_filter").clear()


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


# Somebody who administers a part only


@pytest.fixture
def desk_of(
    console: Console, shared_hall: RunningHall, tmp_path: Path
) -> Iterator[Callable[[str, str, Unit], OrganisationPage]]:
    """The page as one of the staff sees it who was given a role in a unit."""
    made: list[tuple[OrganisationPage, OrganisationPresenter, HallClient, SignedIn]] = []

    def open_for(username: str, role_key: str, unit: Unit) -> OrganisationPage:
        admin = shared_hall.client("admin")
        account = next(
            item for item in admin.accounts(kind="staff", search=username).items if item.username == username
        )
        role = next(item for item in admin.roles() if item.key == role_key)
        admin.give(GrantCreate(account_id=account.id, role_id=role.id, unit_id=unit.id))
        signed = SignedIn(shared_hall.url, CLIENT)
        signed.by_password(username, shared_hall.password())
        client = HallClient(shared_hall.url, signed)
        presenter = OrganisationPresenter(client, HallLink(client), tmp_path / "drafts.json", "zh-CN")
        page = OrganisationPage(presenter, "zh-CN")
        presenter.set_me(client.me())
        page.show()
        made.append((page, presenter, client, signed))
        console.wait(lambda: presenter.state.loaded and presenter.people.state.loaded)
        return page

    yield open_for
    for page, presenter, client, signed in made:
        client.close()
        wait_for_background()
        signed.close()
        page.deleteLater()
        presenter.deleteLater()


def shown(page: OrganisationPage, name: str) -> QWidget:
    found = page.findChild(QWidget, name)
    assert found is not None, name
    return found


def test_a_department_administrator_manages_their_subtree_and_sees_nothing_else(
    desk_of: Callable[[str, str, Unit], OrganisationPage], console: Console, shared_hall: RunningHall
) -> None:
    mine = make_unit(shared_hall, "我的局")
    inner = make_unit(shared_hall, "我的科", mine.id)
    person = make_person(shared_hall, inner, "P950")
    page = desk_of("ys1006", "department_administrator", mine)
    presenter = page._presenter
    assert [node.words for node in presenter.state.nodes] == ["我的局", "我的科"]
    assert [row["number"] for row in presenter.state.rows] == ["P950"]
    presenter.choose_unit(str(mine.id))
    assert shown(page, "add_unit").isEnabled()
    parent, retire = shown(page, "unit_parent_id"), shown(page, "unit_retire")
    assert not parent.isEnabled() and not retire.isEnabled(), "the top of what they manage hangs where it hangs"
    assert retire.toolTip() and retire.toolTip() == parent.toolTip()
    presenter.choose_unit(str(inner.id))
    assert parent.isEnabled() and retire.isEnabled()
    offered = {node.words for node in presenter.places(CHANGE, "", str(inner.id)) if node.offered}
    assert offered == {"我的局"}
    presenter.choose_person(str(person.id))
    presenter.people.edit({"title": "组长"})
    presenter.people.save()
    console.wait(lambda: person_of(shared_hall, "P950").title == "组长")
    presenter.choose_unit(str(inner.id))
    presenter.add_unit()
    presenter.units.edit({"name": "刚建的组"})
    presenter.units.save()
    console.wait(lambda: presenter.state.unit_name == "刚建的组")
    assert presenter.state.may_add_unit, "what was made below is theirs at once"


def test_who_may_only_look_is_told_so(
    desk_of: Callable[[str, str, Unit], OrganisationPage], shared_hall: RunningHall
) -> None:
    unit = make_unit(shared_hall, "只看局")
    person = make_person(shared_hall, unit, "P960")
    page = desk_of("ys1007", "centre_leader", unit)
    page._presenter.choose_unit(str(unit.id))
    for name in ("add_unit", "add_person"):
        assert not shown(page, name).isEnabled() and shown(page, name).toolTip()
    assert shown(page, "unit_locked").isVisible()
    for name in ("unit_save", "unit_retire", "organisation_import"):
        assert not shown(page, name).isVisible()
    page._presenter.choose_person(str(person.id))
    assert shown(page, "person_locked").isVisible()
    assert not shown(page, "person_name").isEnabled()
    assert not shown(page, "person_save").isVisible()


def test_the_page_is_there_for_who_may_see_units_only(console: Console, shared_hall: RunningHall) -> None:
    frame = console.app.frame
    hall, me = shared_hall.client("admin").hall(), shared_hall.client("admin").me()
    frame._indexed((hall, Me(kind="user", name="x", permissions=["hall:view"]), ()))
    assert "organisation" not in frame.state.allowed
    frame._indexed((hall, Me(kind="user", name="x", permissions=["hall:view"], units={SEE: [uuid4()]}), ()))
    assert "organisation" in frame.state.allowed
    frame._indexed((hall, me, ()))
    console.wait(lambda: "organisation" in frame.state.allowed)


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
