"""All guides, and the one that is looked at; beside it the writers of guides and of departments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.editing.drafts import Drafts
from admin_app.features.guides import rows
from admin_app.features.guides.departments import DepartmentsPresenter
from admin_app.features.guides.writing import GuideWriter
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.guides import DepartmentFacts, Guide, GuideEdit, GuideSummary
from shared.schemas.hall import Hall, Service
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SOON_MS = 400
Found = TypeVar("Found")


@dataclass(frozen=True)
class GuidesState:
    """``parts``: the looked-at guide as titled paragraphs; ``services``: (id, name) to link it with; ``unsaved``: how
    many guides and departments have been written and not sent; ``drafted``: those of the guides.
    """

    loaded: bool = False
    with_retired: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    selected: str = ""
    title: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    retired: bool = False
    fed: bool = False
    service_id: str = ""
    services: tuple[tuple[str, str], ...] = ()
    unsaved: int = 0
    drafted: frozenset[str] = frozenset()
    busy: bool = False
    problem: str = ""
    told: str = ""
    may_change: bool = False
    may_import: bool = False


class GuidesPresenter(Presenter[GuidesState]):
    """``changed``: guides have changed in the hall."""

    changed = Signal()

    def __init__(
        self, client: HallClient, link: HallLink, drafts: Drafts, language: str, parent: QObject | None = None
    ) -> None:  # fmt: skip
        super().__init__(GuidesState(), parent)
        self._client, self._language = client, language
        self._guide: Guide | None = None
        self._lists, self._looks = Reads(), Reads()
        self.writer = GuideWriter(client, drafts, language, self)
        self.departments = DepartmentsPresenter(client, drafts, language, self)
        for writing in (self.writer, self.departments):
            writing.state_changed.connect(self._count)
            writing.saved.connect(self._saved)
        self._count()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._look_again)
        link.happened.connect(self._event)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.departments.set_me(me)
        self.change(may_change=me.may("catalogue.services:change"), may_import=me.may("catalogue.guides:import"))

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self.writer.zone = ZoneInfo(hall.time_zone)

    @Slot()
    def load(self) -> None:
        client, retired = self._client, self.state.with_retired
        if self.state.may_change:
            self.departments.load()

        def ask() -> tuple[list[GuideSummary], list[DepartmentFacts], list[Service]]:
            return client.guides(retired=str(retired).lower()).items, client.departments(), client.services()

        run_in_background(ask, lambda found: self._came(*found), self._not_loaded, owner=self, reads=self._lists)

    def show_retired(self, both: bool) -> None:
        self.change(with_retired=both)
        self.load()

    def select(self, guide_id: str) -> None:
        """Look at one guide; empty: at none."""
        self.change(selected=guide_id, told="")
        if not guide_id:
            self._guide = None
            self.change(title="", parts=(), service_id="")
            return
        client = self._client

        def came(guide: Guide) -> None:
            if self.state.selected == guide_id:
                self._show(guide)

        run_in_background(
            lambda: client.guide(UUID(guide_id), retired=True), came, self._not_loaded, owner=self, reads=self._looks
        )

    def link_with(self, service_id: str) -> None:
        """Whose numbers the guide is for; empty: nobody's."""
        wanted = {"service_id": service_id} if service_id else {"unlink": True}
        self._edit(wanted, "guides.page.linked_told" if service_id else "guides.page.unlinked_told")

    def retire(self, retired: bool) -> None:
        self._edit({"retired": retired}, "guides.page.retired_told" if retired else "guides.page.back_told")

    def flush(self) -> None:
        """Put what was written on the disk now."""
        self.writer.flush()
        self.departments.flush()

    def discard_all(self) -> None:
        self.writer.discard_all()
        self.departments.discard_all()

    def _count(self) -> None:
        drafted = self.writer.state.drafted
        self.change(unsaved=len(drafted) + len(self.departments.state.drafted), drafted=drafted)

    def _saved(self, words: str) -> None:
        self.change(told=words, problem="")
        self.load()
        if self.state.selected:
            self.select(self.state.selected)
            self.change(told=words)

    def _edit(self, wanted: dict[str, Any], told: str) -> None:
        before = self._guide
        if before is None or self.state.busy:
            return
        body = GuideEdit.model_validate({"version": before.version} | wanted)

        def done(guide: Guide) -> None:
            self._looks.outdate()
            if self.state.selected == str(guide.id):
                self._show(guide)
            self.change(busy=False, told=text(told, self._language))
            self.load()

        self._act(lambda: self._client.edit_guide(before.id, body), done)

    def _act(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        self.change(busy=True, problem="", told="")
        run_in_background(work, done, self._refused, owner=self)

    def _came(
        self, guides: list[GuideSummary], departments: list[DepartmentFacts], services: list[Service]
    ) -> None:  # fmt: skip
        self.writer.departments = tuple(one.name for one in departments)
        self.change(
            loaded=True, rows=rows.guide_rows(guides, departments, self._language), problem="",
            services=tuple((str(one.id), one.name) for one in services if one.ticketable),
        )  # fmt: skip

    def _show(self, guide: Guide) -> None:
        self._guide = guide
        self.change(
            title=rows.named(guide, self._language), parts=rows.parts(guide, self._language), retired=guide.retired,
            fed=guide.source == "import", service_id=str(guide.service_id or ""),
        )  # fmt: skip

    def _event(self, event: Event) -> None:
        if event.kind == "guides.changed":
            # Many at once are one look.
            self._soon.start()

    @Slot()
    def _look_again(self) -> None:
        self.changed.emit()
        if self.state.loaded:
            self.load()

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=self.state.busy))
