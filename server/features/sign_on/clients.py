"""The programs and sites that people sign in to, and how they prove which one they are."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.sign_on.faults import OAuthFault
from server.features.sign_on.models import ClientRow

# What a client may be allowed to ask for. ``hall`` is the hall's own API, for our own programs only.
SCOPES = ("openid", "profile", "organisation", "roles", "offline_access", "hall")


def secret_hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def new_secret() -> str:
    """256 random bits: nobody guesses them, so no slow hash is needed."""
    return secrets.token_urlsafe(32)


def find(reader: Reader, client_id: str) -> ClientRow | None:
    """The client of this name that may be used."""
    row = reader.session.scalar(
        select(ClientRow).where(ClientRow.hall_id == reader.hall_id, ClientRow.client_id == client_id)
    )
    return row if row is not None and row.enabled else None


def of_service(reader: Reader, service: str) -> ClientRow | None:
    """The client that has registered this service of CAS, character by character: what only looks alike is not it."""
    rows = reader.session.scalars(
        select(ClientRow)
        .where(ClientRow.hall_id == reader.hall_id, ClientRow.enabled.is_(True))
        .order_by(ClientRow.client_id)
    )
    return next((row for row in rows if service in row.cas_services), None)


def of_id(reader: Reader, id_: UUID) -> ClientRow:
    return reader.session.get_one(ClientRow, id_)


def authenticate(reader: Reader, client_id: str, secret: str | None) -> ClientRow:
    """The client, proved by its secret; a public client has none and must not send one."""
    row = find(reader, client_id)
    # An unknown client costs the same as a wrong secret.
    expected = row.secret_hash if row is not None else secret_hash("")
    given = secret_hash(secret) if secret is not None else None
    good = given is None if expected is None else hmac.compare_digest(expected, given or b"")
    if row is None or not good:
        raise OAuthFault("invalid_client", status=401)
    return row


def allowed(client: ClientRow, wanted: list[str]) -> list[str]:
    """The scopes this client gets of those it wants, in order and once; foreign clients never get the hall's API."""
    return [
        scope for scope in dict.fromkeys(wanted)
        if scope in SCOPES and scope in client.scopes and (client.own or scope != "hall")
    ]  # fmt: skip


def shown_name(client: ClientRow, language: str) -> str:
    return client.name if language == "zh-CN" else client.name_en or client.name
