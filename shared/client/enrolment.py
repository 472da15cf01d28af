"""A terminal's own key: made here, kept here, enrolled with a code, and used to sign for short-lived tokens."""

from __future__ import annotations

import base64
import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.client.hall_client import HallClient
from shared.domain.errors import HallError
from shared.domain.fingerprints import fingerprint
from shared.schemas.enrolment import EnrolRequest, TokenRequest, enrol_message, token_message

log = logging.getLogger(__name__)
KEY_FILE = "terminal.key"
# A token is renewed when this part of its life is left: a server that restarts is not noticed.
RENEW_AT = 1 / 3
# A refusal stands this long before the server is asked again: several threads ask at once.
REFUSED_S = 2.0


@dataclass(frozen=True)
class _Key:
    """One key of this machine and what became of it; ``terminal_id`` is empty until it is enrolled."""

    secret: str
    code: str
    terminal_id: str = ""
    hall_id: str = ""
    name: str = ""
    approved: bool = False

    @classmethod
    def made_for(cls, code: str) -> _Key:
        return cls(_encode(Ed25519PrivateKey.generate().private_bytes_raw()), code)

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(_decode(self.secret))

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> str:
        return _encode(self.private.sign(message))


@dataclass(frozen=True)
class Standing:
    """How this machine stands with the server, for its screen. ``code``: why there is no token; empty: there is one."""

    code: str
    name: str
    fingerprint: str
    params: tuple[tuple[str, object], ...] = ()


def is_enrolled(data: Path) -> bool:
    """Whether a key is kept here, so that no code is needed."""
    return (data / KEY_FILE).exists()


class Enrolment:
    """The ``TokenSource`` of an enrolled terminal; all of it may be called from any thread.

    ``code`` enrols a machine that has no key yet, and gives one that has a key a new one, unless it is the code that
    the present key came with. A new key counts only once the server has taken it: till then the old one is used.
    """

    def __init__(self, data: Path, server: str, code: str = "", *, language: str = "zh-CN", name: str = "") -> None:
        self._file = data / KEY_FILE
        self._client = HallClient(server, "", language=language)
        self._profile = name
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = self._ends_at = 0.0
        self._refusal: HallError | None = None
        self._refused_at = 0.0
        # Told on whichever thread asked, each time the standing changes.
        self.on_standing: Callable[[Standing], None] = lambda standing: None
        self._told: Standing | None = None
        self._key, self._next = self._read()
        code = code.strip()
        if code and code not in [key.code for key in (self._key, self._next) if key is not None]:
            self._next = _Key.made_for(code)
            # Before the first word to the server: a machine that is switched off in between asks again with this key.
            self._write()
        if self._key is None and self._next is None:
            raise HallError("token_missing")

    @property
    def was_approved(self) -> bool:
        """Whether this machine has worked before: then its program starts without waiting for the server."""
        return self._key is not None and self._key.approved

    def __call__(self) -> str:
        with self._lock:
            now = time.monotonic()
            if self._token and now < self._renew_at:
                return self._token
            if self._refusal is not None and now < self._refused_at + REFUSED_S:
                if self._token and now < self._ends_at:
                    return self._token
                raise self._refusal
            try:
                self._obtain()
            except HallError as error:
                self._refusal, self._refused_at = error, time.monotonic()
                if error.code == "server_unreachable" and self._token and now < self._ends_at:
                    return self._token
                self._token = ""
                self._tell(error)
                raise
            self._refusal = None
            self._tell(None)
            return self._token

    def renew(self, refused: str) -> None:
        with self._lock:
            if refused == self._token:
                self._token = ""

    def standing(self) -> Standing:
        with self._lock:
            return self._standing(self._refusal)

    def close(self) -> None:
        """End what is under way, for good."""
        self._client.close()

    def _obtain(self) -> None:
        if self._next is not None:
            self._enrol(self._next)
        key = self._key
        assert key is not None
        terminal_id = UUID(key.terminal_id)
        challenge = self._client.challenge(terminal_id).challenge
        signature = key.sign(token_message(UUID(key.hall_id), challenge))
        asked = time.monotonic()
        given = self._client.terminal_token(
            TokenRequest(terminal_id=terminal_id, challenge=challenge, signature=signature)
        )
        self._token = given.token
        self._ends_at = asked + given.expires_in
        self._renew_at = self._ends_at - given.expires_in * RENEW_AT
        if not key.approved:
            self._key = replace(key, approved=True)
            self._write()

    def _enrol(self, key: _Key) -> None:
        public = _encode(key.public)
        signature = key.sign(enrol_message(key.code, public))
        try:
            answer = self._client.enrol(EnrolRequest(code=key.code, public_key=public, signature=signature))
        except HallError as error:
            if self._key is None or error.code == "server_unreachable":
                raise
            # An old code that stayed behind in a profile must not stop a machine that has a good key.
            log.warning("the new enrolment code was refused (%s); the present key goes on", error.code)
            self._next = None
            self._write()
            return
        self._key = replace(
            key, terminal_id=str(answer.terminal_id), hall_id=str(answer.hall_id), name=answer.name,
            approved=answer.state == "approved",
        )  # fmt: skip
        self._next = None
        self._write()

    def _tell(self, error: HallError | None) -> None:
        standing = self._standing(error)
        if standing != self._told:
            self._told = standing
            self.on_standing(standing)

    def _standing(self, error: HallError | None) -> Standing:
        key = self._next or self._key
        assert key is not None
        params = tuple(sorted(error.params.items())) if error is not None else ()
        return Standing(
            error.code if error is not None else "", key.name or self._profile, fingerprint(key.public), params
        )

    def _read(self) -> tuple[_Key | None, _Key | None]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            keys = [_Key(**kept[part]) if kept.get(part) else None for part in ("key", "next")]
            for key in keys:
                if key is not None:
                    _ = key.public
        except FileNotFoundError:
            return None, None
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise HallError("terminal_key_damaged", path=str(self._file)) from error
        return keys[0], keys[1]

    def _write(self) -> None:
        """In one step, readable for its owner only: a power cut leaves the old file or the new one."""
        kept = {"key": asdict(self._key) if self._key else None, "next": asdict(self._next) if self._next else None}
        beside = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.unlink(missing_ok=True)
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                json.dump(kept, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, self._file)
        except OSError as error:
            raise HallError("terminal_key_not_kept", path=str(self._file), fault=str(error)) from error


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
