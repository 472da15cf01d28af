"""The plan view: terminals on the picture of their floor, each with its state; their places and the pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.terminals.presenter import DevicesPresenter
from admin_app.features.terminals.rows import condition, troubles
from admin_app.features.terminals.words import alarm_lines
from admin_app.link import HallLink
from admin_app.media_choice import MediaChoice
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event, Snapshot
from shared.schemas.hall import Hall
from shared.schemas.power import FloorPlan, FloorPlanEdit, Spot
from shared.schemas.terminals import Terminal
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

OURS: Final = ("kiosk", "counter", "display")
TONES: Final = {"ok": "ok", "warning": "warn", "error": "error", "pending": "busy", "offline": "off", "off": "off"}
# Where a terminal comes to lie that is put on a plan: in the middle, to be dragged from there.
MIDDLE: Final = 0.5


@dataclass(frozen=True)
class Mark:
    """A terminal on a plan, at shares of its picture; ``tone`` is that of its sign, ``status`` the word for it."""

    id: str
    name: str
    tone: str
    status: str
    x: float = MIDDLE
    y: float = MIDDLE


@dataclass(frozen=True)
class FloorTab:
    key: str
    name: str
    alarms: int


@dataclass(frozen=True)
class PlanState:
    """``marks`` of the floor shown; ``alarms``: of the whole hall, as terminal and words; ``picture``: its SHA-256."""

    loaded: bool = False
    floors: tuple[FloorTab, ...] = ()
    floor: str = ""
    picture: str = ""
    marks: tuple[Mark, ...] = ()
    unplaced: tuple[Mark, ...] = ()
    alarms: tuple[tuple[str, str], ...] = ()
    arranging: bool = False
    touched: str = ""
    may_manage: bool = False
    problem: str = ""


class PlanPresenter(Presenter[PlanState]):
    """``pictured(sha256)``: this picture is in ``pictures`` now. ``open_terminal(id)``: somebody wants to see it."""

    pictured = Signal(str)
    open_terminal = Signal(str)

    def __init__(
        self, client: HallClient, link: HallLink, devices: DevicesPresenter, language: str,
        parent: QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(PlanState(), parent)
        self._client, self._devices, self._language = client, devices, language
        self._names: dict[str, str] = {}
        self._plans: dict[str, FloorPlan] = {}
        self._reads = Reads()
        self.pictures: dict[str, bytes] = {}
        self.choice = MediaChoice(client, language, self)
        devices.state_changed.connect(self._show)
        link.snapshot.connect(self._snapshot)
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        english = self._language == "en"
        self._names = {one.key: (one.name_en if english else one.name) or one.name for one in hall.floors}
        self._show()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_manage=me.may("terminals:manage"))

    @Slot()
    def load(self) -> None:
        run_in_background(self._client.floor_plans, self._came, self._failed, owner=self, reads=self._reads)

    @Slot(str)
    def show_floor(self, floor: str) -> None:
        self.change(floor=floor, touched="")
        self._show()

    def arrange(self, on: bool) -> None:
        self.change(arranging=on and self.state.may_manage, touched="")

    def touch(self, terminal_id: str) -> None:
        """A click: opens it, or chooses it while places are arranged."""
        if self.state.arranging:
            self.change(touched=terminal_id)
        else:
            self.open_terminal.emit(terminal_id)

    def place(self, terminal_id: str, x: float = MIDDLE, y: float = MIDDLE) -> None:
        """On the floor shown, at shares of its picture."""
        spot = Spot(floor=self.state.floor, x=min(1.0, max(0.0, x)), y=min(1.0, max(0.0, y)))
        self.change(touched=terminal_id)
        self._do(lambda: self._client.place_terminal(UUID(terminal_id), spot), self._moved)

    def take_off(self) -> None:
        """The one touched last stands on no plan."""
        touched = self.state.touched
        if touched:
            self.change(touched="")
            self._do(lambda: self._client.place_terminal(UUID(touched), None), self._moved)

    def choose_picture(self, sha256: str) -> None:
        """For the floor shown."""
        plan = self._plans.get(self.state.floor)
        if plan is not None:
            wanted = FloorPlanEdit(picture=sha256, version=plan.version)
            self._do(lambda: self._client.edit_floor_plan(plan.floor, wanted), self._kept)

    def _do(self, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self.change(problem="")
        run_in_background(work, done, self._failed, owner=self)

    def _snapshot(self, snapshot: Snapshot) -> None:
        self.load()

    def _event(self, event: Event) -> None:
        if event.kind == "floor_plans.changed":
            self.load()
        elif event.kind == "terminal.changed":
            # The list of devices has heard of it already, and says nothing where none of its own words changed.
            self._show()

    def _came(self, found: list[FloorPlan]) -> None:
        self._plans = {one.floor: one for one in found}
        self.change(loaded=True, problem="")
        self._show()

    def _kept(self, plan: FloorPlan) -> None:
        self._plans[plan.floor] = plan
        self._show()
        self._reads.outdate()
        self.load()

    def _moved(self, terminal: Terminal) -> None:
        self._devices.take(terminal)
        self._show()

    def _failed(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language, acted=True))
        if error.code == "changed_meanwhile":
            self.load()

    def _show(self) -> None:
        every = [one for one in self._devices.terminals if one.kind in OURS]
        floors = tuple(self._plans)
        floor = self.state.floor if self.state.floor in self._plans else floors[0] if floors else ""
        plan = self._plans.get(floor)
        picture = plan.picture or "" if plan is not None else ""
        zone, language = self._devices.zone, self._language
        self.change(
            floors=tuple(FloorTab(key, self._names.get(key, key), _alarms(every, key)) for key in floors),
            floor=floor, picture=picture,
            marks=tuple(self._mark(one) for one in every if one.spot is not None and one.spot.floor == floor),
            unplaced=tuple(self._mark(one) for one in every if one.spot is None or one.spot.floor not in self._plans),
            alarms=tuple(
                (str(one.id), f"{one.name} · {what}")
                for one in every if condition(one) == "error"
                # A device's fault is no alarm in its first minute, and a sign on the plan at once.
                for what in [words for _, words, _ in alarm_lines(one, zone, language)] or [troubles(one, language)]
            ),
        )  # fmt: skip
        if picture and picture not in self.pictures:
            self._fetch(picture)

    def _mark(self, terminal: Terminal) -> Mark:
        found = condition(terminal)
        key = terminal.expected if found == "off" else found
        x, y = (terminal.spot.x, terminal.spot.y) if terminal.spot is not None else (MIDDLE, MIDDLE)
        return Mark(str(terminal.id), terminal.name, TONES[found], text(f"fleet.state.{key}", self._language), x, y)

    def _fetch(self, sha256: str) -> None:
        # Empty until it is here, so that it is asked for once.
        self.pictures[sha256] = b""

        def fetch() -> bytes:
            with self._client.open_media(sha256, 0) as (_, pieces):
                return b"".join(pieces)

        def came(content: bytes) -> None:
            self.pictures[sha256] = content
            self.pictured.emit(sha256)

        def failed(_: HallError) -> None:
            del self.pictures[sha256]
            self.change(problem=text("fleet.plan.failed_picture", self._language))

        run_in_background(fetch, came, failed, owner=self)


def _alarms(every: Sequence[Terminal], floor: str) -> int:
    """Terminals of a floor that have an alarm."""
    return sum(one.spot is not None and one.spot.floor == floor and condition(one) == "error" for one in every)
