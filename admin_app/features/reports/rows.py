"""Figures in words: how a report's cells, sheets and bars are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from typing import Any

from shared.i18n import text
from shared.schemas.reports import FIGURES, REPORTS, Report, ReportRow, ReportTickets

RANGES = ("today", "yesterday", "week", "month", "own")


@dataclass(frozen=True)
class Sheet:
    """One figure of the whole range: the value, and what it was in the period before."""

    key: str
    value: str
    note: str


@dataclass(frozen=True)
class Bar:
    """``value`` and ``before`` in the figure's unit, None where there is none."""

    label: str
    value: float | None
    before: float | None


def days_of(chosen: str, today: date, own: tuple[date, date]) -> tuple[date, date]:
    """First and last day of a range; a week and a month are the last 7 and 30 days, with today."""
    if chosen == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    back = {"today": 0, "week": 6, "month": 29}.get(chosen)
    return own if back is None else (today - timedelta(days=back), today)


def written(figure: str, value: float | None) -> str:
    """As a cell shows it: a number, 4:07 or 1:02:30, 93.1 %; a dash where there is none."""
    if value is None:
        return "–"
    unit = FIGURES[figure]
    if unit == "share":
        return f"{value * 100:.1f}%"
    whole = max(0, round(value))
    if unit == "count":
        return str(whole)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"


def name_of(row: ReportRow, language: str) -> str:
    name = row.label if language.startswith("zh") else row.label_en or row.label
    return name or text("reports.none", language)


def sheets(report: Report | None, kind: str, language: str) -> tuple[Sheet, ...]:
    found = []
    for figure in REPORTS[kind]:
        value = report.total.get(figure) if report else None
        before = report.before_total.get(figure) if report else None
        note = text("reports.page.before", language, value=written(figure, before)) if report else ""
        found.append(Sheet(figure, written(figure, value), note))
    return tuple(found)


def table_rows(report: Report | None, language: str) -> tuple[dict[str, Any], ...]:
    """One row a group, with every figure; the raw values, so that they sort as numbers."""
    rows = report.rows if report else []
    return tuple({"id": row.key, "name": name_of(row, language), **row.figures} for row in rows)


def bars(report: Report | None, figure: str, language: str) -> tuple[Bar, ...]:
    """In the order of the report: of the hall, or of time."""
    if report is None:
        return ()
    return tuple(
        Bar(name_of(row, language), row.figures.get(figure), report.before.get(row.key, {}).get(figure))
        for row in report.rows
    )  # fmt: skip


def ticket_rows(found: ReportTickets, zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    chinese = language.startswith("zh")
    return tuple(
        {
            "id": str(one.id), "number": one.number, "at": f"{one.issued_at.astimezone(zone):%Y-%m-%d %H:%M}",
            "service": one.service if chinese else one.service_en or one.service, "counter": one.counter,
            "staff": one.staff, "state": one.status, "status": text(f"admin.ticket.status_{one.status}", language),
            "wait": one.wait_s, "told": one.told_s, "took": one.service_s,
        }
        for one in found.items
    )  # fmt: skip
