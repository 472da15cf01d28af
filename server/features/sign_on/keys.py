"""The provider's signing keys (RS256): one signs, the next is published before its time, the last one until nobody
needs it any more. The private part is sealed and leaves the database only into memory.
"""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import select

from server.audit import SYSTEM, Actor, record
from server.crypto import Vault, place
from server.database import Database, Reader, Writer
from server.features.sign_on.models import SigningKeyRow

ALGORITHM: Final = "RS256"
BITS: Final = 2048
# How long a key signs before the next takes over by itself.
SIGNS = timedelta(days=90)
# How long an old key stays published: longer than anything it has signed is good.
PUBLISHED_AFTER = timedelta(days=1)
_PUBLISHED = ("next", "current", "past")


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A key just made, not yet kept. Making one takes a good part of a second: never inside a transaction."""

    id: str
    public: dict[str, Any]
    private: str


def make_key() -> FreshKey:
    id_ = secrets.token_hex(8)
    key = RSAKey.generate_key(BITS, {"kid": id_, "use": "sig", "alg": ALGORITHM}, private=True)
    return FreshKey(id_, dict(key.as_dict(private=False)), json.dumps(key.as_dict(private=True)))


def published(reader: Reader) -> list[dict[str, Any]]:
    """The public keys of the JWKS: the one that signs first."""
    rows = _rows(reader, *_PUBLISHED)
    order = {"current": 0, "next": 1, "past": 2}
    return [row.public for row in sorted(rows, key=lambda row: (order[row.state], row.made_at))]


def has_keys(reader: Reader) -> bool:
    return bool(_rows(reader, "current"))


def begin(writer: Writer, vault: Vault, first: FreshKey, second: FreshKey) -> None:
    """Keep the first two keys, unless another process was quicker."""
    if not has_keys(writer):
        _keep(writer, vault, first, "current")
        _keep(writer, vault, second, "next")
        record(writer, SYSTEM, "sign_on.keys_made", "signing_key", first.id)


def rotate(writer: Writer, vault: Vault, fresh: FreshKey, who: Actor = SYSTEM) -> None:
    """The next key signs from now on; the one before can't sign any more and stays published for a while."""
    for row in _rows(writer, "current"):
        row.state, row.changed_at, row.private_cipher = "past", writer.now, None
    following = _rows(writer, "next")
    for row in following:
        row.state, row.changed_at = "current", writer.now
    _keep(writer, vault, fresh, "next" if following else "current")
    registry_changed(writer)
    record(writer, who, "sign_on.keys_rotated", "signing_key", fresh.id)


def registry_changed(writer: Writer) -> None:
    """Who looks at the registry reads it anew: clients and keys are few."""
    writer.emit("sign_on.changed", "{}")


def retire(writer: Writer) -> None:
    """Publish a past key no longer once nothing it has signed can be good."""
    for row in _rows(writer, "past"):
        if row.changed_at < writer.now - PUBLISHED_AFTER:
            row.state, row.changed_at = "gone", writer.now
            registry_changed(writer)
    writer.flush()


def due(reader: Reader) -> bool:
    """Whether the key that signs has done so for long enough."""
    return any(row.changed_at < reader.now - SIGNS for row in _rows(reader, "current"))


class Signer:
    """Signs and checks with the keys of one hall; private keys are opened once per process."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._opened: dict[str, RSAKey] = {}

    def ready(self) -> None:
        """Make the first keys on first need; waits for the writer, so never on its thread."""
        if not self._database.read(has_keys):
            first, second = make_key(), make_key()
            self._database.write(lambda writer: begin(writer, self._vault, first, second))

    def tend(self) -> None:
        """Rotate and retire what is due."""
        if self._database.read(due):
            fresh = make_key()
            self._database.write(lambda writer: rotate(writer, self._vault, fresh) if due(writer) else None)
        if self._database.read(lambda reader: bool(_rows(reader, "past"))):
            self._database.write(retire)

    def sign(self, claims: Mapping[str, Any], kind: str = "JWT") -> str:
        """A signed token; blocks."""
        self.ready()
        key_id, sealed = self._database.read(_current)
        key = self._opened.get(key_id)
        if key is None:
            text = self._vault.open(sealed, place("signing_keys", "private_cipher", key_id))
            key = RSAKey.import_key(json.loads(text))
            self._opened = {key_id: key}
        return jwt.encode({"alg": ALGORITHM, "kid": key_id, "typ": kind}, dict(claims), key)

    def check(self, token: str) -> dict[str, Any] | None:
        """The claims of a token that one of the published keys signed, whatever its time; else None."""
        keys = self._database.read(published)
        return checked(token, keys)


def head_of(token: str) -> dict[str, Any]:
    """What a token says of itself; nothing when it is none."""
    try:
        part = token.partition(".")[0]
        head = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}


def checked(token: str, keys: list[dict[str, Any]], algorithm: str = ALGORITHM) -> dict[str, Any] | None:
    """The claims of a token that one of these public keys has signed, with this algorithm and no other."""
    # A key set would try any key for a token that names none.
    try:
        head = head_of(token)
        chosen = [key for key in keys if key.get("kid") == head["kid"]] if head.get("kid") else keys
        if head.get("alg") != algorithm or not chosen:
            return None
        found = jwt.decode(token, KeySet.import_key_set({"keys": chosen}), algorithms=[algorithm])
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return dict(found.claims)


async def tend_often(signer: Signer, pause_s: float = 3600.0) -> None:
    while True:
        await asyncio.sleep(pause_s)
        await asyncio.to_thread(signer.tend)


def _rows(reader: Reader, *states: str) -> list[SigningKeyRow]:
    wanted = select(SigningKeyRow).where(
        SigningKeyRow.hall_id == reader.hall_id, SigningKeyRow.state.in_(states)
    )  # fmt: skip
    return list(reader.session.scalars(wanted.order_by(SigningKeyRow.made_at, SigningKeyRow.id)))


def _current(reader: Reader) -> tuple[str, bytes]:
    row = _rows(reader, "current")[-1]
    assert row.private_cipher is not None
    return row.id, row.private_cipher


def _keep(writer: Writer, vault: Vault, key: FreshKey, state: str) -> None:
    writer.session.add(
        SigningKeyRow(
            hall_id=writer.hall_id, id=key.id, public=key.public, state=state, made_at=writer.now,
            private_cipher=vault.seal(key.private, place("signing_keys", "private_cipher", key.id)),
            changed_at=writer.now,
        )
    )  # fmt: skip
    writer.flush()
