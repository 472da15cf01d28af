"""What is remembered while somebody is away at another provider, and until they have said whether to link."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from server import one_time
from server.database import Reader, Writer
from server.features.accounts import throttle
from server.features.accounts.cookies import is_secure
from server.features.accounts.proof import Door
from server.features.sign_on.models import UpstreamRow
from shared.domain.names import mask_name

# Names the browser that began: whoever is made to open somebody else's way back is not signed in by it.
COOKIE: Final = "zt_upstream"
_COOKIE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
STATE: Final = "upstream_state"
STATE_LIFE: Final = timedelta(minutes=10)
# How many may begin within that time from one address: a hall's own network has many people behind one.
AT_ONCE: Final = 120
PENDING: Final = "upstream_link"
# Where it is asked whether to link.
LINKING: Final = "/account/link/"
# Long enough to register meanwhile.
PENDING_LIFE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Begun:
    """A way out: ``state`` and ``nonce`` come back, the ``verifier`` never leaves us before that."""

    state: str
    nonce: str
    verifier: str
    browser: str

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def begin(request: Request) -> Begun:
    made = [secrets.token_urlsafe(32) for _ in range(4)]
    browser = request.cookies.get(COOKIE, "")
    return Begun(made[0], made[1], made[2], browser if _COOKIE.fullmatch(browser) else made[3])


def keep_browser(request: Request, response: Response, browser: str) -> Response:
    response.set_cookie(COOKIE, browser, path="/", httponly=True, samesite="lax", secure=is_secure(request))
    return response


def admit(writer: Writer, door: Door) -> int:
    """0, or the seconds until this address may begin again: anybody may, and the provider is asked for it."""
    return throttle.within(writer, door.vault, STATE, door.address, AT_ONCE, STATE_LIFE)


def is_news(writer: Writer, door: Door, key: str, why: str) -> bool:
    """Whether a refusal is the first of its kind from this address in a while: nobody fills the trail with them."""
    return not throttle.within(writer, door.vault, f"{STATE} {key} {why}", door.address, 1, STATE_LIFE)


def remember(writer: Writer, begun: Begun, upstream_id: UUID, wanted: str) -> None:
    """``wanted``: where to go on, on this server."""
    data = {
        "upstream": str(upstream_id), "nonce": begun.nonce, "verifier": begun.verifier, "next": wanted,
        "browser": _digest(begun.browser),
    }  # fmt: skip
    one_time.put(writer, STATE, begun.state, data, STATE_LIFE)


def take_back(writer: Writer, request: Request, state: str, upstream_id: UUID) -> tuple[dict[str, Any] | None, str]:
    """What was remembered, which is used up by it; else None, and why in the trail's word.

    A state that never was leaves no trace: anybody can make one up.
    """
    kept = one_time.look(writer, STATE, state)
    if kept is None:
        return None, ""
    if not is_browser(request, kept.data):
        # Not used up: it is somebody else's, who may still come.
        return None, "browser"
    one_time.take(writer, STATE, state)
    if kept.state != "good":
        return None, kept.state
    if kept.data["upstream"] != str(upstream_id):
        return None, "upstream"
    return kept.data, ""


def wait_for_consent(writer: Writer, upstream_id: UUID, index: bytes, name: str, back: dict[str, Any]) -> str:
    """Keep who came back, until they say whether they are one of our accounts; answers what the page is known by."""
    token = secrets.token_urlsafe(32)
    data = {
        "upstream": str(upstream_id), "person": index.hex(), "name": mask_name(name) if name else "",
        "next": back["next"], "browser": back["browser"],
    }  # fmt: skip
    one_time.put(writer, PENDING, token, data, PENDING_LIFE)
    return token


@dataclass(frozen=True, slots=True)
class Pending:
    """Who waits to be linked; ``name`` is what the provider calls them, masked."""

    upstream: UpstreamRow
    index: bytes
    name: str
    wanted: str


def pending(reader: Reader, request: Request, token: str) -> Pending | None:
    """None when it is over, or another browser's."""
    kept = one_time.look(reader, PENDING, token)
    if kept is None or kept.state != "good" or not is_browser(request, kept.data):
        return None
    row = reader.session.get(UpstreamRow, UUID(kept.data["upstream"]))
    if row is None or not row.enabled:
        return None
    return Pending(row, bytes.fromhex(kept.data["person"]), kept.data["name"], kept.data["next"])


def is_browser(request: Request, kept: dict[str, Any]) -> bool:
    return hmac.compare_digest(_digest(request.cookies.get(COOKIE, "")), str(kept["browser"]))


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()
