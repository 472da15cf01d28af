"""The units as a tree that can be drawn and searched. Plain data: nothing of Qt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from admin_app.features.organisation.rights import way_up
from shared.domain.search import Entry, Index
from shared.domain.spelling import spell_all
from shared.schemas.organisation import Unit

SEPARATOR = " / "


@dataclass(frozen=True, slots=True)
class Node:
    """One row; ``tone``: "", retired, draft. ``offered``: can be chosen. A parent that is not there: at the top."""

    key: str
    parent: str
    words: str
    count: str = ""
    tone: str = ""
    offered: bool = True


def index_of(units: Iterable[Unit]) -> Index[UUID]:
    """Units are found by their names and codes. Not on the UI thread: spelling takes time."""
    return Index(Entry(unit.id, spell_all([unit.name, unit.short_name, unit.code])) for unit in units)


def in_order(units: Sequence[Unit]) -> tuple[Unit, ...]:
    """Parents before what is below them, neighbours by their order; a unit whose parent is not there is at the top."""
    known = {unit.id for unit in units}
    below: dict[UUID | None, list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: (unit.sort, unit.name, str(unit.id))):
        below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
    found: list[Unit] = []
    open_ = below.pop(None, [])[::-1]
    while open_:
        unit = open_.pop()
        found.append(unit)
        open_ += reversed(below.pop(unit.id, []))
    return tuple(found)


def parents_of(units: Iterable[Unit]) -> dict[UUID, UUID | None]:
    return {unit.id: unit.parent_id for unit in units}


def below(units: Sequence[Unit], unit_id: UUID) -> frozenset[UUID]:
    """The unit and all under it; ``units`` in order."""
    found = {unit_id}
    for unit in units:
        if unit.parent_id in found:
            found.add(unit.id)
    return frozenset(found)


def people_below(units: Sequence[Unit]) -> dict[UUID, int]:
    """How many people are in each unit and all under it; ``units`` in order."""
    count = {unit.id: unit.people for unit in units}
    for unit in reversed(units):
        if unit.parent_id in count:
            count[unit.parent_id] += count[unit.id]
    return count


def paths_of(units: Sequence[Unit]) -> dict[UUID, str]:
    """Each unit's names from the top that can be seen; ``units`` in order."""
    paths: dict[UUID, str] = {}
    for unit in units:
        above = paths.get(unit.parent_id) if unit.parent_id is not None else None
        paths[unit.id] = f"{above}{SEPARATOR}{unit.name}" if above else unit.name
    return paths


def matching(query: str, units: Sequence[Unit], index: Index[UUID]) -> frozenset[UUID] | None:
    """The units that match, with all above them; None for an empty query: all."""
    if not query.strip():
        return None
    parents, found = parents_of(units), {hit.key for hit in index.find(query)}
    shown: set[UUID] = set()
    for unit in units:
        # One that was just made is not in the index yet.
        if unit.id in found or query.strip().casefold() in unit.name.casefold():
            shown.update(way_up(parents, unit.id))
    return frozenset(shown)
