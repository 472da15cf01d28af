"""The roles page: seen, made, copied, changed, retired; and what one may not put into a role."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton, QTreeWidget, QTreeWidgetItem

from admin_app.features.access.presenter import RolesPresenter, permission_words
from admin_app.features.access.rights import blocked, copied
from shared.domain.permissions import TABLE, duties
from shared.i18n import catalogue, languages
from shared.schemas.access import GrantCreate, Me, PermissionRow, Role, RoleCreate, RoleEdit
from shared.ui.background import wait_for_background
from shared.ui.widgets import SearchableTable
from tests.admin_app.people import add, give, signed_in
from tests.admin_app.stage import Console, walk
from tests.admin_app.test_accounts import until
from tests.fakes.hall import RunningHall

KEY_ROLE = Qt.ItemDataRole.UserRole
ROWS = tuple(
    PermissionRow(key=row.key, resource=row.resource, action=row.action, reach=row.reach.value, duty=row.duty.value)
    for row in TABLE
)
KEYS = st.frozensets(st.sampled_from([row.key for row in ROWS]))


@pytest.fixture
def page(console: Console) -> Iterator[Console]:
    console.app.frame.open("access", "")
    console.wait(lambda: bool(console.app.roles.state.permissions) and console.app.roles.editor.state.loaded)
    yield console
    console.app.roles.discard_all()
    console.app.roles.editor.select("")
    me = console.app.frame._me
    assert me is not None
    console.app.roles.set_me(me)


def role(hall: RunningHall, name: str) -> Role:
    return next(one for one in hall.client("admin").roles(retired=True) if name in (one.name, one.key))


def choose(console: Console, role_id: object) -> None:
    console.wait(lambda: console.app.roles.editor.item(str(role_id)) is not None)
    console.choose_node("roles_list", str(role_id))
    console.wait(lambda: console.app.roles.state.holders_known)


def leaf(console: Console, key: str) -> QTreeWidgetItem:
    tree = console.find(QTreeWidget, "permission_tree")
    return next(node for node in walk(tree.invisibleRootItem()) if node.data(0, KEY_ROLE) == key)


def tick(console: Console, key: str) -> None:
    """Click the box of a permission or a resource."""
    node = leaf(console, key)
    node.setCheckState(
        0, Qt.CheckState.Unchecked if node.checkState(0) == Qt.CheckState.Checked else Qt.CheckState.Checked
    )


def state(console: Console, key: str) -> str:
    return leaf(console, key).checkState(0).name


def test_every_permission_says_what_it_lets_one_do() -> None:
    keys = {f"access.means.{row.key.replace('.', '_').replace(':', '_')}" for row in ROWS}
    assert [(k, code) for k in keys for code in languages() if catalogue().template(k, code) is None] == []
    newer = PermissionRow(key="moon:land", resource="moon", action="land", reach="hall", duty="none")
    assert permission_words(newer, "en") == ("moon:land", "")


def test_a_role_that_ships_is_only_looked_at(page: Console, shared_hall: RunningHall) -> None:
    choose(page, role(shared_hall, "department_staff").id)
    page.wait(lambda: page.there("role_locked"))
    assert not page.there("role_save") and not page.there("role_retire")
    assert not page.find(QLineEdit, "role_name").isEnabled()
    assert state(page, "queue.tickets:issue") == "Checked"
    assert state(page, "queue") == "PartiallyChecked" and state(page, "audit") == "Unchecked"
    assert not leaf(page, "audit:view").flags() & Qt.ItemFlag.ItemIsUserCheckable
    holders = page.find(SearchableTable, "roles_holders")
    page.wait(lambda: len(holders.shown_rows()) > 10)


def test_a_role_is_made_changed_and_retired(page: Console, shared_hall: RunningHall) -> None:
    page.click("roles_add")
    page.type("role_name", "夜班")
    tick(page, "queue.tickets")
    page.click("role_save")
    page.wait(lambda: any(one.name == "夜班" for one in shared_hall.client("admin").roles()))
    page.wait(lambda: not page.app.roles.editor.state.saving and not page.app.roles.editor.state.is_new)
    made = role(shared_hall, "夜班")
    assert made.permissions == sorted(row.key for row in ROWS if row.resource == "queue.tickets")
    tick(page, "queue.tickets:issue")
    assert state(page, "queue.tickets") == "PartiallyChecked"
    page.wait(lambda: page.there("role_unsaved"))
    page.type("role_name_en", "Night shift")
    page.click("role_save")
    page.wait(lambda: not page.there("role_unsaved"))
    kept = role(shared_hall, "夜班")
    assert "queue.tickets:issue" not in kept.permissions and kept.name_en == "Night shift"
    page.wait(lambda: page.find(QPushButton, "role_retire").isEnabled())
    page.click("role_retire")
    page.wait(lambda: page.there("retire_yes"))
    page.click("retire_yes")
    page.wait(lambda: role(shared_hall, "夜班").retired)
    page.wait(lambda: "夜班" not in page.shown_nodes("roles_list"))


def test_a_name_that_is_taken_is_said_beside_it(page: Console, shared_hall: RunningHall) -> None:
    shared_hall.client("admin").add_role(RoleCreate(name="Taken"))
    page.click("roles_add")
    page.type("role_name", "Taken")
    page.click("role_save")
    page.wait(lambda: page.find(QLineEdit, "role_name").property("role") == "error")
    assert page.find(QLineEdit, "role_name").text() == "Taken"


def test_a_copy_begins_as_its_role(page: Console, shared_hall: RunningHall) -> None:
    origin = role(shared_hall, "centre_leader")
    choose(page, origin.id)
    page.click("roles_copy")
    name = page.find(QLineEdit, "role_name").text()
    assert name.startswith(origin.name) and name != origin.name
    page.click("role_save")
    page.wait(lambda: any(one.name == name for one in shared_hall.client("admin").roles()))
    assert role(shared_hall, name).permissions == origin.permissions


def test_who_was_slower_is_told_and_loses_nothing(page: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    made = admin.add_role(RoleCreate(name="Contested", patterns=["hall:view"]))
    page.app.roles.ask()
    choose(page, made.id)
    page.type("role_note", "mine")
    admin.edit_role(made.id, RoleEdit(version=made.version, note="theirs"))
    page.click("role_save")
    page.wait(lambda: page.there("role_refusal") and page.there("role_conflict"))
    assert page.find(QLineEdit, "role_note").text() == "mine"
    page.click("role_save")
    page.wait(lambda: role(shared_hall, "Contested").note == "mine")


def test_what_others_do_is_seen_and_what_is_typed_stays(page: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    made = admin.add_role(RoleCreate(name="Watched", patterns=["hall:view"]))
    page.app.roles.ask()
    choose(page, made.id)
    page.type("role_note", "typing")
    admin.edit_role(made.id, RoleEdit(version=made.version, patterns=["hall:view", "figures:view"]))
    give(shared_hall, add(shared_hall, "watcher"), made.key)
    page.app.roles.ask()
    page.wait(lambda: state(page, "figures:view") == "Checked")
    assert page.find(QLineEdit, "role_note").text() == "typing"
    assert page.app.roles.editor.state.selected == str(made.id)
    holders = page.find(SearchableTable, "roles_holders")
    page.wait(lambda: [row["name"] for row in holders.shown_rows()] == ["watcher"])
    holders.row_activated.emit(holders.shown_rows()[0])
    page.wait(lambda: page.there("page_accounts") and page.app.accounts.one.state.account is not None)


def test_who_may_only_look_changes_nothing(page: Console, shared_hall: RunningHall) -> None:
    made = shared_hall.client("admin").add_role(RoleCreate(name="Looked at", patterns=["hall:view"]))
    page.app.roles.ask()
    page.app.roles.set_me(Me(kind="user", name="x", permissions=["roles:view"]))
    choose(page, made.id)
    page.wait(lambda: page.there("role_locked"))
    for name in ("role_save", "role_retire", "roles_add", "roles_copy"):
        assert not page.there(name), name
    assert not leaf(page, "hall:view").flags() & Qt.ItemFlag.ItemIsUserCheckable


def test_with_three_administrators_a_second_duty_is_closed(page: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    for key in ("system_administrator", "security_administrator", "auditor"):
        give(shared_hall, add(shared_hall, f"trio-{key[:6]}"), key)
    before = admin.policy()
    admin.set_policy(before.model_copy(update={"three_administrators": True}))
    try:
        page.app.roles.ask()
        page.wait(lambda: page.there("roles_three"))
        page.click("roles_add")
        page.type("role_name", "Reviewers")
        tick(page, "accounts:review")
        assert not leaf(page, "audit:view").flags() & Qt.ItemFlag.ItemIsEnabled
        assert "三员分立" in leaf(page, "audit:view").text(1)
        # The box of the resource reaches what may be ticked and nothing else.
        tick(page, "accounts")
        ticked = set(page.app.roles.editor.state.fields["patterns"])
        assert "accounts:change" not in ticked and {"accounts:suspend", "accounts:view"} <= ticked
        page.click("role_save")
        page.wait(lambda: any(one.name == "Reviewers" for one in admin.roles()))
        assert role(shared_hall, "Reviewers").duties == ["security"]
    finally:
        admin.set_policy(before)
        page.app.roles.ask()
        page.wait(lambda: not page.app.roles.state.three)


def test_nobody_is_offered_what_they_do_not_have(qapp: object, shared_hall: RunningHall, tmp_path: Path) -> None:
    """Somebody who may change roles and look, and no more: by a role of their own."""
    admin = shared_hall.client("admin")
    narrow = admin.add_role(RoleCreate(name="Narrow", patterns=["roles:view", "roles:change", "hall:view"]))
    other = admin.add_role(RoleCreate(name="Other", patterns=["hall:view", "figures:view"]))
    id_ = add(shared_hall, "narrow")
    admin.give(GrantCreate(account_id=id_, role_id=narrow.id))
    with signed_in(shared_hall, "narrow") as client:
        presenter = RolesPresenter(client, tmp_path / "roles.json", "en", ask_ms=10_000_000)
        presenter.set_me(client.me())
        presenter.enter()
        until(lambda: bool(presenter.state.permissions) and presenter.editor.state.loaded)
        presenter.editor.select(str(other.id))
        until(lambda: presenter.state.holders_known)
        assert presenter.reasons()["audit:view"] == "above" and "roles:view" not in presenter.reasons()
        # Past the page: the server says it too.
        presenter.editor.edit({"patterns": ["audit:view", "hall:view"]})
        presenter.editor.save()
        until(lambda: presenter.editor.state.refusal != "")
        assert presenter.editor.state.fields["patterns"] == ["audit:view", "hall:view"]
        presenter.editor.revert()
        presenter.editor.select(str(narrow.id))
        until(lambda: presenter.state.own)
        assert set(presenter.reasons().values()) == {"own"}
        presenter.editor.edit({"patterns": [*narrow.permissions, "profile:use"]})
        presenter.editor.save()
        until(lambda: "yourself" in presenter.editor.state.refusal)
        presenter.leave()
        wait_for_background(10)


@given(KEYS, KEYS, KEYS, st.booleans(), st.booleans())
def test_what_is_not_blocked_can_be_added(
    mine: frozenset[str], had: frozenset[str], chosen: frozenset[str], own: bool, three: bool
) -> None:
    me = Me(kind="user", name="x", permissions=sorted(mine))
    found = blocked(me, ROWS, had, chosen, own=own, three=three)
    assert not found.keys() & chosen, "what is chosen may always be taken out"
    entrusts = "roles:entrust" in mine
    for row in ROWS:
        if row.key in chosen or row.key in found:
            continue
        if row.key not in had:
            assert not own and (entrusts or row.key in mine)
        if three and len(duties(chosen)) == 1:
            assert len(duties(chosen | {row.key})) == 1
    assert set(copied(me, had)) == (had if entrusts else had & mine)


def test_the_boxes_answer_to_the_keyboard(page: Console) -> None:
    page.click("roles_add")
    tree = page.find(QTreeWidget, "permission_tree")
    tree.setCurrentItem(leaf(page, "figures:view"))
    tree.setFocus()
    QTest.keyClick(tree, Qt.Key.Key_Space)
    assert page.app.roles.editor.state.fields["patterns"] == ["figures:view"]
