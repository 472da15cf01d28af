"""A site that is not ours, Apache with mod_auth_openidc, is signed in to with a real browser, and out of again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from selenium.webdriver.common.by import By

from admin_app.features.sign_on import handover
from server.features.sign_on.asking import PROGRESS
from shared.schemas.sign_on import ClientCreate, SignOnClient
from tests.fakes import apache, browser
from tests.fakes.apache import Apache
from tests.fakes.browser import Phone, phone
from tests.fakes.engines import on_sqlite
from tests.fakes.hall import RunningHall
from tests.fakes.sign_on import Browser, Client, query_of

PATIENCE_S = 20.0
# A browser and a web server for each test: what the database does differently is seen by the provider's own tests.
pytestmark = on_sqlite


@dataclass(frozen=True)
class Members:
    """The site, its registration at the hall, and somebody's browser."""

    hall: RunningHall
    site: Apache
    client: SignOnClient
    phone: Phone

    def open(self) -> None:
        self.phone.open(self.site.members)

    def asked(self) -> dict[str, str]:
        """The request that the site has sent the browser to the hall's page with."""
        self.phone.wait(self.is_sign_in, "the hall's sign-in page")
        return query_of(query_of(self.phone.driver.current_url)["next"])

    def is_sign_in(self) -> bool:
        address = urlsplit(self.phone.driver.current_url)
        return f"http://{address.netloc}{address.path}" == f"{self.hall.url}/sign-in"

    def sign_in(self, username: str = "admin") -> None:
        self.phone.wait(self.is_sign_in, "the hall's sign-in page")
        self.phone.driver.find_element(By.NAME, "username").send_keys(username)
        self.phone.driver.find_element(By.NAME, "password").send_keys(self.hall.password())
        self.phone.tap("form button[type=submit]")

    def agree(self) -> None:
        self.phone.wait_text("#consent", "会员之家")
        self.phone.tap("#yes")

    def is_inside(self) -> bool:
        return self.phone.driver.current_url == self.site.members and bool(self.phone.text("#user"))

    def enter(self) -> None:
        """Through the hall's pages to the members' page."""
        self.open()
        self.sign_in()
        self.agree()
        self.phone.wait(self.is_inside, "the members' page")


@pytest.fixture
def members(shared_hall: RunningHall, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Members]:
    if reason := apache.why_impossible() or browser.why_impossible():
        pytest.skip(reason)
    with apache.site() as site:
        # A name of its own each time: the browser is new and nobody has agreed to this client yet.
        wanted = ClientCreate(
            client_id=f"members-{site.port}", name="会员之家", name_en="Members", redirect_uris=[site.callback],
            post_logout_uris=[site.left], backchannel_uri=site.back_channel,
            scopes=["openid", "profile", "organisation"],
        )  # fmt: skip
        registry = shared_hall.client("admin")
        client = registry.add_sign_on_client(wanted)
        # To the letter what the console gives to the people of the other side.
        settings = handover.apache(registry.sign_on_provider(), client, client.secret or "")
        with apache.running(site, settings), phone(tmp_path) as running:
            yield Members(shared_hall, site, client, running)


def test_in_by_our_page_and_out_again(members: Members) -> None:
    members.open()
    asked = members.asked()
    assert (asked["client_id"], asked["redirect_uri"]) == (members.client.client_id, members.site.callback)
    assert asked["code_challenge_method"] == "S256" and asked["code_challenge"] and asked["nonce"]
    members.sign_in()
    members.agree()
    members.phone.wait(members.is_inside, "the members' page")
    assert members.phone.text("#user") == "admin"
    assert members.phone.text("#issuer") == members.hall.url
    assert members.phone.text("#kind") == "staff"
    members.phone.tap("#leave")
    # With its id_token the site asks for its own user: no question on the way, and back to where it has registered.
    members.phone.wait_text("#left", "You have left")
    members.open()
    assert members.is_sign_in()


def test_a_name_arrives_as_it_is_written(members: Members) -> None:
    person = next(person for person in members.hall.client("admin").staff() if not person.name.isascii())
    members.open()
    members.sign_in(person.number.lower())
    members.agree()
    members.phone.wait_text("#name", person.name)


def test_whoever_says_no_stays_outside(members: Members) -> None:
    members.open()
    members.sign_in()
    members.phone.wait_text("#consent", "会员之家")
    members.phone.tap("#no")
    # This version of the module takes an error with ``iss`` (RFC 9207) for something else and words it oddly: it
    # is a refusal all the same.
    members.phone.wait(lambda: "error=access_denied" in members.phone.driver.current_url, "back at the site")
    assert members.phone.text("body").startswith("Error")
    members.open()
    members.phone.wait_text("#consent", "会员之家")


def test_a_session_that_ends_at_the_hall_ends_at_the_site(members: Members) -> None:
    members.enter()
    members.phone.open(f"{members.hall.url}/sign-out")
    members.phone.tap("form button[type=submit]")
    registry = members.hall.client("admin")

    def told() -> bool:
        return any((entry.target, entry.state) == (members.site.back_channel, "done") for entry in registry.outbox())

    members.phone.wait(told, "the site took the message", PATIENCE_S)
    members.open()
    assert members.is_sign_in()


@pytest.mark.parametrize("changed", ["nothing", "code", "state", "iss"])
def test_only_the_answer_to_ones_own_request_lets_in(members: Members, changed: str) -> None:
    members.open()
    asked = members.asked()
    asked.pop(PROGRESS)
    # Somebody else's browser gets two good codes: one for the site's own request, one for a request of their own.
    stranger = Browser(members.hall)
    stranger.sign_in()
    own = Client(members.hall, members.client.client_id, back=members.site.callback)
    foreign = own.code(stranger, scope=asked["scope"], nonce=asked["nonce"])
    good = query_of(stranger.authorize(**asked).headers["location"])
    stranger.close()
    assert good["state"] == asked["state"]
    other = {"nothing": {}, "code": {"code": foreign}, "state": {"state": "st-1"}, "iss": {"iss": "http://other.test"}}
    members.phone.open(f"{members.site.callback}?{urlencode(good | other[changed])}")
    assert members.is_inside() == (changed == "nothing")
    members.open()
    assert members.is_inside() == (changed == "nothing")
    assert members.is_sign_in() == (changed != "nothing")
