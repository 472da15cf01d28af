"""A client program that is not ours, Authlib's, gets along with the provider from discovery to revocation."""

from __future__ import annotations

from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.fakes.hall import RunningHall
from tests.fakes.sign_on import BACK, SECRET, Browser, add_client, fields_of, onward_of


def test_authlibs_client_goes_the_whole_way(shared_hall: RunningHall) -> None:
    add_client(shared_hall, "authlib")
    found: dict[str, Any] = requests.get(f"{shared_hall.url}/.well-known/openid-configuration", timeout=10).json()
    client: Any = OAuth2Session(
        "authlib", SECRET, scope="openid profile offline_access", redirect_uri=BACK, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
    )  # fmt: skip
    verifier = "v" * 64
    asked, state = client.create_authorization_url(found["authorization_endpoint"], code_verifier=verifier, nonce="n-a")
    browser = Browser(shared_hall)
    browser.sign_in()
    page = browser.get(asked.removeprefix(shared_hall.url))
    agreed = browser.post("/oidc/consent", fields_of(page.text) | {"answer": "yes"})
    back = browser.get(onward_of(browser.get(onward_of(agreed.text)).text)).headers["location"]
    browser.close()

    made = client.fetch_token(found["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)
    keys = KeySet.import_key_set(requests.get(found["jwks_uri"], timeout=10).json())
    said = jwt.decode(made["id_token"], keys, algorithms=found["id_token_signing_alg_values_supported"]).claims
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": found["issuer"]}, aud={"essential": True, "value": "authlib"},
        exp={"essential": True}, nonce={"essential": True, "value": "n-a"},
    ).validate(said)  # fmt: skip
    assert client.get(found["userinfo_endpoint"]).json()["sub"] == said["sub"]

    fresh = client.refresh_token(found["token_endpoint"], refresh_token=made["refresh_token"])
    assert fresh["access_token"] != made["access_token"]
    assert client.get(found["userinfo_endpoint"]).status_code == 200
    gone = client.revoke_token(found["revocation_endpoint"], fresh["refresh_token"], token_type_hint="refresh_token")
    assert gone.status_code == 200
    assert client.get(found["userinfo_endpoint"]).status_code == 401
    client.close()
