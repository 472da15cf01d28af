"""Who booked: by card or by code, in time and not, in elder mode and English; and the ticket that says so."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from sqlalchemy import update

from kiosk_app.features.queueing.booked import booked_view, most_of_use
from kiosk_app.features.queueing.spoken import sentences
from server.features.booking.models import AppointmentRow
from shared.domain.identifiers import uuid7
from shared.schemas.booking import Appointment, Arrived, Booking
from shared.schemas.tickets import Identity
from tests.fakes.bookings import let_book
from tests.fakes.hall import RunningHall
from tests.kiosk_app.conftest import MakeRig
from tests.kiosk_app.rig import KioskRig, new_card
from tests.kiosk_app.test_fits import faults


def booked(hall: RunningHall, card: dict[str, str], *, minutes: int = 20) -> Appointment:
    """An appointment of the card's holder that begins in so many minutes, today."""
    desk = hall.client("admin")
    service = hall.easy_service()
    let_book(hall, service.id, quantity=50)
    slot = desk.bookable_slots(service.id)[-1]
    made = desk.book(Booking(
        service_id=service.id, day=slot.day, start=slot.start, phone="13800138000",
        identity=Identity(kind="resident", number=card["number"], name=card["name"]),
    ))  # fmt: skip
    facts = desk.hall()
    start, today = facts.now + timedelta(minutes=minutes), facts.now.astimezone(ZoneInfo(facts.time_zone)).date()
    times = {"day": today, "starts_at": start, "ends_at": start + timedelta(minutes=60)}
    hall.execute(update(AppointmentRow).where(AppointmentRow.id == made.id).values(times))
    return made


def scan(kiosk: KioskRig, code: str) -> None:
    """As a scanner types: fast, ended by Enter."""
    window = kiosk.app.window
    for letter in (*code, "\r"):
        key = Qt.Key.Key_Return if letter == "\r" else Qt.Key.Key_unknown
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.postEvent(window, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))


def test_a_card_finds_the_appointment_and_the_ticket_says_when(kiosk: KioskRig, shared_hall: RunningHall) -> None:
    made = booked(shared_hall, kiosk.card)
    kiosk.lay_card()
    kiosk.until_step("booked")
    assert kiosk.state.booked.service == made.service_name
    kiosk.click("booked_check_in")
    kiosk.until_step("ticket")
    assert "您预约的时间是" in str(kiosk.printed().data)
    desk = shared_hall.client("admin")
    assert desk.appointment_by_code(made.qr).state == "checked_in"


def test_a_code_before_the_scanner_says_when_to_come_or_that_it_is_none(
    make_kiosk: MakeRig, shared_hall: RunningHall
) -> None:
    devices = {"scanner": {"driver": "keyboard_wedge", "gap_ms": 200}}
    kiosk = make_kiosk(shared_hall, devices=devices).start()
    made = booked(shared_hall, new_card(), minutes=90)
    scan(kiosk, made.qr)
    kiosk.until_step("booked")
    assert (kiosk.state.booked.code, kiosk.state.booked.can_check_in) == ("early", False)
    assert not kiosk.shows("booked_check_in")
    kiosk.click("booked_others")
    kiosk.until_step("services")
    scan(kiosk, f"{shared_hall.url}/b/{'x' * 22}")
    kiosk.until(lambda: kiosk.state.notice.title == "没有找到预约")


@pytest.mark.parametrize("size", ["1080x1920", "1920x1080"])
@pytest.mark.parametrize("elder", [False, True])
def test_the_longest_words_fit(make_kiosk: MakeRig, shared_hall: RunningHall, size: str, elder: bool) -> None:
    kiosk = make_kiosk(shared_hall, size=size, elder=elder).start()
    booked(shared_hall, kiosk.card)
    kiosk.lay_card()
    kiosk.until_step("booked")
    for language in ("zh-CN", "en"):
        kiosk.app.queueing.set_language(language)
        assert faults(kiosk, f"{size} {language}") == []
    kiosk.app.queueing.set_language("zh-CN")
    assert bool(sentences(kiosk.state)) == elder


def arrived(arrival: str, start: str = "09:00") -> Arrived:
    return Arrived.model_validate(
        {
            "appointment_id": uuid7(), "arrival": arrival, "state": "booked", "service_id": UUID(int=1),
            "service_name": "业务", "service_name_en": "Service", "day": "2026-11-27", "start": start, "end": "12:00",
            "opens": "08:30", "closes": "12:15", "name_masked": "张**", "ticket_id": None, "ticket_number": None,
        }
    )  # fmt: skip


def test_the_appointment_of_now_comes_first_and_all_ways_have_words() -> None:
    now, later = arrived("in_time", "10:00"), arrived("early", "15:00")
    assert most_of_use([later, now, arrived("other_day")]) == now
    assert most_of_use([arrived("other_day"), arrived("done")]) is None
    for way in ("in_time", "walk_in", "early", "rebook", "other_day"):
        for language in ("zh-CN", "en"):
            view = booked_view(arrived(way), language)
            assert view.title and view.message
            assert "kiosk." not in view.title + view.message
