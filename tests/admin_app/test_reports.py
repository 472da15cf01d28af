"""The reports page: chosen, read, opened down to the visits, taken along as Excel; and in words everywhere."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from openpyxl import load_workbook
from PySide6.QtCore import QDate
from PySide6.QtWidgets import QComboBox, QDateEdit, QDialog

from admin_app.features.reports.rows import RANGES, days_of, written
from shared.domain.tickets import Step
from shared.i18n import catalogue, languages
from shared.schemas.access import Me
from shared.schemas.reports import FIGURES, GROUPS, REPORTS
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import new_line


def choose(console: Console, name: str, key: str) -> None:
    """As a person does it, and until the answer is there."""
    shown, box = console.app.reports.state.shown, console.find(QComboBox, name)
    box.setCurrentIndex(box.findData(key))
    box.activated.emit(box.currentIndex())
    if name != "report_kind":
        console.wait(lambda: console.app.reports.state.shown > shown and not console.app.reports.state.busy)


def test_everything_has_words() -> None:
    keys = {f"reports.{part}.{figure}" for part in ("figure", "define") for figure in FIGURES}
    keys |= {f"reports.group.{group}" for group in GROUPS} | {f"reports.kind.{kind}" for kind in REPORTS}
    keys |= {f"reports.page.range_{chosen}" for chosen in RANGES}
    assert [key for key in keys for code in languages() if catalogue().template(key, code) is None] == []


def test_ranges_and_cells() -> None:
    today = date(2026, 3, 1)
    own = (date(2026, 1, 2), date(2026, 1, 5))
    assert days_of("yesterday", today, own) == (date(2026, 2, 28), date(2026, 2, 28))
    assert days_of("week", today, own) == (date(2026, 2, 23), today)
    assert (days_of("month", today, own)[0], days_of("own", today, own)) == (today - timedelta(days=29), own)
    cells = [written(*cell) for cell in (("load", 0.931), ("wait_p90", 247.2), ("busy", 3750.0), ("served", 12.0))]
    assert [*cells, written("load", None)] == ["93.1%", "4:07", "1:02:30", "12", "–"]


def test_a_report_is_chosen_opened_and_taken_along(console: Console, shared_hall: RunningHall, tmp_path: Path) -> None:
    line = new_line(shared_hall)
    line.open()
    tickets = [line.take() for _ in range(3)]
    line.serve()
    line.call()
    line.step(Step.NO_SHOW)
    app = console.app.reports
    console.app.frame.open("reports", "")
    console.wait(lambda: app.state.shown > 0 and not app.state.busy)
    choose(console, "report_group", "counter")
    choose(console, "report_kind", "visits")
    table = console.find(SearchableTable, "report_table_visits")
    row = next(row for row in table.shown_rows() if row["name"].startswith(line.label))
    assert (row["served"], row["no_show"], row["issued"]) == (1, 1, 2), "who was never called stands at no counter"
    assert table.isVisible() and console.find(QDialog, "behind_window").isHidden()
    console.find(QComboBox, "report_figure").setCurrentIndex(list(REPORTS["visits"]).index("no_show"))
    console.find(QComboBox, "report_figure").activated.emit(0)
    table.row_activated.emit(row)
    behind = console.find(SearchableTable, "behind_table")
    console.wait(lambda: [one["number"] for one in behind.shown_rows()] == [tickets[1].number])
    assert console.find(QDialog, "behind_window").isVisible()
    console.click("report_sheet_issued")
    console.wait(lambda: {one.number for one in tickets} <= {found["number"] for found in behind.shown_rows()})
    console.find(QDialog, "behind_window").close()
    # Excel says what the table says.
    path = tmp_path / app.file_name
    app.export(path)
    console.wait(lambda: app.state.told != "")
    sheet = load_workbook(path).worksheets[0]
    line_of = next(cells for cells in sheet.iter_rows(min_row=6, values_only=True) if str(cells[0]) == row["name"])
    assert line_of[1] == 1
    app.export(tmp_path / "nowhere" / "x.xlsx")
    console.wait(lambda: console.there("report_problem"))
    # Days without a ticket, and days that can't be.
    choose(console, "report_range", "own")
    console.find(QDateEdit, "report_last").setDate(QDate(2020, 1, 2))
    console.wait(lambda: "report_range_wrong" not in app.state.problem and app.state.problem != "")
    console.find(QDateEdit, "report_first").setDate(QDate(2020, 1, 1))
    console.wait(lambda: console.there("report_empty") and not console.there("report_problem"))
    choose(console, "report_range", "today")
    assert not console.there("report_empty")


def test_who_may_see_no_reports_has_no_page(console: Console) -> None:
    frame = console.app.frame
    assert "reports" in frame.state.allowed
    page = next(page for page in frame.pages if page.key == "reports")
    assert not any(map(Me(kind="user", name="x", permissions=["figures:view"]).may, page.needs.split()))
