"""What is in force, what was raised, and raising, updating or cancelling one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.emergencies import Emergency, EmergencyRaise
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

OWN: Final = "free"
TEMPLATES: Final = ("fire", "evacuation", "earthquake", "power", "lost_child", "closing", OWN)
# What a template says of how bad it is and how long it holds, in minutes.
USUAL: Final = {
    "fire": ("Extreme", 60), "evacuation": ("Extreme", 60), "earthquake": ("Extreme", 60), "power": ("Severe", 120),
    "lost_child": ("Moderate", 60), "closing": ("Minor", 60), "free": ("Severe", 60),
}  # fmt: skip
SEVERITIES: Final = ("Extreme", "Severe", "Moderate", "Minor")
STATUSES: Final = ("Actual", "Exercise", "Test")
TICK_MS: Final = 5000


@dataclass(frozen=True)
class EmergenciesState:
    """``active`` shows on the displays now, ``past`` did. ``updating``: whose words are in the form."""

    loaded: bool = False
    busy: bool = False
    may_raise: bool = False
    active: tuple[Emergency, ...] = ()
    past: tuple[Emergency, ...] = ()
    updating: str = ""
    problem: str = ""
    told: str = ""


class EmergenciesPresenter(Presenter[EmergenciesState]):
    """``raised``: the form may be emptied."""

    raised = Signal()

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(EmergenciesState(), parent)
        self._client = client
        self._language = language
        self.zone = ZoneInfo("UTC")
        self._ahead = timedelta(0)
        self._reads = Reads()
        self._all: tuple[Emergency, ...] = ()
        # Asked again after a lost answer, it is the same one.
        self._key = uuid.uuid4().hex
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._sort)
        link.happened.connect(self._event)

    @property
    def now(self) -> datetime:
        """The hall's time."""
        return datetime.now(UTC) + self._ahead

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self.zone = ZoneInfo(hall.time_zone)
        self._ahead = hall.now - datetime.now(UTC)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_raise=me.may("signage.emergencies:raise"))

    @Slot()
    def enter(self) -> None:
        self._timer.start()
        self.load()

    @Slot()
    def load(self) -> None:
        def known(found: list[Emergency]) -> None:
            self._all = tuple(found)
            self.change(loaded=True)
            self._sort()

        run_in_background(self._client.emergencies, known, self._not_loaded, owner=self, reads=self._reads)

    def wanted(self, fields: dict[str, Any]) -> EmergencyRaise | None:
        """What the form asks for; None, with the problem said, when it can't be."""
        minutes = int(fields.pop("minutes"))
        body = {**fields, "expires": self.now + timedelta(minutes=minutes)}
        if self.state.updating:
            body |= {"msg_type": "Update", "references": [self.state.updating]}
        try:
            made = EmergencyRaise.model_validate(body)
        except ValidationError:
            self.change(problem=text("emergencies.page.headline_missing", self._language), told="")
            return None
        self.change(problem="", told="")
        return made

    def send(self, wanted: EmergencyRaise) -> None:
        if self.state.busy:
            return
        self.change(busy=True, problem="", told="")

        def done(said: Emergency) -> None:
            self._key = uuid.uuid4().hex
            key = f"emergencies.page.done_{wanted.msg_type.lower()}"
            self.change(busy=False, updating="", told=text(key, self._language, headline=said.headline))
            self.raised.emit()
            self.load()

        key = self._key
        run_in_background(lambda: self._client.raise_emergency(wanted, key=key), done, self._refused, owner=self)

    def cancel(self, one: Emergency) -> None:
        self.send(
            EmergencyRaise(
                msg_type="Cancel", references=[one.identifier], headline=one.headline, status=one.status,
                expires=one.expires,
            )
        )  # fmt: skip

    def update(self, identifier: str) -> None:
        """The form changes this one from now on; empty: it raises a new one."""
        self.change(updating=identifier, problem="", told="")

    def _sort(self) -> None:
        now = self.now
        active = tuple(one for one in self._all if one.state == "active" and one.expires > now)
        # A cancellation is told by what it cancelled.
        past = tuple(one for one in self._all if one not in active and one.msg_type != "Cancel")
        updating = self.state.updating if any(one.identifier == self.state.updating for one in active) else ""
        self.change(active=active, past=past, updating=updating)

    def _event(self, event: Event) -> None:
        if event.kind == "emergency.changed" and self.state.loaded:
            self.load()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        if error.code != "server_unreachable":
            # A judged request is over: the next one is another.
            self._key = uuid.uuid4().hex
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
