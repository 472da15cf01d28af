"""Windows as rows of cells that a person types, and findings and days in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shared.domain.release import clock_of, minutes_of
from shared.i18n import text
from shared.schemas.booking import Appointment
from shared.schemas.release import DayShown, Finding, ServicePlan, Window
from shared.schemas.release_cells import COLUMNS as COLUMNS
from shared.schemas.release_cells import Cells as Cells
from shared.schemas.release_cells import cells_of as cells_of
from shared.schemas.release_cells import fault_of, window_of

KINDS = ("weekday", "weekend", "adjusted", "special", "holiday")
# Of a list of services so many are named.
NAMED = 4


def windows_of(rows: Sequence[Cells], language: str) -> tuple[list[Window], list[str]]:
    """The windows of the cells, and in words what cannot be understood; empty rows are passed over."""
    made: list[Window] = []
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        if not any(cell.strip() for cell in row):
            continue
        window, wrong = window_of(row)
        for column in wrong:
            head = text(f"release.page.column_{column}", language)
            fault = text(f"release.page.fault_{fault_of(column)}", language)
            faults.append(text("release.page.fault", language, row=number, column=head, fault=fault))
        if window is not None:
            made.append(window)
    return made, faults


def finding_words(finding: Finding, language: str, names: Mapping[str, str]) -> str:
    """Where it is, and what to do; ``names``: what services are called in this language, where it is not their own."""
    params = dict(finding.params)
    if "act" in params:
        params["act"] = text(f"release.act.{params['act']}", language)
    if "basis" in params:
        params["basis"] = text(f"release.basis.{params['basis']}", language)
    if "services" in params:
        params["services"] = _named([names.get(one, one) for one in params["services"]], language)
    said = text(f"release.finding.{finding.code}", language, **params)
    places = []
    if finding.kind is not None:
        places.append(text(f"release.kind.{finding.kind}", language))
    if finding.row is not None:
        places.append(text("release.page.row", language, n=finding.row + 1))
    level = text(f"release.level.{finding.level}", language)
    return text("release.page.finding", language, place=" · ".join([level, *places]), words=said)


def known_words(plan: ServicePlan, language: str) -> str:
    """What the linter goes by: counters assigned, what a visit takes and how that is known, who shares the counters."""
    basis = text(f"release.basis.{'learned' if plan.visits_learned else 'typical'}", language)
    told = {"counters": plan.counters, "minutes": plan.visit_minutes, "basis": basis}
    words = text("release.page.known", language, **told)
    if plan.neighbours:
        words += "  ·  " + text("release.page.known_beside", language, n=len(plan.neighbours))
    return words


def outside_lines(plan: ServicePlan, known: Sequence[Appointment], language: str) -> tuple[str, ...]:
    """The next bookings that lie in no slot of the plan; only their times where it is not known who they are."""
    if not plan.outside_count:
        return ()
    times = {(one.day, one.start) for one in plan.outside}
    named = [
        "  ".join(filter(None, (one.day.isoformat(), one.start, one.name_masked or "", one.phone_masked or "")))
        for one in known
        if (one.day, minutes_of(one.start)) in times
    ]
    next_ones = plan.outside[:NAMED]
    lines = named[:NAMED] or [
        f"{one.day.isoformat()}  {clock_of(one.start)}  \N{MULTIPLICATION SIGN} {one.count}" for one in next_ones
    ]
    more = plan.outside_count - (len(lines) if named else sum(one.count for one in next_ones))
    rest = [text("release.page.outside_more", language, n=more)] if more > 0 else []
    return (text("release.page.outside_title", language, n=plan.outside_count), *lines, *rest)


def _named(names: Sequence[str], language: str) -> str:
    """The first ones, and how many more."""
    shown = text("release.page.separator", language).join(names[:NAMED])
    more = len(names) - NAMED
    return text("release.page.and_more", language, names=shown, n=more) if more > 0 else shown


def cell_lines(day: DayShown, language: str) -> list[str]:
    """The same where there is little room: a line for each part."""
    return [part for line in day_lines(day, language) for part in line.split(" · ")]


def day_lines(day: DayShown, language: str) -> list[str]:
    """What a day gives, a line for each window."""
    lines = []
    for window in day.windows:
        parts = [f"{clock_of(window.start)}\N{EN DASH}{clock_of(window.end)}"]
        if window.onsite is None:
            parts.append(text("release.page.onsite_any", language))
        else:
            parts.append(text("release.page.onsite_n", language, n=window.onsite, taken=window.onsite_taken))
        quantity = sum(slot.quantity for slot in window.slots)
        if quantity:
            taken = sum(slot.taken for slot in window.slots)
            parts.append(text("release.page.booking_n", language, n=quantity, taken=taken))
        lines.append(" · ".join(parts))
    return lines or [text("release.page.no_windows" if day.hours else "release.page.closed", language)]
