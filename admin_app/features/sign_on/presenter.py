"""The page of single sign-on: clients, keys and other providers together, and what the stream tells of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal, Slot

from admin_app.editing.drafts import Drafts
from admin_app.features.sign_on.clients import ClientsPresenter
from admin_app.features.sign_on.keys import KeysPresenter
from admin_app.features.sign_on.upstreams import UpstreamsPresenter
from admin_app.link import HallLink
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n.errors import error_text
from shared.schemas.access import Me
from shared.schemas.events import Event
from shared.schemas.hall import Hall
from shared.schemas.sign_on import SignOnProvider
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class SignOnState:
    """``entered``: somebody has looked at the page, so it is kept up to date; ``unsaved``: drafts of clients and of
    other providers.
    """

    entered: bool = False
    unsaved: int = 0
    provider: SignOnProvider | None = None
    problem: str = ""
    may_change: bool = False


class SignOnPresenter(Presenter[SignOnState]):
    """``target_wanted(kind)`` asks the view to show the clients, the keys or other providers."""

    target_wanted = Signal(str)

    def __init__(
        self, client: HallClient, link: HallLink, drafts: Path, language: str, parent: QObject | None = None
    ) -> None:
        super().__init__(SignOnState(), parent)
        self._client = client
        self._language = language
        self.clients = ClientsPresenter(client, Drafts(drafts), language, self)
        # What is switched off stays in sight: the other side asks why it can't get in.
        self.clients.change(with_retired=True)
        self.keys = KeysPresenter(client, language, self)
        self.upstreams = UpstreamsPresenter(client, drafts.with_stem(f"{drafts.stem}-upstreams"), language, self)
        for editor in (self.clients, self.upstreams):
            editor.state_changed.connect(self._count)
        link.connection.connect(self._connection)
        link.happened.connect(self._event)
        self._count()

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self.keys.zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        may = me.may("sign_on:change")
        self.clients.allow(may)
        self.upstreams.allow(may)
        self.keys.change(may_change=may)
        self.change(may_change=may)

    @Slot()
    def enter(self) -> None:
        """Somebody looks: nothing is asked for before, because not everybody may."""
        if not self.state.entered:
            self.change(entered=True)
            self.load()

    @Slot()
    def load(self) -> None:
        self.clients.load()
        self.keys.load()
        self.upstreams.load()
        if self.state.provider is None:
            run_in_background(self._client.sign_on_provider, self._provider, self._no_provider, owner=self)

    @Slot(str)
    def go(self, target: str) -> None:
        """``client:<id>``, ``upstream:<id>``, or only the kind."""
        kind, _, key = target.partition(":")
        if kind:
            self.target_wanted.emit(kind)
        if kind == "client" and key:
            self.clients.select(key)
        elif kind == "upstream" and key:
            self.upstreams.select(key)

    @Slot()
    def discard_all(self) -> None:
        self.clients.discard_all()
        self.upstreams.discard_all()

    def flush(self) -> None:
        """Drafts to the disk, before the window goes."""
        self.clients.flush()
        self.upstreams.flush()

    def _connection(self, connected: bool, error: HallError | None) -> None:
        # What happened meanwhile may have been told to nobody here.
        if connected and self.state.entered:
            self.load()

    def _event(self, event: Event) -> None:
        if event.kind == "sign_on.changed" and self.state.entered:
            self.clients.reload_soon()
            self.upstreams.reload_soon()
            self.keys.load()

    def _provider(self, provider: SignOnProvider) -> None:
        self.change(provider=provider, problem="")

    def _no_provider(self, error: HallError) -> None:
        self.change(problem=error_text(error.code, self._language, **error.params))

    def _count(self) -> None:
        self.change(unsaved=len(self.clients.state.drafted) + len(self.upstreams.state.drafted))
