"""Messages to citizens: settings read and saved as one, the latest messages with what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from PySide6.QtCore import QObject, QTimer, Slot

from admin_app.features.messages.rules import edit_of, flat, rows
from admin_app.link import HallLink
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.messages import MessageKind, MessageKinds, MessageList, MessageSettings, MessageSettingsEdit
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

SOON_MS = 500


@dataclass(frozen=True)
class MessagesState:
    """``revision`` grows when the fields have to be filled anew; ``words`` are the hall's own (zh, en) by kind."""

    loaded: bool = False
    busy: bool = False
    revision: int = 0
    values: tuple[tuple[str, Any], ...] = ()
    words: tuple[tuple[str, tuple[str, str]], ...] = ()
    kinds: tuple[MessageKind, ...] = ()
    has_secret: bool = False
    shown: str = ""
    listed: bool = False
    rows: tuple[dict[str, Any], ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    may_change: bool = False
    problem: str = ""
    told: str = ""


class MessagesPresenter(Presenter[MessagesState]):
    def __init__(self, client: HallClient, link: HallLink, language: str, parent: QObject | None = None) -> None:
        super().__init__(MessagesState(), parent)
        self._client = client
        self._language = language
        self._zone = ZoneInfo("UTC")
        self._version = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self.look)
        self._settings, self._looks = Reads(), Reads()
        link.happened.connect(self._event)

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("messages:change"))

    @Slot()
    def enter(self) -> None:
        if not self.state.loaded and not self.state.busy:
            self.load()

    @Slot()
    def load(self) -> None:
        """Read everything; what was edited and not saved is dropped."""
        self.change(busy=True, problem="", told="")

        def read() -> tuple[MessageSettings, MessageKinds]:
            return self._client.message_settings(), self._client.message_kinds()

        def known(found: tuple[MessageSettings, MessageKinds]) -> None:
            self.change(kinds=tuple(found[1].items))
            self._settings_known(found[0])

        run_in_background(read, known, self._refused, owner=self, reads=self._settings)
        self.look()

    def show_state(self, shown: str) -> None:
        """Only messages of this state; empty: all."""
        self.change(shown=shown)
        self.look()

    @Slot()
    def look(self) -> None:
        """Ask what became of the messages."""
        shown = self.state.shown

        def found(answer: MessageList) -> None:
            if shown == self.state.shown:
                counts = tuple(sorted(answer.counts.items()))
                self.change(rows=rows(answer, self._zone, self._language), counts=counts, listed=True)

        run_in_background(
            lambda: self._client.messages(shown), found, self._not_listed, owner=self, reads=self._looks
        )  # fmt: skip

    def save(self, values: Mapping[str, Any], words: Mapping[str, tuple[str, str]]) -> None:
        if self.state.busy or not self.state.loaded:
            return
        try:
            wanted = MessageSettingsEdit.model_validate(edit_of(values, words, self._version))
        except HallError as error:
            self.change(problem=sorry(error, self._language), told="")
            return
        except ValidationError as error:
            name = str(error.errors()[0]["loc"][1 if len(error.errors()[0]["loc"]) > 1 else 0])
            key = f"messages.page.wrong_{name}" if name in ("address", "headers") else "messages.page.wrong"
            self.change(problem=text(key, self._language), told="")
            return
        self.change(busy=True, problem="", told="")

        def saved(settings: MessageSettings) -> None:
            self._settings_known(settings)
            self.change(told=text("messages.page.saved", self._language))

        run_in_background(lambda: self._client.set_message_settings(wanted), saved, self._refused, owner=self)

    def send_test(self, phone: str, language: str) -> None:
        self._act(lambda: self._client.test_message(phone, language), "messages.page.test_sent")

    def send_again(self, message_id: str) -> None:
        self._act(lambda: self._client.send_message_again(UUID(message_id)), "messages.page.again_sent")

    def refuse(self, phone: str, refused: bool) -> None:
        """This number wants no messages, or wants them again."""
        key = "messages.page.refused" if refused else "messages.page.wanted"
        self._act(lambda: self._client.refuse_messages(phone, refused), key)

    def _act(self, work: Callable[[], None], told: str) -> None:
        if self.state.busy:
            return
        self.change(busy=True, problem="", told="")

        def done(_: None) -> None:
            self.change(busy=False, told=text(told, self._language))
            self.look()

        run_in_background(work, done, self._refused, owner=self)

    def _settings_known(self, settings: MessageSettings) -> None:
        self._version = settings.version
        words = tuple((kind, (own.zh, own.en)) for kind, own in settings.templates.items())
        self.change(
            loaded=True, busy=False, revision=self.state.revision + 1, values=tuple(flat(settings).items()),
            words=words, has_secret=settings.has_secret,
        )  # fmt: skip

    def _event(self, event: Event) -> None:
        # Many at once are one question.
        if event.kind == "messages.changed" and self.state.listed and not self._soon.isActive():
            self._soon.start()

    def _not_listed(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
