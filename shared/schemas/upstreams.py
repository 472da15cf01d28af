"""Other providers that people may sign in through, and whose accounts are linked with them."""

from __future__ import annotations

import ipaddress
from datetime import datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared.schemas.base import Message, Text
from shared.schemas.sign_on import WebAddress


def is_here(address: str) -> bool:
    """Whether an address is one of this very machine."""
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _secure(address: str) -> str:
    """Secrets and codes go there: https, or this very machine."""
    parts = urlsplit(address)
    if "@" in parts.netloc or not parts.hostname or (parts.scheme != "https" and not is_here(address)):
        raise ValueError("https is needed")
    return address


SecureAddress = Annotated[WebAddress, AfterValidator(_secure)]
# Names the provider's part of an address: /upstream/<key>/callback.
UpstreamKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,31}$")]
# A parameter of somebody else's protocol, and where in a JSON answer something stands: ``data.user.openid``.
ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,63}$")]
AnswerPath = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$", max_length=200)]
_Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=300)]


class OidcUpstream(Message):
    """A provider of OpenID Connect: the rest is in its discovery document. ``algorithms``: those of its id_tokens."""

    kind: Literal["oidc"] = "oidc"
    issuer: SecureAddress
    client_id: Text
    scope: _Line = "openid profile"
    token_auth: Literal["client_secret_basic", "client_secret_post"] = "client_secret_basic"
    algorithms: list[Literal["RS256", "PS256", "ES256"]] = Field(default=["RS256"], min_length=1, max_length=3)


class OAuth2Upstream(Message):
    """A provider of something like OAuth 2: its addresses, its names for things, and where its answers hold them.

    ``userinfo_url`` empty: the answer of ``token_url`` says already who it is. ``userinfo_token_name`` empty: the token
    goes as ``Authorization: Bearer``, else as this parameter; ``userinfo_more``: further parameters, each with its
    place in the answer of ``token_url``.
    """

    kind: Literal["oauth2"] = "oauth2"
    authorize_url: SecureAddress
    token_url: SecureAddress
    userinfo_url: SecureAddress | Literal[""] = ""
    client_id: Text
    scope: _Line = ""
    pkce: bool = False
    client_id_name: ParameterName = "client_id"
    secret_name: ParameterName = "client_secret"
    # Of the way back, and of the question for the token.
    code_name: ParameterName = "code"
    token_code_name: ParameterName = "code"
    authorize_more: dict[ParameterName, _Line] = Field(default_factory=dict, max_length=10)
    authorize_fragment: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{0,64}$")] = ""
    token_method: Literal["POST", "GET"] = "POST"
    token_auth: Literal["form", "basic"] = "form"
    token_path: AnswerPath = "access_token"
    userinfo_token_name: ParameterName | Literal[""] = ""
    userinfo_more: dict[ParameterName, AnswerPath] = Field(default_factory=dict, max_length=10)
    subject_path: AnswerPath
    name_path: AnswerPath | Literal[""] = ""


UpstreamSettings = Annotated[OidcUpstream | OAuth2Upstream, Field(discriminator="kind")]


class UpstreamCreate(Message):
    """``secret`` empty: the provider gave none."""

    key: UpstreamKey
    name: Text
    name_en: str = Field("", max_length=200)
    settings: UpstreamSettings
    secret: str = Field("", max_length=1000, repr=False)


class UpstreamEdit(Message):
    """Only what is given changes; ``version`` as it was read. A secret must come along when it would go elsewhere."""

    version: int
    name: Text | None = None
    name_en: str | None = Field(None, max_length=200)
    settings: UpstreamSettings | None = None
    secret: str | None = Field(None, max_length=1000, repr=False)
    enabled: bool | None = None


class Upstream(Message):
    """``redirect_uri`` is what the provider must be told of us; ``links``: how many accounts are linked with it."""

    id: UUID
    key: str
    name: str
    name_en: str
    settings: UpstreamSettings
    has_secret: bool
    enabled: bool
    redirect_uri: str
    links: int
    version: int


class AccountLink(Message):
    """An account may be signed in to through this provider."""

    upstream_id: UUID
    key: str
    name: str
    name_en: str
    linked_at: datetime
