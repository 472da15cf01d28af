"""Appointments: no way back from an end, the window of check-in, offers one at a time, papers, calendar files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.booking.arrival import Arrival, arrival, missed_from, times
from shared.domain.booking.calendar_file import Entry, calendar_file, folded
from shared.domain.booking.life import Act, State, WaitAct, Waiting, after, wait_after
from shared.domain.booking.offers import EVENING, LEAD, MORNING, answer_until, first
from shared.domain.booking.papers import LARGEST, kind_of
from shared.domain.errors import HallError

ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 27, 9, 0, tzinfo=ZONE)
minutes = st.integers(0, 240)


@dataclass(frozen=True)
class Rules:
    early_minutes: int
    late_minutes: int
    late: str


rules = st.builds(Rules, minutes, minutes, st.sampled_from(["walk_in", "rebook"]))


@given(st.lists(st.sampled_from(Act), max_size=8))
def test_what_has_ended_stays_as_it_ended(acts: list[Act]) -> None:
    state, ended = State.BOOKED, False
    for act in acts:
        try:
            state = after(state, act)
            assert not ended
        except HallError as refused:
            assert ended
            assert refused.code == f"appointment_not_possible_{state.value}"
        ended = state is not State.BOOKED


@given(st.lists(st.sampled_from(WaitAct), max_size=8))
def test_only_who_was_offered_a_slot_can_take_one(acts: list[WaitAct]) -> None:
    state, done = Waiting.WAITING, []
    for act in acts:
        try:
            state = wait_after(state, act)
            done.append(act)
        except HallError:
            continue
    assert done.count(WaitAct.OFFER) <= 1
    assert state is not Waiting.TAKEN or done[-2:] == [WaitAct.OFFER, WaitAct.TAKE]


@given(rules, st.integers(5, 120), st.integers(-600, 900))
def test_nobody_is_late_during_their_slot_and_the_window_has_no_gap(policy: Rules, length: int, at: int) -> None:
    end, now = START + timedelta(minutes=length), START + timedelta(minutes=at)
    found, window = arrival(policy, START, end, now), times(policy, START, end)
    if 0 <= at < length:
        assert found is Arrival.IN_TIME
    assert (found is Arrival.EARLY) == (now < window.opens)
    assert (found is Arrival.IN_TIME) == (window.opens <= now < window.closes)
    day_ends = START.replace(hour=0) + timedelta(days=1)
    if now < min(missed_from(policy, START, end, day_ends), day_ends):
        # Nobody is marked as missed who could still be let in.
        assert found is not Arrival.REBOOK


@given(st.integers(0, 3 * 1440), st.integers(1, 240))
def test_an_offer_gives_time_by_day_and_ends_before_its_slot(before: int, allowed: int) -> None:
    now = START - timedelta(minutes=before)
    until = answer_until(now, allowed, START)
    if until is None:
        assert before <= LEAD.total_seconds() / 60 or not MORNING <= now.time() < EVENING
        return
    assert now < until <= START - LEAD
    if MORNING <= now.time() < EVENING:
        assert until - now <= timedelta(minutes=allowed)
    elif until < START - LEAD:
        assert until.time() == (datetime.combine(now, MORNING) + timedelta(minutes=allowed)).time()


def test_who_joined_first_is_asked_first() -> None:
    @dataclass(frozen=True)
    class One:
        position: int

    assert first([]) is None
    assert first([One(7), One(3), One(5)]) == One(3)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\xff\xd8\xff\xe0 picture \xff\xd9", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR....IEND\xaeB`\x82", "image/png"),
        (b"%PDF-1.7\n...\n%%EOF\n", "application/pdf"),
    ],
)
def test_a_file_is_what_it_holds(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind
    for wrong in (content[1:], content[:8], b"<html>" + content):
        with pytest.raises(HallError, match="material_kind"):
            kind_of(wrong)


def test_nothing_and_too_much_are_refused() -> None:
    with pytest.raises(HallError, match="material_empty"):
        kind_of(b"")
    with pytest.raises(HallError, match="material_too_large"):
        kind_of(b"%PDF-" + bytes(LARGEST))


@given(st.text(max_size=200).filter(lambda text: not set(text) & set("\r\n")))
def test_a_folded_line_is_short_whole_and_can_be_put_together(text: str) -> None:
    try:
        octets = folded(text)
    except UnicodeEncodeError:
        return  # half a character, which no form can send
    assert all(len(line) <= 75 and line.decode() is not None for line in octets.split(b"\r\n"))
    assert octets.replace(b"\r\n ", b"") == text.encode() + b"\r\n"


def test_a_calendar_reads_what_was_booked() -> None:
    entry = Entry("a@hall", START, START + timedelta(minutes=30), "社保; 参保登记, 续保", "一楼\n大厅\\东", "带身份证",
                  "http://hall/b/x", 2, False, datetime(2026, 11, 26, tzinfo=UTC))  # fmt: skip
    lines = calendar_file(entry).replace(b"\r\n ", b"").decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert "DTSTART:20261127T010000Z" in lines
    assert "SUMMARY:社保\\; 参保登记\\, 续保" in lines
    assert "LOCATION:一楼\\n大厅\\\\东" in lines
    assert "SEQUENCE:2" in lines
