"""What an administrator gives to the people of the other side: addresses, and settings of Apache that work."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from shared.i18n import text
from shared.schemas.sign_on import SignOnClient, SignOnProvider

# Where the secret stands that is known only in the moment it was made.
UNKNOWN = "********"
ADDRESSES = (
    "discovery", "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri",
    "end_session_endpoint",
)  # fmt: skip
_APACHE = """OIDCProviderMetadataURL {discovery}
OIDCClientID {client_id}
OIDCClientSecret {secret}
OIDCRedirectURI {redirect}
OIDCCryptoPassphrase {passphrase}
OIDCScope "{scopes}"
OIDCPKCEMethod S256
OIDCResponseMode query
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCRemoteUserClaim preferred_username
OIDCCookieSameSite On

<Location {place}>
    AuthType openid-connect
    Require valid-user
</Location>
"""


def facts(provider: SignOnProvider | None, client: SignOnClient, secret: str) -> tuple[tuple[str, str], ...]:
    """(key of its name, value) of all the other side needs; the secret only where it is known."""
    values = [("client_id", client.client_id), *([("secret", secret)] if secret else [])]
    if provider is not None:
        values += [(name, str(getattr(provider, name))) for name in ADDRESSES]
        if client.cas_services:
            values.append(("cas", provider.cas))
    return (*values, ("scopes", " ".join(client.scopes)))


def in_words(found: tuple[tuple[str, str], ...], language: str) -> str:
    """The facts as text that can be sent to somebody."""
    return "".join(f"{text(f'registry.handover.{key}', language)}: {value}\n" for key, value in found)


def apache(provider: SignOnProvider | None, client: SignOnClient, secret: str) -> str:
    """Settings of mod_auth_openidc for the client's first address; empty for one without address or secret."""
    if provider is None or not client.redirect_uris or not client.confidential:
        return ""
    redirect = client.redirect_uris[0]
    return _APACHE.format(
        discovery=provider.discovery, client_id=client.client_id, secret=secret or UNKNOWN, redirect=redirect,
        passphrase=secrets.token_urlsafe(24), scopes=" ".join(client.scopes),
        place=urlsplit(redirect).path.rpartition("/")[0] or "/",
    )  # fmt: skip
