"""Roles are given and taken on the accounts page; and only what one may is offered."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QComboBox, QPushButton

from admin_app.features.accounts.presenter import AccountsPresenter
from admin_app.features.accounts.rights import may_give, offered
from server.auth import Principal
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.permissions import ALL, BY_KEY, Reach
from shared.schemas.access import Me, Role, RoleCreate
from shared.schemas.organisation import Unit
from shared.ui.background import wait_for_background
from tests.admin_app.accounts import choose, gone, pick, press, roles, until
from tests.admin_app.people import add, give, one, signed_in
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


@pytest.fixture
def page(accounts_page: Console) -> Console:
    return accounts_page


def test_roles_are_given_and_taken(page: Console, shared_hall: RunningHall, units: list[Unit]) -> None:
    id_ = add(shared_hall, "helper", units[0].id)
    choose(page, id_)
    press(page, "grant_add")
    page.wait(lambda: page.there("give_role"))
    assert page.find(QComboBox, "give_unit").currentData() == str(units[0].id)
    role = roles(page)["department_staff"]
    box = page.find(QComboBox, "give_role")
    offers = {box.itemData(n) for n in range(box.count())}
    assert str(role.id) in offers and str(roles(page)["citizen"].id) not in offers
    pick(page, "give_role", str(role.id))
    # A colleague was faster: it is said, and what was chosen stays.
    give(shared_hall, id_, "department_staff", units[0].id)
    page.click("give_dialog_go")
    page.wait(lambda: page.there("give_dialog_refusal"))
    assert box.currentData() == str(role.id)
    pick(page, "give_unit", "")
    page.wait(lambda: page.find(QPushButton, "give_dialog_go").isEnabled())
    page.click("give_dialog_go")
    gone(page, "give_dialog")
    page.wait(lambda: page.there("grant_1"))
    press(page, "grant_take_0")
    press(page, "take_yes")
    page.wait(lambda: len(page.app.accounts.one.state.grants or ()) == 1)
    assert [grant.unit_id for grant in shared_hall.client("admin").grants(id_)] == [None]


def test_what_may_only_be_seen_has_no_buttons(page: Console, shared_hall: RunningHall, units: list[Unit]) -> None:
    id_ = add(shared_hall, "looked-at", units[0].id)
    choose(page, id_)
    page.wait(lambda: page.there("account_suspend"))
    acts = ("edit", "reset", "suspend", "close", "trail")
    assert all(page.there(f"account_{act}") for act in acts)
    page.app.accounts.set_me(Me(kind="user", name="x", permissions=["accounts:view"]))
    assert not any(page.there(f"account_{act}") for act in acts)
    assert not page.there("accounts_add") and not page.there("grant_add")
    assert not page.there("grants_box") and not page.there("account_sessions_end")
    page.wait(lambda: page.there("account_fact_0"))
    elsewhere = Me(kind="user", name="x", permissions=["accounts:view"], units={"accounts:reset": [units[1].id]})
    page.app.accounts.set_me(elsewhere)
    assert not page.there("account_reset"), "a right in one unit is none in another"
    page.app.accounts.set_me(elsewhere.model_copy(update={"units": {"accounts:reset": [units[0].id]}}))
    assert page.there("account_reset") and not page.there("account_suspend")


def test_a_department_administrator_has_their_own_only(
    qapp: object, shared_hall: RunningHall, units: list[Unit]
) -> None:
    here, there = units[0].id, units[1].id
    own, clerk = add(shared_hall, "dept-head", here), add(shared_hall, "dept-clerk", here)
    stranger, boss = add(shared_hall, "far-clerk", there), add(shared_hall, "dept-boss", here)
    give(shared_hall, own, "department_administrator", here)
    give(shared_hall, boss, "hall_administrator")
    with signed_in(shared_hall, "dept-head") as client:
        presenter = AccountsPresenter(client, "en", ask_ms=10_000_000)
        presenter.set_me(client.me())
        presenter.enter()
        until(lambda: presenter.state.loaded and bool(presenter.one.state.roles))
        names = {row["username"] for row in presenter.state.rows}
        assert "dept-clerk" in names and "far-clerk" not in names and "admin" not in names

        def see(id_: UUID) -> frozenset[str]:
            presenter.select(str(id_))
            until(lambda: bool(presenter.one.state.account or presenter.one.state.problem))
            return presenter.one.state.acts

        assert {"edit", "reset", "suspend", "grant"} <= see(clerk)
        one_ = presenter.one
        keys = {role.key for role in offered(one_.me, one_.state.roles, (), here, False) if role.base}
        # Who tries staff out for the whole hall is not made by one department.
        assert keys == {"department_staff", "department_administrator"}
        assert offered(one_.me, one_.state.roles, (), there, False) == ()
        assert offered(one_.me, one_.state.roles, (), None, False) == ()
        assert not see(own) & {"edit", "reset", "suspend", "grant"} and one_.state.own
        see(boss)
        one_.reset()
        until(lambda: one_.state.refusal_code == "account_above")
        assert one_.state.refusal and one_.state.password == ""
        see(stranger)
        assert one_.state.account is None and one_.state.problem
        presenter.leave()
        wait_for_background(10)


def test_with_three_administrators_a_second_duty_is_not_offered(page: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    for key in ("system_administrator", "security_administrator", "auditor"):
        give(shared_hall, add(shared_hall, f"three-{key[:6]}"), key)
    before = admin.policy()
    admin.set_policy(before.model_copy(update={"three_administrators": True}))
    try:
        choose(page, one(shared_hall, "three-audito").id)
        page.app.accounts.one.ask_around()
        page.wait(lambda: page.app.accounts.one.state.three)
        press(page, "grant_add")
        page.wait(lambda: page.there("give_role"))
        pick(page, "give_unit", "")
        box = page.find(QComboBox, "give_role")
        keys = {role.key for role in page.app.accounts.one.state.roles if box.findData(str(role.id)) >= 0}
        assert "centre_leader" in keys
        assert not keys & {"system_administrator", "security_administrator", "hall_administrator", "auditor"}
        page.click("give_dialog_cancel")
    finally:
        admin.set_policy(before)
        page.app.accounts.one.ask_around()
        page.wait(lambda: not page.app.accounts.one.state.three)


def test_a_right_that_counts_in_the_whole_hall_only_is_not_told_of_a_unit(
    shared_hall: RunningHall, units: list[Unit]
) -> None:
    made = shared_hall.client("admin").add_role(RoleCreate(name="Odd", patterns=["policy:view", "accounts:view"]))
    give(shared_hall, add(shared_hall, "odd", units[0].id), made.key, units[0].id)
    with signed_in(shared_hall, "odd") as client:
        me = client.me()
        assert me.may_in("accounts:view", units[0].id) and not me.may("policy:view")
        with pytest.raises(HallError):
            client.policy()


KEYS = st.frozensets(st.sampled_from(sorted(ALL)))


HERE, THERE = uuid7(), uuid7()


@given(KEYS, KEYS, KEYS, st.sampled_from([None, HERE, THERE]), st.booleans())
def test_what_is_offered_is_what_the_server_takes(
    everywhere: frozenset[str], here: frozenset[str], role: frozenset[str], unit: UUID | None, entrusts: bool
) -> None:
    everywhere |= {"roles:entrust"} if entrusts else set()
    principal = Principal("user", "x", 2e9, everywhere, {key: frozenset({HERE}) for key in here - everywhere})
    units = {key: sorted(places) for key, places in principal.in_units.items() if principal.may(key)}
    me = Me(kind="user", name="x", permissions=sorted(principal.everywhere), units=units)
    wanted = Role(id=uuid7(), key="k", name="n", name_en="n", note="", patterns=[], permissions=sorted(role), duties=[],
                  base=False, assigned=True, retired=False, version=0, holders=0)  # fmt: skip

    def server_takes() -> bool:
        try:
            principal.require("roles:grant", unit)
            for key in role if principal.scope("roles:entrust") is not None else ():
                principal.require(key, unit)
        except HallError:
            return False
        return True

    if may_give(me, wanted, unit):
        assert server_takes()
    # Held in a unit, a right of the whole hall has no effect: the console leaves such a role out.
    elif not any(BY_KEY[key].reach is Reach.HALL for key in role):
        assert not server_takes()
