"""Services and counters are edited on the real server."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPlainTextEdit, QPushButton, QTreeWidget

from admin_app.features.catalogue.breaks import breaks_of, check, words_of
from shared.client.event_stream import EventStream
from shared.i18n import languages
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Counter, CounterEdit, PlannedBreak, Service
from shared.ui.widgets import SearchableTable
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console, rows, walk
from tests.fakes.events import Heard
from tests.fakes.hall import RunningHall
from tests.fakes.proxy import Proxy


def service_of(hall: RunningHall, service_id: UUID) -> Service:
    return next(item for item in hall.client("admin").services(retired=True) if item.id == service_id)


def counter_of(hall: RunningHall, label: str) -> Counter | None:
    return next((item for item in hall.client("admin").counters(retired=True) if item.label == label), None)


def open_service(console: Console, service: Service) -> None:
    console.app.frame.open("catalogue", "service")
    console.choose_node("services_tree", str(service.id))
    console.wait(lambda: console.find(QLineEdit, "service_name").text() == service.name)


def open_counter(console: Console, label: str) -> None:
    console.app.frame.open("catalogue", "counter")
    table = console.find(SearchableTable, "counters_table")
    assert table.select(rows(table)[label]["id"])
    console.wait(lambda: console.find(QLineEdit, "counter_label").text() == label)


def test_an_edited_service_reaches_the_server_and_every_client(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("B01")
    heard = Heard()
    stream = EventStream(
        shared_hall.client("kiosk"), ("services",), on_snapshot=heard, on_event=heard, on_connection=lambda *_: None
    )
    stream.start()
    try:
        console.wait(lambda: bool(heard.events))
        open_service(console, service)
        console.type("service_name", "Renamed service")
        console.find(QPlainTextEdit, "service_hint").setPlainText("请带户口簿")
        console.find(QCheckBox, "service_suspended").setChecked(True)
        console.type("service_suspended_note", "upgrade")
        assert console.there("unsaved")
        console.click("save")
        console.wait(lambda: not console.there("unsaved"))
        told = heard.next(Event)
        assert told.kind == "service.changed"
        assert told.data["service_id"] == str(service.id)
    finally:
        stream.stop()
    kept = service_of(shared_hall, service.id)
    assert (kept.name, kept.hint, kept.closed_reason, kept.closed_note) == (
        "Renamed service", "请带户口簿", "suspended", "upgrade",
    )  # fmt: skip
    assert kept.name_en == service.name_en
    assert any("Renamed service" in words for words in console.shown_nodes("services_tree"))


def test_faults_are_told_while_typing_and_nothing_is_sent(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("B10")
    open_service(console, service)
    console.type("service_series", "a1")
    console.type("service_short_name", "thirteen chars")
    form = console.app.window.findChild(QLineEdit, "service_series")
    assert form is not None
    assert form.property("role") == "error"
    assert form.text() == "A1"
    console.click("save")
    assert not console.app.catalogue.services.state.saving
    assert console.there("unsaved")
    console.click("revert")
    assert not console.there("unsaved")
    assert form.property("role") != "error"
    assert service_of(shared_hall, service.id) == service


def test_a_service_is_added_under_its_group(console: Console, shared_hall: RunningHall) -> None:
    near = shared_hall.easy_service("B05")
    open_service(console, near)
    console.click("add_service")
    console.wait(lambda: console.find(QLineEdit, "service_name").text() == "")
    assert console.find(QLineEdit, "service_series").text() == near.series
    console.type("service_name", "Lost passports")
    console.click("save")
    console.wait(lambda: not console.there("unsaved"))
    made = next(item for item in shared_hall.client("admin").services() if item.name == "Lost passports")
    assert made.parent_id == near.parent_id
    assert made.ticketable
    assert made.series == near.series
    assert console.app.catalogue.services.state.selected == str(made.id)


def test_retiring_says_what_it_touches_and_can_be_taken_back(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("C11")
    console.issue(service.id)
    open_service(console, service)
    console.click("retire")
    console.wait(lambda: console.there("retire_question"))
    facts = console.app.catalogue.services.retiring()
    assert facts is not None
    told = " ".join(facts.facts)
    assert all(label in told for label in service.counter_labels[:1])
    assert "1 人" in told
    console.click("retire_no")
    assert not service_of(shared_hall, service.id).retired
    console.click("retire")
    console.wait(lambda: console.there("retire_yes"))
    console.click("retire_yes")
    console.wait(lambda: service_of(shared_hall, service.id).retired)
    console.wait(lambda: not any(words == service.name for words in console.shown_nodes("services_tree")))
    console.find(QCheckBox, "show_retired_services").click()
    console.wait(lambda: any(service.name in words for words in console.shown_nodes("services_tree")))
    console.choose_node("services_tree", str(service.id))
    console.click("restore")
    console.wait(lambda: not service_of(shared_hall, service.id).retired)


def test_services_are_found_by_characters_pinyin_and_initials(console: Console, shared_hall: RunningHall) -> None:
    service = next(item for item in shared_hall.client("staff").services() if item.name == "临时居民身份证申领")
    console.app.frame.open("catalogue", "service")
    every = len(console.shown_nodes("services_tree"))
    for query in ("临时居民", "linshijumin", "lsjm"):
        console.type("service_search", query)
        shown = console.shown_nodes("services_tree")
        assert service.name in shown
        assert len(shown) < every / 4
    console.type("service_search", "")
    assert len(console.shown_nodes("services_tree")) == every


def test_a_counter_is_added_and_a_taken_label_is_refused_beside_the_field(
    console: Console, shared_hall: RunningHall
) -> None:
    open_counter(console, "B02")
    console.click("add_counter")
    console.type("counter_label", "B01")
    console.type("counter_name", "Night desk")
    console.click("counter_save")
    label = console.find(QLineEdit, "counter_label")
    console.wait(lambda: label.property("role") == "error")
    assert "B01" in console.app.catalogue.counters.state.refusal
    assert console.there("counter_unsaved")
    console.type("counter_label", "N01")
    assert label.property("role") != "error"
    tree = console.find(QTreeWidget, "picker_tree")
    console.type("picker_search", "lsjm")
    leaf = next(node for node in walk(tree.invisibleRootItem()) if node.text(0) == "临时居民身份证申领")
    leaf.setCheckState(0, Qt.CheckState.Checked)
    console.click("counter_save")
    console.wait(lambda: counter_of(shared_hall, "N01") is not None)
    made = counter_of(shared_hall, "N01")
    assert made is not None
    assert made.name == "Night desk"
    assert [str(id_) for id_ in made.service_ids] == [leaf.data(0, Qt.ItemDataRole.UserRole)]
    assert (made.floor, made.zone) == ("1", "b")
    console.wait(lambda: "N01" in rows(console.find(SearchableTable, "counters_table")))


def test_a_counter_in_use_is_not_retired(console: Console, shared_hall: RunningHall) -> None:
    counter = shared_hall.counter("E01")
    desk = shared_hall.client("counter", "E01")
    desk.counter_state(counter.id, "sign-in")
    open_counter(console, "E01")
    console.click("counter_retire")
    console.wait(lambda: console.there("retire_yes"))
    console.click("retire_yes")
    console.wait(lambda: console.there("counter_refusal"))
    assert "E01" in console.text("counter_refusal_words")
    desk.counter_state(counter.id, "sign-out")
    console.click("counter_retire")
    console.wait(lambda: console.there("retire_yes"))
    console.click("retire_yes")
    console.wait(lambda: "E01" not in rows(console.find(SearchableTable, "counters_table")))
    kept = counter_of(shared_hall, "E01")
    assert kept is not None
    assert kept.retired


def test_unsaved_changes_outlive_page_and_program(open_console: Open, shared_hall: RunningHall) -> None:
    console = open_console(shared_hall)
    service = shared_hall.easy_service("D11")
    open_service(console, service)
    console.type("service_name", "Half typed")
    open_counter(console, "B04")
    open_service(console, service.model_copy(update={"name": "Half typed"}))
    console.app.window.close()
    console.wait(lambda: console.there("close_question"))
    console.click("close_keep")
    console.wait(lambda: not console.app.window.isVisible())
    console.stop()
    later = open_console(shared_hall)
    open_service(later, service.model_copy(update={"name": "Half typed"}))
    assert later.there("unsaved")
    assert service_of(shared_hall, service.id).name == service.name
    later.click("revert")
    assert later.find(QLineEdit, "service_name").text() == service.name
    assert later.app.window.close()


def test_somebody_elses_edit_of_the_same_field_is_told(console: Console, shared_hall: RunningHall) -> None:
    open_counter(console, "B08")
    console.type("counter_name", "Mine")
    other = shared_hall.client("admin", "colleague")

    other.edit_counter(shared_hall.counter("B08").id, CounterEdit(name="Theirs", name_en="Elsewhere"))
    console.wait(lambda: console.there("counter_conflict"))
    assert console.find(QLineEdit, "counter_name").text() == "Mine"
    assert console.find(QLineEdit, "counter_name_en").text() == "Elsewhere"
    console.click("counter_revert")
    console.wait(lambda: console.find(QLineEdit, "counter_name").text() == "Theirs")
    assert not console.there("counter_conflict")


def test_a_change_whose_answer_is_lost_stays_and_is_made_once(
    open_console: Open, cable: Proxy, shared_hall: RunningHall
) -> None:
    console = open_console(shared_hall, cable.url)
    open_service(console, shared_hall.easy_service("D12"))
    console.click("add_service")
    console.type("service_name", "Once only")
    # The server makes it, and the line breaks before it can say so.
    cable.watch = lambda data: b"Once only" in data
    console.click("save")
    console.wait(lambda: console.there("refusal"))
    assert "草稿" in console.text("refusal_words")
    assert console.there("unsaved")
    cable.watch = lambda data: False
    console.click("save")
    console.wait(lambda: not console.there("unsaved"))
    assert [item.name for item in shared_hall.client("admin").services()].count("Once only") == 1


def test_what_is_typed_while_the_line_is_down_is_saved_when_it_is_back(
    open_console: Open, cable: Proxy, shared_hall: RunningHall
) -> None:
    console = open_console(shared_hall, cable.url)
    service = shared_hall.easy_service("D13")
    open_service(console, service)
    cable.cut()
    console.wait(lambda: console.there("link_banner"))
    console.type("service_name_en", "Typed in the dark")
    console.click("save")
    console.wait(lambda: console.there("refusal"))
    cable.resume()
    console.wait(lambda: not console.there("link_banner"))
    assert console.find(QLineEdit, "service_name_en").text() == "Typed in the dark"
    console.click("save")
    console.wait(lambda: service_of(shared_hall, service.id).name_en == "Typed in the dark")
    console.wait(lambda: not console.there("unsaved"))


def test_shown_counters_are_exported_for_a_spreadsheet(console: Console, tmp_path: Path) -> None:
    console.app.frame.open("catalogue", "counter")
    table = console.find(SearchableTable, "counters_table")
    console.type("counters_filter", "C0")
    assert table.export_csv(tmp_path / "counters.csv") == len(table.shown_rows())
    content = (tmp_path / "counters.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(content.decode("utf-8-sig").splitlines()))
    assert lines[0][0] == "窗口号"
    assert {line[0][:2] for line in lines[1:]} == {"C0"}


EDITING = ("save", "revert", "retire", "add_service", "add_group")


def test_each_right_opens_its_own_buttons(console: Console, shared_hall: RunningHall) -> None:
    me, service = console.app.frame._me, shared_hall.easy_service()
    label = shared_hall.client("staff").counters()[0].label
    console.find(SearchableTable, "counters_table").filter_box.clear()
    assert me is not None and service.department_id is not None
    services, counters = "catalogue.services:change", "catalogue.counters:change"
    try:
        for rights, units, own, theirs in (
            ([], {}, False, False),
            ([services], {}, True, False),
            ([counters], {}, False, True),
            ([], {services: [service.department_id]}, True, False),
        ):  # fmt: skip
            console.app.catalogue.set_me(Me(kind="user", name="x", permissions=["hall:view", *rights], units=units))
            open_service(console, service)
            console.wait(lambda own=own: console.there("save") is own)  # type: ignore[misc]
            assert [console.there(name) for name in EDITING] == [own] * len(EDITING), rights
            assert console.there("locked") is not own
            assert console.find(QLineEdit, "service_name").isEnabled() is own
            open_counter(console, label)
            console.wait(lambda theirs=theirs: console.there("counter_save") is theirs)  # type: ignore[misc]
            assert console.there("add_counter") is theirs and console.there("counter_retire") is theirs
            assert console.there("counter_locked") is not theirs
            boxes = console.find(QTreeWidget, "picker_tree")
            ticks = [bool(node.flags() & Qt.ItemFlag.ItemIsUserCheckable) for node in walk(boxes.invisibleRootItem())]
            assert ticks == [theirs] * len(ticks) and boxes.isEnabled(), "what a counter serves can be looked at"
    finally:
        console.app.catalogue.set_me(me)


def test_a_right_in_one_department_is_none_in_another(console: Console, shared_hall: RunningHall) -> None:
    me = console.app.frame._me
    assert me is not None
    every = [item for item in shared_hall.client("admin").services() if item.department_id and item.ticketable]
    own = every[0]
    other = next(item for item in every if item.department_id != own.department_id)
    rights = {"catalogue.services:change": [own.department_id]}
    try:
        console.app.catalogue.set_me(Me(kind="user", name="x", permissions=["hall:view"], units=rights))
        open_service(console, other)
        console.wait(lambda: console.there("locked"))
        assert not console.find(QPushButton, "add_service").isEnabled()
        console.app.catalogue.services.select("")
        assert not console.find(QPushButton, "add_group").isEnabled(), "a new group at the top is the whole hall's"
        open_service(console, own)
        console.wait(lambda: console.there("save"))
        assert console.find(QPushButton, "add_service").isEnabled()
    finally:
        console.app.catalogue.set_me(me)


def test_planned_breaks_are_typed_as_people_write_them(console: Console, shared_hall: RunningHall) -> None:
    lunch = PlannedBreak(start=720, end=810, why="午餐")
    short = PlannedBreak(start=720, end=750)
    for language in languages():
        told = words_of({"weekday": [lunch], "weekend": [short]}, language)
        assert breaks_of(told) == {"weekday": [lunch], "weekend": [short]}
    assert breaks_of(" 12：00 - 13:30 午餐 ;Weekend 12:00~12:30") == {"weekday": [lunch], "weekend": [short]}
    assert breaks_of("") == {}
    for wrong in ("noon", "12:00", "13:00-12:00", "12:00-13:00; 12:30-14:00", "someday 12:00-13:00", "12:00-25:00"):
        assert check(wrong) is not None, wrong
    open_counter(console, "A02")
    console.type("counter_breaks", "13:00-12:00")
    console.click("counter_save")
    known = counter_of(shared_hall, "A02")
    assert known is not None and known.breaks == {} and console.there("counter_unsaved")
    console.type("counter_breaks", "12:00-13:30")
    console.click("counter_save")
    console.wait(lambda: not console.there("counter_unsaved"))
    known = counter_of(shared_hall, "A02")
    assert known is not None and known.breaks == {"weekday": [PlannedBreak(start=720, end=810)]}
    shared_hall.client("admin").edit_counter(known.id, CounterEdit(breaks={}))
