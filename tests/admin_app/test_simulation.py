"""The adviser: a day is chosen, counters are added, and what it would have brought is said in words."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel, QPushButton, QSpinBox

from shared.ui.background import wait_for_background
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console, rows
from tests.fakes.hall import RunningHall
from tests.fakes.past_day import fill_past_day


def test_one_more_counter_is_tried_out_on_a_past_day(console: Console, shared_hall: RunningHall) -> None:
    busiest = fill_past_day(shared_hall, 30)
    console.app.frame.open("simulation", "")
    presenter = console.app.simulation
    console.wait(lambda: presenter.state.loaded and not presenter.state.busy)
    assert console.there("simulation_empty") and not console.find(QPushButton, "simulation_try").isEnabled()
    days = console.find(QComboBox, "simulation_day")
    days.setCurrentIndex(days.count() - 1)
    service = console.find(QComboBox, "simulation_service")
    service.setCurrentIndex(service.findData(str(busiest)))
    # A change of no counters, or one that ends before it begins, can't be added.
    number = console.find(QSpinBox, "simulation_counters")
    number.setValue(0)
    assert not console.find(QPushButton, "simulation_add").isEnabled()
    number.setValue(2)
    console.click("simulation_add")
    assert console.find(QLabel, "simulation_change_0").text() != ""
    console.click("simulation_try")
    console.wait(lambda: presenter.state.answered == 1 and not presenter.state.busy)
    state = presenter.state
    name = state.name_of(busiest)
    assert name in state.sentences[0] and "降到" in state.sentences[0]
    assert "推断" in state.note
    found = rows(console.find(SearchableTable, "simulation_table"))
    assert "→" in found[name]["longest"] and len(found) > 2
    assert console.there("simulation_plot") and len(state.hours) > 1
    # Two counters fewer, and it is worse; what was tried first is taken out.
    console.click("simulation_remove_0")
    number.setValue(-2)
    console.click("simulation_add")
    console.click("simulation_try")
    console.wait(lambda: presenter.state.answered == 2 and not presenter.state.busy)
    assert "升到" in presenter.state.sentences[0]
    presenter.remove(0)
    assert presenter.state.changes == ()
    # Who comes back finds what there was: nothing says that they have to wait.
    waited = []
    presenter.state_changed.connect(lambda: waited.append(presenter.state.busy))
    console.app.frame.open("catalogue", "")
    console.app.frame.open("simulation", "")
    wait_for_background(10)
    console.wait(lambda: console.there("simulation_plot"))
    assert not any(waited)
