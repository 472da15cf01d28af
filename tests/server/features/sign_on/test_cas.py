"""Old systems sign people in by CAS, over HTTP; tickets, services and answers of people who mean no good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from queue import SimpleQueue
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest
import requests
from sqlalchemy import select, update

from server.audit import AuditRow
from server.deliveries import DeliveryRow
from server.features.access.models import AccountRow
from server.features.sign_on.cas.farewell import logout_request
from server.features.sign_on.cas.tickets import TICKET, Accepted, Fault
from server.features.sign_on.cas.validation import answer
from server.one_time import OneTimeRow
from shared.domain.errors import HallError
from shared.schemas.sign_on import ClientCreate, ClientEdit
from tests.fakes.hall import RunningHall
from tests.fakes.listener import listener
from tests.fakes.sign_on import Browser, add_client, fields_of, onward_of, query_of

SERVICE = "http://old.test/app/login?from=hall"
CAS = "{http://www.yale.edu/tp/cas}"


@pytest.fixture(scope="module")
def hall(shared_hall: RunningHall) -> RunningHall:
    add_client(shared_hall, "old", cas_services=[SERVICE, "http://old.test/second"])
    add_client(shared_hall, "older", cas_services=["http://older.test/"], scopes=["openid"])
    return shared_hall


@pytest.fixture(scope="module")
def admin(hall: RunningHall) -> Iterator[Browser]:
    browser = Browser(hall)
    browser.sign_in()
    yield browser
    browser.close()


def ticket(browser: Browser, service: str = SERVICE, **query: str) -> str:
    """The ticket that a signed-in browser brings to the service, consent given on the way."""
    found = browser.get("/cas/login", service=service, **query)
    if found.status_code == 200:
        agreed = browser.post("/cas/consent", fields_of(found.text) | {"answer": "yes"})
        found = browser.get(onward_of(agreed.text))
    assert found.status_code == 303, found.text
    to = found.headers["location"]
    assert to.startswith(service + ("&" if "?" in service else "?") + "ticket=ST-")
    return query_of(to)["ticket"]


def ask(hall: RunningHall, path: str = "p3/serviceValidate", **query: str) -> requests.Response:
    found = requests.get(f"{hall.url}/cas/{path}", params=query, timeout=10)
    assert found.status_code == 200 and found.headers["cache-control"] == "no-store"
    return found


def code(found: requests.Response) -> str:
    failure = ElementTree.fromstring(found.text).find(f"{CAS}authenticationFailure")
    assert failure is not None, found.text
    return failure.attrib["code"]


def user(found: requests.Response) -> str:
    name = ElementTree.fromstring(found.text).findtext(f"{CAS}authenticationSuccess/{CAS}user")
    assert name, found.text
    return name


def test_an_old_system_learns_who_signed_in(hall: RunningHall) -> None:
    browser = Browser(hall)
    answer = browser.get("/cas/login", service=SERVICE)
    back = query_of(answer.headers["location"])["next"]
    assert answer.headers["location"].startswith("/sign-in?") and back.startswith("/cas/login?service=")
    browser.sign_in(next_=back)
    asked = browser.get(back)
    if asked.status_code == 200:
        agreed = browser.post("/cas/consent", fields_of(asked.text) | {"answer": "yes"})
        asked = browser.get(onward_of(agreed.text))
    came = query_of(asked.headers["location"])["ticket"]
    assert came.isascii() and len(came) == 32 and came.removeprefix("ST-").isalnum()
    said = ElementTree.fromstring(ask(hall, service=SERVICE, ticket=came).text)
    found = said.find(f"{CAS}authenticationSuccess/{CAS}attributes")
    assert found is not None and user(ask(hall, service=SERVICE, ticket=ticket(browser))) == "admin"
    assert found.findtext(f"{CAS}isFromNewLogin") == "true" and found.findtext(f"{CAS}authenticationDate")
    assert found.findtext(f"{CAS}user_kind") == "staff" and found.findtext(f"{CAS}roles") == "hall_administrator"
    plain = ask(hall, "serviceValidate", service=SERVICE, ticket=ticket(browser))
    assert user(plain) == "admin" and "attributes" not in plain.text
    assert ask(hall, "validate", service=SERVICE, ticket=ticket(browser)).text == "yes\nadmin\n"
    assert ask(hall, "validate", service=SERVICE, ticket=came).text == "no\n\n"
    told = ask(hall, service=SERVICE, ticket=ticket(browser), format="JSON").json()["serviceResponse"]
    assert told["authenticationSuccess"]["user"] == "admin"
    assert told["authenticationSuccess"]["attributes"]["isFromNewLogin"] is False
    browser.close()


def test_a_client_without_scopes_learns_a_name_that_says_nothing(hall: RunningHall, admin: Browser) -> None:
    service = "http://older.test/"
    found = ask(hall, service=service, ticket=ticket(admin, service))
    (id_,) = hall.execute(select(AccountRow.id).where(AccountRow.username == "admin"))[0]
    assert user(found) == str(id_) and "admin" not in found.text and "roles" not in found.text


def test_a_ticket_is_good_once(hall: RunningHall, admin: Browser) -> None:
    one = ticket(admin)
    assert user(ask(hall, service=SERVICE, ticket=one)) == "admin"
    assert code(ask(hall, service=SERVICE, ticket=one)) == "INVALID_TICKET"
    assert ask(hall, service=SERVICE, ticket=one, format="JSON").json() == {
        "serviceResponse": {
            "authenticationFailure": {
                "code": "INVALID_TICKET", "description": "the ticket is not known, used already, or too old",
            }
        }
    }  # fmt: skip
    trail = hall.execute(select(AuditRow.action, AuditRow.detail).where(AuditRow.subject == "old"))
    assert ("sign_on.ticket_refused", '{"why":"used"}') in [tuple(row) for row in trail]


@pytest.mark.parametrize(
    "other", ["http://old.test/second", "http://older.test/", SERVICE + "/", SERVICE + "&x=1", "http://evil.test/"]
)  # fmt: skip
def test_a_ticket_shown_for_another_service_is_used_up(hall: RunningHall, admin: Browser, other: str) -> None:
    one = ticket(admin)
    assert code(ask(hall, service=other, ticket=one)) == "INVALID_SERVICE"
    assert code(ask(hall, service=SERVICE, ticket=one)) == "INVALID_TICKET", "it is kept in spite of the refusal"


def test_a_ticket_is_too_old_after_seconds(hall: RunningHall, admin: Browser) -> None:
    one = ticket(admin)
    old = datetime(2020, 1, 1, tzinfo=UTC)
    waiting = OneTimeRow.purpose == TICKET, OneTimeRow.used_at.is_(None)
    hall.execute(update(OneTimeRow).where(*waiting).values(expires_at=old))
    assert code(ask(hall, service=SERVICE, ticket=one)) == "INVALID_TICKET"


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({}, "INVALID_REQUEST"), ({"service": SERVICE}, "INVALID_REQUEST"), ({"ticket": "ST-1"}, "INVALID_REQUEST"),
        ({"service": "", "ticket": ""}, "INVALID_REQUEST"), ({"service": SERVICE, "ticket": "ST-1"}, "INVALID_TICKET"),
        ({"service": SERVICE, "ticket": "PT-1"}, "INVALID_TICKET_SPEC"),
        ({"service": SERVICE, "ticket": '"/><x>'}, "INVALID_TICKET_SPEC"),
        ({"service": "http://x/<&]]>", "ticket": "ST-<cas:user>admin</cas:user>"}, "INVALID_TICKET"),
    ],
)  # fmt: skip
def test_refusals_speak_the_protocol_and_repeat_nothing(hall: RunningHall, query: dict[str, str], wanted: str) -> None:
    found = ask(hall, **query)
    assert code(found) == wanted
    assert not any(value and value in found.text for value in query.values())
    failure = ask(hall, format="json", **query).json()["serviceResponse"]["authenticationFailure"]
    assert failure["code"] == wanted


def test_a_doubled_field_is_no_request(hall: RunningHall, admin: Browser) -> None:
    twice = [("service", SERVICE), ("service", "http://evil.test/"), ("ticket", ticket(admin))]
    assert code(requests.get(f"{hall.url}/cas/serviceValidate", params=twice, timeout=10)) == "INVALID_REQUEST"
    both = [("service", SERVICE), ("service", "http://evil.test/")]
    url = f"{hall.url}/cas/login"
    assert admin.session.get(url, params=both, allow_redirects=False, timeout=10).status_code == 400


@pytest.mark.parametrize(
    "service",
    [
        SERVICE + "/more", SERVICE + "&x=1", SERVICE + "#x", "http://old.test/app/login", "https://evil.test/",
        "http://old.test@evil.test/app/login?from=hall", "http://user@old.test/app/login?from=hall",
        "http://OLD.test/app/login?from=hall", "http://old.test:80/app/login?from=hall", "//evil.test/",
        "http://old.test/app/../app/login?from=hall", "javascript:alert(1)", " " + SERVICE, SERVICE + "\n",
        "http://old.test/app/login?from=hall\\@evil.test", "/account",
    ],
)  # fmt: skip
def test_nobody_is_sent_to_a_service_that_is_not_registered(hall: RunningHall, admin: Browser, service: str) -> None:
    stranger = Browser(hall)
    for browser in (admin, stranger):
        for more in ({}, {"gateway": "true"}, {"renew": "true"}):
            found = browser.get("/cas/login", service=service, **more)
            assert found.status_code == 400 and "location" not in found.headers and service not in found.text
        # Signing out happens all the same, and leads nowhere.
        left = stranger.get("/cas/logout", service=service)
        assert left.status_code == 200 and service not in left.text and "http-equiv" not in left.text
        assert "http-equiv" not in stranger.get("/cas/logout", url=service).text
    stranger.close()


def test_gateway_never_shows_a_page(hall: RunningHall, admin: Browser) -> None:
    stranger = Browser(hall)
    found = stranger.get("/cas/login", service=SERVICE, gateway="true")
    assert (found.status_code, found.headers["location"]) == (303, SERVICE)
    add_client(hall, "unseen-old", cas_services=["http://unseen.test/"])
    asked = admin.get("/cas/login", service="http://unseen.test/", gateway="true")
    assert asked.headers["location"] == "http://unseen.test/", "no ticket without consent"
    assert ticket(admin, gateway="true")
    renewed = admin.get("/cas/login", service=SERVICE, gateway="true", renew="true")
    assert renewed.headers["location"].startswith("/sign-in?"), "renew is stronger"
    stranger.close()


def test_renew_asks_again_and_only_once(hall: RunningHall) -> None:
    browser = Browser(hall)
    browser.sign_in()
    one = ticket(browser)
    assert code(ask(hall, service=SERVICE, ticket=one, renew="true")) == "INVALID_TICKET"
    went = query_of(browser.get("/cas/login", service=SERVICE, renew="true").headers["location"])
    assert went["again"] == "1"
    browser.sign_in(next_=went["next"])
    found = browser.get(went["next"])
    fresh = query_of(found.headers["location"])["ticket"]
    assert user(ask(hall, service=SERVICE, ticket=fresh, renew="true")) == "admin"
    forged = browser.get("/cas/login", service=SERVICE, renew="true", zt_progress="zto.e30.x")
    assert forged.headers["location"].startswith("/sign-in?")
    # One proof is fresh for one ticket: the address stands in the browser's history.
    later = browser.get(went["next"])
    assert later.headers["location"].startswith("/sign-in?") and "again=1" in later.headers["location"]
    # It can be done anew from there.
    browser.sign_in(next_=query_of(later.headers["location"])["next"])
    anew = browser.get(query_of(later.headers["location"])["next"]).headers["location"]
    assert user(ask(hall, service=SERVICE, ticket=query_of(anew)["ticket"], renew="true")) == "admin"
    # What happened for one service counts for no other.
    other = browser.get(went["next"].replace("old.test%2Fapp%2Flogin%3Ffrom%3Dhall", "old.test%2Fsecond"))
    assert other.headers["location"].startswith("/sign-in?")
    browser.close()


def test_consent_can_be_refused_and_not_forged(hall: RunningHall, admin: Browser) -> None:
    add_client(hall, "asking-old", name="老系统", cas_services=["http://asking.test/"])
    page = admin.get("/cas/login", service="http://asking.test/")
    form = fields_of(page.text)
    assert "老系统" in page.text
    refused = admin.post("/cas/consent", form | {"answer": "no"})
    assert refused.status_code == 200 and "asking.test" not in refused.text
    assert admin.post("/cas/consent", form | {"answer": "yes"}, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert admin.post("/oidc/consent", form | {"answer": "yes"}).status_code == 403, "each door has its own"
    assert admin.get("/cas/login", service="http://asking.test/").status_code == 200


def test_a_session_that_is_over_makes_no_sign_in(hall: RunningHall) -> None:
    browser = Browser(hall)
    browser.sign_in()
    one = ticket(browser)
    assert browser.get("/cas/logout").status_code == 200
    assert code(ask(hall, service=SERVICE, ticket=one)) == "INVALID_TICKET"
    browser.close()


def test_the_registry_sets_services_and_logout_tells_them(hall: RunningHall) -> None:
    registry, browser = hall.client("admin"), Browser(hall)
    with listener([200]) as (address, heard):
        made = registry.add_sign_on_client(ClientCreate(client_id="told-old", name="听", cas_services=[address]))
        with pytest.raises(HallError) as taken:
            registry.add_sign_on_client(ClientCreate(client_id="rival", name="争", cas_services=[address]))
        assert (taken.value.code, taken.value.params["client"]) == ("sign_on_service_taken", "told-old")
        browser.sign_in()
        one = ticket(browser, address)
        assert user(ask(hall, service=address, ticket=one)) == "admin"
        left = browser.get("/cas/logout", service=address)
        assert (left.status_code, left.headers["location"]) == (303, address)
        assert browser.get("/account").status_code == 303, "signed out"
        _hears(heard, one)
        browser.sign_in()
        two = ticket(browser, address)
        edit = ClientEdit(version=made.version, cas_services=[])
        registry.edit_sign_on_client(made.id, edit)
        assert code(ask(hall, service=address, ticket=two)) == "INVALID_SERVICE"
        assert browser.get("/cas/login", service=address).status_code == 400
    browser.close()


def test_a_service_that_is_no_longer_registered_is_told_nothing(hall: RunningHall) -> None:
    registry, browser = hall.client("admin"), Browser(hall)
    with listener([200]) as (address, heard):
        gone, stays = address + "gone", address + "stays"
        made = registry.add_sign_on_client(ClientCreate(client_id="moved-old", name="迁", cas_services=[gone, stays]))
        browser.sign_in()
        tickets = [ticket(browser, service) for service in (gone, stays)]
        for service, one in zip((gone, stays), tickets, strict=True):
            assert user(ask(hall, service=service, ticket=one)) == "admin"
        registry.edit_sign_on_client(made.id, ClientEdit(version=made.version, cas_services=[stays]))
        waits = select(DeliveryRow.id).where(DeliveryRow.target == gone)
        browser.get("/cas/logout")
        _hears(heard, tickets[1])
        assert heard.empty() and not hall.execute(waits)
    browser.close()


def _hears(heard: SimpleQueue[str], ticket: str) -> None:
    request = ElementTree.fromstring(parse_qs(heard.get(timeout=20))["logoutRequest"][0])
    assert request.tag == "{urn:oasis:names:tc:SAML:2.0:protocol}LogoutRequest"
    assert request.findtext("{urn:oasis:names:tc:SAML:2.0:protocol}SessionIndex") == ticket


def test_nothing_in_a_name_becomes_markup() -> None:
    bad = "</cas:user><cas:user>root\x00\x0b\ud800&amp;]]>"
    said = {"name": bad, "roles": ["a", "<b>"], "title": ""}
    root = ElementTree.fromstring(bytes(answer(Accepted(bad, said, "", True), "", attributes=True).body))
    users = root.findall(f".//{CAS}user")
    assert [one.text for one in users] == ["</cas:user><cas:user>root&amp;]]>"]
    assert [one.text for one in root.findall(f".//{CAS}roles")] == ["a", "<b>"]
    fault = bytes(answer(Fault("INVALID_TICKET", '"><x>'), "", attributes=True).body)
    assert ElementTree.fromstring(fault)[0].text == '"><x>'
    ElementTree.fromstring(logout_request("<&>", "1", datetime.now(UTC)))
