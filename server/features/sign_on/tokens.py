"""Authorization codes, access and refresh tokens. All are random texts, kept by their SHA-256.

What must be kept of a refusal (a code is used up, a family has ended) would be rolled back by a raise inside the
writer: the functions here answer the refusal instead, and the caller raises it after the commit.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from server import one_time
from server.audit import Actor, record
from server.auth import Keys, Principal, access_changed
from server.database import Reader, Writer
from server.features.access.service import policy
from server.features.accounts.models import SessionRow
from server.features.accounts.sessions import end_session, principal_of
from server.features.sign_on.families import Alive, alive, end
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.models import ClientRow, FamilyRow, TokenRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7

CODE: Final = "authorization_code"
CODE_LIFE: Final = timedelta(seconds=60)
ACCESS_LIFE: Final = timedelta(minutes=10)
# What is used up or over is told apart from nonsense for this long.
REMEMBERED: Final = timedelta(days=1)
ACCESS_PREFIX: Final = "zta"
REFRESH_PREFIX: Final = "ztr"
CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER: Final = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a code stands for. ``redirect_uri`` is empty when a program of ours asked without a browser."""

    client: ClientRow
    session_id: UUID
    account_id: UUID
    scopes: list[str]
    redirect_uri: str
    challenge: str
    nonce: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a client gets, and what its id_token will be made of."""

    access: str
    refresh: str | None
    expires_in: int
    family: FamilyRow
    client: ClientRow
    alive: Alive


def issue_code(writer: Writer, wish: Wish) -> str:
    """A code, good once and for a minute."""
    code = secrets.token_urlsafe(32)
    data = {
        "client": str(wish.client.id), "session": str(wish.session_id), "account": str(wish.account_id),
        "scopes": wish.scopes, "redirect_uri": wish.redirect_uri, "challenge": wish.challenge, "nonce": wish.nonce,
        "family": str(uuid7()),
    }  # fmt: skip
    one_time.put(writer, CODE, code, data, CODE_LIFE)
    return code


def exchange(
    writer: Writer, client: ClientRow, code: str, redirect_uri: str, verifier: str, address: str
) -> Tokens | OAuthFault:
    """Tokens for a code. Whoever shows it, and however wrongly: it is used up."""
    found = one_time.take(writer, CODE, code)
    if found is None:
        return OAuthFault("invalid_grant")
    data, who = found.data, Actor(f"client:{client.client_id}", UUID(found.data["account"]), address)
    family_id = UUID(data["family"])
    if found.state != "good":
        family = writer.session.get(FamilyRow, family_id)
        if found.state == "used" and family is not None and family.ended_at is None:
            end(writer, family, "code_reused")
            record(writer, who, "sign_on.code_reused", "token_family", family_id, outcome="refused")
        return OAuthFault("invalid_grant")
    fault = _fault_of(client, data, redirect_uri, verifier)
    living = alive(writer, UUID(data["session"]))
    if fault or living is None:
        record(
            writer, who, "sign_on.code_refused", "client", client.client_id, outcome="refused", why=fault or "session"
        )
        return OAuthFault("invalid_grant")
    family = FamilyRow(
        hall_id=writer.hall_id, id=family_id, session_id=living.session.id, account_id=living.account.id,
        client_id=client.id, scopes=data["scopes"], nonce=data["nonce"], begun_at=writer.now, ended_at=None,
        end_reason="",
    )  # fmt: skip
    writer.session.add(family)
    writer.flush()
    record(writer, who, "sign_on.tokens_issued", "client", client.client_id, scopes=" ".join(family.scopes))
    return _issue(writer, family, client, living)


def _fault_of(client: ClientRow, data: dict[str, Any], redirect_uri: str, verifier: str) -> str:
    """Why this client may not have the code; empty when it may."""
    if data["client"] != str(client.id):
        return "client"
    if data["redirect_uri"] != redirect_uri:
        return "redirect_uri"
    return "" if VERIFIER.fullmatch(verifier) and matches(data["challenge"], verifier) else "verifier"


def matches(challenge: str, verifier: str) -> bool:
    """Whether a PKCE verifier belongs to its S256 challenge."""
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def refresh(writer: Writer, client: ClientRow, token: str, scope: str, address: str) -> Tokens | OAuthFault:
    """Fresh tokens for a refresh token, which is used up. A second use ends the family: one of the two was a thief."""
    row = _row(writer, token, "refresh")
    family = writer.session.get_one(FamilyRow, row.family_id) if row is not None else None
    if row is None or family is None or family.client_id != client.id:
        return OAuthFault("invalid_grant")
    who = Actor(f"client:{client.client_id}", family.account_id, address)
    if row.used_at is not None:
        if family.ended_at is None:
            _end_with_session(writer, family, "refresh_reused")
            record(writer, who, "sign_on.refresh_reused", "token_family", family.id, outcome="refused")
        return OAuthFault("invalid_grant")
    living = alive(writer, family.session_id)
    if family.ended_at is not None or row.expires_at <= writer.now or living is None:
        return OAuthFault("invalid_grant")
    if scope and not set(scope.split()) <= set(family.scopes):
        return OAuthFault("invalid_scope")
    row.used_at = writer.now
    if living.session.kind != "browser":
        living.session.seen_at = writer.now
    return _issue(writer, family, client, living)


def _issue(writer: Writer, family: FamilyRow, client: ClientRow, living: Alive) -> Tokens:
    # A program that must show a sign of life often gets tokens that make it do so.
    idle = timedelta(minutes=policy(writer).session.idle_minutes)
    life = min(ACCESS_LIFE, idle / 2, living.session.expires_at - writer.now)
    access = f"{ACCESS_PREFIX}.{secrets.token_urlsafe(32)}"
    _keep(writer, family, "access", access, writer.now + life)
    later = None
    if client.own or "offline_access" in family.scopes:
        later = f"{REFRESH_PREFIX}.{secrets.token_urlsafe(32)}"
        _keep(writer, family, "refresh", later, living.session.expires_at)
    writer.flush()
    return Tokens(access, later, max(1, int(life.total_seconds())), family, client, living)


def _keep(writer: Writer, family: FamilyRow, kind: str, token: str, until: datetime) -> None:
    writer.session.add(
        TokenRow(
            hall_id=writer.hall_id, hash=_hash(token), family_id=family.id, kind=kind, issued_at=writer.now,
            expires_at=until, used_at=None,
        )
    )  # fmt: skip


def revoke(writer: Writer, client: ClientRow, token: str, address: str) -> None:
    """RFC 7009: an access token ends alone, a refresh token with its whole family. Foreign tokens are passed over."""
    row = _row(writer, token, "access") or _row(writer, token, "refresh")
    family = writer.session.get_one(FamilyRow, row.family_id) if row is not None else None
    if row is None or family is None or family.client_id != client.id:
        return
    who = Actor(f"client:{client.client_id}", family.account_id, address)
    record(writer, who, "sign_on.token_revoked", "token_family", family.id, kind=row.kind)
    if row.kind == "refresh":
        _end_with_session(writer, family, "revoked")
        return
    row.used_at = writer.now
    writer.flush()
    access_changed(writer)


def _end_with_session(writer: Writer, family: FamilyRow, reason: str) -> None:
    """A program's session is nothing but its tokens; a browser's goes on without this client."""
    end(writer, family, reason)
    if writer.session.get_one(SessionRow, family.session_id).kind != "browser":
        end_session(writer, family.session_id, "signed_out" if reason == "revoked" else "revoked")


@dataclass(frozen=True, slots=True)
class Holder:
    """A good token and whose it is."""

    row: TokenRow
    family: FamilyRow
    client: ClientRow
    alive: Alive


def holder(reader: Reader, token: str, kind: str = "access") -> Holder | None:
    """Who holds a token; None unless it is good right now."""
    row = _row(reader, token, kind)
    if row is None or row.used_at is not None or row.expires_at <= reader.now:
        return None
    family = reader.session.get_one(FamilyRow, row.family_id)
    client = reader.session.get_one(ClientRow, family.client_id)
    living = alive(reader, family.session_id) if family.ended_at is None and client.enabled else None
    return Holder(row, family, client, living) if living is not None else None


def person_of_token(reader: Reader, keys: Keys, token: str) -> Principal:
    """The resolver of access tokens for the hall's own API: only our own programs' tokens count."""
    found = holder(reader, token)
    if found is None:
        raise HallError("token_expired" if _row(reader, token, "access") else "token_invalid", status=401)
    if not found.client.own or "hall" not in found.family.scopes:
        raise HallError("token_audience_wrong", status=401)
    whole = principal_of(reader, found.alive.session, found.alive.account)
    return replace(whole, expires_at=min(whole.expires_at, found.row.expires_at.timestamp()))


def forget_old(writer: Writer) -> None:
    """Drop tokens that have been over for a while."""
    writer.connection.execute(
        delete(TokenRow).where(
            TokenRow.hall_id == writer.hall_id, TokenRow.expires_at < writer.now - REMEMBERED
        )
    )  # fmt: skip


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _row(reader: Reader, token: str, kind: str) -> TokenRow | None:
    row = reader.session.get(TokenRow, _hash(token))
    return row if row is not None and row.hall_id == reader.hall_id and row.kind == kind else None
