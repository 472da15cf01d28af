"""Departments as visitors are told of them: chart, leaders, scope, windows, and who of their staff is on duty now."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.catalogue.service import catalogue
from server.features.guides.models import DepartmentFactsRow
from server.features.guides.service import EVENT, Department, shelf
from shared.domain.errors import HallError
from shared.schemas.guides import DepartmentEdit, DepartmentFacts, DutyPlace, Leader

CHANGE = "catalogue.services:change"


def department_list(reader: Reader, category: str = "") -> list[DepartmentFacts]:
    """In the order of the hall; of one category when it is given."""
    duty, labels, guides = _on_duty(reader), _labels(reader), _guides(reader)
    return [
        _view(one, duty.get(one.id, ()), labels.get(one.id, ()), guides[one.id])
        for one in shelf(reader).departments.values() if category in ("", one.category)
    ]  # fmt: skip


def department(reader: Reader, department_id: UUID) -> DepartmentFacts:
    found = shelf(reader).departments.get(department_id)
    if found is None:
        raise HallError("department_unknown", status=404)
    duty, labels = _on_duty(reader).get(found.id, ()), _labels(reader).get(found.id, ())
    return _view(found, duty, labels, _guides(reader)[found.id])


def edit_department(
    writer: Writer, principal: Principal, who: Actor, department_id: UUID, wanted: DepartmentEdit
) -> DepartmentFacts:  # fmt: skip
    """HallError ``department_circle`` when the chart would have no top."""
    known = shelf(writer).departments
    before = known.get(department_id)
    if before is None:
        raise HallError("department_unknown", status=404)
    principal.require(CHANGE, department_id)
    if wanted.version != before.version:
        raise HallError("changed_meanwhile", status=409)
    if wanted.parent_id is not None:
        _refuse_circle(known, department_id, wanted.parent_id)
    given = wanted.model_dump(exclude={"version", "top"}, exclude_none=True)
    if wanted.top:
        given["parent_id"] = None
    writer.touch_catalogue()
    row = writer.session.get(DepartmentFactsRow, department_id)
    if row is None:
        row = DepartmentFactsRow(
            hall_id=writer.hall_id, department_id=department_id, parent_id=None, scope="", windows="", leaders=[],
            version=0,
        )  # fmt: skip
        writer.session.add(row)
    for name, value in given.items():
        setattr(row, name, list(value) if name == "leaders" else value)
    row.version += 1
    writer.flush()
    audit.record(writer, who, "department.changed", "department", department_id, fields=sorted(given))
    writer.emit(EVENT, "{}")
    return department(writer, department_id)


def _refuse_circle(known: dict[UUID, Department], department_id: UUID, parent_id: UUID) -> None:
    above: UUID | None = parent_id
    while above is not None:
        if above not in known:
            raise HallError("department_unknown", status=404)
        if above == department_id:
            raise HallError("department_circle", status=409)
        above = known[above].parent_id


def _view(one: Department, duty: tuple[DutyPlace, ...], labels: tuple[str, ...], guides: int) -> DepartmentFacts:
    return DepartmentFacts(
        id=one.id, name=one.name, name_en=one.name_en, short_name=one.short_name, category=one.category,
        floor=one.floor, phone=one.phone, parent_id=one.parent_id, scope=one.scope, windows=one.windows,
        leaders=tuple(Leader.model_validate(leader) for leader in one.leaders), counter_labels=labels,
        guides=guides, on_duty=duty, version=one.version,
    )  # fmt: skip


def _guides(reader: Reader) -> Counter[UUID]:
    return Counter(guide.department_id for guide in shelf(reader).shown())


def _labels(reader: Reader) -> dict[UUID, tuple[str, ...]]:
    """The counters that serve anything of each department, in the hall's order."""
    found, labels = catalogue(reader), dict[UUID, dict[str, None]]()
    for counter in found.counters.values():
        for service_id in counter.service_ids if not counter.retired else ():
            department_id = found.services[service_id].department_id
            if department_id is not None and not found.services[service_id].retired:
                labels.setdefault(department_id, {})[counter.label] = None
    return {id_: tuple(of) for id_, of in labels.items()}


def _on_duty(reader: Reader) -> dict[UUID, tuple[DutyPlace, ...]]:
    """Whoever is signed in at a counter now, by the department of the person."""
    chosen = (
        select(CounterRow.label, CounterRow.state, StaffRow.name, StaffRow.title, StaffRow.department_id)
        .join(StaffRow, StaffRow.id == CounterRow.staff_id)
        .where(CounterRow.hall_id == reader.hall_id, ~CounterRow.retired, CounterRow.state != "closed")
        .order_by(CounterRow.sort, CounterRow.label)
    )
    found: dict[UUID, list[DutyPlace]] = {}
    for label, state, name, title, department_id in reader.session.execute(chosen):
        if department_id is not None:
            place = DutyPlace(counter_label=label, state=state, staff_name=name, staff_title=title)
            found.setdefault(department_id, []).append(place)
    return {id_: tuple(places) for id_, places in found.items()}
