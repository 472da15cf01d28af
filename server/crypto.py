"""Encryption of single fields, and keyed hashes to find them by.

A sealed field is ``version(1) suite(1) key_id(4) nonce(12) ciphertext tag(16)``; what it is about (table, column, row)
is authenticated with it, so that a value moved to another row no longer opens. Suites: ``international`` AES-256-GCM
and HMAC-SHA-256; ``guomi`` SM4-GCM (GB/T 32907) and HMAC-SM3 (GB/T 32905). Fields of both may stand side by side: each
is opened by the suite and the key it names.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.domain.errors import HallError

log = logging.getLogger(__name__)
SUITES: Final = ("international", "guomi")
_VERSION: Final = 1
_HEAD: Final = 6
_NONCE: Final = 12
_TAG: Final = 16
# How often a vault looks whether the keyring has changed.
LOOK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Keyring:
    """Field keys by id, 32 random bytes each; ``current`` seals, all open. Kept in ``keyring.json``, by the key file.

    Without a file there is one key, derived from the key file. ``index_suite`` is that of the keyed hashes: it is
    chosen before the first value is kept and stays, because a hash can't be made anew without the value.
    """

    keys: Mapping[int, bytes]
    current: int
    suite: str
    index_suite: str = "international"

    @classmethod
    def read(cls, path: Path, first: bytes) -> Keyring:
        """The keyring of a data folder; ``first`` is the key that needs no file."""
        try:
            found = json.loads(path.read_text("ascii"))
            keys = {1: first} | {int(id_): base64.b64decode(key) for id_, key in found["keys"].items()}
            index_suite = str(found.get("index_suite", "international"))
            ring = cls(keys, int(found["current"]), str(found["suite"]), index_suite)
            known = ring.suite in SUITES and index_suite in SUITES
            if ring.current not in keys or not known or any(len(key) != 32 for key in keys.values()):
                raise ValueError(found["suite"])
        except FileNotFoundError:
            return cls({1: first}, 1, "international")
        except (ValueError, KeyError, AttributeError) as error:
            raise HallError("key_file_damaged", path=str(path)) from error
        return ring

    def write(self, path: Path) -> None:
        """Replace the file in one step; only its owner may read it."""
        content = {
            "suite": self.suite,
            "index_suite": self.index_suite,
            "current": self.current,
            "keys": {id_: base64.b64encode(key).decode() for id_, key in self.keys.items() if id_ != 1},
        }
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(content, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, path)


class Vault:
    """Seals and opens fields. ``about`` names the place: see ``place``.

    A vault with a ``path`` follows the keyring's file: the keys may be rotated while the server runs.
    """

    def __init__(
        self, ring: Keyring, index_key: bytes, path: Path | None = None, read: Callable[[], Keyring] | None = None
    ) -> None:
        self.ring = ring
        self._index_key = index_key
        self._path = path
        self._read = read or (lambda: ring)
        self._ciphers: dict[bytes, AESGCM] = {}
        self._seen = self._changed_at()
        self._look_at = time.monotonic() + LOOK_S

    def _changed_at(self) -> int:
        try:
            return self._path.stat().st_mtime_ns if self._path is not None else 0
        except OSError:
            return 0

    def refresh(self) -> None:
        """Take the keyring's file again when it has changed."""
        changed_at = self._changed_at()
        if changed_at == self._seen:
            return
        try:
            self.ring = self._read()
        except (HallError, OSError):
            # The keys we have are good; an administrator may be restoring the file.
            log.exception("keyring not read")
        self._seen = changed_at

    def _cipher(self, key: bytes) -> AESGCM:
        cipher = self._ciphers.get(key)
        if cipher is None:
            cipher = self._ciphers[key] = AESGCM(key)
        return cipher

    def seal(self, text: str, about: str) -> bytes:
        """The sealed field, under the current key and suite."""
        return self.seal_bytes(text.encode(), about)

    def seal_bytes(self, plain: bytes, about: str) -> bytes:
        """As ``seal``, of a whole file."""
        if self._path is not None and time.monotonic() > self._look_at:
            self._look_at = time.monotonic() + LOOK_S
            self.refresh()
        # One look: another thread may take a new ring at any time.
        ring = self.ring
        head, nonce = self._head(ring), os.urandom(_NONCE)
        key, extra = ring.keys[ring.current], head + about.encode()
        if ring.suite == "international":
            return head + nonce + self._cipher(key).encrypt(nonce, plain, extra)
        encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(extra)
        body = encryptor.update(plain) + encryptor.finalize()
        return head + nonce + body + encryptor.tag

    def open(self, sealed: bytes, about: str) -> str:
        """The text; ``HallError("sealed_field_damaged")`` when it was changed, moved, or its key is unknown."""
        return self.open_bytes(sealed, about).decode()

    def open_bytes(self, sealed: bytes, about: str) -> bytes:
        """As ``open``, of a whole file."""
        head, nonce, body = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        key_id = int.from_bytes(head[2:])
        if key_id not in self.ring.keys:
            self.refresh()
        key = self.ring.keys.get(key_id)
        if len(body) < _TAG or head[0] != _VERSION or head[1] >= len(SUITES) or key is None:
            raise HallError("sealed_field_damaged", status=500)
        extra = head + about.encode()
        try:
            if SUITES[head[1]] == "international":
                return self._cipher(key).decrypt(nonce, body, extra)
            decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, body[-_TAG:])).decryptor()
            decryptor.authenticate_additional_data(extra)
            return decryptor.update(body[:-_TAG]) + decryptor.finalize()
        except InvalidTag as error:
            raise HallError("sealed_field_damaged", status=500) from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether the field is sealed as it would be today."""
        return sealed[:_HEAD] == self.head

    @property
    def head(self) -> bytes:
        """How every field begins that is sealed today."""
        return self._head(self.ring)

    @staticmethod
    def _head(ring: Keyring) -> bytes:
        return bytes([_VERSION, SUITES.index(ring.suite)]) + ring.current.to_bytes(4)

    def index(self, kind: str, text: str) -> bytes:
        """The keyed hash by which a value is found again, 32 bytes; ``kind`` keeps phones and numbers apart."""
        algorithm: Any = hashes.SHA256() if self.ring.index_suite == "international" else hashes.SM3()
        mac = hmac.HMAC(self._index_key, algorithm)
        mac.update(f"{kind}\n{text}".encode())
        return mac.finalize()


def place(table: str, column: str, row: object) -> str:
    """What a field is about: its table, column (with or without ``_cipher``) and row."""
    return f"{table}.{column.removesuffix('_cipher')}:{row}"
