"""Who holds which role where: look, give, take. Nobody gives what they do not hold, nor outside their own units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Select, select

from server import audit
from server.audit import Actor
from server.auth import Principal, access_changed
from server.database import Reader, Writer
from server.features.access.duties import held, refuse_last, refuse_mixing
from server.features.access.models import AccountRow, GrantRow, RoleRow
from server.features.access.service import find_role, rights_of, role_permissions
from server.features.catalogue.models import StaffRow
from server.features.organisation.models import UnitRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.permissions import BASE_ROLES
from shared.schemas.access import Grant, GrantCreate

SEE, GIVE, ENTRUST = "roles:view", "roles:grant", "roles:entrust"
# Held by being a citizen or an enterprise.
UNASSIGNED = frozenset(role.key for role in BASE_ROLES if not role.assigned)


def grants_of(reader: Reader, principal: Principal, account_id: UUID) -> list[Grant]:
    """The roles of an account in the caller's units."""
    account = _account(reader, account_id)
    if account.id != principal.account_id:
        principal.require(SEE, account.unit_id)
    return _views(reader, reader.session.scalars(_of_hall(reader).where(GrantRow.account_id == account_id)))


def holders_of(reader: Reader, principal: Principal, role_id: UUID) -> list[Grant]:
    """Who holds a role, as far as the caller may see."""
    find_role(reader, role_id)
    chosen, scope = _of_hall(reader).where(GrantRow.role_id == role_id), principal.scope(SEE)
    if scope is not None:
        chosen = chosen.join(AccountRow, AccountRow.id == GrantRow.account_id).where(AccountRow.unit_id.in_(scope))
    return _views(reader, reader.session.scalars(chosen))


def give(writer: Writer, principal: Principal, who: Actor, wanted: GrantCreate) -> Grant:
    """Let an account hold a role in a unit, or in the whole hall."""
    account, role = _account(writer, wanted.account_id), find_role(writer, wanted.role_id)
    unit = writer.session.get(UnitRow, wanted.unit_id) if wanted.unit_id is not None else None
    if wanted.unit_id is not None and (unit is None or unit.hall_id != writer.hall_id):
        raise HallError("unit_unknown", status=404)
    _refuse(writer, principal, account, role, wanted.unit_id)
    if role.retired or (role.base and role.key in UNASSIGNED) or account.kind != "staff":
        raise HallError("role_not_for_account", status=409)
    if account.status == "closed":
        raise HallError("grant_account_closed", status=409)
    refuse_mixing(writer, account.id, role_permissions(role))
    same = _of_hall(writer).where(GrantRow.account_id == account.id, GrantRow.role_id == role.id)
    same = same.where(GrantRow.unit_id.is_(None) if unit is None else GrantRow.unit_id == unit.id)
    if writer.session.scalars(same).first() is not None:
        raise HallError("grant_exists", status=409)
    row = GrantRow(
        hall_id=writer.hall_id, id=uuid7(), account_id=account.id, role_id=role.id, unit_id=wanted.unit_id,
        granted_by=principal.label, granted_at=writer.now,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "grant.given", "account", account.id, role=role.key, unit=wanted.unit_id)
    access_changed(writer)
    return _views(writer, [row])[0]


def take(writer: Writer, principal: Principal, who: Actor, grant_id: UUID) -> None:
    """End what an account holds; the caller must be able to give it."""
    row = writer.session.get(GrantRow, grant_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("grant_unknown", status=404)
    account, role = _account(writer, row.account_id), find_role(writer, row.role_id)
    _refuse(writer, principal, account, role, row.unit_id)
    before = held(writer)
    writer.session.delete(row)
    refuse_last(writer, before)
    audit.record(writer, who, "grant.taken", "account", account.id, role=role.key, unit=row.unit_id)
    access_changed(writer)


def rights_now(reader: Reader, principal: Principal) -> Principal:
    """The caller with the rights that the account has at this very moment; others than people keep theirs."""
    if principal.account_id is None:
        return principal
    account = reader.session.get(AccountRow, principal.account_id)
    if account is None or account.status != "open":
        return replace(principal, everywhere=frozenset(), in_units={})
    rights = rights_of(reader, account.id, account.kind)
    return replace(principal, everywhere=rights.everywhere, in_units=rights.in_units)


def _refuse(writer: Writer, principal: Principal, account: AccountRow, role: RoleRow, unit_id: UUID | None) -> None:
    if account.id == principal.account_id:
        raise HallError("grant_to_self", status=409)
    # Both what the token says and what is true now: a token may be narrower than its account.
    for caller in (principal, rights_now(writer, principal)):
        caller.require(GIVE, unit_id)
        caller.require(GIVE, account.unit_id)
        if caller.scope(ENTRUST) is not None:
            for permission in sorted(role_permissions(role)):
                caller.require(permission, unit_id)


def _account(reader: Reader, account_id: UUID) -> AccountRow:
    row = reader.session.get(AccountRow, account_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("grant_account_unknown", status=404)
    return row


def _of_hall(reader: Reader) -> Select[GrantRow]:
    return select(GrantRow).where(GrantRow.hall_id == reader.hall_id).order_by(GrantRow.granted_at, GrantRow.id)


def _views(reader: Reader, rows: Iterable[GrantRow]) -> list[Grant]:
    found = list(rows)
    session = reader.session
    views = []
    for row in found:
        account, role = session.get(AccountRow, row.account_id), session.get(RoleRow, row.role_id)
        unit = session.get(UnitRow, row.unit_id) if row.unit_id is not None else None
        assert account is not None and role is not None
        person = session.get(StaffRow, account.staff_id) if account.staff_id is not None else None
        views.append(
            Grant(
                id=row.id, account_id=account.id, account_name=person.name if person else account.username,
                role_id=role.id, role_name=role.name, role_name_en=role.name_en, unit_id=row.unit_id,
                unit_name=unit.name if unit else "", granted_by=row.granted_by, granted_at=row.granted_at,
            )
        )  # fmt: skip
    return views
