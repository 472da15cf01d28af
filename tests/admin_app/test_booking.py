"""The console's appointments: seen as they come, found by code, cancelled with a reason; rules that are in force."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSpinBox

from shared.schemas.booking import Booking
from shared.schemas.tickets import Identity
from shared.ui.widgets import SearchableTable
from tests.admin_app.stage import Console
from tests.fakes.bookings import let_book
from tests.fakes.citizens import new_number
from tests.fakes.hall import RunningHall


def test_an_appointment_is_seen_found_and_cancelled(console: Console, shared_hall: RunningHall) -> None:
    desk, service = shared_hall.client("admin"), shared_hall.easy_service()
    let_book(shared_hall, service.id, quantity=5)
    console.app.frame.open("booking", "")
    table = console.find(SearchableTable, "booking_table")
    console.wait(lambda: console.app.booking.state.loaded)
    # Of a day that may have begun: the first at nine that is still to come.
    slot = next(one for one in desk.bookable_slots(service.id) if one.start == "09:00")
    number = new_number()
    made = desk.book(Booking(
        service_id=service.id, day=slot.day, start=slot.start, phone="13800138000",
        identity=Identity(kind="resident", number=number, name="欧阳文静"),
    ))  # fmt: skip
    console.wait(lambda: any(row["name"] == "欧***" for row in table.shown_rows()))
    assert number not in str(table.shown_rows())
    console.find(QLineEdit, "booking_code").setText(made.qr)
    console.click("booking_find")
    console.wait(lambda: console.text("booking_title") == service.name)
    # The hall's own time, not this machine's or Greenwich's.
    assert ("报到时间", "08:30\N{EN DASH}10:15") in console.app.booking.state.facts
    console.click("booking_cancel")
    console.find(QLineEdit, "booking_ask_reason").setText("停电检修")
    console.click("booking_ask_go")
    console.wait(lambda: console.app.booking.state.facts[0][1] == "已取消")
    assert any(label.text() == "停电检修" for label in console.app.window.findChildren(QLabel))
    assert desk.appointment_by_code(made.qr).reason == "停电检修"
    console.find(QSpinBox, "booking_rule_early_minutes").setValue(45)
    late = console.find(QComboBox, "booking_rule_late")
    late.setCurrentIndex(late.findData("rebook"))
    console.click("booking_save")
    console.wait(lambda: console.app.booking.state.told != "")
    kept = desk.booking_rules()
    assert (kept.early_minutes, kept.late) == (45, "rebook")
    desk.set_booking_rules(kept.model_copy(update={"early_minutes": 30, "late": "walk_in"}))
