"""Asking a provider of OpenID Connect who somebody is: discovery, PKCE, and an id_token that only it can have made."""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from threading import Lock
from typing import Any, Final
from urllib.parse import quote_plus

from pydantic import TypeAdapter, ValidationError

from server.features.sign_on.keys import checked, head_of
from server.features.sign_on.outgoing import NoAnswerError, ask_json
from server.features.sign_on.upstream.person import Person, WrongAnswerError, plain_name, subject_of
from server.features.sign_on.upstream.registry import Provider
from shared.schemas.upstreams import OidcUpstream, SecureAddress, is_here

_ADDRESS: TypeAdapter[str] = TypeAdapter(SecureAddress)
KEPT_S: Final = 3600.0
CLOCK_S: Final = 60
# How long ago an id_token may have been made: it comes from the token endpoint just now.
FRESH_S: Final = 600


@dataclass(frozen=True, slots=True)
class Metadata:
    """What we use of a discovery document."""

    issuer: str
    authorize_url: str
    token_url: str
    userinfo_url: str
    jwks_url: str
    iss_comes: bool


@dataclass
class _Known:
    metadata: Metadata
    keys: list[dict[str, Any]]
    until: float


@dataclass
class Providers:
    """What is known of the providers of OpenID Connect, per process. All of it blocks."""

    _known: dict[str, _Known] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def metadata(self, issuer: str) -> Metadata:
        return self._of(issuer).metadata

    def forget(self, issuer: str) -> None:
        with self._lock:
            self._known.pop(issuer, None)

    def keys(self, issuer: str, key_id: str) -> list[dict[str, Any]]:
        """The keys that may have signed: that of this id, or the only one there is when none is named."""
        known = self._of(issuer)
        found = _named(known.keys, key_id)
        if not found:
            # They may have a new key. Only who answers at their token endpoint can make us look.
            known.keys = _fetch_keys(known.metadata.jwks_url)
            found = _named(known.keys, key_id)
        return found

    def _of(self, issuer: str) -> _Known:
        with self._lock:
            known = self._known.get(issuer)
        if known is None or known.until < time.monotonic():
            metadata = _discover(issuer)
            known = _Known(metadata, _fetch_keys(metadata.jwks_url), time.monotonic() + KEPT_S)
            with self._lock:
                self._known[issuer] = known
        return known


def _discover(issuer: str) -> Metadata:
    said = ask_json("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
    if said.get("issuer") != issuer:
        # OpenID Connect Discovery 4.3: else one provider could speak for another.
        raise WrongAnswerError("issuer")
    userinfo = said.get("userinfo_endpoint")
    return Metadata(
        issuer, address_in(said, "authorization_endpoint", issuer), address_in(said, "token_endpoint", issuer),
        address_in(said, "userinfo_endpoint", issuer) if userinfo else "", address_in(said, "jwks_uri", issuer),
        said.get("authorization_response_iss_parameter_supported") is True,
    )  # fmt: skip


def address_in(said: Mapping[str, Any], name: str, issuer: str) -> str:
    """An address of a discovery document; one of this machine only from a provider that is here itself."""
    try:
        found = _ADDRESS.validate_python(said.get(name))
    except ValidationError:
        raise WrongAnswerError(name) from None
    if is_here(found) and not is_here(issuer):
        raise WrongAnswerError(name)
    return found


def _fetch_keys(target: str) -> list[dict[str, Any]]:
    keys = ask_json("GET", target).get("keys")
    if not isinstance(keys, list):
        raise WrongAnswerError("keys")
    # Shared secrets have no place there, and a key for encryption signs nothing.
    return [
        key for key in keys
        if isinstance(key, dict) and key.get("kty") in ("RSA", "EC") and key.get("use", "sig") == "sig"
    ]  # fmt: skip


def _named(keys: list[dict[str, Any]], key_id: str) -> list[dict[str, Any]]:
    if key_id:
        return [key for key in keys if key.get("kid") == key_id]
    return keys if len(keys) == 1 else []


def way_out(
    providers: Providers, provider: Provider, settings: OidcUpstream, state: str, nonce: str, challenge: str
) -> tuple[str, dict[str, str]]:
    """Where a browser is sent, and with what."""
    query = {
        "response_type": "code", "client_id": settings.client_id, "redirect_uri": provider.redirect_uri,
        "scope": " ".join(dict.fromkeys(["openid", *settings.scope.split()])), "state": state, "nonce": nonce,
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    return providers.metadata(settings.issuer).authorize_url, query


def check_iss(providers: Providers, settings: OidcUpstream, brought: Mapping[str, str]) -> None:
    """RFC 9207: the answer names its provider; one that says it does must."""
    expected = providers.metadata(settings.issuer)
    said = brought.get("iss", "")
    if (said or expected.iss_comes) and said != settings.issuer:
        raise WrongAnswerError("iss of the answer")


def who_came(
    providers: Providers, provider: Provider, settings: OidcUpstream, code: str, nonce: str, verifier: str
) -> Person:
    """Exchange the code and read the id_token; blocks."""
    metadata = providers.metadata(settings.issuer)
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": provider.redirect_uri,
        "code_verifier": verifier,
    }  # fmt: skip
    basic = None
    if provider.secret and settings.token_auth == "client_secret_basic":
        # RFC 6749 2.3.1: both are form-encoded first.
        basic = (quote_plus(settings.client_id), quote_plus(provider.secret))
    else:
        form |= {"client_id": settings.client_id} | ({"client_secret": provider.secret} if provider.secret else {})
    answer = ask_json("POST", metadata.token_url, form=form, basic=basic)
    said = read_id_token(providers, settings, answer.get("id_token"), nonce)
    return Person(said["sub"], _name(metadata, answer, said))


def read_id_token(providers: Providers, settings: OidcUpstream, token: Any, nonce: str) -> dict[str, Any]:
    """The claims of a token that this provider made for us, just now, in answer to this question."""
    if not isinstance(token, str) or len(token) > 16_000:
        raise WrongAnswerError("id_token")
    key_id, algorithm = _head(token)
    # The algorithm is ours to say, never the token's.
    if algorithm not in settings.algorithms:
        raise WrongAnswerError("algorithm")
    keys = providers.keys(settings.issuer, key_id)
    said = checked(token, keys, algorithm) if keys else None
    if said is None:
        raise WrongAnswerError("signature")
    if said.get("iss") != settings.issuer:
        raise WrongAnswerError("iss")
    audience = said.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if settings.client_id not in audiences or said.get("azp", settings.client_id) != settings.client_id:
        raise WrongAnswerError("aud")
    if len(audiences) > 1 and "azp" not in said:
        raise WrongAnswerError("azp")
    now = time.time()
    if not _is_time(said.get("exp")) or said["exp"] <= now - CLOCK_S:
        raise WrongAnswerError("exp")
    if not _is_time(said.get("iat")) or not now - FRESH_S <= said["iat"] <= now + CLOCK_S:
        raise WrongAnswerError("iat")
    brought = said.get("nonce")
    if not isinstance(brought, str) or not brought.isascii() or not hmac.compare_digest(brought, nonce):
        raise WrongAnswerError("nonce")
    subject_of(said.get("sub"))
    return said


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _name(metadata: Metadata, answer: Mapping[str, Any], said: Mapping[str, Any]) -> str:
    """What they call the person, for their eyes only; a provider that does not say so is good all the same."""
    if name := plain_name(said.get("name") or said.get("preferred_username")):
        return name
    access = answer.get("access_token")
    if not metadata.userinfo_url or not isinstance(access, str):
        return ""
    try:
        info = ask_json("GET", metadata.userinfo_url, headers={"authorization": f"Bearer {access}"})
    except NoAnswerError:
        return ""
    if info.get("sub") != said["sub"]:
        # OpenID Connect Core 5.3.4: somebody else's.
        raise WrongAnswerError("sub of userinfo")
    return plain_name(info.get("name") or info.get("preferred_username"))


def _head(token: str) -> tuple[str, str]:
    head = head_of(token)
    return str(head.get("kid") or ""), str(head.get("alg") or "")
