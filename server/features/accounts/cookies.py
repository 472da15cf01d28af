"""Browsers: the session behind a cookie, and forms that only our own pages can send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from fastapi.responses import Response

from server.auth import Keys, Principal
from server.context import Context
from server.database import Reader
from server.features.access.models import AccountRow
from server.features.accounts.models import SessionRow
from server.features.accounts.proof import Door
from server.features.accounts.sessions import needs_touch, principal_of, session_of_cookie, touch
from server.mobile.rendering import same_origin
from shared.domain.errors import HallError

SESSION_COOKIE: Final = "zt_session"
# Names a browser that nobody has signed in with yet, so that its forms are its own.
VISIT_COOKIE: Final = "zt_visit"
_VISIT = re.compile(r"[A-Za-z0-9_-]{32,64}")
_FIELDS: Final = 24
HOME: Final = "/account"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who sits at the browser; ``csrf`` stands in each form as the field of that name."""

    visit: str
    csrf: str
    session: SessionRow | None = None
    account: AccountRow | None = None
    principal: Principal | None = None


async def visitor(request: Request) -> Visitor:
    """The browser's live session, if it has one; using it keeps it alive."""
    keys: Keys = request.app.state.keys
    visit = request.cookies.get(VISIT_COOKIE, "")
    if not _VISIT.fullmatch(visit):
        visit = secrets.token_urlsafe(32)
    secret = request.cookies.get(SESSION_COOKIE, "")
    door = Door.of(request)

    def find(reader: Reader) -> tuple[SessionRow, AccountRow, Principal, bool] | None:
        session = session_of_cookie(reader, secret)
        if session is None:
            return None
        account = reader.session.get_one(AccountRow, session.account_id)
        return session, account, principal_of(reader, session, account), needs_touch(session, reader.now)

    found = await door.read(find) if secret else None
    if found is None:
        return Visitor(visit, _token(keys, "visit", visit))
    session, account, principal, old = found
    if old:
        await door.write(lambda writer: touch(writer, session.id))
    return Visitor(visit, _token(keys, "session", secret), session, account, principal)


async def form(request: Request, who: Visitor) -> Mapping[str, str]:
    """The fields of a form that this browser got from us; HallError for one that comes from elsewhere."""
    context: Context = request.app.state.context
    if not same_origin(request, context):
        raise HallError("form_foreign", status=403)
    try:
        fields = parse_qs((await request.body()).decode(), keep_blank_values=True, max_num_fields=_FIELDS)
    except ValueError:
        raise HallError("form_foreign", status=403) from None
    plain = {name: values[0] for name, values in fields.items()}
    if not hmac.compare_digest(plain.get("csrf", "").encode(), who.csrf.encode()):
        raise HallError("form_foreign", status=403)
    return plain


def keep_visit(request: Request, response: Response, who: Visitor) -> Response:
    """Let the browser keep what its next form needs."""
    if request.cookies.get(VISIT_COOKIE) != who.visit:
        _set(request, response, VISIT_COOKIE, who.visit)
    return response


def keep_session(request: Request, response: Response, secret: str) -> Response:
    """The cookie of a new session; what the browser was before is forgotten."""
    _set(request, response, SESSION_COOKIE, secret)
    _set(request, response, VISIT_COOKIE, secrets.token_urlsafe(32))
    return response


def forget_session(request: Request, response: Response) -> Response:
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="lax", secure=is_secure(request))
    return response


def is_secure(request: Request) -> bool:
    """Whether the browser reaches us by https, also through a proxy that says so."""
    base = urlsplit(request.app.state.context.link_base)
    return request.url.scheme == "https" or (base.scheme == "https" and request.headers.get("host") == base.netloc)


def local(address: str) -> str:
    """Where to go on, when it is on this server; the account's page otherwise."""
    good = address.startswith("/") and not address.startswith(("//", "/\\")) and len(address) <= 4000
    if not good or "\\" in address or re.search(r"[\x00-\x20\x7f]", address):
        return HOME
    parts = urlsplit(address)
    return HOME if parts.scheme or parts.netloc else address


def _set(request: Request, response: Response, name: str, value: str) -> None:
    # No lifetime: it goes with the browser, and the session has its own times on the server.
    response.set_cookie(name, value, path="/", httponly=True, samesite="lax", secure=is_secure(request))


def _token(keys: Keys, purpose: str, bound: str) -> str:
    """``bound``: the browser's own secret. One purpose's token is never another's, whatever a cookie is made to say."""
    digest = hashlib.sha256(bound.encode()).hexdigest()
    token = hmac.digest(keys.pages, f"form {purpose}\n{digest}".encode(), "sha256")
    return base64.urlsafe_b64encode(token).decode().rstrip("=")
