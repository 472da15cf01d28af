"""What is done to an account that is there: reset, suspended, unlocked, signed out, shown in full."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit

from shared.client.signing_in import SignedIn
from shared.domain.errors import HallError
from shared.schemas.access import Me
from shared.schemas.accounts import AccountCreate, AccountEdit
from shared.ui.widgets import SearchableTable
from tests.admin_app.accounts import choose, gone, press
from tests.admin_app.people import add, one, signed_in
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


@pytest.fixture
def page(accounts_page: Console) -> Console:
    return accounts_page


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
