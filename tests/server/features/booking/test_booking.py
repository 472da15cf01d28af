"""Appointments in the hall's own database: booked once, never oversold, moved, cancelled, checked in, missed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from server.audit import AuditRow
from server.database import Writer
from server.features.booking import book, tending
from server.features.booking.check_in import arrivals
from server.features.booking.models import AppointmentRow
from server.features.booking.people import person_of
from server.features.catalogue.models import ServiceRow
from server.features.personal_data.erase import erase_person
from server.features.personal_data.retention import retain
from shared.domain.errors import HallError
from shared.schemas.booking import Arriving
from shared.schemas.personal_data import PersonAsked
from tests.server.conftest import Desk
from tests.server.features.booking.stage import ELEVEN, FRIDAY, TOMORROW, WHO, Bookings, identity, number


def test_a_form_sent_twice_books_once_and_nobody_is_named_in_clear(desk: Desk) -> None:
    hall = Bookings(desk, quantity=2)
    first, again = hall.book(1, token="form"), hall.book(1, token="form")
    assert first.id == again.id
    assert hall.left()[ELEVEN] == 1
    kept = hall.appointment(first)
    assert (kept.identity_masked, kept.name_masked, kept.phone_masked) == ("110***********" + number(1)[-4:], "张**",
                                                                          "138****8000")  # fmt: skip
    person = person_of(desk.context.keys.vault, kept)
    assert person is not None and (person.identity.number, person.phone) == (number(1), "13800138000")
    said = "".join(event.data for event in desk.events) + "".join(
        desk.read(lambda r: r.session.scalars(select(AuditRow.detail)).all())
    )
    assert all(secret not in said for secret in (number(1), "13800138000", "张三丰", kept.code))


def test_the_last_places_are_booked_once_each_by_many_at_once(desk: Desk) -> None:
    hall = Bookings(desk, quantity=10)

    def one(n: int) -> str:
        try:
            return hall.book(n).state
        except HallError as refused:
            return refused.code

    with ThreadPoolExecutor(64) as pool:
        outcomes = list(pool.map(one, range(64)))
    assert sorted(set(outcomes)) == ["booked", "release_none_left"]
    assert outcomes.count("booked") == 10
    assert hall.left()[ELEVEN] == 0


def test_moving_frees_the_old_slot_only_once_the_new_one_is_taken(desk: Desk) -> None:
    hall = Bookings(desk)
    mine, other = hall.book(1), hall.book(2, day=TOMORROW)
    with pytest.raises(HallError, match="release_none_left"):
        hall.change(mine, other.start, TOMORROW)
    assert (hall.appointment(mine).start, hall.left()[ELEVEN]) == (ELEVEN, 0)
    hall.change(mine, 600, TOMORROW)
    assert hall.left() == {ELEVEN: 1}
    assert hall.left(TOMORROW)[600] == 0
    hall.cancel(mine)
    assert hall.left(TOMORROW)[600] == 1
    with pytest.raises(HallError, match="appointment_not_possible_cancelled"):
        hall.change(mine, ELEVEN)


def test_staff_say_why_they_cancel(desk: Desk) -> None:
    hall = Bookings(desk)
    mine = hall.book(1)
    with pytest.raises(HallError, match="appointment_reason_needed"):
        hall.cancel(mine, by="staff")
    hall.cancel(mine, by="staff", reason="停电")
    assert (hall.appointment(mine).ended_by, hall.appointment(mine).reason) == ("staff", "停电")


def test_check_in_makes_a_booked_ticket_of_its_holder_once(desk: Desk) -> None:
    hall = Bookings(desk)
    mine = hall.book(1)
    arrived = desk.read(lambda r: arrivals(r, desk.context, Arriving(identity=identity(1)))).items[0]
    assert (arrived.arrival, arrived.opens, arrived.closes) == ("early", "10:30", "12:15")
    with pytest.raises(HallError, match="appointment_early"):
        hall.check_in(mine)
    desk.clock.forward(minutes=45)
    code = f"http://hall/b/{mine.code}"
    assert desk.read(lambda r: arrivals(r, desk.context, Arriving(code=code))).items[0].arrival == "in_time"
    ticket = hall.check_in(mine)
    assert ticket["due_at"] == "2026-11-23T03:00:00.000Z"
    kept = hall.appointment(mine)
    assert (kept.state, kept.ticket_number) == ("checked_in", ticket["number"])
    with pytest.raises(HallError, match="appointment_checked_in"):
        hall.check_in(mine)
    assert len([event for event in desk.events if event.kind == "ticket.issued"]) == 1


def test_who_is_too_late_walks_in_or_books_again_as_the_hall_decides(desk: Desk) -> None:
    hall = Bookings(desk, quantity=2)
    one, two = hall.book(1), hall.book(2)
    desk.clock.forward(hours=2, minutes=16)
    assert hall.check_in(one)["due_at"] is None
    hall.set_rules(late="rebook")
    with pytest.raises(HallError, match="appointment_late"):
        hall.check_in(two)
    hall.tend()
    assert [hall.appointment(row).state for row in (one, two)] == ["checked_in", "missed"]


def test_a_freed_slot_goes_down_the_waiting_list_and_to_nobody_else(desk: Desk) -> None:
    hall = Bookings(desk)
    booked = [hall.book(n, start, TOMORROW) for n, start in enumerate((540, 600, 660))]
    with pytest.raises(HallError, match="waiting_not_needed"):
        hall.wait(7)
    first, second, third = (hall.wait(n, TOMORROW) for n in (7, 8, 9))
    assert hall.wait(7, TOMORROW).id == first.id
    hall.cancel(booked[1])
    assert hall.entry(first).state == "offered"
    assert hall.left(TOMORROW)[600] == 0, "the slot is kept for who was asked"
    desk.clock.forward(minutes=31)
    with pytest.raises(HallError, match="waiting_not_possible_lapsed"):
        hall.accept(first)
    hall.tend()
    assert [hall.entry(row).state for row in (first, second)] == ["lapsed", "offered"]
    hall.leave(second)
    made = hall.accept(third)
    assert hall.accept(third).id == made.id
    assert (made.start, made.state, hall.entry(third).state) == (600, "booked", "taken")
    hall.cancel(made)
    assert hall.left(TOMORROW)[600] == 1, "nobody waits any more"


def test_nobody_waits_everywhere_and_no_list_is_without_end(desk: Desk) -> None:
    hall = Bookings(desk)
    for day in (TOMORROW, FRIDAY):
        for n, start in enumerate((540, 600, 660)):
            hall.book(n, start, day, token=f"{n} {day}")
    hall.set_rules(waiting_per_person=1, waiting_per_day=2)
    first = hall.wait(7, TOMORROW)
    assert hall.wait(7, TOMORROW).id == first.id, "the same form twice is one entry, not one too many"
    hall.wait(8, TOMORROW)
    for n, day, code in ((7, FRIDAY, "waiting_enough"), (9, TOMORROW, "waiting_list_full")):
        with pytest.raises(HallError, match=code):
            hall.wait(n, day, token=f"{n} {day}")
    # Who leaves, and whose day is over, makes room.
    hall.leave(first)
    hall.wait(9, TOMORROW)
    desk.clock.forward(days=2)
    assert hall.wait(9, FRIDAY, token="again").day == FRIDAY


def test_more_places_are_offered_to_who_waits(desk: Desk) -> None:
    hall = Bookings(desk)
    for n, start in enumerate((540, 600, 660)):
        hall.book(n, start, TOMORROW)
    entry = hall.wait(7, TOMORROW)
    hall.plan(2)
    hall.tend()
    assert hall.entry(entry).state == "offered"
    assert sum(hall.left(TOMORROW).values()) == 2


def test_people_go_after_their_time_and_appointments_stay_for_the_figures(desk: Desk) -> None:
    hall = Bookings(desk)
    mine = hall.book(1)
    desk.clock.forward(days=40)
    hall.tend()
    retain(desk.database)
    kept = hall.appointment(mine)
    assert (kept.state, kept.identity_key, kept.phone_cipher, kept.name_masked) == ("missed", None, None, None)
    assert desk.read(lambda r: r.session.scalars(select(AppointmentRow.id)).all()) == [mine.id]


def test_messages_say_what_where_and_when_and_the_day_before_once_more(desk: Desk) -> None:
    hall = Bookings(desk, quantity=1)
    mine, other = hall.book(1, day=FRIDAY), hall.book(2, start=600, day=FRIDAY)
    hall.book(3, start=540, day=FRIDAY)
    hall.wait(7, FRIDAY)
    hall.cancel(other, by="staff", reason="停电检修")
    desk.clock.forward(days=3)
    for _ in range(2):
        hall.tend()
    sent = hall.messages()
    made = next(words for kind, words in sent if kind == "booking_made")
    for part in (
        hall.service.name,
        "11月27日 星期五 11:00–12:00",
        "明德大道",
        "周一至周五",
        f"http://hall/b/{mine.code}",
    ):
        assert part in made
    assert "停电检修" in next(words for kind, words in sent if kind == "booking_withdrawn")
    assert "保留到" in next(words for kind, words in sent if kind == "booking_freed")
    assert [kind for kind, _ in sent].count("booking_reminder") == 2


def test_bookings_that_cannot_be_tended_keep_no_other_from_it(desk: Desk) -> None:
    hall = Bookings(desk, quantity=3)
    late = [hall.book(n, day=TOMORROW) for n in (1, 2)]
    rows = [hall.book(n, day=FRIDAY) for n in (3, 4, 5)]
    hall.plan(5)

    def spoil(writer: Writer) -> None:
        # What is sealed for another place opens nowhere.
        for row in rows[:2]:
            book.find(writer, row.id).phone_cipher = rows[2].phone_cipher

    desk.database.write(spoil)
    desk.clock.forward(days=3)
    seen = len(desk.events)
    assert hall.tend() == 2
    assert [hall.appointment(row).state for row in late] == ["missed", "missed"]
    assert [hall.appointment(row).reminded for row in rows] == [False, False, True]
    assert [kind for kind, _ in hall.messages()].count("booking_reminder") == 1
    # Numbers of events stay without a gap, and what failed has told nobody anything.
    assert [event.seq for event in desk.events[seen:]] == list(range(desk.events[seen].seq, desk.events[-1].seq + 1))
    assert hall.tend() == 2


def test_who_asks_to_be_forgotten_is(desk: Desk) -> None:
    hall = Bookings(desk)
    mine, other = hall.book(1), hall.book(2, start=600, day=TOMORROW)
    asked = PersonAsked(number=number(1), reason="asked for")
    desk.database.write(lambda w: erase_person(w, desk.context.keys, WHO, asked))
    assert (hall.appointment(mine).name_cipher, hall.appointment(mine).identity_key) == (None, None)
    assert hall.appointment(other).name_cipher is not None
    hall.cancel(mine)


def test_the_address_of_an_entry_is_not_given_to_who_only_knows_a_number(desk: Desk) -> None:
    hall = Bookings(desk)
    for n, start in enumerate((540, 600, 660), 1):
        hall.book(n, start, TOMORROW)
    mine = hall.wait(7, TOMORROW)
    assert hall.wait(7, TOMORROW).code == mine.code, "the same form sent twice"
    with pytest.raises(HallError, match="waiting_already"):
        hall.wait(7, TOMORROW, token="another form")


def test_a_slot_that_the_plan_no_longer_has_is_offered_to_nobody(desk: Desk) -> None:
    hall = Bookings(desk, 2)
    made = [hall.book(n, start, TOMORROW) for n, start in enumerate((540, 540, 600, 600, 660, 660), 1)]
    entry = hall.wait(7, TOMORROW)
    hall.plan(1)
    hall.cancel(made[2])
    assert hall.entry(entry).state == "waiting", "one is booked and one is what the plan has"
    hall.cancel(made[3])
    assert hall.entry(entry).state == "offered"


def test_nobody_is_kept_waiting_for_who_was_erased(desk: Desk) -> None:
    hall = Bookings(desk)
    made = [hall.book(n, start, TOMORROW) for n, start in enumerate((540, 600, 660), 1)]
    gone, next_ = hall.wait(7, TOMORROW), hall.wait(8, TOMORROW)
    assert gone.identity_key is not None
    desk.database.write(lambda w: tending.forget_bookings(w, [gone.identity_key]))
    hall.cancel(made[1])
    assert (hall.entry(gone).state, hall.entry(next_).state) == ("waiting", "offered")


def test_who_was_erased_checks_in_with_the_code_and_their_document(desk: Desk) -> None:
    hall = Bookings(desk)

    def ask_for_papers(writer: Writer) -> None:
        writer.touch_catalogue()
        writer.session.get_one(ServiceRow, hall.service_id).identity = "required"

    desk.database.write(ask_for_papers)
    mine = hall.book(1)
    assert mine.identity_key is not None
    desk.database.write(lambda w: tending.forget_bookings(w, [mine.identity_key]))
    desk.clock.forward(minutes=30)
    assert hall.check_in(mine, identity=identity(1))["number"]


def test_the_place_of_who_was_erased_is_theirs_again_once_they_have_come(desk: Desk) -> None:
    hall = Bookings(desk)
    mine = hall.book(1)
    assert mine.identity_key is not None
    desk.database.write(lambda w: tending.forget_bookings(w, [mine.identity_key]))
    desk.clock.forward(minutes=30)
    assert hall.check_in(mine)["number"]
    assert desk.issue(hall.service_id, identity=identity(1))["number"]
