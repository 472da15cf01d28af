"""Reports over days: what is counted, by what it is grouped, and what a report answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from shared.schemas.base import Message

Group = Literal["day", "hour", "department", "service", "counter", "staff"]
GROUPS: Final[tuple[Group, ...]] = ("day", "hour", "department", "service", "counter", "staff")
Unit = Literal["count", "seconds", "share"]
FigureName = Literal[
    "issued", "called", "served", "no_show", "left", "no_show_share", "wait_median", "wait_p90", "wait_mean",
    "wait_longest", "service_median", "service_p90", "walk_median", "walk", "busy", "idle", "load", "promised", "kept",
    "kept_share", "held", "parked",
]  # fmt: skip
# Figures and their units; ``reports.define.<figure>`` says in words what ``server/features/reports/tally.py`` counts.
FIGURES: Final[Mapping[str, Unit]] = {
    "issued": "count", "called": "count", "served": "count", "no_show": "count", "left": "count",
    "no_show_share": "share",
    "wait_median": "seconds", "wait_p90": "seconds", "wait_mean": "seconds", "wait_longest": "seconds",
    "service_median": "seconds", "service_p90": "seconds", "walk_median": "seconds", "walk": "seconds",
    "busy": "seconds", "idle": "seconds", "load": "share",
    "promised": "count", "kept": "count", "kept_share": "share",
    "held": "count", "parked": "seconds",
}  # fmt: skip
# The reports, each with its columns; the first is what the plot shows at once.
REPORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "visits": ("served", "issued", "called", "no_show", "no_show_share", "left", "held", "parked"),
    "waits": ("wait_median", "wait_p90", "wait_mean", "wait_longest", "called"),
    "load": ("load", "served", "busy", "idle", "walk", "walk_median", "service_median", "service_p90"),
    "promise": ("kept_share", "promised", "kept", "wait_p90"),
}
Figures = dict[str, float | None]


class ReportRow(Message):
    """One group: ``key`` is a date, an hour or an id; empty: none of them, such as visits that nobody signed in for."""

    key: str
    label: str
    label_en: str = ""
    figures: Figures


class Report(Message):
    """``before``: the figures of as many days just before, by key; seconds, counts, and shares of 1."""

    first: date
    last: date
    group: Group
    rows: list[ReportRow]
    total: Figures
    before_first: date
    before_last: date
    before: dict[str, Figures]
    before_total: Figures


class ReportTicket(Message):
    """One visit behind a figure, without anything about its person."""

    id: UUID
    number: str
    day: date
    service: str
    service_en: str
    counter: str
    staff: str
    status: str
    issued_at: datetime
    wait_s: float | None
    service_s: float | None
    told_s: int | None


class ReportTickets(Message):
    """The visits that a figure counts, the most telling first; ``more``: not all of them are here."""

    items: list[ReportTicket]
    more: bool
