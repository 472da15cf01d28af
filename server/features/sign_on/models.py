"""What the provider knows: clients, consents, tokens, signing keys; and the providers it trusts itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, UtcTime
from server.features.accounts.models import LinkRow as LinkRow


class ClientRow(Base):
    """A program or site that people sign in to.

    ``own``: one of this product's programs. ``trusted``: a site of the house. Neither asks for consent.
    """

    __tablename__ = "clients"
    __table_args__ = (UniqueConstraint("hall_id", "client_id"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    # SHA-256 of a secret we made (256 random bits need no slow hash); None: a public client, PKCE alone.
    secret_hash: Mapped[bytes | None]
    redirect_uris: Mapped[list[str]] = mapped_column(JSON)
    post_logout_uris: Mapped[list[str]] = mapped_column(JSON)
    backchannel_uri: Mapped[str]
    cas_services: Mapped[list[str]] = mapped_column(JSON)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    own: Mapped[bool]
    trusted: Mapped[bool]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    version: Mapped[int]


class ConsentRow(Base):
    __tablename__ = "consents"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), primary_key=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcTime)


class FamilyRow(Base):
    """All tokens that came from one authorization code, or one sign-in by CAS; they end together.

    ``cas_service`` and ``cas_ticket``: which sign-in an old system is told of when it ends; else empty.
    """

    __tablename__ = "token_families"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"), index=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    client_id: Mapped[UUID] = mapped_column(ForeignKey("clients.id"), index=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)
    nonce: Mapped[str]
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    end_reason: Mapped[str]
    cas_service: Mapped[str] = mapped_column(default="")
    cas_ticket: Mapped[str] = mapped_column(default="")


class TokenRow(Base):
    """An access or refresh token, by the SHA-256 of its text. A refresh token is good once."""

    __tablename__ = "tokens"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    hash: Mapped[bytes] = mapped_column(primary_key=True)
    family_id: Mapped[UUID] = mapped_column(ForeignKey("token_families.id"), index=True)
    kind: Mapped[str]
    issued_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SigningKeyRow(Base):
    """``state``: next (published, not yet used), current, past (published until its last token has expired), gone."""

    __tablename__ = "signing_keys"

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[str] = mapped_column(primary_key=True)
    public: Mapped[dict[str, Any]] = mapped_column(JSON)
    private_cipher: Mapped[bytes | None]
    state: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class UpstreamRow(Base):
    """A provider that people may sign in through; ``settings``: see ``shared.schemas.upstreams``."""

    __tablename__ = "upstreams"
    __table_args__ = (UniqueConstraint("hall_id", "key"),)

    hall_id: Mapped[UUID] = mapped_column(ForeignKey("halls.id"))
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    secret_cipher: Mapped[bytes | None]
    enabled: Mapped[bool]
    version: Mapped[int]
