"""Departments as visitors are told of them: chart, leaders, scope, flows, windows, businesses, who is on duty now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.catalogue.service import catalogue
from server.features.guides.models import DepartmentSettingsRow
from server.features.guides.service import Department, shelf
from shared.domain.errors import HallError
from shared.domain.names import mask_name
from shared.schemas.guides import Business, DepartmentFacts, DepartmentSettings, DutyPlace, Leader, OnDuty


@dataclass(frozen=True, slots=True)
class _Now:
    """What stands beside the facts: by department."""

    duty: dict[UUID, tuple[DutyPlace, ...]]
    labels: dict[UUID, tuple[str, ...]]
    businesses: dict[UUID, tuple[Business, ...]]
    guides: Counter[UUID]


def department_list(reader: Reader, category: str = "", *, every: bool = False) -> list[DepartmentFacts]:
    """In the order of the hall; of one category when it is given. ``every``: as whoever edits them sees them, with what
    is out of use, leaders that are not published and full names.
    """
    now = _now(reader, "name" if every else shown_settings(reader).on_duty)
    return [
        _view(one, now, every=every)
        for one in shelf(reader).departments.values()
        if category in ("", one.category) and (every or not one.retired)
    ]


def department(reader: Reader, department_id: UUID, *, every: bool = False) -> DepartmentFacts:
    found = shelf(reader).departments.get(department_id)
    if found is None or (found.retired and not every):
        raise HallError("department_unknown", status=404)
    return _view(found, _now(reader, "name" if every else shown_settings(reader).on_duty), every=every)


def shown_settings(reader: Reader) -> DepartmentSettings:
    row = reader.session.get(DepartmentSettingsRow, reader.hall_id)
    if row is None:
        return DepartmentSettings()
    return DepartmentSettings.model_validate({"on_duty": row.on_duty, "version": row.version})


def portraits_of(reader: Reader, media: str) -> list[tuple[UUID, str]]:
    """The departments one of whose leaders has this picture: id and name."""
    return [
        (one.id, one.name) for one in shelf(reader).departments.values()
        if any(leader.get("portrait") == media for leader in one.leaders)
    ]  # fmt: skip


def shows_portrait(reader: Reader, media: str) -> bool:
    """Whether everybody may see this picture, because a leader who is told of has it."""
    return any(
        leader.get("portrait") == media and leader.get("published", True)
        for one in shelf(reader).departments.values() if not one.retired for leader in one.leaders
    )  # fmt: skip


def _view(one: Department, now: _Now, *, every: bool) -> DepartmentFacts:
    leaders = (Leader.model_validate(leader) for leader in one.leaders)
    return DepartmentFacts(
        id=one.id, name=one.name, name_en=one.name_en, short_name=one.short_name, category=one.category,
        floor=one.floor, phone=one.phone, parent_id=one.parent_id, scope=one.scope, windows=one.windows,
        leaders=tuple(leader for leader in leaders if every or leader.published),
        counter_labels=now.labels.get(one.id, ()), guides=now.guides[one.id], on_duty=now.duty.get(one.id, ()),
        version=one.version, flows=one.flows, businesses=now.businesses.get(one.id, ()), retired=one.retired,
    )  # fmt: skip


def _now(reader: Reader, named: OnDuty) -> _Now:
    guides = Counter(guide.department_id for guide in shelf(reader).shown())
    return _Now(_on_duty(reader, named), _labels(reader), _businesses(reader), guides)


def _labels(reader: Reader) -> dict[UUID, tuple[str, ...]]:
    """The counters that serve anything of each department, in the hall's order."""
    found, labels = catalogue(reader), dict[UUID, dict[str, None]]()
    for counter in found.counters.values():
        for service_id in counter.service_ids if not counter.retired else ():
            department_id = found.services[service_id].department_id
            if department_id is not None and not found.services[service_id].retired:
                labels.setdefault(department_id, {})[counter.label] = None
    return {id_: tuple(of) for id_, of in labels.items()}


def _businesses(reader: Reader) -> dict[UUID, tuple[Business, ...]]:
    found: dict[UUID, list[Business]] = {}
    for one in catalogue(reader).services.values():
        if one.department_id is not None and one.ticketable and not one.retired:
            business = Business(id=one.id, name=one.name, name_en=one.name_en)
            found.setdefault(one.department_id, []).append(business)
    return {id_: tuple(of) for id_, of in found.items()}


def _on_duty(reader: Reader, named: OnDuty) -> dict[UUID, tuple[DutyPlace, ...]]:
    """Whoever is signed in at a counter now, by the department of the person; named as the hall wants it."""
    if named == "nobody":
        return {}
    staff = (StaffRow.name, StaffRow.number, StaffRow.title, StaffRow.department_id)
    chosen = (
        select(CounterRow.label, CounterRow.state, *staff)
        .join(StaffRow, StaffRow.id == CounterRow.staff_id)
        .where(CounterRow.hall_id == reader.hall_id, ~CounterRow.retired, CounterRow.state != "closed")
        .order_by(CounterRow.sort, CounterRow.label)
    )
    found: dict[UUID, list[DutyPlace]] = {}
    for label, state, name, number, title, department_id in reader.session.execute(chosen):
        if department_id is not None:
            # Who knows no numbers yet draws the name only.
            shown = {"name": name, "surname": mask_name(name), "number": number}[named]
            place = DutyPlace(
                counter_label=label, state=state, staff_name=shown, staff_title=title, staff_number=number
            )
            found.setdefault(department_id, []).append(place)
    return {id_: tuple(places) for id_, places in found.items()}
