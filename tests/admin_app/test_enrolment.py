"""Terminals are enrolled, approved, withdrawn and given new keys from the console."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLabel, QLineEdit, QPushButton

from admin_app.finding import Finder
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall
from tests.fakes.machine import Machine, code


def open_page(console: Console) -> SearchableTable:
    console.app.frame.open("devices", "")
    return console.find(SearchableTable, "devices_table")


def press(console: Console, name: str) -> None:
    """The event of a change may come before its answer, while the buttons still rest."""
    console.wait(lambda: console.there(name) and console.find(QPushButton, name).isEnabled())
    console.click(name)


def choose(console: Console, table: SearchableTable, name: str) -> None:
    console.wait(lambda: name in rows(table))
    assert table.select(rows(table)[name]["id"])
    console.wait(lambda: console.text("device_title") == name)


def test_from_code_to_work_to_withdrawal(console: Console, shared_hall: RunningHall) -> None:
    table = open_page(console)
    console.click("devices_enrol")
    console.wait(lambda: console.there("enrol_make"))
    console.click("enrol_make")
    assert console.app.devices.enrolment.state.code == "", "a terminal needs a name"
    console.type("enrol_name", "kiosk-31")
    console.click("enrol_make")
    console.wait(lambda: console.there("enrol_code"))
    made = console.text("enrol_code")
    assert not console.find(QLabel, "enrol_qr").pixmap().isNull()
    console.click("enrol_close")
    console.wait(lambda: console.app.window.findChild(QDialog, "enrol_dialog") is None)
    assert console.app.devices.enrolment.state.code == ""

    machine = Machine(shared_hall)
    assert machine.enrol(made).json()["state"] == "pending"
    choose(console, table, "kiosk-31")
    assert table.shown_rows()[0]["name"] == "kiosk-31", "who waits stands on top"
    assert len(console.text("device_fact_0")) == len("AB12 CD34 EF56 7890")
    press(console, "device_approve")
    console.wait(lambda: console.there("device_revoke"))
    assert machine.ask().status_code == 200
    press(console, "device_revoke")
    console.wait(lambda: rows(table)["kiosk-31"]["condition"] == "revoked")
    assert machine.ask().status_code == 403
    press(console, "device_rekey")
    console.wait(lambda: console.there("enrol_make"))
    console.find(QCheckBox, "enrol_approved").setChecked(True)
    console.click("enrol_make")
    console.wait(lambda: console.there("enrol_code"))
    assert Machine(shared_hall).enrol(console.text("enrol_code")).json()["state"] == "approved"
    console.click("enrol_close")
    console.wait(lambda: console.there("device_revoke"))


def test_a_name_that_is_taken_is_said_in_the_dialog(console: Console, shared_hall: RunningHall) -> None:
    open_page(console)
    Machine.enrolled(shared_hall, "kiosk", "kiosk-32")
    console.click("devices_enrol")
    console.wait(lambda: console.there("enrol_make"))
    console.type("enrol_name", "kiosk-32")
    console.click("enrol_make")
    console.wait(lambda: "kiosk-32" in console.text("enrol_refusal_words"))
    console.click("enrol_cancel")


def test_a_second_servers_code_says_the_command_it_is_for(console: Console) -> None:
    """Bug: the form named a kiosk, and the complaint of an empty name lay over the field."""
    open_page(console)
    console.click("devices_enrol")
    console.wait(lambda: console.there("enrol_make"))
    kinds = console.find(QComboBox, "enrol_kind")
    kinds.setCurrentIndex(kinds.findData("standby"))
    assert "server-2" in console.find(QLineEdit, "enrol_name").placeholderText()
    dialog = console.find(QDialog, "enrol_dialog")
    before = dialog.height()
    console.click("enrol_make")
    layout = dialog.layout()
    assert layout is not None
    console.wait(lambda: dialog.height() >= max(before, layout.totalHeightForWidth(dialog.width())))
    console.type("enrol_name", "server-31")
    console.click("enrol_make")
    console.wait(lambda: console.there("enrol_code"))
    assert "./run standby" in console.text("enrol_how")
    console.click("enrol_close")


def test_a_counters_terminal_is_bound_and_freed(console: Console, shared_hall: RunningHall) -> None:
    table = open_page(console)
    counter = shared_hall.counter("A05")
    machine = Machine(shared_hall)
    machine.enrol(code(shared_hall, "counter", "counter-33"))
    choose(console, table, "counter-33")
    box = console.find(QComboBox, "device_counter")
    console.wait(lambda: box.findData(str(counter.id)) > 0)
    for wanted in (str(counter.id), ""):
        # It rests while an answer is under way.
        console.wait(box.isEnabled)
        box.setCurrentIndex(box.findData(wanted))
        box.activated.emit(box.currentIndex())
        console.wait(lambda wanted=wanted: console.app.devices.state.counter_id == wanted)


def test_only_what_is_permitted_is_shown(console: Console) -> None:
    frame, window = console.app.frame, console.app.window
    everything = frame._me
    assert everything is not None
    assert "catalogue" in frame.state.allowed
    open_page(console)
    assert console.there("devices_enrol")
    looker = everything.model_copy(update={"permissions": ["hall:view", "figures:view", "terminals:view"]})
    assert frame._hall is not None
    try:
        frame._indexed((frame._hall, looker, Finder()))
        assert frame.state.allowed == ("live", "devices", "updates", "fleet", "power")
        hidden = {page: console.page_node(page).isHidden() for page in ("live", "catalogue", "devices")}
        assert hidden == {"live": False, "catalogue": True, "devices": False}
        assert not console.there("devices_enrol")
        frame._indexed(
            (frame._hall, looker.model_copy(update={"permissions": ["hall:view", "figures:view"]}), Finder())
        )
        assert frame.state.page == "live", "who loses a page is led to one that is left"
        frame.open("devices")
        assert frame.state.page == "live"
    finally:
        frame._indexed((frame._hall, everything, frame._finder))
    assert window.isVisible()
