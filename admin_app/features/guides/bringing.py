"""Bringing guides in: a file with its trial, the item system's settings, and the runs with their reports."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, Slot

from admin_app.features.guides import rows
from admin_app.files import read_file, write_file
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.guides import GuideRun, GuideSource, GuideSourceEdit, GuideSourceShown
from shared.schemas.hall import Hall
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

Found = TypeVar("Found")


@dataclass(frozen=True)
class BringingState:
    """``tried``: what the file would do, not yet brought in. ``held``: the selected run waits for a yes."""

    busy: str = ""
    file: str = ""
    whole: bool = False
    tried: bool = False
    tried_words: str = ""
    asks: str = ""
    file_rows: tuple[dict[str, Any], ...] = ()
    loaded: bool = False
    revision: int = 0
    source: tuple[tuple[str, Any], ...] = ()
    has_secret: bool = False
    next_words: str = ""
    runs: tuple[dict[str, Any], ...] = ()
    selected: str = ""
    run_words: str = ""
    run_rows: tuple[dict[str, Any], ...] = ()
    held: bool = False
    reading: bool = False
    problem: str = ""
    told: str = ""

    @property
    def may_apply(self) -> bool:
        return self.tried and not self.busy


class BringingPresenter(Presenter[BringingState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(BringingState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self._content, self._key, self._version = b"", "", 0
        self._lists, self._looks = Reads(), Reads()

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    # A file

    def export(self, path: Path) -> None:
        def done(_: None) -> None:
            self.change(busy="", told=self._t("exported", file=str(path)))

        self._act("exporting", lambda: write_file(path, self._client.export_guides()), done)

    def try_file(self, path: Path) -> None:
        """Read the file and ask what it would do; nothing is changed."""
        whole = self.state.whole

        def work() -> tuple[bytes, GuideRun]:
            content = read_file(path, excel=False)
            return content, self._client.import_guides(content, dry_run=True, whole=whole)

        self._content = b""
        self.change(file=path.name, tried=False, file_rows=(), tried_words="", asks="")
        self._act("trying", work, lambda found: self._tried(*found))

    def set_whole(self, whole: bool) -> None:
        """Whether the file is all there is; a file that was tried is tried anew."""
        self.change(whole=whole)
        if self._content and not self.state.busy:
            content = self._content
            self._act(
                "trying", lambda: self._client.import_guides(content, dry_run=True, whole=whole),
                lambda run: self._tried(content, run),
            )  # fmt: skip

    def apply(self, *, agreed: bool) -> None:
        """Bring in exactly what was tried; ``agreed``: also when that takes much away."""
        if not self.state.may_apply:
            return
        content, whole, key = self._content, self.state.whole, self._key

        def done(run: GuideRun) -> None:
            self._content = b""
            self.change(
                busy="", tried=False, asks="", tried_words="", file_rows=(), file="", whole=False,
                told=self._t("brought", what=rows.counts_words(run, self._language)),
            )  # fmt: skip
            self.load()

        self._act(
            "applying",
            lambda: self._client.import_guides(content, dry_run=False, whole=whole, agreed=agreed, key=key),
            done,
        )

    def _tried(self, content: bytes, run: GuideRun) -> None:
        self._content = content
        # The same for every attempt: after a lost answer it is brought in once.
        self._key = uuid.uuid4().hex
        asks = rows.words(f"held.{run.held_for}", self._language) if run.held_for else ""
        self.change(
            busy="", tried=any(run.counts.get(name, 0) for name in ("created", "changed", "retired")), asks=asks,
            tried_words=rows.counts_words(run, self._language), file_rows=rows.report_rows(run, self._language),
        )  # fmt: skip

    # The item system

    @Slot()
    def load(self) -> None:
        """Settings and runs."""
        client = self._client

        def ask() -> tuple[GuideSourceShown, list[GuideRun]]:
            return client.guide_source(), client.guide_runs()

        run_in_background(ask, lambda found: self._came(*found), self._not_loaded, owner=self, reads=self._lists)

    def save(self, values: Mapping[str, Any]) -> None:
        try:
            wanted = GuideSourceEdit.model_validate(
                {**values, "version": self._version, "secret": values.get("secret") or None}
            )
        except ValidationError:
            self.change(problem=self._t("wrong_address"), told="")
            return

        def done(found: GuideSourceShown) -> None:
            self._lists.outdate()
            self._settings_known(found)
            self.load()
            self.change(busy="", told=self._t("saved"))

        self._act("saving", lambda: self._client.set_guide_source(wanted), done)

    def begin(self, mode: str) -> None:
        """Read the item system now."""

        def done(run: GuideRun) -> None:
            self.change(busy="", told=self._t("begun"), selected=str(run.id))
            self.load()

        self._act("beginning", lambda: self._client.begin_guide_run(mode), done)

    def select(self, run_id: str) -> None:
        self.change(selected=run_id)
        if not run_id:
            self.change(run_words="", run_rows=(), held=False)
            return
        client = self._client

        def came(run: GuideRun) -> None:
            if self.state.selected == run_id:
                said = rows.fault_words(run, self._language) or rows.counts_words(run, self._language)
                self.change(
                    run_words=said, run_rows=rows.report_rows(run, self._language), held=run.state == "held"
                )  # fmt: skip

        run_in_background(lambda: client.guide_run(UUID(run_id)), came, self._not_loaded, owner=self, reads=self._looks)

    def settle(self, *, agree: bool) -> None:
        """Agree to what the selected run holds, or drop it."""
        run_id = self.state.selected

        def done(run: GuideRun) -> None:
            self.change(busy="", told=self._t("agreed" if agree else "dropped"))
            self.load()
            self.select(str(run.id))

        self._act("settling", lambda: self._client.settle_guide_run(UUID(run_id), agree=agree), done)

    @Slot()
    def refresh(self) -> None:
        """Something about guides has happened."""
        if self.state.loaded:
            self.load()
            if self.state.selected:
                self.select(self.state.selected)

    def _came(self, source: GuideSourceShown, runs: list[GuideRun]) -> None:
        if source.version != self._version or not self.state.loaded:
            self._settings_known(source)
        self.change(
            loaded=True, runs=rows.run_rows(runs, self._zone, self._language),
            reading=any(run.state in ("waiting", "reading") for run in runs), next_words=self._next(source),
        )  # fmt: skip

    def _settings_known(self, found: GuideSourceShown) -> None:
        self._version = found.version
        values = {name: getattr(found, name) for name in GuideSource.model_fields} | {"secret": ""}
        self.change(
            source=tuple(values.items()), has_secret=found.has_secret, revision=self.state.revision + 1,
            next_words=self._next(found),
        )  # fmt: skip

    def _next(self, found: GuideSourceShown) -> str:
        return self._t("next", at=rows.moment(found.next_at, self._zone)) if found.next_at else self._t("never")

    def _act(self, busy: str, work: Callable[[], Found], done: Callable[[Found], None]) -> None:
        if not self.state.busy:
            self.change(busy=busy, problem="", told="")
            run_in_background(work, done, self._refused, owner=self)

    def _not_loaded(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        self.change(busy="", problem=sorry(error, self._language, acted=bool(self.state.busy)))

    def _t(self, key: str, **params: object) -> str:
        return text(f"guides.page.{key}", self._language, **params)
