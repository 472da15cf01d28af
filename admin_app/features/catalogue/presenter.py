"""Services and counters together: loading, what the stream tells, drafts that are not sent yet."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.editing.drafts import Drafts
from admin_app.features.catalogue.checklists import ChecklistsPresenter
from admin_app.features.catalogue.counters import CountersPresenter
from admin_app.features.catalogue.numbering import NumberingPresenter
from admin_app.features.catalogue.services import ServicesPresenter
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.schemas.access import Me
from shared.schemas.events import Event, Snapshot
from shared.schemas.hall import Counter, Hall
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class CatalogueState:
    """``unsaved``: drafts of services, counters and checklists. Choices are (key, words, floor)."""

    unsaved: int = 0
    floors: tuple[tuple[str, str], ...] = ()
    zones: tuple[tuple[str, str, str], ...] = ()


class CataloguePresenter(Presenter[CatalogueState]):
    """``target_wanted(kind)`` asks the view to show the services or the counters."""

    target_wanted = Signal(str)

    def __init__(
        self, client: HallClient, link: HallLink, drafts: Path, language: str, parent: QObject | None = None
    ) -> None:
        super().__init__(CatalogueState(), parent)
        self._language = language
        kept = Drafts(drafts)
        self.services = ServicesPresenter(client, kept, language, self)
        self.counters = CountersPresenter(client, kept, language, lambda: self.services.state.items, self)
        self.numbering = NumberingPresenter(client, language, self)
        self.checklists = ChecklistsPresenter(client, kept, language, lambda: self.services.state.items, self)
        for editor in (self.services, self.counters, self.checklists):
            editor.state_changed.connect(self._count)
        link.snapshot.connect(self._snapshot)
        link.happened.connect(self._event)
        self._count()

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        chinese = self._language.startswith("zh")
        self.change(
            floors=tuple((floor.key, floor.name if chinese else floor.name_en) for floor in hall.floors),
            zones=tuple((zone.key, zone.name if chinese else zone.name_en, zone.floor) for zone in hall.zones),
        )

    @Slot(object)
    def set_me(self, me: Me) -> None:
        """Services and counters are two rights: who has one of them only looks at the other."""
        self.services.set_me(me)
        self.counters.set_me(me)
        self.numbering.set_me(me)
        self.checklists.set_me(me)

    @Slot(str)
    def go(self, target: str) -> None:
        """``service:<id>``, ``materials:<id of a service>``, ``counter:<id>``, or only the kind."""
        kind, _, key = target.partition(":")
        if kind:
            self.target_wanted.emit(kind)
        if key and kind == "service":
            self.services.select(key)
        elif key and kind == "materials":
            self.checklists.select(key)
        elif key and kind == "counter":
            self.counters.select(key)

    @Slot()
    def discard_all(self) -> None:
        self.services.discard_all()
        self.counters.discard_all()
        self.checklists.discard_all()

    def flush(self) -> None:
        """Drafts to the disk, before the window goes."""
        self.services.flush()

    def _snapshot(self, snapshot: Snapshot) -> None:
        self.services.load()
        self.counters.load()

    def _event(self, event: Event) -> None:
        if event.kind == "service.changed":
            self.services.reload_soon()
        elif event.kind == "counter.changed" and self.counters.replace(Counter.model_validate(event.data)):
            # Which counters serve it stands with each service.
            self.services.reload_soon()

    def _count(self) -> None:
        editors = (self.services, self.counters, self.checklists)
        self.change(unsaved=sum(len(editor.state.drafted) for editor in editors))
