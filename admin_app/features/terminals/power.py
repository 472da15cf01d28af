"""Plans of power: which terminals are on when; one plan at a time is edited, and kept as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.terminals.plan import OURS
from admin_app.features.terminals.presenter import DevicesPresenter
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.power import DAYS, KINDS
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event, Snapshot
from shared.schemas.power import PowerPlan, PowerPlanEdit, PowerTimes
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

NEW: Final = "new"
_PARTS: Final = re.compile(r"[;；,，\n]+")
_TIMES: Final = re.compile(r"\s*(\d{1,2}[:：]\d{2})\s*[-–—~～]+\s*(\d{1,2}[:：]\d{2})\s*")


def read_times(words: str) -> list[PowerTimes] | None:
    """Of "07:30–18:00; 20:00–02:00"; None: it is not to be understood."""
    found = []
    for part in _PARTS.split(words):
        if not part.strip():
            continue
        match = _TIMES.fullmatch(part)
        try:
            if match is None:
                return None
            on, off = (clock.replace("：", ":").zfill(5) for clock in match.groups())
            found.append(PowerTimes(on=on, off=off))
        except ValidationError:
            return None
    return found


def say_times(times: list[PowerTimes], language: str) -> str:
    parts = [f"{one.on}–{one.off}" for one in times]
    return ("；" if language.startswith("zh") else "; ").join(parts)


@dataclass(frozen=True)
class Member:
    """A terminal to choose; ``label`` names the other plan it is in."""

    id: str
    label: str


@dataclass(frozen=True)
class PowerState:
    """``plans`` as (id, name, how many terminals); ``edited``: the plan in the form, None: nothing is chosen."""

    loaded: bool = False
    plans: tuple[tuple[str, str, int], ...] = ()
    selected: str = ""
    edited: PowerPlanEdit | None = None
    members: tuple[Member, ...] = ()
    may_manage: bool = False
    busy: bool = False
    problem: str = ""
    told: str = ""


class PowerPresenter(Presenter[PowerState]):
    """``filled``: the form shall show what is edited anew."""

    filled = Signal()

    def __init__(
        self, client: HallClient, link: HallLink, devices: DevicesPresenter, language: str,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(PowerState(), parent)
        self._client, self._devices, self._language = client, devices, language
        self._plans: dict[str, PowerPlan] = {}
        self._reads = Reads()
        self._key = uuid4().hex
        devices.state_changed.connect(self._show)
        link.snapshot.connect(self._snapshot)
        link.happened.connect(self._event)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_manage=me.may("terminals:manage"))

    @Slot()
    def load(self) -> None:
        run_in_background(self._client.power_plans, self._came, self._not_loaded, owner=self, reads=self._reads)

    @Slot(str)
    def select(self, plan_id: str) -> None:
        """A plan, or ``NEW``."""
        self._key = uuid4().hex
        usual = PowerPlanEdit(
            name=text("fleet.power.new", self._language),
            week={day: [PowerTimes(on="07:30", off="18:00")] for day in DAYS[:5]},
        )
        self.change(selected=plan_id, edited=usual if plan_id == NEW else self._plans.get(plan_id), problem="", told="")
        self._show()
        self.filled.emit()

    def save(
        self, name: str, off: str, stagger_s: int, times: Mapping[str, str | None], terminal_ids: list[str]
    ) -> None:  # fmt: skip
        """``times`` by day as they are written; None: a kind of day has none of its own. ``terminal_ids`` in order."""
        edited, selected = self.state.edited, self.state.selected
        if edited is None or self.state.busy:
            return
        read = {day: read_times(words) for day, words in times.items() if words is not None}
        wrong = [day for day, found in read.items() if found is None]
        if wrong or not name.strip():
            days = ", ".join(text(f"fleet.power.{day}", self._language) for day in wrong)
            fault = text("fleet.power.fault_times" if wrong else "fleet.power.names_missing", self._language)
            self.change(problem=f"{days}: {fault}" if days else fault, told="")
            return
        wanted = PowerPlanEdit.model_validate(
            {
                "name": name.strip(), "week": {day: found for day, found in read.items() if found or day in KINDS},
                "stagger_s": stagger_s, "off": off, "terminal_ids": terminal_ids, "version": edited.version,
            }
        )  # fmt: skip
        if selected == NEW:
            key = self._key
            self._do(lambda: self._client.add_power_plan(wanted, key=key), self._kept)
        else:
            self._do(lambda: self._client.edit_power_plan(UUID(selected), wanted), self._kept)

    def remove(self) -> None:
        plan = self._plans.get(self.state.selected)
        if plan is not None and not self.state.busy:
            self._do(lambda: self._client.remove_power_plan(plan.id, plan.version), lambda _: self._removed(plan))

    def _do(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self.change(busy=True, problem="", told="")
        run_in_background(work, done, self._refused, owner=self)

    def _snapshot(self, snapshot: Snapshot) -> None:
        self.load()

    def _event(self, event: Event) -> None:
        if event.kind == "power_plans.changed":
            self.load()

    def _came(self, found: list[PowerPlan]) -> None:
        self._plans = {str(one.id): one for one in found}
        self.change(loaded=True)
        self._show()

    def _kept(self, plan: PowerPlan) -> None:
        self._plans[str(plan.id)] = plan
        self.change(busy=False)
        self.select(str(plan.id))
        self.change(told=text("fleet.power.saved", self._language))
        self._load_anew()

    def _removed(self, plan: PowerPlan) -> None:
        self._plans.pop(str(plan.id), None)
        self.change(busy=False, selected="", edited=None, told=text("fleet.power.removed", self._language))
        self._show()
        self.filled.emit()
        self._load_anew()

    def _load_anew(self) -> None:
        """A list that was asked for before does not know what has been done."""
        self._reads.outdate()
        self.load()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        # A new one is asked for under the same key: nothing is made twice.
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
        if error.code == "changed_meanwhile":
            self.load()

    def _show(self) -> None:
        ours = sorted((one for one in self._devices.terminals if one.kind in OURS), key=lambda one: one.name)
        members = []
        for one in ours:
            other = self._plans.get(str(one.plan_id)) if one.plan_id is not None else None
            elsewhere = other is not None and str(other.id) != self.state.selected
            label = text("fleet.power.other_plan", self._language, name=one.name, plan=other.name) if other else ""
            members.append(Member(str(one.id), label if elsewhere else one.name))
        self.change(
            plans=tuple((id_, one.name, len(one.terminal_ids)) for id_, one in self._plans.items()),
            members=tuple(members),
        )
