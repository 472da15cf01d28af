"""Notices: the list, the one that is open, and everything that can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.notices.rows import list_rows
from admin_app.link import HallLink
from admin_app.media_choice import MediaChoice
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.notices import (
    NoticeContent,
    NoticeEntries,
    NoticePublish,
    NoticeSettings,
    NoticeSettingsEdit,
    NoticeVersion,
    NoticeView,
    NoticeWords,
    NoticeWordsEdit,
)
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SOON_MS = 300


@dataclass(frozen=True)
class NoticesState:
    """``revision`` grows when the editor has to be filled anew; ``one`` None with ``fresh``: a new one is written."""

    listed: bool = False
    busy: bool = False
    shown: str = ""
    rows: tuple[dict[str, Any], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    one: NoticeView | None = None
    fresh: bool = False
    revision: int = 0
    rights: frozenset[str] = frozenset()
    settings: NoticeSettings | None = None
    words: NoticeWords | None = None
    problem: str = ""
    refusal: str = ""
    told: str = ""
    hall: str = ""

    def may(self, act: str) -> bool:
        """Whether this person may, and the notice stands where it can be done."""
        right = {"approve": "review", "reject": "review"}.get(act, "write")
        if act in ("publish", "schedule", "retract"):
            right = "publish"
        return f"notices:{right}" in self.rights and self.one is not None and act in self.one.acts


class _WordsError(HallError):
    """Words that must not stand in it, or are asked about; ``saved``: the notice as it is now."""

    def __init__(self, error: HallError, saved: NoticeView) -> None:
        super().__init__(error.code, status=error.status, **error.params)
        self.saved = saved


class NoticesPresenter(Presenter[NoticesState]):
    """``asked``: words stand in what is to be handed in that its author has to look at, with their places."""

    done = Signal(str)
    asked = Signal(str)

    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(NoticesState(), parent)
        self._client = client
        self.media = MediaChoice(client, language, self)
        self._language = language
        self.zone: ZoneInfo = ZoneInfo("UTC")
        self._looks, self._opens = Reads(), Reads()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.look)
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self.zone = ZoneInfo(hall.time_zone)
        self.change(hall=hall.name if self._language == "zh-CN" else hall.name_en)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        rights = ("notices:write", "notices:review", "notices:publish", "notices.channels:change")
        self.change(rights=frozenset(right for right in rights if me.may(right)))

    def forget_refusal(self) -> None:
        self.change(refusal="")

    def show_state(self, shown: str) -> None:
        """Only notices of this state; empty: all."""
        self.change(shown=shown)
        self.look()

    @Slot()
    def look(self) -> None:
        """Read the list and what is open anew; what is being typed stays."""
        shown, open_ = self.state.shown, self.state.one

        def read() -> tuple[NoticeEntries, NoticeView | None, NoticeSettings, NoticeWords]:
            one = self._client.notice(open_.id) if open_ is not None else None
            return self._client.notices(shown), one, self._client.notice_settings(), self._client.notice_words()

        def found(answer: tuple[NoticeEntries, NoticeView | None, NoticeSettings, NoticeWords]) -> None:
            entries, one, settings, words = answer
            if shown != self.state.shown:
                return
            self.change(
                rows=list_rows(entries, self.zone, self._language), counts=tuple(sorted(entries.counts.items())),
                listed=True, settings=settings, words=words,
            )  # fmt: skip
            now = self.state.one
            if one is not None and now is not None and one.id == now.id and one.edition >= now.edition:
                # Somebody else's version is shown at once; a mere step of the channels leaves the fields alone.
                self.change(one=self._whole(one), revision=self.state.revision + (one.newest != now.newest))

        run_in_background(read, found, self._not_read, owner=self, reads=self._looks)

    def open(self, notice_id: str) -> None:
        def found(one: NoticeView) -> None:
            self._known(one)
            self.change(busy=False)

        self.change(busy=True, problem="", told="")
        run_in_background(
            lambda: self._client.notice(UUID(notice_id)), found, self._failed, owner=self, reads=self._opens
        )

    def earlier(self) -> None:
        """Further versions of what is open."""
        one = self.state.one
        if one is None:
            return

        def found(versions: list[NoticeVersion]) -> None:
            now = self.state.one
            if now is not None and now.id == one.id:
                self.change(one=self._whole(now.model_copy(update={"versions": [*now.versions, *versions]})))

        last = one.versions[-1].number
        run_in_background(
            lambda: self._client.earlier_versions(one.id, last), found, self._not_read, owner=self, reads=self._opens
        )

    def begin(self) -> None:
        """An empty sheet."""
        self.change(one=None, fresh=True, revision=self.state.revision + 1, problem="", told="")

    def save(self, values: dict[str, Any]) -> None:
        content = self._content(values)
        if content is None:
            return
        one = self.state.one
        if one is None:
            self._act(lambda: self._client.add_notice(content), "saved", act="save")
        else:
            id_, edition = one.id, one.edition
            self._act(lambda: self._client.edit_notice(id_, edition, content), "saved", act="save")

    def submit(self, values: dict[str, Any], *, heeded: bool = False) -> None:
        """What is typed is saved first, so that what is reviewed is what was seen. ``asked`` is told of words that its
        author has to look at; ``heeded``: that was done.
        """
        content, one = self._content(values), self.state.one
        if content is None:
            return

        def work() -> NoticeView:
            now = one
            if now is None:
                now = self._client.add_notice(content)
            elif content != now.versions[0].content:
                now = self._client.edit_notice(now.id, now.edition, content)
            try:
                return self._client.step_notice(now.id, "submit", now.edition, heeded=heeded)
            except HallError as error:
                # It is saved all the same, and the next attempt goes on from there.
                if error.code.startswith("notice_words_"):
                    raise _WordsError(error, self._client.notice(now.id)) from None
                raise

        self._act(work, "submitted", act="submit")

    def step(self, act: str, note: str = "") -> None:
        """withdraw, approve, reject, retract."""
        if (one := self.state.one) is not None:
            self._act(lambda: self._client.step_notice(one.id, act, one.edition, note), f"did_{act}", act=act)

    def publish(self, at: datetime | None, until: datetime | None) -> None:
        if (one := self.state.one) is not None:
            wanted = NoticePublish(edition=one.edition, at=at, until=until)
            told = "did_schedule" if at is not None else "did_publish"
            self._act(lambda: self._client.publish_notice(one.id, wanted), told, act="publish")

    def pin(self, place: int) -> None:
        if (one := self.state.one) is not None:
            self._act(lambda: self._client.pin_notice(one.id, one.edition, place), "did_pin", act="pin")

    def restore(self, number: int) -> None:
        if (one := self.state.one) is not None:
            self._act(lambda: self._client.restore_notice(one.id, one.edition, number), "did_restore", act="restore")

    def outlet(self, outlet_id: str, act: str) -> None:
        if (one := self.state.one) is not None:
            work = lambda: self._client.outlet_notice(one.id, UUID(outlet_id), act)  # noqa: E731
            self._act(work, f"outlet_{act}", act=act)

    def save_settings(self, values: dict[str, Any]) -> None:
        try:
            wanted = NoticeSettingsEdit.model_validate(values)
        except ValidationError:
            self.change(refusal=text("notices.page.settings_wrong", self._language))
            return
        self.change(busy=True, refusal="")

        def saved(found: NoticeSettings) -> None:
            self.change(busy=False, settings=found, told=text("notices.page.settings_saved", self._language))
            self._look_anew()
            self.done.emit("settings")

        run_in_background(lambda: self._client.set_notice_settings(wanted), saved, self._refused, owner=self)

    def save_words(self, words: list[dict[str, Any]]) -> None:
        """The whole list, as it stands in its dialog."""
        known = self.state.words
        try:
            wanted = NoticeWordsEdit.model_validate({"words": words, "version": known.version if known else 0})
        except ValidationError:
            self.change(refusal=text("notices.page.words_wrong", self._language))
            return
        self.change(busy=True, refusal="")

        def saved(found: NoticeWords) -> None:
            self.change(busy=False, words=found, told=text("notices.page.words_saved", self._language))
            self._look_anew()
            self.done.emit("words")

        run_in_background(lambda: self._client.set_notice_words(wanted), saved, self._refused, owner=self)

    def _content(self, values: dict[str, Any]) -> NoticeContent | None:
        if self.state.busy:
            return None
        try:
            return NoticeContent.model_validate(values)
        except ValidationError as error:
            field = str(error.errors()[0]["loc"][0])
            self.change(problem=text(f"notices.page.wrong_{field}", self._language), told="")
            return None

    def _act(self, work: Callable[[], NoticeView], told: str, *, act: str) -> None:
        if self.state.busy:
            return
        self.change(busy=True, problem="", refusal="", told="")

        def done(one: NoticeView) -> None:
            self._known(one)
            self.change(busy=False, told=text(f"notices.page.{told}", self._language))
            self.done.emit(act)
            self.look()

        run_in_background(work, done, self._refused, owner=self)

    def _known(self, one: NoticeView) -> None:
        self.change(one=self._whole(one), fresh=False, revision=self.state.revision + 1)

    def _whole(self, one: NoticeView) -> NoticeView:
        """With the older versions that are known: they never change."""
        now = self.state.one
        if now is None or now.id != one.id:
            return one
        known = {version.number: version for version in (*now.versions, *one.versions)}
        return one.model_copy(update={"versions": sorted(known.values(), key=lambda version: -version.number)})

    def _event(self, event: Event) -> None:
        # Many at once are one question.
        if event.kind.startswith("notice") and self.state.listed and not self._soon.isActive():
            self._soon.start()

    def _look_anew(self) -> None:
        """What was asked for before does not know what has been saved."""
        self._looks.outdate()
        self.look()

    def _not_read(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _failed(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        if isinstance(error, _WordsError):
            self._known(error.saved)
            if error.code == "notice_words_asked":
                self.change(busy=False)
                self.asked.emit(str(error.params["places"]))
                return
        words = sorry(error, self._language, acted=True)
        self.change(busy=False, problem=words, refusal=words)
