"""What an administrator or a hall manager runs into."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QTreeWidget, QWidget

from counter_app.features.queueing.words import PAUSE_REASONS
from shared.i18n import catalogue, languages
from shared.schemas.hall import CounterEdit, ServiceEdit
from tests.admin_app.conftest import Open
from tests.admin_app.stage import Console, walk
from tests.admin_app.test_catalogue import open_counter, open_service
from tests.fakes.hall import RunningHall


def test_every_reason_a_counter_may_pause_for_has_words() -> None:
    keys = {f"admin.live.pause_{reason}" for reason in PAUSE_REASONS}
    assert {(key, code) for key in keys for code in languages() if catalogue().template(key, code) is None} == set()


def test_a_conflict_is_told_again_when_the_draft_is_opened_again(open_console: Open, shared_hall: RunningHall) -> None:
    """Also the next morning: a colleague worked in the evening, when this console was closed."""
    console = open_console(shared_hall)
    open_counter(console, "B09")
    console.type("counter_name", "Mine")
    console.app.catalogue.flush()
    console.stop()
    shared_hall.client("admin", "colleague").edit_counter(shared_hall.counter("B09").id, CounterEdit(name="Theirs"))
    later = open_console(shared_hall)
    open_counter(later, "B09")
    assert later.find(QLineEdit, "counter_name").text() == "Mine"
    assert later.there("counter_conflict")
    open_counter(later, "B07")
    assert not later.there("counter_conflict")
    open_counter(later, "B09")
    assert later.there("counter_conflict")
    later.click("counter_revert")
    assert not later.there("counter_conflict")


def test_the_cursor_stays_where_somebody_types(console: Console, shared_hall: RunningHall) -> None:
    service = shared_hall.easy_service("B05")
    open_service(console, service)
    console.type("service_name", "ABCD")
    field = console.find(QLineEdit, "service_name")
    field.setCursorPosition(2)
    # A colleague works at the same service, and somebody takes a number for it.
    console.issue(service.id)
    note = "Bring your card"
    shared_hall.client("admin", "colleague").edit_service(service.id, ServiceEdit(hint=note))
    console.wait(lambda: console.app.catalogue.services.state.fields.get("hint") == note)
    QTest.keyClicks(field, "xy")
    assert field.text() == "ABxyCD"
    console.click("revert")


def test_unknown_floors_and_zones_are_not_wiped(console: Console, shared_hall: RunningHall) -> None:
    counter = shared_hall.counter("B03")
    admin = shared_hall.client("admin")
    admin.edit_counter(counter.id, CounterEdit(zone="annex"))
    console.wait(
        lambda: any(c.zone == "annex" for c in console.app.catalogue.counters.state.items if c.id == counter.id)
    )
    try:
        open_counter(console, "B03")
        console.type("counter_name", "Annex desk")
        console.click("counter_save")
        console.wait(lambda: not console.there("counter_unsaved"))
        assert shared_hall.counter("B03").zone == "annex"
    finally:
        admin.edit_counter(counter.id, CounterEdit(zone=counter.zone, name=counter.name))


def test_the_tree_of_services_stays_open_while_others_work(console: Console, shared_hall: RunningHall) -> None:
    open_counter(console, "B06")
    tree = console.find(QTreeWidget, "picker_tree")
    top = tree.topLevelItem(0)
    assert top is not None
    name = top.text(0)
    top.setExpanded(True)
    items = console.app.catalogue.services.state.items
    shared_hall.client("admin").edit_service(shared_hall.easy_service("B01").id, ServiceEdit(hint="Something new"))
    console.wait(lambda: console.app.catalogue.services.state.items != items)
    again = next(node for node in walk(tree.invisibleRootItem()) if node.text(0) == name)
    assert again.isExpanded()


def test_search_results_go_when_one_works_elsewhere(console: Console) -> None:
    console.app.window.activateWindow()
    console.wait(console.app.window.isActiveWindow)
    QTest.keyClick(console.app.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    console.type("search_box", "B0")
    assert console.there("search_panel")
    console.find(QWidget, "nav_tree").setFocus()
    assert not console.there("search_panel")
    console.find(QLineEdit, "search_box").setFocus()
    assert console.there("search_panel")


def test_rows_come_for_the_last_question_only(console: Console, shared_hall: RunningHall) -> None:
    live = console.app.live
    answers = []
    live.rows_ready.connect(answers.append)
    live.show_rows("issued")
    live.show_rows("no_show")
    console.wait(lambda: any(not answer.loading for answer in answers))
    window = console.find(QDialog, "tickets_window")
    window.close()
    live.show_rows("issued")
    window.close()
    done = len(answers)
    console.wait(lambda: len(answers) > done and not answers[-1].loading)
    assert not window.isVisible(), "closed is closed, though the answer comes later"
    titles = {answer.title for answer in answers[:done] if not answer.loading}
    assert titles == {next(a.title for a in answers[1:2])}
    live.rows_ready.disconnect(answers.append)


def test_a_place_that_was_taken_away_is_missed_beside_its_field(console: Console, shared_hall: RunningHall) -> None:
    open_counter(console, "B13")
    zone = console.find(QComboBox, "counter_zone")
    zone.setCurrentIndex(zone.findData(""))
    console.click("counter_save")
    assert zone.property("role") == "error"
    assert not console.app.catalogue.counters.state.saving
    assert not console.there("counter_refusal")
    console.click("counter_revert")
    assert zone.currentData() == shared_hall.counter("B13").zone
