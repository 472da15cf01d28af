"""One account: what is known of it, where it is signed in, which roles it holds, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.features.accounts.rights import acts
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.schemas.access import Grant, GrantCreate, Me, Role
from shared.schemas.accounts import (
    Account,
    AccountCreate,
    AccountEdit,
    AccountMade,
    AccountSession,
    Review,
    StatusChange,
)
from shared.schemas.organisation import Person, Unit
from shared.schemas.personal_data import Part
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

# As many as one looks through; who looks for more types more letters.
PEOPLE = "8"
# How long a value stands there in full.
SHOWN_MS = 30_000


@dataclass(frozen=True)
class AccountState:
    """``acts``: what may be done, see ``rights.acts``; ``password`` is good once and forgotten when it was seen.

    ``revealed`` is (number, name or phone; its value in full) for a while.
    ``sessions`` and ``grants`` are None where they may not be seen. ``people`` are those found for a new account.
    """

    account: Account | None = None
    sessions: tuple[AccountSession, ...] | None = None
    grants: tuple[Grant, ...] | None = None
    acts: frozenset[str] = frozenset()
    own: bool = False
    units: tuple[Unit, ...] = ()
    roles: tuple[Role, ...] = ()
    three: bool = False
    people: tuple[Person, ...] = ()
    busy: bool = False
    refusal: str = ""
    refusal_code: str = ""
    problem: str = ""
    password: str = field(default="", repr=False)
    password_of: str = ""
    revealed: tuple[str, str] = field(default=("", ""), repr=False)


class AccountPresenter(Presenter[AccountState]):
    """``done``: what was done, so that its dialog may go; ``changed``: the list is to be read again."""

    done = Signal(str)
    changed = Signal()

    def __init__(
        self, client: HallClient, language: str, parent: QObject | None = None, *, shown_ms: int = SHOWN_MS
    ) -> None:
        super().__init__(AccountState(), parent)
        self._hiding = QTimer(self)
        self._hiding.setSingleShot(True)
        self._hiding.setInterval(shown_ms)
        self._hiding.timeout.connect(self.hide_value)
        self._client = client
        self._language = language
        self._wanted = ""
        self._reads = Reads()
        self._person_question = 0
        self.me = Me(kind="", name="", permissions=[])

    def set_me(self, me: Me) -> None:
        self.me = me
        self._judge()

    @Slot()
    def ask_around(self) -> None:
        """Units, roles and whether there are three administrators: as far as the caller may see them."""
        me, client = self.me, self._client

        def work() -> tuple[list[Unit], list[Role], bool]:
            units = client.units() if me.may("organisation.units:view") else []
            roles = client.roles(retired=True) if me.may("roles:view") else []
            return units, roles, me.may("policy:view") and client.policy().three_administrators

        run_in_background(work, self._around, self._not_found, owner=self)

    @Slot(str)
    def select(self, account_id: str) -> None:
        if account_id != self._wanted:
            self._wanted = account_id
            self.hide_value()
            self.change(account=None, sessions=None, grants=None, acts=frozenset(), own=False, refusal="", problem="")
            self.reload()

    @Slot()
    def reload(self) -> None:
        """Read the chosen account anew."""
        wanted, me, client = self._wanted, self.me, self._client
        if not wanted:
            return

        def work() -> tuple[Account, list[AccountSession] | None, list[Grant] | None]:
            account = client.account(UUID(wanted))
            may = acts(me, account)
            sessions = client.account_sessions(account.id) if "see_sessions" in may else None
            return account, sessions, client.grants(account.id) if "see_grants" in may else None

        run_in_background(
            work, lambda found: self._found(wanted, *found), lambda error: self._lost(wanted, error), owner=self,
            reads=self._reads,
        )  # fmt: skip

    @Slot(str)
    def find_people(self, query: str) -> None:
        """People of the organisation by name or number; only the last question is answered."""
        self._person_question += 1
        question = self._person_question
        if not query.strip() or not self.me.may("organisation.people:view"):
            self.change(people=())
            return

        def found(people: list[Person]) -> None:
            if question == self._person_question:
                self.change(people=tuple(people))

        run_in_background(
            lambda: self._client.people(query=query.strip()[:64], limit=PEOPLE).items,
            found,
            self._not_found,
            owner=self,
        )

    # What is done

    def add(self, wanted: AccountCreate) -> None:
        self._do("add", lambda _: self._client.add_account(wanted))

    def edit(self, changes: dict[str, Any]) -> None:
        """What was changed; refused when somebody else was faster."""

        def work(account: Account) -> Account:
            wanted = AccountEdit.model_validate(changes | {"version": account.version})
            return self._client.edit_account(account.id, wanted)

        self._do("edit", work)

    def review(self, approve: bool, unit_id: str = "", role: str = "", reason: str = "") -> None:
        wanted = Review(approve=approve, unit_id=UUID(unit_id) if unit_id else None, role=role, reason=reason)
        self._do("review", lambda account: self._client.review_account(account.id, wanted))

    def set_status(self, status: str, reason: str = "") -> None:
        """``open``, ``suspended``, ``closed``."""
        wanted = StatusChange.model_validate({"status": status, "reason": reason})
        self._do("status", lambda account: self._client.set_account_status(account.id, wanted))

    @Slot()
    def reset(self) -> None:
        self._do("reset", lambda account: self._client.reset_account(account.id))

    @Slot()
    def unlock(self) -> None:
        self._do("unlock", lambda account: self._client.unlock_account(account.id))

    def end_session(self, session_id: str) -> None:
        """One; all of them with an empty id."""
        client = self._client
        self._do(
            "session",
            lambda account: (
                client.end_account_session(account.id, UUID(session_id))
                if session_id
                else client.end_account_sessions(account.id)
            ),
        )

    def give(self, role_id: str, unit_id: str) -> None:
        """A role in a unit and all below it; in the whole hall with an empty ``unit_id``."""

        def work(account: Account) -> Grant:
            unit = UUID(unit_id) if unit_id else None
            return self._client.give(GrantCreate(account_id=account.id, role_id=UUID(role_id), unit_id=unit))

        self._do("give", work)

    def take(self, grant_id: str) -> None:
        self._do("take", lambda _: self._client.take(UUID(grant_id)))

    def reveal(self, part: Part, reason: str) -> None:
        """Show one value in full for a while; the reason is kept."""
        self._do("reveal", lambda account: (part, self._client.reveal("account", account.id, part, reason)))

    @Slot()
    def hide_value(self) -> None:
        self._hiding.stop()
        self.change(revealed=("", ""))

    @Slot()
    def forget_password(self) -> None:
        """Its dialog is closed: it is shown once."""
        self.change(password="", password_of="")

    @Slot()
    def forget_refusal(self) -> None:
        self.change(refusal="", refusal_code="")

    def _do(self, what: str, work: Callable[[Account], Any]) -> None:
        account = self.state.account
        if self.state.busy or (account is None and what != "add"):
            return
        self.change(busy=True, refusal="", refusal_code="")
        run_in_background(
            lambda: work(account),  # type: ignore[arg-type]
            lambda answer: self._did(what, answer), self._refused, owner=self,
        )  # fmt: skip

    def _did(self, what: str, answer: Any) -> None:
        self.change(busy=False)
        if what == "reveal":
            self.change(revealed=answer)
            self._hiding.start()
            self.done.emit(what)
            return
        if isinstance(answer, AccountMade):
            self.change(password=answer.password, password_of=answer.account.username)
            if what == "add":
                self.select(str(answer.account.id))
        self.done.emit(what)
        self._reads.outdate()
        self.reload()
        self.changed.emit()

    def _refused(self, error: HallError) -> None:
        words = sorry(error, self._language, acted=True)
        self.change(busy=False, refusal=words, refusal_code=error.code)
        # It was decided on what may be old: what is true now is shown behind the words.
        self.reload()
        self.changed.emit()

    def _found(
        self, wanted: str, account: Account, sessions: list[AccountSession] | None, grants: list[Grant] | None
    ) -> None:
        if wanted == self._wanted:
            self.change(
                account=account, sessions=tuple(sessions) if sessions is not None else None,
                grants=tuple(grants) if grants is not None else None, problem="",
            )  # fmt: skip
            self._judge()

    def _lost(self, wanted: str, error: HallError) -> None:
        if wanted != self._wanted:
            return
        words = sorry(error, self._language)
        if error.code == "server_unreachable":
            self.change(problem=words)
            return
        self._wanted = ""
        self.change(account=None, sessions=None, grants=None, acts=frozenset(), problem=words)

    def _judge(self) -> None:
        account = self.state.account
        if account is not None:
            self.change(acts=acts(self.me, account), own=account.id == self.me.account_id)

    def _around(self, found: tuple[list[Unit], list[Role], bool]) -> None:
        units, roles, three = found
        self.change(units=tuple(units), roles=tuple(roles), three=three)

    def _not_found(self, error: HallError) -> None:
        """Names stay as they were; the list tells about the line."""
