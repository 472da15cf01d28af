"""Rules, block list, exceptions and penalties as administrators edit them, and how long they are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select

from server.audit import Actor, AuditRow
from server.database import Writer
from server.features.limits import editing
from server.features.limits.history import preview
from server.features.limits.models import BlockRow, ClaimRow, ExceptionRow, PenaltyRow
from server.features.personal_data.erase import erase_person
from server.features.personal_data.retention import retain
from server.features.personal_data.service import export
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.limits import LimitBlockCreate, LimitEnd, LimitExceptionCreate, LimitRuleEdit, LimitTrial
from shared.schemas.personal_data import PersonAsked
from tests.fakes.citizens import somebody
from tests.server.conftest import PERSON, Desk

WHO = Actor("staff:boss")
Result = TypeVar("Result")


def write(desk: Desk, work: Callable[[Writer], Result]) -> Result:
    return desk.database.write(work)


def change(desk: Desk, kind: str, version: int, active: bool = True, **params: Any) -> Any:
    edit = LimitRuleEdit(active=active, params=params, version=version)
    return write(desk, lambda w: editing.change_rule(w, WHO, kind, edit))


def refused(code: str, work: Callable[[], Any]) -> None:
    with pytest.raises(HallError) as caught:
        work()
    assert caught.value.code == code


def trail(desk: Desk) -> list[str]:
    return list(desk.read(lambda r: r.session.scalars(select(AuditRow.action).order_by(AuditRow.n))))


def test_a_rule_is_changed_once_by_whoever_saw_it_and_never_to_nonsense(desk: Desk) -> None:
    one, other, _ = desk.places()
    first = desk.read(editing.rules)[0]
    assert (first.kind, first.active, first.version) == ("one_active", True, 0)
    desk.issue(one, identity=PERSON)
    change(desk, "one_active", 0, active=False)
    desk.issue(one, identity=PERSON)
    desk.issue(one, identity=PERSON)
    refused("limit_stale", lambda: change(desk, "one_active", 0))
    refused("limit_rule_wrong", lambda: change(desk, "one_active", 1, count=0))
    change(desk, "per_day", 0, count=4)
    refused("limit_rules_active_over_day", lambda: change(desk, "one_active", 1, count=5))
    refused("service_unknown", lambda: change(desk, "per_service", 0, service_ids=["nothing"]))
    assert change(desk, "one_active", 1, count=4).version == 2
    desk.issue(one, identity=PERSON)
    refused("limit_has_number", lambda: desk.issue(other, identity=PERSON))
    change(desk, "one_active", 2, count=1, scope="service")
    refused("limit_per_day", lambda: desk.issue(other, identity=PERSON))
    desk.issue(other, identity=(friend := somebody()))
    desk.issue(one, identity=friend)
    refused("limit_has_number", lambda: desk.issue(one, identity=friend))
    assert trail(desk).count("limit.rule_changed") == 4


def test_a_preview_takes_last_weeks_numbers_again(desk: Desk) -> None:
    one, other, counter = desk.places()
    change(desk, "one_active", 0, active=False)
    desk.sign_in(counter)
    for service in (one, one, other):
        desk.issue(service, identity=PERSON)
        desk.issue(service)
    served = desk.issue(one, identity=(friend := somebody()))
    desk.clock.forward(minutes=5)
    desk.call_ticket(counter, UUID(served["id"]))
    desk.step(counter, Step.FINISH)
    desk.clock.forward(minutes=5)
    desk.issue(one, identity=friend)
    seen = desk.read(lambda r: preview(r, LimitTrial(kind="one_active")))
    assert (seen.taken, seen.people, seen.refused, seen.people_refused) == (5, 2, 2, 1)
    assert {line.service_id: line.count for line in seen.by_service} == {one: 1, other: 1}
    assert desk.read(lambda r: preview(r, LimitTrial(kind="per_service", params={"count": 1}))).refused == 2
    desk.clock.forward(days=8)
    assert desk.read(lambda r: preview(r, LimitTrial(kind="one_active"))).taken == 0


def test_block_list_exceptions_and_penalties_are_edited_and_written_down(desk: Desk) -> None:
    one, _, counter = desk.places()
    today = desk.clock.now.date()
    block = LimitBlockCreate(identity=PERSON, reason="sold numbers at the door", until=today + timedelta(days=5))
    made = write(desk, lambda w: editing.add_block(w, desk.context, WHO, block))
    assert PERSON.number not in made.model_dump_json() and made.identity_masked.startswith("110")
    refused("limit_blocked", lambda: desk.issue(one, identity=PERSON))
    end = LimitEnd(version=made.version, reason="was somebody else")
    assert write(desk, lambda w: editing.end_block(w, WHO, made.id, end)).ended
    desk.issue(one, identity=PERSON)
    refused("limit_stale", lambda: write(desk, lambda w: editing.end_block(w, WHO, made.id, end)))
    refused("limit_entry_unknown", lambda: write(desk, lambda w: editing.end_exception(w, WHO, made.id, end)))
    for days in (-1, 400):
        late = block.model_copy(update={"until": today + timedelta(days=days)})
        refused("limit_days_wrong", lambda b=late: write(desk, lambda w: editing.add_block(w, desk.context, WHO, b)))
    agent, child = somebody(), somebody()
    wanted = LimitExceptionCreate(kind="agent", identity=agent, per_day=1, until=today, reason="firm of bookkeepers")
    registered = write(desk, lambda w: editing.add_exception(w, desk.context, WHO, wanted))
    ticket = desk.issue(one, identity=child, agent=agent)
    assert desk.read(editing.exceptions)[0].used_today == 1
    change(desk, "no_shows", 0, count=1, within_days=5, rest_days=5, forbids="both")
    desk.sign_in(counter)
    desk.call_ticket(counter, UUID(ticket["id"]))
    desk.step(counter, Step.NO_SHOW)
    refused("limit_missed", lambda: desk.issue(one, identity=agent))
    (slip,) = desk.read(editing.penalties)
    lift = LimitEnd(version=slip.version, reason="the lift stood still")
    assert write(desk, lambda w: editing.lift_penalty(w, WHO, slip.id, lift)).lifted
    desk.issue(one, identity=agent)
    done = LimitEnd(version=registered.version, reason="works elsewhere now")
    write(desk, lambda w: editing.end_exception(w, WHO, registered.id, done))
    refused("limit_agent_unknown", lambda: desk.issue(one, identity=somebody(), agent=agent))
    assert [action for action in trail(desk) if action != "limit.rule_changed"] == [
        "limit.blocked", "limit.unblocked", "limit.exception_made", "limit.penalty_lifted", "limit.exception_ended",
    ]  # fmt: skip
    whole = desk.read(lambda r: " ".join(r.session.scalars(select(AuditRow.detail))))
    assert PERSON.number not in whole and agent.number not in whole


def test_nothing_is_kept_longer_than_it_counts_and_it_goes_with_the_person(desk: Desk) -> None:
    one, _, counter = desk.places()
    today = desk.clock.now.date()
    change(desk, "no_shows", 0, count=2, within_days=5, rest_days=5, forbids="both")
    desk.sign_in(counter)
    ticket = desk.issue(one, identity=PERSON)
    desk.call_ticket(counter, UUID(ticket["id"]))
    desk.step(counter, Step.NO_SHOW)
    block = LimitBlockCreate(identity=PERSON, reason="sold numbers", until=today)
    write(desk, lambda w: editing.add_block(w, desk.context, WHO, block))
    wanted = LimitExceptionCreate(kind="companions", identity=PERSON, per_day=1, until=today, reason="two children")
    write(desk, lambda w: editing.add_exception(w, desk.context, WHO, wanted))
    asked = PersonAsked(number=PERSON.number, reason="asked for it")
    taken = write(desk, lambda w: export(w, desk.context.keys, WHO, asked))
    assert {one["what"] for one in taken.limits} == {"missed", "blocked", "companions", "place"}

    def left() -> list[int]:
        tables = (ClaimRow, PenaltyRow, BlockRow, ExceptionRow)
        return [len(desk.read(lambda r, t=table: r.session.scalars(select(t)).all())) for table in tables]

    assert retain(desk.database) == {} and left() == [1, 1, 1, 1]
    desk.clock.forward(days=2)
    write(desk, lambda w: erase_person(w, desk.context.keys, WHO, asked))
    assert left() == [0, 0, 1, 0], "a block would else end by asking"
    desk.clock.forward(days=11)
    for table in (PenaltyRow, ExceptionRow):
        assert desk.read(lambda r, t=table: r.session.scalars(select(t)).all()) == []
    desk.clock.forward(days=25)
    assert retain(desk.database)["limits"] == 1 and left() == [0, 0, 0, 0]
