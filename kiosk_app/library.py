"""Everything the touch browser can show, ordered and searchable; made on a worker whenever something is different."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from uuid import UUID

from kiosk_app.kept_content import Content, KeptGuide
from shared.domain.characters import Candidate, Characters
from shared.domain.pinyin.sounds import spell_by_table
from shared.domain.search import Entry, Index
from shared.schemas.guides import DepartmentFacts, Guide, Theme
from shared.schemas.hall import Service
from shared.schemas.notices import ShownNotice


class Library:
    """``services``: what they are called finds the guides that are linked with them, and how often they are chosen
    decides between equals."""

    def __init__(self, content: Content = Content(), services: Iterable[Service] = ()) -> None:  # noqa: B008
        self.content = content
        self._services = {service.id: service for service in services}
        self._guides = {guide.id: guide for guide in content.guides}
        self._departments = {one.id: one for one in content.departments}
        # Both are asked for with each drawing.
        self._offered: tuple[str, list[Candidate]] | None = None
        self._found: tuple[str, list[KeptGuide | DepartmentFacts]] | None = None

    def prepare(self, before: Library | None = None) -> Library:
        """Lay the index out now, on the thread that has the time for it; that of ``before`` where it is the same."""
        if before is not None and before._entries == self._entries:
            self._index, self._characters = before._index, before._characters
        _ = self._index, self._characters
        return self

    @property
    def departments(self) -> Sequence[DepartmentFacts]:
        return self.content.departments

    @cached_property
    def categories(self) -> list[str]:
        """In the order in which departments name them."""
        return list(dict.fromkeys(one.category for one in self.departments if one.category))

    def department(self, id_: UUID) -> DepartmentFacts | None:
        return self._departments.get(id_)

    def guide(self, id_: UUID) -> Guide | None:
        """The whole of it."""
        return self._guides[id_].whole if id_ in self._guides else None

    def notice(self, id_: UUID) -> ShownNotice | None:
        return next((one for one in self.content.notices if one.id == id_), None)

    def guides(self, *, audience: str = "", theme: str = "", department: UUID | None = None) -> list[KeptGuide]:
        """Those that everything asked for fits."""
        return [
            guide for guide in self.content.guides
            if (not audience or audience in guide.audience) and (not theme or theme in guide.themes)
            and department in (None, guide.department_id)
        ]  # fmt: skip

    def themes(self, audience: str = "") -> list[Theme]:
        """Those with the most guides first."""
        counts: dict[str, int] = {}
        for guide in self.guides(audience=audience):
            for theme in guide.themes:
                counts[theme] = counts.get(theme, 0) + 1
        return [
            Theme(name=name, count=count) for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        ]

    def search(self, query: str) -> list[KeptGuide | DepartmentFacts]:
        """The best first."""
        if self._found is None or query != self._found[0]:
            hits = self._index.find(query)
            self._found = query, [self._guides.get(hit.key) or self._departments[hit.key] for hit in hits]
        return self._found[1]

    def candidates(self, query: str) -> list[Candidate]:
        """The characters that may be touched next."""
        if self._offered is None or query != self._offered[0]:
            self._offered = query, self._characters.candidates(query)
        return self._offered[1]

    def counters(self, guide: Guide) -> Sequence[str]:
        """Where it is done now, by the hall's own copy."""
        service = self._services.get(guide.service_id) if guide.service_id else None
        return service.counter_labels if service is not None else guide.counter_labels

    @cached_property
    def _entries(self) -> list[Entry[UUID]]:
        found = [self._entry(guide) for guide in self.content.guides]
        for one in self.departments:
            names = dict.fromkeys(name for name in (one.name, one.short_name, one.name_en) if name)
            found.append(Entry(one.id, [spell_by_table(name) for name in names]))
        return found

    def _entry(self, guide: KeptGuide) -> Entry[UUID]:
        service = self._services.get(guide.service_id) if guide.service_id else None
        lines = [spell_by_table(name) for name in (guide.name, guide.name_en) if name]
        if service is not None:
            lines += [line for line in service.spelled if line not in lines]
        return Entry(guide.id, lines, service.uses if service is not None else 0)

    @cached_property
    def _index(self) -> Index[UUID]:
        return Index(self._entries)

    @cached_property
    def _characters(self) -> Characters:
        return Characters(entry.lines for entry in self._entries)
