"""The registry of single sign-on: clients, and what leaves for them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import Message, Text

# No fragment (RFC 6749 3.1.2), nothing invisible, nothing relative.
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s#\\]{1,400}$", max_length=410)]
ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$")]
Scope = Literal["openid", "profile", "organisation", "roles", "offline_access"]


class ClientFields(Message):
    """What an administrator sets. ``redirect_uris`` and ``post_logout_uris`` match character by character.

    ``trusted``: a site of the house; people are not asked whether it may learn who they are.
    """

    name: Text
    name_en: str = Field("", max_length=200)
    redirect_uris: list[WebAddress] = Field(default_factory=list, max_length=20)
    post_logout_uris: list[WebAddress] = Field(default_factory=list, max_length=20)
    backchannel_uri: WebAddress | Literal[""] = ""
    cas_services: list[WebAddress] = Field(default_factory=list, max_length=20)
    scopes: list[Scope] = ["openid", "profile"]
    trusted: bool = False


class ClientCreate(ClientFields):
    """``confidential``: it can keep a secret; else PKCE alone."""

    client_id: ClientId
    confidential: bool = True


class ClientEdit(Message):
    """Only what is given changes; ``version`` as it was read."""

    version: int
    name: Text | None = None
    name_en: str | None = Field(None, max_length=200)
    redirect_uris: list[WebAddress] | None = Field(None, max_length=20)
    post_logout_uris: list[WebAddress] | None = Field(None, max_length=20)
    backchannel_uri: WebAddress | Literal[""] | None = None
    cas_services: list[WebAddress] | None = Field(None, max_length=20)
    scopes: list[Scope] | None = None
    trusted: bool | None = None
    enabled: bool | None = None


class SignOnClient(Message):
    """``secret`` is answered once, when it was made."""

    id: UUID
    client_id: str
    name: str
    name_en: str
    redirect_uris: list[str]
    post_logout_uris: list[str]
    backchannel_uri: str
    cas_services: list[str]
    scopes: list[str]
    own: bool
    trusted: bool
    enabled: bool
    confidential: bool
    created_at: datetime
    version: int
    secret: str | None = None


class SigningKey(Message):
    """``state``: next, current, past."""

    id: str
    state: str
    made_at: datetime
    changed_at: datetime


class SignOnProvider(Message):
    """What a client must know of this provider, and how its keys come and go.

    ``cas``: what old systems put before ``/login``. ``key_days``: how long a key signs before the next takes over;
    ``key_overlap_hours``: how long it is published then.
    """

    issuer: str
    discovery: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    end_session_endpoint: str
    cas: str
    key_days: int
    key_overlap_hours: int


class OutboxEntry(Message):
    """Something on its way out; ``state``: waiting, done, given_up."""

    id: UUID
    kind: str
    target: str
    state: str
    attempts: int
    made_at: datetime
    next_at: datetime
    done_at: datetime | None
    fault: str
