"""Our own programs sign in without a browser: by password and by a phone that is signed in."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import update

from server.features.accounts.models import AccountRow, SessionRow
from server.features.sign_on.native import QR_AT_ONCE
from shared.client.hall_client import HallClient
from shared.client.signing_in import PhoneOffer, SignedIn, StepNeededError
from shared.domain.errors import HallError
from shared.schemas.accounts import AccountCreate, AccountEdit
from tests.fakes.hall import RunningHall
from tests.fakes.machine import Machine
from tests.fakes.people import add_account
from tests.fakes.places import at
from tests.fakes.sign_on import SECRET, Browser, add_client, fields_of, pkce


def me(hall: RunningHall, token: str) -> requests.Response:
    return requests.get(f"{hall.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def test_a_program_signs_somebody_in_and_out(shared_hall: RunningHall) -> None:
    signed = SignedIn(shared_hall.url, "zhiting-admin", place="PC 1")
    with pytest.raises(HallError) as refused:
        signed.by_password("admin", "wrong")
    assert refused.value.code == "sign_in_wrong"
    signed.by_password("admin", shared_hall.password())
    client = HallClient(shared_hall.url, signed)
    assert client.hall()
    token = signed.token()
    said = me(shared_hall, token).json()
    assert said["kind"] == "user" and said["name"] == "admin" and "policy:change" in said["permissions"]
    signed.renew(token)
    assert signed.token() != token and me(shared_hall, signed.token()).status_code == 200
    last = signed.token()
    signed.sign_out()
    assert me(shared_hall, last).status_code == 401
    with pytest.raises(HallError) as over:
        client.hall()
    assert over.value.code == "signed_out"
    client.close()
    signed.close()


def test_a_phone_lets_a_program_in(shared_hall: RunningHall) -> None:
    signed, phone = SignedIn(shared_hall.url, "zhiting-counter", place="3"), Browser(shared_hall)
    offer = signed.begin_phone()
    assert not signed.poll_phone(offer)
    path = urlsplit(offer.url).path
    assert phone.get(path).headers["location"].startswith("/sign-in?"), "only who is signed in may say yes"
    phone.sign_in()
    page = phone.get(path)
    assert offer.match in page.text
    assert phone.post(path, {"answer": "yes", "token": "ztf.e30.x"}).status_code == 403
    assert not signed.poll_phone(offer)
    assert phone.post(path, fields_of(page.text) | {"answer": "yes"}).status_code == 200
    assert signed.poll_phone(offer) and me(shared_hall, signed.token()).json()["name"] == "admin"
    with pytest.raises(HallError):
        signed.poll_phone(offer)
    assert phone.get(path).status_code == 410
    offer = signed.begin_phone()
    path = urlsplit(offer.url).path
    phone.post(path, fields_of(phone.get(path).text) | {"answer": "no"})
    with pytest.raises(HallError) as refused:
        signed.poll_phone(offer)
    assert refused.value.code == "sign_in_refused_by_phone"
    phone.close()
    signed.close()


def confirmed(phone: Browser, signed: SignedIn) -> PhoneOffer:
    """A request of the program's that the phone has agreed to."""
    offer = signed.begin_phone()
    path = urlsplit(offer.url).path
    assert phone.post(path, fields_of(phone.get(path).text) | {"answer": "yes"}).status_code == 200
    return offer


def test_a_phone_that_had_no_second_factor_does_not_stand_for_one(shared_hall: RunningHall) -> None:
    account = add_account(shared_hall, "by-phone", role="auditor")
    signed, phone = SignedIn(shared_hall.url, "zhiting-counter", place="3"), Browser(shared_hall)
    phone.sign_in("by-phone")
    assert signed.poll_phone(confirmed(phone, signed))
    admin = shared_hall.client("admin")
    before = admin.policy()
    admin.set_policy(before.model_copy(update={"second_factor": ["auditor"]}))
    try:
        offer = confirmed(phone, signed)
        with pytest.raises(StepNeededError) as needed:
            signed.poll_phone(offer)
        assert needed.value.needs == "second_factor"
        with pytest.raises(HallError):
            signed.poll_phone(offer)
    finally:
        admin.set_policy(before)
    # Set up meanwhile, without the phone having proved it.
    shared_hall.execute(update(AccountRow).where(AccountRow.id == account).values(totp_cipher=b"sealed"))
    offer = confirmed(phone, signed)
    with pytest.raises(HallError) as refused:
        signed.poll_phone(offer)
    assert refused.value.code == "sign_in_phone_unproved"
    session = update(SessionRow).where(SessionRow.account_id == account)
    shared_hall.execute(session.values(methods=["pwd", "otp", "mfa"]))
    assert signed.poll_phone(confirmed(phone, signed))
    phone.close()
    signed.close()


def test_one_machine_asks_for_so_many_requests_by_phone_and_no_more(shared_hall: RunningHall) -> None:
    form = {
        "client_id": "zhiting-counter", "method": "qr", "code_challenge": pkce()[1], "code_challenge_method": "S256",
    }  # fmt: skip
    url = f"{shared_hall.url}/oidc/authorize-challenge"
    with at("127.0.7.1") as flood, at("127.0.7.2") as neighbour:
        for _ in range(QR_AT_ONCE):
            assert flood.post(url, data=form, timeout=10).json()["needs"] == "qr"
        answer = flood.post(url, data=form, timeout=10)
        said = answer.json()
        assert (answer.status_code, said["error"], said["reason"]) == (429, "access_denied", "rests")
        assert 0 < said["retry_after"] <= 180
        assert neighbour.post(url, data=form, timeout=10).json()["needs"] == "qr"


def test_only_our_own_programs_may_see_a_password(shared_hall: RunningHall) -> None:
    add_client(shared_hall, "greedy")
    form = {
        "username": "admin", "password": shared_hall.password(), "code_challenge": pkce()[1],
        "code_challenge_method": "S256",
    }  # fmt: skip
    url = f"{shared_hall.url}/oidc/authorize-challenge"
    answer = requests.post(url, data=form, auth=("greedy", SECRET), timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    own = form | {"client_id": "zhiting-admin"}
    assert requests.post(url, data=own | {"code_challenge_method": "plain"}, timeout=10).status_code == 400
    card = own | {"method": "card", "card": "1"}
    assert requests.post(url, data=card, timeout=10).status_code == 401, "a card is a counter's word"
    headers = {"Authorization": f"Bearer {shared_hall.token('counter')}"}
    assert requests.post(url, data=card, headers=headers, timeout=10).status_code == 403, "of an enrolled one"


def test_a_first_password_is_changed_at_the_program_and_the_policy_is_told(shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    first = admin.add_account(AccountCreate(username="first.time"))
    signed = SignedIn(shared_hall.url, "zhiting-counter", place="3")
    with pytest.raises(StepNeededError) as asked:
        signed.by_password("first.time", first.password)
    rules = admin.policy().password
    assert (asked.value.needs, asked.value.length, asked.value.classes) == ("new_password", rules.length, rules.classes)
    with pytest.raises(HallError) as short:
        signed.new_password(asked.value.auth_session, "Ab1-")
    assert short.value.code == "password_too_short"
    signed.new_password(asked.value.auth_session, "Kept-by-me-7")
    assert me(shared_hall, signed.token()).json()["name"] == "first.time"
    signed.by_password("first.time", "Kept-by-me-7")
    signed.close()


def test_a_staff_card_signs_in_at_an_enrolled_counter_as_long_as_it_is_held(shared_hall: RunningHall) -> None:
    admin = shared_hall.client("admin")
    counter = Machine.enrolled(shared_hall, "counter", "card-counter").token()
    account = next(found for found in admin.accounts(search="ys1302").items if found.username == "ys1302")
    signed = SignedIn(shared_hall.url, "zhiting-counter", place="3")
    with pytest.raises(HallError) as unknown:
        signed.by_card("04:a2:3f:91", counter)
    assert unknown.value.code == "sign_in_wrong"
    assert admin.edit_account(account.id, AccountEdit(card="04A23F91")).has_card
    signed.by_card("04:a2:3f:91", counter)
    assert me(shared_hall, signed.token()).json()["name"] == "ys1302"
    assert not admin.edit_account(account.id, AccountEdit(card="")).has_card
    with pytest.raises(HallError) as taken:
        signed.by_card("04:a2:3f:91", counter)
    assert taken.value.code == "sign_in_wrong"
    signed.close()
