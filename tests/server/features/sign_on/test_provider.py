"""The provider against honest and hostile clients, over HTTP, on both databases."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from server.features.sign_on.keys import checked, make_key
from tests.fakes.hall import RunningHall
from tests.fakes.sign_on import BACK, SECRET, Browser, Client, add_client, fields_of, onward_of, pkce, query_of


@pytest.fixture(scope="module")
def site(shared_hall: RunningHall) -> Client:
    add_client(shared_hall, "site")
    add_client(shared_hall, "other")
    return Client(shared_hall, "site")


@pytest.fixture(scope="module")
def admin(shared_hall: RunningHall) -> Iterator[Browser]:
    browser = Browser(shared_hall)
    browser.sign_in()
    yield browser
    browser.close()


def keys_of(hall: RunningHall) -> list[dict[str, object]]:
    return list(requests.get(f"{hall.url}/oidc/jwks", timeout=10).json()["keys"])


def test_discovery_says_what_is_there(shared_hall: RunningHall, site: Client) -> None:
    found = requests.get(f"{shared_hall.url}/.well-known/openid-configuration", timeout=10).json()
    assert found["issuer"] == shared_hall.url
    assert found["code_challenge_methods_supported"] == ["S256"] and found["response_types_supported"] == ["code"]
    assert requests.get(found["jwks_uri"], timeout=10).json()["keys"][0]["alg"] == "RS256"


def test_a_client_learns_who_signed_in(shared_hall: RunningHall, site: Client, admin: Browser) -> None:
    answer = site.exchange(site.code(admin))
    assert answer.status_code == 200, answer.text
    made = answer.json()
    keys = keys_of(shared_hall)
    assert len(keys) == 2 and not any("d" in key for key in keys)
    said = jwt.decode(made["id_token"], KeySet.import_key_set({"keys": keys}), algorithms=["RS256"]).claims
    assert (said["iss"], said["aud"], said["nonce"]) == (shared_hall.url, "site", "n-1")
    info = site.userinfo(made["access_token"]).json()
    assert info["sub"] == said["sub"] and info["name"]
    assert "refresh_token" not in made, "only with offline_access"
    # Remembered: the second time nobody is asked.
    assert admin.authorize(**site.query()).status_code == 303


def test_a_used_code_ends_what_came_of_it(site: Client, admin: Browser) -> None:
    code = site.code(admin)
    made = site.exchange(code).json()
    again = site.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert site.userinfo(made["access_token"]).status_code == 401


def test_a_wrong_verifier_uses_the_code_up(site: Client, admin: Browser) -> None:
    code = site.code(admin)
    assert site.exchange(code, code_verifier=pkce()[0]).json()["error"] == "invalid_grant"
    assert site.exchange(code).json()["error"] == "invalid_grant"
    assert site.exchange(site.code(admin), code_verifier="").json()["error"] == "invalid_grant"
    assert site.exchange(site.code(admin), redirect_uri=BACK + "/").json()["error"] == "invalid_grant"


def test_another_clients_code_is_good_for_nothing(shared_hall: RunningHall, site: Client, admin: Browser) -> None:
    other = Client(shared_hall, "other")
    assert other.exchange(site.code(admin), code_verifier=site.verifier).json()["error"] == "invalid_grant"
    wrong = Client(shared_hall, "site", secret="guessed")
    answer = wrong.exchange(site.code(admin), code_verifier=site.verifier)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    none = Client(shared_hall, "site", secret=None)
    assert none.exchange(site.code(admin), code_verifier=site.verifier).status_code == 401


@pytest.mark.parametrize(
    "uri", [BACK + "/more", BACK + "?x=1", BACK + "/", "http://client.test", "https://evil.test/callback", BACK + "#x"]
)  # fmt: skip
def test_nobody_is_sent_to_an_address_that_is_not_registered(site: Client, admin: Browser, uri: str) -> None:
    answer = admin.authorize(**site.query(redirect_uri=uri))
    assert answer.status_code == 400 and "location" not in answer.headers
    assert uri not in answer.text
    assert admin.authorize(**site.query(redirect_uri=uri, code_challenge="")).status_code == 400
    assert admin.authorize(**site.query(client_id="nobody")).status_code == 400
    assert admin.get("/oidc/logout", post_logout_redirect_uri=uri, client_id="site").status_code == 400


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"code_challenge": "", "code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"), ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"), ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"), ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"), ({"request": "x.y.z"}, "request_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"), ({"max_age": "-1"}, "invalid_request"),
    ],
)  # fmt: skip
def test_faults_go_back_to_the_client(site: Client, admin: Browser, changed: dict[str, str], fault: str) -> None:
    answer = admin.authorize(**site.query(**changed))
    assert answer.status_code == 303 and answer.headers["location"].startswith(BACK + "?")
    told = query_of(answer.headers["location"])
    assert (told["error"], told["state"], told["iss"]) == (fault, "st-1", site.hall.url)


def test_prompt_none_never_shows_a_page(shared_hall: RunningHall, site: Client, admin: Browser) -> None:
    stranger = Browser(shared_hall)
    answer = stranger.authorize(**site.query(prompt="none"))
    assert query_of(answer.headers["location"])["error"] == "login_required"
    add_client(shared_hall, "unseen")
    answer = admin.authorize(**Client(shared_hall, "unseen").query(prompt="none"))
    assert query_of(answer.headers["location"])["error"] == "consent_required"
    stranger.close()


def test_prompt_login_asks_again_and_only_once(shared_hall: RunningHall, site: Client) -> None:
    browser = Browser(shared_hall)
    browser.sign_in()
    answer = browser.authorize(**site.query(prompt="login"))
    went = query_of(answer.headers["location"])
    assert answer.headers["location"].startswith("/sign-in?") and went["again"] == "1"
    browser.sign_in(next_=went["next"])
    page = browser.get(onward_of(browser.get(went["next"]).text))
    assert page.status_code in (200, 303) and "/sign-in" not in page.headers.get("location", "")
    # A made-up claim of having been asked does not count.
    forged = browser.authorize(**site.query(prompt="login", zt_progress="zto.e30.x"))
    assert forged.headers["location"].startswith("/sign-in?")
    browser.close()


def test_consent_can_be_refused_and_not_forged(shared_hall: RunningHall, admin: Browser) -> None:
    add_client(shared_hall, "asking")
    client = Client(shared_hall, "asking")
    page = admin.authorize(**client.query())
    form = fields_of(page.text)
    foreign = admin.post("/oidc/consent", form | {"answer": "yes"}, **{"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert admin.post("/oidc/consent", {"answer": "yes", "token": "ztf.e30.x"}).status_code == 403
    thief = Browser(shared_hall)
    thief.sign_in()
    assert thief.post("/oidc/consent", form | {"answer": "yes"}).status_code == 403
    thief.close()
    refused = admin.post("/oidc/consent", form | {"answer": "no"})
    assert query_of(onward_of(refused.text))["error"] == "access_denied"
    assert admin.authorize(**client.query()).status_code == 200, "nothing was agreed to"


def test_a_refresh_token_is_good_once_and_its_theft_ends_all(site: Client, admin: Browser) -> None:
    made = site.exchange(site.code(admin, scope="openid offline_access")).json()
    fresh = site.refresh(made["refresh_token"]).json()
    assert site.userinfo(fresh["access_token"]).status_code == 200
    reused = site.refresh(made["refresh_token"])
    assert (reused.status_code, reused.json()["error"]) == (400, "invalid_grant")
    assert site.userinfo(fresh["access_token"]).status_code == 401
    assert site.refresh(fresh["refresh_token"]).status_code == 400


def test_revoking_and_looking_into_tokens(shared_hall: RunningHall, site: Client, admin: Browser) -> None:
    made = site.exchange(site.code(admin, scope="openid offline_access")).json()
    ask = {"token": made["access_token"]}
    url, proof = f"{shared_hall.url}/oidc/introspect", ("site", SECRET)
    assert requests.post(url, data=ask, auth=proof, timeout=10).json()["active"] is True
    assert requests.post(url, data=ask, auth=("other", SECRET), timeout=10).json() == {"active": False}
    assert requests.post(url, data=ask | {"client_id": "zhiting-admin"}, timeout=10).status_code == 401
    url = f"{shared_hall.url}/oidc/revoke"
    assert requests.post(url, data=ask, auth=("other", SECRET), timeout=10).status_code == 200
    assert site.userinfo(made["access_token"]).status_code == 200, "only its own client may end it"
    assert requests.post(url, data={"token": made["refresh_token"]}, auth=proof, timeout=10).status_code == 200
    assert site.userinfo(made["access_token"]).status_code == 401


def test_a_foreign_clients_token_does_not_open_the_halls_api(
    shared_hall: RunningHall, site: Client, admin: Browser
) -> None:
    token = site.exchange(site.code(admin, scope="openid hall")).json()["access_token"]
    answer = requests.get(f"{shared_hall.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_audience_wrong")
    answer = requests.get(f"{shared_hall.url}/api/v1/me", headers={"Authorization": "Bearer zta.x"}, timeout=10)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


def test_only_our_published_keys_prove_anything(shared_hall: RunningHall, site: Client, admin: Browser) -> None:
    token = site.exchange(site.code(admin)).json()["id_token"]
    keys = keys_of(shared_hall)
    assert checked(token, keys) is not None
    head, payload, signature = token.split(".")

    def signed(**changed: object) -> str:
        found = json.loads(base64.urlsafe_b64decode(head + "=="))
        return base64.urlsafe_b64encode(json.dumps(found | changed).encode()).rstrip(b"=").decode()

    stranger = make_key()
    assert checked(f"{signed(alg='none')}.{payload}.", keys) is None
    assert checked(f"{signed(alg='none')}.{payload}.{signature}", keys) is None
    assert checked(f"{signed(alg='HS256')}.{payload}.{signature}", keys) is None
    assert checked(f"{signed(kid='unknown')}.{payload}.{signature}", keys) is None
    assert checked(token, [stranger.public]) is None
    assert checked("x", keys) is None and checked("", keys) is None
    # As a hint at signing out it proves nothing either: the browser is asked first.
    page = admin.get("/oidc/logout", id_token_hint=f"{signed(alg='none')}.{payload}.")
    assert page.status_code == 200 and admin.authorize(**site.query()).status_code == 303


def test_doubled_fields_are_refused(shared_hall: RunningHall, site: Client, admin: Browser) -> None:
    url = f"{shared_hall.url}/oidc/token"
    body = "grant_type=authorization_code&grant_type=refresh_token"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert requests.post(url, data=body, headers=headers, timeout=10).json()["error"] == "invalid_request"
    assert requests.post(url, json={"grant_type": "x"}, timeout=10).json()["error"] == "invalid_request"
    query = "&".join(f"{name}={value}" for name, value in site.query().items())
    assert admin.get(f"/oidc/authorize?{query}&client_id=other").status_code == 400


def test_a_query_has_no_more_fields_than_a_form(site: Client, admin: Browser) -> None:
    query = "&".join(f"{name}={value}" for name, value in site.query().items())
    assert admin.get(f"/oidc/authorize?{query}" + "&x=1" * 41).status_code == 400
