"""The hall as the stream tells it, without a server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from admin_app.features.queueing.book import HallBook
from admin_app.features.queueing.rows import clock, figures, line_rows, rating_share
from shared.domain.identifiers import uuid7
from shared.schemas.events import Event, ServiceWaiting, Snapshot
from shared.schemas.hall import Counter
from shared.schemas.statistics import Today

HALL, SERVICE, OTHER, COUNTER, TICKET = (uuid7() for _ in range(5))
START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def counter(**changes: Any) -> Counter:
    made = Counter(
        id=COUNTER, label="A01", name="窗口", name_en="", floor="1", zone="a", state="open", pause_reason=None,
        staff=None, service_ids=[SERVICE], ticket_id=None, ticket_number=None, ticket_status=None, since=START,
        retired=False,
    )  # fmt: skip
    return made.model_copy(update=changes)


def book(waiting: int = 0) -> HallBook:
    made = HallBook()
    line = ServiceWaiting(service_id=SERVICE, service_name="业务", service_name_en="Service", zones=[], waiting=waiting)
    made.apply_snapshot(
        Snapshot(hall_id=HALL, epoch=1, seq=1, at=START, calls=[], waiting=[line], counters=[counter()])
    )
    made.seed([])
    return made


def event(kind: str, minutes: float, status: str, waiting: int, *, at_counter: bool = True, **data: Any) -> Event:
    ticket: dict[str, Any] = {
        "ticket_id": TICKET, "number": "A001", "service_id": SERVICE, "service_name": "业务",
        "service_name_en": "Service", "status": status, "waiting": waiting,
        "counter_id": COUNTER if at_counter else None,
    }  # fmt: skip
    at = START + timedelta(minutes=minutes)
    return Event(hall_id=HALL, epoch=1, seq=2, kind=f"ticket.{kind}", at=at, data=ticket | data)


def in_hand(made: HallBook) -> tuple[str | None, datetime | None]:
    found = made.counters[COUNTER]
    return found.ticket_number, made.since(found)


def test_a_visit_from_issue_to_finish() -> None:
    made = book()
    made.apply(event("issued", 1, "waiting", 1, at_counter=False))
    assert made.oldest(SERVICE) == START + timedelta(minutes=1)
    assert made.waiting == 1
    made.apply(event("called", 3, "called", 0))
    assert in_hand(made) == ("A001", START + timedelta(minutes=3))
    assert made.oldest(SERVICE) is None
    made.apply(event("started", 4, "serving", 0))
    # How long somebody is in hand counts from the call.
    assert in_hand(made) == ("A001", START + timedelta(minutes=3))
    made.apply(event("finished", 9, "finished", 0))
    assert in_hand(made) == (None, START + timedelta(minutes=9))


def test_a_transfer_moves_from_one_line_to_the_other_and_keeps_its_age() -> None:
    made = book()
    made.apply(event("issued", 1, "waiting", 1, at_counter=False))
    made.apply(event("called", 2, "called", 0))
    moved = {"service_id": OTHER, "previous_service_id": SERVICE, "previous_waiting": 0}
    made.apply(event("transferred", 3, "waiting", 1, **moved))
    assert made.oldest(OTHER) == START + timedelta(minutes=1)
    assert made.lines[SERVICE].waiting == 0
    assert in_hand(made)[0] is None


def test_a_ticket_from_before_our_time_that_waits_again_makes_us_ask() -> None:
    made = book()
    made.apply(event("called", 1, "called", 0))
    assert not made.needs_seed
    made.apply(event("undone", 2, "waiting", 1))
    assert made.needs_seed
    assert made.oldest(SERVICE) is None


def test_a_late_event_of_another_ticket_leaves_the_hand_alone() -> None:
    made = book()
    made.apply(event("called", 1, "called", 0))
    other: UUID = uuid7()
    made.apply(event("undone", 2, "no_show", 0, ticket_id=other))
    assert in_hand(made)[0] == "A001"


def test_a_retired_counter_goes_and_a_new_one_comes() -> None:
    made = book()
    retired = counter(retired=True)
    made.apply(Event(hall_id=HALL, epoch=1, seq=3, kind="counter.changed", at=START, data=retired.model_dump()))
    assert not made.counters
    made.apply(Event(hall_id=HALL, epoch=1, seq=4, kind="counter.changed", at=START, data=counter().model_dump()))
    assert list(made.counters) == [COUNTER]


def test_lines_name_those_nobody_serves() -> None:
    made = book(waiting=3)
    assert line_rows(made, START, "en")[0]["open"] == 1
    paused = counter(state="paused")
    made.apply(Event(hall_id=HALL, epoch=1, seq=3, kind="counter.changed", at=START, data=paused.model_dump()))
    (row,) = line_rows(made, START, "en")
    assert (row["service"], row["waiting"], row["open"]) == ("Service", 3, 0)


def test_figures_say_what_they_mean() -> None:
    today = Today(
        day=START.date(), issued=20, waiting=9, in_hand=1, finished=8, no_show=2, wait_mean_s=65, wait_p90_s=3700,
        longest_waiting_s=None, ratings={"5": 3, "2": 1}, hours=[],
    )  # fmt: skip
    shown = {figure.key: figure for figure in figures(today, 10, 61, "en")}
    assert shown["waiting"].value == "10"
    assert shown["waiting"].note == "longest 1:01"
    assert shown["wait_p90"].value == "1:01:40"
    assert shown["rating"].value == "75%"
    assert shown["no_show"].note == "10% of issued"
    assert {figure.value for figure in figures(None, 0, None, "en")} == {"–"}
    assert rating_share({}) is None
    assert clock(-3) == "0:00"
