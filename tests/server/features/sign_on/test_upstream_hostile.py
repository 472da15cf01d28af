"""Providers that answer wrongly: tokens they did not make for us, answers without end; and one only like OAuth 2."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import delete, select

from server.audit import AuditRow
from server.features.accounts.models import ThrottleRow
from server.features.sign_on.models import LinkRow
from server.features.sign_on.outgoing import LARGEST
from server.features.sign_on.upstream.oauth2 import text_at
from shared.schemas.upstreams import OAuth2Upstream, OidcUpstream, UpstreamCreate, UpstreamEdit, UpstreamSettings
from tests.fakes.hall import RunningHall
from tests.fakes.sign_on import Browser, query_of
from tests.fakes.upstream import Issuer, Social, serving


@pytest.fixture(scope="module")
def issuer(shared_hall: RunningHall) -> Iterator[Issuer]:
    made = Issuer()
    with serving(made.routes()) as made.url:
        register(shared_hall, "issuer", OidcUpstream(issuer=made.url, client_id="hall"))
        yield made


@pytest.fixture
def here(shared_hall: RunningHall) -> Iterator[Browser]:
    shared_hall.execute(delete(LinkRow))
    shared_hall.execute(delete(ThrottleRow))
    browser = Browser(shared_hall)
    yield browser
    browser.close()


def register(hall: RunningHall, key: str, settings: UpstreamSettings, secret: str = "s") -> None:
    registry = hall.client("admin")
    made = registry.add_sign_on_upstream(UpstreamCreate(key=key, name=f"平台{key}", settings=settings, secret=secret))
    registry.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, enabled=True))


def leave(here: Browser, key: str) -> dict[str, str]:
    """What a browser takes along to the provider."""
    out = here.get(f"/upstream/{key}/start")
    assert out.status_code == 303, out.text
    return query_of(out.headers["location"])


def come_back(here: Browser, issuer: Issuer, left: dict[str, str], token: object) -> int:
    """The status of the way back when the provider's token endpoint answers this id_token; 303: they are known."""
    issuer.token = 200, {"access_token": "a", "id_token": token}
    return here.get("/upstream/issuer/callback", code="c", state=left["state"]).status_code


def refused(hall: RunningHall) -> str:
    """Why the last refusal was, as the trail has it."""
    (detail,) = hall.execute(
        select(AuditRow.detail)
        .where(AuditRow.action == "sign_on.upstream_refused")
        .order_by(AuditRow.n.desc())
        .limit(1)
    )[0]
    # The next one is told again, whatever it is.
    hall.execute(delete(ThrottleRow))
    return str(json.loads(detail)["why"])


def test_a_good_token_is_good(issuer: Issuer, here: Browser) -> None:
    left = leave(here, "issuer")
    assert left["code_challenge_method"] == "S256"
    assert come_back(here, issuer, left, issuer.id_token(left["nonce"])) == 303
    left = leave(here, "issuer")
    several = issuer.id_token(left["nonce"], aud=["hall", "other"], azp="hall")
    assert come_back(here, issuer, left, several) == 303


NOW = int(time.time())


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "http://evil.test"}, "iss"), ({"iss": None}, "iss"), ({"aud": "other"}, "aud"),
        ({"aud": None}, "aud"), ({"aud": ["hall", "other"]}, "azp"), ({"aud": ["hall"], "azp": "other"}, "aud"),
        ({"exp": NOW - 3600}, "exp"), ({"exp": None}, "exp"), ({"exp": "soon"}, "exp"), ({"iat": None}, "iat"),
        ({"iat": NOW - 7200}, "iat"), ({"iat": NOW + 7200}, "iat"), ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"), ({"nonce": "\ud800"}, "nonce"), ({"nonce": 7}, "nonce"),
        ({"exp": float("nan")}, "exp"), ({"exp": float("inf")}, "exp"), ({"exp": True}, "exp"),
        ({"sub": None}, "subject"), ({"sub": ""}, "subject"), ({"sub": 7}, "subject"),
        ({"sub": "x" * 256}, "subject"), ({"sub": "\ud800"}, "subject"), ({"sub": "a\x00b"}, "subject"),
    ],
)  # fmt: skip
def test_a_token_for_something_else_is_refused(
    shared_hall: RunningHall, issuer: Issuer, here: Browser, changed: dict[str, Any], why: str
) -> None:
    left = leave(here, "issuer")
    assert come_back(here, issuer, left, issuer.id_token(left["nonce"], **changed)) == 502
    assert refused(shared_hall) == why


def test_a_name_that_can_not_be_had_hinders_nobody(shared_hall: RunningHall, issuer: Issuer, here: Browser) -> None:
    registry = shared_hall.client("admin")
    row = next(one for one in registry.sign_on_upstreams() if one.key == "issuer")
    issuer.document = {"userinfo_endpoint": f"{issuer.url}/userinfo"}
    # A check reads the discovery document anew.
    registry.check_sign_on_upstream(row.id)
    for access in ("\u5f20", "a\nb", "", 7, None):
        left = leave(here, "issuer")
        issuer.token = 200, {"access_token": access, "id_token": issuer.id_token(left["nonce"])}
        back = here.get("/upstream/issuer/callback", code="c", state=left["state"])
        assert back.status_code == 303, access
    issuer.document = {}
    registry.check_sign_on_upstream(row.id)


def test_a_token_somebody_else_signed_is_refused(shared_hall: RunningHall, issuer: Issuer, here: Browser) -> None:
    def encoded(raw: bytes) -> str:
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    def unsigned(head: dict[str, Any], claims: str) -> str:
        return encoded(json.dumps(head).encode()) + f".{claims}."

    left = leave(here, "issuer")
    good = issuer.id_token(left["nonce"])
    claims = good.split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    stranger, public = Issuer(), issuer.key.as_pem(private=False)
    stranger.url = issuer.url
    # The public key as a shared secret: what an algorithm that the token may choose would accept.
    by_public_key = unsigned({"alg": "HS256", "kid": "k1"}, claims)
    by_public_key += encoded(hmac.digest(public, by_public_key[:-1].encode(), "sha256"))
    forged = [
        (unsigned({"alg": "none"}, claims), "algorithm"), (unsigned({"alg": "None", "kid": "k1"}, claims), "algorithm"),
        (by_public_key, "algorithm"), (issuer.id_token(said["nonce"], {"alg": "RS512"}), "algorithm"),
        (unsigned({"alg": "RS256", "kid": "k1"}, claims), "signature"), (good[:-4] + "AAAA", "signature"),
        (stranger.id_token(said["nonce"]), "signature"), (issuer.id_token(said["nonce"], {"kid": "k9"}), "signature"),
        ("", "algorithm"), (None, "id_token"), ({"alg": "none"}, "id_token"), ("x" * 20_000, "id_token"),
        ("a.b", "algorithm"),
    ]  # fmt: skip
    for token, why in forged:
        left |= {"state": leave(here, "issuer")["state"]}
        assert (come_back(here, issuer, left, token), refused(shared_hall)) == (502, why), token
    assert here.get("/account").status_code == 303


def test_a_new_key_of_theirs_is_learnt_and_an_old_one_forgotten(issuer: Issuer, here: Browser) -> None:
    old = issuer.key
    issuer.key = issuer.new_key("k2")
    issuer.published = [issuer.key]
    left = leave(here, "issuer")
    assert come_back(here, issuer, left, issuer.id_token(left["nonce"], {"kid": "k2"})) == 303
    issuer.key = old
    left = leave(here, "issuer")
    assert come_back(here, issuer, left, issuer.id_token(left["nonce"])) == 502
    issuer.published = [old]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, {}), "status 500"), ((302, b"http://127.0.0.1:9/"), "status 302"), ((200, b"not json"), "not JSON"),
        ((200, []), "not an object"), ((200, b"[" * 100_000), "not JSON"),
        ((200, b'{"x":"' + b"x" * LARGEST + b'"}'), "too long"),
    ],
)  # fmt: skip
def test_answers_that_can_not_be_used_are_no_answers(
    shared_hall: RunningHall, issuer: Issuer, here: Browser, answer: tuple[int, Any], why: str
) -> None:
    state = leave(here, "issuer")["state"]
    issuer.token = answer
    page = here.get("/upstream/issuer/callback", code="c", state=state)
    assert (page.status_code, refused(shared_hall)) == (503, why)
    assert 'name="password"' in page.text


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "http://127.0.0.1/other"}, {"token_endpoint": "http://evil.test/token"}, {"token_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"}, {"authorization_endpoint": "javascript:alert(1)"},
        {"userinfo_endpoint": "http://10.0.0.1/"},
    ],
)  # fmt: skip
def test_a_discovery_that_leads_elsewhere_is_not_followed(
    shared_hall: RunningHall, here: Browser, document: dict[str, Any]
) -> None:
    made = Issuer()
    with serving(made.routes()) as made.url:
        made.document = document
        key = f"bad-{made.url.rpartition(':')[2]}"
        register(shared_hall, key, OidcUpstream(issuer=made.url, client_id="hall"))
        page = here.get(f"/upstream/{key}/start")
        assert page.status_code == 502 and "location" not in page.headers


# Only like OAuth 2


@pytest.fixture(scope="module")
def social(shared_hall: RunningHall) -> Iterator[Social]:
    made = Social()
    with serving(made.routes()) as url:
        settings = OAuth2Upstream(
            authorize_url=f"{url}/connect/qrconnect", token_url=f"{url}/sns/oauth2/access_token",
            userinfo_url=f"{url}/sns/userinfo", client_id=Social.APPID, scope="snsapi_login", client_id_name="appid",
            secret_name="secret", token_method="GET", userinfo_token_name="access_token",
            userinfo_more={"openid": "openid"}, authorize_fragment="wechat_redirect", subject_path="openid",
            name_path="data.names.0.nickname",
        )  # fmt: skip
        register(shared_hall, "social", settings, Social.SECRET)
        yield made


def test_a_provider_that_is_only_like_oauth_2(shared_hall: RunningHall, social: Social, here: Browser) -> None:
    out = here.get("/upstream/social/start")
    address = out.headers["location"]
    asked = query_of(address)
    assert address.endswith("#wechat_redirect") and (asked["appid"], asked["scope"]) == (Social.APPID, "snsapi_login")
    assert Social.SECRET not in address
    social.codes["good"] = "openid-1"
    back = here.get("/upstream/social/callback", code="good", state=asked["state"])
    asking = back.headers["location"]
    page = here.get(asking)
    assert 'id="unlinked"' in page.text and "张*" in page.text and "张三" not in page.text
    here.sign_in("ys1004", next_=asking)
    form = here.get(asking).text
    token = form.split('name="token" value="')[1].split('"')[0]
    assert here.post(asking, {"token": token, "answer": "yes"}).status_code == 200
    again = Browser(shared_hall)
    social.codes["second"] = "openid-1"
    state = query_of(again.get("/upstream/social/start").headers["location"])["state"]
    assert again.get("/upstream/social/callback", code="second", state=state).headers["location"] == "/account"
    assert "ys1004" in again.get("/account").text
    again.close()


@pytest.mark.parametrize(("code", "why"), [("used", "token"), ("", "code"), ("x" * 5000, "code")])
def test_its_refusals_sign_nobody_in(
    shared_hall: RunningHall, social: Social, here: Browser, code: str, why: str
) -> None:
    state = query_of(here.get("/upstream/social/start").headers["location"])["state"]
    assert here.get("/upstream/social/callback", code=code, state=state).status_code == 502
    assert refused(shared_hall) == why and here.get("/account").status_code == 303


@pytest.mark.parametrize(
    "moved",
    [
        {"token_url": "/sns/oauth2/access_token?v=2"}, {"userinfo_url": "/sns/userinfo?v=2"},
        {"userinfo_token_name": "", "userinfo_more": {"openid": "openid", "access_token": "access_token"}},
        {"userinfo_more": {"openid": "openid", "more": "openid"}},
    ],
    ids=lambda moved: next(iter(moved)),
)  # fmt: skip
def test_the_same_person_of_another_app_is_somebody_else(
    shared_hall: RunningHall, here: Browser, moved: dict[str, Any]
) -> None:
    """Whose accounts are meant hangs on where they come from: settings that change lead nobody into old links."""
    mine = Social()
    with serving(mine.routes()) as url:
        settings = OAuth2Upstream(
            authorize_url=f"{url}/a", token_url=f"{url}/sns/oauth2/access_token", client_id=Social.APPID,
            userinfo_url=f"{url}/sns/userinfo", userinfo_token_name="access_token", userinfo_more={"openid": "openid"},
            client_id_name="appid", secret_name="secret", token_method="GET", subject_path="openid",
        )  # fmt: skip
        key = f"app-{url.rpartition(':')[2]}"
        register(shared_hall, key, settings, Social.SECRET)
        for code in ("one", "two", "three"):
            mine.codes[code] = "openid-9"
        asking = _asking(here, key, "one")
        here.sign_in("ys1003", next_=asking)
        token = here.get(asking).text.split('name="token" value="')[1].split('"')[0]
        here.post(asking, {"token": token, "answer": "yes"})
        other = Browser(shared_hall)
        assert _asking(other, key, "two") == "/account"
        registry = shared_hall.client("admin")
        row = next(one for one in registry.sign_on_upstreams() if one.key == key)
        update = {name: url + value if name.endswith("_url") else value for name, value in moved.items()}
        changed = UpstreamEdit(version=1, settings=settings.model_copy(update=update), secret=Social.SECRET)
        registry.edit_sign_on_upstream(row.id, changed)
        stranger = Browser(shared_hall)
        assert _asking(stranger, key, "three").startswith("/account/link/")
        for browser in (other, stranger):
            browser.close()


def _asking(browser: Browser, key: str, code: str) -> str:
    state = query_of(browser.get(f"/upstream/{key}/start").headers["location"])["state"]
    return browser.get(f"/upstream/{key}/callback", code=code, state=state).headers["location"]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("a", "1"), ("b.c", "x"), ("b.l.1", "z"), ("b.l.7", ""), ("b", ""), ("b.l", ""), ("n", ""), ("t", ""),
        ("a.b", ""), ("f", ""), ("b.l.-1", ""), ("missing.deep", ""),
    ],
)  # fmt: skip
def test_a_path_finds_a_text_or_a_whole_number_and_nothing_else(path: str, wanted: str) -> None:
    answer = {"a": 1, "b": {"c": "x", "l": ["y", "z"]}, "n": None, "t": True, "f": 1.5}
    assert text_at(answer, path) == wanted
