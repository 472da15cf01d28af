"""A service to book is found by what people type, on a phone that runs no script."""

from __future__ import annotations

from collections.abc import Callable
from html import escape, unescape

import requests

from shared.domain.spelling import read
from tests.fakes.bookings import let_book
from tests.fakes.browser import Phone
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine

Get = Callable[..., requests.Response]


def test_a_service_is_found_by_its_sound_and_opened(
    shared_hall: RunningHall, line: OwnLine, plain_browser: Phone
) -> None:
    let_book(shared_hall, line.service_id)
    service = next(one for one in shared_hall.client("admin").services() if one.id == line.service_id)
    spoken = "".join(sign.readings[0] if sign.readings else sign.character for sign in read(service.spelled[0]))
    plain_browser.open(shared_hall.url + "/b")
    plain_browser.run(f"document.querySelector('#q').value = {spoken!r}")
    plain_browser.tap(".finder button")
    plain_browser.wait(lambda: plain_browser.text("#found"), "#found")
    assert plain_browser.text("#found strong") == service.name
    plain_browser.tap("#found a")
    plain_browser.wait(lambda: plain_browser.text("#day"), "#day")
    assert service.name in plain_browser.text("main")


def test_what_was_typed_stands_there_again_in_the_other_language_and_harms_nothing(
    shared_hall: RunningHall, line: OwnLine, get: Get
) -> None:
    let_book(shared_hall, line.service_id)
    typed = '"><b id=x>&lang=zh-CN ' + "z" * 100
    page = get("/b", params={"q": typed, "lang": "en"}).text
    assert 'id="nothing"' in page
    assert "<b id=x>" not in page
    assert f'value="{escape(typed[:60])}"' in unescape_quotes(page)
    assert 'id="near"' not in page
    other = next(part for part in page.split('href="') if part.startswith("/b?") and "lang=zh-CN" in part)
    again = get(unescape(other.split('"')[0])).text
    assert escape(typed[:60]) in unescape_quotes(again)
    assert "没有找到可以预约的事项" in again


def unescape_quotes(page: str) -> str:
    """Templates and ``html.escape`` write quotes differently."""
    return page.replace("&#34;", "&quot;")
