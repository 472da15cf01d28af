"""Who somebody is: the one way a password, a code or a staff card is judged, whatever door they come to.

A door tells no more than ``Proof`` says. A name that does not exist is answered like a wrong password, in the same
words and the same time, and rests after as many attempts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select

from server import audit
from server.auth import Principal
from server.crypto import Vault
from server.database import Writer
from server.features.access.models import AccountRow
from server.features.access.service import is_open, policy
from server.features.accounts import passwords, second_factor, throttle, ways
from server.features.accounts.proof import Door, Proof, Verdict, fold_card, fold_name
from server.features.accounts.sessions import account_actor, has_been_at
from server.features.accounts.steps import steps_left
from shared.domain.errors import HallError

# Asked about in the place of somebody who does not exist: that must not be seen by the time it takes.
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is asked of the database before the password is looked at."""

    rests_s: int
    keys: throttle.Keys
    account_id: UUID | None = None
    password_hash: str | None = None


async def prove_password(door: Door, username: str, password: str, code: str = "") -> Proof:
    """Judge a name, its password and, where there is one, the code of the second factor."""
    name = fold_name(username)
    keys = throttle.Keys.of(door.vault, "name", name, door.address)
    known = await door.write(lambda writer: _admit(writer, door, keys, AccountRow.username == name))
    if known.rests_s:
        return Proof(Verdict.RESTS, rests_s=known.rests_s)
    keys = known.keys
    good = await passwords.verify(known.password_hash, password)
    if not good or known.account_id is None:
        await door.write(lambda writer: _refused(writer, door, keys, known.account_id, "password"))
        return Proof(Verdict.WRONG)
    account_id = known.account_id
    return await door.write(lambda writer: _judge(writer, door, keys, account_id, ("pwd",), code, known.password_hash))


async def prove_card(door: Door, terminal: Principal, card: str, code: str = "") -> Proof:
    """Judge the staff card on the reader of an enrolled counter; nobody else's word for a card counts."""
    if terminal.kind != "counter" or terminal.terminal_id is None:
        raise HallError("not_permitted", status=403, permission="queue.counters:operate")
    try:
        found = card_index(door.vault, card)
    except HallError:
        # No card has such a number: nothing is looked up.
        return Proof(Verdict.WRONG)
    keys = throttle.Keys.of(door.vault, "card", found.hex(), door.address)
    known = await door.write(lambda writer: _admit(writer, door, keys, AccountRow.card_index == found))
    if known.rests_s:
        return Proof(Verdict.RESTS, rests_s=known.rests_s)
    keys = known.keys
    if known.account_id is None:
        await door.write(lambda writer: _refused(writer, door, keys, None, "card"))
        return Proof(Verdict.WRONG)
    account_id = known.account_id
    return await door.write(lambda writer: _judge(writer, door, keys, account_id, ("sc",), code, None))


async def prove_elsewhere(door: Door, account_id: UUID, method: str, code: str = "", origin: str = "") -> Proof:
    """Judge the rest of somebody whose first factor another feature has proved, by ``method``.

    ``origin``: that feature's word for what it proved; HallError when it does not hold any more.
    """
    keys = throttle.Keys.of(door.vault, "elsewhere", str(account_id), door.address)
    known = await door.write(lambda writer: _admit(writer, door, keys, AccountRow.id == account_id))
    if known.rests_s:
        return Proof(Verdict.RESTS, rests_s=known.rests_s)
    keys = known.keys
    if known.account_id is None:
        return Proof(Verdict.WRONG)

    def judge(writer: Writer) -> Proof:
        if origin and not ways.holds[method](writer, account_id, origin):
            raise HallError("sign_in_ticket_old", status=409)
        return _judge(writer, door, keys, account_id, (method,), code, None)

    return await door.write(judge)


def card_index(vault: Vault, card: str) -> bytes:
    """The keyed hash of a staff card's number; HallError as ``fold_card``."""
    return vault.index("card", fold_card(card))


def _admit(writer: Writer, door: Door, keys: throttle.Keys, who: ColumnElement[bool]) -> _Known:
    found = writer.session.scalars(select(AccountRow).where(who, AccountRow.hall_id == writer.hall_id)).one_or_none()
    if has_been_at(writer, found.id if found is not None else _NOBODY, door.address):
        keys = keys.at_known_place()
    rests = throttle.admit(writer, policy(writer).lock, keys)
    if rests or found is None or found.status == "closed":
        return _Known(rests, keys)
    return _Known(0, keys, found.id, found.password_hash)


def _codes(writer: Writer, door: Door, account_id: UUID) -> throttle.Keys:
    """Codes are counted together, whatever door they come to; the address has been counted there."""
    keys = throttle.Keys.of(door.vault, "code", str(account_id), door.address).without_address()
    return keys.at_known_place() if has_been_at(writer, account_id, door.address) else keys


def _judge(
    writer: Writer, door: Door, keys: throttle.Keys, account_id: UUID, methods: tuple[str, ...], code: str,
    proved_hash: str | None,
) -> Proof:  # fmt: skip
    """The first factor is right: what of the rest?"""
    account = writer.session.get_one(AccountRow, account_id)
    if proved_hash is not None and account.password_hash != proved_hash:
        # Changed while we looked: the old one is good for nothing any more.
        return _refused(writer, door, keys, account_id, "password")
    if account.totp_cipher is not None:
        if not code.strip():
            throttle.was_half(writer, keys)
            return Proof(Verdict.CODE_NEEDED)
        codes = _codes(writer, door, account_id)
        if rests := throttle.admit(writer, policy(writer).lock, codes):
            throttle.was_half(writer, keys)
            return Proof(Verdict.RESTS, rests_s=rests)
        if not second_factor.use_code(writer, door.vault, account, code):
            return _refused(writer, door, keys, account_id, "code")
        throttle.was_good(writer, codes)
        methods = (*methods, "otp", "mfa")
    throttle.was_good(writer, keys)
    if not is_open(writer, account):
        # Who has left is told what the suspended are told.
        left = account.status == "open"
        audit.record(
            writer, account_actor(account, door.address), "sign_in.refused", "account", account_id, outcome="refused",
            reason="left" if left else account.status,
        )  # fmt: skip
        status = "suspended" if left else account.status
        return Proof(Verdict.NOT_OPEN if status != "closed" else Verdict.WRONG, status=status)
    return steps_left(writer, account, methods)


def _refused(writer: Writer, door: Door, keys: throttle.Keys, account_id: UUID | None, what: str) -> Proof:
    # A name nobody has is kept by its hash: people type passwords and id numbers there.
    kind, subject = ("account", str(account_id)) if account_id else ("unknown", keys.subject.hex()[:16])
    who = audit.Actor("nobody", address=door.address)
    audit.record(writer, who, "sign_in.refused", kind, subject, outcome="refused", reason=what)
    return Proof(Verdict.WRONG)
