"""Figures are those of the tickets behind them, only of one's own units, the same in the workbook, and soon there."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select, update

from server.auth import Principal
from server.features.catalogue.models import CounterRow
from server.features.catalogue.service import catalogue
from server.features.queueing.models import TicketRow
from server.features.reports.counting import Asked
from server.features.reports.service import _in_hour, report, tickets
from server.features.reports.sheets import workbook
from server.features.reports.tally import at
from server.tables import HallRow
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.reports import FIGURES, GROUPS, REPORTS, FigureName, Group, Report
from tests.server.conftest import ADMIN, Desk

TODAY = date(2026, 11, 23)


def asked(group: Group, first: date = TODAY, last: date = TODAY) -> Asked:
    return Asked(first, last, group)


def read(desk: Desk, group: Group, who: Principal = ADMIN, **days: date) -> Report:
    found: Report = desk.read(lambda r: report(r, who, asked(group, **days)))
    return found


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1.0))
def test_so_many_do_not_exceed_a_percentile(values: list[float], part: float) -> None:
    values.sort()
    found = at(values, part)
    assert found in values
    assert sum(value <= found for value in values) >= part * len(values) - 1e-9
    assert sum(value < found for value in values) < part * len(values)


def test_every_figure_has_a_name_a_meaning_and_a_place() -> None:
    assert {figure for columns in REPORTS.values() for figure in columns} == set(FIGURES)
    assert set(FIGURES) == set(get_args(FigureName))


def a_day(desk: Desk) -> tuple[UUID, UUID, UUID]:
    """Four tickets at one counter: served after 5 and 20 minutes, missed after 25, never called."""
    first, second, counter = desk.places()
    desk.sign_in(counter, None)
    for _ in range(2):
        desk.issue(first)
    desk.issue(second)
    desk.clock.forward(minutes=5)
    for at_counter, idle in ((5, 10), (2, 3)):
        desk.call_next(counter)
        desk.clock.forward(minutes=1)
        desk.step(counter, Step.START)
        desk.clock.forward(minutes=at_counter - 1)
        desk.step(counter, Step.FINISH)
        desk.clock.forward(minutes=idle)
    desk.call_next(counter)
    desk.step(counter, Step.NO_SHOW)
    desk.issue(second)
    return first, second, counter


def test_the_figures_of_a_day_are_those_of_its_tickets(desk: Desk) -> None:
    first, second, counter = a_day(desk)
    whole = read(desk, "service")
    one, other = (next(row.figures for row in whole.rows if row.key == str(id_)) for id_ in (first, second))
    assert (one["issued"], one["called"], one["served"], one["no_show"]) == (2, 2, 2, 0)
    assert (other["issued"], other["called"], other["served"], other["no_show"]) == (2, 1, 0, 1)
    total = whole.total
    minutes = {name: round(total[name] / 60, 3) for name in FIGURES if FIGURES[name] == "seconds" and total[name]}
    assert minutes == {
        "wait_median": 20, "wait_p90": 25, "wait_mean": 16.667, "wait_longest": 25, "service_median": 1,
        "service_p90": 4, "walk_median": 1, "walk": 2, "busy": 7, "idle": 13,
    }  # fmt: skip
    assert (total["load"], total["no_show_share"], total["left"]) == (7 / 20, 1 / 3, 0)
    at_counter = read(desk, "counter")
    mine = next(row for row in at_counter.rows if row.key == str(counter))
    assert (mine.figures["served"], mine.figures["idle"]) == (2, 13 * 60)
    # Nobody has been called there: they stand in a group without a name.
    assert next(row.figures["issued"] for row in at_counter.rows if row.key == "-") == 1
    (hour,) = read(desk, "hour").rows
    assert (hour.label, hour.figures["issued"]) == ("10:00", 4)
    behind = desk.read(lambda r: tickets(r, ADMIN, asked("service"), str(first), "wait_p90"))
    assert [round((item.wait_s or 0) / 60) for item in behind.items] == [20, 5]
    missed = desk.read(lambda r: tickets(r, ADMIN, asked("hour"), "10", "no_show"))
    assert [item.status for item in missed.items] == ["no_show"]
    # The next day it is the period before, and who was never called has left.
    desk.clock.forward(days=1)
    tomorrow = TODAY + timedelta(days=1)
    days = read(desk, "day", first=tomorrow, last=tomorrow)
    assert (days.rows, days.before_total["issued"], days.before_total["left"]) == ([], 4, 1)
    assert days.before[str(tomorrow)]["served"] == 2
    # Of the first days of all there are none before to compare them with.
    for wrong in ((tomorrow, TODAY), (TODAY - timedelta(days=900), TODAY), (date.min, date.min)):
        with pytest.raises(HallError) as refused:
            read(desk, "day", first=wrong[0], last=wrong[1])
        assert refused.value.code == "report_range_wrong"
    for odd in ("\u00b2", "9" * 60, "-1", "x"):
        assert desk.read(lambda r, key=odd: tickets(r, ADMIN, asked("hour"), key, "issued")).items == []


def test_an_hour_is_chosen_by_the_database_on_every_clock(desk: Desk) -> None:
    """Bug: for one hour all tickets of the range were read. Also where that hour comes twice, or not at all."""
    first, _, _ = desk.places()
    zone = ZoneInfo("Europe/Berlin")
    moments = {
        desk.issue(first)["id"]: datetime(2026, *parts, tzinfo=UTC)
        for parts in (
            (10, 24, 23, 59), (10, 25, 0, 0), (10, 25, 0, 30), (10, 25, 1, 59, 59), (10, 25, 2, 0), (10, 26, 1, 30),
            (3, 29, 0, 30), (3, 29, 1, 0),
        )
    }  # fmt: skip
    for id_, moment in moments.items():
        row = update(TicketRow).where(TicketRow.id == UUID(id_))
        day = moment.astimezone(zone).date()
        desk.database.write(lambda w, row=row, at=moment, day=day: w.connection.execute(
            row.values(issued_at=at, service_day=day)
        ))  # fmt: skip
    desk.database.write(lambda w: w.connection.execute(update(HallRow).values(time_zone=zone.key)))
    desk.database.write(lambda w: w.touch_catalogue())
    for span in ((date(2026, 10, 24), date(2026, 10, 26)), (date(2026, 3, 29), date(2026, 3, 29))):
        wanted = Asked(*span, "hour")
        for hour in range(24):
            found = desk.read(lambda r, key=str(hour), w=wanted: tickets(r, ADMIN, w, key, "issued"))
            local = [one.astimezone(zone) for one in moments.values()]
            assert len(found.items) == sum(one.hour == hour and span[0] <= one.date() <= span[1] for one in local), hour
            chosen = desk.read(lambda r, h=hour, w=wanted: len(r.session.scalars(
                select(TicketRow.id).where(_in_hour(r, w, h))
            ).all()))  # fmt: skip
            # Only around an hour that does not exist the database hands over a neighbour.
            assert chosen == len(found.items) or (span[0].month, hour) == (3, 2)


def test_work_is_that_of_every_counter_it_passed(desk: Desk) -> None:
    """On hold after 4 minutes and called again to the same counter: both stretches are its work, and one is held."""
    first, _, counter = desk.places()
    desk.sign_in(counter, None)
    ticket = desk.issue(first)
    desk.call_next(counter)
    desk.clock.forward(minutes=4)
    desk.step(counter, Step.HOLD)
    desk.clock.forward(minutes=2)
    desk.call_ticket(counter, UUID(ticket["id"]))
    desk.step(counter, Step.START)
    desk.clock.forward(minutes=3)
    desk.step(counter, Step.FINISH)
    (row,) = read(desk, "counter").rows
    minutes = {name: round((row.figures[name] or 0) / 60, 3) for name in ("busy", "idle", "service_median")}
    assert (row.figures["held"], row.figures["served"], minutes) == (
        1, 1, {"busy": 7, "idle": 2, "service_median": 3},
    )  # fmt: skip
    assert len(desk.read(lambda r: tickets(r, ADMIN, asked("counter"), row.key, "held")).items) == 1


def test_a_department_sees_its_own_figures_only(desk: Desk) -> None:
    first, second, _ = a_day(desk)
    services = desk.read(catalogue).services
    elsewhere = next(
        s.id for s in services.values()
        if s.department_id != services[first].department_id and s.ticketable and s.identity != "required"
        and not s.suspended and not s.retired
    )  # fmt: skip
    desk.issue(elsewhere)
    unit = services[first].department_id
    assert unit is not None
    head = replace(ADMIN, everywhere=frozenset(), in_units={"reports:view": frozenset({unit})})
    mine = sum(services[id_].department_id == unit for id_ in (first, first, second, second))
    for group in GROUPS:
        found = read(desk, group, head)
        assert found.total["issued"] == mine
        assert sum(row.figures["issued"] or 0 for row in found.rows) == mine
        everybody = read(desk, group)
        assert everybody.total["issued"] == 5
    assert desk.read(lambda r: tickets(r, head, asked("service"), str(elsewhere), "issued")).items == []
    assert len(desk.read(lambda r: tickets(r, head, asked("day"), "", "issued")).items) == mine


def test_the_workbook_says_what_the_screen_says_and_runs_nothing(desk: Desk) -> None:
    _, _, counter = a_day(desk)
    evil = '=HYPERLINK("http://evil.example","go")'

    def rename(writer: Any) -> None:
        writer.touch_catalogue()
        writer.connection.execute(update(CounterRow).where(CounterRow.id == counter).values(label=evil, name=""))

    desk.database.write(rename)
    found = read(desk, "counter")
    for kind, columns in REPORTS.items():
        book = load_workbook(io.BytesIO(workbook(found, kind, "厅", desk.clock.now, "zh-CN")))
        sheet = book.worksheets[0]
        assert sheet.freeze_panes == "B6" and len(sheet._charts) == 1
        head = [cell.value for cell in sheet[5]]
        assert len(head) == len(columns) + 1
        line = next(row for row in sheet.iter_rows(min_row=6) if row[0].value == evil)
        assert (line[0].data_type, line[0].quotePrefix) == ("s", True), "never a formula"
        figures = next(row.figures for row in found.rows if row.key == str(counter))
        for name, cell in zip(columns, line[1:], strict=True):
            value = figures[name]
            scaled = value if value is None or FIGURES[name] != "seconds" else value / 86400
            shown = None if cell.value is None else getattr(cell.value, "total_seconds", lambda: cell.value)()  # noqa: B023
            if hasattr(cell.value, "total_seconds"):
                shown /= 86400
            assert shown == pytest.approx(scaled, abs=1e-6), name
        assert book.worksheets[1].max_row == len(columns)
    assert load_workbook(io.BytesIO(workbook(read(desk, "staff"), "load", "Hall", desk.clock.now, "en")))
