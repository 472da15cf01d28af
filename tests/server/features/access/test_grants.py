"""Nobody gives what they do not hold; three administrators stay apart; somebody can always give rights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update

from server.audit import SYSTEM, AuditRow
from server.auth import Principal
from server.features.access.duties import key_holders, put_policy
from server.features.access.grants import give, grants_of, holders_of, take
from server.features.access.models import AccountRow, GrantRow, RoleRow
from server.features.access.roles import add_role, edit_role, permission_table, role_list
from server.features.access.service import rights_of
from server.features.accounts.administration import set_status
from server.features.accounts.opening import new_account
from server.features.catalogue.edit import add_service, edit_service
from server.features.catalogue.models import ServiceRow, StaffRow
from server.features.organisation.service import add_unit, unit_list
from shared.domain.errors import HallError
from shared.domain.permissions import BASE_ROLES, BY_KEY, TABLE, Duty, duties
from shared.i18n import catalogue as words
from shared.i18n import languages
from shared.schemas.access import Grant, GrantCreate, Role, RoleCreate, RoleEdit, SecurityPolicy
from shared.schemas.accounts import StatusChange
from shared.schemas.hall import ServiceCreate, ServiceEdit
from shared.schemas.organisation import Unit, UnitCreate
from tests.server.conftest import ADMIN, Desk, open_desk


class Office:
    """A hall with accounts, and what they do to each other."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.write, self.read = desk.database.write, desk.read
        self.roles: dict[str, Role] = {role.key: role for role in self.read(role_list)}
        units: list[Unit] = self.read(lambda r: unit_list(r, ADMIN))
        self.root, self.units = units[0].id, [unit.id for unit in units[1:]]

    def account(self, name: str, unit: UUID | None = None, kind: str = "staff") -> UUID:
        def work(writer: Any) -> UUID:
            row = new_account(writer.hall_id, writer.now, kind, name)
            row.unit_id = unit
            writer.session.add(row)
            writer.flush()
            return row.id

        return self.write(work)

    def holder(self, name: str, role: str, unit: UUID | None = None) -> UUID:
        account = self.account(name, unit)
        self.give(account, role, unit)
        return account

    def principal(self, account: UUID) -> Principal:
        rights = self.read(lambda r: rights_of(r, account, "staff"))
        return Principal("user", str(account), 2e9, rights.everywhere, rights.in_units, account_id=account)

    def give(self, account: UUID, role: str, unit: UUID | None = None, by: UUID | None = None) -> Grant:
        wanted = GrantCreate(account_id=account, role_id=self.roles[role].id, unit_id=unit)
        principal = self.principal(by) if by else ADMIN
        return self.write(lambda w: give(w, principal, SYSTEM, wanted))

    def take(self, grant: Grant, by: UUID | None = None) -> None:
        principal = self.principal(by) if by else ADMIN
        self.write(lambda w: take(w, principal, SYSTEM, grant.id))

    def own_role(self, name: str, *patterns: str, by: UUID | None = None) -> Role:
        principal = self.principal(by) if by else ADMIN
        role = self.write(lambda w: add_role(w, principal, SYSTEM, RoleCreate(name=name, patterns=list(patterns))))
        self.roles[name] = role
        return role

    def edit_role(self, role: Role, by: UUID | None = None, **fields: object) -> Role:
        principal = self.principal(by) if by else ADMIN
        wanted = RoleEdit.model_validate({"version": role.version} | fields)
        return self.write(lambda w: edit_role(w, principal, SYSTEM, role.id, wanted))

    def suspend(self, account: UUID) -> None:
        wanted = StatusChange(status="suspended")
        self.write(lambda w: set_status(w, ADMIN, SYSTEM, account, wanted))

    def set_three(self, on: bool) -> None:
        self.write(lambda w: put_policy(w, SecurityPolicy(three_administrators=on)))


@pytest.fixture
def office(desk: Desk) -> Office:
    desk.database.write(lambda w: w.session.execute(delete(GrantRow)) and None)
    return Office(desk)


def refused(work: Any, *args: Any, **fields: Any) -> str:
    with pytest.raises(HallError) as caught:
        work(*args, **fields)
    return caught.value.code


def test_every_permission_has_words() -> None:
    keys = {f"access.permission.{row.key.replace('.', '_').replace(':', '_')}" for row in TABLE}
    parts = {row.resource for row in TABLE} | {row.resource.split(".")[0] for row in TABLE}
    keys |= {f"access.resource.{resource.replace('.', '_')}" for resource in parts}
    keys |= {f"access.duty.{duty.value}" for duty in Duty if duty is not Duty.NONE}
    keys |= {f"access.role.{role.key}" for role in BASE_ROLES}
    for language in languages():
        assert sorted(keys - words().keys(language)) == [], language
    assert [row.key for row in permission_table()] == [row.key for row in TABLE]


def test_a_department_administrator_gives_what_they_hold_in_their_units_only(office: Office) -> None:
    mine, other = office.units[:2]
    boss = office.holder("boss", "department_administrator", mine)
    inside, outside = office.account("inside", mine), office.account("outside", other)
    grant = office.give(inside, "department_staff", mine, by=boss)
    assert grant.unit_id == mine and grant.granted_by.startswith("user:")
    assert refused(office.give, inside, "department_staff", other, by=boss) == "not_permitted"
    assert refused(office.give, inside, "department_staff", None, by=boss) == "not_permitted"
    assert refused(office.give, outside, "department_staff", mine, by=boss) == "not_permitted"
    assert refused(office.give, inside, "auditor", mine, by=boss) == "not_permitted"
    assert refused(office.give, inside, "hall_administrator", mine, by=boss) == "not_permitted"
    assert refused(office.give, boss, "department_staff", mine, by=boss) == "grant_to_self"
    assert refused(office.give, inside, "department_staff", mine, by=boss) == "grant_exists"
    foreign = office.give(outside, "department_staff", other)
    assert refused(office.take, foreign, by=boss) == "not_permitted"
    higher = office.give(inside, "auditor", mine)
    assert refused(office.take, higher, by=boss) == "not_permitted"
    office.take(grant, by=boss)
    seen = office.read(lambda r: grants_of(r, office.principal(boss), inside))
    assert [one.role_id for one in seen] == [office.roles["auditor"].id]
    assert refused(office.read, lambda r: grants_of(r, office.principal(boss), outside)) == "not_permitted"
    holders = office.read(lambda r: holders_of(r, office.principal(boss), office.roles["department_staff"].id))
    assert holders == []


def test_a_right_taken_meanwhile_counts_at_once(office: Office) -> None:
    mine = office.units[0]
    boss = office.account("boss", mine)
    grant = office.give(boss, "department_administrator", mine)
    stale, inside = office.principal(boss), office.account("inside", mine)
    office.take(grant)
    wanted = GrantCreate(account_id=inside, role_id=office.roles["department_staff"].id, unit_id=mine)
    assert refused(office.write, lambda w: give(w, stale, SYSTEM, wanted)) == "not_permitted"


def test_citizens_take_no_roles_and_nobody_takes_a_citizens(office: Office) -> None:
    citizen = office.account("citizen", kind="citizen")
    assert refused(office.give, citizen, "department_staff") == "role_not_for_account"
    assert refused(office.give, office.account("clerk"), "citizen") == "role_not_for_account"


def test_whoever_entrusts_gives_what_they_do_not_hold(office: Office) -> None:
    security = office.holder("security", "security_administrator")
    clerk = office.account("clerk", office.units[0])
    office.give(clerk, "auditor", by=security)
    assert "audit:view" in office.principal(clerk).everywhere
    assert refused(office.give, security, "auditor", by=security) == "grant_to_self"


def test_roles_that_ship_stay_and_own_ones_are_checked(office: Office) -> None:
    base = office.roles["auditor"]
    assert refused(office.edit_role, base, name="Mine") == "role_is_base"
    assert refused(office.edit_role, base, retired=True) == "role_is_base"
    assert refused(office.own_role, "x", "nothing:view") == "role_patterns_unknown"
    role = office.own_role("reader", "*:view")
    assert refused(office.own_role, "reader") == "role_name_taken"
    assert office.edit_role(role, patterns=["figures:view"]).permissions == ["figures:view"]
    assert refused(office.edit_role, role, name="late") == "changed_meanwhile"


def test_nobody_puts_into_a_role_what_they_do_not_hold(office: Office) -> None:
    office.own_role("role maker", "roles:change", "roles:view", "figures:view")
    maker = office.holder("maker", "role maker")
    role = office.own_role("figures", "figures:view", by=maker)
    assert refused(office.own_role, "auditing", "audit:view", by=maker) == "not_permitted"
    assert refused(office.edit_role, role, by=maker, patterns=["figures:view", "audit:*"]) == "not_permitted"
    security = office.holder("security", "security_administrator")
    office.give(security, "figures")
    assert refused(office.edit_role, role, by=security, patterns=["*:*"]) == "role_is_own"


def test_the_last_account_that_can_give_rights_keeps_them(office: Office) -> None:
    first = office.account("first")
    grant = office.give(first, "security_administrator")
    assert refused(office.take, grant) == "last_security"
    role = office.own_role("keys", "roles:*")
    second = office.account("second")
    other = office.give(second, "keys")
    office.take(grant)
    assert office.read(key_holders) == {second}
    assert refused(office.take, other) == "last_security"
    assert refused(office.edit_role, role, patterns=["roles:view"]) == "last_security"
    assert refused(office.edit_role, role, retired=True) == "last_security"


def test_three_administrators(office: Office) -> None:
    assert refused(office.set_three, True) == "three_lacks_system"
    system = office.holder("system", "system_administrator")
    assert refused(office.set_three, True) == "three_lacks_security"
    office.holder("security", "security_administrator")
    assert refused(office.set_three, True) == "three_lacks_audit"
    auditor = office.holder("auditor", "auditor")
    king = office.holder("king", "hall_administrator")
    both = office.holder("both", "auditor")
    office.give(both, "system_administrator")
    office.set_three(True)
    assert office.principal(king).everywhere == {"profile:use"}
    assert duties(office.principal(both).everywhere) == frozenset(), "until somebody decides which"
    assert refused(office.give, auditor, "system_administrator") == "duties_mixed"
    assert refused(office.give, office.account("new"), "hall_administrator") == "role_mixes_duties"
    assert refused(office.own_role, "mixed", "audit:view", "policy:change") == "role_mixes_duties"
    role = office.own_role("small", "figures:view")
    office.give(auditor, "small")
    assert refused(office.edit_role, role, patterns=["terminals:manage"]) == "duties_mixed"
    assert duties(office.principal(system).everywhere) == {Duty.SYSTEM}
    office.set_three(False)
    assert "audit:view" in office.principal(king).everywhere


def test_each_of_three_administrators_has_a_last_one_who_stays(office: Office) -> None:
    grants = {
        role: office.give(office.account(role), role)
        for role in ("system_administrator", "security_administrator", "auditor")
    }
    own = office.own_role("auditing", "audit:*")
    office.set_three(True)
    for role, code in (("system_administrator", "last_system"), ("auditor", "last_audit"),
                       ("security_administrator", "last_security")):  # fmt: skip
        assert refused(office.take, grants[role]) == code
        other = office.account(f"other {role}")
        second = office.give(other, role)
        office.take(grants[role])
        assert refused(office.suspend, other) == code
        office.give(grants[role].account_id, role)
        office.take(second)
    # By a role of their own they count as well, and it is guarded as well.
    keeper = office.holder("keeper", "auditing")
    for grant in office.read(lambda r: grants_of(r, ADMIN, grants["auditor"].account_id)):
        office.take(grant)
    assert refused(office.edit_role, own, retired=True) == "last_audit"
    assert refused(office.edit_role, own, patterns=["figures:view"]) == "last_audit"
    assert refused(office.suspend, keeper) == "last_audit"
    office.set_three(False)
    office.suspend(keeper)


def test_who_has_left_may_nothing(office: Office) -> None:
    clerk = office.holder("clerk", "department_staff", office.units[0])

    def leave(writer: Any) -> None:
        person = writer.session.scalars(select(StaffRow)).first()
        writer.session.execute(update(AccountRow).where(AccountRow.staff_id == person.id).values(staff_id=None))
        writer.session.get(AccountRow, clerk).staff_id = person.id
        person.retired = True

    assert office.principal(clerk).in_units
    office.write(leave)
    assert not office.principal(clerk).in_units and not office.principal(clerk).everywhere


def test_services_are_edited_in_ones_own_department_only_and_audited(office: Office) -> None:
    rows = office.read(lambda r: list(r.session.scalars(select(ServiceRow).where(ServiceRow.ticketable))))
    mine = rows[0].department_id
    assert mine is not None
    other = next(row for row in rows if row.department_id != mine)
    boss = office.principal(office.holder("boss", "department_administrator", mine))
    edit = ServiceEdit(hint="bring it")
    office.write(lambda w: edit_service(w, boss, SYSTEM, rows[0].id, edit, always_open=True))
    trail = office.read(lambda r: list(r.session.scalars(select(AuditRow).order_by(AuditRow.n.desc()).limit(1))))
    assert (trail[0].action, trail[0].detail) == ("service.changed", '{"fields":["hint"]}')
    for work in (
        lambda w: edit_service(w, boss, SYSTEM, other.id, edit, always_open=True),
        lambda w: add_service(
            w, boss, SYSTEM,
            ServiceCreate(name="x", series="X", ticketable=True, department_id=other.department_id), always_open=True,
        ),
        lambda w: add_service(w, boss, SYSTEM, ServiceCreate(name="x", ticketable=False), always_open=True),
    ):  # fmt: skip
        assert refused(office.write, work) == "not_permitted"


class GrantMachine(RuleBasedStateMachine):
    """Administrators without ``roles:entrust`` give and take, in any order; nothing grows out of nothing."""

    desk: Desk

    @initialize()
    def begin(self) -> None:
        self.desk.database.write(lambda w: w.session.execute(delete(GrantRow)) and None)
        self.office = office = Office(self.desk)
        names = (
            "department_administrator",
            "department_staff",
            "system_administrator",
            "auditor",
            "hall_administrator",
        )
        self.names = [*names, "giver"]
        own = {role.name: role for role in office.read(role_list)}
        if "giver" in own:
            office.roles["giver"] = own["giver"]
        else:
            office.own_role("giver", "roles:grant", "roles:view", "figures:view")
        self.places: list[UUID | None] = [None, office.root, *office.units[:2]]
        for parent in office.units[:2]:
            wanted = UnitCreate(parent_id=parent, name=f"u{uuid4().hex[:8]}")
            self.places.append(office.write(lambda w, wanted=wanted: add_unit(w, ADMIN, SYSTEM, wanted)).id)
        self.accounts = [office.account(f"a{uuid4().hex[:12]}", place) for place in self.places]
        self.allowed: dict[UUID, set[tuple[str, UUID | None]]] = {account: set() for account in self.accounts}
        for account, role, place in zip(
            self.accounts, ("giver", "department_administrator", "department_administrator", "giver"), self.places[:4],
            strict=False,
        ):  # fmt: skip
            office.give(account, role, place)
        self.begun = {account: self._held(account) for account in self.accounts}
        # What any account could be given at all: the union of what the givers held at the beginning.
        self.most = set().union(*self.begun.values())

    def _held(self, account: UUID) -> set[tuple[str, UUID | None]]:
        principal = self.office.principal(account)
        return {(key, None) for key in principal.everywhere} | {
            (key, unit) for key, units in principal.in_units.items() for unit in units
        }

    @rule(by=st.integers(0, 5), to=st.integers(0, 5), role=st.integers(0, 5), place=st.integers(0, 5))
    def give(self, by: int, to: int, role: int, place: int) -> None:
        giver, account = self.accounts[by % 6], self.accounts[to % 6]
        unit = self.places[place]
        principal = self.office.principal(giver)
        before = self._held(account)
        try:
            self.office.give(account, self.names[role], unit, by=giver)
        except HallError:
            assert self._held(account) == before
            return
        for key, where in self._held(account) - before:
            scope = principal.scope(key)
            assert scope is None or where in scope, (key, where, BY_KEY[key].reach)

    @rule(by=st.integers(0, 5), to=st.integers(0, 5), which=st.integers(0, 3))
    def take(self, by: int, to: int, which: int) -> None:
        giver, account = self.accounts[by], self.accounts[to]
        held = self.office.read(lambda r: grants_of(r, ADMIN, account))
        if which < len(held):
            try:
                self.office.take(held[which], by=giver)
            except HallError as error:
                assert error.code in ("not_permitted", "grant_to_self", "last_security")

    @invariant()
    def nothing_grew_out_of_nothing(self) -> None:
        if hasattr(self, "most"):
            anywhere = {key for key, unit in self.most if unit is None}
            for account in self.accounts:
                assert all(key in anywhere or (key, unit) in self.most for key, unit in self._held(account))


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(tmp_path, "")
    yield opened
    opened.database.close()


def test_no_sequence_of_grants_gives_what_the_giver_did_not_hold(embedded: Desk) -> None:
    machine = type("Machine", (GrantMachine,), {"desk": embedded})
    limits = settings(
        max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck),
        derandomize=True, database=None,
    )  # fmt: skip
    run_state_machine_as_test(machine, settings=limits)


def test_role_rows_of_the_code_win(office: Office) -> None:
    """What somebody wrote into the row of a role that ships has no effect."""
    role = office.roles["centre_leader"]
    office.write(
        lambda w: w.session.execute(update(RoleRow).where(RoleRow.id == role.id).values(permissions=["*:*"])) and None
    )
    leader = office.holder("leader", "centre_leader")
    assert "audit:view" not in office.principal(leader).everywhere
