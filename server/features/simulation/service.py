"""What would have been on days that are over: with other counters staffed, or under another calling policy.

Read in a snapshot, computed in a worker thread beside requests, one question at a time and for a bounded time; nothing
of it reaches the writer.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from server.database import Reader
from server.features.calling.service import Rules, check, rules, rules_of
from server.features.catalogue.service import catalogue
from server.features.simulation.past import MOST_TICKETS, days_with_tickets, past_day
from shared.domain.errors import HallError
from shared.domain.simulation import replay
from shared.domain.simulation.replay import Compared, Outcome, PastDay
from shared.domain.simulation.staffing import Change, with_changes
from shared.schemas.simulation import MOST_DAYS, Advice, ComparedWaits, WaitFigures, WhatIf

# Further days are left out once an answer has taken so long.
ENOUGH_S: Final = 4.0
LISTED: Final = 60


class ServerError(Exception):
    """A server that simulated people were sent to refused, or did not answer."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, with the rules it is about; the days are read one by one."""

    days: list[date]
    changes: list[Change]
    now: Rules
    then: Rules


def question(reader: Reader, asked: WhatIf) -> Question:
    """``simulation_no_days`` when nobody ever came; a change of a service that is none is refused too."""
    found = catalogue(reader)
    for change in asked.changes:
        service = found.service(change.service_id)
        if change.from_min >= change.to_min or not change.counters:
            raise HallError("simulation_change_wrong", status=422, service=service.name)
    days = [asked.day] if asked.day is not None else days_with_tickets(reader, MOST_DAYS)
    if not days:
        raise HallError("simulation_no_days", status=404)
    changes = [
        Change(one.service_id, one.from_min * 60.0, one.to_min * 60.0, one.counters) for one in asked.changes
    ]  # fmt: skip
    if asked.policy is not None:
        check(found, asked.policy)
    now = rules(reader)
    return Question(days, changes, now, now if asked.policy is None else rules_of(asked.policy))


@dataclass
class Runs:
    """What came of the days that have been run."""

    asked: Question
    days: list[date] = field(default_factory=list)
    # More people came than can be run in the time there is.
    skipped: list[date] = field(default_factory=list)
    guessed: bool = False
    real: list[Outcome] = field(default_factory=list)
    before: list[Outcome] = field(default_factory=list)
    after: list[Outcome] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    def left(self) -> Iterator[date]:
        """The days to run, until it has taken long enough; the first one always."""
        for day in self.asked.days:
            if self.days and time.monotonic() - self.began > ENOUGH_S:
                return
            yield day

    def run(self, day: PastDay | date) -> None:
        """Run one day, as it was and as asked; a mere date is one that was too large."""
        if isinstance(day, date):
            self.skipped.append(day)
            return
        now, then = self.asked.now, self.asked.then
        self.days.append(day.day)
        self.guessed |= day.guessed
        self.real += replay.as_it_was(day)
        self.before += replay.replay(day, now.policy, now.preferences)
        self.after += replay.replay(with_changes(day, self.asked.changes), then.policy, then.preferences)

    def advice(self) -> Advice:
        """``simulation_day_too_large`` where that holds for every day."""
        if not self.days:
            raise HallError("simulation_day_too_large", status=409, day=max(self.skipped).isoformat())
        rows = [_row(row) for row in replay.compare(self.before, self.after)]
        changed = {change.service for change in self.asked.changes}
        if changed:
            before, after = (
                [outcome for outcome in side if outcome.ticket.service in changed] for side in (self.before, self.after)
            )
            hours = [_row(row) for row in replay.compare(before, after) if row.kind == "hour"]
        else:
            hours = [row for row in rows if row.kind == "hour"]
        return Advice(
            days=self.days, skipped=self.skipped, guessed=self.guessed, real=_figures(self.real), rows=rows, hours=hours
        )


def read_day(reader: Reader, day: date, most: int = MOST_TICKETS) -> PastDay | date:
    """The day itself where more people came than can be run: others that were asked for still can be."""
    try:
        return past_day(reader, day, most)
    except HallError as error:
        if error.code != "simulation_day_too_large":
            raise
        return day


def list_days(reader: Reader) -> list[date]:
    return days_with_tickets(reader, LISTED)


def _figures(outcomes: list[Outcome]) -> WaitFigures:
    return _wire(replay.figures(outcomes))


def _wire(figures: replay.Figures) -> WaitFigures:
    return WaitFigures(
        tickets=figures.tickets, called=figures.called, median_s=figures.median_s, p90_s=figures.p90_s,
        longest_s=figures.longest_s,
    )  # fmt: skip


def _row(row: Compared) -> ComparedWaits:
    names = {"service": "service_id", "group": "group", "hour": "hour"}
    key = {names[row.kind]: row.key} if row.kind in names else {}
    return ComparedWaits.model_validate(
        {"kind": row.kind, "before": _wire(row.before), "after": _wire(row.after), **key}
    )
