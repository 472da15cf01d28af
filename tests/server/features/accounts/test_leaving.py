"""Somebody leaves the organisation and comes back: nobody rises by it, and nothing of theirs stays open meanwhile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from server.auth import Principal
from server.features.access.models import AccountRow, RoleRow
from server.features.accounts import administration
from server.features.accounts.models import SessionRow
from server.features.accounts.proof import Verdict
from server.features.accounts.sessions import begin_session, live_session, session_of_cookie
from server.features.catalogue.models import StaffRow
from server.features.organisation.people import edit_person
from server.features.sign_on.claims import subject
from server.features.sign_on.families import alive
from server.joints import hang_on
from shared.domain.permissions import ALL
from shared.schemas.organisation import PersonEdit
from tests.server.features.accounts.conftest import HASH, Gate
from tests.server.features.accounts.test_administration import WHO, administrator, refused, units

BOSS = Principal("admin", "test", 2e9, ALL, set_up=True)


@pytest.fixture(autouse=True)
def hung_on() -> None:
    hang_on()


def person_of(gate: Gate, unit: UUID) -> UUID:
    """Zhang is somebody of this unit."""

    def work(writer: Any) -> UUID:
        taken = select(AccountRow.staff_id).where(AccountRow.staff_id.is_not(None))
        person = writer.session.scalars(select(StaffRow).where(StaffRow.id.not_in(taken)).limit(1)).first()
        if person is None:
            person = writer.session.scalars(select(StaffRow).limit(1)).one()
            writer.session.execute(update(AccountRow).where(AccountRow.staff_id == person.id).values(staff_id=None))
        person.unit_id = unit
        return person.id  # type: ignore[no-any-return]

    found: UUID = gate.write(work)
    gate.change(staff_id=found, unit_id=unit)
    return found


def set_retired(gate: Gate, principal: Principal, person: UUID, retired: bool) -> None:
    def work(writer: Any) -> None:
        version = writer.session.get_one(StaffRow, person).version
        edit_person(writer, principal, WHO, gate.vault, person, PersonEdit(version=version, retired=retired))

    gate.write(work)


def test_nobody_rises_by_retiring_somebody_above(gate: Gate) -> None:
    here, _ = units(gate)
    head, person = administrator(gate, here), person_of(gate, here)
    gate.with_role("hall_administrator")
    zhang = gate.account().id
    refused("account_above", lambda: set_retired(gate, head, person, True))
    set_retired(gate, BOSS, person, True)
    refused("account_above", lambda: set_retired(gate, head, person, False))
    refused("account_above", lambda: gate.write(
        lambda w: administration.reset(w, head, WHO, gate.door.keys, zhang, HASH)))  # fmt: skip
    set_retired(gate, BOSS, person, False)


def test_what_has_no_effect_now_still_stands_above(gate: Gate) -> None:
    here, _ = units(gate)
    head, zhang = administrator(gate, here), gate.account().id
    gate.change(unit_id=here)
    gate.with_role("hall_administrator")
    gate.policy(three_administrators=True)
    reset = lambda: gate.write(lambda w: administration.reset(w, head, WHO, gate.door.keys, zhang, HASH))  # noqa: E731
    refused("account_above", reset)
    gate.policy(three_administrators=False)
    retire = update(RoleRow).where(RoleRow.key == "hall_administrator").values(retired=True)
    gate.write(lambda w: w.session.execute(retire) and None)
    refused("account_above", reset)


def test_the_last_who_gives_rights_does_not_leave(gate: Gate) -> None:
    here, _ = units(gate)
    person, zhang = person_of(gate, here), gate.account().id
    gate.with_role("hall_administrator")

    def alone(writer: Any) -> None:
        others = update(AccountRow).where(AccountRow.id != zhang, AccountRow.kind == "staff").values(status="suspended")
        writer.session.execute(others)

    gate.write(alone)
    refused("last_security", lambda: set_retired(gate, BOSS, person, True))
    assert not gate.desk.read(lambda r: r.session.get_one(StaffRow, person).retired)


def test_their_equals_still_retire_and_restore_them(gate: Gate) -> None:
    here, _ = units(gate)
    head, person = administrator(gate, here), person_of(gate, here)
    gate.with_role("department_staff", here)
    set_retired(gate, head, person, True)
    set_retired(gate, head, person, False)


def test_who_has_left_is_out_at_once(gate: Gate) -> None:
    def begin(writer: Any) -> tuple[UUID, str | None]:
        row, secret = begin_session(writer, writer.session.get_one(AccountRow, zhang), "browser", "", "", ["pwd"])
        return row.id, secret

    here, _ = units(gate)
    person, zhang = person_of(gate, here), gate.account().id
    session, secret = gate.write(begin)
    assert gate.desk.read(lambda r: alive(r, session)) is not None
    set_retired(gate, BOSS, person, True)
    assert gate.desk.read(lambda r: r.session.get_one(SessionRow, session)).end_reason == "account"
    assert gate.desk.read(lambda r: session_of_cookie(r, secret)) is None
    proof = gate.prove()
    assert (proof.verdict, proof.status) == (Verdict.NOT_OPEN, "suspended")
    assert '"reason":"left"' in gate.trail("sign_in.refused")[-1].detail
    refused("sign_in_suspended", lambda: gate.write(begin))
    set_retired(gate, BOSS, person, False)
    assert gate.desk.read(lambda r: alive(r, session)) is None, "an ended session stays ended"
    assert gate.prove().verdict is Verdict.OK


def test_a_session_does_not_outlive_its_person_whoever_retired_them(gate: Gate) -> None:
    here, _ = units(gate)
    person, zhang = person_of(gate, here), gate.account().id
    session = gate.write(
        lambda w: begin_session(w, w.session.get_one(AccountRow, zhang), "program", "", "", ["pwd"])[0].id
    )
    gate.write(lambda w: setattr(w.session.get_one(StaffRow, person), "retired", True))
    assert gate.desk.read(lambda r: alive(r, session)) is None
    assert gate.desk.read(lambda r: live_session(r, session)) is None


def test_the_roles_a_token_tells_of_are_those_in_effect(gate: Gate) -> None:
    def told() -> list[str]:
        found: list[str] = gate.desk.read(
            lambda r: subject(r, r.session.get_one(AccountRow, zhang), ["roles"])["roles"]
        )
        return found

    here, _ = units(gate)
    person, zhang = person_of(gate, here), gate.account().id
    gate.with_role("department_staff", here)
    gate.with_role("hall_administrator")
    assert told() == sorted(["hall_administrator", f"department_staff@{here}"])
    gate.policy(three_administrators=True)
    assert told() == [f"department_staff@{here}"], "it mixes duties, so it has no effect"
    gate.write(lambda w: setattr(w.session.get_one(StaffRow, person), "retired", True))
    assert told() == []
