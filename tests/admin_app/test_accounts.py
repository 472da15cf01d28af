"""Accounts are listed, found and described; what does not answer or is gone is said."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit

from admin_app.features.accounts.presenter import KINDS, STATUSES, AccountsPresenter
from admin_app.features.accounts.rows import facts
from admin_app.units import unit_paths
from shared.client.hall_client import HallClient
from shared.domain.identifiers import uuid7
from shared.i18n import catalogue, languages
from shared.schemas.accounts import AccountCreate, AccountEdit
from shared.schemas.organisation import Unit
from shared.ui.background import wait_for_background
from shared.ui.widgets import SearchableTable
from tests.admin_app.accounts import pick, until
from tests.admin_app.people import add, one
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


@pytest.fixture
def page(accounts_page: Console) -> Console:
    return accounts_page


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
