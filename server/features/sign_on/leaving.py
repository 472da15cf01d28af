"""Signing out: RP-initiated logout, and telling clients by back channel that a session is over."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from server.context import Context
from server.database import Reader
from server.features.accounts.cookies import forget_session
from server.features.accounts.sessions import end_session
from server.features.sign_on import asking, claims, clients
from server.features.sign_on.claims import shown_name
from server.features.sign_on.families import Alive
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.forms import aside, fields, write
from server.features.sign_on.keys import Signer
from server.features.sign_on.outgoing import post_status
from server.features.sign_on.visitors import check_form, form_token, greet, hall_name, onward, told, trouble, visitor
from server.mobile.rendering import HEADERS, language, page
from server.web import look
from shared.domain.errors import HallError

router = APIRouter(include_in_schema=False, dependencies=[Depends(greet)])


@dataclass(frozen=True, slots=True)
class _Leaving:
    """Where somebody goes afterwards (empty: nowhere); ``sure``: a client proved that it asks for this session."""

    living: Alive | None
    name: str
    to: str
    sure: bool


@router.api_route("/oidc/logout", methods=["GET", "POST"])
async def logout(request: Request) -> Response:
    """End this browser's session: at once for a client with its id_token, else after a question."""
    signer: Signer = request.app.state.signer
    context: Context = request.app.state.context
    try:
        form = await fields(request)
        if "answer" in form:
            return await _confirmed(request, form)
        hint = await aside(signer.check, form["id_token_hint"]) if "id_token_hint" in form else None
        leaving = await look(request, lambda reader: _judge(reader, request, form, hint))
    except OAuthFault:
        return trouble(request, HallError("sign_on_request_wrong", status=400))
    except HallError as error:
        return trouble(request, error)
    if leaving.living is not None and not leaving.sure:
        chosen = language(request)
        token = form_token(context.keys, leaving.living, "logout", to=leaving.to)
        return page("sign_on_logout.html", chosen, hall=hall_name(request), who=leaving.name, token=token)
    if leaving.living is not None:
        session_id = leaving.living.session.id
        await write(request, lambda writer: end_session(writer, session_id, "signed_out"))
    return _gone(request, leaving.to)


def _judge(reader: Reader, request: Request, form: dict[str, str], hint: dict[str, Any] | None) -> _Leaving:
    living = visitor(reader, request)
    audience = hint.get("aud") if hint is not None else None
    client_id = form.get("client_id") or (audience if isinstance(audience, str) else "")
    client = clients.find(reader, client_id) if client_id else None
    to = form.get("post_logout_redirect_uri", "")
    # Only where the client has registered: anything else would lead people to strangers in our name.
    if to and (client is None or to not in client.post_logout_uris or (hint and audience != client.client_id)):
        raise HallError("sign_on_redirect_wrong", status=400)
    sure = living is not None and hint is not None and hint.get("sid") == str(living.session.id)
    name = shown_name(reader, living.account) if living is not None else ""
    return _Leaving(living, name, asking.with_query(to, {"state": form.get("state", "")}) if to else "", sure)


async def _confirmed(request: Request, form: dict[str, str]) -> Response:
    living = await look(request, lambda reader: visitor(reader, request))
    carried = check_form(request, living, "logout", form.get("token", ""))
    if living is not None:
        session_id = living.session.id
        await write(request, lambda writer: end_session(writer, session_id, "signed_out"))
    return _gone(request, carried["to"])


def _gone(request: Request, to: str) -> Response:
    if to and request.method == "GET":
        answer: Response = RedirectResponse(to, 303, headers=HEADERS)
    else:
        answer = onward(request, to) if to else told(request, "logout.done")
    return forget_session(request, answer)


def carry_logout(signer: Signer, issuer: str, target: str, body: dict[str, Any]) -> None:
    """Hand a logout token to a client (blocks); raises when it did not take it. Signed now, for two minutes."""
    said = claims.logout_token(issuer, body["client_id"], body["sub"], body["sid"], time.time())
    status = post_status(target, {"logout_token": signer.sign(said, "logout+jwt")})
    if not 200 <= status < 300:
        raise HallError("delivery_refused", status=502, answered=status)
