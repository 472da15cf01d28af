"""The calling policy: read, edited, tried on the hall as it stands and on a past day, saved."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Slot

from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.calling import CallingPolicy, CallingPreview, CounterCalling, Replayed, ServiceCalling
from shared.schemas.hall import Counter, Service
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class CallingState:
    """``draft`` is what is edited, ``policy`` what is in use; ``version`` grows when fields are filled anew."""

    loaded: bool = False
    busy: bool = False
    version: int = 0
    policy: CallingPolicy = field(default_factory=CallingPolicy)
    draft: CallingPolicy = field(default_factory=CallingPolicy)
    services: tuple[Service, ...] = ()
    counters: tuple[Counter, ...] = ()
    days: tuple[date, ...] = ()
    problem: str = ""
    told: str = ""
    may_change: bool = False
    # What came of trying; ``tried`` is the draft it was tried with.
    trying: bool = False
    trouble: str = ""
    preview: CallingPreview | None = None
    replayed: Replayed | None = None
    tried: CallingPolicy | None = None

    @property
    def unsaved(self) -> bool:
        return self.loaded and self.draft != self.policy


def bounds(name: str, kind: type[Any] = CallingPolicy) -> tuple[int, int]:
    """The least and the greatest value that the schema takes."""
    found = kind.model_fields[name]
    metadata = list(found.metadata)
    if not metadata:
        # Of an optional value: those of the value itself.
        metadata = [item for part in found.annotation.__args__ for item in getattr(part, "__metadata__", ())]
        metadata = [inner for item in metadata for inner in getattr(item, "metadata", [item])]
    least = next(item.ge for item in metadata if hasattr(item, "ge"))
    return int(least), int(next(item.le for item in metadata if hasattr(item, "le")))


class CallingPresenter(Presenter[CallingState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(CallingState(), parent)
        self._client = client
        self._language = language

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("calling:change"))

    @Slot()
    def load(self) -> None:
        """Read the policy and what it can name; what was edited and not saved is dropped."""
        if self.state.busy:
            return
        self.change(busy=True, problem="", told="")

        def read() -> tuple[CallingPolicy, list[Service], list[Counter], list[date]]:
            client = self._client
            return client.calling_policy(), client.services(), client.counters(), client.replay_days()

        run_in_background(read, self._known, self._refused, owner=self)

    def edit(self, **fields: Any) -> None:
        """Change the draft; what was tried with another one is shown until it is tried again."""
        draft = self.state.draft.model_copy(update=fields)
        if draft != self.state.draft:
            self.change(draft=draft, told="")

    def set_service(self, wanted: ServiceCalling) -> None:
        """Give a service values of its own; one without any is as the hall again."""
        rest = [one for one in self.state.draft.services if one.service_id != wanted.service_id]
        own = wanted.model_dump(exclude={"service_id"}, exclude_none=True)
        self.edit(services=[*rest, wanted] if own else rest)

    def set_counter(self, wanted: CounterCalling | None, counter_id: UUID) -> None:
        """Say what a counter is there for first; None: for all its services alike."""
        rest = [one for one in self.state.draft.counters if one.counter_id != counter_id]
        self.edit(counters=rest if wanted is None else [*rest, wanted])

    @Slot()
    def discard(self) -> None:
        self.change(draft=self.state.policy, version=self.state.version + 1, problem="", told="")

    @Slot()
    def save(self) -> None:
        if self.state.busy or not self.state.unsaved:
            return
        draft = self.state.draft
        self.change(busy=True, problem="", told="")
        run_in_background(lambda: self._client.set_calling_policy(draft), self._saved, self._refused, owner=self)

    def try_now(self, counter_id: UUID) -> None:
        """Whom would this counter call now?"""
        draft = self.state.draft
        self._try(lambda: self._client.preview_calling(draft, counter_id), draft)

    def try_day(self, day: date) -> None:
        """What would have been on this day?"""
        draft = self.state.draft
        self._try(lambda: self._client.replay_calling(draft, day), draft)

    def _try(self, ask: Any, draft: CallingPolicy) -> None:
        if self.state.trying:
            return
        self.change(trying=True, trouble="")

        def came(answer: CallingPreview | Replayed) -> None:
            if isinstance(answer, CallingPreview):
                self.change(trying=False, preview=answer, tried=draft)
            else:
                self.change(trying=False, replayed=answer, tried=draft)

        def failed(error: HallError) -> None:
            self.change(trying=False, trouble=sorry(error, self._language))

        run_in_background(ask, came, failed, owner=self)

    def _known(self, found: tuple[CallingPolicy, list[Service], list[Counter], list[date]]) -> None:
        policy, services, counters, days = found
        serving = {service_id for counter in counters for service_id in counter.service_ids}
        self.change(
            loaded=True, busy=False, version=self.state.version + 1, policy=policy, draft=policy,
            services=tuple(one for one in services if one.ticketable and one.id in serving),
            counters=tuple(counters), days=tuple(days),
        )  # fmt: skip

    def _saved(self, policy: CallingPolicy) -> None:
        self.change(
            busy=False, policy=policy, draft=policy, version=self.state.version + 1,
            told=text("calling.console.saved", self._language),
        )  # fmt: skip

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
