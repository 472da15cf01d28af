"""Setting a hall up from its files, the first time and again after they changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from server.database import EventRow, HallRow
from server.features.catalogue.models import (
    CalendarDayRow,
    CounterRow,
    CounterServiceRow,
    DepartmentRow,
    HallFactsRow,
    ServiceRow,
    StaffRow,
    index,
)
from server.features.guides.models import DepartmentFactsRow
from server.features.organisation.models import UnitRow
from server.features.setup.checklists import set_up_checklists
from shared.domain.errors import HallError
from shared.domain.object_ids import object_id
from shared.schemas.hall_files import Group, HallFiles, Service


def set_up_hall(connection: Connection, files: HallFiles) -> UUID:
    """Write a hall's files into the database; what they no longer name is retired, never deleted.

    The files are the hall's first description. Ids come from their keys, so loading them again changes rows in place
    and tickets keep their services.
    """
    hall_id = object_id(files.hall.key, "hall", files.hall.key)
    with Session(bind=connection) as session:
        # Locked, because a server of another machine may be counting events meanwhile.
        hall = session.scalars(select(HallRow).with_for_update()).one_or_none()
        if hall is not None and hall.id != hall_id:
            raise HallError("hall_differs", status=409, known=hall.key, given=files.hall.key)
        if hall is None:
            hall = HallRow(id=hall_id, key=files.hall.key, epoch=1, seq=0, catalogue_version=0)
            session.add(hall)
        else:
            # Screens that were on before resume their stream; their services may be gone.
            hall.seq += 1
            at = datetime.now(UTC)
            session.add(EventRow(hall_id=hall_id, seq=hall.seq, epoch=hall.epoch, kind="resync", at=at, data="{}"))
        hall.time_zone = files.hall.time_zone
        hall.catalogue_version += 1
        session.flush()
        session.merge(HallFactsRow(hall_id=hall_id, facts=_facts(files)))
        _days(session, hall_id, files)
        _departments(session, hall_id, files)
        _services(session, hall_id, files)
        session.flush()
        set_up_checklists(session, hall_id, files)
        _staff(session, hall_id, files)
        _counters(session, hall_id, files)
        session.flush()
    return hall_id


def _facts(files: HallFiles) -> dict[str, Any]:
    hall = files.hall
    return {
        "name": hall.name, "name_en": hall.name_en, "address": hall.address, "address_en": hall.address_en,
        "phone": hall.phone, "rating_levels": hall.rating_levels, "speech_languages": list(hall.speech_languages),
        "floors": [floor.model_dump() for floor in files.floors],
        "notes": [note.model_dump() for note in files.notes],
        "rating_reasons": [reason.model_dump() for reason in files.rating_reasons],
        "zones": [
            {
                "key": zone.key, "name": zone.name, "name_en": zone.name_en, "floor": zone.floor,
                "display_text": zone.display_text, "display_text_en": zone.display_text_en,
                "shows_zones": list(zone.shows_zones or (zone.key,)), "shows_counters": list(zone.shows_counters),
                "shows_services": [str(object_id(hall.key, "service", key)) for key in zone.shows_services],
            }
            for zone in files.zones
        ],
    }  # fmt: skip


def _days(session: Session, hall_id: UUID, files: HallFiles) -> None:
    """The files' days replace those the files gave before; a day an administrator has set stays as it is."""
    session.execute(delete(CalendarDayRow).where(CalendarDayRow.hall_id == hall_id, CalendarDayRow.source == "files"))
    kept = set(session.scalars(select(CalendarDayRow.day).where(CalendarDayRow.hall_id == hall_id)))
    given: dict[date, tuple[str, str, str, str | None]] = {
        day.day: ("adjusted", day.name, day.name_en, day.opens_like) for day in files.workdays
    }
    for holiday in files.holidays:
        for offset in range((holiday.last - holiday.first).days + 1):
            day = holiday.first + timedelta(days=offset)
            given[day] = ("holiday", holiday.name, holiday.name_en, None)
    for day, (kind, name, name_en, like) in given.items():
        if day not in kept:
            session.add(
                CalendarDayRow(
                    hall_id=hall_id, day=day, kind=kind, name=name, name_en=name_en, opens_like=like, source="files",
                    version=0,
                )
            )  # fmt: skip


def _departments(session: Session, hall_id: UUID, files: HallFiles) -> None:
    categories = {category.key: category.name for category in files.categories}
    for place, department in enumerate(files.departments):
        id_ = object_id(files.hall.key, "department", department.key)
        told, unit = session.get(DepartmentFactsRow, id_), session.get(UnitRow, id_)
        if (told is not None and told.version) or (unit is not None and unit.version):
            # Who was described or renamed by hand stays as people left it.
            continue
        session.merge(
            DepartmentRow(
                hall_id=hall_id, id=id_, name=department.name,
                short_name=department.short_name, name_en=department.name_en,
                category=categories[department.category], floor=department.floor, phone=department.phone, sort=place,
            )
        )  # fmt: skip
    session.flush()


def _services(session: Session, hall_id: UUID, files: HallFiles) -> None:
    key = files.hall.key
    schedules = {schedule.key: schedule for schedule in files.schedules}
    named = set()
    for place, node_key in enumerate(files.tree):
        node = files.node(node_key)
        service_id = object_id(key, "service", node.key)
        named.add(service_id)
        row = session.get(ServiceRow, service_id) or ServiceRow(hall_id=hall_id, id=service_id)
        row.parent_id = object_id(key, "service", node.parent) if node.parent else None
        row.department_id = object_id(key, "department", node.department) if node.department else None
        row.name, row.name_en, row.keywords, row.sort, row.retired = (
            node.name, node.name_en, list(node.keywords), place, False,
        )  # fmt: skip
        _fill(row, node, schedules)
        index(row)
        session.add(row)
        session.flush()
    for row in session.scalars(select(ServiceRow).where(ServiceRow.hall_id == hall_id)):
        row.retired = row.id not in named


def _fill(row: ServiceRow, node: Group | Service, schedules: dict[str, Any]) -> None:
    row.ticketable = isinstance(node, Service)
    if isinstance(node, Service):
        schedule = schedules[node.hours]
        row.short_name, row.series, row.identity, row.audience = (
            node.short_name, node.series, node.identity, node.audience,
        )  # fmt: skip
        row.typical_minutes, row.hint, row.hint_en = node.typical_minutes, node.hint, node.hint_en
        row.hours = {day: [list(span) for span in spans] for day, spans in schedule.week.items()}
        row.hours_text, row.hours_text_en = schedule.text, schedule.text_en
        row.suspended, row.suspended_note = node.suspended, node.suspended_reason
        row.suspended_note_en = node.suspended_reason_en
    else:
        row.short_name, row.series, row.identity, row.audience = node.name[:12], None, "optional", "both"
        row.typical_minutes, row.hint, row.hint_en = 10, "", ""
        row.hours, row.hours_text, row.hours_text_en = {}, "", ""
        row.suspended, row.suspended_note, row.suspended_note_en = False, "", ""


def _staff(session: Session, hall_id: UUID, files: HallFiles) -> None:
    named = set()
    for person in files.staff:
        staff_id = object_id(files.hall.key, "staff", person.number)
        numbered = select(StaffRow).where(StaffRow.hall_id == hall_id, StaffRow.number == person.number)
        # An administrator may have given the number to somebody they added: then that is who is meant.
        row = session.scalars(numbered).first() or session.get(StaffRow, staff_id)
        if row is None:
            row = StaffRow(hall_id=hall_id, id=staff_id)
            session.add(row)
        department_id = object_id(files.hall.key, "department", person.department)
        # Whom an administrator has put into a unit of the same department stays there.
        if row.department_id != department_id:
            row.department_id, row.unit_id = department_id, None
        row.number, row.name, row.title, row.retired = person.number, person.name, person.title, False
        named.add(row.id)
    for row in session.scalars(select(StaffRow).where(StaffRow.hall_id == hall_id)):
        row.retired = row.id not in named


def _counters(session: Session, hall_id: UUID, files: HallFiles) -> None:
    key = files.hall.key
    named = set()
    for place, counter in enumerate(files.counters):
        counter_id = object_id(key, "counter", counter.label)
        # An administrator may have given the label to a counter of their own: then that is the one meant.
        labelled = select(CounterRow).where(CounterRow.hall_id == hall_id, CounterRow.label == counter.label)
        row = session.scalars(labelled).first() or session.get(CounterRow, counter_id)
        if row is None:
            row = CounterRow(hall_id=hall_id, id=counter_id, state="closed")
        counter_id = row.id
        named.add(counter_id)
        row.label, row.name, row.name_en, row.floor, row.zone, row.sort, row.retired = (
            counter.label, counter.name, counter.name_en, counter.floor, counter.zone, place, False,
        )  # fmt: skip
        session.add(row)
        session.flush()
        wanted = {object_id(key, "service", service) for service in counter.services}
        links = session.scalars(select(CounterServiceRow).where(CounterServiceRow.counter_id == counter_id)).all()
        for link in links:
            if link.service_id not in wanted:
                session.delete(link)
        for service_id in sorted(wanted - {link.service_id for link in links}):
            session.add(CounterServiceRow(hall_id=hall_id, counter_id=counter_id, service_id=service_id))
    for row in session.scalars(select(CounterRow).where(CounterRow.hall_id == hall_id)):
        # A counter that is open keeps its ticket in hand; it can be retired when it has closed.
        row.retired = row.id not in named and row.state == "closed"
