"""Asking a provider of something like OAuth 2, whose addresses, names and answers the registry describes."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_plus

from server.features.sign_on.outgoing import ask_json
from server.features.sign_on.upstream.person import Person, WrongAnswerError, plain_name, subject_of
from server.features.sign_on.upstream.registry import Provider
from shared.schemas.upstreams import OAuth2Upstream


def way_out(provider: Provider, settings: OAuth2Upstream, state: str, challenge: str) -> tuple[str, dict[str, str]]:
    """Where a browser is sent, and with what."""
    query = {
        **settings.authorize_more, "response_type": "code", settings.client_id_name: settings.client_id,
        "redirect_uri": provider.redirect_uri, "state": state,
    }  # fmt: skip
    query |= {"scope": settings.scope} if settings.scope else {}
    query |= {"code_challenge": challenge, "code_challenge_method": "S256"} if settings.pkce else {}
    return settings.authorize_url, query


def who_came(provider: Provider, settings: OAuth2Upstream, code: str, verifier: str) -> Person:
    """Exchange the code and ask who it is; blocks."""
    asked = {
        "grant_type": "authorization_code", settings.token_code_name: code, "redirect_uri": provider.redirect_uri,
    }  # fmt: skip
    asked |= {"code_verifier": verifier} if settings.pkce else {}
    basic = None
    if settings.token_auth == "basic":
        basic = (quote_plus(settings.client_id), quote_plus(provider.secret))
    else:
        asked |= {settings.client_id_name: settings.client_id, settings.secret_name: provider.secret}
    if settings.token_method == "GET":
        token = ask_json("GET", settings.token_url, query=asked, basic=basic)
    else:
        token = ask_json("POST", settings.token_url, form=asked, basic=basic)
    said = _ask_userinfo(settings, token) if settings.userinfo_url else token
    # Some answer 200 with an error in it: then there is no such thing in it as a subject.
    subject = subject_of(text_at(said, settings.subject_path))
    return Person(subject, plain_name(text_at(said, settings.name_path)) if settings.name_path else "")


def _ask_userinfo(settings: OAuth2Upstream, token: dict[str, Any]) -> dict[str, Any]:
    access = text_at(token, settings.token_path)
    if not access:
        raise WrongAnswerError("token")
    query = {name: text_at(token, path) for name, path in settings.userinfo_more.items()}
    if settings.userinfo_token_name:
        return ask_json("GET", settings.userinfo_url, query=query | {settings.userinfo_token_name: access})
    return ask_json("GET", settings.userinfo_url, query=query, headers={"authorization": f"Bearer {access}"})


def text_at(answer: Any, path: str) -> str:
    """What stands at ``data.user.openid`` or ``users.0.id``: a text or a whole number, else an empty text."""
    found = answer
    for step in path.split("."):
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and step.isascii() and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return ""
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else ""
