"""Trying a layout on paper: at which kiosk, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from PySide6.QtCore import QObject

from admin_app.awaiting import Awaiting
from admin_app.features.ticket_layouts.blocks import Blocks, valid
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.terminals import Terminal
from shared.schemas.trial_prints import TrialAsk, TrialPrint
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class TrialState:
    """``kiosks`` are (id, words, whether it is there); ``outcome`` a TrialState of the wire, empty before the first;
    ``told`` its words, good or bad as ``tone`` says."""

    kiosks: tuple[tuple[str, str, bool], ...] = ()
    loaded: bool = False
    busy: bool = False
    outcome: str = ""
    told: str = ""
    tone: str = "info"


class TrialPresenter(Presenter[TrialState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(TrialState(), parent)
        self._client, self._language = client, language
        self._awaiting = Awaiting(client.trial_print, self._heard, self._lost, self)

    def open(self) -> None:
        """Which kiosks there are now."""
        if not self.state.busy:
            self.change(outcome="", told="", tone="info")
        run_in_background(self._client.terminals, self._known, self._failed, owner=self)

    def ask(self, terminal_id: str, blocks: Blocks, sample: str) -> None:
        """Print what stands in the editor, saved or not."""
        draft = valid(blocks)
        if draft is None or self.state.busy:
            return
        wanted = TrialAsk.model_validate({"terminal_id": terminal_id, "draft": draft, "sample": sample})
        self.change(busy=True, outcome="", told="", tone="info")
        key = uuid4().hex
        self._awaiting.ask(lambda: self._client.try_ticket_layout(wanted, key=key), self._failed)

    def _known(self, terminals: list[Terminal]) -> None:
        kiosks = [one for one in terminals if one.kind == "kiosk" and one.state != "revoked"]
        kiosks.sort(key=lambda one: (not one.online, one.name))
        self.change(loaded=True, kiosks=tuple((str(one.id), self._words(one), one.online) for one in kiosks))

    def _words(self, one: Terminal) -> str:
        place = f"{one.name} · {one.place}" if one.place and one.place != one.name else one.name
        return place if one.online else self._t("trial_away", name=place)

    def _heard(self, trial: TrialPrint) -> None:
        waits = trial.state == "waiting"
        why = text(f"devices.status.{trial.code}", self._language) if trial.code else self._t("trial_no_reason")
        tone = "info" if waits else "ok" if trial.state == "printed" else "warn"
        self.change(busy=waits, outcome=trial.state, told=self._t(f"trial_{trial.state}", why=why), tone=tone)

    def _lost(self, error: HallError) -> None:
        # The paper was asked for: whether it came out is seen at the kiosk.
        self.change(busy=False, outcome="unknown", told=self._t("trial_lost"), tone="warn")

    def _failed(self, error: HallError) -> None:
        self.change(loaded=True, busy=False, told=sorry(error, self._language, acted=True), tone="error")

    def _t(self, key: str, **params: object) -> str:
        return text(f"ticket_layouts.{key}", self._language, **params)
