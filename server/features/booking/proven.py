"""The phone that a browser has proved before: a signed cookie, so that nobody types a code for each booking."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from server.auth import Keys
from server.features.accounts.cookies import is_secure

COOKIE: Final = "zt_phone"
DAY_S: Final = 86400


def keep(request: Request, response: Response, phone_index: bytes, days: int) -> Response:
    """Let the browser remember, for so many days; it learns the phone's keyed hash only. 0: it remembers nothing."""
    if days:
        body = f"{int(time.time())}.{base64.urlsafe_b64encode(phone_index).decode()}"
        response.set_cookie(
            COOKIE, f"{body}.{_signature(request.app.state.keys, body)}", max_age=days * DAY_S, path="/b",
            httponly=True, samesite="lax", secure=is_secure(request),
        )  # fmt: skip
    return response


def proved(request: Request, days: int) -> bytes | None:
    """The keyed hash of the phone that was proved here in the last ``days``; None: none, or the cookie is not ours."""
    body, _, signature = request.cookies.get(COOKIE, "").rpartition(".")
    if not hmac.compare_digest(_signature(request.app.state.keys, body).encode(), signature.encode()):
        return None
    at, _, index = body.partition(".")
    try:
        known = base64.urlsafe_b64decode(index)
        return known if 0 <= time.time() - int(at) < days * DAY_S else None
    except (ValueError, binascii.Error):
        return None


def _signature(keys: Keys, body: str) -> str:
    digest = hmac.digest(keys.pages, f"phone proved\n{body}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
