"""What somebody's roles come to: permissions in the whole hall, and those in some units with all below them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from shared.domain.permissions import BY_KEY, Duty, duties

# Everybody's own: nobody stands above somebody else by it.
OWN: Final = "profile:use"
# A role held: in a unit with all below it, or in the whole hall (None), and what it permits.
Held = tuple[UUID | None, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Rights:
    """Permissions held in the whole hall, and those held only in some units (with all below them)."""

    everywhere: frozenset[str]
    in_units: Mapping[str, frozenset[UUID]]

    def scope(self, permission: str) -> frozenset[UUID] | None:
        """The units in which it is held; None: everywhere."""
        return None if permission in self.everywhere else self.in_units.get(permission, frozenset())

    def exceed(self, others: Rights) -> bool:
        """Whether these permit anything, anywhere, that the others do not."""
        if not self.everywhere - {OWN} <= others.everywhere:
            return True
        scopes = ((others.scope(permission), units) for permission, units in self.in_units.items())
        return any(scope is not None and not units <= scope for scope, units in scopes)


def spread(own: Iterable[str], held: Iterable[Held], below: Mapping[UUID, frozenset[UUID]]) -> Rights:
    """Roles as rights. ``own``: what is held without a role; ``below``: each unit with itself and all under it."""
    everywhere, somewhere = set(own), dict[str, set[UUID]]()
    for unit_id, permissions in held:
        if unit_id is None:
            everywhere |= permissions
        else:
            for permission in permissions:
                somewhere.setdefault(permission, set()).update(below.get(unit_id, ()))
    in_units = {key: frozenset(units) for key, units in somewhere.items() if key not in everywhere}
    return Rights(frozenset(everywhere), in_units)


def apart(held: Iterable[Held]) -> list[Held]:
    """With three administrators: a role that mixes duties has no effect, and nobody has more than one duty.

    Who holds several by roles from an earlier time has none of them until somebody decides which.
    """
    single = [(unit_id, permissions) for unit_id, permissions in held if len(duties(permissions)) <= 1]
    if len(duties(key for _, permissions in single for key in permissions)) <= 1:
        return single
    return [
        (unit_id, frozenset(key for key in permissions if BY_KEY[key].duty is Duty.NONE))
        for unit_id, permissions in single
    ]
