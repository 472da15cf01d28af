"""Encryption of single fields, and keyed hashes to find them by.

A sealed field is ``version(1) suite(1) key_id(4) nonce(12) ciphertext tag(16)``; what it is about (table, column, row)
is authenticated with it, so that a value moved to another row no longer opens. Suites: ``international`` AES-256-GCM
and HMAC-SHA-256; ``guomi`` SM4-GCM (GB/T 32907) and HMAC-SM3 (GB/T 32905). Fields of both may stand side by side: each
is opened by the suite and the key it names.
"""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.domain.errors import HallError

SUITES: Final = ("international", "guomi")
_VERSION: Final = 1
_HEAD: Final = 6
_NONCE: Final = 12
_TAG: Final = 16


@dataclass(frozen=True, slots=True)
class Keyring:
    """Field keys by id, 32 random bytes each; ``current`` seals, all open. Kept in ``keyring.json``, by the key file.

    Without a file there is one key, derived from the key file.
    """

    keys: Mapping[int, bytes]
    current: int
    suite: str

    @classmethod
    def read(cls, path: Path, first: bytes) -> Keyring:
        """The keyring of a data folder; ``first`` is the key that needs no file."""
        try:
            found = json.loads(path.read_text("ascii"))
            keys = {1: first} | {int(id_): base64.b64decode(key) for id_, key in found["keys"].items()}
            ring = cls(keys, int(found["current"]), str(found["suite"]))
            if ring.current not in keys or ring.suite not in SUITES or any(len(key) != 32 for key in keys.values()):
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
    """Seals and opens fields. ``about`` names the place: see ``place``."""

    def __init__(self, ring: Keyring, index_key: bytes) -> None:
        self.ring = ring
        self._index_key = index_key

    def seal(self, text: str, about: str) -> bytes:
        """The sealed field, under the current key and suite."""
        head = bytes([_VERSION, SUITES.index(self.ring.suite)]) + self.ring.current.to_bytes(4)
        nonce = os.urandom(_NONCE)
        key, extra, plain = self.ring.keys[self.ring.current], head + about.encode(), text.encode()
        if self.ring.suite == "international":
            return head + nonce + AESGCM(key).encrypt(nonce, plain, extra)
        encryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(extra)
        body = encryptor.update(plain) + encryptor.finalize()
        return head + nonce + body + encryptor.tag

    def open(self, sealed: bytes, about: str) -> str:
        """The text; ``HallError("sealed_field_damaged")`` when it was changed, moved, or its key is unknown."""
        head, nonce, body = sealed[:_HEAD], sealed[_HEAD : _HEAD + _NONCE], sealed[_HEAD + _NONCE :]
        key = self.ring.keys.get(int.from_bytes(head[2:]))
        if len(body) < _TAG or head[0] != _VERSION or head[1] >= len(SUITES) or key is None:
            raise HallError("sealed_field_damaged", status=500)
        extra = head + about.encode()
        try:
            if SUITES[head[1]] == "international":
                return AESGCM(key).decrypt(nonce, body, extra).decode()
            decryptor = Cipher(algorithms.SM4(key[:16]), modes.GCM(nonce, body[-_TAG:])).decryptor()
            decryptor.authenticate_additional_data(extra)
            return (decryptor.update(body[:-_TAG]) + decryptor.finalize()).decode()
        except InvalidTag as error:
            raise HallError("sealed_field_damaged", status=500) from error

    def is_current(self, sealed: bytes) -> bool:
        """Whether the field is sealed as it would be today."""
        wanted = bytes([_VERSION, SUITES.index(self.ring.suite)]) + self.ring.current.to_bytes(4)
        return sealed[:_HEAD] == wanted

    def index(self, kind: str, text: str) -> bytes:
        """The keyed hash by which a value is found again, 32 bytes; ``kind`` keeps phones and numbers apart."""
        algorithm: Any = hashes.SHA256() if self.ring.suite == "international" else hashes.SM3()
        mac = hmac.HMAC(self._index_key, algorithm)
        mac.update(f"{kind}\n{text}".encode())
        return mac.finalize()


def place(table: str, column: str, row: object) -> str:
    """What a field is about: its table, column and row."""
    return f"{table}.{column}:{row}"
