"""Accounts: what is looked for, page by page, and how many registrations wait."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.accounts.one import AccountPresenter
from admin_app.features.accounts.rows import account_rows
from admin_app.units import unit_paths
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.access import Me
from shared.schemas.accounts import Account
from shared.schemas.base import Page
from shared.schemas.hall import Hall
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

STATUSES = ("", "pending", "open", "suspended", "closed")
KINDS = ("", "staff", "citizen", "enterprise")
PAGE = 100
# The most that one call gives.
MOST = 1000
# No event tells of an account: who looks at the page sees it anew as often, who does not only the count.
ASK_MS = 10_000
COUNT_MS = 60_000


@dataclass(frozen=True)
class Asked:
    search: str = ""
    status: str = ""
    kind: str = ""


@dataclass(frozen=True)
class AccountsState:
    """``more``: there are further pages; ``waiting``: registrations to be reviewed, 100 for more than 99."""

    loaded: bool = False
    busy: bool = False
    asked: Asked = Asked()
    rows: tuple[dict[str, Any], ...] = ()
    more: bool = False
    waiting: int = 0
    selected: str = ""
    problem: str = ""
    may_add: bool = False
    may_review: bool = False
    may_see_trail: bool = False


class AccountsPresenter(Presenter[AccountsState]):
    """``trail(account id)``: somebody wants to see what was done to an account."""

    trail = Signal(str)

    def __init__(
        self, client: HallClient, language: str, parent: QObject | None = None, *, ask_ms: int = ASK_MS,
        page: int = PAGE,
    ) -> None:  # fmt: skip
        """``page``: how many accounts come at once."""
        super().__init__(AccountsState(), parent)
        self._client = client
        self._language = language
        self._page = page
        self._zone = ZoneInfo("UTC")
        self._accounts: tuple[Account, ...] = ()
        self._cursor = ""
        self._question = 0
        self._counts = Reads()
        self._named: object = None
        self.one = AccountPresenter(client, language, self)
        self.one.changed.connect(self.refresh)
        self.one.state_changed.connect(self._follow)
        self._asking, self._counting = QTimer(self), QTimer(self)
        self._asking.setInterval(ask_ms)
        self._asking.timeout.connect(self._look_again)
        self._counting.setInterval(COUNT_MS)
        self._counting.timeout.connect(self.count)

    @property
    def zone(self) -> ZoneInfo:
        return self._zone

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self._zone = ZoneInfo(hall.time_zone)
        self._show()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.one.set_me(me)
        self.change(
            may_add=me.may("accounts:change"), may_review=me.may("accounts:view") and me.may("accounts:review"),
            may_see_trail=me.may("audit:view"),
        )  # fmt: skip
        if self.state.may_review:
            self.count()
            self._counting.start()
        else:
            self._counting.stop()
            self.change(waiting=0)
        if self._asking.isActive():
            self.enter()

    @Slot()
    def enter(self) -> None:
        """The page is shown."""
        self.one.ask_around()
        self.refresh()
        self.one.reload()
        self._asking.start()

    @Slot()
    def leave(self) -> None:
        self._asking.stop()
        self.one.hide_value()

    def ask(self, **changed: str) -> None:
        """Change what is looked for, and look from the beginning."""
        asked = replace(self.state.asked, **changed)
        if asked != self.state.asked or not self.state.loaded:
            self._accounts, self._cursor = (), ""
            self.change(asked=asked)
            self._look(self._page)

    @Slot()
    def more(self) -> None:
        """The next page."""
        if self._cursor and not self.state.busy:
            self._look(len(self._accounts) + self._page, self._cursor, self._accounts)

    @Slot()
    def refresh(self) -> None:
        """All that is shown, anew; who is chosen stays chosen."""
        if not self.state.busy:
            self._look(max(self._page, len(self._accounts)), quiet=True)
        if self.state.may_review:
            self.count()

    @Slot()
    def _look_again(self) -> None:
        """By itself only what is soon read: thousands come anew when somebody looks for something or changes one."""
        if len(self._accounts) <= MOST // 2:
            self.refresh()
        self.one.reload()

    @Slot()
    def count(self) -> None:
        run_in_background(
            lambda: self._client.accounts(status="pending", limit="100"),
            lambda page: self.change(waiting=len(page.items)), lambda error: None, owner=self, reads=self._counts,
        )  # fmt: skip

    @Slot(str)
    def select(self, account_id: str) -> None:
        self.change(selected=account_id)
        self.one.select(account_id)

    @Slot(str)
    def go(self, target: str) -> None:
        """``account:<id>``, or ``waiting``: the registrations to be reviewed."""
        what, _, key = target.partition(":")
        if what == "account":
            self.select(key)
        elif what == "waiting":
            self.ask(search="", status="pending", kind="")

    def _look(self, wanted: int, cursor: str = "", before: tuple[Account, ...] = (), *, quiet: bool = False) -> None:
        self._question += 1
        question, client, asked = self._question, self._client, self.state.asked
        query = {"search": asked.search.strip(), "status": asked.status, "kind": asked.kind}
        given = {key: value for key, value in query.items() if value}

        def work() -> Page[Account]:
            found, place = list(before), cursor
            while True:
                limit = str(min(MOST, wanted - len(found)))
                page = client.accounts(**given, limit=limit, **({"cursor": place} if place else {}))
                found += page.items
                place = page.next_cursor or ""
                if not place or len(found) >= wanted:
                    return Page[Account](items=found, next_cursor=place or None)

        if not quiet:
            self.change(busy=True)
        run_in_background(
            work, lambda page: self._found(question, page), lambda error: self._not_found(question, error), owner=self
        )

    def _found(self, question: int, page: Page[Account]) -> None:
        if question == self._question:
            self._accounts, self._cursor = tuple(page.items), page.next_cursor or ""
            self.change(loaded=True, busy=False, problem="", more=bool(self._cursor))
            self._show()

    def _not_found(self, question: int, error: HallError) -> None:
        if question == self._question:
            self.change(busy=False, problem=sorry(error, self._language))

    def _follow(self) -> None:
        account = self.one.state.account
        if account is not None and str(account.id) != self.state.selected:
            # A new account is chosen at once.
            self.change(selected=str(account.id))
        if self.one.state.units is not self._named:
            self._named = self.one.state.units
            self._show()

    def _show(self) -> None:
        units = dict(unit_paths(self.one.state.units))
        self.change(rows=account_rows(self._accounts, units, self._zone, self._language))
