"""What a door is told about somebody at it, and how it asks."""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from fastapi import Request

from server import audit
from server.auth import Keys
from server.crypto import Vault
from server.database import Database, Reader, Writer
from shared.domain.errors import HallError

Result = TypeVar("Result")


class Verdict(StrEnum):
    OK = "ok"
    # Name, password or code: which of them is not said.
    WRONG = "wrong"
    # Too many attempts; nothing was looked at.
    RESTS = "rests"
    # The password is right and the account has a second factor: ask its code, and prove again with both.
    CODE_NEEDED = "code_needed"
    # All is right, but first: ``ticket`` is good for ``new_password``.
    MUST_CHANGE = "must_change"
    # All is right, but the policy asks a second factor: ``ticket`` is good for ``begin_second_factor``.
    MUST_SET_UP = "must_set_up"
    # The password is right; the account waits for review or is suspended: ``status``.
    NOT_OPEN = "not_open"


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it. ``account_id`` and ``methods`` (RFC 8176) only with ``OK``."""

    verdict: Verdict
    account_id: UUID | None = None
    methods: tuple[str, ...] = ()
    rests_s: int = 0
    ticket: str = ""
    status: str = ""

    def or_refuse(self) -> UUID:
        """The account; the refusal in words otherwise."""
        if self.verdict is Verdict.OK and self.account_id is not None:
            return self.account_id
        code = f"sign_in_{self.verdict.value}" if self.verdict is not Verdict.NOT_OPEN else f"sign_in_{self.status}"
        params = {"minutes": -(-self.rests_s // 60)} if self.verdict is Verdict.RESTS else {}
        raise HallError(code, status=429 if self.verdict is Verdict.RESTS else 403, **params)


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody proves who they are; ``address`` is that of the machine they sit at."""

    database: Database
    keys: Keys
    address: str

    @classmethod
    def of(cls, request: Request) -> Door:
        return cls(request.app.state.database, request.app.state.keys, audit.address_of(request))

    @property
    def vault(self) -> Vault:
        return self.keys.vault

    async def write(self, work: Callable[[Writer], Result]) -> Result:
        return await asyncio.wrap_future(self.database.submit(work))

    async def read(self, work: Callable[[Reader], Result]) -> Result:
        return await asyncio.to_thread(self.database.read, work)


def fold_card(card: str) -> str:
    """The number of a staff card however its reader writes it: 8 to 20 signs; HallError ``card_number_wrong``."""
    plain = re.sub(r"[\s:.\-]", "", unicodedata.normalize("NFKC", card))
    if not re.fullmatch("[0-9A-Za-z]{8,20}", plain):
        raise HallError("card_number_wrong", status=422)
    return plain.upper()


def fold_name(username: str) -> str:
    """Names that only look different are the same."""
    return unicodedata.normalize("NFKC", username).strip().casefold()[:64]
