"""How people compare keys: the same short groups on the machine's screen and on the administrator's."""

from __future__ import annotations

import hashlib


def fingerprint(public_key: bytes) -> str:
    """The first 64 bits of the key's SHA-256 in four groups."""
    digits = hashlib.sha256(public_key).hexdigest()[:16].upper()
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))
