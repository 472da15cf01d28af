"""The adviser: past days with more or fewer counters, and what that would have brought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtCore import QObject, Slot

from admin_app.features.simulation.wording import HourBar, Row, hour_bars, note, rows, sentences
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.access import Me
from shared.schemas.hall import Service
from shared.schemas.simulation import MOST_CHANGES, Advice, StaffChange, WhatIf
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class SimulationState:
    """``services`` are (id, name) of those that can be taken a number for; ``answered`` grows with each answer.

    ``sentences`` say in words what it brings; empty until something was tried out.
    """

    loaded: bool = False
    busy: bool = False
    days: tuple[date, ...] = ()
    services: tuple[tuple[UUID, str], ...] = ()
    changes: tuple[StaffChange, ...] = ()
    answered: int = 0
    sentences: tuple[str, ...] = ()
    note: str = ""
    hours: tuple[HourBar, ...] = ()
    rows: tuple[Row, ...] = ()
    problem: str = ""

    @property
    def may_add(self) -> bool:
        return self.loaded and not self.busy and len(self.changes) < MOST_CHANGES

    def name_of(self, service_id: UUID | None) -> str:
        return next((name for id_, name in self.services if id_ == service_id), "")


class SimulationPresenter(Presenter[SimulationState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(SimulationState(), parent)
        self._client = client
        self._language = language
        self._may = False

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self._may = me.may("figures:plan")

    @Slot()
    def load(self) -> None:
        """The days and services there are; what was put together stays."""
        if self._may and not self.state.busy:
            # Who comes back sees what there was, and waits for nothing.
            self.change(busy=not self.state.loaded, problem="")
            run_in_background(self._read, self._known, self._refused, owner=self)

    def _read(self) -> tuple[list[date], list[Service]]:
        return self._client.past_days().items, self._client.services()

    def _known(self, found: tuple[list[date], list[Service]]) -> None:
        days, services = found
        chinese = self._language.startswith("zh")
        names = tuple(
            (one.id, " ".join(part for part in (one.series, one.name if chinese else one.name_en or one.name) if part))
            for one in services if one.ticketable
        )  # fmt: skip
        self.change(
            busy=self.state.busy and self.state.loaded,
            loaded=True,
            days=tuple(days),
            services=tuple(sorted(names, key=lambda one: one[1])),
        )

    def add(self, service_id: UUID, from_min: int, to_min: int, counters: int) -> None:
        """One more change to try out; of the same service and times the number is replaced."""
        if not self.state.may_add or from_min >= to_min or not counters:
            return
        made = StaffChange(service_id=service_id, from_min=from_min, to_min=to_min, counters=counters)
        same = (service_id, from_min, to_min)
        others = [one for one in self.state.changes if (one.service_id, one.from_min, one.to_min) != same]
        self.change(changes=(*others, made))

    def remove(self, place: int) -> None:
        changes = self.state.changes
        self.change(changes=changes[:place] + changes[place + 1 :])

    def try_out(self, day: date | None) -> None:
        """``day`` None: the last days together."""
        if self.state.busy or not self.state.changes:
            return
        asked = WhatIf(day=day, changes=list(self.state.changes))
        self.change(busy=True, problem="")
        run_in_background(
            lambda: self._client.what_if(asked), lambda advice: self._answered(asked, advice), self._refused, owner=self
        )

    def _answered(self, asked: WhatIf, advice: Advice) -> None:
        language, name_of = self._language, self.state.name_of
        changed = list(dict.fromkeys(change.service_id for change in asked.changes))
        self.change(
            busy=False, answered=self.state.answered + 1, sentences=sentences(advice, changed, name_of, language),
            note=note(advice, language), hours=hour_bars(advice), rows=rows(advice, changed, name_of, language),
        )  # fmt: skip

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language))
