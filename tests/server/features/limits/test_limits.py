"""Who may have a number: the real service functions on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from server.database import Writer
from server.features.catalogue.service import catalogue
from server.features.limits.models import BlockRow, ClaimRow, ExceptionRow, PenaltyRow
from server.features.limits.persons import holder_of
from server.features.limits.service import admit, claim, let_go, moved
from server.features.queueing import steps
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from shared.schemas.tickets import Identity, TransferRequest
from tests.fakes.citizens import somebody
from tests.server.conftest import PERSON, Desk


def refused(desk: Desk, *args: Any, **fields: Any) -> HallError:
    with pytest.raises(HallError) as caught:
        desk.issue(*args, **fields)
    assert caught.value.status == 409
    return caught.value


def book(desk: Desk, service_id: UUID, identity: Identity, channel: str = "phone", days: int = 0) -> UUID:
    """What the booking of a visit does with a person."""
    id_ = uuid4()

    def work(writer: Writer) -> None:
        service = catalogue(writer).service(service_id)
        begins = writer.now + timedelta(days=days, hours=1)
        who = holder_of(desk.context, identity)
        claim(writer, admit(writer, who, service, "booking", channel, begins=begins), id_, "10:00")

    desk.database.write(work)
    return id_


def count(desk: Desk, table: Any, *where: Any) -> int:
    return int(desk.read(lambda r: r.session.scalar(select(func.count()).select_from(table).where(*where))))


def test_a_second_number_is_refused_until_the_first_is_over(desk: Desk) -> None:
    one, other, counter = desk.places()
    first = desk.issue(one, identity=PERSON)
    card = PERSON.model_copy(update={"kind": "social_security", "name": None})
    error = refused(desk, other, identity=card)
    assert error.code == "limit_has_number"
    told = {name: error.params[name] for name in ("rule", "label", "id")}
    assert told == {"rule": "one_active", "label": first["number"], "id": first["id"]}
    assert error.params["service"] == first["service_name"]
    desk.issue(one)
    desk.issue(one, identity=somebody())
    desk.sign_in(counter)
    desk.call_next(counter)
    desk.step(counter, Step.START)
    refused(desk, one, identity=PERSON)
    desk.step(counter, Step.HOLD)
    refused(desk, one, identity=PERSON)
    desk.call_ticket(counter, UUID(first["id"]))
    desk.database.write(lambda w: steps.transfer(w, desk.context, counter, TransferRequest(service_id=other)))
    refused(desk, other, identity=PERSON)
    desk.call_ticket(counter, UUID(first["id"]))
    desk.step(counter, Step.FINISH)
    desk.undo(counter)
    refused(desk, one, identity=PERSON)
    desk.step(counter, Step.FINISH)
    second = desk.issue(one, identity=PERSON)
    with pytest.raises(HallError, match="limit_other_since"):
        desk.undo(counter)
    desk.call_ticket(counter, UUID(second["id"]))
    desk.step(counter, Step.NO_SHOW)
    third = desk.issue(one, identity=PERSON)
    with pytest.raises(HallError, match="limit_other_since"):
        desk.call_ticket(counter, UUID(second["id"]))
    assert refused(desk, other, identity=PERSON).params["label"] == third["number"]
    desk.clock.forward(days=1)
    desk.issue(one, identity=PERSON)
    assert count(desk, ClaimRow, ClaimRow.place.is_not(None)) == 2, "of days that have passed only strangers' are left"


def test_one_person_at_every_door_at_once_gets_exactly_one(desk: Desk) -> None:
    one, other, _ = desk.places()
    desk.set_rule("one_active", span="any_day")
    desk.issue(one, identity=somebody())

    def attempt(n: int) -> str:
        try:
            if n % 3 == 0:
                return str(desk.issue((one, other)[n % 2], identity=PERSON)["number"])
            book(desk, (one, other)[n % 2], PERSON, ("phone", "booking")[n % 2], days=n % 5)
        except HallError as error:
            return error.code
        return "booked"

    with ThreadPoolExecutor(24) as pool:
        got = list(pool.map(attempt, range(48)))
    refusals = {"limit_has_number", "limit_has_booking", "limit_taken_meanwhile"}
    assert sum(one not in refusals for one in got) == 1, got
    assert count(desk, ClaimRow) == 2


def test_by_default_each_day_stands_by_itself(desk: Desk) -> None:
    one, other, _ = desk.places()
    book(desk, one, PERSON, days=3)
    desk.issue(other, identity=PERSON)
    assert refused(desk, one, identity=PERSON).code == "limit_has_number"
    with pytest.raises(HallError) as caught:
        book(desk, other, PERSON, days=3)
    assert caught.value.code == "limit_has_booking"


def test_the_database_itself_gives_a_place_once(desk: Desk) -> None:
    """Two processes that both looked before either wrote: the second one's row has no room."""
    one, _, _ = desk.places()
    desk.set_rule("one_active", span="any_day")
    booked = book(desk, one, PERSON, days=3)

    def stale(writer: Writer) -> None:
        row = writer.session.scalars(select(ClaimRow)).one()
        values = {c.name: getattr(row, c.name) for c in ClaimRow.__table__.columns} | {"id": uuid4()}
        writer.connection.execute(ClaimRow.__table__.insert(), values)  # type: ignore[attr-defined]

    with pytest.raises(IntegrityError):
        desk.database.write(stale)
    assert refused(desk, one, identity=PERSON).code == "limit_has_booking"
    ticket = uuid4()
    desk.database.write(lambda w: moved(w, booked, ticket, "A001"))
    assert refused(desk, one, identity=PERSON).params["label"] == "A001"
    desk.database.write(lambda w: let_go(w, ticket, counts=False))
    desk.issue(one, identity=PERSON)


def test_by_day_by_service_and_never_who_named_nobody(desk: Desk) -> None:
    one, other, _ = desk.places()
    desk.set_rule("one_active", False)
    desk.set_rule("per_day", count=3)
    desk.set_rule("per_service", count=2, service_ids=[str(one)])
    desk.issue(one, identity=PERSON)
    desk.issue(one, identity=PERSON)
    error = refused(desk, one, identity=PERSON)
    assert (error.code, error.params["count"]) == ("limit_per_service", 2)
    desk.issue(other, identity=PERSON)
    assert refused(desk, other, identity=PERSON).code == "limit_per_day"
    for _ in range(5):
        desk.issue(one)
    desk.set_rule("one_active", scope="service", span="same_day")
    desk.issue(one, identity=(friend := somebody()))
    desk.issue(other, identity=friend)
    assert refused(desk, other, identity=friend).code == "limit_has_number"
    book(desk, one, friend, days=2)
    desk.clock.forward(days=1)
    desk.issue(one, identity=PERSON)


def test_who_misses_too_often_rests_and_who_comes_late_is_forgiven(desk: Desk) -> None:
    one, _, counter = desk.places()
    desk.sign_in(counter)
    desk.set_rule("no_shows", count=2, within_days=10, rest_days=3, forbids="both")
    for _ in range(2):
        ticket = desk.issue(one, identity=PERSON)
        desk.call_ticket(counter, UUID(ticket["id"]))
        desk.step(counter, Step.NO_SHOW)
        desk.undo(counter)
        desk.step(counter, Step.NO_SHOW)
    error = refused(desk, one, identity=PERSON)
    assert (error.code, error.params["again"]) == ("limit_missed", "2026-11-27")
    assert desk.read(lambda r: r.session.scalars(select(PenaltyRow.identity_masked)).first()) == "110***********002X"
    desk.call_ticket(counter, UUID(ticket["id"]))
    assert count(desk, PenaltyRow) == 1
    desk.step(counter, Step.FINISH)
    desk.issue(one, identity=PERSON)


def person_row(desk: Desk, identity: Identity) -> dict[str, Any]:
    return {
        "identity_key": desk.context.keys.identity_key(identity.kind, identity.number), "identity_kind": identity.kind,
        "identity_masked": "…", "name_masked": "", "reason": "…", "made_by": "admin:test", "made_at": desk.clock.now,
        "version": 0, "until": desk.clock.now.date() + timedelta(days=2),
    }  # fmt: skip


def add(desk: Desk, row: Any) -> None:
    def work(writer: Writer) -> None:
        row.hall_id, row.id = writer.hall_id, uuid4()
        writer.session.add(row)
        writer.touch_catalogue()

    desk.database.write(work)


def test_blocked_until_a_day_and_more_for_companions(desk: Desk) -> None:
    one, other, _ = desk.places()
    add(desk, BlockRow(**person_row(desk, PERSON)))
    error = refused(desk, one, identity=PERSON)
    assert (error.code, error.params["again"]) == ("limit_blocked", "2026-11-26")
    desk.issue(one)
    mother = somebody()
    add(desk, ExceptionRow(**person_row(desk, mother), kind="companions", per_day=2, first=desk.clock.now.date()))
    for service in (one, other, one):
        desk.issue(service, identity=mother)
    assert refused(desk, one, identity=mother).code == "limit_has_number"
    desk.clock.forward(days=3)
    desk.issue(one, identity=PERSON)
    desk.issue(one, identity=mother)
    assert refused(desk, one, identity=mother).code == "limit_has_number"


def test_an_agent_takes_numbers_for_others_as_often_as_the_hall_lets_them(desk: Desk) -> None:
    one, _, counter = desk.places()
    agent, (first, second, third) = somebody(), (somebody() for _ in range(3))
    assert refused(desk, one, identity=first, agent=agent).code == "limit_agent_unknown"
    add(desk, ExceptionRow(**person_row(desk, agent), kind="agent", per_day=2, first=desk.clock.now.date()))
    ticket = desk.issue(one, identity=first, agent=agent)
    assert refused(desk, one, identity=first).code == "limit_has_number", "the number is the person's"
    desk.issue(one, identity=agent)
    desk.issue(one, identity=second, agent=agent)
    assert refused(desk, one, identity=third, agent=agent).code == "limit_agent_used"
    for fields in ({"identity": agent, "agent": agent}, {"agent": agent}):
        with pytest.raises(HallError, match="limit_agent_"):
            desk.issue(one, **fields)
    desk.sign_in(counter)
    called = desk.call_ticket(counter, UUID(ticket["id"]))
    assert called["ticket"]["agent_masked"].endswith(agent.number[-4:])
    desk.set_rule("no_shows", count=1, within_days=10, rest_days=3, forbids="both")
    desk.step(counter, Step.NO_SHOW)
    assert refused(desk, one, identity=agent).code == "limit_missed", "whoever took it answers for it"
    desk.issue(one, identity=first)
