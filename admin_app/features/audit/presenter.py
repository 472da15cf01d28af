"""The audit trail: what is looked for, what was found, whether the chain is whole."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Slot

from admin_app.features.audit.rows import action_words, audit_rows, facts
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Me
from shared.schemas.audit import AuditEntry, AuditState, AuditVerdict
from shared.schemas.base import Page
from shared.schemas.hall import Hall
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

PERIODS = ("today", "week", "month", "all")
_DAYS = {"week": 7, "month": 30}
GROUPS = (
    "", "sign_in.", "session.", "account.", "role.", "grant.", "policy.", "unit.", "person.", "terminal.", "counter.",
    "service.", "sign_on.", "personal_data.", "audit.", "token.", "server.",
)  # fmt: skip
OUTCOMES = ("", "done", "refused", "failed")
LIMIT = "200"


@dataclass(frozen=True)
class Asked:
    """What is looked for; ``period`` is one of ``PERIODS``."""

    period: str = "week"
    actor: str = ""
    action: str = ""
    outcome: str = ""
    text: str = ""


@dataclass(frozen=True)
class AuditPageState:
    loaded: bool = False
    busy: bool = False
    asked: Asked = Asked()
    rows: tuple[dict[str, Any], ...] = ()
    more: bool = False
    selected: int = 0
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    # The chain: tone and words, and those of the receiver of copies; empty when there is none.
    chain_tone: str = "off"
    chain: str = ""
    verifying: bool = False
    receiver_tone: str = ""
    receiver: str = ""
    # The receiver's address, once it is known.
    known: bool = False
    target: str = ""
    may_export: bool = False


class AuditPresenter(Presenter[AuditPageState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(AuditPageState(chain=text("protection.audit.not_verified", language)), parent)
        self._client = client
        self._language = language
        self._zone = ZoneInfo("UTC")
        self._entries: tuple[AuditEntry, ...] = ()
        self._cursor = ""
        # Answers to an earlier question come too late.
        self._question = 0

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_export=me.may("audit:export"))

    @Slot()
    def enter(self) -> None:
        """The page is opened: the first time it looks by itself."""
        if not self.state.loaded and not self.state.busy:
            self.search()

    def ask(self, **changed: str) -> None:
        """Change what is looked for, and look."""
        self.change(asked=replace(self.state.asked, **changed))
        self.search()

    @Slot()
    def search(self) -> None:
        self._entries, self._cursor = (), ""
        self._look()
        run_in_background(self._client.audit_state, self._state_known, lambda _: None, owner=self)

    @Slot()
    def older(self) -> None:
        if self._cursor and not self.state.busy:
            self._look()

    @Slot(int)
    def select(self, n: int) -> None:
        entry = next((item for item in self._entries if item.n == n), None)
        self.change(
            selected=n if entry else 0, title=action_words(entry.action, self._language) if entry else "",
            facts=facts(entry, self._zone, self._language) if entry else (),
        )  # fmt: skip

    @Slot()
    def verify(self) -> None:
        if not self.state.verifying:
            self.change(verifying=True, chain_tone="busy", chain=text("protection.audit.verifying", self._language))
            run_in_background(self._client.verify_audit, self._verified, self._not_verified, owner=self)

    def send_to(self, target: str) -> None:
        """Copies go there from now on; empty: nowhere."""
        run_in_background(
            lambda: self._client.set_audit_receiver(target), self._receiver_changed, self._receiver_refused, owner=self
        )

    def _receiver_changed(self, state: AuditState) -> None:
        self._state_known(state)
        # The change itself is an entry.
        self.search()

    def _receiver_refused(self, error: HallError) -> None:
        self.change(problem=sorry(error, self._language))

    def _look(self) -> None:
        self._question += 1
        question, query = self._question, self._query()
        self.change(busy=True)
        run_in_background(
            lambda: self._client.audit(**query), lambda page: self._found(question, page),
            lambda error: self._not_found(question, error), owner=self,
        )  # fmt: skip

    def _query(self) -> dict[str, str]:
        asked, now = self.state.asked, datetime.now(UTC)
        query = {"actor": asked.actor, "action": asked.action, "outcome": asked.outcome, "text": asked.text}
        if asked.period == "today":
            query["since"] = now.astimezone(self._zone).replace(hour=0, minute=0, second=0, microsecond=0).isoformat()
        elif asked.period in _DAYS:
            query["since"] = (now - timedelta(days=_DAYS[asked.period])).isoformat()
        if self._cursor:
            query["cursor"] = self._cursor
        return {key: value.strip() for key, value in query.items() if value.strip()} | {"limit": LIMIT}

    def _found(self, question: int, page: Page[AuditEntry]) -> None:
        if question != self._question:
            return
        self._entries += tuple(page.items)
        self._cursor = page.next_cursor or ""
        rows = audit_rows(self._entries, self._zone, self._language)
        self.change(loaded=True, busy=False, problem="", rows=rows, more=bool(self._cursor))
        self.select(self.state.selected)

    def _not_found(self, question: int, error: HallError) -> None:
        if question == self._question:
            self.change(busy=False, problem=sorry(error, self._language))

    def _verified(self, verdict: AuditVerdict) -> None:
        words = text(
            f"audit.verdict.{verdict.fault or 'good'}", self._language, entries=verdict.entries, n=verdict.n or 0
        )
        self.change(verifying=False, chain_tone="ok" if verdict.good else "error", chain=words)

    def _not_verified(self, error: HallError) -> None:
        words = sorry(error, self._language)
        self.change(verifying=False, chain_tone="warn", chain=words)

    def _state_known(self, state: AuditState) -> None:
        self.change(known=True, target=state.target)
        if not state.target:
            self.change(receiver="", receiver_tone="")
            return
        key = "receiver_fault" if state.fault else "receiver_ok"
        params = {"target": state.target, "sent": state.sent, "entries": state.entries}
        words = text(
            f"protection.audit.{key}", self._language, **params, **({"fault": state.fault} if state.fault else {})
        )
        self.change(receiver=words, receiver_tone="error" if state.fault else "ok")
