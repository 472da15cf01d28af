"""What may be put into a role by the one at the console, by the rules the server goes by."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from shared.schemas.access import Me, PermissionRow

NO_DUTY = "none"


def blocked(
    me: Me, rows: Iterable[PermissionRow], had: Collection[str], chosen: Collection[str], *, own: bool, three: bool
) -> dict[str, str]:
    """Why a permission that is not chosen can't be: own, above or duty. ``had``: what the role permits by now.

    What a role has may always be taken out, and put back until it is saved. ``own``: the caller holds the role;
    ``three``: with three administrators a role has one duty.
    """
    every = tuple(rows)
    duties = {row.duty for row in every if row.key in chosen} - {NO_DUTY}
    found: dict[str, str] = {}
    for row in every:
        if row.key in chosen:
            continue
        if three and row.duty != NO_DUTY and duties - {row.duty}:
            found[row.key] = "duty"
        elif row.key in had:
            continue
        elif own:
            found[row.key] = "own"
        elif "roles:entrust" not in me.permissions and row.key not in me.permissions:
            found[row.key] = "above"
    return found


def copied(me: Me, permissions: Iterable[str]) -> list[str]:
    """Of a role's permissions those that the caller may put into another one."""
    return sorted(key for key in permissions if "roles:entrust" in me.permissions or key in me.permissions)
