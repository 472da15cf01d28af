"""Registering and one's own account in a browser without script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from sqlalchemy import delete, insert, select

from server.auth import Keys
from server.features.access.models import AccountRow, PolicyRow
from server.features.accounts.cookies import SESSION_COOKIE
from server.tables import HallRow
from tests.fakes.hall import RunningHall
from tests.fakes.visitor import Visitor

CITIZEN = {
    "name": "钱多多", "number": "440524198801010011", "phone": "13911112222", "username": "qianduoduo",
    "password": "Grey-heron-93", "again": "Grey-heron-93",
}  # fmt: skip


@pytest.fixture
def someone(shared_hall: RunningHall) -> Iterator[Visitor]:
    visitor = Visitor(shared_hall.url)
    visitor.http.headers["Accept-Language"] = "en"
    yield visitor
    visitor.close()
    policy(shared_hall)


def policy(hall: RunningHall, **data: Any) -> None:
    (id_,) = hall.execute(select(HallRow.id))[0]
    hall.execute(delete(PolicyRow))
    if data:
        hall.execute(insert(PolicyRow).values(hall_id=id_, data=data, version=1))


def account(hall: RunningHall, username: str) -> Any:
    rows = hall.execute(select(AccountRow.__table__).where(AccountRow.username == username))  # type: ignore[arg-type]
    return rows[0] if rows else None


def test_a_citizen_registers_and_waits_for_review(shared_hall: RunningHall, someone: Visitor) -> None:
    someone.get("/register?kind=citizen")
    assert someone.fill("/register", **CITIZEN).status_code == 200
    assert "waits for review" in someone.page.text
    row = account(shared_hall, "qianduoduo")
    assert (row.status, row.name_masked, row.phone_masked) == ("pending", "钱**", "139****2222")
    assert row.number_index == Keys.of(shared_hall.data).identity_key("resident", CITIZEN["number"])
    assert someone.sign_in("qianduoduo", "Grey-heron-93").status_code == 403
    assert "waits for review" in someone.page.text
    someone.get("/register?kind=citizen")
    assert someone.fill("/register", **CITIZEN | {"username": "another"}).status_code == 200, "a number tells nothing"
    assert account(shared_hall, "another").status == "pending"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"number": "440524198801010012"}, "number"), ({"phone": "12"}, "phone"), ({"name": ""}, "missing"),
     ({"again": "x"}, "differ"), ({"username": "13911112222"}, "user name"), ({"username": "admin"}, "already"),
     ({"password": "Qian-duoduo", "again": "Qian-duoduo"}, "signs"), ({"kind": "king"}, "by themselves")],
)  # fmt: skip
def test_what_is_not_right_is_told_and_the_rest_stays_filled_in(
    shared_hall: RunningHall, someone: Visitor, wrong: dict[str, str], words: str
) -> None:
    if "password" in wrong:
        policy(shared_hall, password={"classes": 4})
    someone.get("/register?kind=citizen")
    answer = someone.fill("/register", **CITIZEN | {"username": "fresh"} | wrong)
    assert answer.status_code >= 400
    assert words in answer.text
    assert "Grey-heron-93" not in answer.text
    assert account(shared_hall, "fresh") is None
    if "phone" not in wrong and "kind" not in wrong:
        assert 'value="13911112222"' in answer.text


def test_staff_ask_for_a_unit_and_always_wait(shared_hall: RunningHall, someone: Visitor) -> None:
    policy(shared_hall, self_registration="open")
    someone.get("/register?kind=staff")
    assert "<option" in someone.page.text
    unit = someone.page.text.split('<option value="')[2].split('"')[0]
    fields = CITIZEN | {"username": "newclerk", "unit_id": unit, "number": ""}
    assert someone.fill("/register", **fields | {"unit_id": "nonsense"}).status_code == 404
    assert someone.fill("/register", **fields).status_code == 200
    row = account(shared_hall, "newclerk")
    assert (row.status, str(row.unit_id)) == ("pending", unit)


def test_an_enterprise_may_register_at_once_where_that_is_open(shared_hall: RunningHall, someone: Visitor) -> None:
    policy(shared_hall, self_registration="open")
    someone.get("/register?kind=enterprise")
    fields = CITIZEN | {"username": "acme", "name": "Acme", "number": "91350100M000100Y43"}
    assert "sign in now" in someone.fill("/register", **fields).text
    assert someone.sign_in("acme", "Grey-heron-93").status_code == 303
    assert "9135" not in someone.get("/account").text or "91350100M000100Y43" not in someone.page.text


def test_nobody_registers_where_it_is_off(shared_hall: RunningHall, someone: Visitor) -> None:
    someone.get("/register")
    fields = someone.form("/register")
    policy(shared_hall, self_registration="off")
    assert someone.get("/register").status_code == 403
    assert someone.send("/register", fields | CITIZEN | {"username": "late"}).status_code == 403
    assert account(shared_hall, "late") is None


def test_ones_own_account_asks_for_a_sign_in_first(someone: Visitor) -> None:
    for path in ("/account", "/account/password", "/account/second-factor"):
        assert "/sign-in" in someone.get(path).url
    for path in ("/account/phone", "/account/session", "/account/password", "/account/second-factor",
                 "/account/second-factor/remove"):  # fmt: skip
        answer = someone.send(path, {"csrf": "x"})
        assert (answer.status_code, "/sign-in" in answer.headers["location"]) == (303, True)


def test_ones_own_account(shared_hall: RunningHall, someone: Visitor) -> None:
    other = Visitor(shared_hall.url)
    other.sign_in("ys1010", shared_hall.password())
    someone.sign_in("ys1010", shared_hall.password())
    someone.get("/account")
    assert "Signed in now" in someone.page.text and "this one" in someone.page.text
    assert someone.send("/account/phone", {"phone": "1", "csrf": "x"}).status_code == 403
    someone.get("/account")
    assert someone.fill("/account/phone", phone="139 1111 3333").status_code == 303
    assert "139****3333" in someone.get("/account?done=phone").text
    # A new password puts everybody else out.
    someone.get("/account/password")
    new = {"password": "Blue-heron-93", "again": "Blue-heron-93"}
    assert someone.fill("/account/password", current="wrong", **new).status_code == 403
    assert someone.fill("/account/password", current=shared_hall.password(), **new).status_code == 303
    assert not other.is_signed_in()
    assert someone.is_signed_in()
    # A second factor, set up and switched off.
    someone.get("/account/second-factor")
    secret = someone.page.text.split('<code id="secret">')[1].split("<")[0]
    totp = pyotp.TOTP(secret)
    assert someone.fill("/account/second-factor", current="Blue-heron-93", code="000000").status_code == 422
    secret = someone.page.text.split('<code id="secret">')[1].split("<")[0]
    totp = pyotp.TOTP(secret)
    used = totp.now()
    assert someone.fill("/account/second-factor", current="Blue-heron-93", code=used).status_code == 303
    other.sign_in("ys1010", "Blue-heron-93")
    assert SESSION_COOKIE not in other.http.cookies or not other.is_signed_in()
    someone.get("/account/second-factor")
    fields = someone.form("/account/second-factor/remove")
    answer = someone.send("/account/second-factor/remove", fields | {"current": "Blue-heron-93", "old_code": used})
    assert answer.status_code == 403, "the code of the set-up was used up"
    row = account(shared_hall, "ys1010")
    assert row.totp_cipher is not None and secret.encode() not in row.totp_cipher
    other.close()


def test_ending_another_session_of_ones_own_and_of_nobody_else(shared_hall: RunningHall, someone: Visitor) -> None:
    other, foreign = Visitor(shared_hall.url), Visitor(shared_hall.url)
    other.sign_in("ys1011", shared_hall.password())
    foreign.sign_in("ys1012", shared_hall.password())
    foreign.get("/account")
    theirs = foreign.form("/account/session")["session"]
    someone.sign_in("ys1011", shared_hall.password())
    someone.get("/account")
    fields = someone.form("/account/session")
    assert someone.send("/account/session", fields | {"session": theirs}).status_code == 404
    assert foreign.is_signed_in()
    mine = [part.split('"')[0] for part in someone.page.text.split('name="session" value="')[1:]]
    assert len(mine) == 2 and theirs not in mine
    for id_ in reversed(mine):  # the own one, used last, stands first
        someone.send("/account/session", fields | {"session": id_})
    assert not other.is_signed_in() and not someone.is_signed_in()
    other.close()
    foreign.close()
