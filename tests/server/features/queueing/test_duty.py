"""Who is on duty: proved people, and what becomes of a counter when their session ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server import audit
from server.auth import ENDED, Principal, access_changed
from server.features.access.models import AccountRow
from server.features.accounts.opening import new_account
from server.features.accounts.sessions import begin_session, end_session, principal_of
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.queueing import counters, duty
from shared.domain.errors import HallError
from shared.domain.tickets import Step
from tests.server.conftest import Desk

WHO = audit.Actor("counter:a")


@pytest.fixture(autouse=True)
def told() -> Iterator[None]:
    """As ``main.py`` wires it."""
    ENDED[:] = [duty.rights_ended]
    yield


def person(desk: Desk, number: str = "YS1004") -> Principal:
    def work(writer: Any) -> Principal:
        staff = writer.session.scalars(select(StaffRow).where(StaffRow.number == number)).one()
        account = writer.session.scalars(select(AccountRow).where(AccountRow.staff_id == staff.id)).one_or_none()
        if account is None:
            account = new_account(writer.hall_id, writer.now, "staff", number.lower())
            account.staff_id = staff.id
            writer.session.add(account)
            writer.flush()
        session, _ = begin_session(writer, account, "counter", "A", "10.0.0.1", ["pwd"])
        return principal_of(writer, session, account)

    return desk.database.write(work)


def sign_in(desk: Desk, counter_id: UUID, who: Principal | None, number: str | None = None) -> Any:
    return desk.database.write(lambda w: duty.sign_in(w, WHO, counter_id, number, who))


def counter(desk: Desk, counter_id: UUID) -> CounterRow:
    return desk.read(lambda r: r.session.get_one(CounterRow, counter_id))


def trail(desk: Desk) -> list[str]:
    rows = select(audit.AuditRow.action).where(audit.AuditRow.action.like("counter.%")).order_by(audit.AuditRow.n)
    return list(desk.read(lambda r: r.session.scalars(rows).all()))


def end(desk: Desk, who: Principal) -> None:
    session_id = who.session_id
    assert session_id is not None
    desk.database.write(lambda w: end_session(w, session_id, "revoked"))


def test_a_persons_counter_closes_with_their_session(desk: Desk) -> None:
    _, _, place = desk.places()
    who = person(desk)
    sign_in(desk, place, who)
    assert counter(desk, place).staff_id == who.staff_id
    assert counter(desk, place).session_id == who.session_id
    end(desk, who)
    left = counter(desk, place)
    assert (left.state, left.staff_id, left.session_id) == ("closed", None, None)
    assert trail(desk) == ["counter.signed_in", "counter.signed_out"]
    assert desk.events[-2].kind == "counter.changed"


def test_with_somebody_at_the_counter_it_pauses_until_a_person_signs_in(desk: Desk) -> None:
    service, _, place = desk.places()
    who = person(desk)
    sign_in(desk, place, who)
    desk.issue(service)
    desk.issue(service)
    assert desk.call_next(place) is not None
    end(desk, who)
    left = counter(desk, place)
    assert (left.state, left.pause_reason, left.staff_id) == ("paused", counters.SESSION_ENDED, None)
    with pytest.raises(HallError, match="staff_proof_needed"):
        desk.database.write(lambda w: counters.resume(w, place))
    desk.step(place, Step.START)
    desk.step(place, Step.FINISH)
    with pytest.raises(HallError):
        desk.call_next(place)
    again = person(desk, "YS1005")
    sign_in(desk, place, again)
    assert (counter(desk, place).state, counter(desk, place).staff_id) == ("open", again.staff_id)
    assert desk.call_next(place) is not None


def test_a_suspended_account_leaves_its_counter(desk: Desk) -> None:
    _, _, place = desk.places()
    who = person(desk)
    sign_in(desk, place, who)
    assert who.account_id is not None
    account_id = who.account_id
    desk.database.write(lambda w: access_changed(w, ended=[account_id]))
    assert counter(desk, place).state == "closed"


def test_the_session_lives_by_the_work_and_dies_without(desk: Desk) -> None:
    service, _, place = desk.places()
    who = person(desk)
    sign_in(desk, place, who)
    for _ in range(4):
        desk.clock.forward(minutes=20)
        desk.database.write(lambda w: duty.attend(w, place, calls=True))
    desk.clock.forward(minutes=31)
    with pytest.raises(HallError, match="staff_proof_needed"):
        desk.database.write(lambda w: duty.attend(w, place, calls=True))
    desk.database.write(lambda w: duty.attend(w, place, calls=False))
    desk.database.write(duty.close_forgotten)
    assert counter(desk, place).state == "closed"
    assert service


def test_a_number_alone_names_somebody_only_with_a_set_up_token(desk: Desk) -> None:
    _, _, place = desk.places()
    sign_in(desk, place, None, "YS1004")
    assert counter(desk, place).session_id is None
    desk.database.write(lambda w: duty.attend(w, place, calls=True))
    desk.database.write(lambda w: duty.sign_out(w, WHO, place))
    who = person(desk)
    with pytest.raises(HallError, match="not_permitted"):
        sign_in(desk, place, who, "YS1005")
    assert counter(desk, place).state == "closed"
