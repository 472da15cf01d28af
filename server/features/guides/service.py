"""Guides as they are read: lists from one copy per process, one guide from its row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.catalogue.models import DepartmentRow
from server.features.catalogue.service import Catalogue, catalogue
from server.features.guides.models import DepartmentFactsRow, GuideRow, GuideVersionRow
from server.features.organisation.models import UnitRow
from shared.domain.errors import HallError
from shared.domain.object_ids import object_id
from shared.schemas.guides import Guide, GuideFields, GuideSummary, GuideVersion, Theme

EVENT = "guides.changed"
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Department:
    """A department as lists show it, with what is told of it."""

    id: UUID
    name: str
    name_en: str
    short_name: str
    category: str
    floor: str
    phone: str
    sort: int
    parent_id: UUID | None = None
    scope: str = ""
    windows: str = ""
    flows: str = ""
    leaders: tuple[Mapping[str, Any], ...] = ()
    version: int = 0
    retired: bool = False
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shelf:
    """All guides without what they say, in the order of their departments and codes; and the departments."""

    guides: dict[UUID, GuideSummary]
    departments: dict[UUID, Department]

    def shown(self) -> list[GuideSummary]:
        return [guide for guide in self.guides.values() if not guide.retired]


def shelf(reader: Reader) -> Shelf:
    """The copy that fits the reader's snapshot."""
    return reader.database.copy("guides", reader, _load)


def guide_id(hall_id: UUID, code: str) -> UUID:
    """Made from the code: an address on paper stays good when a guide is brought in again, on another machine too."""
    return object_id(str(hall_id), "guide", code)


def mark_of(fields: GuideFields) -> str:
    """A hash of what a guide says."""
    said = json.dumps(fields.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def guide_list(
    reader: Reader, *, department_id: UUID | None = None, audience: str = "", theme: str = "",
    service_id: UUID | None = None, with_retired: bool = False,
) -> list[GuideSummary]:  # fmt: skip
    """Those that everything asked for fits."""
    return [
        guide for guide in shelf(reader).guides.values()
        if (with_retired or not guide.retired)
        and department_id in (None, guide.department_id) and service_id in (None, guide.service_id)
        and (not audience or audience in guide.audience) and (not theme or theme in guide.themes)
    ]  # fmt: skip


def themes(reader: Reader, audience: str = "") -> list[Theme]:
    """The life events and subjects that guides name, the most frequent first."""
    counts: dict[str, int] = {}
    for guide in guide_list(reader, audience=audience):
        for theme in guide.themes:
            counts[theme] = counts.get(theme, 0) + 1
    return [Theme(name=name, count=count) for name, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))]


def guide(reader: Reader, guide_id: UUID, *, with_retired: bool = False) -> Guide:
    """HallError ``guide_unknown`` when there is none, or it is retired."""
    row = reader.get(GuideRow, guide_id)
    if row is None or row.hall_id != reader.hall_id or (row.retired and not with_retired):
        raise HallError("guide_unknown", status=404)
    return guide_view(reader, row)


def whole_guides(reader: Reader, ids: Sequence[UUID]) -> list[Guide]:
    """Those of them that are in use, in any order."""
    chosen = select(GuideRow).where(GuideRow.hall_id == reader.hall_id, ~GuideRow.retired, GuideRow.id.in_(ids))
    return [guide_view(reader, row) for row in reader.session.scalars(chosen)]


def all_fields(reader: Reader) -> list[GuideFields]:
    """What all guides in use say, by code."""
    chosen = select(GuideRow).where(GuideRow.hall_id == reader.hall_id, ~GuideRow.retired).order_by(GuideRow.code)
    departments = shelf(reader).departments
    return [fields_of(departments, row) for row in reader.session.scalars(chosen)]


def fields_of(departments: Mapping[UUID, Department], row: Any) -> GuideFields:
    """What a row says here: what was given, with what the hall keeps itself; its department by a name it has now."""
    department, said = departments[row.department_id], row.body | row.kept
    if said["department"] not in (department.name, department.short_name):
        said["department"] = department.name
    return GuideFields.model_validate(said)


def versions(reader: Reader, guide_id: UUID) -> list[GuideVersion]:
    """What a guide said before, the latest first."""
    chosen = select(GuideVersionRow).where(GuideVersionRow.guide_id == guide_id)
    rows = reader.session.scalars(chosen.order_by(GuideVersionRow.number.desc()))
    return [GuideVersion.model_validate(row, from_attributes=True) for row in rows]


def guide_view(
    reader: Reader, row: GuideRow, departments: Mapping[UUID, Department] | None = None, found: Catalogue | None = None
) -> Guide:  # fmt: skip
    """``departments`` and ``found``: from before a change, for a writer that would have to load all copies anew."""
    found = found or catalogue(reader)
    departments = departments or shelf(reader).departments
    service = found.services.get(row.service_id) if row.service_id else None
    if service is not None and service.retired:
        service = None
    summary = _summary(row, departments[row.department_id])
    return Guide(
        **summary.model_dump(exclude={"service_id"}), service_id=service.id if service else None,
        service_name=service.name if service else "", service_name_en=service.name_en if service else "",
        counter_labels=tuple(found.labels.get(service.id, ())) if service else (), changed_at=row.changed_at,
        fields=fields_of(departments, row), kept=tuple(row.kept),
        given={name: row.body[name] for name in row.kept},
    )  # fmt: skip


def _load(reader: Reader) -> Shelf:
    departments = all_departments(reader)
    columns = [getattr(GuideRow, name) for name in _COLUMNS]
    rows = reader.session.execute(select(*columns).where(GuideRow.hall_id == reader.hall_id)).all()
    ordered = sorted(rows, key=lambda row: (departments[row.department_id].sort, row.code))
    return Shelf({row.id: _summary(row, departments[row.department_id]) for row in ordered}, departments)


_COLUMNS = (
    "id", "code", "name", "name_en", "kind", "audience", "themes", "department_id", "service_id", "legal_days",
    "promised_days", "source", "retired", "version",
)  # fmt: skip


def _summary(row: object, department: Department) -> GuideSummary:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return GuideSummary.model_validate(
        {**values, "department_name": department.name, "department_name_en": department.name_en}
    )


def all_departments(reader: Reader) -> dict[UUID, Department]:
    """In the order of the hall's files; read now, without the guides."""
    facts = {row.department_id: row for row in reader.session.scalars(select(DepartmentFactsRow))}
    rows = reader.session.execute(
        select(DepartmentRow, UnitRow.retired).outerjoin(UnitRow, UnitRow.id == DepartmentRow.id)
        .where(DepartmentRow.hall_id == reader.hall_id).order_by(DepartmentRow.sort)
    )  # fmt: skip
    return {row.id: _department(row, facts.get(row.id), retired=bool(retired)) for row, retired in rows}


def _department(row: DepartmentRow, told: DepartmentFactsRow | None, *, retired: bool) -> Department:
    plain = Department(
        row.id, row.name, row.name_en, row.short_name, row.category, row.floor, row.phone, row.sort, retired=retired,
        former=tuple(row.former),
    )  # fmt: skip
    if told is None:
        return plain
    return replace(
        plain, parent_id=told.parent_id, scope=told.scope, windows=told.windows, flows=told.flows,
        leaders=tuple(told.leaders), version=told.version,
    )  # fmt: skip
