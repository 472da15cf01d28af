"""Services and counters on the wire."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from server.database import Reader
from server.features.catalogue.models import CounterRow, DepartmentRow, StaffRow
from server.features.catalogue.service import Catalogue, ServiceFacts, catalogue, closed_reason
from shared.domain.release import Left
from shared.schemas.hall import Counter, Hall, PlannedBreak, Service, StaffMember


def hall_view(reader: Reader) -> Hall:
    found = catalogue(reader)
    given = {name: value for name, value in found.facts.items() if name in Hall.model_fields}
    given["zones"] = [
        zone | {"counter_labels": _shown(found, zone), "service_ids": _shown_services(found, zone)}
        for zone in given.get("zones", ())
    ]
    return Hall.model_validate(
        {
            "rating_levels": 3, "speech_languages": ["mandarin"], "languages": ["zh-CN", "en"],
            **given,
            "id": reader.hall_id, "time_zone": str(reader.clocks.zone), "now": reader.now,
        }
    )  # fmt: skip


def _shown(found: Catalogue, zone: Mapping[str, Any]) -> list[str]:
    """The counters whose calls the displays of a zone show, as they stand and are called now."""
    # A hall that was set up before they were kept has the counters of its files.
    zones = zone.get("shows_zones", [zone["key"]])
    labels = zone.get("shows_counters", zone.get("counter_labels", ()))
    return [
        counter.label for counter in found.counters.values()
        if not counter.retired and (counter.zone in zones or counter.label in labels)
    ]  # fmt: skip


def _shown_services(found: Catalogue, zone: Mapping[str, Any]) -> list[UUID] | None:
    """The services a zone names, and what is below the groups it names; None when it names none."""
    named = {UUID(id_) for id_ in zone.get("shows_services", ())}
    return [
        service.id for service in found.services.values() if service.ticketable and named & {*_way(found, service)}
    ] if named else None  # fmt: skip


def _way(found: Catalogue, service: ServiceFacts) -> Iterator[UUID]:
    """The service and the groups above it."""
    above: ServiceFacts | None = service
    while above is not None:
        yield above.id
        above = found.services.get(above.parent_id) if above.parent_id else None


def service_tree(
    reader: Reader,
    *,
    always_open: bool,
    waiting: Mapping[UUID, int] | None,
    with_retired: bool = False,
    released: Mapping[UUID, Left] | None = None,
    uses: Mapping[UUID, int] | None = None,
) -> list[Service]:
    """All nodes in the order of the hall's files; a group is open when something below it is.

    ``released``: of services whose numbers on site are counted, what is left. ``uses``: how often each was chosen.
    """
    found = catalogue(reader)
    local = reader.now.astimezone(reader.clocks.zone)
    children: dict[UUID | None, list[ServiceFacts]] = {}
    for service in found.services.values():
        if with_retired or not service.retired:
            children.setdefault(service.parent_id, []).append(service)
    made: dict[UUID, Service] = {}

    def walk(service: ServiceFacts) -> Service:
        below = [walk(child) for child in children.get(service.id, ())]
        node = service_view(
            found,
            service,
            local,
            always_open=always_open,
            waiting=waiting,
            below=below,
            released=released,
            used=(uses or {}).get(service.id, 0),
        )
        made[service.id] = node
        return node

    for root in children.get(None, ()):
        walk(root)
    return [made[id_] for id_ in found.services if id_ in made]


def service_view(
    found: Catalogue,
    service: ServiceFacts,
    local: datetime,
    *,
    always_open: bool,
    waiting: Mapping[UUID, int] | None,
    below: list[Service],
    released: Mapping[UUID, Left] | None = None,
    used: int = 0,
) -> Service:
    left = (released or {}).get(service.id, Left(None))
    if service.ticketable:
        reason = closed_reason(found, service, local, always_open=always_open) or left.reason
        is_open = reason is None and not service.retired
    else:
        is_open = any(child.open for child in below)
        reason = None
    count = None
    if waiting is not None:
        count = waiting.get(service.id, 0) + sum(child.waiting or 0 for child in below)
    return Service.model_validate(
        {
            "id": service.id, "parent_id": service.parent_id, "name": service.name, "name_en": service.name_en,
            "short_name": service.short_name, "series": service.series, "ticketable": service.ticketable,
            "open": is_open, "closed_reason": reason, "closed_note": service.suspended_note,
            "closed_note_en": service.suspended_note_en, "identity": service.identity, "audience": service.audience,
            "department_id": service.department_id,
            "department_name": service.department[0], "department_name_en": service.department[1],
            "floor": service.department[2], "typical_minutes": service.typical_s / 60, "hint": service.hint,
            "waiting": count, "left": left.left, "next_release": left.next_release,
            "counter_labels": found.labels.get(service.id, []), "hours_text": service.hours_text,
            "hours_text_en": service.hours_text_en, "spelled": list(service.spelled),
            "uses": used, "sort": service.sort, "retired": service.retired,
            "version": service.version,
        }
    )  # fmt: skip


def staff_member(reader: Reader, row: StaffRow | None) -> StaffMember | None:
    if row is None:
        return None
    department = reader.session.get(DepartmentRow, row.department_id) if row.department_id else None
    return StaffMember(
        id=row.id, number=row.number, name=row.name, title=row.title,
        department_name=department.short_name if department else "",
    )  # fmt: skip


def staff_list(reader: Reader) -> list[StaffMember]:
    rows = reader.session.scalars(
        select(StaffRow).where(StaffRow.hall_id == reader.hall_id, ~StaffRow.retired).order_by(StaffRow.number)
    )
    return [member for row in rows if (member := staff_member(reader, row)) is not None]


def counter_view(reader: Reader, row: CounterRow) -> Counter:
    staff = reader.get(StaffRow, row.staff_id) if row.staff_id else None
    facts = catalogue(reader).counters[row.id]
    return Counter(
        id=row.id, label=row.label, name=row.name, name_en=row.name_en, floor=row.floor, zone=row.zone,
        state=row.state, pause_reason=row.pause_reason, staff=staff_member(reader, staff),
        service_ids=list(facts.service_ids), ticket_id=row.ticket_id, ticket_number=row.ticket_number,
        ticket_status=row.ticket_status, since=row.since, retired=row.retired,
        breaks={
            kind.value: [PlannedBreak(start=one.start, end=one.end, why=one.why) for one in breaks]
            for kind, breaks in facts.breaks.items()
        },
        version=facts.version,
    )  # fmt: skip


def counter_list(reader: Reader, *, with_retired: bool = False) -> list[Counter]:
    chosen = select(CounterRow).where(CounterRow.hall_id == reader.hall_id).order_by(CounterRow.sort, CounterRow.label)
    if not with_retired:
        chosen = chosen.where(~CounterRow.retired)
    return [counter_view(reader, row) for row in reader.session.scalars(chosen)]
