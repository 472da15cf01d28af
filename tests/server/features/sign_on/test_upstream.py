"""Signing in through a second hall, which is the provider: linked by consent, asked for the second factor, unlinked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import pyotp
import pytest
from sqlalchemy import delete, select, update

from server.audit import AuditRow
from server.auth import Keys
from server.crypto import place
from server.features.access.models import AccountRow
from server.features.accounts.models import SessionRow, ThrottleRow
from server.features.sign_on.models import LinkRow, UpstreamRow
from server.features.sign_on.upstream.flow import AT_ONCE
from server.one_time import OneTimeRow
from shared.domain.errors import HallError
from shared.schemas.upstreams import OidcUpstream, Upstream, UpstreamCreate, UpstreamEdit
from tests.fakes.hall import RunningHall, free_port, running_hall
from tests.fakes.sign_on import SECRET, Browser, add_client, fields_of, onward_of, query_of, through

KEY, NAME = "sister", "姊妹大厅"


@pytest.fixture(scope="module")
def sister(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHall]:
    """The provider: a hall of its own, with the same people in it."""
    with running_hall(tmp_path_factory.mktemp("sister")) as hall:
        yield hall


@pytest.fixture(scope="module")
def upstream(shared_hall: RunningHall, sister: RunningHall) -> Upstream:
    back = f"{shared_hall.url}/upstream/{KEY}/callback"
    add_client(sister, client_of(shared_hall), redirect_uris=[back], scopes=["openid", "profile"])
    return enabled(shared_hall, KEY, NAME, sister.url)


@pytest.fixture
def here(shared_hall: RunningHall, upstream: Upstream) -> Iterator[Browser]:
    """A browser at this hall; nobody is linked when it comes."""
    shared_hall.execute(delete(LinkRow))
    browser = Browser(shared_hall)
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def there(sister: RunningHall) -> Iterator[Browser]:
    """The same browser, as the other hall knows it: its cookies are another site's."""
    browser = Browser(sister)
    browser.sign_in("ys1001")
    yield browser
    browser.close()


def client_of(hall: RunningHall) -> str:
    """What this hall is called at the other one."""
    return f"hall-{hall.port}"


def enabled(hall: RunningHall, key: str, name: str, issuer: str) -> Upstream:
    registry = hall.client("admin")
    settings = OidcUpstream(issuer=issuer, client_id=client_of(hall))
    made = registry.add_sign_on_upstream(UpstreamCreate(key=key, name=name, settings=settings, secret=SECRET))
    return registry.edit_sign_on_upstream(made.id, UpstreamEdit(version=0, enabled=True))


def link(here: Browser, there: Browser, username: str, answer: str = "yes") -> None:
    """Come as somebody of the other hall, sign in with one's own account, say whether to link."""
    asking = here.get(through(here, there, KEY)).headers["location"]
    here.sign_in(username, next_=asking)
    form = fields_of(here.get(asking).text)
    done = here.post(asking, form | {"answer": answer})
    assert done.status_code == 200, done.text
    assert onward_of(done.text).startswith("/account/links")


def who_is(browser: Browser) -> str:
    """The user name behind a browser; empty when nobody is signed in."""
    page = browser.get("/account")
    return page.text.split("<dd>")[1].split("</dd>")[0] if page.status_code == 200 else ""


def account(hall: RunningHall, username: str) -> AccountRow:
    return hall.execute(select(AccountRow).where(AccountRow.username == username))[0]  # type: ignore[no-any-return]


def methods(hall: RunningHall, username: str) -> list[str]:
    (found,) = hall.execute(
        select(SessionRow.methods)
        .where(SessionRow.account_id == account(hall, username).id)
        .order_by(SessionRow.begun_at.desc())
        .limit(1)
    )[0]
    return list(found)


def test_somebody_signs_in_through_another_hall_once_they_agreed(
    shared_hall: RunningHall, sister: RunningHall, here: Browser, there: Browser
) -> None:
    assert NAME in here.get("/sign-in").text
    back = through(here, there, KEY)
    assert urlsplit(back).path == f"/upstream/{KEY}/callback" and query_of(back)["iss"] == sister.url
    asking = here.get(back).headers["location"]
    page = here.get(asking)
    # The same person has the same name in both halls: that links nothing.
    assert page.status_code == 200 and 'id="unlinked"' in page.text and who_is(here) == ""
    assert shared_hall.execute(select(LinkRow.account_id)) == []
    here.sign_in("ys1002", next_=asking)
    asked = here.get(asking)
    assert NAME in asked.text and 'id="link"' in asked.text
    assert shared_hall.execute(select(LinkRow.account_id)) == [], "not before they agreed"
    done = here.post(asking, fields_of(asked.text) | {"answer": "yes"})
    assert onward_of(done.text) == "/account/links?done=linked"
    assert here.post(asking, fields_of(asked.text) | {"answer": "yes"}).status_code == 409, "asked once"
    again = Browser(shared_hall)
    passed = again.get(through(again, there, KEY, "/t"))
    assert (passed.status_code, onward_of(passed.text) if passed.status_code == 200 else "") == (200, "/t")
    assert who_is(again) == "ys1002" and methods(shared_hall, "ys1002") == ["upstream"]
    trail = shared_hall.execute(select(AuditRow.action, AuditRow.detail).where(AuditRow.action.like("sign_on.%")))
    actions = {action for action, _ in trail}
    assert {"sign_on.linked", "sign_on.upstream_came"} <= actions
    subject = str(account(sister, "ys1001").id)
    assert not any(subject in detail for _, detail in trail)
    kept = shared_hall.execute(select(OneTimeRow.data))
    assert not any(subject in str(data) for (data,) in kept)
    again.close()


def test_who_says_no_is_not_linked(shared_hall: RunningHall, here: Browser, there: Browser) -> None:
    link(here, there, "ys1002", "no")
    assert shared_hall.execute(select(LinkRow.account_id)) == [] and who_is(here) == "ys1002"
    trail = shared_hall.execute(select(AuditRow.action).where(AuditRow.action == "sign_on.link_refused"))
    assert trail


def test_one_person_there_is_one_account_here(shared_hall: RunningHall, here: Browser, there: Browser) -> None:
    link(here, there, "ys1002")
    # The other way round: whoever is signed in as somebody else here becomes who they are there.
    other = Browser(shared_hall)
    other.sign_in("ys1003")
    other.get(through(other, there, KEY))
    assert who_is(other) == "ys1002"
    # Two questions at once: the second answer finds the first.
    shared_hall.execute(delete(LinkRow))
    browsers = [Browser(shared_hall) for _ in range(2)]
    asked = [browser.get(through(browser, there, KEY)).headers["location"] for browser in browsers]
    for browser, asking, name in zip(browsers, asked, ("ys1003", "ys1004"), strict=True):
        browser.sign_in(name, next_=asking)
    answers = [
        browser.post(asking, fields_of(browser.get(asking).text) | {"answer": "yes"}).status_code
        for browser, asking in zip(browsers, asked, strict=True)
    ]
    assert answers == [200, 409] and len(shared_hall.execute(select(LinkRow.account_id))) == 1
    for browser in (other, *browsers):
        browser.close()


def test_the_second_factor_is_asked_all_the_same(shared_hall: RunningHall, here: Browser, there: Browser) -> None:
    link(here, there, "ys1005")
    secret, id_ = pyotp.random_base32(), account(shared_hall, "ys1005").id
    vault = Keys.of(shared_hall.data).vault
    sealed = vault.seal(secret, place("accounts", "totp", id_))
    row = update(AccountRow).where(AccountRow.id == id_)
    shared_hall.execute(row.values(totp_cipher=sealed, totp_step=0))
    browser = Browser(shared_hall)
    page = browser.get(through(browser, there, KEY))
    assert page.status_code == 200 and 'name="code"' in page.text and who_is(browser) == ""
    wrong = browser.post("/sign-in", fields_of(page.text) | {"code": "000000"})
    assert wrong.status_code == 403 and 'name="code"' in wrong.text
    thief = Browser(shared_hall)
    thief.get("/sign-in")
    code = pyotp.TOTP(secret).now()
    stolen = fields_of(wrong.text) | {"csrf": fields_of(thief.get("/sign-in").text)["csrf"], "code": code}
    assert thief.post("/sign-in", stolen).status_code == 409, "the step belongs to one browser"
    assert browser.post("/sign-in", fields_of(wrong.text) | {"code": code}).status_code == 303
    assert who_is(browser) == "ys1005" and methods(shared_hall, "ys1005") == ["upstream", "otp", "mfa"]
    shared_hall.execute(row.values(totp_cipher=None))
    for one in (browser, thief):
        one.close()


@pytest.mark.parametrize("ended", ["link", "provider"])
def test_a_code_that_is_asked_for_outlives_neither_the_link_nor_the_provider(
    shared_hall: RunningHall, here: Browser, there: Browser, upstream: Upstream, ended: str
) -> None:
    link(here, there, "ys1005")
    secret, id_ = pyotp.random_base32(), account(shared_hall, "ys1005").id
    sealed = Keys.of(shared_hall.data).vault.seal(secret, place("accounts", "totp", id_))
    row = update(AccountRow).where(AccountRow.id == id_)
    shared_hall.execute(row.values(totp_cipher=sealed, totp_step=0))
    browser = Browser(shared_hall)
    page = browser.get(through(browser, there, KEY))
    switch = update(UpstreamRow).where(UpstreamRow.id == upstream.id)
    shared_hall.execute(delete(LinkRow) if ended == "link" else switch.values(enabled=False))
    done = browser.post("/sign-in", fields_of(page.text) | {"code": pyotp.TOTP(secret).now()})
    shared_hall.execute(switch.values(enabled=True))
    shared_hall.execute(row.values(totp_cipher=None))
    assert (done.status_code, who_is(browser)) == (409, "")
    browser.close()


def test_a_suspended_account_stays_out(shared_hall: RunningHall, here: Browser, there: Browser) -> None:
    link(here, there, "ys1006")
    row = update(AccountRow).where(AccountRow.username == "ys1006")
    shared_hall.execute(row.values(status="suspended"))
    browser = Browser(shared_hall)
    page = browser.get(through(browser, there, KEY))
    assert page.status_code == 403 and 'name="password"' in page.text and who_is(browser) == ""
    shared_hall.execute(row.values(status="open"))
    browser.close()


def test_an_old_sign_in_is_proved_anew_before_linking(shared_hall: RunningHall, here: Browser, there: Browser) -> None:
    here.sign_in("ys1004")
    asking = here.get(through(here, there, KEY)).headers["location"]
    assert 'id="link"' in here.get(asking).text
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    mine = SessionRow.account_id == account(shared_hall, "ys1004").id
    form = fields_of(here.get(asking).text)
    shared_hall.execute(update(SessionRow).where(mine).values(proved_at=long_ago))
    again = here.get(asking)
    assert again.status_code == 303 and query_of(again.headers["location"])["again"] == "1"
    assert here.post(asking, form | {"answer": "yes"}).status_code == 409
    assert shared_hall.execute(select(LinkRow.account_id)) == []


def test_a_link_question_is_of_one_browser_and_not_forged(
    shared_hall: RunningHall, here: Browser, there: Browser
) -> None:
    asking = here.get(through(here, there, KEY)).headers["location"]
    victim = Browser(shared_hall)
    victim.sign_in("ys1003")
    # An address that somebody sends around would link the victim's account with the sender.
    assert victim.get(asking).status_code == 410
    here.sign_in("ys1004", next_=asking)
    form = fields_of(here.get(asking).text) | {"answer": "yes"}
    assert victim.post(asking, form).status_code == 403
    assert here.post(asking, form, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert here.post(asking, {"answer": "yes"}).status_code == 403
    assert here.get("/account/link/made-up").status_code == 410
    assert shared_hall.execute(select(LinkRow.account_id)) == []
    victim.close()


def test_the_way_back_is_good_once_and_for_the_browser_that_left(
    shared_hall: RunningHall, here: Browser, there: Browser
) -> None:
    link(here, there, "ys1002")
    browser, other = Browser(shared_hall), Browser(shared_hall)
    back = through(browser, there, KEY)
    for thief in (other, Browser(shared_hall)):
        other.get(f"/upstream/{KEY}/start")
        assert thief.get(back).status_code == 400 and who_is(thief) == "", "signed in as the sender: login CSRF"
    assert browser.get(f"/upstream/{KEY}/callback", code="x", state="made-up").status_code == 400
    assert browser.get(f"/upstream/{KEY}/callback", code="x").status_code == 400
    assert browser.get(back + "&state=other").status_code == 400, "each field once"
    assert browser.get(back).status_code == 303 and who_is(browser) == "ys1002"
    browser.get("/sign-out")
    late = Browser(shared_hall)
    late.session.cookies.update(browser.session.cookies)
    late.session.cookies.set("zt_session", None)
    assert late.get(back).status_code == 400 and who_is(late) == ""
    whys = [detail for (detail,) in shared_hall.execute(
        select(AuditRow.detail).where(AuditRow.action == "sign_on.upstream_refused")
    )]  # fmt: skip
    assert '{"why":"browser"}' in whys and '{"why":"used"}' in whys
    for one in (browser, other, late):
        one.close()


def test_an_answer_of_one_provider_is_not_taken_for_anothers(
    shared_hall: RunningHall, sister: RunningHall, here: Browser, there: Browser
) -> None:
    enabled(shared_hall, "mixed", "另一个", sister.url)
    link(here, there, "ys1002")
    browser = Browser(shared_hall)
    back = through(browser, there, KEY)
    assert browser.get(back.replace(f"/{KEY}/", "/mixed/")).status_code == 400
    for wrong in ("http://evil.test", ""):
        back = through(browser, there, KEY)
        asked = {name: value for name, value in (query_of(back) | {"iss": wrong}).items() if value}
        assert browser.get(f"/upstream/{KEY}/callback", **asked).status_code == 502
    assert who_is(browser) == ""
    browser.close()


def test_who_cancels_there_is_told_and_may_use_the_password(here: Browser) -> None:
    out = query_of(here.get(f"/upstream/{KEY}/start").headers["location"])
    issuer = here.hall.client("admin").sign_on_upstreams()
    iss = next(one.settings.issuer for one in issuer if one.key == KEY)  # type: ignore[union-attr]
    page = here.get(f"/upstream/{KEY}/callback", error="access_denied", state=out["state"], iss=iss)
    assert page.status_code == 403 and NAME in page.text and 'name="password"' in page.text


def test_a_provider_that_is_away_leaves_the_password(shared_hall: RunningHall, here: Browser) -> None:
    enabled(shared_hall, "gone", "远方平台", f"http://127.0.0.1:{free_port()}")
    page = here.get("/upstream/gone/start", next="/t")
    assert page.status_code == 503 and "远方平台" in page.text
    form = fields_of(page.text) | {"username": "ys1004", "password": shared_hall.password()}
    assert form["next"] == "/t" and here.post("/sign-in", form).status_code == 200
    assert who_is(here) == "ys1004"


def test_a_provider_that_is_away_fills_neither_the_trail_nor_our_threads(
    shared_hall: RunningHall, sister: RunningHall, here: Browser
) -> None:
    """Anybody may ask for it: told once in a while, and asked for only so often."""
    rows = delete(ThrottleRow)
    shared_hall.execute(rows)
    enabled(shared_hall, "away-long", "远方平台", f"http://127.0.0.1:{free_port()}")
    answers = [here.get("/upstream/away-long/start").status_code for _ in range(AT_ONCE + 1)]
    assert answers == [503] * AT_ONCE + [429]
    shared_hall.execute(rows)
    of_it = select(AuditRow.n).where(AuditRow.subject == "away-long", AuditRow.action == "sign_on.upstream_refused")
    assert len(shared_hall.execute(of_it)) == 1


def test_a_way_back_that_another_browser_shows_again_and_again_is_told_once(
    shared_hall: RunningHall, here: Browser, there: Browser
) -> None:
    shared_hall.execute(delete(ThrottleRow))
    told = select(AuditRow.n).where(
        AuditRow.subject == KEY, AuditRow.action == "sign_on.upstream_refused", AuditRow.detail.contains("browser")
    )
    before, back, stranger = len(shared_hall.execute(told)), through(here, there, KEY), Browser(shared_hall)
    assert [stranger.get(back).status_code for _ in range(5)] == [400] * 5
    assert len(shared_hall.execute(told)) == before + 1
    stranger.close()


@pytest.mark.parametrize("wanted", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site_afterwards(
    shared_hall: RunningHall, here: Browser, there: Browser, wanted: str
) -> None:
    link(here, there, "ys1002")
    browser = Browser(shared_hall)
    assert browser.get(through(browser, there, KEY, wanted)).headers["location"] == "/account"
    browser.close()


def test_a_provider_that_is_switched_off_leads_nowhere(
    shared_hall: RunningHall, upstream: Upstream, here: Browser, there: Browser
) -> None:
    registry = shared_hall.client("admin")
    version = next(one.version for one in registry.sign_on_upstreams() if one.id == upstream.id)
    back = through(here, there, KEY)
    registry.edit_sign_on_upstream(upstream.id, UpstreamEdit(version=version, enabled=False))
    assert here.get(f"/upstream/{KEY}/start").status_code == 404
    assert here.get(back).status_code == 404 and NAME not in here.get("/sign-in").text
    assert here.get("/upstream/never-was/start").status_code == 404
    registry.edit_sign_on_upstream(upstream.id, UpstreamEdit(version=version + 1, enabled=True))


def test_links_are_seen_and_ended_by_their_owner(
    shared_hall: RunningHall, upstream: Upstream, here: Browser, there: Browser
) -> None:
    link(here, there, "ys1002")
    page = here.get("/account/links")
    assert NAME in page.text and "/account/links" in here.get("/account").text
    form = fields_of(page.text)
    stranger = Browser(shared_hall)
    stranger.sign_in("ys1003")
    own = fields_of(stranger.get("/account").text) | {"upstream": str(upstream.id)}
    assert stranger.post("/account/links/end", own).status_code == 404
    assert here.post("/account/links/end", form | {"csrf": "x"}).status_code == 403
    # Without a password this is the last way in.
    row = update(AccountRow).where(AccountRow.username == "ys1002")
    (kept,) = shared_hall.execute(select(AccountRow.password_hash).where(AccountRow.username == "ys1002"))[0]
    shared_hall.execute(row.values(password_hash=None))
    assert here.post("/account/links/end", form).status_code == 409
    shared_hall.execute(row.values(password_hash=kept))
    assert here.post("/account/links/end", form).status_code == 303
    assert shared_hall.execute(select(LinkRow.account_id)) == []
    browser = Browser(shared_hall)
    assert browser.get(through(browser, there, KEY)).headers["location"].startswith("/account/link/")
    for one in (stranger, browser):
        one.close()


def test_an_administrator_ends_a_link(
    shared_hall: RunningHall, upstream: Upstream, here: Browser, there: Browser
) -> None:
    link(here, there, "ys1002")
    registry, id_ = shared_hall.client("admin"), account(shared_hall, "ys1002").id
    assert [one.key for one in registry.account_links(id_)] == [KEY]
    registry.end_account_link(id_, upstream.id)
    assert registry.account_links(id_) == []
    with pytest.raises(HallError) as missing:
        registry.end_account_link(id_, upstream.id)
    assert missing.value.code == "upstream_link_missing"
    trail = shared_hall.execute(select(AuditRow.actor).where(AuditRow.action == "sign_on.unlinked"))
    assert ("admin:admin",) in [tuple(row) for row in trail]


def test_their_keys_may_change(shared_hall: RunningHall, sister: RunningHall, here: Browser, there: Browser) -> None:
    link(here, there, "ys1002")
    provider = sister.client("admin")
    for _ in range(3):
        provider.rotate_signing_keys()
    browser = Browser(shared_hall)
    browser.get(through(browser, there, KEY))
    assert who_is(browser) == "ys1002"
    browser.close()


def test_who_has_no_account_registers_and_comes_back_to_the_question(
    shared_hall: RunningHall, here: Browser, there: Browser
) -> None:
    asking = here.get(through(here, there, KEY)).headers["location"]
    page = here.get(asking)
    assert f"/register?next={quote(asking, safe='')}" in page.text
    form = here.get("/register", next=asking)
    assert fields_of(form.text)["next"] == asking
    given = {
        "name": "王小明", "number": "11010519491231002X", "phone": "13800000000", "username": f"new{here.hall.port}",
        "password": "Copper-Lantern-7", "again": "Copper-Lantern-7", "kind": "citizen",
    }  # fmt: skip
    done = here.post("/register", fields_of(form.text) | given)
    assert done.status_code == 200 and f"/sign-in?next={quote(asking, safe='')}" in done.text
    elsewhere = here.get("/register", next="https://evil.test/")
    assert "evil.test" not in elsewhere.text


def test_who_is_signed_in_and_can_not_link_is_told_on_their_own_page(shared_hall: RunningHall, here: Browser) -> None:
    here.sign_in("ys1004")
    page = here.get("/upstream/never-was/start", next="/account")
    assert page.status_code == 404 and 'id="links"' in page.text and 'name="password"' not in page.text


def test_an_account_that_is_given_back_to_its_owner_has_no_links(
    shared_hall: RunningHall, here: Browser, there: Browser
) -> None:
    link(here, there, "ys1007")
    registry, id_ = shared_hall.client("admin"), account(shared_hall, "ys1007").id
    registry.reset_account(id_)
    assert registry.account_links(id_) == []
    browser = Browser(shared_hall)
    assert browser.get(through(browser, there, KEY)).headers["location"].startswith("/account/link/")
    browser.close()


def test_one_address_begins_only_so_often(shared_hall: RunningHall, sister: RunningHall, here: Browser) -> None:
    rows = delete(ThrottleRow)
    shared_hall.execute(rows)
    answers = [here.get(f"/upstream/{KEY}/start").status_code for _ in range(AT_ONCE + 1)]
    assert answers == [303] * AT_ONCE + [429]
    shared_hall.execute(rows)
    assert here.get(f"/upstream/{KEY}/start").status_code == 303
