"""A booking on a phone counts once the code sent to it is typed in; until then its slot is kept, and never for long."""

from __future__ import annotations

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from server.audit import Actor, AuditRow
from server.database import Database, Reader
from server.features.booking import holds, tending
from server.features.booking.holds import Proved
from server.features.booking.models import AppointmentRow, HoldRow, WaitingRow
from server.features.messages import service as messages
from server.features.release.models import TakenRow
from server.settings import Settings
from shared.domain.booking import proof
from shared.domain.errors import HallError
from shared.schemas.messages import MessageSettingsEdit
from tests.server.conftest import Desk
from tests.server.features.booking.stage import ELEVEN, FRIDAY, TOMORROW, WHO, Bookings, number

PHONES = tuple(f"138001380{n:02}" for n in range(40))


def refused(answer: Proved | HallError) -> tuple[str, dict[str, object]]:
    assert isinstance(answer, HallError)
    return answer.code, dict(answer.params)


def test_the_slot_is_kept_and_becomes_a_booking_with_the_code_and_nobody_can_read_it_meanwhile(desk: Desk) -> None:
    hall = Bookings(desk)
    begun = hall.hold(1)
    assert hall.hold(1).id == begun.id, "the same form sent twice"
    assert hall.left()[ELEVEN] == 0, "kept"
    assert not desk.read(lambda r: r.session.scalars(select(AppointmentRow)).all()), "and not booked"
    (code,) = hall.codes()
    with desk.database.engine.connect() as connection:
        kept = str([connection.execute(text(f"SELECT * FROM {t}")).all() for t in ("booking_holds", "events", "audit")])
    assert all(secret not in kept for secret in (code, number(1), "13800138000", "张三丰"))
    made = hall.confirm(begun, f" {code[:3]} {code[3:]} ")
    assert isinstance(made, Proved)
    assert made.phone_index == holds.phone_index(desk.context, "13800138000")
    again = hall.confirm(begun, "000000")
    assert isinstance(again, Proved) and (again.address, again.phone_index) == (made.address, None), "sent twice"
    (row,) = desk.read(lambda r: r.session.scalars(select(AppointmentRow)).all())
    assert (made.address, row.state, row.phone_masked) == (f"/b/{row.code}", "booked", "138****8000")
    assert hall.left()[ELEVEN] == 0
    assert [kind for kind, _ in hall.messages()] == ["booking_code", "booking_made"]


def test_a_few_wrong_codes_and_the_slot_is_free_for_others(desk: Desk) -> None:
    hall = Bookings(desk)
    begun = hall.hold(1)
    (code,) = hall.codes()
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert refused(hall.confirm(begun, "12"))[0] == "booking_code_form"
    for left in range(proof.TRIES - 1, 0, -1):
        assert refused(hall.confirm(begun, wrong)) == ("booking_code_wrong", {"left": left})
    assert refused(hall.confirm(begun, wrong))[0] == "booking_code_used_up"
    assert hall.left()[ELEVEN] == 1
    with pytest.raises(HallError, match="booking_code_over"):
        hall.confirm(begun, code)
    assert "booking.not_proved" in desk.read(lambda r: r.session.scalars(select(AuditRow.action)).all())


def test_another_code_rests_first_replaces_the_one_before_and_keeps_nothing_for_ever(desk: Desk) -> None:
    hall = Bookings(desk)
    begun = hall.hold(1)
    with pytest.raises(HallError, match="booking_code_rests"):
        hall.send_again(begun)
    for _ in range(proof.SENDS - 1):
        desk.clock.forward(minutes=9)
        hall.send_again(begun)
    desk.clock.forward(seconds=90)
    with pytest.raises(HallError, match="booking_code_no_more"):
        hall.send_again(begun)
    first, *_, last = hall.codes()
    if first != last:
        assert refused(hall.confirm(begun, first))[0] == "booking_code_wrong"
    sent = [f"{begun.id} {n}" for n in (1, 2, 3)]
    assert [desk.read(lambda r, s=s: holds.still_asked(r, s)) for s in sent] == [False, False, True]
    desk.clock.forward(seconds=30)
    hall.tend()
    assert hall.left()[ELEVEN] == 1, "twenty minutes after it was begun"


def test_nobody_books_a_slot_that_has_begun_by_a_code_that_was_sent_before(desk: Desk) -> None:
    """Such a booking would be missed, and its holder blamed, in the moment it is made."""
    hall = Bookings(desk, quantity=2)
    desk.clock.forward(minutes=55)
    begun = hall.hold(1)
    ((_, words),) = hall.messages()
    assert "5 分钟" in words, "as long as the slot can be had, and no longer"
    desk.clock.forward(minutes=4, seconds=30)
    with pytest.raises(HallError, match="booking_code_no_more"):
        hall.send_again(begun)
    with pytest.raises(HallError, match="appointment_slot_unknown"):
        hall.hold(2)
    desk.clock.forward(seconds=30)
    with pytest.raises(HallError, match="booking_code_over"):
        hall.confirm(begun, hall.codes()[0])


def test_no_code_is_sent_that_is_over_before_it_can_be_typed_in(desk: Desk) -> None:
    hall = Bookings(desk)
    begun = hall.hold(1)
    desk.clock.forward(minutes=9, seconds=40)
    hall.send_again(begun)
    desk.clock.forward(minutes=9, seconds=30)
    with pytest.raises(HallError, match="booking_code_no_more"):
        hall.send_again(begun)
    assert isinstance(hall.confirm(begun, hall.codes()[1]), Proved), "the one before is good"


def test_what_became_a_booking_is_kept_for_a_while_also_where_nothing_else_is_to_tend(desk: Desk) -> None:
    hall = Bookings(desk)
    hall.confirm(hall.hold(1, day=FRIDAY), hall.codes()[0])
    desk.clock.forward(minutes=50)
    assert not desk.read(tending.is_due)
    desk.clock.forward(minutes=21)
    assert desk.read(tending.is_due)
    hall.tend()
    assert desk.read(lambda r: r.session.scalars(select(HoldRow)).all()) == []
    assert not desk.read(tending.is_due)


def test_what_nobody_confirms_comes_back_also_to_a_server_that_knows_nothing_of_it(
    desk: Desk, database_url: str, tmp_path: Path
) -> None:
    hall = Bookings(desk)
    for n, start in enumerate((600, 660), 1):
        hall.book(n, start, TOMORROW)
    begun = hall.hold(9, 540, TOMORROW)
    waits = hall.wait(7, TOMORROW)
    reborn = Desk(Database(Settings(data=tmp_path, database_url=database_url).url, clock=desk.clock), desk.context,
                  desk.clock)  # fmt: skip
    reborn.database.vault = desk.context.keys.vault
    reborn.database.start()
    try:
        hall.desk = reborn
        hall.tend()
        assert hall.entry(waits).state == "waiting", "still kept for who has the code"
        reborn.clock.forward(minutes=10)
        assert reborn.read(tending.is_due)
        hall.tend()
        assert hall.entry(waits).state == "offered", "and then for who waits, not for anybody"
        assert hall.left(TOMORROW)[540] == 0
        with pytest.raises(HallError, match="booking_code_over"):
            hall.confirm(begun, "123456")
    finally:
        hall.desk = desk
        reborn.database.close()


def test_a_slot_is_kept_once_however_many_begin_at_once_and_a_browser_keeps_one(desk: Desk) -> None:
    hall = Bookings(desk, quantity=3)

    def begin(n: int) -> str:
        try:
            hall.hold(n, phone=PHONES[n], who=Actor("phone", address=f"192.0.2.{n}"))
            return "held"
        except HallError as error:
            return error.code

    with ThreadPoolExecutor(20) as pool:
        outcomes = Counter(pool.map(begin, range(20)))
    assert outcomes == {"held": 3, "release_none_left": 17}
    before = hall.hold(30, 600, TOMORROW, phone=PHONES[30], browser="mine")
    hall.hold(31, 660, TOMORROW, phone=PHONES[30], browser="mine")
    assert hall.left(TOMORROW) == {540: 3, 600: 3, 660: 2}
    with pytest.raises(HallError, match="booking_code_over"):
        hall.confirm(before, "123456")


def test_a_phone_and_an_address_get_only_so_many_codes(desk: Desk) -> None:
    hall = Bookings(desk, quantity=60)
    for n in range(proof.PER_PHONE):
        hall.hold(n, phone=PHONES[0], who=Actor("phone", address=f"192.0.2.{n}"))
    with pytest.raises(HallError, match="booking_code_often"):
        hall.hold(50, phone=PHONES[0], who=Actor("phone", address="198.51.100.1"))
    for n in range(proof.PER_ADDRESS):
        hall.hold(n, phone=PHONES[1 + n], token=f"other {n}", browser=f"other {n}")
    with pytest.raises(HallError, match="booking_rests"):
        hall.hold(51, phone=PHONES[39])
    assert hall.left()[ELEVEN] == 60 - proof.PER_PHONE - proof.PER_ADDRESS, "who was refused keeps nothing"


def test_who_wants_no_messages_and_a_hall_that_sends_none_get_no_code_and_keep_nothing(desk: Desk) -> None:
    hall = Bookings(desk)
    with pytest.raises(HallError, match="mobile_wrong"):
        hall.hold(1, phone="010-12345678")
    desk.database.write(lambda w: messages.refuse(w, PHONES[0], True, WHO))
    with pytest.raises(HallError, match="booking_code_unwanted"):
        hall.hold(1, phone=PHONES[0])
    edit = MessageSettingsEdit(version=0, channel="off")
    desk.database.write(lambda w: messages.put_settings(w, "http://127.0.0.1", edit, WHO))
    with pytest.raises(HallError, match="booking_code_impossible"):
        hall.hold(1)
    assert hall.left()[ELEVEN] == 1
    hall.set_rules(proof="off")
    with pytest.raises(HallError, match="booking_proof_no_channel"):
        hall.set_rules(proof="phone_code")


def test_a_number_typed_in_by_a_stranger_takes_no_place_of_its_owner(desk: Desk) -> None:
    hall = Bookings(desk, quantity=2)
    stranger = hall.hold(1, phone=PHONES[0])
    hall.book(1, token="its owner, elsewhere")
    (code, *_) = hall.codes()
    with pytest.raises(HallError, match="limit_has_booking"):
        hall.confirm(stranger, code)


def test_the_waiting_list_asks_for_the_code_too(desk: Desk) -> None:
    hall = Bookings(desk)
    for n, start in enumerate((540, 600, 660), 1):
        hall.book(n, start, TOMORROW)
    begun = hall.hold(7, None, TOMORROW)
    assert desk.read(lambda r: r.session.scalars(select(WaitingRow)).all()) == []
    (code,) = hall.codes()
    made = hall.confirm(begun, code)
    (entry,) = desk.read(lambda r: r.session.scalars(select(WaitingRow)).all())
    assert isinstance(made, Proved) and made.address == f"/b/w/{entry.code}"


def test_who_asks_to_be_forgotten_is_also_where_nothing_was_proved(desk: Desk) -> None:
    hall = Bookings(desk)
    begun = hall.hold(1)
    assert begun.identity_key is not None
    desk.database.write(lambda w: tending.forget_bookings(w, [begun.identity_key]))
    (kept,) = desk.read(lambda r: r.session.scalars(select(HoldRow)).all())
    assert (kept.form_cipher, kept.identity_key, kept.phone_masked) == (None, None, "")
    hall.tend()
    assert hall.left()[ELEVEN] == 1


def test_a_corrected_form_keeps_its_slot_though_somebody_waits_for_it(desk: Desk) -> None:
    hall = Bookings(desk)
    for n, start in enumerate((540, 600), 1):
        hall.book(n, start, TOMORROW)
    begun = hall.hold(3, ELEVEN, TOMORROW, browser="mine")
    waits = hall.wait(7, TOMORROW)
    corrected = hall.hold(4, ELEVEN, TOMORROW, browser="mine", phone=PHONES[1])
    assert hall.entry(waits).state == "waiting", "nobody was asked for a slot that was kept all the while"
    with pytest.raises(HallError, match="booking_code_over"):
        hall.confirm(begun, hall.codes()[0])
    # Whatever is wrong with the next correction, what stood before still stands.
    with pytest.raises(HallError, match="mobile_wrong"):
        hall.hold(5, ELEVEN, TOMORROW, browser="mine", phone="010-12345678")
    with pytest.raises(HallError, match="release_none_left"):
        hall.hold(4, 540, TOMORROW, browser="mine", phone=PHONES[1])
    desk.database.write(lambda w: messages.refuse(w, PHONES[2], True, WHO))
    with pytest.raises(HallError, match="booking_code_unwanted"):
        hall.hold(5, ELEVEN, TOMORROW, browser="mine", phone=PHONES[2])
    assert desk.read(taken) == desk.read(out)
    assert isinstance(hall.confirm(corrected, hall.codes_by_hold()[corrected.id]), Proved)
    assert desk.read(taken) == desk.read(out)


def test_another_time_that_stands_gives_the_one_before_to_who_waits(desk: Desk) -> None:
    hall = Bookings(desk)
    for n, start in enumerate((540, 600), 1):
        hall.book(n, start, TOMORROW)
    hall.hold(3, ELEVEN, TOMORROW, browser="mine")
    waits = hall.wait(7, TOMORROW)
    hall.hold(3, ELEVEN, FRIDAY, browser="mine")
    assert hall.entry(waits).state == "offered"
    assert (hall.left(TOMORROW)[ELEVEN], hall.left(FRIDAY)[ELEVEN]) == (0, 0)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(("book", "book", "kiosk", "hold", "correct", "confirm", "wait", "cancel", "cancel", "change",
                         "accept", "leave", "plan", "later")),
        st.integers(0, 5),
    ),
    min_size=10, max_size=40,
)  # fmt: skip


def test_each_share_gets_back_what_was_taken_of_it(desk: Desk) -> None:
    """Whatever is booked, held, offered, accepted, moved and given up, and however the plan shares meanwhile."""
    hall = Bookings(desk, quantity=1)
    hall.plan(3, kiosk=1)
    people = iter(range(100, 1000))
    starts = (540, 600, 660)

    def act(what: str, n: int) -> None:
        booked = desk.read(lambda r: r.session.scalars(of(AppointmentRow, "booked")).all())
        offered = desk.read(lambda r: r.session.scalars(of(WaitingRow, "offered")).all())
        held = desk.read(lambda r: r.session.scalars(select(HoldRow).where(HoldRow.became == "")).all())
        me = next(people)
        if what in ("book", "kiosk"):
            hall.book(me, starts[n % 3], FRIDAY, channel="phone" if what == "book" else "kiosk")
        elif what == "hold":
            hall.hold(me, starts[n % 3], FRIDAY, phone=f"1390000{me:04}", who=Actor("phone", address=f"10.0.0.{me}"))
        elif what == "correct" and held:
            old = held[n % len(held)]
            hall.hold(me, old.start if n % 2 else starts[n % 3], FRIDAY, phone=f"1390000{me:04}",
                      who=Actor("phone", address=f"10.0.0.{me}"), browser=old.browser.decode())  # fmt: skip
        elif what == "confirm" and held:
            if held[n % len(held)].until > desk.clock.now:
                hall.confirm(held[n % len(held)], hall.codes_by_hold()[held[n % len(held)].id])
        elif what == "wait":
            hall.wait(me, FRIDAY)
        elif what in ("cancel", "change") and booked:
            row = booked[n % len(booked)]
            hall.cancel(row) if what == "cancel" else hall.change(row, starts[n % 3], FRIDAY)
        elif what in ("accept", "leave") and offered:
            (hall.accept if what == "accept" else hall.leave)(offered[n % len(offered)])
        elif what == "plan":
            hall.plan(3, **({}, {"kiosk": 1}, {"phone": 1}, {"phone": 2, "kiosk": 1}, {"kiosk": 2}, {"web": 1})[n])
        elif what == "later":
            desk.clock.forward(minutes=3 * n)
            hall.tend()

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    @given(ACTS)
    def all_are_conserved(acts: list[tuple[str, int]]) -> None:
        for what, n in acts:
            with contextlib.suppress(HallError):
                act(what, n)
            assert desk.read(taken) == desk.read(out)

    all_are_conserved()
    assert sum(desk.read(taken).values()) > 0


def of(table: type[AppointmentRow] | type[WaitingRow], state: str):  # type: ignore[no-untyped-def]
    return select(table).where(table.state == state).order_by(table.id)


def taken(reader: Reader) -> Counter[tuple[int, str]]:
    rows = reader.session.scalars(select(TakenRow).where(TakenRow.act == "booking", TakenRow.taken > 0)).all()
    return Counter({(row.start, row.pool): row.taken for row in rows})


def out(reader: Reader) -> Counter[tuple[int, str]]:
    """What bookings, offers and holds say they have, by slot and share."""
    found = Counter[tuple[int, str]]()
    for row in reader.session.scalars(select(AppointmentRow).where(AppointmentRow.state != "cancelled")):
        found[row.start, row.pool] += 1
    for entry in reader.session.scalars(of(WaitingRow, "offered")):
        found[entry.offer_start, entry.offer_through] += 1
    for begun in reader.session.scalars(select(HoldRow).where(HoldRow.became == "", HoldRow.start.is_not(None))):
        found[begun.start, begun.pool] += 1
    return found
