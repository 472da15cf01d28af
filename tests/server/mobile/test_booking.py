"""Booking on a phone, in a real browser without scripts, from the department to the freed slot."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from shared.domain.errors import HallError
from shared.schemas.booking import Arriving, Booking, MaterialEdit
from shared.schemas.tickets import Identity, TicketRequest
from tests.fakes.bookings import let_book
from tests.fakes.browser import Phone
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine
from tests.server.features.booking.stage import number

Get = Callable[..., requests.Response]


def fill(browser: Phone, n: int) -> None:
    for name, value in {"name": "欧阳文静", "number": number(n), "phone": "13800138000"}.items():
        browser.run(f"document.querySelector('[name={name}]').value = {value!r}")


def code_in(text: str) -> str:
    """The code in what a demonstration shows of the message."""
    return re.findall(r"验证码 (\d{6})", text)[0]


def type_code(browser: Phone, code: str) -> None:
    browser.run(f"document.querySelector('[name=code]').value = {code!r}")


def begin(get: Get, service_id: object, day: object, n: int, phone: str) -> tuple[requests.Response, dict[str, str]]:
    """The answer to the form of who books, and what was sent with it."""
    form = get(f"/b/new?service={service_id}&day={day}&start=540")
    fields = dict(re.findall(r'name="(csrf|token|service|day|start)" value="([^"]*)"', form.text))
    fields |= {"name": "张三", "kind": "resident", "number": number(n), "phone": phone}
    return get("/b/new", "POST", data=fields), fields


def confirm(get: Get, where: str, csrf: str) -> requests.Response:
    return get(where, "POST", data={"csrf": csrf, "code": code_in(get(where).text)})


def mark(browser: Phone, words: str) -> None:
    """Give the link with these words a name that can be tapped."""
    browser.run(
        "[...document.querySelectorAll('a')].find(a => a.innerText.includes("
        f"{words!r})).id = 'wanted'"
    )  # fmt: skip


def go(browser: Phone, selector: str, arrived: str) -> None:
    browser.tap(selector)
    browser.wait(lambda: browser.text(arrived), arrived)


def test_a_visit_is_booked_moved_and_given_to_who_waits(
    shared_hall: RunningHall, line: OwnLine, plain_browser: Phone, tmp_path: Path
) -> None:
    browser, desk = plain_browser, shared_hall.client("admin")
    browser.complaints()  # those of the pages before
    let_book(shared_hall, line.service_id, end=660)
    desk.set_materials(line.service_id, [MaterialEdit(name="身份证原件", name_en="ID card")])
    service = next(one for one in desk.services() if one.id == line.service_id)
    # Department, item, day and time, who.
    browser.open(shared_hall.url + "/b")
    mark(browser, service.department_name or "大厅业务")
    go(browser, "#wanted", "[aria-current=step] + li")
    mark(browser, service.name)
    go(browser, "#wanted", "#day")
    # A day of which no slot has begun, whatever the time is.
    last = desk.bookable_slots(line.service_id)[-1].day
    browser.open(f"{shared_hall.url}/b/new?service={line.service_id}&day={last}")
    day = browser.text("#day")
    go(browser, "#slot-540", "#person")
    assert "身份证原件" in browser.text("main")
    browser.tap("#send")
    fill(browser, 21)
    go(browser, "#send", "#code")
    # Not proved yet: kept for a while, and found again by whoever began it.
    assert "验证码已发到 138****8000" in browser.text("#code")
    browser.open(shared_hall.url + "/b")
    assert service.name in browser.text("#begun")
    go(browser, "#begun a.button", "#code")
    type_code(browser, "000000" if code_in(browser.text("#demo")) != "000000" else "111111")
    go(browser, "#confirm", "#notice")
    assert "还可以输入 4 次" in browser.text("#notice")
    type_code(browser, code_in(browser.text("#demo")))
    go(browser, "#confirm", "#state")
    address = browser.run("return location.href").replace(shared_hall.url, "")
    page = browser.text("main")
    for told in ("已预约", f"{day} 09:00–10:00", service.name, "报到时间 08:30–10:15", "身份证原件"):
        assert told in page
    assert number(21) not in page
    # A paper in advance: what it is decides, not what it is called.
    for name, content, answer in (
        ("id.jpg", b"MZ not a picture", "#notice"), ("id.jpg", b"\xff\xd8\xff\xe0 picture \xff\xd9", "#done"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(content)
        browser.driver.find_element("css selector", "input[type=file]").send_keys(str(tmp_path / name))
        go(browser, ".send button", answer)
    assert "已发送 JPG" in browser.text("#papers")
    booked = desk.arrivals(Arriving(code=shared_hall.url + address))[0]
    (paper,) = desk.papers_sent(booked.appointment_id)
    assert desk.paper(booked.appointment_id, paper.id) == b"\xff\xd8\xff\xe0 picture \xff\xd9"
    # Moved, and the day's last slot taken by somebody else.
    browser.open(shared_hall.url + address + "/change")
    go(browser, "#slot-600", "#really")
    go(browser, "#really", "#done")
    assert "10:00–11:00" in browser.text("#appointment")
    browser.open(f"{shared_hall.url}/b/new?service={line.service_id}&day={booked.day}&start=540")
    fill(browser, 22)
    go(browser, "#send", "#state")  # the phone was proved on this browser
    # Somebody waits for this day, and has the slot once it is given back.
    browser.open(f"{shared_hall.url}/b/new?service={line.service_id}&day={booked.day}")
    go(browser, "#join", "#person")
    fill(browser, 23)
    go(browser, "#send", "#waiting")
    assert "您排在第一位" in browser.text("#waiting")
    waits = browser.run("return location.href")
    browser.open(shared_hall.url + address + "/cancel")
    go(browser, "#really", "#state")
    assert browser.text("#state") == "已取消"
    browser.open(waits)
    go(browser, "#take", "#state")
    assert "10:00–11:00" in browser.text("#appointment")
    assert [told for told in browser.complaints() if "422" not in told] == []


def test_a_form_that_is_sent_twice_books_once_and_a_foreign_one_never(
    shared_hall: RunningHall, line: OwnLine, get: Get
) -> None:
    let_book(shared_hall, line.service_id, quantity=5)
    slot = shared_hall.client("admin").bookable_slots(line.service_id)[-3]
    answer, fields = begin(get, line.service_id, slot.day, 31, "13800138031")
    assert get("/b/new", "POST", data=fields | {"csrf": "x"}).status_code == 403
    assert get("/b/new", "POST", data=fields, headers={"origin": "https://elsewhere"}).status_code == 403
    where = answer.headers["location"]
    assert get("/b/new", "POST", data=fields).headers["location"] == where
    wrong = get("/b/new", "POST", data=fields | {"number": number(31)[:-1] + "A"})
    assert wrong.status_code == 422
    assert "证件号码" in wrong.text
    # The slot is kept and the code is good also after the server has been killed.
    shared_hall.kill()
    shared_hall.start()
    left = shared_hall.client("admin").bookable_slots(line.service_id)[-3].left
    assert left == 4
    assert get(where, "POST", data={"csrf": "x", "code": "123456"}).status_code == 403
    made = {confirm(get, where, fields["csrf"]).headers["location"], get(where).headers["location"]}
    assert len(made) == 1
    calendar = get(made.pop() + "/calendar.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert f"DTSTART:{slot.day:%Y%m%d}T010000Z" in calendar.text
    assert shared_hall.client("admin").bookable_slots(line.service_id)[-3].left == 4
    assert get("/b/" + "x" * 22).status_code == 404
    assert get("/b/c/" + "x" * 22).status_code == 404


def test_a_proved_phone_is_remembered_by_its_browser_for_as_long_as_the_hall_says(
    shared_hall: RunningHall, line: OwnLine, get: Get
) -> None:
    let_book(shared_hall, line.service_id, quantity=9)
    desk = shared_hall.client("admin")
    day = desk.bookable_slots(line.service_id)[-1].day
    answer, fields = begin(get, line.service_id, day, 61, "13800138061")
    proved = confirm(get, answer.headers["location"], fields["csrf"])
    cookie = next(one for one in proved.headers["set-cookie"].split(", ") if one.startswith("zt_phone="))
    assert "HttpOnly" in proved.headers["set-cookie"] and "SameSite=lax" in proved.headers["set-cookie"]
    assert "13800138061" not in cookie
    again, _ = begin(get, line.service_id, day, 62, "13800138061")
    assert re.fullmatch(r"/b/[\w-]{22}", again.headers["location"]), "no code for the same phone"
    other, fields = begin(get, line.service_id, day, 63, "13800138063")
    assert other.headers["location"].startswith("/b/c/"), "but for another"
    # Filled in anew it is kept meanwhile, and still there to be chosen; given up it is free at once.
    left = desk.bookable_slots(line.service_id)[-3].left
    back = get(other.headers["location"], "POST", data={"csrf": fields["csrf"], "act": "change"})
    assert back.headers["location"].startswith("/b/new?service=")
    assert desk.bookable_slots(line.service_id)[-3].left == left
    times = get(f"/b/new?service={line.service_id}&day={day}&lang=en").text
    assert f"{left + 1} left" in times
    gone = get(other.headers["location"], "POST", data={"csrf": fields["csrf"], "act": "leave"})
    assert gone.headers["location"] == "/b"
    assert desk.bookable_slots(line.service_id)[-3].left == left + 1
    rules = desk.booking_rules()
    desk.set_booking_rules(rules.model_copy(update={"proof_days": 0}))
    anew, _ = begin(get, line.service_id, day, 64, "13800138061")
    desk.set_booking_rules(rules.model_copy(update={"proof": "off"}))
    free, _ = begin(get, line.service_id, day, 65, "13800138065")
    desk.set_booking_rules(rules)
    assert anew.headers["location"].startswith("/b/c/") and not free.headers["location"].startswith("/b/c/")


def test_first_visit_is_small(shared_hall: RunningHall, get: Get) -> None:
    page = get("/b", headers={"accept-encoding": "gzip"})
    files = re.findall(r'(?:href|src)="(/mobile/[^"]+)"', page.text)
    whole = len(page.content) + sum(int(get(file).headers["content-length"]) for file in files)
    assert whole < 100_000


def test_who_comes_on_another_day_keeps_the_appointment(shared_hall: RunningHall, line: OwnLine) -> None:
    let_book(shared_hall, line.service_id, quantity=5)
    kiosk, desk = shared_hall.client("kiosk"), shared_hall.client("admin")
    slot = desk.bookable_slots(line.service_id)[-1]
    made = desk.book(Booking(
        service_id=line.service_id, day=slot.day, start=slot.start, phone="13900139000",
        identity=Identity(kind="resident", number=number(41), name="李四"),
    ))  # fmt: skip
    found = kiosk.arrivals(Arriving(code=made.qr))
    assert [one.arrival for one in found] == ["other_day"]
    with pytest.raises(HallError, match="appointment_other_day"):
        kiosk.issue(TicketRequest(service_id=line.service_id, appointment_id=made.id))


def test_a_form_says_nothing_of_what_somebody_else_has(shared_hall: RunningHall, line: OwnLine, get: Get) -> None:
    let_book(shared_hall, line.service_id, quantity=5)
    slot = shared_hall.client("admin").bookable_slots(line.service_id)[-3]
    person = Identity(kind="resident", number=number(51), name="王五")
    theirs = shared_hall.client("admin").book(Booking(
        service_id=line.service_id, day=slot.day, start="11:00", phone="13900139000", identity=person
    ))  # fmt: skip
    begun, fields = begin(get, line.service_id, slot.day, 51, "13800138051")
    # Nothing is said, not even that there is something, before a phone is proved.
    answer = confirm(get, begun.headers["location"], fields["csrf"])
    assert answer.status_code == 409
    assert theirs.qr.rpartition("/")[2] not in answer.text and "11:00" not in answer.text
    assert "服务台" in answer.text
    assert shared_hall.client("admin").bookable_slots(line.service_id)[-3].left == 5
