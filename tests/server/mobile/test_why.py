"""The page that says why somebody else was called first, and coming back after a missed call: without any script."""

from __future__ import annotations

from collections.abc import Callable

import requests

from shared.domain.tickets import Step
from tests.fakes.browser import Phone
from tests.fakes.own_line import OwnLine


def test_who_was_overtaken_reads_why_and_who_missed_the_call_comes_back(
    plain_browser: Phone, line: OwnLine, get: Callable[..., requests.Response]
) -> None:
    line.open()
    mine, urgent = line.take(), line.take(priority=2)
    phone = plain_browser
    phone.open(mine.qr)
    assert not phone.driver.find_elements("id", "why-link"), "nobody was called first: nothing to tell"
    assert mine.qr.endswith(get(f"{mine.qr}/why").headers["Location"])
    assert get(f"{mine.qr}/why?number=B999").status_code == 200, "a number that is asked about is answered"
    assert line.serve() == urgent.number
    phone.open(mine.qr)
    phone.tap("#why-link")
    phone.wait_text("#before", urgent.number)
    assert "依规定优先" in phone.text("#before")
    assert "预约" in phone.text("#how")
    phone.driver.find_element("id", "asked").send_keys("zz999")
    phone.tap("#ask")
    phone.wait_text("#notice", "ZZ999")
    phone.tap("#back")
    others = [line.take() for _ in range(2)]
    assert line.call() == mine.number
    line.step(Step.NO_SHOW)
    phone.open(f"{mine.qr}?lang=en")
    phone.tap("#return")
    phone.wait_text("#ahead", "2")
    assert [line.serve() for _ in range(3)] == [others[0].number, others[1].number, mine.number]
    # Pressed again from an old page, or by somebody else's page.
    assert get(f"{mine.qr}/return", "POST").status_code == 200
    assert get(f"{mine.qr}/return", "POST", headers={"Origin": "https://evil.example"}).status_code == 403
    answer = get(f"{mine.qr}/why?number=%3Cscript%3E&lang=en")
    assert answer.status_code == 200 and "<script>" not in answer.text.split("</head>")[1]
