"""Units of the organisation as choices: in the order of the tree, each with the way to it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from shared.schemas.organisation import Unit


def unit_paths(units: Iterable[Unit]) -> tuple[tuple[UUID, str], ...]:
    """Id and words of each unit; a single top is only named itself: under it everything is."""
    every = sorted(units, key=lambda unit: (unit.sort, unit.name))
    known = {unit.id for unit in every}
    below: dict[UUID | None, list[Unit]] = {}
    for unit in every:
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    tops = below.get(None, [])
    found: list[tuple[UUID, str]] = []

    def walk(unit: Unit, way: str) -> None:
        words = f"{way} / {unit.name}" if way else unit.name
        found.append((unit.id, words))
        for child in below.get(unit.id, ()):
            walk(child, "" if len(tops) == 1 and unit is tops[0] else words)

    for top in tops:
        walk(top, "")
    return tuple(found)
