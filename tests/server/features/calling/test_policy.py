"""A hall's calling policy at its real counters: set, followed, kept with each call, and explained."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server import audit
from server.audit import AuditRow
from server.database import Writer
from server.features.calling.service import rules, set_policy, wire_policy
from server.features.catalogue.service import catalogue
from server.features.queueing.counters import find_counter
from server.features.queueing.desk import desk as read_desk
from server.features.queueing.lines import join_line, leave_line
from server.features.queueing.models import CallRow, TicketRow
from server.features.queueing.returning import return_to_line
from server.features.queueing.standing import first_place
from server.features.queueing.view import find_ticket, place_of
from server.features.queueing.why import called_before, choices
from server.features.rehearsal.preview import preview
from server.features.rehearsal.replaying import rehearsal, run
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.calling import (
    CallingPolicy,
    CounterCalling,
    PreviewRequest,
    Replayed,
    ReplayRequest,
    ServiceCalling,
)
from tests.server.conftest import Desk

WHO = audit.Actor("admin:test")


def put(desk: Desk, **fields: Any) -> CallingPolicy:
    version = desk.read(wire_policy).version
    return desk.database.write(lambda w: set_policy(w, WHO, CallingPolicy(version=version, **fields)))


def book(desk: Desk, ticket: dict[str, Any], **until: float) -> None:
    """As a check-in does: the ticket stands in the booked lane, its turn comes ``until`` then."""

    def work(writer: Writer) -> None:
        row = find_ticket(writer, UUID(ticket["id"]))
        place = first_place(row.position, -row.priority, writer.now + timedelta(**until), row.issued_at)
        for name, value in place.items():
            setattr(row, name, value)
        leave_line(writer, row.service_id)
        join_line(writer, row.service_id, row.lane)

    desk.database.write(work)


def serve_all(desk: Desk, counter: UUID) -> list[str]:
    """Numbers in the order in which one counter calls them."""
    called = []
    while (answer := desk.call_next(counter)) is not None:
        called.append(answer["ticket"]["number"])
        desk.step(counter, Step.FINISH)
    return called


def numbers(*tickets: dict[str, Any]) -> list[str]:
    return [ticket["number"] for ticket in tickets]


def test_a_policy_is_set_with_its_version_and_told_in_the_trail(desk: Desk) -> None:
    first, _, counter = desk.places()
    assert desk.read(wire_policy) == CallingPolicy()
    wanted = put(desk, merge="ratio", services=[ServiceCalling(service_id=first, patience_min=30)])
    assert (wanted.version, desk.read(wire_policy)) == (1, wanted)
    assert desk.read(rules).policy.patience_of(first) == 1800
    again = desk.database.write(lambda w: set_policy(w, WHO, wanted))
    assert again.version == 1, "the same once more changes nothing"
    served = desk.read(catalogue).counters[counter].service_ids
    unknown = UUID(int=7)
    for fields, code in (
        ({"version": 0}, "calling_changed_meanwhile"),
        ({"services": [ServiceCalling(service_id=unknown)]}, "service_unknown"),
        ({"services": [ServiceCalling(service_id=first)] * 2}, "calling_named_twice"),
        ({"counters": [CounterCalling(counter_id=counter, later=[unknown])]}, "counter_does_not_serve"),
        ({"counters": [CounterCalling(counter_id=counter, later=list(served))]}, "calling_nothing_first"),
    ):
        with pytest.raises(HallError) as refused:
            desk.database.write(lambda w, f=fields: set_policy(w, WHO, CallingPolicy(**({"version": 1} | f))))
        assert refused.value.code == code
    with desk.database.reading() as reader:
        trail = reader.session.scalars(select(AuditRow).where(AuditRow.action == "calling.policy_changed")).all()
    assert [(row.actor, "ratio" in row.detail) for row in trail] == [("admin:test", True)]


def test_booked_people_go_from_their_slot_on_and_the_ticket_left_behind_can_ask_why(desk: Desk) -> None:
    first, _, counter = desk.places()
    desk.sign_in(counter)
    walk_in, early, booked, urgent = (desk.issue(first, priority=p) for p in (0, 0, 0, 2))
    book(desk, early, hours=1)
    book(desk, booked, minutes=0)
    assert desk.read(lambda r: desk_ahead(desk, r, walk_in)) == 3
    assert serve_all(desk, counter) == numbers(urgent, booked, walk_in, early)
    with desk.database.reading() as reader:
        mine = find_ticket(reader, UUID(walk_in["id"]))
        told = called_before(reader, mine, "zh-CN")
        assert [(one.number, one.reason) for one in told] == [
            (booked["number"], "booked"), (urgent["number"], "urgent")
        ]  # fmt: skip
        assert booked["number"] in told[0].sentence
        assert called_before(reader, mine, "en", early["number"])[0].reason == "after_you"
        [kept] = choices(reader, find_ticket(reader, UUID(booked["id"])), "en")
        assert (kept.rule, kept.merge, kept.chosen.kind if kept.chosen else "") == ("booked", "booked_first", "booked")
        assert [(one.number, one.why) for one in kept.others] == [(walk_in["number"], "booked")]
        rows = reader.session.scalars(select(CallRow).order_by(CallRow.seq)).all()
        assert [row.kind for row in rows] == ["urgent", "booked", "walk_in", "walk_in"]


def desk_ahead(desk: Desk, reader: Any, ticket: dict[str, Any]) -> int:
    return place_of(reader, find_ticket(reader, UUID(ticket["id"])))


@pytest.mark.parametrize(
    ("fields", "order"),
    [
        ({"merge": "arrival"}, "w0 w1 w2 b0 b1 b2"),
        ({"merge": "ratio", "ratio_booked": 2, "ratio_walk_in": 1}, "b0 b1 w0 b2 w1 w2"),
        ({"merge": "ageing", "booked_head_start_min": 3}, "w0 w1 b0 w2 b1 b2"),
    ],
)
def test_each_way_of_merging_is_followed_and_people_ahead_with_it(
    desk: Desk, fields: dict[str, Any], order: str
) -> None:
    first, _, counter = desk.places()
    put(desk, **fields)
    desk.sign_in(counter)
    people: dict[str, dict[str, Any]] = {}
    for kind in "wb":
        for n in range(3):
            people[f"{kind}{n}"] = desk.issue(first)
            if kind == "b":
                book(desk, people[f"{kind}{n}"], minutes=0)
            desk.clock.forward(minutes=2)
    expected = order.split()
    ahead = {name: desk.read(lambda r, t=ticket: desk_ahead(desk, r, t)) for name, ticket in people.items()}
    if fields["merge"] == "ageing":
        # w1 came five minutes before b0 was due, w2 two minutes before.
        assert ahead == {name: place for place, name in enumerate(expected)}
    else:
        assert [ahead[name] for name in ("b0", "w0")] == [expected.index("b0"), expected.index("w0")]
    assert serve_all(desk, counter) == [people[name]["number"] for name in expected]


def test_a_counter_is_there_for_some_services_first(desk: Desk) -> None:
    first, second, counter = desk.places()
    put(desk, counters=[CounterCalling(counter_id=counter, later=[first], step_in_min=20)])
    desk.sign_in(counter)
    other, own = desk.issue(first), desk.issue(second)
    assert serve_all(desk, counter) == numbers(own, other)
    with desk.database.reading() as reader:
        told = called_before(reader, find_ticket(reader, UUID(other["id"])), "en")
        assert [(one.number, one.reason) for one in told] == [(own["number"], "preferred")]
    other, own = desk.issue(first), desk.issue(second)
    desk.clock.forward(minutes=21)
    assert serve_all(desk, counter) == numbers(other, own)


def test_a_preview_says_whom_a_counter_would_call_under_both_policies(desk: Desk) -> None:
    first, second, counter = desk.places()
    tickets = [desk.issue(first), desk.issue(second), desk.issue(first, priority=1)]
    book(desk, tickets[1], minutes=0)
    asked = PreviewRequest(policy=CallingPolicy(merge="arrival"), counter_id=counter)
    shown = desk.read(lambda reader: preview(reader, asked))
    assert shown.waiting == 3
    assert [one.number for one in shown.now] == [tickets[n]["number"] for n in (2, 1, 0)]
    assert [one.number for one in shown.then] == [tickets[n]["number"] for n in (2, 0, 1)]
    assert [one.why for one in shown.now] == ["urgent", "booked", "only"]
    desk.sign_in(counter)

    def on_screen() -> list[str]:
        with desk.database.reading() as reader:
            return [one.number for one in read_desk(reader, desk.context, find_counter(reader, counter)).waiting]

    assert on_screen() == [one.number for one in shown.now]
    put(desk, merge="arrival")
    assert on_screen() == [one.number for one in shown.then]
    put(desk)
    assert serve_all(desk, counter) == [one.number for one in shown.now], "and so it comes"


def test_who_missed_the_call_comes_back_behind_the_next_few_within_bounds(desk: Desk) -> None:
    first, _, counter = desk.places()
    put(desk, missed_behind=2, missed_within_min=10, missed_times=1)
    desk.sign_in(counter)
    missing, *others = (desk.issue(first) for _ in range(5))
    id_ = UUID(missing["id"])

    def back() -> dict[str, Any]:
        return desk.database.write(lambda w: return_to_line(w, desk.context, find_ticket(w, id_)))

    assert desk.call_next(counter)["ticket"]["number"] == missing["number"]  # type: ignore[index]
    desk.step(counter, Step.NO_SHOW)
    desk.clock.forward(minutes=9)
    answer = back()
    assert (answer["ticket"]["status"], answer["ticket"]["ahead"]) == ("waiting", 2)
    assert desk.events[-1].kind == "ticket.returned"
    called = []
    for _ in range(3):
        called.append(desk.call_next(counter)["ticket"]["number"])  # type: ignore[index]
        desk.step(counter, Step.FINISH if len(called) < 3 else Step.NO_SHOW)
    assert called == numbers(others[0], others[1], missing)
    with pytest.raises(HallError) as refused:
        back()
    assert refused.value.code == "missed_too_often"
    put(desk, missed_behind=2, missed_within_min=10, missed_times=2)
    desk.clock.forward(minutes=11)
    with pytest.raises(HallError) as refused:
        back()
    assert refused.value.code == "missed_too_long"
    # A counter may still call them by number.
    assert desk.call_ticket(counter, id_)["ticket"]["number"] == missing["number"]
    desk.step(counter, Step.HOLD)
    assert back()["ticket"]["ahead"] == 0, "who was on hold comes back to the place of their issue"
    with desk.database.reading() as reader:
        row = reader.session.get_one(TicketRow, id_)
        assert (row.came_back, row.missed) == ("held", 1)
        told = called_before(reader, find_ticket(reader, UUID(others[3]["id"])), "zh-CN", missing["number"])
        assert told[0].reason == "by_hand_no_show"


def test_a_past_day_is_replayed_under_another_policy_side_by_side(desk: Desk) -> None:
    first, _, counter = desk.places()
    desk.sign_in(counter)
    walk_ins = [desk.issue(first) for _ in range(4)]
    desk.clock.forward(minutes=1)
    booked = [desk.issue(first) for _ in range(2)]
    for one in booked:
        book(desk, one, minutes=0)
    while desk.call_next(counter) is not None:
        desk.clock.forward(minutes=5)
        desk.step(counter, Step.FINISH)
    day = desk.read(lambda reader: reader.day)

    def run_again(policy: CallingPolicy) -> Replayed:
        return run(desk.read(lambda reader: rehearsal(reader, ReplayRequest(policy=policy, day=day))))

    with pytest.raises(HallError) as refused:
        run_again(CallingPolicy())
    assert refused.value.code == "calling_day_not_over"
    desk.clock.forward(days=1)
    same = run_again(CallingPolicy())
    assert (same.earlier, same.later, same.moved) == (0, 0, [])
    assert all(row.before == row.after for row in same.rows)
    other = run_again(CallingPolicy(merge="arrival"))
    rows = {row.group: row for row in other.rows}
    assert rows["all"].before.tickets == 6
    assert rows["booked"].after.median_s > rows["booked"].before.median_s  # type: ignore[operator]
    assert rows["walk_in"].after.median_s < rows["walk_in"].before.median_s  # type: ignore[operator]
    assert {one.number for one in other.moved if one.after_s > one.before_s} == set(numbers(*booked))
    assert {one.number for one in other.moved if one.after_s < one.before_s} <= set(numbers(*walk_ins))
    assert other.earlier == len(other.moved) - 2
