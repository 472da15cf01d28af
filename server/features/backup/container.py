"""The outermost layer of a backup: two lines that say what it is, then a stream, encrypted where a passphrase is given.

The first line names the format, the second is a JSON object. Encrypted: scrypt makes the key of the passphrase; the
stream goes in chunks of 1 MiB, each ``length(4) ciphertext tag(16)`` under AES-256-GCM with a nonce of its number and
whether it is the last, and the two lines authenticated with it: nothing can be cut off, moved or left out.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from typing import IO, Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from shared.domain.errors import HallError

MAGIC: Final = b"ZHITING BACKUP 1\n"
_FAMILY: Final = b"ZHITING BACKUP "
_CHUNK: Final = 1024 * 1024
_TAG: Final = 16
_LINE: Final = 4096
# 64 MB and a quarter of a second for each try.
_SCRYPT: Final = {"n": 2**16, "r": 8, "p": 1}
_MOST_N: Final = 2**20


class DamagedError(Exception):
    """What is read is not what was written."""


def _derive(passphrase: str, head: dict[str, Any]) -> tuple[bytes, bytes]:
    """The key, and the one that tells a wrong passphrase from a damaged file."""
    n, r, p = int(head["n"]), int(head["r"]), int(head["p"])
    if not (1 < n <= _MOST_N and 1 <= r <= 16 and 1 <= p <= 4):
        raise DamagedError("scrypt")
    made = Scrypt(base64.b64decode(head["salt"]), 64, n, r, p).derive(passphrase.encode())
    return made[:32], made[32:]


def _check(key: bytes, salt: str) -> str:
    return hmac.digest(key, salt.encode(), "sha256").hex()


class Sink:
    """Writes a container into an open file; ``close`` writes its end and leaves the file open."""

    def __init__(self, file: IO[bytes], passphrase: str = "") -> None:
        self._file = file
        self._cipher: AESGCM | None = None
        self._waiting = bytearray()
        self._number = 0
        head: dict[str, Any] = {"cipher": "none"}
        if passphrase:
            head = {"cipher": "aes-256-gcm", "kdf": "scrypt", "salt": base64.b64encode(os.urandom(16)).decode()}
            head |= _SCRYPT
            key, check = _derive(passphrase, head)
            head["check"] = _check(check, head["salt"])
            self._cipher = AESGCM(key)
        self._about = MAGIC + json.dumps(head).encode() + b"\n"
        file.write(self._about)

    def write(self, data: bytes) -> int:
        if self._cipher is None:
            return self._file.write(data)
        self._waiting += data
        while len(self._waiting) > _CHUNK:
            self._seal(bytes(self._waiting[:_CHUNK]), last=False)
            del self._waiting[:_CHUNK]
        return len(data)

    def flush(self) -> None:
        self._file.flush()

    def close(self) -> None:
        if self._cipher is not None:
            self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        assert self._cipher is not None
        sealed = self._cipher.encrypt(_nonce(self._number, last), plain, self._about)
        self._file.write(len(sealed).to_bytes(4) + sealed)
        self._number += 1


class Source:
    """Reads a container's stream. HallError when it is none, or needs a passphrase; DamagedError while reading."""

    def __init__(self, file: IO[bytes], path: str, passphrase: str = "") -> None:
        self._file = file
        self._cipher: AESGCM | None = None
        self._open = bytearray()
        self._number = 0
        self._ended = False
        first = file.readline(_LINE)
        if first != MAGIC:
            raise HallError("backup_other_version" if first.startswith(_FAMILY) else "backup_not_one", path=path)
        second = file.readline(_LINE)
        self._about = first + second
        try:
            head = json.loads(second)
            self.encrypted = head["cipher"] != "none"
            if not self.encrypted:
                return
            if head["cipher"] != "aes-256-gcm" or head["kdf"] != "scrypt":
                raise HallError("backup_other_version", path=path)
            if not passphrase:
                raise HallError("backup_passphrase_needed", path=path)
            key, check = _derive(passphrase, head)
            if not hmac.compare_digest(_check(check, head["salt"]), str(head["check"])):
                raise HallError("backup_passphrase_wrong", path=path)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedError("head") from error
        self._cipher = AESGCM(key)

    def read(self, size: int = -1) -> bytes:
        if self._cipher is None:
            return self._file.read(size)
        while not self._ended and (size < 0 or len(self._open) < size):
            self._unseal()
        taken = bytes(self._open if size < 0 else self._open[:size])
        del self._open[: len(taken)]
        return taken

    def _unseal(self) -> None:
        assert self._cipher is not None
        length = int.from_bytes(self._file.read(4))
        sealed = self._file.read(length) if _TAG <= length <= _CHUNK + _TAG else b""
        if not sealed or len(sealed) != length:
            raise DamagedError("cut off")
        # What follows the last chunk makes it not the last.
        last = not self._file.peek(1)  # type: ignore[attr-defined]
        try:
            self._open += self._cipher.decrypt(_nonce(self._number, last), sealed, self._about)
        except InvalidTag as error:
            raise DamagedError("changed") from error
        self._number += 1
        self._ended = last


def _nonce(number: int, last: bool) -> bytes:
    # The key is of one file alone, so that its chunks may be counted.
    return number.to_bytes(11) + bytes([last])
