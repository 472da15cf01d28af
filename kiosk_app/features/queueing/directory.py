"""The tree of services as the kiosk walks and searches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from uuid import UUID

from shared.domain.characters import Candidate, Characters
from shared.domain.search import Entry, Index
from shared.domain.spelling import fold, plain
from shared.schemas.hall import Service


class Directory:
    """Made anew whenever the services change; keeps the order the hall gave them."""

    def __init__(self, services: Iterable[Service] = ()) -> None:
        self._services = {service.id: service for service in services if not service.retired}
        self._order = {id_: place for place, id_ in enumerate(self._services)}
        self._below: dict[UUID | None, list[Service]] = {}
        for service in self._services.values():
            parent = service.parent_id if service.parent_id in self._services else None
            self._below.setdefault(parent, []).append(service)
        self._found: tuple[str, list[Service]] = ("", [])
        self._offered: tuple[str, list[Candidate]] | None = None

    def get(self, service_id: UUID | None) -> Service | None:
        return self._services.get(service_id) if service_id is not None else None

    def below(self, group: UUID | None) -> Sequence[Service]:
        """What stands directly in a group; None is the top."""
        return self._below.get(group, ())

    def inside(self, group: UUID | None) -> Sequence[Service]:
        """What can be chosen in a group: what stands in it, and first the group itself where it gives numbers."""
        own = self.get(group)
        return [own, *self.below(group)] if own is not None and own.ticketable else self.below(group)

    def is_group(self, service: Service) -> bool:
        """Whether a touch opens it."""
        return not service.ticketable or bool(self.below(service.id))

    def open(self, service: Service) -> bool:
        """Whether it, or anything in it, gives numbers now."""
        return service.open or any(self.open(child) for child in self.below(service.id))

    def enter(self, group: UUID) -> UUID:
        """Where a touch on a group leads: past groups that hold nothing but one other group."""
        inside = self.inside(group)
        while len(inside) == 1 and not inside[0].ticketable and self.below(inside[0].id):
            group = inside[0].id
            inside = self.inside(group)
        return group

    def path_to(self, service_id: UUID) -> list[UUID]:
        """The groups above a service, from the top."""
        path: list[UUID] = []
        parent = self._services[service_id].parent_id if service_id in self._services else None
        while parent is not None and parent in self._services:
            path.append(parent)
            parent = self._services[parent].parent_id
        return path[::-1]

    def way_to(self, service_id: UUID) -> list[UUID]:
        """The groups that lead to a choice; one that is a choice inside itself stands at the end."""
        return [*self.path_to(service_id), *([service_id] if self.below(service_id) else [])]

    def search(self, query: str) -> list[Service]:
        """Services a ticket can be taken for: open ones first, the best match first; what is only near comes last."""
        wanted = fold(query)
        # The screen is drawn anew with every event of the hall, mostly for the same query.
        if wanted != self._found[0]:
            found = [(one.how.fuzzy, self._services[one.key]) for one in self._index.find(query)]
            found.sort(key=lambda line: (line[0], not line[1].open))
            self._found = wanted, [service for _, service in found]
        return self._found[1]

    def candidates(self, query: str) -> list[Candidate]:
        """The characters that may be touched next."""
        if self._offered is None or query != self._offered[0]:
            self._offered = query, self._characters.candidates(query)
        return self._offered[1]

    @cached_property
    def _ticketable(self) -> list[Service]:
        return [service for service in self._services.values() if service.ticketable]

    @property
    def _index(self) -> Index[UUID]:
        return _index(
            tuple(
                Entry(service.id, tuple(service.spelled) or (plain(service.name),), service.uses)
                for service in self._ticketable
            )
        )

    @property
    def _characters(self) -> Characters:
        return _characters(tuple(tuple(service.spelled) for service in self._ticketable))

    def waiting(self, service: Service, counts: Mapping[UUID, int]) -> int:
        """People waiting for a service, or for everything in a group."""
        below = sum(self.waiting(child, counts) for child in self.below(service.id))
        return below + (counts.get(service.id, 0) if service.ticketable else 0)

    def busiest(self, counts: Mapping[UUID, int], most: int) -> list[Service]:
        """Open services with the most people waiting, for whoever does not know what to search."""
        waited = [service for service in self._services.values() if service.open and counts.get(service.id, 0) > 0]
        return sorted(waited, key=lambda service: (-counts[service.id], self._order[service.id]))[:most]


@lru_cache(maxsize=1)
def _index(entries: tuple[Entry[UUID], ...]) -> Index[UUID]:
    return Index(entries)


@lru_cache(maxsize=1)
def _characters(spelled: tuple[tuple[str, ...], ...]) -> Characters:
    """Services are fetched every minute; their names hardly ever change."""
    return Characters(spelled)
