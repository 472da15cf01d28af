"""Whoever is sent to a page of single sign-on reads whose page it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from shared.client.signing_in import SignedIn
from tests.fakes.hall import RunningHall
from tests.fakes.sign_on import Browser, Client, add_client, fields_of


@pytest.fixture(scope="module")
def pages(shared_hall: RunningHall) -> Iterator[dict[str, str]]:
    """Every kind of page as an administrator sees it, by ``kind-language``."""
    add_client(shared_hall, "reader", cas_services=["http://old.test/in"])
    client, browser = Client(shared_hall, "reader"), Browser(shared_hall)
    browser.sign_in()
    program = SignedIn(shared_hall.url, "zhiting-counter", place="A01")
    found = {}
    for lang in ("zh-CN", "en"):
        code = program.begin_phone().url.rpartition("/")[2]
        query = client.query(prompt="consent") | {"lang": lang}
        consent = browser.authorize(**query)
        refused = fields_of(consent.text) | {"answer": "no"}
        found |= {
            f"consent-{lang}": consent.text, f"qr-{lang}": browser.get(f"/qr/{code}", lang=lang).text,
            f"qr_over-{lang}": browser.get("/qr/none", lang=lang).text,
            f"cas_consent-{lang}": browser.get("/cas/login", service="http://old.test/in", lang=lang).text,
            f"trouble-{lang}": browser.get("/oidc/authorize", client_id="nobody", lang=lang).text,
            f"logout-{lang}": browser.get("/oidc/logout", lang=lang).text,
            f"onward-{lang}": browser.post(f"/oidc/consent?lang={lang}", refused).text,
        }  # fmt: skip
        assert {name for name, text in found.items() if "<main>" not in text} == set()
    yield found
    browser.close()
    program.close()


def test_each_names_the_hall(shared_hall: RunningHall, pages: dict[str, str]) -> None:
    hall = shared_hall.client("admin").hall()
    names = {"zh-CN": hall.name, "en": hall.name_en}
    shown = {page: re.findall(r'<p class="hall">([^<]*)</p>', text) for page, text in pages.items()}
    assert shown == {page: [names[page.partition("-")[2]]] for page in pages}


def test_signing_out_ends_on_a_page_that_names_it_too(shared_hall: RunningHall) -> None:
    browser = Browser(shared_hall)
    browser.sign_in()
    form = fields_of(browser.get("/oidc/logout").text)
    done = browser.post("/oidc/logout", form | {"answer": "yes"})
    assert shared_hall.client("admin").hall().name in done.text
    browser.close()
