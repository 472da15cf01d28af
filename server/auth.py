"""Who calls, and what they may do: the one place where a request's right is checked.

A bearer token becomes a ``Principal``: a token of the server's own machine (``zt1``), an enrolled terminal's (``zt2``),
or an access token of a signed-in person (``zta``). Each route declares its permission with ``Require``, lets in whom it
knows with ``Known``, or says with ``Open`` why it asks for nobody; a test fails for a route that does none of these.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from fastapi import Request

from server.crypto import Keyring, Vault
from shared.domain.errors import HallError
from shared.domain.id_numbers import normalise
from shared.domain.permissions import BY_KEY, KIND_PATTERNS, Reach, of_kind

if TYPE_CHECKING:
    from server.database import Database, LoggedEvent, Reader, Writer

KINDS: Final = tuple(KIND_PATTERNS)
LIFETIME_S: Final = 12 * 3600
# How long another process may take to write the key file it has just made.
KEY_WAIT_S = 2.0
# What changes a right is told to every process at once; this is only for a message that got lost.
TRUSTED_S: Final = 60.0
ACCESS_CHANGED: Final = "access.changed"
_PREFIX: Final = "zt1"
_NOWHERE: Final[Mapping[str, frozenset[UUID]]] = {}


@dataclass(frozen=True, slots=True)
class Principal:
    """The caller. ``kind``: a terminal's or set-up token's kind, or ``user``; ``expires_at`` in Unix seconds.

    ``everywhere`` are the permissions held in the whole hall, ``in_units`` those held in some units (with all below).
    """

    kind: str
    name: str
    expires_at: float
    everywhere: frozenset[str]
    in_units: Mapping[str, frozenset[UUID]] = field(default_factory=lambda: _NOWHERE)
    account_id: UUID | None = None
    session_id: UUID | None = None
    staff_id: UUID | None = None
    terminal_id: UUID | None = None
    # The only counter a terminal was enrolled for.
    counter_id: UUID | None = None
    # Made on the server's own machine: needs no proof of a person.
    set_up: bool = False
    # When a person's session ends at the latest, in Unix seconds; their token ends long before.
    session_ends: float | None = None

    @classmethod
    def of_machine(cls, kind: str, name: str, expires_at: float) -> Principal:
        """Who holds a token made on the server's own machine."""
        return cls(kind, name, expires_at, of_kind(kind), set_up=True)

    @property
    def label(self) -> str:
        """How ledgers, receipts and the audit trail name the caller."""
        return f"{self.kind}:{self.name}"

    def may(self, permission: str) -> bool:
        """Whether the caller may do this at all; for what reaches into units ask ``scope`` where."""
        if permission in self.everywhere:
            return True
        return permission in self.in_units and BY_KEY[permission].reach is not Reach.HALL

    def scope(self, permission: str) -> frozenset[UUID] | None:
        """The units in which the caller may; None: everywhere."""
        return None if permission in self.everywhere else self.in_units.get(permission, frozenset())

    def require(self, permission: str, unit_id: UUID | None = None) -> None:
        """403 unless the caller may do this to what belongs to the unit; None: to what belongs to the whole hall."""
        scope = self.scope(permission)
        if scope is not None and (unit_id is None or unit_id not in scope):
            raise HallError("not_permitted", status=403, permission=permission)

    def within(self, other: Principal) -> Principal:
        """The caller with what both permit: neither goes beyond the other."""
        both = self.everywhere & other.everywhere
        in_units = {}
        for key in (self.everywhere | self.in_units.keys()) & (other.everywhere | other.in_units.keys()) - both:
            mine, theirs = self.scope(key), other.scope(key)
            units = theirs if mine is None else mine if theirs is None else mine & theirs
            if units:
                in_units[key] = units
        return replace(self, everywhere=both, in_units=in_units)

    @property
    def ids(self) -> frozenset[UUID]:
        """What the right hangs on: when one of them ends, so does an open stream."""
        return frozenset(id_ for id_ in (self.account_id, self.session_id, self.terminal_id) if id_ is not None)


class Keys:
    """The secrets of this server, all derived from one key file in its data folder."""

    def __init__(self, master: bytes, ring: Path | None = None) -> None:
        self._tokens = hmac.digest(master, b"zhiting tokens", "sha256")
        self._identities = hmac.digest(master, b"zhiting identities", "sha256")
        self.audit = hmac.digest(master, b"zhiting audit", "sha256")
        self.pages = hmac.digest(master, b"zhiting pages", "sha256")
        first = hmac.digest(master, b"zhiting fields", "sha256")
        index = hmac.digest(master, b"zhiting index", "sha256")
        if ring is None:
            self.vault = Vault(Keyring({1: first}, 1, "international"), index)
        else:
            self.vault = Vault(Keyring.read(ring, first), index, ring, lambda: Keyring.read(ring, first))
        # Two days long a kept answer could be searched for the number that was asked with, if its print had no key.
        self.answers = hmac.digest(master, b"zhiting answers", "sha256")

    @classmethod
    def of(cls, data: Path) -> Keys:
        """Read the key file, or make it where there is none; only its owner may read it."""
        path, ring = data / "secret.key", data / "keyring.json"
        try:
            # Exclusive creation: of two processes that start together, one writes and the other reads.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            deadline = time.monotonic() + KEY_WAIT_S
            while len(master := path.read_bytes()) != 32:
                if time.monotonic() > deadline:
                    raise HallError("key_file_damaged", path=str(path)) from None
                time.sleep(0.01)
            return cls(master, ring)
        with os.fdopen(descriptor, "wb") as file:
            master = os.urandom(32)
            file.write(master)
        return cls(master, ring)

    def issue(self, kind: str, name: str, *, lifetime_s: float = LIFETIME_S) -> str:
        """A bearer token of the server's own machine, for tests, tools and the first set-up."""
        if kind not in KINDS:
            raise HallError("token_kind_unknown", kind=kind, kinds=", ".join(KINDS))
        claims = {"kind": kind, "name": name, "exp": time.time() + lifetime_s, "id": os.urandom(6).hex()}
        return self.sign(_PREFIX, claims)

    def check(self, token: str) -> Principal:
        """The principal of a set-up token; 401 when it is foreign, changed or too old."""
        claims = self.verify(_PREFIX, token)
        if claims is None or claims["kind"] not in KINDS:
            raise HallError("token_invalid", status=401)
        if claims["exp"] <= time.time():
            raise HallError("token_expired", status=401)
        return Principal.of_machine(claims["kind"], claims["name"], claims["exp"])

    def sign(self, prefix: str, claims: Mapping[str, Any]) -> str:
        """``prefix.claims.signature``; the prefix tells one use of the key from another."""
        payload = _encode(json.dumps(claims, separators=(",", ":")).encode())
        return f"{prefix}.{payload}.{self._signature(prefix, payload)}"

    def verify(self, prefix: str, text: str) -> dict[str, Any] | None:
        """The claims of a text that ``sign`` made with this prefix, else None; who reads them checks their time."""
        try:
            found, payload, signature = text.split(".")
            expected = self._signature(prefix, payload)
            if found != prefix or not hmac.compare_digest(expected.encode(), signature.encode()):
                return None
            claims: dict[str, Any] = json.loads(_decode(payload))
        except ValueError:
            return None
        return claims

    def identity_key(self, kind: str, number: str) -> bytes:
        """The keyed hash under which a person is found again without keeping the number."""
        # A social-security card, a permit and a typed number may name the same person.
        group = kind if kind in ("organisation", "passport", "other") else "person"
        return hmac.digest(self._identities, f"{group}\n{normalise(number)}".encode(), "sha256")

    def _signature(self, prefix: str, payload: str) -> str:
        # Tokens of the first kind were signed before there were others.
        signed = payload if prefix == _PREFIX else f"{prefix}.{payload}"
        return _encode(hmac.new(self._tokens, signed.encode(), hashlib.sha256).digest())


# How a token of a certain prefix becomes a principal; raises 401 with the reason when it does not.
Resolver = Callable[["Reader", Keys, str], Principal]


class Authenticator:
    """Tokens to principals, remembered until something about somebody's rights changes."""

    def __init__(self, keys: Keys, resolvers: Mapping[str, Resolver]) -> None:
        self._keys = keys
        self._resolvers = resolvers
        self._known: dict[str, tuple[Principal, float]] = {}
        # How many changes of rights this process has heard of.
        self.generation = 0
        self._ended: set[UUID] = set()
        self.database: Database | None = None
        # Told of each set-up token once, when it first comes to this process.
        self.on_set_up: Callable[[Principal], None] = lambda principal: None

    async def principal(self, token: str) -> Principal:
        known = self._known.get(token)
        now = time.time()
        if known is not None and now < known[1]:
            return known[0]
        self._known.pop(token, None)
        generation = self.generation
        principal = await self._resolve(token)
        if principal.expires_at <= now:
            raise HallError("token_expired", status=401)
        # Nothing is remembered that was read before the last change.
        if generation == self.generation:
            if len(self._known) > 10_000:
                self._known.clear()
            until = principal.expires_at if principal.set_up else min(principal.expires_at, now + TRUSTED_S)
            self._known[token] = (principal, until)
        if principal.set_up and known is None:
            self.on_set_up(principal)
        return principal

    async def _resolve(self, token: str) -> Principal:
        resolver = self._resolvers.get(token.partition(".")[0])
        if resolver is None or self.database is None:
            return self._keys.check(token)
        found, keys = resolver, self._keys
        return await asyncio.get_running_loop().run_in_executor(
            None, self.database.read, lambda reader: found(reader, keys, token)
        )

    def has_ended(self, principal: Principal) -> bool:
        """Whether this process has heard that the caller's account, session or terminal may nothing any more."""
        return bool(principal.ids & self._ended)

    def happened(self, event: LoggedEvent) -> None:
        """Hear of a change of rights, made by this process or another."""
        if event.kind == ACCESS_CHANGED:
            self.generation += 1
            self._known.clear()
            data = json.loads(event.data)
            self._ended.difference_update(UUID(id_) for id_ in data.get("begun", ()))
            self._ended.update(UUID(id_) for id_ in data.get("ended", ()))


# Told in the same transaction of whose rights end; features put themselves here, see ``main.py``.
ENDED: list[Callable[[Writer, frozenset[UUID]], None]] = []


def access_changed(writer: Writer, *, ended: Iterable[UUID] = (), begun: Iterable[UUID] = ()) -> None:
    """Tell every process that rights have changed; ``ended`` are accounts, sessions, terminals that have none left."""
    gone = frozenset(ended)
    for listener in ENDED:
        listener(writer, gone)
    data = {"ended": sorted(map(str, gone)), "begun": sorted(map(str, begun))}
    writer.emit(ACCESS_CHANGED, json.dumps(data, separators=(",", ":")))


# What an account may do at this very moment; the feature that knows puts itself here, see ``main.py``.
RIGHTS_NOW: list[Callable[[Reader, Principal], Principal]] = []


def as_now(reader: Reader, principal: Principal) -> Principal:
    """The caller, as far as the token's rights are still true: between the door and the writer some may be gone.

    What a token was narrowed to stays narrow.
    """
    for ask in RIGHTS_NOW:
        principal = principal.within(ask(reader, principal))
    return principal


class Require:
    """A route's permission: the dependency that lets in who holds it."""

    def __init__(self, permission: str) -> None:
        self.permission = BY_KEY[permission].key

    # A coroutine, because a plain function would be sent to a thread for each request.
    async def __call__(self, request: Request) -> Principal:
        principal = await caller(request)
        if not principal.may(self.permission):
            raise HallError("not_permitted", status=403, permission=self.permission)
        return principal


class Known:
    """A route for whoever has a good token: it tells callers about themselves only."""

    async def __call__(self, request: Request) -> Principal:
        return await caller(request)


class Open:
    """A route that asks for no token; ``why`` is for who reads the routes."""

    def __init__(self, why: str) -> None:
        self.why = why

    async def __call__(self) -> None:
        return None


async def caller(request: Request) -> Principal:
    """Who calls; 401 when nobody we know."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HallError("token_missing", status=401)
    authenticator: Authenticator = request.app.state.authenticator
    return await authenticator.principal(token.strip())


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
