"""What the one at the console may do to an account, by the rules the server goes by: only that is offered."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shared.domain.permissions import Duty, duties
from shared.schemas.access import Grant, Me, Role
from shared.schemas.accounts import Account


def acts(me: Me, account: Account) -> frozenset[str]:
    """Of edit, review, suspend, open, close, reset, unlock, see_sessions, end_sessions, see_grants, grant, reveal."""
    unit, own, status = account.unit_id, account.id == me.account_id, account.status

    def may(permission: str) -> bool:
        return me.may_in(permission, unit)

    found: set[str] = set()
    may_card = account.kind == "staff" and may("accounts:reset")
    if (may("accounts:change") or may_card) and not own and status != "closed":
        found.add("edit")
    if may("accounts:review") and status == "pending":
        found.add("review")
    if may("accounts:suspend") and not own:
        found |= {"open": {"suspend", "close"}, "suspended": {"open", "close"}, "closed": {"open"}}.get(status, set())
    if may("accounts:reset") and not own and status in ("open", "suspended"):
        found.add("reset")
        if account.rests_s:
            found.add("unlock")
    if may("personal_data:reveal"):
        found.add("reveal")
    if may("accounts.sessions:view"):
        found.add("see_sessions")
        if may("accounts.sessions:end"):
            found.add("end_sessions")
    if own or may("roles:view"):
        found.add("see_grants")
        if may("roles:grant") and not own and account.kind == "staff" and status != "closed":
            found.add("grant")
    return frozenset(found)


def may_give(me: Me, role: Role, unit_id: UUID | None) -> bool:
    """Whether nothing in the role is above the caller there; nobody gives what they do not hold."""
    if not me.may_in("roles:grant", unit_id):
        return False
    return "roles:entrust" in me.permissions or all(me.may_in(key, unit_id) for key in role.permissions)


def offered(
    me: Me, roles: Iterable[Role], grants: Iterable[Grant], unit_id: UUID | None, three: bool
) -> tuple[Role, ...]:
    """The roles the caller may give an account in a unit, or in the whole hall; those it has there are left out.

    ``three``: with three administrators a role that would bring a second duty is not offered either.
    """
    every = {role.id: role for role in roles}
    held = tuple(grants)
    there = {grant.role_id for grant in held if grant.unit_id == unit_id}
    duty = _duties(every[grant.role_id] for grant in held if grant.role_id in every)
    found = []
    for role in every.values():
        if role.retired or not role.assigned or role.id in there or not may_give(me, role, unit_id):
            continue
        if three and (len(_duties([role])) > 1 or len(duty | _duties([role])) > 1):
            continue
        found.append(role)
    return tuple(found)


def role_words(role: Role | Grant, language: str) -> str:
    """Its name in the language; roles and grants both carry it."""
    chinese, english = (role.name, role.name_en) if isinstance(role, Role) else (role.role_name, role.role_name_en)
    return chinese if language.startswith("zh") else english or chinese


def _duties(roles: Iterable[Role]) -> frozenset[Duty]:
    return duties(key for role in roles if not role.retired for key in role.permissions)
