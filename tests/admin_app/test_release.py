"""The release page: a plan is mended by the linter's words and published, one day is changed, a table is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLineEdit, QPushButton, QTableWidget

from admin_app.features.release.rows import cells_of, finding_words, windows_of
from shared.schemas.release import Finding, Window
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console, rows


def test_rows_read_back_in_both_languages_and_say_what_is_wrong() -> None:
    window = Window(
        start=540, end=720, slot_minutes=30, onsite=40, onsite_shares={"kiosk": 30, "phone": 10}, booking=2,
        booking_shares={"web": 1},
    )  # fmt: skip
    for language in ("zh-CN", "en"):
        assert windows_of([cells_of(window, language), ("",) * 7], language) == ([window], [])
    mixed = ("9:00", "12:00", "30", "", "取号机 3，phone: 4", "", "")
    # Any number cannot be shared; that is the linter's to say, not a fault of writing.
    assert windows_of([mixed], "en")[0][0].onsite_shares == {"kiosk": 3, "phone": 4}
    wrong = ("9", "25:00", "1", "many", "bus 3", "-1", "web")
    assert len(windows_of([wrong], "en")[1]) == 7


def test_services_that_compete_are_named_in_the_readers_language() -> None:
    finding = Finding(
        level="warning", code="too_many_together", kind="weekday", row=None,
        params={"services": ["结婚登记", "离婚登记"], "counters": 3, "quantity": 35, "start": "09:00", "end": "12:00",
                "needed": 12.9, "able": 9.0, "basis": "typical"},
    )  # fmt: skip
    assert "Marriage, 离婚登记 share 3" in finding_words(finding, "en", {"结婚登记": "Marriage"})
    assert "结婚登记、离婚登记" in finding_words(finding, "zh-CN", {})


@pytest.fixture
def page(console: Console) -> Console:
    console.app.frame.open("release", "plans")
    console.wait(lambda: console.app.release.state.loaded)
    return console


def cell(page: Console, row: int, column: int, words: str) -> None:
    item = page.find(QTableWidget, "release_rows").item(row, column)
    assert item is not None
    item.setText(words)


def test_a_plan_is_mended_and_published_and_one_day_is_changed(page: Console) -> None:
    release = page.app.release
    service = next(one for one in release.state.items if one.onsite is not None)
    release.select(str(service.service_id))
    page.wait(lambda: bool(release.state.week))
    number = service.number or 0
    cell(page, 0, 1, "25:00")
    page.click("release_save")
    page.wait(lambda: bool(release.state.faults))
    assert page.there("release_problem")
    cell(page, 0, 1, "20:00")
    page.click("release_save")
    page.wait(lambda: any(one.level == "error" for one in release.state.findings))
    page.click("release_publish")
    page.wait(lambda: release.state.problem != "")
    cell(page, 0, 1, "12:00")
    cell(page, 0, 3, "5")
    page.click("release_save")
    # Nobody has signed in at its counters in this hall: a warning, which wants a reason.
    page.wait(lambda: release.state.warned and all(one.level == "warning" for one in release.state.findings))
    page.find(QLineEdit, "release_reason").setText("a trial")
    page.click("release_publish")
    page.wait(lambda: release.state.plan is not None and release.state.plan.draft is None)
    page.wait(lambda: not release.state.busy)
    assert release.state.plan is not None and release.state.plan.published is not None
    assert (release.state.plan.published.number, release.state.plan.published.reason) == (number + 1, "a trial")
    # Next week's Monday alone.
    page.click("release_week_on")
    page.wait(lambda: bool(release.state.week) and release.state.week[0].day == release.state.first)
    page.find(QAbstractButton, "release_day_0").click()
    page.wait(lambda: release.day.state.shown is not None)
    table = page.find(QTableWidget, "release_day_rows")
    item = table.item(0, 3)
    assert item is not None and item.text() == "5"
    item.setText("3")
    page.wait(lambda: release.day.state.shown is not None and release.day.state.shown.windows[0].onsite == 3)
    page.find(QLineEdit, "release_day_reason").setText("training")
    page.click("release_day_keep")
    page.wait(lambda: release.day.state.day is None)
    page.wait(lambda: release.state.week[0].changed)


def test_a_day_is_set_by_hand_and_a_table_is_tried_before_it_is_loaded(page: Console, tmp_path: Path) -> None:
    calendar = page.app.release.calendar
    page.app.frame.open("release", "calendar")
    page.wait(lambda: calendar.state.month is not None)
    page.click("calendar_on")
    page.wait(lambda: calendar.state.month is not None and calendar.state.month > calendar.today)
    place = next(number for number, day in enumerate(calendar.shown_days()) if day.weekday() == 6 and day.day > 7)
    day = calendar.shown_days()[place]
    page.find(QAbstractButton, f"calendar_day_{place}").click()
    kind = page.find(QComboBox, "calendar_kind")
    kind.setCurrentIndex(kind.findData("adjusted"))
    page.type("calendar_name", "补班")
    page.click("calendar_set")
    page.wait(lambda: calendar.state.kind(day) == "adjusted")
    file = tmp_path / "table.csv"
    file.write_text(f"a,b,c,d,e,f\n{day},,放假,改回,,\n{day},,放假,重复,,\n", "utf-8")
    page.click("calendar_load")
    calendar.table.try_file(file)
    page.wait(lambda: calendar.table.state.report is not None)
    assert calendar.table.state.report is not None
    assert [row.outcome for row in calendar.table.state.report.rows] == ["changed", "wrong"]
    file.write_text(f"a,b,c,d,e,f\n{day},,放假,改回,,\n", "utf-8")
    calendar.table.try_file(file)
    page.wait(lambda: calendar.table.state.report is not None and calendar.table.state.report.outcome == "ready")
    page.click("table_load")
    page.wait(lambda: calendar.state.kind(day) == "holiday")
    page.wait(lambda: page.app.window.findChild(QDialog, "table_dialog") is None)
    # As it was: other tests have this hall too.
    kind.setCurrentIndex(kind.findData("usual"))
    page.click("calendar_set")
    page.wait(lambda: calendar.state.of(day) is None)


def test_plans_go_out_as_a_workbook_and_come_back_as_drafts(page: Console, tmp_path: Path) -> None:
    release, file = page.app.release, tmp_path / "plans.xlsx"
    release.export(file)
    page.wait(file.exists)
    page.click("release_import")
    assert not page.find(QPushButton, "plans_load").isEnabled()
    release.table.try_file(file)
    page.wait(lambda: release.table.state.report is not None)
    report = release.table.state.report
    assert report is not None and (report.outcome, {row.outcome for row in report.rows}) == ("ready", {"same"})
    book = load_workbook(file)
    sheet = book.worksheets[0]
    row = next(number for number in range(2, sheet.max_row + 1) if sheet.cell(number, 4).value)
    service, was = str(sheet.cell(row, 1).value), sheet.cell(row, 10).value
    sheet.cell(row, 10).value = "many"
    book.save(file)
    release.table.try_file(file)
    page.wait(lambda: release.table.state.report is not None and release.table.state.report.outcome == "wrong")
    assert not page.find(QPushButton, "plans_load").isEnabled()
    words = [str(one["words"]) for one in rows(page.find(SearchableTable, "plans_rows")).values()]
    assert "每时段预约" in words[0], "what is wrong stands first, with its column"
    sheet.cell(row, 10).value = int(was or 0) + 1
    book.save(file)
    release.table.try_file(file)
    page.wait(lambda: release.table.state.report is not None and release.table.state.report.outcome == "ready")
    page.click("plans_load")
    page.wait(lambda: page.app.window.findChild(QDialog, "plans_dialog") is None)
    page.wait(lambda: next(one for one in release.state.items if str(one.service_id) == service).has_draft)
    # As it was: other tests have this hall too.
    release.select(service)
    page.wait(lambda: release.state.plan is not None and release.state.plan.draft is not None)
    release.drop()
    page.wait(lambda: release.state.plan is not None and release.state.plan.draft is None)
