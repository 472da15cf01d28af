"""Who made a release: an Ed25519 signature over the exact bytes of its manifest."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.domain.errors import HallError

# A signature made for anything else never fits a release.
_ABOUT: Final = b"zhiting release 1\n"
_LENGTH: Final = 32


def new_key() -> tuple[str, str]:
    """Private and public half, each 32 bytes in base64."""
    private = Ed25519PrivateKey.generate()
    return _text(private.private_bytes_raw()), _text(private.public_key().public_bytes_raw())


def sign(private: str, manifest: bytes) -> str:
    """HallError ``release_key_wrong``."""
    return _text(Ed25519PrivateKey.from_private_bytes(key_bytes(private)).sign(_ABOUT + manifest))


def public_of(private: str) -> str:
    """HallError ``release_key_wrong``."""
    return _text(Ed25519PrivateKey.from_private_bytes(key_bytes(private)).public_key().public_bytes_raw())


def is_signed(manifest: bytes, signature: str, keys: Iterable[str]) -> bool:
    """Whether one of these public keys has signed it; a key that is none signs nothing."""
    try:
        said = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key_bytes(key)).verify(said, _ABOUT + manifest)
        except (InvalidSignature, HallError, ValueError):
            continue
        return True
    return False


def key_bytes(text: str) -> bytes:
    """HallError ``release_key_wrong``."""
    try:
        found = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError) as error:
        raise HallError("release_key_wrong") from error
    if len(found) != _LENGTH:
        raise HallError("release_key_wrong")
    return found


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()
