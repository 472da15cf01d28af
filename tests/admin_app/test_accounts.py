"""The accounts page: found, reviewed, opened, reset, suspended, given roles; and only what one may is offered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QListWidget, QPushButton

from admin_app.features.accounts.presenter import KINDS, STATUSES, AccountsPresenter
from admin_app.features.accounts.rights import may_give, offered
from admin_app.features.accounts.rows import facts
from admin_app.units import unit_paths
from server.auth import Principal
from shared.client.hall_client import HallClient
from shared.client.signing_in import SignedIn, StepNeededError
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.permissions import ALL, BY_KEY, Reach
from shared.i18n import catalogue, languages
from shared.schemas.access import Me, Role, RoleCreate
from shared.schemas.accounts import AccountCreate, AccountEdit
from shared.schemas.organisation import PersonCreate, Unit
from shared.ui.background import wait_for_background
from shared.ui.widgets import SearchableTable
from tests.admin_app.people import add, give, one, signed_in
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not come"
        QTest.qWait(10)


@pytest.fixture(scope="module")
def units(shared_hall: RunningHall) -> list[Unit]:
    """Two departments."""
    every = shared_hall.client("admin").units()
    return [unit for unit in every if unit.parent_id is not None][:2]


@pytest.fixture
def page(console: Console) -> Iterator[Console]:
    """The console with its accounts page open, nothing filtered; afterwards no dialog is left."""
    console.app.frame.open("accounts", "")
    console.app.accounts.ask(search="", status="", kind="")
    console.wait(lambda: console.app.accounts.state.loaded and bool(console.app.accounts.one.state.roles))
    yield console
    assert [dialog for dialog in console.app.window.findChildren(QDialog) if dialog.isVisible()] == []
    me = console.app.frame._me
    assert me is not None
    console.app.accounts.set_me(me)


def choose(console: Console, account_id: UUID) -> None:
    console.app.frame.open("accounts", f"account:{account_id}")
    console.wait(lambda: shown(console) == account_id)


def shown(console: Console) -> UUID | None:
    account = console.app.accounts.one.state.account
    return account.id if account is not None else None


def press(console: Console, name: str) -> None:
    console.wait(lambda: console.there(name) and console.find(QPushButton, name).isEnabled())
    console.click(name)


def gone(console: Console, name: str) -> None:
    console.wait(lambda: not console.there(name))


def pick(console: Console, name: str, key: str) -> None:
    box = console.find(QComboBox, name)
    console.wait(lambda: box.findData(key) >= 0)
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())


def roles(console: Console) -> dict[str, Role]:
    return {role.key: role for role in console.app.accounts.one.state.roles}


def test_every_state_kind_and_act_has_words() -> None:
    keys = {f"status_{key or 'any'}" for key in STATUSES} | {f"kind_{key or 'any'}" for key in KINDS}
    keys |= {
        f"act_{act}" for act in ("review", "refuse", "reset", "unlock", "suspend", "open", "close", "edit", "trail")
    }
    keys |= {f"session_{kind}" for kind in ("browser", "program", "counter")}
    keys |= {f"review_facts_{kind}" for kind in KINDS if kind}
    missing = [k for k in keys for code in languages() if catalogue().template(f"accounts.{k}", code) is None]
    assert missing == []


def test_accounts_are_found_by_name_number_and_state(page: Console, shared_hall: RunningHall) -> None:
    table = page.find(SearchableTable, "accounts_table")
    person = shared_hall.client("admin").people(limit="1").items[0]
    for words in (person.name, person.number, person.number.lower()[:4]):
        page.type("accounts_search", words)
        QTest.keyClick(page.find(QLineEdit, "accounts_search"), Qt.Key.Key_Return)
        page.wait(lambda words=words: page.app.accounts.state.asked.search == words)  # type: ignore[misc]
        page.wait(lambda: not page.app.accounts.state.busy)
        assert person.name in [row["name"] for row in table.shown_rows()], words
    assert {row["status"] for row in table.shown_rows()} == {"正常"}
    assert [row for row in table.shown_rows() if not row["unit"]] == []
    pick(page, "accounts_kind", "enterprise")
    page.wait(lambda: page.there("accounts_empty") and table.shown_rows() == [])


def test_all_pages_come_and_who_is_chosen_stays_chosen(qapp: object, shared_hall: RunningHall) -> None:
    client = shared_hall.client("admin")
    every = client.accounts(limit="1000").items
    presenter = AccountsPresenter(client, "en", page=20, ask_ms=10_000_000)
    presenter.ask()
    until(lambda: presenter.state.loaded and not presenter.state.busy)
    assert len(presenter.state.rows) == 20 and presenter.state.more
    presenter.select(presenter.state.rows[3]["id"])
    while presenter.state.more:
        before = len(presenter.state.rows)
        presenter.more()
        until(lambda before=before: len(presenter.state.rows) > before)  # type: ignore[misc]
    assert [row["id"] for row in presenter.state.rows] == [str(account.id) for account in every]
    victim = every[-1]
    changed = client.edit_account(victim.id, AccountEdit(note="seen", username=f"{victim.username}-x"))
    presenter.refresh()
    until(lambda: changed.username in [row["username"] for row in presenter.state.rows])
    assert len(presenter.state.rows) == len(every)
    assert presenter.state.selected == str(every[3].id)
    client.edit_account(victim.id, AccountEdit(note="", username=victim.username))
    wait_for_background(10)


def test_a_registration_stands_out_and_is_approved_with_a_role(
    page: Console, shared_hall: RunningHall, units: list[Unit]
) -> None:
    asked = add(shared_hall, "newcomer", units[0].id, status="pending", note="I begin on Monday")
    page.app.accounts.count()
    page.wait(lambda: page.there("accounts_waiting"))
    assert page.page_node("accounts").text(1) == "1"
    page.click("accounts_waiting_show")
    table = page.find(SearchableTable, "accounts_table")
    page.wait(lambda: [row["username"] for row in table.shown_rows()] == ["newcomer"])
    assert not page.there("accounts_waiting"), "who looks at them need not be told"
    table.select(str(asked))
    press(page, "account_review")
    page.wait(lambda: page.there("review_role"))
    assert page.find(QComboBox, "review_unit").currentData() == str(units[0].id)
    pick(page, "review_role", "department_staff")
    page.click("review_dialog_go")
    gone(page, "review_dialog")
    page.wait(lambda: page.there("grant_0"))
    assert one(shared_hall, "newcomer").status == "open"
    assert [grant.unit_id for grant in shared_hall.client("admin").grants(asked)] == [units[0].id]
    page.wait(lambda: page.page_node("accounts").text(1) == "")


def test_a_registration_is_refused_with_a_reason(page: Console, shared_hall: RunningHall, units: list[Unit]) -> None:
    asked = add(shared_hall, "stranger", units[0].id, status="pending")
    choose(page, asked)
    press(page, "account_refuse")
    page.wait(lambda: page.there("refuse_ask_go"))
    page.type("refuse_ask_reason", "?")
    page.click("refuse_ask_go")
    assert one(shared_hall, "stranger").status == "pending", "one sign is no reason"
    page.type("refuse_ask_reason", "nobody knows them")
    page.click("refuse_ask_go")
    gone(page, "refuse_ask")
    kept = one(shared_hall, "stranger")
    assert (kept.status, kept.note) == ("closed", "nobody knows them")


def test_a_new_account_shows_its_password_once(page: Console, shared_hall: RunningHall) -> None:
    page.click("accounts_add")
    page.wait(lambda: page.there("account_dialog_go"))
    page.click("account_dialog_go")
    assert page.find(QLineEdit, "account_form_username").property("role") == "error", "a user name is missing"
    page.type("account_form_username", "admin")
    page.click("account_dialog_go")
    page.wait(lambda: page.find(QLineEdit, "account_form_username").property("role") == "error")
    page.wait(lambda: page.find(QPushButton, "account_dialog_go").isEnabled())
    page.type("account_form_note", "night shift")
    page.type("account_form_username", "fresh-one")
    page.click("account_dialog_go")
    page.wait(lambda: page.there("password_value"))
    password = page.text("password_value")
    page.click("password_copy")
    assert QGuiApplication.clipboard().text() == password
    assert password not in repr(page.app.accounts.one.state), "a state may be written into a log"
    page.click("password_close")
    page.wait(lambda: page.app.window.findChild(QDialog, "password_dialog") is None)
    assert page.app.accounts.one.state.password == ""
    made = one(shared_hall, "fresh-one")
    page.wait(lambda: shown(page) == made.id)
    assert made.must_change and made.note == "night shift"
    with pytest.raises(StepNeededError) as needed:
        SignedIn(shared_hall.url, "zhiting-admin").by_password("fresh-one", password)
    assert needed.value.needs == "new_password"


def test_an_account_is_made_for_a_person(page: Console, shared_hall: RunningHall, units: list[Unit]) -> None:
    admin = shared_hall.client("admin")
    person = admin.add_person(PersonCreate(number="ZX0001", name="赵新", unit_id=units[0].id))
    page.click("accounts_add")
    page.wait(lambda: page.there("account_person"))
    page.type("account_person", "zx00")
    people = page.find(QListWidget, "account_people")
    page.wait(lambda: people.isVisible() and people.count() == 1)
    QTest.keyClick(page.find(QLineEdit, "account_person"), Qt.Key.Key_Return)
    assert not page.there("account_form_unit"), "a person has a unit"
    assert page.find(QLineEdit, "account_form_username").text() == "zx0001"
    page.click("account_dialog_go")
    page.wait(lambda: page.there("password_close"))
    page.click("password_close")
    made = one(shared_hall, "zx0001")
    assert (made.staff_id, made.unit_id, made.name) == (person.id, units[0].id, "赵新")


def test_a_reset_is_asked_about_first(page: Console, shared_hall: RunningHall) -> None:
    choose(page, add(shared_hall, "forgetful"))
    press(page, "account_reset")
    page.wait(lambda: page.there("reset_no"))
    page.click("reset_no")
    assert page.app.accounts.one.state.password == ""
    press(page, "account_reset")
    press(page, "reset_yes")
    page.wait(lambda: page.there("password_value"))
    page.click("password_close")
    page.wait(lambda: page.app.window.findChild(QDialog, "password_dialog") is None)
    assert one(shared_hall, "forgetful").must_change


def test_suspended_with_a_reason_and_back(page: Console, shared_hall: RunningHall) -> None:
    id_ = add(shared_hall, "leaver")
    with signed_in(shared_hall, "leaver") as client:
        client.profile()
        choose(page, id_)
        page.wait(lambda: page.there("account_session_0"))
        assert "office" in page.text("account_session_0")
        press(page, "account_suspend")
        page.wait(lambda: page.there("suspend_ask_go"))
        page.type("suspend_ask_reason", "on leave")
        page.click("suspend_ask_go")
        page.wait(lambda: page.there("account_open"))
        assert not page.there("account_suspend") and not page.there("account_session_0")
        with pytest.raises(HallError):
            client.profile()
    press(page, "account_open")
    page.wait(lambda: page.there("account_suspend"))
    (entry,) = shared_hall.client("admin").audit(action="account.suspended", subject=str(id_)).items
    assert entry.detail["reason"] == "on leave"


def test_one_session_is_ended(page: Console, shared_hall: RunningHall) -> None:
    id_ = add(shared_hall, "two-places")
    with signed_in(shared_hall, "two-places") as first, signed_in(shared_hall, "two-places") as second:
        choose(page, id_)
        page.wait(lambda: page.there("account_session_1"))
        press(page, "account_session_end_0")
        page.wait(lambda: len(page.app.accounts.one.state.sessions or ()) == 1)
        press(page, "account_sessions_end")
        page.wait(lambda: page.app.accounts.one.state.sessions == ())
        for client in (first, second):
            with pytest.raises(HallError):
                client.profile()


def test_a_lock_is_told_and_lifted(page: Console, shared_hall: RunningHall) -> None:
    id_ = add(shared_hall, "clumsy")
    for _ in range(5):
        with pytest.raises(HallError):
            SignedIn(shared_hall.url, "zhiting-admin").by_password("clumsy", "wrong")
    choose(page, id_)
    page.wait(lambda: page.there("account_lock"))
    press(page, "account_unlock")
    gone(page, "account_lock")
    with signed_in(shared_hall, "clumsy") as client:
        assert client.profile().account.id == id_


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


def test_who_was_slower_is_told_and_loses_nothing(page: Console, shared_hall: RunningHall) -> None:
    id_ = add(shared_hall, "shared")
    choose(page, id_)
    press(page, "account_edit")
    page.wait(lambda: page.there("account_form_note"))
    page.type("account_form_note", "mine")
    shared_hall.client("admin").edit_account(id_, AccountEdit(phone="13800138000"))
    page.click("account_dialog_go")
    page.wait(lambda: page.there("account_dialog_refusal"))
    assert page.find(QLineEdit, "account_form_note").text() == "mine"
    page.wait(lambda: page.app.accounts.one.state.account.version == one(shared_hall, "shared").version)  # type: ignore[union-attr]
    press(page, "account_dialog_go")
    gone(page, "account_dialog")
    kept = one(shared_hall, "shared")
    assert (kept.note, kept.phone) == ("mine", "138****8000")


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
        assert keys == {"centre_leader", "department_staff", "department_administrator"}
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


def test_the_history_of_an_account_is_in_the_trail(page: Console, shared_hall: RunningHall) -> None:
    id_ = add(shared_hall, "historic")
    shared_hall.client("admin").edit_account(id_, AccountEdit(note="x"))
    choose(page, id_)
    press(page, "account_trail")
    table = page.find(SearchableTable, "audit_table")
    page.wait(lambda: [row["action"] for row in table.shown_rows()] == ["修改账号"])
    assert page.find(QComboBox, "audit_period").currentData() == "all"
    page.app.audit.ask(text="", period="week")
    page.find(QLineEdit, "audit_text").clear()


def test_a_name_is_shown_in_full_for_a_reason_and_for_a_moment(page: Console, shared_hall: RunningHall) -> None:
    wanted = AccountCreate(kind="citizen", username="masked", name="欧阳明月", phone="13800138000")
    id_ = shared_hall.client("admin").add_account(wanted).account.id
    choose(page, id_)
    page.wait(lambda: page.there("account_reveal_name"))
    assert page.text("account_fact_0") == "欧***"
    page.click("account_reveal_name")
    page.wait(lambda: page.there("reveal_ask_go"))
    page.type("reveal_ask_reason", "abc")
    page.click("reveal_ask_go")
    assert page.app.accounts.one.state.revealed == ("", ""), "three letters are no reason"
    page.type("reveal_ask_reason", "registration is reviewed")
    page.click("reveal_ask_go")
    page.wait(lambda: page.there("account_hide"))
    assert page.text("account_fact_0") == "欧阳明月"
    assert "欧阳明月" not in repr(page.app.accounts.one.state)
    page.app.frame.open("live", "")
    assert page.app.accounts.one.state.revealed == ("", ""), "who leaves the page leaves nothing on it"
    page.app.frame.open("accounts", "")
    page.app.accounts.set_me(Me(kind="user", name="x", permissions=["accounts:view"]))
    page.wait(lambda: page.there("account_fact_0"))
    assert not page.there("account_reveal_name")


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


def test_an_account_that_has_gone_is_said(page: Console) -> None:
    page.app.frame.open("accounts", f"account:{uuid7()}")
    page.wait(lambda: page.there("account_problem"))
    assert "没有这个账户" in page.find(QLabel, "account_problem_words").text()


def test_a_hall_that_does_not_answer_is_told_to_staff(qapp: object) -> None:
    client = HallClient("http://127.0.0.1:9", "nobody", language="en")
    presenter = AccountsPresenter(client, "en", ask_ms=10_000_000)
    presenter.ask()
    until(lambda: presenter.state.problem != "")
    assert "Try again" in presenter.state.problem and "service desk" not in presenter.state.problem
    presenter.one.add(AccountCreate(username="lost"))
    until(lambda: presenter.one.state.refusal != "")
    assert "nobody knows yet" in presenter.one.state.refusal
    assert not presenter.state.busy and not presenter.one.state.busy
    wait_for_background(10)
    client.close()


def test_units_are_named_by_their_way() -> None:
    top, office = uuid7(), uuid7()

    def unit(name: str, parent: UUID | None, id_: UUID, sort: int = 0) -> Unit:
        return Unit(id=id_, parent_id=parent, name=name, short_name=name, code="", sort=sort, retired=False, version=0,
                    is_department=False, people=0)  # fmt: skip

    tree = [unit("Hall", None, top), unit("B", top, uuid7(), 2), unit("A", top, office, 1), unit("A1", office, uuid7())]
    assert [words for _, words in unit_paths(tree)] == ["Hall", "A", "A / A1", "B"]
    assert [words for _, words in unit_paths(tree[1:])] == ["A", "A / A1", "B"]


def test_facts_say_only_what_is_there(shared_hall: RunningHall) -> None:
    add(shared_hall, "plain", password_hash=None)
    words = {word: value for _, word, value in facts(one(shared_hall, "plain"), {}, UTC, "en")}
    assert words["User name"] == "plain" and words["Last sign-in"] == "never signed in"
    assert "Staff number" not in words and "Note" not in words
