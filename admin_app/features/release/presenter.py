"""Plans of release: the list of services, one plan with its draft, the week it makes, a single day."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.release.calendar import CalendarPresenter
from admin_app.features.release.one_day import DayPresenter
from admin_app.features.release.rows import KINDS, Cells, cells_of, finding_words, outside_lines, windows_of
from admin_app.features.release.tables import TablePresenter
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.base import Page
from shared.schemas.booking import Appointment
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.release import (
    DayShown,
    DraftEdit,
    Finding,
    PlansReport,
    PlanSummary,
    Publish,
    ServicePlan,
    Window,
)
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

WEEK = 7
RELOAD_MS = 500


@dataclass(frozen=True)
class ReleaseState:
    """``revision`` grows when the rows have to be drawn anew; ``rows``: kind of day → rows as they stand."""

    loaded: bool = False
    may_change: bool = False
    items: tuple[PlanSummary, ...] = ()
    selected: str = ""
    plan: ServicePlan | None = None
    rows: Mapping[str, tuple[Cells, ...]] = field(default_factory=dict)
    revision: int = 0
    dirty: bool = False
    busy: bool = False
    faults: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    # Bookings in none of the plan's slots: who and when, the next ones.
    outside: tuple[str, ...] = ()
    problem: str = ""
    first: date | None = None
    week: tuple[DayShown, ...] = ()

    @property
    def warned(self) -> bool:
        return any(one.level == "warning" for one in self.findings)


class ReleasePresenter(Presenter[ReleaseState]):
    """``told(str)`` carries the words for a toast; ``day``: the one that is being changed."""

    told = Signal(str)

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(ReleaseState(), parent)
        self._client, self._language = client, language
        self._sees_bookings = False
        self._lists, self._plans, self._weeks = Reads(), Reads(), Reads()
        self.calendar = CalendarPresenter(client, language, self)
        self.day = DayPresenter(client, language, self)
        self.day.told.connect(self.told)
        self.day.closed.connect(self._reload)
        self.table = TablePresenter(client.load_plans, language, excel=True, parent=self)
        self.table.loaded.connect(self._table_in)
        self.table.written.connect(lambda file: self.told.emit(text("release.page.exported", language, file=file)))
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(RELOAD_MS)
        self._again.timeout.connect(self._reload)
        link.happened.connect(self._happened)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self.calendar.set_hall(hall)
        today = self.calendar.today
        self.change(first=today - timedelta(days=today.weekday()))

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("release.plans:change"))
        self._sees_bookings = me.may("booking.appointments:view")
        self.calendar.change(may_change=me.may("release.calendar:change"))

    # What a person can do

    @Slot()
    def load(self) -> None:
        run_in_background(self._client.release_plans, self._listed, self._failed, owner=self, reads=self._lists)

    @Slot(str)
    def select(self, service_id: str) -> None:
        """Another service; rows that are not saved as a draft are gone after the view has asked."""
        if service_id != self.state.selected:
            self.change(
                selected=service_id, plan=None, rows={}, week=(), dirty=False, problem="", faults=(), findings=(),
                revision=self.state.revision + 1,
            )  # fmt: skip
            self._fetch()

    def edit(self, kind: str, rows: Sequence[Cells]) -> None:
        """What stands in the table of a kind of day now."""
        self.change(rows={**self.state.rows, kind: tuple(rows)}, dirty=True, problem="", faults=())

    @Slot()
    def save(self) -> None:
        """Keep the rows as a draft; the linter's findings come with the answer."""
        self._save(lambda plan: self._took(plan, text("release.page.saved", self._language)))

    def publish(self, reason: str) -> None:
        """Put what stands here in force."""
        if self.state.dirty or self.state.plan is None or self.state.plan.draft is None:
            self._save(lambda plan: self._publish(plan, reason))
        else:
            self._publish(self.state.plan, reason)

    @Slot()
    def drop(self) -> None:
        """Back to what is in force."""
        plan = self.state.plan
        if plan is None or self.state.busy:
            return
        if plan.draft is None:
            self._took(plan)
            return
        version, id_ = plan.draft.version, plan.service_id
        self._run(
            lambda: self._client.drop_release_draft(id_, version),
            lambda found: self._took(found, text("release.page.dropped", self._language)),
        )

    def take_version(self, number: int) -> None:
        """The rows of an earlier version, to be looked at and published again."""
        plan = self.state.plan
        versions = [] if plan is None else [plan.published, *plan.past]
        for one in versions:
            if one is not None and one.number == number:
                self.change(rows=self._cells(one.windows), dirty=True, faults=(), revision=self.state.revision + 1)

    def copy_from(self, kind: str, other: str) -> None:
        """The rows of another kind of day."""
        rows = self.state.rows.get(other, ())
        self.change(rows={**self.state.rows, kind: rows}, dirty=True, revision=self.state.revision + 1)

    def turn_week(self, by: int) -> None:
        """``by`` weeks further; 0: this week."""
        today = self.calendar.today
        first = today - timedelta(days=today.weekday())
        self.change(first=(self.state.first or first) + timedelta(days=WEEK * by) if by else first)
        self._fetch_week()

    def open_day(self, day: date) -> None:
        """Change one day, beginning with what it has."""
        if self.state.plan is not None:
            self.day.open(self.state.plan, day)

    def export(self, path: Path) -> None:
        """All plans as a workbook."""
        self.table.write(path, self._client.export_plans, self._failed)

    # How it goes on

    def _save(self, then: Callable[[ServicePlan], None]) -> None:
        plan = self.state.plan
        if plan is None or self.state.busy:
            return
        windows, faults = {}, []
        for kind in KINDS:
            windows[kind], wrong = windows_of(self.state.rows.get(kind, ()), self._language)
            faults += [f"{text(f'release.kind.{kind}', self._language)} · {one}" for one in wrong]
        self.change(faults=tuple(faults))
        if faults:
            return
        wanted = DraftEdit.model_validate(
            {"windows": windows, "version": plan.draft.version if plan.draft is not None else None}
        )
        self._run(lambda: self._client.save_release_draft(plan.service_id, wanted), then)

    def _publish(self, plan: ServicePlan, reason: str) -> None:
        self._took(plan)
        draft = plan.draft
        assert draft is not None
        wanted = Publish(version=draft.version, reason=reason)
        self._run(
            lambda: self._client.publish_release(plan.service_id, wanted),
            lambda found: self._took(found, self._published_words(plan.outside_count)),
        )

    def _published_words(self, outside: int) -> str:
        if outside:
            return text("release.page.published_kept", self._language, n=outside)
        return text("release.page.published", self._language)

    def _run(self, work: Callable[[], ServicePlan], then: Callable[[ServicePlan], None]) -> None:
        selected = self.state.selected
        self.change(busy=True, problem="")

        def done(plan: ServicePlan) -> None:
            self._plans.outdate()
            self.change(busy=False)
            if self.state.selected == selected:
                then(plan)
                self.load()

        run_in_background(work, done, self._refused, owner=self)

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))

    def _failed(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _listed(self, items: list[PlanSummary]) -> None:
        self.change(loaded=True, items=tuple(items))

    def _fetch(self) -> None:
        if self.state.selected:
            id_ = UUID(self.state.selected)
            run_in_background(
                lambda: self._client.release_plan(id_), self._took_if_current, self._failed, owner=self,
                reads=self._plans,
            )  # fmt: skip

    def _took_if_current(self, plan: ServicePlan) -> None:
        # What somebody is typing is not taken from under their hands.
        if str(plan.service_id) == self.state.selected and not self.state.dirty:
            self._took(plan)

    def _took(self, plan: ServicePlan, said: str = "") -> None:
        shown = plan.draft or plan.published
        self.change(
            plan=plan, rows=self._cells(shown.windows if shown is not None else {}), dirty=False, problem="",
            faults=(), findings=tuple(plan.findings), outside=outside_lines(plan, [], self._language),
            revision=self.state.revision + 1,
        )  # fmt: skip
        if plan.outside and self._sees_bookings:
            self._fetch_outside(plan)
        if said:
            self.told.emit(said)
        self._fetch_week()

    def _fetch_outside(self, plan: ServicePlan) -> None:
        """Who has booked the times that are no slots any more: masked, and only for who may see appointments."""
        days = [one.day.isoformat() for one in plan.outside]
        query = {"service_id": str(plan.service_id), "state": "booked", "first": min(days), "last": max(days)}

        def found(page: Page[Appointment]) -> None:
            if self.state.plan is plan:
                self.change(outside=outside_lines(plan, page.items, self._language))

        run_in_background(lambda: self._client.appointments(**query), found, self._failed, owner=self)

    def _cells(self, windows: Mapping[Any, Sequence[Window]]) -> dict[str, tuple[Cells, ...]]:
        return {kind: tuple(cells_of(one, self._language) for one in rows) for kind, rows in windows.items()}

    def _fetch_week(self) -> None:
        plan, first = self.state.plan, self.state.first
        if plan is None or first is None:
            return
        id_, draft = plan.service_id, plan.draft is not None
        run_in_background(
            lambda: (id_, self._client.release_days(id_, first, WEEK, draft=draft)), self._took_week, self._failed,
            owner=self, reads=self._weeks,
        )  # fmt: skip

    def _took_week(self, found: tuple[UUID, list[DayShown]]) -> None:
        service, week = found
        if str(service) == self.state.selected and week[0].day == self.state.first:
            self.change(week=tuple(week))

    def _happened(self, event: Event) -> None:
        if event.kind == "service.changed" and self.state.loaded and not self._again.isActive():
            self._again.start()

    def _table_in(self, report: PlansReport) -> None:
        self.told.emit(text("release.page.plans_loaded", self._language, n=report.services))
        self._reload()

    def _reload(self) -> None:
        self.load()
        self._fetch()
        self.calendar.load()

    def words_of(self, findings: Sequence[Finding]) -> list[tuple[str, str]]:
        """(level, words) of each."""
        chinese = self._language.startswith("zh")
        names = {} if chinese else {one.name: one.name_en for one in self.state.items if one.name_en}
        return [(one.level, finding_words(one, self._language, names)) for one in findings]
