"""What a terminal keeps of a person for a while is sealed with a key of its own, which only its owner may read."""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.domain.errors import HallError

_NONCE = 12
_KEY = 32


class Seal:
    """AES-256-GCM under a key file of 32 bytes; ``about`` is authenticated, so that nothing opens in another place."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(hmac.digest(key, b"zhiting journal", "sha256"))
        self._marks = hmac.digest(key, b"zhiting marks", "sha256")

    @classmethod
    def of(cls, path: Path) -> Seal:
        """The key beside the journal, made where there is none or half of one: what it sealed is lost either way.

        HallError ``disk_full`` when it can't be kept.
        """
        with suppress(FileNotFoundError):
            key = path.read_bytes()
            if len(key) == _KEY:
                return cls(key)
        key = os.urandom(_KEY)
        try:
            _keep(key, path)
        except OSError as error:
            raise HallError("disk_full") from error
        return cls(key)

    def seal(self, text: str, about: str) -> bytes:
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), about.encode())

    def open(self, sealed: bytes, about: str) -> str:
        """``HallError("sealed_field_damaged")`` when it was changed, moved, or sealed with another key."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode()).decode()
        except InvalidTag as error:
            raise HallError("sealed_field_damaged") from error

    def mark(self, kind: str, number: str) -> str:
        """By which a person is found again here without keeping the number."""
        return hmac.digest(self._marks, f"{kind}\n{number}".encode(), "sha256").hex()


def _keep(key: bytes, path: Path) -> None:
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
