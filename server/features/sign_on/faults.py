"""What the protocol says no with: codes of RFC 6749 and OpenID Connect instead of the hall's problem documents."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import Response

# Nothing of the provider's answers may stay in a cache.
NO_STORE = {"cache-control": "no-store", "pragma": "no-cache", "x-content-type-options": "nosniff"}


class OAuthFault(Exception):
    """A refusal as a client's program reads it; ``more`` are further fields of the answer."""

    def __init__(self, code: str, *, status: int = 400, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.more = more

    def answer(self) -> Response:
        headers = NO_STORE | ({"WWW-Authenticate": 'Basic realm="oidc"'} if self.code == "invalid_client" else {})
        return plain({"error": self.code} | self.more, self.status, headers)


def plain(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer of the protocol."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text, status, headers or NO_STORE, media_type="application/json")
