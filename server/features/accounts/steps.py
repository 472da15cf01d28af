"""What may still stand between a good proof and a session: a new password, a second factor to set up."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from server import audit, one_time
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.access.service import is_open, policy
from server.features.accounts import passwords, second_factor
from server.features.accounts.proof import Door, Proof, Verdict
from server.features.accounts.sessions import account_actor
from shared.domain.errors import HallError
from shared.schemas.access import SecurityPolicy

# How long somebody has for the page that asks for a new password or sets a second factor up.
NEXT_STEP: Final = timedelta(minutes=15)


def steps_left(writer: Writer, account: AccountRow, methods: tuple[str, ...]) -> Proof:
    """``OK``, or what the policy asks for before a session may begin."""
    rules = policy(writer)
    # A card proves nothing about a password that may be old.
    if "pwd" in methods and (account.must_change or _is_expired(account, rules, writer.now)):
        return Proof(Verdict.MUST_CHANGE, ticket=_ticket(writer, "new_password", account, methods))
    if "mfa" not in methods and second_factor.is_required(writer, account.id):
        return Proof(Verdict.MUST_SET_UP, ticket=_ticket(writer, "second_factor", account, methods))
    return Proof(Verdict.OK, account.id, methods)


def _is_expired(account: AccountRow, rules: SecurityPolicy, now: datetime) -> bool:
    days = rules.password.expires_days
    return bool(days) and (account.password_at is None or now - account.password_at > timedelta(days=days))


def _ticket(writer: Writer, purpose: str, account: AccountRow, methods: tuple[str, ...]) -> str:
    ticket = secrets.token_urlsafe(32)
    data = {"account": str(account.id), "methods": list(methods), "state": _state(account)}
    one_time.put(writer, purpose, ticket, data, NEXT_STEP)
    return ticket


def _state(account: AccountRow) -> str:
    """What a ticket hangs on: after a reset, a new password or a second factor it is good for nothing."""
    state = f"{account.id}\n{account.password_hash}\n{account.totp_cipher is not None}"
    return hashlib.sha256(state.encode()).hexdigest()


def _good(reader: Reader, kept: one_time.OneTime | None) -> tuple[AccountRow, tuple[str, ...]]:
    """Whose a ticket is and what they have proved; HallError unless it is good and its account is as it was."""
    if kept is not None and kept.state == "good":
        account = reader.session.get(AccountRow, UUID(kept.data["account"]))
        if account is not None and is_open(reader, account) and kept.data.get("state") == _state(account):
            return account, tuple(kept.data["methods"])
    raise HallError("sign_in_ticket_old", status=409)


async def new_password(door: Door, ticket: str, password: str) -> Proof:
    """Set the password somebody must change; ``ticket`` is that of ``MUST_CHANGE`` and good once it succeeds."""

    def read(reader: Reader) -> tuple[SecurityPolicy, AccountRow]:
        return policy(reader), _good(reader, one_time.look(reader, "new_password", ticket))[0]

    hashed = await _checked(*await door.read(read), password)

    def use(writer: Writer) -> Proof:
        # Looked at once more: the password may have been reset while the new one was hashed.
        account, methods = _good(writer, one_time.take(writer, "new_password", ticket))
        _keep_new(writer, door, account, hashed)
        return steps_left(writer, account, methods)

    return await door.write(use)


async def change_password(door: Door, account_id: UUID, password: str) -> None:
    """Give an account a new password that the policy takes. Its sessions are the caller's business."""

    def read(reader: Reader) -> tuple[SecurityPolicy, AccountRow]:
        return policy(reader), reader.session.get_one(AccountRow, account_id)

    hashed = await _checked(*await door.read(read), password)
    await door.write(lambda writer: _keep_new(writer, door, writer.session.get_one(AccountRow, account_id), hashed))


async def _checked(rules: SecurityPolicy, account: AccountRow, password: str) -> str:
    return await passwords.check_new(
        rules.password, password, account.username, account.password_history, account.password_hash
    )


def _keep_new(writer: Writer, door: Door, account: AccountRow, hashed: str) -> None:
    set_password(writer, account, hashed)
    audit.record(writer, account_actor(account, door.address), "account.password_changed", "account", account.id)


def set_password(writer: Writer, account: AccountRow, hashed: str, *, must_change: bool = False) -> None:
    earlier = [account.password_hash] if account.password_hash else []
    account.password_history = (earlier + list(account.password_history))[:24]
    account.password_hash, account.password_at, account.must_change = hashed, writer.now, must_change
    account.version += 1
    writer.flush()


async def begin_second_factor(door: Door, ticket: str, hall: str) -> second_factor.Offer:
    """What the page of ``MUST_SET_UP`` shows."""

    def read(reader: Reader) -> second_factor.Offer:
        account, _ = _good(reader, one_time.look(reader, "second_factor", ticket))
        return second_factor.offer(door.vault, account, hall, reader.now)

    return await door.read(read)


async def finish_second_factor(door: Door, ticket: str, sealed: str, code: str) -> Proof:
    """Keep the second factor of ``MUST_SET_UP``; HallError when its code is wrong, and it may be tried again."""

    def keep(writer: Writer) -> Proof:
        account, methods = _good(writer, one_time.take(writer, "second_factor", ticket))
        second_factor.accept(writer, door.vault, account, sealed, code)
        audit.record(writer, account_actor(account, door.address), "account.second_factor_set", "account", account.id)
        return steps_left(writer, account, (*methods, "otp", "mfa"))

    return await door.write(keep)
