"""Who calls: bearer tokens per kind. Each route names the kinds it answers, and a test fails for one that does not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request

from shared.domain.errors import HallError
from shared.domain.id_numbers import normalise

KINDS: Final = ("kiosk", "counter", "display", "staff", "admin")
LIFETIME_S: Final = 12 * 3600
# How long another process may take to write the key file it has just made.
KEY_WAIT_S = 2.0
_PREFIX: Final = "zt1"


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller a token names; ``expires_at`` in Unix seconds."""

    kind: str
    name: str
    expires_at: float

    @property
    def label(self) -> str:
        """How ledgers and receipts name the caller."""
        return f"{self.kind}:{self.name}"


class Keys:
    """The secrets of this server, all derived from one key file in its data folder."""

    def __init__(self, master: bytes) -> None:
        self._tokens = hmac.digest(master, b"zhiting tokens", "sha256")
        self._identities = hmac.digest(master, b"zhiting identities", "sha256")
        self._known: dict[str, Principal] = {}

    @classmethod
    def of(cls, data: Path) -> Keys:
        """Read the key file, or make it where there is none; only its owner may read it."""
        path = data / "secret.key"
        try:
            # Exclusive creation: of two processes that start together, one writes and the other reads.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            deadline = time.monotonic() + KEY_WAIT_S
            while len(master := path.read_bytes()) != 32:
                if time.monotonic() > deadline:
                    raise HallError("key_file_damaged", path=str(path)) from None
                time.sleep(0.01)
            return cls(master)
        with os.fdopen(descriptor, "wb") as file:
            master = os.urandom(32)
            file.write(master)
        return cls(master)

    def issue(self, kind: str, name: str, *, lifetime_s: float = LIFETIME_S) -> str:
        """A bearer token for a terminal or a person of this kind."""
        if kind not in KINDS:
            raise HallError("token_kind_unknown", kind=kind, kinds=", ".join(KINDS))
        claims = {"kind": kind, "name": name, "exp": time.time() + lifetime_s, "id": os.urandom(6).hex()}
        payload = _encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{_PREFIX}.{payload}.{self._sign(payload)}"

    def check(self, token: str) -> Principal:
        """The principal of a token of ours; 401 when it is foreign, changed or too old."""
        principal = self._known.get(token)
        if principal is None:
            principal = self._parse(token)
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[token] = principal
        if principal.expires_at <= time.time():
            self._known.pop(token, None)
            raise HallError("token_expired", status=401)
        return principal

    def identity_key(self, kind: str, number: str) -> bytes:
        """The keyed hash under which a person is found again without keeping the number."""
        # A social-security card, a permit and a typed number may name the same person.
        group = kind if kind in ("organisation", "passport", "other") else "person"
        return hmac.digest(self._identities, f"{group}\n{normalise(number)}".encode(), "sha256")

    def _sign(self, payload: str) -> str:
        return _encode(hmac.new(self._tokens, payload.encode(), hashlib.sha256).digest())

    def _parse(self, token: str) -> Principal:
        try:
            prefix, payload, signature = token.split(".")
            good = prefix == _PREFIX and hmac.compare_digest(self._sign(payload).encode(), signature.encode())
            claims = json.loads(_decode(payload)) if good else None
        except ValueError:
            claims = None
        if claims is None or claims["kind"] not in KINDS:
            raise HallError("token_invalid", status=401)
        return Principal(claims["kind"], claims["name"], claims["exp"])


class Allow:
    """A route's allow-list: the dependency that lets these kinds in. ``admin`` may call everything."""

    def __init__(self, *kinds: str) -> None:
        self.kinds = frozenset(kinds) | {"admin"}

    # A coroutine, because a plain function would be sent to a thread for each request.
    async def __call__(self, request: Request) -> Principal:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise HallError("token_missing", status=401)
        keys: Keys = request.app.state.keys
        principal = keys.check(token.strip())
        if principal.kind not in self.kinds:
            raise HallError("token_kind_not_allowed", status=403, kind=principal.kind)
        return principal


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
