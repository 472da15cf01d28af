"""The sign-in page in a browser without script: cookies, foreign forms, planted sessions, where it leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256

import pyotp
import pytest
from sqlalchemy import select, update

from server.features.access.models import AccountRow
from server.features.accounts.cookies import SESSION_COOKIE, VISIT_COOKIE, local
from server.features.accounts.models import SessionRow, ThrottleRow
from tests.fakes.hall import RunningHall
from tests.fakes.visitor import Visitor


@pytest.fixture
def visit(shared_hall: RunningHall) -> Iterator[Callable[[], Visitor]]:
    made: list[Visitor] = []

    def come() -> Visitor:
        made.append(Visitor(shared_hall.url))
        return made[-1]

    yield come
    for visitor in made:
        visitor.close()


def test_signing_in_and_out(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    someone = visit()
    assert someone.sign_in("YS1004", shared_hall.password()).status_code == 303
    assert someone.page.headers["location"] == "/account"
    cookie = someone.page.headers["set-cookie"]
    assert f"{SESSION_COOKIE}=" in cookie and "HttpOnly" in cookie and "SameSite=lax" in cookie
    assert "Secure" not in cookie, "the hall's network speaks http; behind https it is set"
    assert someone.page.headers["cache-control"] == "no-store"
    assert someone.is_signed_in()
    assert someone.get("/sign-in?next=/t").url.endswith("/t"), "who is signed in is not asked again"
    someone.get("/sign-out")
    stolen = someone.http.cookies[SESSION_COOKIE]
    assert someone.fill("/sign-out").status_code == 303
    assert not someone.is_signed_in()
    thief = visit()
    thief.http.cookies.set(SESSION_COOKIE, stolen)
    assert not thief.is_signed_in(), "what ended is over for every copy"


def test_the_cookie_is_for_https_only_where_the_hall_has_it(
    shared_hall: RunningHall, visit: Callable[[], Visitor]
) -> None:
    someone = visit()
    someone.http.headers["X-Forwarded-Proto"] = "https"
    someone.get("/sign-in")
    assert "Secure" in someone.page.headers["set-cookie"]


def test_a_planted_session_is_not_taken_over(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    attacker, victim = visit(), visit()
    attacker.sign_in("ys1001", shared_hall.password())
    planted = attacker.http.cookies[SESSION_COOKIE]
    victim.get("/sign-in")
    victim.http.cookies.set(SESSION_COOKIE, planted, domain="127.0.0.1", path="/")
    victim.get("/sign-in?again=1")
    victim.fill("/sign-in", username="ys1002", password=shared_hall.password())
    assert victim.http.cookies[SESSION_COOKIE] != planted
    assert victim.is_signed_in() and not attacker.is_signed_in()


def test_proving_it_again_gives_the_same_session_a_new_secret(
    shared_hall: RunningHall, visit: Callable[[], Visitor]
) -> None:
    someone = visit()
    someone.sign_in("ys1003", shared_hall.password())
    first = someone.http.cookies[SESSION_COOKIE]
    before = shared_hall.execute(select(SessionRow.id).where(SessionRow.ended_at.is_(None)))
    someone.get("/sign-in?again=1")
    assert 'value="ys1003"' in someone.page.text
    someone.fill("/sign-in", username="ys1003", password=shared_hall.password())
    after = shared_hall.execute(select(SessionRow.id).where(SessionRow.ended_at.is_(None)))
    assert (before, first != someone.http.cookies[SESSION_COOKIE]) == (after, True)


def test_a_form_of_another_site_or_browser_is_refused(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    someone, other = visit(), visit()
    someone.get("/sign-in")
    good = someone.form("/sign-in") | {"username": "ys1004", "password": shared_hall.password()}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert someone.send("/sign-in", good, **headers).status_code == 403
    for fields in (good | {"csrf": "x"}, {name: value for name, value in good.items() if name != "csrf"}, {}):
        assert someone.send("/sign-in", fields).status_code == 403
    other.get("/sign-in")
    assert other.send("/sign-in", good).status_code == 403, "the token is the browser's own"
    assert someone.send("/sign-in", good).status_code == 303
    assert someone.send("/sign-out", {"csrf": good["csrf"]}).status_code == 403, "a new session has a new token"
    assert someone.is_signed_in()


def test_who_knows_a_sessions_id_does_not_know_its_forms_token(
    shared_hall: RunningHall, visit: Callable[[], Visitor]
) -> None:
    owner, other = visit(), visit()
    owner.sign_in("ys1004", shared_hall.password())
    owner.get("/account")
    own = owner.form("/account")["csrf"]
    secret = owner.http.cookies[SESSION_COOKIE]
    (id_,) = shared_hall.execute(
        select(SessionRow.id).where(SessionRow.secret_hash == sha256(secret.encode()).digest())
    )[0]
    for bound in (str(id_), secret):
        other.http.cookies.set(VISIT_COOKIE, bound)
        other.get("/sign-in")
        assert other.form("/sign-in")["csrf"] != own


def test_the_page_answers_alike_for_every_name(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    answers = []
    for name in ("ys1005", "nobody-here"):
        someone = visit()
        someone.sign_in(name, "wrong")
        text = someone.page.text.replace(someone.form("/sign-in")["csrf"], "").replace(name, "")
        answers.append((someone.page.status_code, text))
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


def test_where_it_leads(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    someone = visit()
    someone.sign_in("ys1006", shared_hall.password(), "/sign-in?next=%2Fauthorize%3Fclient_id%3Dx%26state%3D%3C")
    assert someone.page.status_code == 200, "a browser follows no redirect to another site after a form"
    assert 'content="0;url=/authorize?client_id=x&amp;state=&lt;"' in someone.page.text
    assert SESSION_COOKIE in someone.http.cookies


@pytest.mark.parametrize(
    "address",
    ["", "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "evil", "javascript:alert(1)",
     "/a\r\nSet-Cookie: x=1", "/\tb", "/" + "a" * 5000],
)  # fmt: skip
def test_it_leads_nowhere_else(address: str) -> None:
    assert local(address) == "/account"


def test_a_password_that_must_be_changed(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    shared_hall.execute(update(AccountRow).where(AccountRow.username == "ys1007").values(must_change=True))
    someone = visit()
    someone.sign_in("ys1007", shared_hall.password())
    assert SESSION_COOKIE not in someone.http.cookies
    assert someone.fill("/sign-in", password="Grey-heron-93", again="Grey-heron-94").status_code == 422
    assert someone.fill("/sign-in", password="grey", again="grey").status_code == 422
    assert someone.fill("/sign-in", password="Grey-heron-93", again="Grey-heron-93").status_code == 303
    assert someone.is_signed_in()


def test_a_code_step_is_the_browsers_own(
    shared_hall: RunningHall, visit: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    from server.auth import Keys
    from server.crypto import place

    secret = pyotp.random_base32()
    (id_,) = shared_hall.execute(select(AccountRow.id).where(AccountRow.username == "ys1008"))[0]
    sealed = Keys.of(shared_hall.data).vault.seal(secret, place("accounts", "totp", id_))
    shared_hall.execute(update(AccountRow).where(AccountRow.id == id_).values(totp_cipher=sealed, totp_step=0))
    someone, other = visit(), visit()
    someone.sign_in("ys1008", shared_hall.password())
    assert SESSION_COOKIE not in someone.http.cookies
    kept = someone.form("/sign-in")
    assert shared_hall.password() not in someone.page.text
    assert someone.fill("/sign-in", code="000000").status_code == 403
    other.get("/sign-in")
    fields = kept | {"csrf": other.form("/sign-in")["csrf"], "code": pyotp.TOTP(secret).now()}
    other.send("/sign-in", fields)
    assert SESSION_COOKIE not in other.http.cookies
    assert someone.fill("/sign-in", code=pyotp.TOTP(secret).now()).status_code == 303
    assert someone.is_signed_in()


def test_too_many_attempts_are_told_in_words(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    someone = visit()
    someone.http.headers["Accept-Language"] = "en"
    for _ in range(6):
        someone.sign_in("ghost", "wrong")
    assert someone.page.status_code == 429
    assert "Too many attempts" in someone.page.text
    assert shared_hall.execute(select(ThrottleRow.failures))


def test_a_suspended_account_has_no_session(shared_hall: RunningHall, visit: Callable[[], Visitor]) -> None:
    someone = visit()
    someone.sign_in("ys1009", shared_hall.password())
    assert someone.is_signed_in()
    shared_hall.execute(update(AccountRow).where(AccountRow.username == "ys1009").values(status="suspended"))
    assert not someone.is_signed_in()
    assert someone.sign_in("ys1009", shared_hall.password()).status_code == 403
    assert someone.sign_in("ys1009", "wrong").status_code == 403
