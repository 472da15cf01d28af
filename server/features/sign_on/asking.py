"""A client's request to sign somebody in: what is wrong with it, and what still has to happen before it gets a code."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from server.auth import Keys
from server.database import Reader
from server.features.sign_on import clients
from server.features.sign_on.consents import is_due
from server.features.sign_on.families import Alive
from server.features.sign_on.models import ClientRow
from server.features.sign_on.tokens import CHALLENGE
from shared.domain.errors import HallError

PROMPTS: Final = frozenset(("none", "login", "consent", "select_account"))
# Of a request that is carried on from page to page; signed, so that nobody can pretend to have been asked.
PROGRESS: Final = "zt_progress"
_KEPT: Final = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt", "max_age", "response_mode", "ui_locales", "login_hint",
)  # fmt: skip
_UNSUPPORTED: Final = ("request", "request_uri", "registration")
LONGEST: Final = 2000
FOR_S: Final = 3600


class AskingFault(Exception):
    """A fault that is told to the client at its own, registered address."""

    def __init__(self, code: str, redirect_uri: str, state: str) -> None:
        super().__init__(code)
        self.code = code
        self.redirect_uri = redirect_uri
        self.state = state

    def address(self, issuer: str) -> str:
        return with_query(self.redirect_uri, {"error": self.code, "state": self.state, "iss": issuer})


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened already on behalf of this very request. ``since``: Unix seconds when it first came.

    ``nonce`` tells it from the same request made again.
    """

    since: float
    agreed: bool
    nonce: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A request that is in order."""

    client: ClientRow
    redirect_uri: str
    scopes: list[str]
    state: str
    nonce: str
    challenge: str
    prompts: frozenset[str]
    max_age: int | None
    given: dict[str, str]
    progress: Progress | None

    def fault(self, code: str) -> AskingFault:
        return AskingFault(code, self.redirect_uri, self.state)

    def onward(self, keys: Keys, *, agreed: bool = False) -> str:
        """The same request again, with what has happened: where to go on after a page of ours."""
        return "/oidc/go?" + carried(keys, self.given, self.progress, agreed=agreed)

    def needs_sign_in(self, living: Alive | None) -> bool:
        if living is None:
            return True
        proved = living.session.proved_at.timestamp()
        began = self.progress.since if self.progress else None
        if "login" in self.prompts or "select_account" in self.prompts:
            return began is None or proved < began
        return self.max_age is not None and time.time() - proved > self.max_age and (began is None or proved < began)

    def needs_consent(self, reader: Reader, living: Alive) -> bool:
        if "consent" in self.prompts and not (self.progress and self.progress.agreed):
            return True
        return is_due(reader, living, self.client, self.scopes)


def read(reader: Reader, keys: Keys, pairs: list[tuple[str, str]]) -> Asking:
    """The request; ``HallError`` for a page when nobody may be redirected, ``AskingFault`` for the client otherwise."""
    names = [name for name, _ in pairs if name in _KEPT or name in _UNSUPPORTED]
    given = {name: value for name, value in pairs if name in _KEPT and value}
    client = clients.find(reader, given.get("client_id", ""))
    twice = {name for name, times in Counter(names).items() if times > 1}
    if client is None or "client_id" in twice:
        raise HallError("sign_on_client_unknown", status=400)
    uri = given.get("redirect_uri", "")
    # Exactly as registered, character by character: what only looks alike is somebody else's.
    if uri not in client.redirect_uris or "redirect_uri" in twice:
        raise HallError("sign_on_redirect_wrong", status=400)
    state = given.get("state", "") if "state" not in twice else ""
    if twice or any(len(value) > LONGEST for value in given.values()):
        raise AskingFault("invalid_request", uri, state)
    for unsupported in _UNSUPPORTED:
        if unsupported in names:
            raise AskingFault(f"{unsupported}_not_supported", uri, state)
    if given.get("response_type") != "code":
        fault = "unsupported_response_type" if given.get("response_type") else "invalid_request"
        raise AskingFault(fault, uri, state)
    if given.get("response_mode", "query") != "query":
        raise AskingFault("invalid_request", uri, state)
    challenge = given.get("code_challenge", "")
    if given.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(challenge):
        raise AskingFault("invalid_request", uri, state)
    scopes = clients.allowed(client, given.get("scope", "").split())
    if "openid" not in scopes:
        raise AskingFault("invalid_scope", uri, state)
    prompts = frozenset(given.get("prompt", "").split())
    max_age = given.get("max_age")
    if prompts - PROMPTS or ("none" in prompts and len(prompts) > 1) or (max_age and not _is_age(max_age)):
        raise AskingFault("invalid_request", uri, state)
    return Asking(
        client, uri, scopes, state, given.get("nonce", ""), challenge, prompts,
        int(max_age) if max_age else None, given, progress_of(keys, given, dict(pairs).get(PROGRESS, "")),
    )  # fmt: skip


def with_query(address: str, more: Mapping[str, str]) -> str:
    """The address with further query parameters; empty ones are left out."""
    parts = urlsplit(address)
    query = parse_qsl(parts.query, keep_blank_values=True) + [(name, value) for name, value in more.items() if value]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _is_age(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def carried(keys: Keys, given: Mapping[str, str], progress: Progress | None, *, agreed: bool = False) -> str:
    """The query of a request together with what has happened to it."""
    since = progress.since if progress else time.time()
    nonce = progress.nonce if progress else secrets.token_urlsafe(16)
    claims = {"of": _digest(given), "since": since, "agreed": agreed, "nonce": nonce, "exp": time.time() + FOR_S}
    return urlencode({**given, PROGRESS: keys.sign("zto", claims)})


def progress_of(keys: Keys, given: Mapping[str, str], text: str) -> Progress | None:
    """What ``carried`` said of this very request; None when it says nothing, or of another one."""
    claims: dict[str, Any] | None = keys.verify("zto", text) if text else None
    if claims is None or claims["of"] != _digest(given) or claims["exp"] < time.time():
        return None
    return Progress(float(claims["since"]), bool(claims["agreed"]), str(claims["nonce"]))


def _digest(given: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(sorted(given.items())).encode()).hexdigest()
