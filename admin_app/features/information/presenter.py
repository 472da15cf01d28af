"""The introduction and getting here: what is written, its versions, and what everybody sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, Slot

from admin_app.features.information import rows
from admin_app.link import HallLink
from admin_app.media_choice import MediaChoice
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.introduction import IntroductionContent, IntroductionVersion, IntroductionView
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class IntroductionState:
    """``revision`` grows when the fields have to be filled anew from ``view.draft``."""

    view: IntroductionView | None = None
    versions: tuple[dict[str, Any], ...] = ()
    headline: str = ""
    revision: int = 0
    busy: bool = False
    may_change: bool = False
    problem: str = ""
    told: str = ""


class IntroductionPresenter(Presenter[IntroductionState]):
    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(IntroductionState(), parent)
        self._client, self._language, self._zone = client, language, ZoneInfo("UTC")
        self.media = MediaChoice(client, language, self)
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("content.introduction:change"))

    @Slot()
    def enter(self) -> None:
        if self.state.may_change and self.state.view is None:
            self._act(self._client.introduction_versions, "")

    def save(self, values: Mapping[str, Any]) -> None:
        """A new version, shown to nobody yet."""
        view, content = self.state.view, self._content(values)
        if view is not None and content is not None:
            self._act(lambda: self._client.save_introduction(view.edition, content), "saved")

    def publish(self, values: Mapping[str, Any]) -> None:
        """What is typed is saved first: what is published is what was seen."""
        view, content = self.state.view, self._content(values)
        if view is None or content is None:
            return

        def work() -> IntroductionView:
            saved = self._client.save_introduction(view.edition, content)
            return self._client.step_introduction("publish", saved.edition, saved.newest)

        self._act(work, "published")

    def step(self, act: str, number: int) -> None:
        """publish, restore: an old version."""
        view = self.state.view
        if view is not None:
            told = "published" if act == "publish" else "did_restore"
            self._act(lambda: self._client.step_introduction(act, view.edition, number), told)

    def earlier(self) -> None:
        """Further versions, beside those that are known."""
        view = self.state.view
        if view is None or not view.versions or self.state.busy:
            return

        def found(versions: list[IntroductionVersion]) -> None:
            now = self.state.view
            if now is not None:
                self._show(now.model_copy(update={"versions": [*now.versions, *versions]}))

        last = view.versions[-1].number
        run_in_background(lambda: self._client.earlier_introductions(last), found, self._failed, owner=self)

    def load(self) -> None:
        """Read anew; what was typed and not saved is dropped."""
        self._act(self._client.introduction_versions, "")

    def _content(self, values: Mapping[str, Any]) -> IntroductionContent | None:
        view = self.state.view
        if self.state.busy or view is None:
            return None
        try:
            way = dict(values["getting_here"])
            lists = rows.way_lists(way, self._language)
            return IntroductionContent.model_validate({**values, "getting_here": way | lists})
        except HallError as error:
            self.change(problem=sorry(error, self._language), told="")
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][-1])
            called = text(f"information.page.{field}", self._language)
            self.change(problem=text("information.page.wrong", self._language, field=called), told="")
        return None

    def _act(self, work: Callable[[], IntroductionView], told: str) -> None:
        if self.state.busy:
            return
        self.change(busy=True, problem="", told="")

        def done(found: IntroductionView) -> None:
            self._known(found)
            self.change(busy=False, told=text(f"information.page.{told}", self._language) if told else "")

        run_in_background(work, done, self._failed, owner=self)

    def _known(self, found: IntroductionView) -> None:
        if found.live is None:
            headline = text("information.page.nothing_live", self._language)
        else:
            at = rows.when(found.published_at, self._zone)
            headline = text("information.page.live_since", self._language, n=found.live, at=at)
        if found.newest != (found.live or 0):
            headline += " " + text("information.page.draft_waits", self._language, n=found.newest)
        self._show(found)
        self.change(headline=headline, revision=self.state.revision + 1)

    def _show(self, found: IntroductionView) -> None:
        """With the older versions that are known: they never change."""
        known = {one.number: one for one in (*(self.state.view.versions if self.state.view else ()), *found.versions)}
        whole = found.model_copy(update={"versions": sorted(known.values(), key=lambda one: -one.number)})
        self.change(view=whole, versions=rows.version_rows(whole, self._zone, self._language))

    def _event(self, event: Event) -> None:
        """Somebody else has published: told, and what is being typed stays."""
        view = self.state.view
        if event.kind != "introduction.changed" or view is None or self.state.busy:
            return
        if event.data.get("number") != view.live:
            self.change(told=text("information.page.elsewhere", self._language))

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
