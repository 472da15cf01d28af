"""A person signed in to a program: by password, staff card or a phone; afterwards the program's tokens, kept fresh."""

from __future__ import annotations

import base64
import hashlib
import secrets
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import requests

from shared.domain.errors import HallError

CONNECT_S, READ_S = 2.0, 10.0
# A token is renewed when this part of its life is left.
RENEW_AT: Final = 1 / 3
_SAID: Final = frozenset({"wrong", "pending", "suspended", "closed", "phone_unproved"})
_NEEDED: Final = {"otp": "code_needed", "new_password": "must_change", "second_factor": "must_set_up"}


class StepNeededError(HallError):
    """More is needed: ``needs`` is otp, new_password or second_factor (on the web page); the words say the same.

    ``length`` and ``classes``: what the policy asks of a new password.
    """

    def __init__(self, needs: str, auth_session: str, *, length: int = 0, classes: int = 0) -> None:
        super().__init__(f"sign_in_{_NEEDED.get(needs, 'wrong')}", status=403)
        self.needs = needs
        self.auth_session = auth_session
        self.length, self.classes = length, classes


@dataclass(frozen=True, slots=True)
class PhoneOffer:
    """A QR to show: ``url`` in it, ``match`` beside it, good for ``expires_in`` seconds; ask every ``interval``."""

    url: str
    match: str
    interval: float
    expires_in: float
    auth_session: str


@dataclass(frozen=True, slots=True)
class _Tokens:
    access: str
    refresh: str
    renew_at: float
    over_at: float


class SignedIn:
    """One person at one program, and what a ``HallClient`` takes as its token. Thread safe; calls to the server block.

    Errors: ``HallError`` with the hall's words; ``server_unreachable`` when there was no answer.
    """

    def __init__(self, server: str, client_id: str, *, place: str = "") -> None:
        self.server = server.rstrip("/")
        self.client_id = client_id
        self.place = place
        self._tokens: _Tokens | None = None
        self._verifier = ""
        self._lock = threading.Lock()
        self._session = requests.Session()
        # A hall's server is on the hall's own network; a proxy from the environment is never meant.
        self._session.trust_env = False

    # Signing in

    def by_password(self, username: str, password: str, otp: str = "") -> None:
        self._challenge({"method": "password", "username": username, "password": password, "otp": otp})

    def by_card(self, card: str, terminal_token: str, otp: str = "") -> None:
        """``terminal_token``: that of the enrolled counter whose reader saw the card."""
        self._challenge({"method": "card", "card": card, "otp": otp}, terminal_token)

    def new_password(self, auth_session: str, password: str) -> None:
        """After ``StepNeededError`` with ``new_password``."""
        self._challenge({"method": "new_password", "auth_session": auth_session, "new_password": password})

    def begin_phone(self) -> PhoneOffer:
        status, said = self._ask("authorize-challenge", self._begin({"method": "qr"}))
        if said.get("needs") != "qr":
            raise _refusal(status, said)
        return PhoneOffer(
            said["qr"], said["match"], float(said["interval"]), float(said["expires_in"]), said["auth_session"]
        )

    def poll_phone(self, offer: PhoneOffer) -> bool:
        """Whether the phone has agreed, and so somebody is signed in; HallError when it refused or was too late."""
        status, said = self._ask("authorize-challenge", {"method": "qr", "auth_session": offer.auth_session})
        if said.get("error") == "authorization_pending":
            return False
        if status != 200:
            raise _refusal(status, said)
        self._exchange(said["authorization_code"])
        return True

    # Afterwards

    @property
    def is_signed_in(self) -> bool:
        return self._tokens is not None

    def __call__(self) -> str:
        return self.token()

    def token(self) -> str:
        """A good access token; ``signed_out`` when there is none (any more)."""
        with self._lock:
            kept = self._kept()
            if time.monotonic() < kept.renew_at:
                return kept.access
            try:
                return self._refresh(kept)
            except HallError as error:
                # A server that is away for a moment: the old one may still do.
                if error.code == "server_unreachable" and time.monotonic() < kept.over_at:
                    return kept.access
                raise

    def renew(self, refused: str) -> None:
        """The server refused this token: get another one, unless somebody just has."""
        with self._lock:
            kept = self._kept()
            if kept.access == refused:
                self._refresh(kept)

    def sign_out(self) -> None:
        """Ends the session on the server if it can be reached, and here in any case."""
        with self._lock:
            kept, self._tokens = self._tokens, None
        if kept is not None:
            with suppress(HallError):
                self._ask("revoke", {"token": kept.refresh})

    def close(self) -> None:
        self._session.close()

    def _kept(self) -> _Tokens:
        if self._tokens is None:
            raise HallError("signed_out", status=401)
        return self._tokens

    def _refresh(self, kept: _Tokens) -> str:
        status, said = self._ask("token", {"grant_type": "refresh_token", "refresh_token": kept.refresh})
        if status != 200:
            self._tokens = None
            raise HallError("signed_out", status=401)
        return self._keep(said).access

    def _challenge(self, form: dict[str, str], bearer: str = "") -> None:
        status, said = self._ask("authorize-challenge", self._begin(form), bearer)
        if status != 200:
            raise _refusal(status, said)
        self._exchange(said["authorization_code"])

    def _begin(self, form: dict[str, str]) -> dict[str, str]:
        self._verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self._verifier.encode()).digest()
        return form | {
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), "code_challenge_method": "S256",
            "scope": "openid profile hall", "place": self.place,
        }  # fmt: skip

    def _exchange(self, code: str) -> None:
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": self._verifier}
        status, said = self._ask("token", form)
        if status != 200:
            raise _refusal(status, said)
        with self._lock:
            self._keep(said)

    def _keep(self, said: dict[str, Any]) -> _Tokens:
        life, now = float(said["expires_in"]), time.monotonic()
        self._tokens = _Tokens(
            said["access_token"], said["refresh_token"], now + life * (1 - RENEW_AT), now + life
        )  # fmt: skip
        return self._tokens

    def _ask(self, what: str, form: dict[str, str], bearer: str = "") -> tuple[int, dict[str, Any]]:
        given = {name: value for name, value in form.items() if value} | {"client_id": self.client_id}
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        try:
            answer = self._session.post(
                f"{self.server}/oidc/{what}", data=given, headers=headers, timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
            )  # fmt: skip
            said = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise HallError("server_unreachable") from error
        if answer.status_code >= 500 or not isinstance(said, dict):
            raise HallError("server_unreachable")
        return answer.status_code, said


def _refusal(status: int, said: dict[str, Any]) -> HallError:
    if "needs" in said:
        return StepNeededError(
            str(said["needs"]), str(said.get("auth_session", "")),
            length=int(said.get("length", 0)), classes=int(said.get("classes", 0)),
        )  # fmt: skip
    reason = str(said.get("reason", ""))
    if reason == "rests":
        return HallError("sign_in_rests", status=429, minutes=-(-int(said.get("retry_after", 60)) // 60))
    if reason in _SAID:
        return HallError(f"sign_in_{reason}", status=status)
    if reason == "refused":
        return HallError("sign_in_refused_by_phone", status=status)
    if "params" in said:
        # The hall's own refusal, such as a password that the policy does not take.
        refused = HallError(reason, status=status)
        refused.params = said["params"]
        return refused
    return HallError("sign_in_ticket_old", status=status)
