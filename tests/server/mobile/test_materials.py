"""What to bring, on every page that can still help: before a slot is taken, on the appointment's, on the ticket's."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import requests

from shared.schemas.booking import PAPER_KINDS, Booking, Material, MaterialEdit
from shared.schemas.tickets import Identity
from tests.fakes.bookings import let_book
from tests.fakes.hall import RunningHall
from tests.fakes.own_line import OwnLine
from tests.server.features.booking.stage import number

Get = Callable[..., requests.Response]
JPEG, PDF = b"\xff\xd8\xff\xe0 picture \xff\xd9", b"%PDF-1.7 paper %%EOF"


@pytest.fixture
def listed(shared_hall: RunningHall, line: OwnLine) -> list[Material]:
    return shared_hall.client("admin").set_materials(line.service_id, [
        MaterialEdit(name="户口簿", name_en="Household register", note="首页和本人页", copies=2),
        MaterialEdit(name="表计照片", required=False, originals=0, kinds=PAPER_KINDS[:2], largest_mb=1),
        MaterialEdit(name="身份证", in_advance=False),
    ]).items  # fmt: skip


def booked(shared_hall: RunningHall, line: OwnLine, n: int) -> str:
    """The path of an appointment's page."""
    let_book(shared_hall, line.service_id, quantity=5)
    desk = shared_hall.client("admin")
    slot = desk.bookable_slots(line.service_id)[-1]
    made = desk.book(Booking(
        service_id=line.service_id, day=slot.day, start=slot.start, phone="13900139000",
        identity=Identity(kind="resident", number=number(n), name="李四"),
    ))  # fmt: skip
    return "/b/" + made.qr.rpartition("/b/")[2]


def test_the_list_is_said_before_a_slot_is_chosen_and_while_one_waits(
    shared_hall: RunningHall, line: OwnLine, listed: list[Material], get: Get
) -> None:
    let_book(shared_hall, line.service_id, quantity=5)
    pages = [f"/b/new?service={line.service_id}", line.take().qr]
    for address in pages:
        chinese = get(address).text
        for told in ("户口簿", "原件 1 份 · 复印件 2 份", "首页和本人页", "表计照片", "只需电子文件", "如有请带"):
            assert told in chinese, (address, told)
        english = get(f"{address}{'&' if '?' in address else '?'}lang=en").text
        assert "Household register" in english and "Originals: 1 · Copies: 2" in english
    # A service without a list says nothing of one.
    shared_hall.client("admin").set_materials(line.service_id, [])
    for address in pages:
        assert 'id="bring"' not in get(address).text


def test_each_line_says_what_it_takes_and_refuses_the_rest(
    shared_hall: RunningHall, line: OwnLine, listed: list[Material], get: Get
) -> None:
    address = booked(shared_hall, line, 51)
    page = get(address).text
    assert "可提前发送 JPG / PNG / PDF，不超过 10 MB" in page and "可提前发送 JPG / PNG，不超过 1 MB" in page
    # Of the identity card nothing is sent; what stands on no list may be.
    assert re.findall(r'type="file"[^>]* accept="([^"]*)"', page) == [
        ",".join(PAPER_KINDS), ",".join(PAPER_KINDS[:2]), ",".join(PAPER_KINDS),
    ]  # fmt: skip
    code = address.removeprefix("/b/")
    for wrong, told in (
        (PDF, "只收 JPG / PNG"), (JPEG[:-2] + bytes(1024**2) + JPEG[-2:], "超过 1 MB"),
        (bytes(12 * 1024**2), "超过 10 MB"), (b"", "没有收到文件"),
    ):  # fmt: skip
        answer = send(get, code, listed[1], wrong)
        assert answer.status_code in (200, 409, 413, 422) and told in answer.text, told
        assert "已发送" not in answer.text.replace("已发送的材料", "")
    assert "没有收下" in send(get, code, listed[2], JPEG).text
    sent = send(get, code, listed[1], JPEG)
    assert sent.status_code == 303
    assert "已发送 JPG" in get(sent.headers["location"]).text


def send(get: Get, code: str, line: Material, content: bytes) -> requests.Response:
    return get("/b/papers", "POST", data={"code": code, "line": str(line.id)}, files={"file": ("a.jpg", content)})
