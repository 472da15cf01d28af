"""A client's program and a person's browser, as far as single sign-on needs them: plain HTTP, redirects by hand."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import requests
from sqlalchemy import insert, select

from server.database import HallRow
from server.features.sign_on.clients import secret_hash
from server.features.sign_on.models import ClientRow
from shared.domain.identifiers import uuid7
from tests.fakes.hall import RunningHall

BACK = "http://client.test/callback"
SECRET = "a secret of the tests, long enough"


def pkce() -> tuple[str, str]:
    """A verifier and its challenge."""
    verifier = secrets.token_urlsafe(48)
    return verifier, base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def add_client(hall: RunningHall, client_id: str, **fields: Any) -> None:
    """Register a client behind the server's back."""
    (hall_id,) = hall.execute(select(HallRow.id))[0]
    row = {
        "hall_id": hall_id, "id": uuid7(), "client_id": client_id, "name": "测试系统", "name_en": "Test site",
        "secret_hash": secret_hash(SECRET), "redirect_uris": [BACK], "post_logout_uris": [], "backchannel_uri": "",
        "cas_services": [], "scopes": ["openid", "profile", "organisation", "roles", "offline_access"], "own": False,
        "trusted": False,
        "enabled": True, "created_at": datetime.now(UTC), "version": 0,
    } | fields  # fmt: skip
    hall.execute(insert(ClientRow).values(**row))


class Browser:
    """Cookies, forms and redirects; it never leaves the hall."""

    def __init__(self, hall: RunningHall) -> None:
        self.hall = hall
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str, **query: str) -> requests.Response:
        return self.session.get(urljoin(self.hall.url, path), params=query, allow_redirects=False, timeout=10)

    def post(self, path: str, data: dict[str, str], **headers: str) -> requests.Response:
        address = urljoin(self.hall.url, path)
        return self.session.post(address, data=data, headers=headers, allow_redirects=False, timeout=10)

    def sign_in(self, username: str = "admin", password: str | None = None, next_: str = "/account") -> None:
        page = self.get("/sign-in", next=next_, again="1")
        form = fields_of(page.text)
        form |= {"username": username, "password": password or self.hall.password()}
        answer = self.post("/sign-in", form)
        assert answer.status_code in (200, 303), answer.text
        assert self.session.cookies.get("zt_session"), answer.text

    def authorize(self, **query: str) -> requests.Response:
        return self.get("/oidc/authorize", **query)

    def close(self) -> None:
        self.session.close()


def through(here: Browser, there: Browser, key: str, next_: str = "/account") -> str:
    """Off to another hall, where a browser is signed in, and where that one sends it back to; consent is given."""
    out = here.get(f"/upstream/{key}/start", next=next_)
    assert out.status_code == 303, out.text
    answer = there.get(out.headers["location"])
    if answer.status_code == 200:
        agreed = there.post("/oidc/consent", fields_of(answer.text) | {"answer": "yes"})
        answer = there.get(onward_of(there.get(onward_of(agreed.text)).text))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def fields_of(html: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}


def onward_of(html: str) -> str:
    """Where a page of ours goes on by itself."""
    found = re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', html)
    assert found is not None, html
    return unescape(found[1])


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


class Client:
    """A site that people sign in to."""

    def __init__(self, hall: RunningHall, client_id: str, *, secret: str | None = SECRET, back: str = BACK) -> None:
        self.hall, self.client_id, self.secret, self.back = hall, client_id, secret, back
        self.verifier, self.challenge = pkce()

    def query(self, **changed: str) -> dict[str, str]:
        asked = {
            "client_id": self.client_id, "redirect_uri": self.back, "response_type": "code", "state": "st-1",
            "scope": "openid profile", "nonce": "n-1", "code_challenge": self.challenge,
            "code_challenge_method": "S256",
        } | changed  # fmt: skip
        return {name: value for name, value in asked.items() if value}

    def code(self, browser: Browser, **changed: str) -> str:
        """The code a signed-in browser brings back, consent given on the way."""
        answer = browser.authorize(**self.query(**changed))
        if answer.status_code == 200:
            agreed = browser.post("/oidc/consent", fields_of(answer.text) | {"answer": "yes"})
            again = onward_of(agreed.text)
            answer = browser.get(onward_of(browser.get(again).text))
        assert answer.status_code == 303, answer.text
        brought = query_of(answer.headers["location"])
        assert brought["state"] == "st-1" and brought["iss"] == self.hall.url
        return brought["code"]

    def token(self, **form: str) -> requests.Response:
        auth = (self.client_id, self.secret) if self.secret else None
        given = form if self.secret else {"client_id": self.client_id} | form
        return requests.post(f"{self.hall.url}/oidc/token", data=given, auth=auth, timeout=10)

    def exchange(self, code: str, **changed: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.back,
            "code_verifier": self.verifier,
        } | changed  # fmt: skip
        return self.token(**{name: value for name, value in form.items() if value})

    def refresh(self, token: str) -> requests.Response:
        return self.token(grant_type="refresh_token", refresh_token=token)

    def userinfo(self, token: str) -> requests.Response:
        return requests.get(f"{self.hall.url}/oidc/userinfo", headers={"Authorization": f"Bearer {token}"}, timeout=10)
