"""The whole way in a real browser: away, back, linked by consent, and in by it, under our own pages' policy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.schemas.upstreams import OAuth2Upstream, UpstreamCreate, UpstreamEdit
from tests.fakes.browser import Phone, phone, why_impossible
from tests.fakes.hall import RunningHall
from tests.fakes.upstream import Social, serving


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Phone]:
    if reason := why_impossible():
        pytest.skip(reason)
    with phone(tmp_path) as running:
        yield running


def test_linked_and_in_by_it_on_a_phone(shared_hall: RunningHall, browser: Phone) -> None:
    social = Social()

    def authorize(query: dict[str, str]) -> tuple[int, bytes]:
        code = query["state"][:8]
        social.codes[code] = "openid-phone"
        return 302, f"{query['redirect_uri']}?code={code}&state={query['state']}".encode()

    with serving(social.routes() | {"/authorize": authorize}) as url:
        settings = OAuth2Upstream(
            authorize_url=f"{url}/authorize", token_url=f"{url}/sns/oauth2/access_token", client_id=Social.APPID,
            client_id_name="appid", secret_name="secret", token_method="GET", subject_path="openid",
        )  # fmt: skip
        registry = shared_hall.client("admin")
        wanted = UpstreamCreate(key="phone", name="手机平台", settings=settings, secret=Social.SECRET)
        made = registry.add_sign_on_upstream(wanted)
        registry.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, enabled=True))
        start = "a[href^='/upstream/phone/start']"
        browser.open(f"{shared_hall.url}/sign-in")
        browser.tap(start)
        browser.wait(lambda: browser.text("#unlinked"), "the question for an account")
        browser.tap("#sign-in")
        browser.wait(lambda: browser.text("button[type=submit]"), "the sign-in page")
        assert browser.text(start) == "", "their own account is asked for, not the other one again"
        browser.run(
            "document.querySelector('[name=username]').value = 'ys1002';"
            f"document.querySelector('[name=password]').value = '{shared_hall.password()}'"
        )
        browser.tap("button[type=submit]")
        browser.wait(lambda: browser.text("#link"), "the question whether to link")
        browser.tap("#yes")
        browser.wait(lambda: "手机平台" in browser.text("#links"), "the list of links")
        browser.open(f"{shared_hall.url}/sign-out")
        browser.tap("button[type=submit]")
        browser.wait(lambda: browser.text(start), "the sign-in page again")
        browser.tap(start)
        browser.wait_text("main", "ys1002")
        assert browser.complaints() == []
