"""Whose browser asks: the session behind a page's cookie."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from server.auth import Keys
from server.context import Context
from server.database import Reader
from server.features.access.models import AccountRow
from server.features.accounts.cookies import SESSION_COOKIE
from server.features.accounts.page_parts import hall_of
from server.features.accounts.sessions import session_of_cookie
from server.features.sign_on.families import Alive
from server.mobile.rendering import HEADERS, language, page, same_origin
from shared.domain.errors import HallError
from shared.i18n import languages, text

FORM_S: Final = 900


def visitor(reader: Reader, request: Request) -> Alive | None:
    """The session that this browser is signed in with."""
    secret = request.cookies.get(SESSION_COOKIE, "")
    session = session_of_cookie(reader, secret) if secret else None
    return Alive(session, reader.session.get_one(AccountRow, session.account_id)) if session is not None else None


def to_sign_in(request: Request, back: str, *, again: bool = False) -> Response:
    """Off to the page that signs people in, and back from there. ``again``: also when they are signed in."""
    query = {"next": back} | ({"again": "1"} if again else {})
    if request.query_params.get("lang") in languages():
        query["lang"] = request.query_params["lang"]
    return RedirectResponse("/sign-in?" + urlencode(query), 303, headers=HEADERS)


def form_token(keys: Keys, living: Alive, purpose: str, **more: Any) -> str:
    """What a form of ours carries, so that no other site can send it in somebody's name."""
    claims = {"session": str(living.session.id), "for": purpose, "exp": time.time() + FORM_S} | more
    return keys.sign("ztf", claims)


def check_form(request: Request, living: Alive | None, purpose: str, token: str) -> dict[str, Any]:
    """What the form carried; 403 when it is not one we gave to this very session."""
    context: Context = request.app.state.context
    claims = context.keys.verify("ztf", token)
    good = claims is not None and living is not None and same_origin(request, context)
    if not good or claims is None or living is None:
        raise HallError("sign_on_form_foreign", status=403)
    if claims["for"] != purpose or claims["session"] != str(living.session.id) or claims["exp"] < time.time():
        raise HallError("sign_on_form_foreign", status=403)
    return claims


async def greet(request: Request) -> None:
    """Before a page's handler: the name that stands at the top of whatever it shows."""
    request.state.hall = (await hall_of(request)).name


def hall_name(request: Request) -> str:
    """The hall's name in the page's language, where ``greet`` went before."""
    return str(getattr(request.state, "hall", ""))


def onward(request: Request, address: str) -> Response:
    """Go on by a page instead of a redirect: a browser refuses redirects to other sites that a form has led to."""
    return page("sign_on_onward.html", language(request), hall=hall_name(request), address=address)


def trouble(request: Request, error: HallError) -> Response:
    """A refusal, for people."""
    chosen = language(request)
    said = text(f"errors.{error.code}", language=chosen, **error.params)
    return _tell(request, text("sign_on.trouble.title", language=chosen), said, error.status or 409)


def told(request: Request, words: str, *, status: int = 200) -> Response:
    """A page that tells how something ended: ``sign_on.<words>`` and its ``…_title``."""
    chosen = language(request)
    title, line = text(f"sign_on.{words}_title", language=chosen), text(f"sign_on.{words}", language=chosen)
    return _tell(request, title, line, status)


def _tell(request: Request, title: str, line: str, status: int) -> Response:
    return page(
        "sign_on_told.html", language(request), status=status, hall=hall_name(request), title=title, words=[line]
    )  # fmt: skip
