"""Roles: look, make, change, retire. Those that ship are the code's and stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select

from server import audit
from server.audit import Actor
from server.auth import Principal, access_changed
from server.database import Reader, Writer
from server.features.access.duties import held, refuse_last
from server.features.access.grants import ENTRUST, UNASSIGNED, rights_now
from server.features.access.models import GrantRow, RoleRow
from server.features.access.service import find_role, policy, role_permissions, roles_of
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.permissions import TABLE, duties, resolve, unknown_patterns
from shared.schemas.access import PermissionRow, Role, RoleCreate, RoleEdit

CHANGE = "roles:change"


def permission_table() -> list[PermissionRow]:
    return [
        PermissionRow(key=row.key, resource=row.resource, action=row.action, reach=row.reach.value, duty=row.duty.value)
        for row in TABLE
    ]


def role_list(reader: Reader, *, with_retired: bool = False) -> list[Role]:
    """Those that ship first, then the hall's own by name."""
    chosen = select(RoleRow).where(RoleRow.hall_id == reader.hall_id)
    if not with_retired:
        chosen = chosen.where(RoleRow.retired.is_(False))
    rows = reader.session.scalars(chosen.order_by(RoleRow.base.desc(), RoleRow.name, RoleRow.id))
    holders = _holders(reader)
    return [_view(row, holders.get(row.id, 0)) for row in rows]


def add_role(writer: Writer, principal: Principal, who: Actor, wanted: RoleCreate) -> Role:
    role_id = uuid7()
    _refuse_patterns(writer, principal, wanted.patterns, resolve(wanted.patterns))
    _refuse_name(writer, wanted.name, None)
    row = RoleRow(
        hall_id=writer.hall_id, id=role_id, key=f"own_{role_id.hex}", name=wanted.name,
        name_en=wanted.name_en or wanted.name, note=wanted.note, permissions=list(wanted.patterns), base=False,
        retired=False, version=0,
    )  # fmt: skip
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "role.added", "role", row.id, permissions=sorted(wanted.patterns))
    access_changed(writer)
    return _view(row, 0)


def edit_role(writer: Writer, principal: Principal, who: Actor, role_id: UUID, wanted: RoleEdit) -> Role:
    """Change what is given; whoever holds the role has the new permissions at once."""
    row = find_role(writer, role_id)
    if row.base:
        raise HallError("role_is_base", status=409)
    if row.version != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    before = held(writer)
    fields = wanted.model_dump(exclude_unset=True, exclude_none=True, exclude={"version", "patterns"})
    if "name" in fields or fields.get("retired") is False:
        _refuse_name(writer, fields.get("name", row.name), row.id)
    if wanted.patterns is not None or fields.get("retired") is False:
        patterns = wanted.patterns if wanted.patterns is not None else row.permissions
        had = frozenset[str]() if row.retired else role_permissions(row)
        added = resolve(patterns) - had
        _refuse_patterns(writer, principal, patterns, added)
        if added and _holds(writer, principal, row.id):
            raise HallError("role_is_own", status=409)
        row.permissions = list(patterns)
    for name, value in fields.items():
        setattr(row, name, value)
    row.version += 1
    writer.flush()
    _refuse_mixed_holders(writer, row)
    refuse_last(writer, before)
    action = "role.changed" if "retired" not in fields else "role.retired" if row.retired else "role.restored"
    names = sorted(fields) + (["permissions"] if wanted.patterns is not None else [])
    audit.record(writer, who, action, "role", row.id, fields=names, permissions=sorted(row.permissions))
    access_changed(writer)
    return _view(row, _holders(writer).get(row.id, 0))


def _refuse_patterns(writer: Writer, principal: Principal, patterns: Iterable[str], added: frozenset[str]) -> None:
    if unknown := unknown_patterns(patterns):
        raise HallError("role_patterns_unknown", status=422, patterns=", ".join(unknown))
    if policy(writer).three_administrators and len(duties(resolve(patterns))) > 1:
        raise HallError("role_mixes_duties", status=409)
    for caller in (principal, rights_now(writer, principal)):
        caller.require(CHANGE)
        if caller.scope(ENTRUST) is not None:
            for permission in sorted(added):
                caller.require(permission)


def _holds(reader: Reader, principal: Principal, role_id: UUID) -> bool:
    held = select(GrantRow.id).where(GrantRow.role_id == role_id, GrantRow.account_id == principal.account_id)
    return principal.account_id is not None and reader.session.scalars(held.limit(1)).first() is not None


def _refuse_mixed_holders(writer: Writer, row: RoleRow) -> None:
    """With three administrators a role may not grow a second duty under somebody's feet."""
    if row.retired or not policy(writer).three_administrators:
        return
    for account_id in writer.session.scalars(select(GrantRow.account_id).where(GrantRow.role_id == row.id).distinct()):
        held = {key for _, role in roles_of(writer, account_id) for key in role_permissions(role)}
        if len(duties(held)) > 1:
            raise HallError("duties_mixed", status=409)


def _refuse_name(writer: Writer, name: str, own: UUID | None) -> None:
    with writer.session.no_autoflush:
        taken = writer.session.scalars(
            select(RoleRow.id).where(
                RoleRow.hall_id == writer.hall_id, RoleRow.name == name, RoleRow.retired.is_(False),
                RoleRow.id != (own or UUID(int=0)),
            )
        ).first()  # fmt: skip
    if taken is not None:
        raise HallError("role_name_taken", status=409, name=name)


def _holders(reader: Reader) -> dict[UUID, int]:
    chosen = select(GrantRow.role_id, func.count(GrantRow.account_id.distinct())).group_by(GrantRow.role_id)
    return {role_id: n for role_id, n in reader.session.execute(chosen.where(GrantRow.hall_id == reader.hall_id))}


def _view(row: RoleRow, holders: int) -> Role:
    permissions = role_permissions(row)
    return Role(
        id=row.id, key=row.key, name=row.name, name_en=row.name_en, note=row.note, patterns=list(row.permissions),
        permissions=sorted(permissions), duties=sorted(duty.value for duty in duties(permissions)), base=row.base,
        assigned=not (row.base and row.key in UNASSIGNED), retired=row.retired, version=row.version, holders=holders,
    )  # fmt: skip
