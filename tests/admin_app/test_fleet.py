"""The plan view and the plans of power in the console, on a real hall."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QListWidget, QPushButton

from admin_app.features.terminals.power import read_times, say_times
from shared.schemas.machine_health import MachineHealth
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall


def row(shown: QListWidget, begins: str) -> int:
    return next((n for n in range(shown.count()) if shown.item(n).text().startswith(begins)), -1)


def click_row(shown: QListWidget, number: int) -> None:
    # A hall that many tests have used has a long list.
    shown.scrollToItem(shown.item(number))
    place = shown.visualItemRect(shown.item(number)).center()
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("7:30-18:00", "07:30–18:00"), ("07：30–12:00；13:00～18:00", "07:30–12:00；13:00–18:00"), ("", ""),
        ("20:00-02:00", "20:00–02:00"), ("half past", None), ("07:30", None), ("25:00-26:00", None),
    ],
)  # fmt: skip
def test_times_as_people_write_them(words: str, told: str | None) -> None:
    found = read_times(words)
    assert (say_times(found, "zh-CN") if found is not None else None) == told


def test_a_terminal_is_put_on_its_floor_dragged_and_opened(console: Console, shared_hall: RunningHall) -> None:
    kiosk = shared_hall.client("kiosk", "kiosk-21")
    terminal = kiosk.report("0.9.1", "", [], MachineHealth(disk_free_mb=9000, can=["power"], macs=[]))
    console.app.frame.open("fleet", "")
    unplaced = console.find(QListWidget, "fleet_unplaced")
    console.wait(lambda: row(unplaced, "kiosk-21") >= 0 and bool(console.app.fleet.state.floors))
    console.click("fleet_arrange")
    click_row(unplaced, row(unplaced, "kiosk-21"))
    console.wait(lambda: console.there("mark_kiosk-21"))
    mark = console.find(QPushButton, "mark_kiosk-21")
    assert mark.accessibleName() == "kiosk-21, 在线"
    before, grip = mark.geometry().center(), mark.rect().center()
    QTest.mousePress(mark, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)
    QTest.mouseMove(mark, grip + QPoint(60, 40))
    QTest.mouseMove(mark, grip + QPoint(60, 40))
    QTest.mouseRelease(mark, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)

    def spot() -> tuple[float, float]:
        found = next(one.spot for one in shared_hall.client("admin").terminals() if one.id == terminal.id)
        return (found.x, found.y) if found is not None else (0.5, 0.5)

    console.wait(lambda: spot() != (0.5, 0.5))
    assert spot()[0] > 0.5 and mark.geometry().center() != before
    console.click("fleet_arrange")
    console.click("mark_kiosk-21")
    console.wait(lambda: console.text("device_title") == "kiosk-21")
    assert console.text("terminal_expected") == "没有开关机计划"
    assert console.there("order_power_off") and not console.there("order_display_on")


def test_a_plan_of_power_is_made_and_taken_away(console: Console, shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    shared_hall.client("kiosk", "kiosk-22").report("0.9.1", "", [])
    console.app.frame.open("power", "")
    console.click("power_add")
    members = console.find(QListWidget, "power_members")
    console.wait(lambda: row(members, "kiosk-22") >= 0)
    console.find(QLineEdit, "power_name").setText("大厅")
    console.find(QLineEdit, "power_times_sat").setText("later")
    members.item(row(members, "kiosk-22")).setCheckState(Qt.CheckState.Checked)
    console.click("power_save")
    assert "周六" in console.text("power_problem_words")
    console.find(QLineEdit, "power_times_sat").setText("9:00-12:00")
    console.click("power_save")
    console.wait(lambda: bool(admin.power_plans()))
    (plan,) = admin.power_plans()
    assert (plan.name, plan.week["sat"][0].on, len(plan.terminal_ids)) == ("大厅", "09:00", 1)
    assert "holiday" not in plan.week
    console.wait(lambda: console.there("power_remove"))
    console.click("power_remove")
    console.click("remove_yes")
    console.wait(lambda: admin.power_plans() == [])
