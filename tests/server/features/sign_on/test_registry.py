"""Clients are registered over HTTP, and hear by back channel that somebody has signed out."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from shared.client.event_stream import EventStream
from shared.domain.errors import HallError
from shared.schemas.events import Event, Snapshot
from shared.schemas.sign_on import ClientCreate, ClientEdit
from tests.fakes.events import Heard
from tests.fakes.hall import RunningHall
from tests.fakes.listener import listener
from tests.fakes.sign_on import BACK, Browser, Client, query_of


def test_a_client_from_registration_to_back_channel_logout(shared_hall: RunningHall) -> None:
    registry = shared_hall.client("admin")
    with listener([200]) as (address, heard):
        made = registry.add_sign_on_client(
            ClientCreate(client_id="leaving", name="退出", redirect_uris=[BACK], backchannel_uri=address)
        )
        assert made.secret and all(client.secret is None for client in registry.sign_on_clients())
        client, browser = Client(shared_hall, "leaving", secret=made.secret), Browser(shared_hall)
        browser.sign_in()
        tokens = client.exchange(client.code(browser)).json()
        # With its id_token a client signs its user out at once.
        answer = browser.get("/oidc/logout", id_token_hint=tokens["id_token"])
        assert answer.status_code == 200 and client.userinfo(tokens["access_token"]).status_code == 401
        token = parse_qs(heard.get(timeout=20))["logout_token"][0]
        keys = requests.get(f"{shared_hall.url}/oidc/jwks", timeout=10).json()
        told = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])
        assert told.header["typ"] == "logout+jwt" and told.claims["aud"] == "leaving" and "nonce" not in told.claims
        assert "http://schemas.openid.net/event/backchannel-logout" in told.claims["events"]
        browser.close()
    entry = next(entry for entry in registry.outbox() if entry.target == address)
    assert entry.attempts == 1


def test_a_message_that_is_not_taken_waits_and_says_why(shared_hall: RunningHall) -> None:
    registry = shared_hall.client("admin")
    with listener([500]) as (address, heard):
        made = registry.add_sign_on_client(
            ClientCreate(client_id="deaf", name="听不见", redirect_uris=[BACK], backchannel_uri=address)
        )
        client, browser = Client(shared_hall, "deaf", secret=made.secret), Browser(shared_hall)
        browser.sign_in()
        tokens = client.exchange(client.code(browser)).json()
        registry.edit_sign_on_client(made.id, ClientEdit(version=made.version, name="聋"))
        browser.get("/oidc/logout", id_token_hint=tokens["id_token"])
        assert heard.get(timeout=20)
        assert heard.get(timeout=20), "it comes again after a pause"
        browser.close()
    entry = next(entry for entry in registry.outbox() if entry.target == address)
    assert (entry.state, entry.attempts >= 2) == ("waiting", True) and "500" in entry.fault


def test_the_registry_keeps_what_is_ours_and_turns_off_what_is_not(shared_hall: RunningHall) -> None:
    registry = shared_hall.client("admin")
    own = next(client for client in registry.sign_on_clients() if client.own)
    with pytest.raises(HallError) as refused:
        registry.edit_sign_on_client(own.id, ClientEdit(version=own.version, enabled=False))
    assert refused.value.code == "sign_on_client_own"
    made = registry.add_sign_on_client(ClientCreate(client_id="short-lived", name="短", redirect_uris=[BACK]))
    with pytest.raises(HallError) as taken:
        registry.add_sign_on_client(ClientCreate(client_id="short-lived", name="短", redirect_uris=[BACK]))
    assert taken.value.code == "sign_on_client_taken"
    renewed = registry.renew_sign_on_secret(made.id)
    browser = Browser(shared_hall)
    browser.sign_in()
    old = Client(shared_hall, "short-lived", secret=made.secret)
    assert old.exchange(old.code(browser)).status_code == 401
    new = Client(shared_hall, "short-lived", secret=renewed.secret)
    token = new.exchange(new.code(browser)).json()["access_token"]
    assert new.userinfo(token).status_code == 200
    registry.edit_sign_on_client(made.id, ClientEdit(version=renewed.version, enabled=False))
    assert new.userinfo(token).status_code == 401
    assert browser.authorize(**new.query()).status_code == 400
    browser.close()


def test_what_is_given_to_the_other_side_is_what_discovery_says(shared_hall: RunningHall) -> None:
    given = shared_hall.client("admin").sign_on_provider().model_dump(exclude={"key_days", "key_overlap_hours"})
    assert requests.get(f"{given.pop('cas')}/login", timeout=10).status_code == 200
    found = requests.get(given.pop("discovery"), timeout=10).json()
    assert given and given == {name: found[name] for name in given}


def test_who_watches_the_registry_hears_of_each_change(shared_hall: RunningHall) -> None:
    registry, heard = shared_hall.client("admin"), Heard()
    stream = EventStream(registry, ("sign_on",), on_snapshot=heard, on_event=heard, on_connection=lambda *_: None)
    stream.start()
    try:
        heard.next(Snapshot)
        made = registry.add_sign_on_client(ClientCreate(client_id="watched", name="看", redirect_uris=[BACK]))
        registry.edit_sign_on_client(made.id, ClientEdit(version=made.version, name="看见"))
        registry.renew_sign_on_secret(made.id)
        assert [heard.next(Event).kind for _ in range(3)] == ["sign_on.changed"] * 3
    finally:
        stream.stop()


def test_a_site_of_the_house_asks_nobody_and_is_no_program_of_ours(shared_hall: RunningHall) -> None:
    registry, browser = shared_hall.client("admin"), Browser(shared_hall)
    wanted = ClientCreate(client_id="of-the-house", name="本单位", redirect_uris=[BACK])
    made = registry.add_sign_on_client(wanted)
    browser.sign_in()
    client = Client(shared_hall, "of-the-house", secret=made.secret)
    assert browser.authorize(**client.query()).status_code == 200, "a page asks"
    trusted = registry.edit_sign_on_client(made.id, ClientEdit(version=made.version, trusted=True))
    assert trusted.trusted and not trusted.own
    answer = browser.authorize(**client.query(scope="openid profile hall"))
    assert answer.status_code == 303
    tokens = client.exchange(query_of(answer.headers["location"])["code"]).json()
    assert tokens["scope"] == "openid profile", "the hall's own API is for our own programs"
    assert browser.authorize(**client.query(prompt="consent")).status_code == 200, "it may still ask for the question"
    registry.edit_sign_on_client(made.id, ClientEdit(version=trusted.version, trusted=False))
    assert browser.authorize(**client.query()).status_code == 200, "nobody has agreed meanwhile"
    browser.close()


def test_keys_take_over_with_overlap(shared_hall: RunningHall) -> None:
    registry = shared_hall.client("admin")
    requests.get(f"{shared_hall.url}/oidc/jwks", timeout=10)
    before = {key.state: key.id for key in registry.signing_keys()}
    registry.rotate_signing_keys()
    after = {key.state: key.id for key in registry.signing_keys()}
    assert (after["current"], after["past"]) == (before["next"], before["current"])
    published = requests.get(f"{shared_hall.url}/oidc/jwks", timeout=10).json()["keys"]
    assert {key["kid"] for key in published} == set(after.values())
