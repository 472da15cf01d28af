"""The page of roles: the editor, what can be permitted, who holds the selected role."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from admin_app.editing.drafts import Drafts
from admin_app.features.access.editor import RoleEditor
from admin_app.features.access.rights import blocked
from admin_app.units import unit_paths
from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.schemas.access import Grant, Me, PermissionRow, Role
from shared.schemas.organisation import Unit
from shared.ui.background import Reads, run_in_background
from shared.ui.presenter import Presenter

# No event tells of a role: who looks at the page sees it anew as often.
ASK_MS = 10_000


@dataclass(frozen=True)
class RolesState:
    """``holders`` are rows of the selected role's grants; ``three``: three administrators are on, as far as known.

    ``own``: whoever is signed in holds the selected role.
    """

    permissions: tuple[PermissionRow, ...] = ()
    three: bool = False
    holders: tuple[dict[str, Any], ...] = ()
    holders_known: bool = False
    holders_problem: str = ""
    own: bool = False
    may_change: bool = False
    may_see_accounts: bool = False
    unsaved: int = 0


class RolesPresenter(Presenter[RolesState]):
    """``account_wanted(account id)``: somebody wants to see a holder."""

    account_wanted = Signal(str)

    def __init__(
        self, client: HallClient, drafts: Path, language: str, parent: QObject | None = None, *, ask_ms: int = ASK_MS
    ) -> None:
        super().__init__(RolesState(), parent)
        self._client = client
        self._language = language
        self._units: tuple[Unit, ...] = ()
        self._arounds, self._held = Reads(), Reads()
        self._holders_of = ""
        self._grants: tuple[Grant, ...] = ()
        self.editor = RoleEditor(client, Drafts(drafts), language, self)
        self.editor.state_changed.connect(self._follow)
        self._timer = QTimer(self)
        self._timer.setInterval(ask_ms)
        self._timer.timeout.connect(self.ask)
        self._follow()

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.editor.me = me
        self.change(may_change=me.may("roles:change"), may_see_accounts=me.may("accounts:view"))
        self._show_holders()
        if self._timer.isActive():
            self.ask()

    @Slot()
    def enter(self) -> None:
        """The page is shown."""
        self.ask()
        self._timer.start()

    @Slot()
    def leave(self) -> None:
        self._timer.stop()

    @Slot()
    def ask(self) -> None:
        """All of it anew; drafts and what is selected stay."""
        client, me = self._client, self.editor.me

        def around() -> tuple[list[PermissionRow], list[Unit], bool]:
            units = client.units() if me.may("organisation.units:view") else []
            return client.permissions(), units, me.may("policy:view") and client.policy().three_administrators

        self.editor.load()
        run_in_background(around, self._around, lambda error: None, owner=self, reads=self._arounds)
        self._ask_holders()

    @Slot(str)
    def go(self, target: str) -> None:
        """``role:<id>``."""
        _, _, key = target.partition(":")
        if key:
            self.editor.select(key)

    @Slot()
    def discard_all(self) -> None:
        self.editor.discard_all()

    def flush(self) -> None:
        """Drafts to the disk, before the window goes."""
        self.editor.flush()

    def reasons(self) -> dict[str, str]:
        """Why a permission can't be put into the selected role: by its key."""
        role, state = self.editor.current, self.state
        chosen = frozenset(self.editor.state.fields.get("patterns", ()))
        had = frozenset(role.permissions) if role is not None and not role.retired else frozenset[str]()
        return blocked(self.editor.me, state.permissions, had, chosen, own=state.own, three=state.three)

    def _around(self, found: tuple[list[PermissionRow], list[Unit], bool]) -> None:
        permissions, units, three = found
        self._units = tuple(units)
        self.change(permissions=tuple(permissions), three=three)
        self._show_holders()

    def _follow(self) -> None:
        state = self.editor.state
        self.change(unsaved=len(state.drafted))
        if state.selected != self._holders_of:
            self._holders_of, self._grants = state.selected, ()
            self.change(holders=(), holders_known=False, holders_problem="", own=False)
            self._ask_holders()

    def _ask_holders(self) -> None:
        wanted, role = self._holders_of, self.editor.item(self._holders_of)
        if role is None:
            return
        role_id = role.id

        def found(grants: list[Grant]) -> None:
            if wanted == self._holders_of:
                self._grants = tuple(grants)
                self.change(holders_known=True, holders_problem="")
                self._show_holders()

        def refused(error: HallError) -> None:
            if wanted == self._holders_of:
                self.change(holders_problem=sorry(error, self._language))

        run_in_background(
            lambda: self._client.role_holders(role_id), found, refused, owner=self, reads=self._held
        )  # fmt: skip

    def _show_holders(self) -> None:
        paths, me = dict(unit_paths(self._units)), self.editor.me
        rows = tuple(
            {
                "id": str(grant.id), "account": str(grant.account_id), "name": grant.account_name,
                "where": (paths.get(grant.unit_id) or grant.unit_name) if grant.unit_id
                else text("roles.whole_hall", self._language),
            }
            for grant in self._grants
        )  # fmt: skip
        own = me.account_id is not None and any(grant.account_id == me.account_id for grant in self._grants)
        self.change(holders=rows, own=own)


def permission_words(row: PermissionRow, language: str) -> tuple[str, str]:
    """Name and meaning; of a newer server's permission its key."""
    key = row.key.replace(".", "_").replace(":", "_")
    name, means = (text(f"access.{what}.{key}", language) for what in ("permission", "means"))
    return (row.key if name.startswith("[") else name), ("" if means.startswith("[") else means)


def resource_words(resource: str, language: str) -> str:
    words = text(f"access.resource.{resource.replace('.', '_')}", language)
    return resource if words.startswith("[") else words


def duty_words(role: Role, language: str) -> str:
    separator = text("admin.editing.separator", language)
    return separator.join(text(f"access.duty.{duty}", language) for duty in role.duties)
