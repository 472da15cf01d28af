"""The ticket's page as the server sends it, without a browser: words, headers, weight, the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import requests

from shared.domain.tickets import Step
from shared.schemas.hall import ServiceEdit
from tests.fakes.citizens import somebody
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine, code_of, move_back

Get = Callable[..., requests.Response]
ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}
LIMIT = 100_000


def seen(page: requests.Response, element: str) -> str:
    """The words of the element with this id."""
    found = re.search(rf'<(\w+)[^>]* id="{element}"[^>]*>(.*?)</\1>', page.text, re.S)
    return re.sub(r"<[^>]+>|\s+", " ", found.group(2)).strip() if found else ""


def test_a_waiting_ticket_shows_all_that_matters(line: OwnLine, get: Get) -> None:
    line.open()
    line.take()
    ticket = line.take()
    page = get(ticket.qr)
    assert page.status_code == 200
    assert seen(page, "number") == ticket.number
    assert seen(page, "service") == ticket.service_name
    assert seen(page, "department") == ticket.department_name
    assert seen(page, "state") == "等候中"
    assert seen(page, "ahead") == "1"
    assert re.fullmatch(r"约\d+(–\d+)?分钟", seen(page, "wait"))
    assert seen(page, "counters") == line.label
    assert "二楼" in page.text
    assert "C区" in page.text
    assert re.fullmatch(r"\d+月\d+日 \d\d:\d\d", seen(page, "issued"))
    assert seen(page, "hint") == "请带好原件"


def test_no_open_counter_is_said_instead_of_a_guess(line: OwnLine, get: Get) -> None:
    page = get(line.take().qr)
    assert seen(page, "wait") == "窗口开放后开始叫号"
    assert seen(page, "ahead") == "下一位就是您"


def test_each_step_of_the_visit_has_its_words(line: OwnLine, get: Get) -> None:
    line.open()
    ticket = line.take()
    line.call()
    called = get(ticket.qr)
    assert seen(called, "go").split() == [
        "您的号码", ticket.number, "请到", line.label, "窗口", "二楼", "·", "C区", "社保医保就业",
    ]  # fmt: skip
    assert line.label in called.text.split("<title>")[1].split("</title>")[0]
    line.step(Step.START)
    assert f"正在{line.label}窗口办理" in get(ticket.qr).text
    line.step(Step.HOLD)
    assert "号码仍然有效" in get(ticket.qr).text
    line.client.ticket_step(line.counter_id, "call-ticket", {"ticket_id": str(ticket.id)})
    line.step(Step.NO_SHOW)
    missed = get(ticket.qr).text
    assert "不用重新取号" in missed
    assert f"请到{line.label}窗口说明" in missed
    line.client.ticket_step(line.counter_id, "call-ticket", {"ticket_id": str(ticket.id)})
    line.step(Step.FINISH)
    assert 'action="/t/' in get(ticket.qr).text


def test_language_is_the_phones_or_the_one_chosen(line: OwnLine, get: Get) -> None:
    ticket = line.take()
    english = get(ticket.qr, headers=ENGLISH)
    assert '<html lang="en">' in english.text
    assert seen(english, "service") == ticket.service_name_en
    assert '<html lang="zh-CN">' in get(ticket.qr, headers={"Accept-Language": "zh-TW"}).text
    assert '<html lang="zh-CN">' in get(ticket.qr + "?lang=zh-CN", headers=ENGLISH).text
    chosen = get(ticket.qr + "?lang=en")
    assert '<html lang="en">' in chosen.text
    assert f'/t/{code_of(ticket)}/events?lang=en"' in chosen.text
    assert '<html lang="zh-CN">' in get(ticket.qr + '?lang="><script>').text


def test_the_secret_address_goes_nowhere(line: OwnLine, get: Get) -> None:
    ticket = line.take()
    for page in (get(ticket.qr), get("/t/" + "A" * 22), get("/t/"), get(f"/t/{code_of(ticket)}/rating", "POST")):
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "noindex" in page.headers["x-robots-tag"]
        assert 'name="robots" content="noindex' in page.text
        assert not re.search(r"https?://(?!www\.w3\.org)|<script(?! src)|\sstyle=|\son\w+=", page.text)
    log = (ticket.qr.rsplit("/", 1)[-1]).encode()
    assert "Disallow: /" in get("/robots.txt").text
    assert log not in get("/robots.txt").content


def test_a_phone_keeps_nothing_secret_in_the_servers_log(shared_hall: RunningHall, line: OwnLine, get: Get) -> None:
    ticket = line.take()
    assert get(f"/t/{code_of(ticket)}/nothing").status_code == 404
    assert get(f"/t/{code_of(ticket)}/rating", "POST").status_code == 422
    written = (shared_hall.data / "logs" / "server.log").read_text()
    assert "/t/{code}/rating" in written
    assert code_of(ticket) not in written


def test_a_first_visit_is_light(line: OwnLine, get: Get) -> None:
    line.open()
    ticket = line.take()
    line.serve()
    page = get(ticket.qr, headers={"Accept-Encoding": "identity"})
    weight = len(page.content)
    parts = re.findall(r'(?:src|href)="(/mobile/[^"]+)"', page.text)
    assert len(parts) == 3
    for part in parts:
        file = get(part, headers={"Accept-Encoding": "identity"})
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
        assert get(part).content == file.content, "the packed form is the same file"
        weight += len(file.content)
    assert 5_000 < weight < LIMIT / 2
    assert get("/mobile/phone-000000000000.css").status_code == 404


def test_unknown_codes_get_a_friendly_page_in_both_languages(line: OwnLine, get: Get) -> None:
    ticket = line.take()
    for path in ("A" * 22, "short", "%00" * 22, "%E5%8F%B7" * 22, "x" * 300, code_of(ticket)[:-1], str(ticket.id)):
        page = get("/t/" + path)
        assert page.status_code == 404, path
        assert "没有找到这张号票" in page.text
        assert "We can&#39;t find this ticket" in page.text
        assert 'data-page="unknown"' in page.text
    assert get("/t/" + "A" * 22 + "/events").status_code == 404
    assert get("/t/" + "A" * 22 + "/rating", "POST", data={"level": "5"}).status_code == 404


def test_another_days_ticket_has_expired_and_a_served_one_may_still_be_rated(
    shared_hall: RunningHall, line: OwnLine, get: Get
) -> None:
    line.open()
    served, waiting = line.take(), line.take()
    line.serve()
    for ticket in (served, waiting):
        move_back(shared_hall, ticket, days=1)
    assert "已经过期" in get(waiting.qr).text
    assert seen(get(waiting.qr), "state") == "已过期"
    assert 'id="rating"' in get(served.qr).text
    move_back(shared_hall, served, days=7)
    assert "已经过期" in get(served.qr).text
    refused = get(served.qr + "/rating", "POST", data={"level": "5"})
    assert refused.status_code == 409
    assert "已经过期" in refused.text


def test_hostile_names_are_shown_and_not_run(line: OwnLine, get: Get) -> None:
    bad = "<script>alert(1)</script>\"'&{{7*7}}"
    line.client.edit_service(line.service_id, ServiceEdit(name=bad, hint=bad))
    page = get(line.take().qr)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "{{7*7}}" in page.text


def test_the_page_knows_nothing_of_who_holds_the_ticket(line: OwnLine, get: Get) -> None:
    person = somebody()
    ticket = line.take(identity=person)
    staff = line.client.ticket_by_code(ticket.qr)
    assert staff.name_masked
    assert staff.identity_masked
    text = get(ticket.qr).text
    for secret in (person.number, person.name or "", staff.name_masked, staff.identity_masked, str(ticket.id)):
        assert secret not in text


@pytest.fixture
def finished(line: OwnLine) -> str:
    """The address of a ticket whose visit is over."""
    line.open()
    ticket = line.take()
    line.serve()
    return urlsplit(ticket.qr).path


def test_rating_without_script_is_one_form(shared_hall: RunningHall, finished: str, line: OwnLine, get: Get) -> None:
    page = get(finished)
    assert re.findall(r'name="level" value="(\d)"', page.text) == ["5", "4", "2"]
    assert 'http-equiv="refresh"' not in page.text, "a reload would wipe what somebody writes"
    answer = get(
        finished + "/rating?lang=en", "POST", data={"level": "2", "reason": ["slow", "other"], "comment": "慢<b>"}
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == finished + "?lang=en"
    assert "Thank you for your rating" in get(answer.headers["location"]).text
    assert line.client.today().ratings.get("2", 0) >= 1


def test_reasons_hidden_by_a_better_choice_are_not_kept(finished: str, get: Get) -> None:
    assert get(finished + "/rating", "POST", data={"level": "5", "reason": "slow", "comment": "x"}).status_code == 303
    assert get(finished + "/rating", "POST", data={"level": "5"}).status_code == 303, "kept as plain very satisfied"


def test_a_second_rating_is_refused_nicely_and_a_double_touch_is_none(finished: str, get: Get) -> None:
    assert get(finished + "/rating", "POST", data={"level": "5"}).status_code == 303
    assert get(finished + "/rating", "POST", data={"level": "5"}).status_code == 303
    refused = get(finished + "/rating", "POST", data={"level": "2"})
    assert refused.status_code == 409
    assert "已经评价过了" in seen(refused, "notice")
    assert "感谢您的评价" in refused.text


def test_refused_forms_keep_the_page_and_say_why(finished: str, line: OwnLine, get: Get) -> None:
    address = finished + "/rating"
    assert "先点一个表情" in seen(get(address, "POST"), "notice")
    for body in (
        "level=9",
        "level=5&" * 40,
        "level",
        "\xff\xfe=1",
        "level=2&comment=" + "x" * 3000,
        "level=2&comment=%00",
    ):
        answer = get(address, "POST", data=body.encode("latin-1"))
        assert answer.status_code == 422, body
        assert 'id="rating"' in answer.text
        assert "评价没有提交" in seen(answer, "notice")
    unknown = get(address, "POST", data={"level": "2", "reason": "<b>"})
    assert unknown.status_code == 422
    assert "&lt;b&gt;" in unknown.text
    waiting = line.take()
    early = get(waiting.qr + "/rating", "POST", data={"level": "5"})
    assert early.status_code == 409
    assert "还没有办结" in seen(early, "notice")
    assert seen(early, "state") == "等候中"
    again = get(address)
    assert again.status_code == 303
    assert again.headers["location"] == finished


def test_forms_of_other_sites_are_refused(finished: str, get: Get) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"},
    ):  # fmt: skip
        answer = get(finished + "/rating", "POST", data={"level": "5"}, headers=headers)
        assert answer.status_code == 403
        assert 'id="rating"' in answer.text
    good = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert get(finished + "/rating", "POST", data={"level": "5"}, headers=good).status_code == 303
