"""A walk-in asks for messages about their ticket: a real server, a browser that runs no script, the hall's file."""

from __future__ import annotations

import json
from collections.abc import Callable

import requests

from server.features.messages.channels import FILE
from tests.fakes.browser import Phone
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine


def test_asked_for_without_scripts_sent_and_taken_back(
    plain_browser: Phone, shared_hall: RunningHall, line: OwnLine, get: Callable[..., requests.Response]
) -> None:
    line.open()
    mine, other = line.take(), line.take()
    phone = plain_browser
    phone.open(mine.qr)
    phone.tap("#remind")
    phone.wait_text("#reminder", mine.number)
    phone.driver.find_element("id", "phone").send_keys("138 0013 8000")
    phone.tap("#consent")
    # Not a mobile number's digits: said on the form itself, and nothing is kept.
    form = {"phone": "12345", "consent": "yes"}
    refused = get(f"{mine.qr}/reminder", "POST", data=form)
    assert refused.status_code == 422 and "没有登记" in refused.text
    assert get(f"{mine.qr}/reminder", "POST", data={"phone": "13800138000"}).status_code == 422
    assert get(f"{mine.qr}/reminder", "POST", data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    phone.tap("#remind")
    phone.wait_text("#remind", "138****8000")
    line.call()

    def sent() -> list[str]:
        path = shared_hall.data / FILE
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        return [found["text"] for found in map(json.loads, lines) if mine.number in found["text"]]

    phone.wait(lambda: any(f"到{line.label}窗口" in text for text in sent()), "the call is told", 20)
    # Somebody else's is taken back before anything is due.
    assert get(f"{other.qr}/reminder", "POST", data={"phone": "13900139000", "consent": "yes"}).status_code == 303
    phone.open(f"{other.qr}/reminder")
    phone.tap("#stop")
    phone.wait_text("#remind", "短信提醒我")
    assert "139****9000" not in get(other.qr).text
    assert get(f"{mine.qr}/reminder").status_code in (200, 303)
