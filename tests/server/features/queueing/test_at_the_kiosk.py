"""What a kiosk asks besides a number: who may act for others, what was missed, whose group is how known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from server import audit
from server.features.calling.service import at_kiosks, set_policy, wire_policy
from server.features.limits.models import ExceptionRow
from server.features.limits.persons import holder_of
from server.features.limits.service import agent_left
from server.features.queueing.returning import before_a_kiosk, come_back
from server.features.queueing.view import find_ticket, staff_fields
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.tickets import Step
from shared.schemas.calling import CallingPolicy, GroupCalling
from shared.schemas.tickets import Returnable, Ticket, TicketSearch
from tests.fakes.citizens import somebody
from tests.server.conftest import PERSON, Desk

WHO = audit.Actor("admin:test")


def put(desk: Desk, **fields: Any) -> None:
    version = desk.read(wire_policy).version
    desk.database.write(lambda w: set_policy(w, WHO, CallingPolicy(version=version, **fields)))


def stands(desk: Desk, **asked: Any) -> list[Returnable]:
    found: list[Returnable] = desk.read(lambda r: before_a_kiosk(r, desk.context, TicketSearch(**asked)))
    return found


def back(desk: Desk, ticket: dict[str, Any]) -> Ticket:
    return desk.database.write(lambda w: come_back(w, desk.context, UUID(ticket["id"])))


def known(desk: Desk, ticket: dict[str, Any]) -> tuple[int, str]:
    fields = desk.read(lambda r: staff_fields(r, desk.context, find_ticket(r, UUID(ticket["id"]))))
    return fields["priority"], fields["priority_proof"]


def test_a_missed_call_is_found_by_person_code_and_number_and_comes_back_once(desk: Desk) -> None:
    first, _, counter = desk.places()
    put(desk, missed_behind=2, missed_within_min=10, missed_times=1, missed_by_number=True)
    desk.sign_in(counter)
    missing = desk.issue(first, identity=PERSON)
    for _ in range(4):
        desk.issue(first)
    assert stands(desk, identity=PERSON) == [], "who waits has missed nothing"
    assert not stands(desk, number=missing["number"].lower())[0].may_return
    desk.call_next(counter)
    desk.step(counter, Step.NO_SHOW)
    assert stands(desk, identity=somebody()) == []
    for asked in ({"identity": PERSON}, {"code": missing["qr"]}, {"number": missing["number"]}):
        [found] = stands(desk, **asked)
        assert (found.ticket.number, found.may_return, found.behind, found.code) == (missing["number"], True, 2, "")
        assert found.ticket.called_at is not None
        assert found.until == found.ticket.called_at + timedelta(minutes=10)
    answer = back(desk, missing)
    assert (answer.status, answer.ahead) == ("waiting", 2)
    assert back(desk, missing) == answer, "pressed twice, it stands there once"
    assert [event.kind for event in desk.events].count("ticket.returned") == 1
    for _ in range(3):
        desk.call_next(counter)
        desk.step(counter, Step.NO_SHOW)
    [found] = stands(desk, identity=PERSON)
    assert (found.may_return, found.code, found.params) == (
        False, "missed_too_often", {"number": missing["number"], "times": 1},
    )  # fmt: skip
    with pytest.raises(HallError, match="missed_too_often"):
        back(desk, missing)


def test_too_late_another_day_on_hold_or_unknown_each_has_its_own_answer(desk: Desk) -> None:
    first, _, counter = desk.places()
    put(desk, missed_within_min=10, missed_by_number=True)
    desk.sign_in(counter)
    missing = desk.issue(first, identity=PERSON)
    desk.call_next(counter)
    desk.step(counter, Step.NO_SHOW)
    desk.clock.forward(minutes=11)
    assert stands(desk, code=missing["qr"])[0].code == "missed_too_long"
    desk.call_ticket(counter, UUID(missing["id"]))
    desk.step(counter, Step.HOLD)
    [found] = stands(desk, code=missing["qr"])
    assert (found.ticket.status, found.may_return, found.code) == ("held", False, "")
    with pytest.raises(HallError, match="step_not_possible"):
        back(desk, missing)
    desk.clock.forward(days=1)
    assert stands(desk, code=missing["qr"])[0].code == "missed_another_day"
    for asked in ({"code": "x" * 22}, {"number": "Z999"}):
        with pytest.raises(HallError) as refused:
            stands(desk, **asked)
        assert refused.value.status == 404


def test_a_number_alone_brings_nobody_back_unless_the_hall_says_so(desk: Desk) -> None:
    first, _, counter = desk.places()
    desk.sign_in(counter)
    missing = desk.issue(first, identity=PERSON)
    desk.call_next(counter)
    desk.step(counter, Step.NO_SHOW)
    assert not desk.read(at_kiosks).missed_by_number
    # Whether there is such a number is told as little as what became of it.
    for number in (missing["number"], "Z999"):
        with pytest.raises(HallError) as refused:
            stands(desk, number=number)
        assert (refused.value.code, refused.value.params) == ("missed_proof_needed", {})
    assert stands(desk, code=missing["qr"])[0].may_return and stands(desk, identity=PERSON)[0].may_return
    search = TicketSearch(number=missing["number"])
    assert desk.read(lambda r: before_a_kiosk(r, desk.context, search, staff=True))[0].may_return
    put(desk, missed_by_number=True)
    assert desk.read(at_kiosks).missed_by_number
    assert stands(desk, number=missing["number"])[0].may_return


def test_who_may_act_for_others_is_told_before_they_choose_anything(desk: Desk) -> None:
    first, _, _ = desk.places()
    agent = somebody("李四")
    key = holder_of(desk.context, agent).key  # type: ignore[union-attr]

    def left() -> int:
        found: int = desk.read(lambda r: agent_left(r, key, blocks=True))
        return found

    with pytest.raises(HallError, match="limit_agent_unknown"):
        left()

    def register(writer: Any) -> None:
        writer.session.add(
            ExceptionRow(
                hall_id=writer.hall_id, id=uuid7(), kind="agent", identity_key=key, identity_kind="resident",
                identity_masked="", name_masked="",
                per_day=2, first=writer.day, until=writer.day, reason="test", made_by="admin:test", made_at=writer.now,
                ended_at=None, version=0,
            )
        )  # fmt: skip
        writer.touch_catalogue()

    desk.database.write(register)
    assert left() == 2
    desk.issue(first, identity=somebody(), agent=agent)
    assert left() == 1
    desk.issue(first, identity=somebody(), agent=agent)
    with pytest.raises(HallError, match="limit_agent_used"):
        left()


def test_a_group_comes_by_age_or_by_word_and_the_counter_sees_how_it_is_known(desk: Desk) -> None:
    first, _, counter = desk.places()
    old = somebody()
    assert known(desk, desk.issue(first, identity=old)) == (0, ""), "no rule, no group"
    put(desk, groups=[
        GroupCalling(group=2, declared="shown", from_age=70), GroupCalling(group=3, declared="shown"),
        GroupCalling(group=4, declared="word"), GroupCalling(group=1),
    ])  # fmt: skip
    assert [(one.group, one.declared) for one in desk.read(at_kiosks).items] == [
        (4, "word"), (3, "shown"), (2, "shown"),
    ]  # fmt: skip
    aged = desk.issue(first, identity=somebody())
    assert known(desk, aged) == (2, "age")
    assert known(desk, desk.issue(first, priority=2)) == (2, "shown")
    assert known(desk, desk.issue(first, priority=4)) == (4, "word")
    assert known(desk, desk.issue(first, identity=somebody(), priority=3)) == (3, "shown")
    plain = desk.issue(first)
    assert known(desk, plain) == (0, "")
    # What only the staff gives, and what there is not, is no way past those who wait.
    for behind, asked in enumerate((1, 5), 1):
        refused = desk.issue(first, priority=asked, id=uuid7())
        assert known(desk, refused) == (0, "refused")
        assert (refused["priority"], refused["priority_refused"]) == (0, True)
        assert refused["ahead"] == plain["ahead"] + behind
    assert desk.issue(first, priority=5, id=UUID(refused["id"]))["priority_refused"], "asked again, answered again"
    assert not plain["priority_refused"]
    desk.sign_in(counter)
    desk.prioritise(counter, UUID(plain["id"]), 3)
    assert known(desk, plain) == (3, "staff")
    desk.undo(counter)
    assert known(desk, plain) == (0, "")
    desk.prioritise(counter, UUID(aged["id"]), 0)
    assert known(desk, aged) == (0, "")
    with pytest.raises(HallError, match="calling_named_twice"):
        put(desk, groups=[GroupCalling(group=2), GroupCalling(group=2)])
