"""Clients of single sign-on are registered, changed and switched off from the console; keys are changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPlainTextEdit, QPushButton, QTabWidget

from admin_app.features.sign_on import handover, rules
from admin_app.features.sign_on.clients import LISTS, SCOPES
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.sign_on import ClientCreate, ClientEdit, SignOnClient, WebAddress
from shared.ui.widgets import SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy
from tests.fakes.sign_on import Client

BACK = "https://site.test/members/callback"
PARTS = st.sampled_from(
    ["http://", "https://", "ftp://", "site.test", "/back", "#", "\\", " ", "a" * 200, "?a=b", "汉"]
)


@given(st.lists(PARTS, max_size=6).map("".join))
def test_an_address_is_good_here_exactly_when_the_server_takes_it(text: str) -> None:
    fault = rules.address(text)
    try:
        TypeAdapter(WebAddress).validate_python(text.strip())
        taken = True
    except ValidationError:
        taken = not text.strip()
    assert (fault is None) == taken


def test_a_fault_names_its_line() -> None:
    assert rules.addresses(f"{BACK}\n\n  https://other.test/x \n") is None
    assert rules.addresses(f"{BACK}\nsite.test") == ("registry.fault.line_scheme", {"n": 2})
    assert rules.addresses(f"{BACK}\n{BACK}") == ("registry.fault.line_twice", {"n": 2})
    assert rules.addresses("https://a.test/#x") == ("registry.fault.line_sign", {"n": 1})
    assert rules.addresses("\n".join(f"https://a.test/{n}" for n in range(21))) == ("registry.fault.many", {"n": 20})


def test_everything_has_words() -> None:
    keys = {f"registry.fault.{line}{wrong}" for line in ("", "line_") for wrong in ("scheme", "sign", "long", "host")}
    keys |= {
        f"registry.client.field_{name}"
        for name in ("client_id", "name", "name_en", "proof", "backchannel_uri", "trusted")
    }
    keys |= {f"registry.client.field_{name}" for name in LISTS}
    keys |= {f"registry.client.field_scope_{scope}" for scope in SCOPES}
    keys |= {f"registry.handover.{name}" for name in (*handover.ADDRESSES, "client_id", "secret", "scopes", "cas")}
    keys |= {f"registry.keys.{what}_{state}" for what in ("state", "since") for state in ("current", "next", "past")}
    assert {(key, code) for key in keys for code in languages() if catalogue().template(key, code) is None} == set()


@pytest.fixture
def page(console: Console) -> Iterator[Console]:
    """The console with the page of single sign-on open."""
    console.app.frame.open("sign_on", "client")
    console.wait(lambda: console.app.sign_on.clients.state.loaded and console.app.sign_on.state.may_change)
    console.wait(lambda: console.app.sign_on.state.provider is not None)
    yield console
    console.app.sign_on.discard_all()
    console.app.sign_on.clients.select("")


def register(hall: RunningHall, client_id: str, **fields: object) -> SignOnClient:
    wanted = {"client_id": client_id, "name": client_id, "redirect_uris": [BACK]} | fields
    return hall.client("admin", "colleague").add_sign_on_client(ClientCreate.model_validate(wanted))


def known(hall: RunningHall, client_id: str) -> SignOnClient | None:
    return next((item for item in hall.client("admin").sign_on_clients() if item.client_id == client_id), None)


def choose(console: Console, client: SignOnClient) -> None:
    table = console.find(SearchableTable, "clients_table")
    console.wait(lambda: table.select(str(client.id)))
    console.wait(lambda: console.find(QLineEdit, "client_name").text() == client.name)


def dialog(console: Console, name: str) -> bool:
    return console.app.window.findChild(QDialog, name) is not None


def proves(hall: RunningHall, client_id: str, secret: str) -> bool:
    """Whether the client may ask with this secret: then only its code is wrong."""
    answer = Client(hall, client_id, secret=secret).token(grant_type="authorization_code", code="none")
    assert answer.json()["error"] in ("invalid_grant", "invalid_client")
    return bool(answer.json()["error"] == "invalid_grant")


def test_a_client_is_registered_and_its_secret_handed_over_once(page: Console, shared_hall: RunningHall) -> None:
    page.click("add_client")
    page.type("client_client_id", "new-site")
    page.type("client_name", "新网站")
    field = page.find(QPlainTextEdit, "client_redirect_uris")
    field.setPlainText("site.test/callback")
    page.click("client_save")
    assert known(shared_hall, "new-site") is None, "a wrong address is not sent"
    field.setPlainText(f"{BACK}\n")
    page.find(QCheckBox, "client_scope_roles").setChecked(True)
    page.find(QCheckBox, "client_trusted").setChecked(True)
    page.click("client_save")
    page.wait(lambda: dialog(page, "handover_dialog"))
    made = known(shared_hall, "new-site")
    assert made is not None and made.redirect_uris == [BACK] and made.scopes == ["openid", "profile", "roles"]
    assert made.trusted and not made.own
    secret = page.find(QLineEdit, "handover_secret").text()
    assert proves(shared_hall, "new-site", secret)
    page.click("handover_copy_secret")
    assert QGuiApplication.clipboard().text() == secret
    page.click("handover_copy_all")
    whole = QGuiApplication.clipboard().text()
    assert shared_hall.url in whole and f"OIDCClientSecret {secret}" in whole and "<Location /members>" in whole
    page.click("handover_close")
    page.wait(lambda: not dialog(page, "handover_dialog"))
    assert all(item.secret is None for item in page.app.sign_on.clients.state.items)
    page.click("client_handover")
    page.wait(lambda: dialog(page, "handover_dialog"))
    assert page.app.window.findChild(QLineEdit, "handover_secret") is None, "it can't be shown again"
    assert handover.UNKNOWN in page.find(QPlainTextEdit, "handover_config").toPlainText()
    page.click("handover_close")


def test_an_identifier_that_is_taken_is_said_at_its_field(page: Console, shared_hall: RunningHall) -> None:
    register(shared_hall, "first-come")
    page.click("add_client")
    page.type("client_client_id", "first-come")
    page.type("client_name", "Second")
    page.click("client_save")
    page.wait(lambda: page.app.sign_on.clients.state.refused_field == "client_id")
    assert not page.there("client_refusal") and page.find(QLineEdit, "client_client_id").text() == "first-come"


def test_a_colleagues_change_is_seen_and_not_lost_unasked(page: Console, shared_hall: RunningHall) -> None:
    client = register(shared_hall, "both-of-us")
    choose(page, client)
    page.find(QPlainTextEdit, "client_post_logout_uris").setPlainText("https://mine.test/left")
    theirs = ClientEdit(version=client.version, name="Theirs", post_logout_uris=["https://theirs.test/left"])
    shared_hall.client("admin", "colleague").edit_sign_on_client(client.id, theirs)
    page.wait(lambda: page.there("client_conflict"))
    page.wait(lambda: page.find(QLineEdit, "client_name").text() == "Theirs")
    page.click("client_save")
    page.wait(lambda: not page.there("client_unsaved"))
    kept = known(shared_hall, "both-of-us")
    assert kept is not None and (kept.name, kept.post_logout_uris) == ("Theirs", ["https://mine.test/left"])


def test_a_new_secret_ends_the_old_one(page: Console, shared_hall: RunningHall) -> None:
    client = register(shared_hall, "renewed")
    choose(page, client)
    page.wait(lambda: page.there("client_renew"))
    page.click("client_renew")
    page.click("renew_yes")
    page.wait(lambda: dialog(page, "handover_dialog"))
    secret = page.find(QLineEdit, "handover_secret").text()
    page.click("handover_close")
    assert proves(shared_hall, "renewed", secret) and not proves(shared_hall, "renewed", client.secret or "")
    page.wait(lambda: not page.app.sign_on.clients.state.saving)
    page.type("client_name", "Renamed")
    page.click("client_save")
    page.wait(lambda: getattr(known(shared_hall, "renewed"), "name", "") == "Renamed")


def test_what_is_switched_off_stays_in_sight_and_comes_back(page: Console, shared_hall: RunningHall) -> None:
    client = register(shared_hall, "off-and-on")
    choose(page, client)
    page.click("client_retire")
    page.wait(lambda: dialog(page, "retire_question"))
    page.click("retire_yes")
    page.wait(lambda: page.there("client_restore"))
    table = page.find(SearchableTable, "clients_table")
    assert rows(table)["off-and-on"]["tone"] == "off"
    assert not proves(shared_hall, "off-and-on", client.secret or "")
    page.click("client_restore")
    page.wait(lambda: page.there("client_retire"))
    assert proves(shared_hall, "off-and-on", client.secret or "")


def test_the_halls_own_programs_can_only_be_looked_at(page: Console) -> None:
    own = next(item for item in page.app.sign_on.clients.state.items if item.own)
    page.app.sign_on.clients.select(str(own.id))
    page.wait(lambda: page.there("client_locked"))
    assert not page.there("client_save") and not page.there("client_retire") and not page.there("client_handover")


def test_who_may_only_look_changes_nothing(page: Console, shared_hall: RunningHall) -> None:
    client = register(shared_hall, "looked-at")
    choose(page, client)
    page.app.sign_on.set_me(Me(kind="user", name="x", permissions=["sign_on:view"]))
    page.wait(lambda: page.there("client_locked"))
    assert not page.there("add_client") and not page.there("client_save") and not page.there("client_renew")
    assert page.there("client_handover"), "what the other side must know is no secret"
    page.app.frame.open("sign_on", "key")
    page.wait(lambda: page.find(QTabWidget, "sign_on_tabs").currentWidget().objectName() == "keys_tab")
    assert not page.there("keys_rotate")
    page.app.sign_on.set_me(Me(kind="user", name="x", permissions=["sign_on:view", "sign_on:change"]))
    assert page.there("keys_rotate")


def test_a_client_is_found_from_everywhere(page: Console, shared_hall: RunningHall) -> None:
    client = register(shared_hall, "found-one", name="寻得见的系统")
    page.app.frame.open("live", "")

    def found() -> bool:
        page.app.frame.search("found-one")
        return any(entry.target == f"client:{client.id}" for entry in page.app.frame.state.found)

    page.wait(found)
    page.app.frame.choose(0)
    page.wait(lambda: page.text("client_editor_title") == "寻得见的系统")


def test_the_next_key_takes_over_when_it_is_asked_for(page: Console, shared_hall: RunningHall) -> None:
    shared_hall.client("admin", "colleague").rotate_signing_keys()
    page.app.frame.open("sign_on", "key")
    keys = page.app.sign_on.keys
    page.wait(lambda: {key.state for key in keys.state.keys} == {"current", "next", "past"})
    before = {key.state: key.id for key in keys.state.keys}
    page.click("keys_rotate")
    page.wait(lambda: dialog(page, "rotate_question"))
    page.click("rotate_no")
    page.wait(lambda: not dialog(page, "rotate_question"))
    page.click("keys_rotate")
    page.click("rotate_yes")
    page.wait(lambda: keys.state.keys[0].id == before["next"] and keys.state.told != "")
    assert page.text("key_id_0") == before["next"]
    assert before["current"] in {key.id for key in keys.state.keys if key.state == "past"}
    assert page.find(QPushButton, "keys_rotate").isEnabled()


def test_a_server_that_does_not_answer_is_told_and_asked_again(
    open_console: Open, cable: Proxy, shared_hall: RunningHall
) -> None:
    console = open_console(shared_hall, cable.url)
    cable.cut()
    console.app.frame.open("sign_on", "client")
    console.wait(lambda: console.there("clients_problem"))
    assert not console.app.sign_on.clients.state.loaded
    cable.resume()
    console.wait(lambda: console.app.sign_on.clients.state.loaded and console.app.sign_on.state.provider is not None)
    console.wait(lambda: not console.there("clients_problem"))
