"""Finished cases: the list that is public, bringing a file in, taking one down, for how long they are shown."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.features.information import rows
from admin_app.files import read_file, write_file
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.publicity import PublicityPage, PublicityReport, PublicitySettingsEdit, PublicitySettingsShown
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

LISTED = 100
Found = TypeVar("Found")


@dataclass(frozen=True)
class PublicityState:
    """``tried``: what the file would do, not yet brought in."""

    loaded: bool = False
    busy: bool = False
    search: str = ""
    cases: tuple[dict[str, Any], ...] = ()
    count: str = ""
    on: bool = True
    days: int = 30
    revision: int = 0
    file: str = ""
    tried: bool = False
    tried_words: str = ""
    file_rows: tuple[dict[str, Any], ...] = ()
    may_change: bool = False
    problem: str = ""
    refusal: str = ""
    told: str = ""


class PublicityPresenter(Presenter[PublicityState]):
    done = Signal(str)

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(PublicityState(), parent)
        self._client, self._language, self._zone, self._version = client, language, ZoneInfo("UTC"), 0
        self._content, self._key = b"", ""
        self._reads = Reads()
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("content.publicity:change"))

    def look_for(self, search: str) -> None:
        """Only cases with this in their number."""
        self.change(search=search.strip())
        self.look()

    @Slot()
    def look(self) -> None:
        if not self.state.may_change:
            return
        search, client = self.state.search, self._client

        def ask() -> tuple[PublicityPage, PublicitySettingsShown]:
            return client.publicity(search, LISTED), client.publicity_settings()

        def came(found: tuple[PublicityPage, PublicitySettingsShown]) -> None:
            if search == self.state.search:
                cases, settings = found
                self._settings_known(settings)
                self.change(
                    loaded=True, cases=rows.case_rows(cases, self._language), count=self._count(cases, settings),
                )  # fmt: skip

        run_in_background(ask, came, self._not_listed, owner=self, reads=self._reads)

    def save(self, on: bool, days: int) -> None:
        wanted = PublicitySettingsEdit(on=on, days=days, version=self._version)

        def done(found: PublicitySettingsShown) -> None:
            self._reads.outdate()
            self._settings_known(found)
            self._done("publicity_saved")

        self._act(lambda: self._client.set_publicity_settings(wanted), done)

    def forget_refusal(self) -> None:
        self.change(refusal="")

    def take_down(self, case_id: str, reason: str) -> None:
        self._act(
            lambda: self._client.take_case_down(UUID(case_id), reason), lambda _: self._done("taken_down")
        )  # fmt: skip

    def try_file(self, path: Path) -> None:
        """Read the file and ask what it would do; nothing is changed."""

        def work() -> tuple[bytes, PublicityReport]:
            content = read_file(path, excel=False)
            return content, self._client.import_cases(content, dry_run=True)

        self.drop_file()
        self.change(file=path.name)
        self._act(work, lambda found: self._tried(*found))

    def apply(self) -> None:
        """Bring in exactly what was tried."""
        content, key = self._content, self._key
        if not self.state.tried:
            return

        def done(report: PublicityReport) -> None:
            self.drop_file()
            self._done("brought", what=rows.counts_words(report, self._language))

        self._act(lambda: self._client.import_cases(content, dry_run=False, key=key), done)

    def drop_file(self) -> None:
        self._content = b""
        self.change(file="", tried=False, tried_words="", file_rows=())

    def save_form(self, path: Path) -> None:
        """The workbook to fill in."""
        self._act(
            lambda: write_file(path, self._client.publicity_form()), lambda _: self._done("form_saved", file=str(path))
        )

    def _tried(self, content: bytes, report: PublicityReport) -> None:
        self._content = content
        # The same for every attempt: after a lost answer it is brought in once.
        self._key = uuid.uuid4().hex
        self.change(
            busy=False, tried=not report.refused and bool(report.created or report.changed),
            tried_words=rows.counts_words(report, self._language),
            file_rows=rows.report_rows(report, self._language),
        )  # fmt: skip

    def _count(self, cases: PublicityPage, settings: PublicitySettingsShown) -> str:
        at = rows.when(settings.latest_at, self._zone)
        shown = text("information.page.cases_shown", self._language, n=len(cases.items), total=cases.total)
        return shown + (" " + text("information.page.cases_latest", self._language, at=at) if at else "")

    def _settings_known(self, found: PublicitySettingsShown) -> None:
        if found.version != self._version or not self.state.loaded:
            self._version = found.version
            self.change(on=found.on, days=found.days, revision=self.state.revision + 1)

    def _act(self, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="", refusal="", told="")
            run_in_background(work, done, self._failed, owner=self)

    def _done(self, told: str, **params: object) -> None:
        self.change(busy=False, told=text(f"information.page.{told}", self._language, **params))
        self.done.emit(told)
        self.look()

    def _event(self, event: Event) -> None:
        if event.kind == "publicity.changed" and self.state.loaded:
            self.look()

    def _not_listed(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _failed(self, error: HallError) -> None:
        words = sorry(error, self._language, acted=self.state.busy)
        self.change(busy=False, problem=words, refusal=words)
