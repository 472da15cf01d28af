"""The security policy: read, edited as one sheet, saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Slot

from admin_app.words import sorry
from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.permissions import BASE_ROLES
from shared.i18n import text
from shared.schemas.access import LockRules, Me, PasswordRules, Retention, SecurityPolicy, SessionRules
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter

# Sheets of whole numbers: their fields and bounds are the schema's.
SHEETS = {"password": PasswordRules, "lock": LockRules, "session": SessionRules, "retention": Retention}
REGISTRATION = ("off", "review", "open")


@dataclass(frozen=True)
class SecurityState:
    """``values`` are those of the server, flat: ``password.length``; ``version`` grows with each answer."""

    loaded: bool = False
    busy: bool = False
    version: int = 0
    values: tuple[tuple[str, Any], ...] = ()
    roles: tuple[str, ...] = ()
    problem: str = ""
    told: str = ""
    may_change: bool = False


def bounds(sheet: str, field: str) -> tuple[int, int]:
    """The least and the greatest value that the schema takes."""
    metadata = SHEETS[sheet].model_fields[field].metadata
    least = next(item.ge for item in metadata if hasattr(item, "ge"))
    return int(least), int(next(item.le for item in metadata if hasattr(item, "le")))


def flat(policy: SecurityPolicy) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in policy.model_dump().items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": item for inner, item in value.items()}
        else:
            found[key] = value
    return found


def policy_of(values: Mapping[str, Any]) -> SecurityPolicy:
    """The policy of flat values."""
    whole: dict[str, Any] = {}
    for key, value in values.items():
        sheet, _, field = key.rpartition(".")
        (whole.setdefault(sheet, {}) if sheet else whole)[field] = value
    return SecurityPolicy.model_validate(whole)


class SecurityPresenter(Presenter[SecurityState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(SecurityState(), parent)
        self._client = client
        self._language = language

    @Slot(object)
    def set_me(self, me: Me) -> None:
        self.change(may_change=me.may("policy:change"))

    @Slot()
    def load(self) -> None:
        """Read the policy; what was edited and not saved is dropped."""
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(self._client.policy, self._known, self._refused, owner=self)

    def save(self, values: Mapping[str, Any]) -> None:
        if self.state.busy:
            return
        wanted = policy_of(values)
        self.change(busy=True, problem="", told="")
        run_in_background(lambda: self._client.set_policy(wanted), self._saved, self._refused, owner=self)

    def _known(self, policy: SecurityPolicy) -> None:
        base = [role.key for role in BASE_ROLES if role.assigned]
        roles = (*base, *(key for key in policy.second_factor if key not in base))
        self.change(
            loaded=True, busy=False, version=self.state.version + 1, values=tuple(flat(policy).items()), roles=roles
        )

    def _saved(self, policy: SecurityPolicy) -> None:
        self._known(policy)
        self.change(told=text("protection.policy.saved", self._language))

    def _refused(self, error: HallError) -> None:
        self.change(busy=False, problem=sorry(error, self._language, acted=True))
