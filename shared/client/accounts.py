"""The part of the hall client that speaks of accounts and the security policy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.schemas.access import SecurityPolicy
from shared.schemas.accounts import (
    Account,
    AccountCreate,
    AccountEdit,
    AccountMade,
    AccountSession,
    PasswordChange,
    Profile,
    ProfileEdit,
    Review,
    SecondFactorConfirm,
    SecondFactorOffer,
    SecondFactorRemoval,
    StatusChange,
)
from shared.schemas.base import Page

Answer = TypeVar("Answer", bound=BaseModel)


class _Line(Protocol):
    """What the client itself brings: one call, one answer."""

    def _get(self, path: str, kind: type[Answer], query: Mapping[str, str] | None = None) -> Answer: ...
    def _post(self, path: str, kind: type[Answer], body: Any = None, *, key: str | None = None) -> Answer: ...
    def _patch(self, path: str, kind: type[Answer], body: Any) -> Answer: ...

    def _send(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: Any = None,
        key: str | None = None,
    ) -> str: ...  # fmt: skip


class AccountCalls:
    """Mixed into ``HallClient``."""

    def accounts(self: _Line, **query: str) -> Page[Account]:
        """One page; query: search, status, kind, unit_id, limit, cursor."""
        return self._get("/accounts", Page[Account], query)

    def account(self: _Line, account_id: UUID) -> Account:
        return self._get(f"/accounts/{account_id}", Account)

    def add_account(self: _Line, wanted: AccountCreate) -> AccountMade:
        return self._post("/accounts", AccountMade, wanted)

    def edit_account(self: _Line, account_id: UUID, wanted: AccountEdit) -> Account:
        return Account.model_validate_json(self._send("PATCH", f"/accounts/{account_id}", body=wanted))

    def set_account_status(self: _Line, account_id: UUID, wanted: StatusChange) -> Account:
        return self._post(f"/accounts/{account_id}/status", Account, wanted)

    def reset_account(self: _Line, account_id: UUID) -> AccountMade:
        return self._post(f"/accounts/{account_id}/reset", AccountMade)

    def unlock_account(self: _Line, account_id: UUID) -> Account:
        return self._post(f"/accounts/{account_id}/unlock", Account)

    def review_account(self: _Line, account_id: UUID, wanted: Review) -> Account:
        return self._post(f"/accounts/{account_id}/review", Account, wanted)

    def account_sessions(self: _Line, account_id: UUID) -> list[AccountSession]:
        return self._get(f"/accounts/{account_id}/sessions", Page[AccountSession]).items

    def end_account_session(self: _Line, account_id: UUID, session_id: UUID) -> None:
        self._send("POST", f"/accounts/{account_id}/sessions/{session_id}/end")

    def end_account_sessions(self: _Line, account_id: UUID) -> None:
        self._send("POST", f"/accounts/{account_id}/sessions/end")

    def profile(self: _Line) -> Profile:
        return self._get("/profile", Profile)

    def edit_profile(self: _Line, wanted: ProfileEdit) -> Profile:
        return Profile.model_validate_json(self._send("PATCH", "/profile", body=wanted))

    def change_password(self: _Line, wanted: PasswordChange) -> None:
        self._send("POST", "/profile/password", body=wanted)

    def offer_second_factor(self: _Line) -> SecondFactorOffer:
        return self._post("/profile/second-factor/offer", SecondFactorOffer)

    def set_second_factor(self: _Line, wanted: SecondFactorConfirm) -> None:
        self._send("POST", "/profile/second-factor", body=wanted)

    def remove_second_factor(self: _Line, wanted: SecondFactorRemoval) -> None:
        self._send("POST", "/profile/second-factor/remove", body=wanted)

    def own_sessions(self: _Line) -> list[AccountSession]:
        return self._get("/profile/sessions", Page[AccountSession]).items

    def end_own_session(self: _Line, session_id: UUID) -> None:
        self._send("POST", f"/profile/sessions/{session_id}/end")

    def policy(self: _Line) -> SecurityPolicy:
        return self._get("/policy", SecurityPolicy)

    def set_policy(self: _Line, wanted: SecurityPolicy) -> SecurityPolicy:
        return SecurityPolicy.model_validate_json(self._send("PUT", "/policy", body=wanted))
