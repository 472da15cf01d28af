"""The desk for one person's data: found, shown for a moment, taken along, erased."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtWidgets import QLineEdit, QPushButton
from sqlalchemy import text

from shared.schemas.access import Me
from shared.schemas.tickets import TicketRequest
from tests.admin_app.stage import Console
from tests.fakes.citizens import somebody
from tests.fakes.hall import RunningHall

NAME = "欧阳丹青"


def open_person(console: Console, hall: RunningHall) -> str:
    """The number of somebody who has just taken a ticket, and is shown."""
    identity = somebody(NAME)
    hall.client("kiosk", "k1").issue(TicketRequest(service_id=hall.easy_service().id, identity=identity))
    console.app.frame.open("personal_data", "")
    console.wait(lambda: console.app.personal_data.state.may_erase)
    console.type("personal_number", identity.number)
    console.click("personal_find")
    console.wait(lambda: console.app.personal_data.state.found == "some")
    return identity.number


def give_reason(console: Console, words: str) -> None:
    console.wait(lambda: console.there("reason"))
    console.type("reason", "abc")
    assert not console.find(QPushButton, "reason_ok").isEnabled(), "three letters are no reason"
    console.type("reason", words)
    console.click("reason_ok")


def test_a_value_is_shown_for_a_reason_and_for_a_moment(console: Console, shared_hall: RunningHall) -> None:
    number = open_person(console, shared_hall)
    assert number not in console.text("personal_value_0")
    console.click("personal_show_0")
    give_reason(console, "check of papers")
    console.wait(lambda: console.text("personal_value_0") == number)
    console.app.personal_data._hiding.setInterval(1)
    console.wait(lambda: console.text("personal_value_0") != number)
    console.app.personal_data._hiding.setInterval(30_000)
    console.click("personal_show_1")
    give_reason(console, "check of papers")
    console.wait(lambda: console.text("personal_value_1") == NAME)
    console.app.frame.open("live", "")
    # Who leaves the page leaves nothing on it.
    console.wait(lambda: console.text("personal_value_1") != NAME)


def test_it_is_taken_along_and_erased_when_the_visit_is_over(
    console: Console, shared_hall: RunningHall, tmp_path: Path
) -> None:
    number = open_person(console, shared_hall)
    assert not console.find(QPushButton, "personal_erase").isEnabled()
    assert console.there("personal_empty")
    desk = console.app.personal_data
    desk.export("asked for it", tmp_path / "person.json")
    console.wait(lambda: "person.json" in desk.state.told)
    assert json.loads((tmp_path / "person.json").read_text("utf-8"))["tickets"][0]["document_number"] == number
    assert (tmp_path / "person.json").stat().st_mode & 0o777 == 0o600
    desk.export("asked for it", tmp_path / "no" / "person.json")
    console.wait(lambda: "person.json" in desk.state.problem)
    shared_hall.execute(text("UPDATE tickets SET status = 'finished' WHERE identity_key IS NOT NULL"))
    console.click("personal_find")
    console.wait(lambda: console.find(QPushButton, "personal_erase").isEnabled())
    console.click("personal_erase")
    give_reason(console, "asked to be forgotten")
    console.wait(lambda: desk.state.told != "" and desk.state.cards == ())
    console.click("personal_find")
    console.wait(lambda: desk.state.found == "none")


def test_clearing_leaves_nothing_of_the_last_person(console: Console, shared_hall: RunningHall) -> None:
    open_person(console, shared_hall)
    console.click("personal_forget")
    assert console.app.personal_data.state.cards == ()
    assert console.find(QLineEdit, "personal_number").text() == ""
    console.click("personal_find")
    assert console.there("personal_problem")
    console.click("personal_forget")


def test_only_what_is_permitted_is_offered(console: Console, shared_hall: RunningHall) -> None:
    open_person(console, shared_hall)
    console.app.personal_data.set_me(Me(kind="user", name="x", permissions=["personal_data:find"]))
    for name in ("personal_export", "personal_erase", "personal_show_0"):
        assert not console.there(name)
    whole = [f"personal_data:{what}" for what in ("find", "reveal", "export", "erase")]
    console.app.personal_data.set_me(Me(kind="user", name="x", permissions=whole))
    console.wait(lambda: console.there("personal_show_0"))
    console.click("personal_forget")
