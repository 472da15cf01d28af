"""Accounts are reviewed and opened by forms; who was slower loses nothing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QListWidget, QPushButton

from shared.client.signing_in import SignedIn, StepNeededError
from shared.schemas.access import Me
from shared.schemas.accounts import AccountEdit
from shared.schemas.organisation import PersonCreate, Unit
from shared.ui.widgets import SearchableTable
from tests.admin_app.accounts import choose, gone, pick, press, shown
from tests.admin_app.people import add, one
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


@pytest.fixture
def page(accounts_page: Console) -> Console:
    return accounts_page


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


def test_a_card_is_only_offered_to_who_may_reset(page: Console, shared_hall: RunningHall) -> None:
    """It lets somebody in, as a password does; whoever registers cards need not keep accounts otherwise."""
    id_ = add(shared_hall, "card-holder")
    fields = ("username", "unit", "name", "phone", "note")

    def offered_to(*permissions: str) -> tuple[bool, set[str]]:
        page.app.accounts.set_me(Me(kind="user", name="x", permissions=["accounts:view", *permissions]))
        choose(page, id_)
        press(page, "account_edit")
        page.wait(lambda: page.there("account_dialog"))
        found = {key for key in fields if page.there(f"account_form_{key}")}
        return page.there("account_form_card"), found

    assert offered_to("accounts:change") == (False, set(fields))
    page.click("account_dialog_cancel")
    gone(page, "account_dialog")
    assert offered_to("accounts:reset") == (True, set())
    page.type("account_form_card", "1234")
    page.click("account_dialog_go")
    page.wait(lambda: page.app.accounts.one.state.refusal_code == "card_number_wrong")
    words = page.app.accounts.one.state.refusal
    assert [label for label in page.app.window.findChildren(QLabel) if label.isVisible() and label.text() == words]
    assert not page.there("account_dialog_refusal"), "it stands beside the field"
    page.type("account_form_card", "04A23F9188")
    press(page, "account_dialog_go")
    gone(page, "account_dialog")
    assert one(shared_hall, "card-holder").has_card
