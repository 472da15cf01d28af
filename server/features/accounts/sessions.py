"""Sessions: one for each sign-in, whatever was used for it; ended by time, by its owner or by an administrator."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.auth import Principal, access_changed
from server.database import Reader, Writer
from server.features.access.models import AccountRow
from server.features.access.service import is_open, policy, rights_of
from server.features.accounts.models import SessionRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.throttling import network
from shared.schemas.access import SessionRules

# Seconds between two notes that a session is in use.
TOUCH_S: Final = 30
# Told of each session that ends, in the same transaction; who hands out tokens tells its clients then.
on_end: Final[list[Callable[[Writer, SessionRow], None]]] = []


def principal_name(account: AccountRow) -> str:
    """How the audit trail and ledgers name somebody: staff by their user name, others by nothing that names them."""
    return account.username if account.kind == "staff" else str(account.id)


def account_actor(account: AccountRow, address: str) -> audit.Actor:
    return audit.Actor(f"user:{principal_name(account)}", account.id, address)


def begin_session(
    writer: Writer, account: AccountRow, kind: str, place: str, address: str, methods: Sequence[str]
) -> tuple[SessionRow, str | None]:
    """A new session of a proved account, and the cookie's secret when ``kind`` is ``browser``.

    ``kind``: browser, program, counter; ``place``: what the session's owner recognises it by; ``methods``: RFC 8176.
    """
    if not is_open(writer, account):
        raise HallError(f"sign_in_{account.status if account.status != 'open' else 'suspended'}", status=403)
    secret = secrets.token_urlsafe(32) if kind == "browser" else None
    row = SessionRow(
        hall_id=writer.hall_id, id=uuid7(), account_id=account.id, kind=kind,
        secret_hash=_hash(secret) if secret else None, place=place[:200], address=address, methods=list(methods),
        begun_at=writer.now, proved_at=writer.now, seen_at=writer.now,
        expires_at=writer.now + timedelta(hours=policy(writer).session.hours), ended_at=None, end_reason="",
    )  # fmt: skip
    writer.session.add(row)
    account.last_sign_in_at = writer.now
    writer.flush()
    audit.record(
        writer, account_actor(account, address), "sign_in.done", "session", row.id, kind=kind, methods=list(methods)
    )
    return row, secret


def session_of_cookie(reader: Reader, secret: str) -> SessionRow | None:
    """The live session of a browser's cookie."""
    row = reader.session.scalars(
        select(SessionRow).where(SessionRow.secret_hash == _hash(secret), SessionRow.hall_id == reader.hall_id)
    ).one_or_none()
    return row if row is not None and _lives(reader, row) else None


def live_session(reader: Reader, session_id: UUID) -> SessionRow | None:
    """The session when it lives and its account is open: what every token hangs on."""
    row = reader.session.get(SessionRow, session_id)
    return row if row is not None and row.hall_id == reader.hall_id and _lives(reader, row) else None


def is_live(row: SessionRow, rules: SessionRules, now: datetime) -> bool:
    """By its own times; whether its account is open is another question."""
    return row.ended_at is None and row.expires_at > now and row.seen_at + timedelta(minutes=rules.idle_minutes) > now


def has_been_at(reader: Reader, account_id: UUID, address: str) -> bool:
    """Whether somebody has signed in from this network, as far as sessions are kept."""
    wanted = network(address)
    places = select(SessionRow.address).where(SessionRow.account_id == account_id).distinct()
    return any(network(place) == wanted for place in reader.session.scalars(places))


def needs_touch(row: SessionRow, now: datetime) -> bool:
    return now - row.seen_at > timedelta(seconds=TOUCH_S)


def touch(writer: Writer, session_id: UUID) -> None:
    """The session is in use: its idle time starts anew. One that is over stays over."""
    row = writer.session.get(SessionRow, session_id)
    if row is not None and _lives(writer, row):
        row.seen_at = writer.now
        writer.flush()


def prove_again(writer: Writer, session_id: UUID, methods: Sequence[str]) -> None:
    """Somebody proved once more who they are: for ``max_age``, ``prompt=login`` and what asks for a fresh proof."""
    row = writer.session.get_one(SessionRow, session_id)
    row.proved_at = row.seen_at = writer.now
    row.methods = list(dict.fromkeys([*row.methods, *methods]))
    writer.flush()


def renew(writer: Writer, session_id: UUID, methods: Sequence[str]) -> str:
    """A browser proved once more whose session it is: the session goes on under a new secret."""
    prove_again(writer, session_id, methods)
    row, secret = writer.session.get_one(SessionRow, session_id), secrets.token_urlsafe(32)
    row.secret_hash = _hash(secret)
    writer.flush()
    account = writer.session.get_one(AccountRow, row.account_id)
    audit.record(writer, account_actor(account, row.address), "sign_in.again", "session", row.id, methods=list(methods))
    return secret


def principal_of(reader: Reader, session: SessionRow, account: AccountRow) -> Principal:
    """The principal of a live session, with the rights its account has now."""
    rights = rights_of(reader, account.id, account.kind)
    return Principal(
        "user", principal_name(account), session.expires_at.timestamp(), rights.everywhere, rights.in_units,
        account_id=account.id, session_id=session.id, staff_id=account.staff_id,
        session_ends=session.expires_at.timestamp(),
    )  # fmt: skip


def principal_again(reader: Reader, principal: Principal) -> Principal | None:
    """Who came with a token a while ago, as they are now, though the token has been replaced; None: out."""
    session = live_session(reader, principal.session_id) if principal.session_id is not None else None
    account = reader.session.get(AccountRow, session.account_id) if session is not None else None
    return principal_of(reader, session, account) if session is not None and account is not None else None


def end_session(writer: Writer, session_id: UUID, reason: str) -> None:
    """``reason``: signed_out, revoked, replaced, account, password. A session that is over stays as it was."""
    row = writer.session.get(SessionRow, session_id)
    if row is not None and row.ended_at is None:
        _end(writer, [row], reason)


def end_sessions_of(writer: Writer, account_id: UUID, reason: str, *, but: UUID | None = None) -> int:
    """All sessions of an account, ``but`` one; answers how many were ended."""
    rows = writer.session.scalars(
        select(SessionRow).where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None))
    ).all()
    rows = [row for row in rows if row.id != but]
    _end(writer, rows, reason)
    return len(rows)


def _end(writer: Writer, rows: Sequence[SessionRow], reason: str) -> None:
    for row in rows:
        row.ended_at, row.end_reason = writer.now, reason
        # Nothing can come with it any more, so nothing needs it.
        row.secret_hash = None
        for told in on_end:
            told(writer, row)
    writer.flush()
    if rows:
        access_changed(writer, ended=[row.id for row in rows])


def _lives(reader: Reader, row: SessionRow) -> bool:
    account = reader.session.get(AccountRow, row.account_id)
    return account is not None and is_open(reader, account) and is_live(row, policy(reader).session, reader.now)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
