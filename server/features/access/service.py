"""What somebody may do: their roles, where they hold them, and the policy that bounds both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.auth import Principal
from server.database import Reader, Writer
from server.features.access.models import AccountRow, GrantRow, PolicyRow, RoleRow
from server.features.catalogue.models import StaffRow
from server.features.organisation.tree import subtrees
from shared.domain.errors import HallError
from shared.domain.permissions import BASE_ROLES, resolve
from shared.domain.rights import OWN, Held, Rights, apart, spread
from shared.schemas.access import SecurityPolicy

_BASE = {role.key: role for role in BASE_ROLES}
# Holds the permissions of all three administrators: with three of them it has no effect.
ALL_IN_ONE = "hall_administrator"
_RECEIVER = "syslog"
_BY_KIND = {"citizen": "citizen", "enterprise": "enterprise"}


def policy(reader: Reader) -> SecurityPolicy:
    row = reader.session.get(PolicyRow, reader.hall_id)
    return SecurityPolicy.model_validate(row.data) if row is not None else SecurityPolicy()


def audit_receiver(reader: Reader) -> str:
    """Where copies of the trail go. It lies beside the policy, and whoever sets the one leaves the other alone."""
    row = reader.session.get(PolicyRow, reader.hall_id)
    return str(row.data.get(_RECEIVER, "")) if row is not None else ""


def role_permissions(role: RoleRow) -> frozenset[str]:
    """What a role permits; that of a base role is the code's, whatever its row says."""
    base = _BASE.get(role.key) if role.base else None
    return resolve(base.patterns if base is not None else role.permissions)


def rights_of(reader: Reader, account_id: UUID, kind: str) -> Rights:
    """The rights of an open account. ``kind``: staff, citizen, enterprise."""
    if has_left(reader, account_id):
        return Rights(frozenset(), {})
    held = [(unit_id, role_permissions(role)) for unit_id, role in roles_of(reader, account_id)]
    if policy(reader).three_administrators:
        held = apart(held)
    return _spread(reader, kind, held)


def granted_to(reader: Reader, account_id: UUID, kind: str) -> Rights:
    """What an account may come to do again, whatever has no effect now: its person gone, roles retired or apart."""
    held = [(unit_id, role_permissions(role)) for unit_id, role in roles_of(reader, account_id, with_retired=True)]
    return _spread(reader, kind, held)


def is_above(reader: Reader, principal: Principal, account: AccountRow) -> bool:
    """Whether an account has been granted what the caller may not do: by it nobody may rise."""
    if "roles:entrust" in principal.everywhere:
        return False
    return granted_to(reader, account.id, account.kind).exceed(Rights(principal.everywhere, principal.in_units))


def _spread(reader: Reader, kind: str, held: list[Held]) -> Rights:
    own = resolve(_BASE[_BY_KIND[kind]].patterns) if kind in _BY_KIND else {OWN}
    return spread(own, held, subtrees(reader))


def roles_of(reader: Reader, account_id: UUID, *, with_retired: bool = False) -> list[tuple[UUID | None, RoleRow]]:
    """The roles an account holds, each with its unit."""
    chosen = (
        select(GrantRow.unit_id, RoleRow)
        .join(RoleRow, RoleRow.id == GrantRow.role_id)
        .where(GrantRow.account_id == account_id, GrantRow.hall_id == reader.hall_id)
    )
    if not with_retired:
        chosen = chosen.where(RoleRow.retired.is_(False))
    return [(unit_id, role) for unit_id, role in reader.session.execute(chosen)]


def roles_in_effect(reader: Reader, account_id: UUID) -> list[tuple[UUID | None, RoleRow]]:
    """Of ``roles_of`` those that permit all they say: what ``rights_of`` goes by."""
    if has_left(reader, account_id):
        return []
    found = roles_of(reader, account_id)
    if not policy(reader).three_administrators:
        return found
    kept = set(apart([(unit_id, role_permissions(role)) for unit_id, role in found]))
    return [(unit_id, role) for unit_id, role in found if (unit_id, role_permissions(role)) in kept]


def is_open(reader: Reader, account: AccountRow) -> bool:
    """Whether its owner may sign in and stay: somebody who has left the organisation may not."""
    return account.status == "open" and not has_left(reader, account.id)


def has_left(reader: Reader, account_id: UUID) -> bool:
    """Whether the account is of somebody who has been retired from the organisation."""
    chosen = select(StaffRow.retired).join(AccountRow, AccountRow.staff_id == StaffRow.id)
    return bool(reader.session.scalar(chosen.where(AccountRow.id == account_id)))


def shown_name(reader: Reader, principal: Principal) -> str:
    """How a program greets the caller; empty for terminals and set-up tokens."""
    if principal.staff_id is not None:
        person = reader.session.get(StaffRow, principal.staff_id)
        return person.name if person is not None else ""
    if principal.account_id is not None:
        account = reader.session.get(AccountRow, principal.account_id)
        return account.name_masked if account is not None else ""
    return ""


def find_role(reader: Reader, role_id: UUID) -> RoleRow:
    row = reader.session.get(RoleRow, role_id)
    if row is None or row.hall_id != reader.hall_id:
        raise HallError("role_unknown", status=404)
    return row


def set_policy(writer: Writer, wanted: SecurityPolicy) -> SecurityPolicy:
    _keep(writer, wanted.model_dump(mode="json"))
    return wanted


def set_audit_receiver(writer: Writer, address: str) -> None:
    _keep(writer, {_RECEIVER: address})


def _keep(writer: Writer, changed: dict[str, Any]) -> None:
    row = writer.session.get(PolicyRow, writer.hall_id)
    if row is None:
        row = PolicyRow(hall_id=writer.hall_id, data={}, version=0)
        writer.session.add(row)
    row.data, row.version = row.data | changed, row.version + 1
    writer.flush()
