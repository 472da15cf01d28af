"""What clients' programs ask the provider: discovery, keys, tokens, userinfo, revocation, introspection."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.context import Context
from server.database import Reader, Writer
from server.features.accounts.sessions import principal_name
from server.features.sign_on import claims, tokens
from server.features.sign_on.clients import SCOPES
from server.features.sign_on.faults import OAuthFault, plain
from server.features.sign_on.forms import address_of, aside, fields, proof, prove, write
from server.features.sign_on.keys import ALGORITHM, Signer, published
from server.features.sign_on.tokens import Tokens
from server.web import look

router = APIRouter(include_in_schema=False)
DISCOVERY = "/.well-known/openid-configuration"
_CLIENT_PROOFS = ["client_secret_basic", "client_secret_post", "none"]


def issuer(request: Request) -> str:
    context: Context = request.app.state.context
    return context.link_base


def endpoints(base: str) -> dict[str, str]:
    """Where the provider ``base`` answers, by the names of the discovery document."""
    return {
        "issuer": base, "authorization_endpoint": f"{base}/oidc/authorize", "token_endpoint": f"{base}/oidc/token",
        "authorization_challenge_endpoint": f"{base}/oidc/authorize-challenge",
        "userinfo_endpoint": f"{base}/oidc/userinfo", "jwks_uri": f"{base}/oidc/jwks",
        "revocation_endpoint": f"{base}/oidc/revoke", "introspection_endpoint": f"{base}/oidc/introspect",
        "end_session_endpoint": f"{base}/oidc/logout",
    }  # fmt: skip


@router.get(DISCOVERY)
@router.get("/.well-known/oauth-authorization-server")
async def discovery(request: Request) -> Response:
    return plain(
        {
            **endpoints(issuer(request)), "scopes_supported": list(SCOPES),
            "response_types_supported": ["code"], "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "token_endpoint_auth_methods_supported": _CLIENT_PROOFS,
            "revocation_endpoint_auth_methods_supported": _CLIENT_PROOFS,
            "introspection_endpoint_auth_methods_supported": _CLIENT_PROOFS[:2],
            "code_challenge_methods_supported": ["S256"], "prompt_values_supported": ["none", "login", "consent"],
            "claims_supported": list(claims.CLAIMS), "acr_values_supported": ["1", "2"],
            "ui_locales_supported": ["zh-CN", "en"], "authorization_response_iss_parameter_supported": True,
            "backchannel_logout_supported": True, "backchannel_logout_session_supported": True,
            "request_parameter_supported": False, "request_uri_parameter_supported": False,
            "claims_parameter_supported": False,
        },
        headers={"cache-control": "public, max-age=300"},
    )  # fmt: skip


@router.get("/oidc/jwks")
async def jwks(request: Request) -> Response:
    signer: Signer = request.app.state.signer
    await aside(signer.ready)
    keys = await look(request, published)
    # Shorter than the time a new key is published before it signs.
    return plain({"keys": keys}, headers={"cache-control": "public, max-age=300"})


@router.post("/oidc/token")
async def token(request: Request) -> Response:
    try:
        form = await fields(request)
        made = await write(request, lambda writer: _grant(writer, request, form))
        if isinstance(made, OAuthFault):
            raise made
        return plain(await _answer(request, made))
    except OAuthFault as fault:
        return fault.answer()


def _grant(writer: Writer, request: Request, form: dict[str, str]) -> Tokens | OAuthFault:
    client = prove(writer, request, form)
    address = address_of(request)
    match form.get("grant_type"):
        case "authorization_code":
            code, verifier = form.get("code", ""), form.get("code_verifier", "")
            return tokens.exchange(writer, client, code, form.get("redirect_uri", ""), verifier, address)
        case "refresh_token":
            refreshed = form.get("refresh_token", "")
            return tokens.refresh(writer, client, refreshed, form.get("scope", ""), address)
        case None:
            return OAuthFault("invalid_request")
    return OAuthFault("unsupported_grant_type")


async def _answer(request: Request, made: Tokens) -> dict[str, Any]:
    """The answer of the token endpoint; the id_token is signed after the commit, off the writer's thread."""
    signer: Signer = request.app.state.signer
    said = await look(
        request,
        lambda reader: claims.id_token(
            reader, issuer(request), made.family, made.client, made.alive.session, made.access
        ),
    )
    body: dict[str, Any] = {
        "access_token": made.access, "token_type": "Bearer", "expires_in": made.expires_in,
        "scope": " ".join(made.family.scopes), "id_token": await aside(signer.sign, said),
    }  # fmt: skip
    return body | ({"refresh_token": made.refresh} if made.refresh else {})


@router.api_route("/oidc/userinfo", methods=["GET", "POST"])
async def userinfo(request: Request) -> Response:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return plain({"error": "invalid_token"}, 401, {"WWW-Authenticate": "Bearer"})

    def find(reader: Reader) -> dict[str, Any] | None:
        found = tokens.holder(reader, text.strip())
        if found is None or "openid" not in found.family.scopes:
            return None
        return claims.subject(reader, found.alive.account, found.family.scopes)

    said = await look(request, find)
    if said is None:
        return plain({"error": "invalid_token"}, 401, {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return plain(said)


@router.post("/oidc/revoke")
async def revoke(request: Request) -> Response:
    """RFC 7009: the answer tells nothing about tokens that are not the client's own."""
    try:
        form = await fields(request)
        if "token" not in form:
            raise OAuthFault("invalid_request")
        text, address = form["token"], address_of(request)
        await write(request, lambda writer: tokens.revoke(writer, prove(writer, request, form), text, address))
        return plain({})
    except OAuthFault as fault:
        return fault.answer()


@router.post("/oidc/introspect")
async def introspect(request: Request) -> Response:
    """RFC 7662, for clients with a secret, about their own tokens; anything else is simply not active."""
    try:
        form = await fields(request)
        if proof(request, form)[1] is None:
            raise OAuthFault("invalid_client", status=401)
        return plain(await look(request, lambda reader: _introspect(reader, request, form)))
    except OAuthFault as fault:
        return fault.answer()


def _introspect(reader: Reader, request: Request, form: dict[str, str]) -> dict[str, Any]:
    client, text = prove(reader, request, form), form.get("token", "")
    kind = "access"
    found = tokens.holder(reader, text, kind)
    if found is None:
        kind = "refresh"
        found = tokens.holder(reader, text, kind)
    if found is None or found.client.id != client.id:
        return {"active": False}
    said = {
        "active": True, "iss": issuer(request), "sub": str(found.alive.account.id), "client_id": client.client_id,
        "username": principal_name(found.alive.account), "scope": " ".join(found.family.scopes),
        "aud": client.client_id,
        "exp": int(found.row.expires_at.timestamp()), "iat": int(found.row.issued_at.timestamp()),
        "sid": str(found.alive.session.id),
    }  # fmt: skip
    return said | ({"token_type": "Bearer"} if kind == "access" else {})
