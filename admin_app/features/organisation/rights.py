"""What the signed-in person may do in which part of the tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from shared.schemas.access import Me

SEE_PEOPLE, CHANGE_PEOPLE = "organisation.people:view", "organisation.people:change"
CHANGE_UNITS = "organisation.units:change"
Parents = Mapping[UUID, UUID | None]


def way_up(parents: Parents, unit_id: UUID | None) -> Iterator[UUID]:
    """The unit and all above it that can be seen."""
    seen: set[UUID] = set()
    while unit_id is not None and unit_id not in seen:
        seen.add(unit_id)
        yield unit_id
        unit_id = parents.get(unit_id)


@dataclass(frozen=True)
class Rights:
    """``parents``: of the units that the caller sees.

    A right in a unit holds below it: a unit that has just been made there is not in what ``/me`` said before.
    """

    everywhere: frozenset[str] = frozenset()
    in_units: Mapping[str, frozenset[UUID]] = field(default_factory=dict)

    @classmethod
    def of(cls, me: Me) -> Rights:
        return cls(frozenset(me.permissions), {key: frozenset(units) for key, units in me.units.items()})

    def may(self, permission: str) -> bool:
        """Whether anywhere at all."""
        return permission in self.everywhere or permission in self.in_units

    def may_in(self, permission: str, unit_id: UUID | None, parents: Parents) -> bool:
        if permission in self.everywhere:
            return True
        units = self.in_units.get(permission, frozenset())
        return any(above in units for above in way_up(parents, unit_id))
