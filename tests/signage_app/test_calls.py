"""What a display knows after any day's events is what a fresh snapshot says; and what it shows of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import hypothesis.strategies as st
from hypothesis import given, settings

from shared.schemas.events import ActiveCall, Event, ServiceWaiting, Snapshot
from shared.schemas.hall import Zone
from signage_app.calls import (
    KEPT,
    Board,
    after,
    board_of,
    called_count,
    new_day,
    shown_calls,
    shown_waiting,
    snapshot_of,
)

HALL = UUID(int=1)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LABELS = ("A01", "A02", "B01")
SERVICES = tuple(UUID(int=100 + n) for n in range(3))
ENDINGS = {"start": "serving", "finish": "finished", "no_show": "no_show", "hold": "held", "transfer": "waiting"}
KINDS = {"start": "started", "finish": "finished", "no_show": "no_show", "hold": "held", "transfer": "transferred"}


def area_of(labels: list[str], services: list[UUID] | None = None) -> Zone:
    return Zone(
        key="a", name="A", name_en="A", floor="1", display_text="", display_text_en="", counter_labels=labels,
        service_ids=services,
    )  # fmt: skip


class TinyHall:
    """The server's rules as far as a display sees them: says events, and can give a snapshot at any time."""

    def __init__(self) -> None:
        self.seq = 0
        self.waiting = dict.fromkeys(SERVICES, 0)
        self.tickets: dict[int, dict[str, Any]] = {}
        self.calls: dict[UUID, dict[str, Any]] = {}
        self.events: list[Event] = []
        self.in_hand: dict[str, int] = {}
        self.undo: dict[str, dict[str, Any]] = {}

    @property
    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.seq)

    def issue(self, service: int) -> None:
        number = len(self.tickets)
        self.tickets[number] = {"service": SERVICES[service], "status": "waiting", "call": None, "recalls": 0}
        self.waiting[SERVICES[service]] += 1
        self._say("ticket.issued", number)

    def call(self, label: str) -> None:
        callable_ = [n for n, one in self.tickets.items() if one["status"] in ("waiting", "held", "no_show")]
        if label in self.in_hand or not callable_:
            return
        number = callable_[0]
        ticket = self.tickets[number]
        self.undo[label] = {"number": number, "before": dict(ticket)}
        if ticket["status"] == "waiting":
            self.waiting[ticket["service"]] -= 1
        call_id = uuid5(HALL, str(self.seq))
        ticket |= {"status": "called", "call": call_id, "recalls": 0}
        self.in_hand[label] = number
        self._say("ticket.called", number, label)
        self.calls[call_id] = {"seq": self.seq, "at": self.now, "label": label, "number": number}

    def recall(self, label: str) -> None:
        number = self.in_hand.get(label)
        if number is not None and self.tickets[number]["status"] == "called":
            self.undo.pop(label, None)
            self.tickets[number]["recalls"] += 1
            self._say("ticket.recalled", number, label)

    def step(self, label: str, what: str) -> None:
        number = self.in_hand.get(label)
        if number is None or (what == "start" and self.tickets[number]["status"] != "called"):
            return
        ticket = self.tickets[number]
        self.undo[label] = {"number": number, "before": dict(ticket)}
        ticket["status"] = ENDINGS[what]
        if what == "transfer":
            self.waiting[ticket["service"]] += 1
        if what != "start":
            del self.in_hand[label]
        self._say(f"ticket.{KINDS[what]}", number, label)

    def take_back(self, label: str) -> None:
        last = self.undo.pop(label, None)
        if last is None:
            return
        number, before = last["number"], last["before"]
        ticket = self.tickets[number]
        hand = self.in_hand.get(label)
        if hand not in (None, number) or any(other != label and self.in_hand.get(other) == number for other in LABELS):
            return
        was_call = ticket["status"] == "called" and before["call"] != ticket["call"]
        gone = ticket["call"]
        if (ticket["status"] == "waiting") != (before["status"] == "waiting"):
            self.waiting[ticket["service"]] += 1 if before["status"] == "waiting" else -1
        self.tickets[number] = before
        if was_call:
            self.calls.pop(gone, None)
        if before["status"] in ("called", "serving"):
            self.in_hand[label] = number
        else:
            self.in_hand.pop(label, None)
        self._say("ticket.undone", number, label, undone_step="call" if was_call else "other", call_id=gone)

    def _say(self, kind: str, number: int, label: str | None = None, **extra: Any) -> None:
        self.seq += 1
        ticket = self.tickets[number]
        data = {
            "ticket_id": uuid5(HALL, f"t{number}"), "number": f"A{number:03d}", "service_id": ticket["service"],
            "service_name": "x", "service_name_en": "x", "status": ticket["status"],
            "waiting": self.waiting[ticket["service"]],
        }  # fmt: skip
        if label is not None:
            data |= {
                "call_id": ticket["call"], "counter_id": uuid5(HALL, label), "counter_label": label,
                "counter_name": label, "zone": "a", "floor": "1", "recalls": ticket["recalls"],
            }  # fmt: skip
        self.events.append(Event(hall_id=HALL, epoch=1, seq=self.seq, kind=kind, at=self.now, data=data | extra))

    def snapshot(self) -> Snapshot:
        calls = []
        for call_id, call in sorted(self.calls.items(), key=lambda pair: -pair[1]["seq"])[:KEPT]:
            ticket = self.tickets[call["number"]]
            current = ticket["call"] == call_id
            calls.append(
                ActiveCall(
                    call_id=call_id, seq=call["seq"], called_at=call["at"],
                    ticket_id=uuid5(HALL, f"t{call['number']}"), number=f"A{call['number']:03d}",
                    status=ticket["status"] if current else "finished", service_id=ticket["service"],
                    service_name="x", service_name_en="x", counter_id=uuid5(HALL, call["label"]),
                    counter_label=call["label"], counter_name=call["label"], zone="a", floor="1",
                    recalls=ticket["recalls"] if current else 0,
                )
            )  # fmt: skip
        waiting = [
            ServiceWaiting(service_id=key, service_name="x", service_name_en="x", zones=[], waiting=count)
            for key, count in self.waiting.items()
            if count
        ]
        return Snapshot(hall_id=HALL, epoch=1, seq=self.seq, at=self.now, calls=calls, waiting=waiting, counters=[])


label = st.sampled_from(LABELS)
act = st.one_of(
    st.tuples(st.just("issue"), st.integers(0, 2)),
    st.tuples(st.just("call"), label),
    st.tuples(st.just("recall"), label),
    st.tuples(st.just("take_back"), label),
    st.tuples(st.just("step"), label, st.sampled_from(sorted(ENDINGS))),
)
days = st.lists(act, max_size=60)


def live(day: list[tuple[Any, ...]]) -> TinyHall:
    """A hall after these steps; those that are not possible do nothing."""
    hall = TinyHall()
    for name, *rest in day:
        getattr(hall, name)(*rest)
    return hall


def seen(board: Board) -> dict[str, tuple[str, str, int]]:
    """What people would read: number → counter, status, recalls."""
    return {
        call.number: (call.counter_label, call.status, call.recalls)
        for call in shown_calls(board, None, KEPT)
        if call.status in ("called", "serving")
    }


@settings(max_examples=150, deadline=None)
@given(days)
def test_events_lead_to_what_a_snapshot_says(day: list[tuple[Any, ...]]) -> None:
    hall, board = live(day), Board()
    for event in hall.events:
        board = after(board, event)
    fresh = board_of(hall.snapshot())
    assert seen(board) == seen(fresh)
    assert called_count(board, None) == called_count(fresh, None)
    assert {line.service_id: line.waiting for line in shown_waiting(board, None)} == {
        line.service_id: line.waiting for line in shown_waiting(fresh, None)
    }
    assert board.seq == fresh.seq == hall.seq or not hall.events


@settings(max_examples=100, deadline=None)
@given(days, st.integers(0, 60))
def test_a_snapshot_in_the_middle_changes_nothing(day: list[tuple[Any, ...]], cut: int) -> None:
    hall = live(day[:cut])
    board = board_of(snapshot_of(board_of(hall.snapshot()), HALL, NOON))
    known = len(hall.events)
    for name, *rest in day[cut:]:
        getattr(hall, name)(*rest)
    for event in hall.events[known:]:
        board = after(board, event)
    assert seen(board) == seen(board_of(hall.snapshot()))


@settings(max_examples=100, deadline=None)
@given(days, st.integers(1, 8), st.sets(label))
def test_promises_of_the_list(day: list[tuple[Any, ...]], limit: int, zone: set[str]) -> None:
    board = Board()
    for event in live(day).events:
        board = after(board, event)
    labels = sorted(zone)
    area = area_of(labels)
    rows = shown_calls(board, area, limit)
    assert len(rows) <= limit
    assert all(call.counter_label in labels for call in rows)
    assert len({call.ticket_id for call in rows}) == len(rows)
    assert [call.seq for call in rows] == sorted((call.seq for call in rows), reverse=True)
    awaited = called_count(board, area)
    assert sum(call.status == "called" for call in rows) == min(awaited, limit)


def test_a_zone_of_some_services_shows_no_others() -> None:
    hall, board = TinyHall(), Board()
    for service, label_ in ((0, "A01"), (1, "A02"), (0, "B01"), (2, "A01")):
        hall.issue(service)
        if label_ not in hall.in_hand:
            hall.call(label_)
    for event in hall.events:
        board = after(board, event)
    area = area_of(["A01", "A02"], [SERVICES[0]])
    assert [call.counter_label for call in shown_calls(board, area, 8)] == ["A01"]
    assert called_count(board, area) == 1
    assert len(shown_calls(board, area_of(["A01", "A02"]), 8)) == 2


def test_who_is_still_awaited_is_never_forgotten() -> None:
    hall, board = TinyHall(), Board()
    hall.issue(0)
    hall.call("A01")
    for _ in range(2 * KEPT):
        hall.issue(1)
        hall.call("B01")
        hall.step("B01", "finish")
    for event in hall.events:
        board = after(board, event)
    assert len(board.calls) == KEPT
    assert "A000" in {call.number for call in shown_calls(board, None, 5)}


def test_yesterday_is_gone_at_midnight() -> None:
    hall, board = TinyHall(), Board()
    hall.issue(0)
    hall.issue(0)
    hall.call("A01")
    for event in hall.events:
        board = after(board, event)
    assert seen(new_day(board, NOON.date(), UTC)) == seen(board) != {}
    tomorrow = new_day(board, NOON.date() + timedelta(days=1), UTC)
    assert seen(tomorrow) == {}
    assert shown_waiting(tomorrow, None) == []


def test_a_silent_call_is_nobody_elses_business() -> None:
    data = {
        "ticket_id": str(UUID(int=7)), "number": "A007", "service_id": str(SERVICES[0]), "service_name": "s",
        "service_name_en": "s", "status": "called", "waiting": 0, "call_id": str(UUID(int=8)),
        "counter_id": str(UUID(int=9)), "counter_label": LABELS[0], "counter_name": "", "zone": "a", "floor": "1",
        "recalls": 0, "called_at": NOON.isoformat(), "silent": True,
    }  # fmt: skip
    board = Board()
    for seq, kind in enumerate(("ticket.called", "ticket.recalled"), 1):
        board = after(board, Event(hall_id=HALL, epoch=1, seq=seq, kind=kind, at=NOON, data=data))
        for zone in (None, area_of(list(LABELS))):
            assert (shown_calls(board, zone, 6), called_count(board, zone)) == ([], 0)
    assert board_of(snapshot_of(board, HALL, NOON)).calls == board.calls
    loud = data | {"call_id": str(UUID(int=10)), "silent": False}
    board = after(board, Event(hall_id=HALL, epoch=1, seq=3, kind="ticket.called", at=NOON, data=loud))
    assert [call.number for call in shown_calls(board, None, 6)] == ["A007"]
