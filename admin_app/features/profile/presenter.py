"""One's own account: read, changed piece by piece; what matters asks for the password once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Slot

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.i18n import text
from shared.i18n.errors import error_text
from shared.schemas.accounts import (
    AccountSession,
    PasswordChange,
    Profile,
    ProfileEdit,
    SecondFactorConfirm,
    SecondFactorOffer,
    SecondFactorRemoval,
)
from shared.schemas.hall import Hall
from shared.ui.background import run_in_background
from shared.ui.presenter import Presenter


@dataclass(frozen=True)
class ProfileState:
    """``offer``: a second factor on its way; ``done`` grows with each thing done: what was typed for it is wiped."""

    profile: Profile | None = None
    sessions: tuple[AccountSession, ...] = ()
    offer: SecondFactorOffer | None = None
    busy: bool = False
    problem: str = ""
    told: str = ""
    done: int = 0


class _Read(NamedTuple):
    profile: Profile
    sessions: tuple[AccountSession, ...]


class ProfilePresenter(Presenter[ProfileState]):
    def __init__(self, client: HallClient, language: str, parent: QObject | None = None) -> None:
        super().__init__(ProfileState(), parent)
        self._client = client
        self._language = language
        self.zone: tzinfo = UTC

    @Slot(object)
    def set_hall(self, hall: Hall) -> None:
        self.zone = ZoneInfo(hall.time_zone)

    @Slot()
    def load(self) -> None:
        self._do(lambda: None, "")

    @Slot()
    def forget(self) -> None:
        """Nothing of a half-done change stays."""
        self.change(offer=None, problem="", told="", done=self.state.done + 1)

    @Slot(str)
    def set_phone(self, phone: str) -> None:
        """Empty: no phone any more."""
        self._do(lambda: self._client.edit_profile(ProfileEdit(phone=phone.strip())), "phone.done")

    def change_password(self, current: str, code: str, password: str, again: str) -> None:
        if password != again:
            self.change(problem=error_text("passwords_differ", self._language), told="")
        elif current and password:
            wanted = PasswordChange(current=current, code=_plain(code), password=password)
            self._do(lambda: self._client.change_password(wanted), "password.done")

    @Slot()
    def begin_second_factor(self) -> None:
        if not self.state.busy:
            self.change(busy=True, problem="", told="")
            run_in_background(self._client.offer_second_factor, self._offered, self._refused, owner=self)

    def confirm_second_factor(self, current: str, old_code: str, code: str) -> None:
        offer = self.state.offer
        if offer is not None and current and code:
            wanted = SecondFactorConfirm(
                current=current, old_code=_plain(old_code), sealed=offer.sealed, code=_plain(code)
            )
            self._do(lambda: self._client.set_second_factor(wanted), "second.done")

    def remove_second_factor(self, current: str, code: str) -> None:
        if current and code:
            wanted = SecondFactorRemoval(current=current, code=_plain(code))
            self._do(lambda: self._client.remove_second_factor(wanted), "second.removed")

    @Slot(str)
    def end_session(self, session_id: str) -> None:
        self._do(lambda: self._client.end_own_session(UUID(session_id)), "session.done")

    def _do(self, work: Callable[[], object], done: str) -> None:
        """``done``: the key of what is told when it worked; empty when there is nothing to tell."""
        if self.state.busy:
            return
        self.change(busy=True, problem="", told="")
        client = self._client

        def carry_out() -> _Read:
            work()
            return _Read(client.profile(), tuple(client.own_sessions()))

        run_in_background(carry_out, lambda read: self._known(read, done), self._refused, owner=self)

    def _known(self, read: _Read, done: str) -> None:
        self.change(
            profile=read.profile, sessions=read.sessions, busy=False, offer=None if done else self.state.offer,
            told=text(f"profile.{done}", self._language) if done else "", done=self.state.done + bool(done),
        )  # fmt: skip

    def _offered(self, offer: SecondFactorOffer) -> None:
        self.change(busy=False, offer=offer)

    def _refused(self, error: HallError) -> None:
        # An offer that has grown old is of no use: the next one is a new QR.
        offer = None if error.code == "second_factor_offer_old" else self.state.offer
        # Whoever is asked for their password here is signed in already: only that it was wrong is news.
        wrong = error.code == "sign_in_wrong"
        words = text("profile.proof_wrong", self._language) if wrong else ""
        words = words or error_text(error.code, self._language, **error.params)
        self.change(busy=False, offer=offer, problem=words)


def _plain(code: str) -> str:
    """Codes are typed as the app shows them, in two groups."""
    return "".join(code.split())[:16]
