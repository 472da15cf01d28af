"""Editing services and counters: what changes is told to every screen at once."""

from __future__ import annotations

import json
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select

from server import audit
from server.audit import Actor
from server.auth import Principal
from server.database import Reader, Writer
from server.features.catalogue.models import CounterRow, CounterServiceRow, DepartmentRow, ServiceRow, index
from server.features.catalogue.numbering import refuse_series
from server.features.catalogue.service import catalogue
from server.features.catalogue.view import counter_view, service_tree
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.hall import Counter, CounterCreate, CounterEdit, Service, ServiceCreate, ServiceEdit

SERVICES = "catalogue.services:change"
SHORT_NAME = 12
NAMES = frozenset({"name", "short_name", "name_en"})


def names_after(reader: Reader, service_id: UUID | None, wanted: ServiceEdit) -> list[str]:
    """All that a service may be called once ``wanted`` is done; empty when that changes no name."""
    changed = wanted.model_dump(include=set(NAMES), exclude_unset=True, exclude_none=True)
    row = reader.session.get(ServiceRow, service_id) if service_id and changed else None
    kept = [row.name, row.short_name, *row.keywords] if row else [name[:SHORT_NAME] for name in changed.values()]
    return [*changed.values(), *kept]


def edit_service(
    writer: Writer, principal: Principal, who: Actor, service_id: UUID, wanted: ServiceEdit, *, always_open: bool
) -> Service:
    row = writer.session.get(ServiceRow, service_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("service_unknown", status=404)
    principal.require(SERVICES, row.department_id)
    _refuse_unseen(wanted, catalogue(writer).services[row.id].version)
    # Before the change: a catalogue that is loaded meanwhile holds it, and must not become everybody's.
    writer.touch_catalogue()
    _apply_service(writer, row, wanted)
    audit.record(writer, who, "service.changed", "service", row.id, fields=_given(wanted))
    return _tell_service(writer, row, always_open=always_open)


def add_service(
    writer: Writer, principal: Principal, who: Actor, wanted: ServiceCreate, *, always_open: bool
) -> Service:
    """A new node below ``parent_id``; what it leaves out it takes from its parent or its neighbours."""
    parent = writer.session.get(ServiceRow, wanted.parent_id) if wanted.parent_id else None
    if wanted.parent_id is not None and parent is None:
        raise HallError("service_parent_wrong", status=409)
    if wanted.department_id is not None and writer.session.get(DepartmentRow, wanted.department_id) is None:
        raise HallError("department_unknown", status=404)
    department_id = wanted.department_id or (parent.department_id if parent else None)
    principal.require(SERVICES, department_id)
    if parent is not None:
        principal.require(SERVICES, parent.department_id)
    last = writer.session.scalar(select(func.max(ServiceRow.sort))) or 0
    like = _model_of(writer, parent)
    row = ServiceRow(
        hall_id=writer.hall_id, id=uuid7(), parent_id=wanted.parent_id,
        department_id=department_id,
        name=wanted.name, name_en=wanted.name_en or wanted.name,
        short_name=wanted.short_name or wanted.name[:SHORT_NAME],
        series=None, ticketable=wanted.ticketable, identity=wanted.identity or "optional",
        audience=like.audience if like else "both", typical_minutes=wanted.typical_minutes or 10, hint="", hint_en="",
        keywords=[], hours=like.hours if like else {}, hours_text=like.hours_text if like else "",
        hours_text_en=like.hours_text_en if like else "", suspended=False, suspended_note="", suspended_note_en="",
        retired=False, sort=last + 1,
    )  # fmt: skip
    _apply_service(writer, row, wanted)
    writer.session.add(row)
    audit.record(writer, who, "service.added", "service", row.id, department=department_id)
    return _tell_service(writer, row, always_open=always_open)


def edit_counter(writer: Writer, who: Actor, counter_id: UUID, wanted: CounterEdit) -> Counter:
    row = writer.session.get(CounterRow, counter_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("counter_unknown", status=404)
    if wanted.retired and row.state != "closed":
        raise HallError("counter_still_open", status=409, counter=row.label)
    _refuse_unseen(wanted, catalogue(writer).counters[row.id].version)
    writer.touch_catalogue()
    _apply_counter(writer, row, wanted)
    audit.record(writer, who, "counter.changed", "counter", row.id, fields=_given(wanted))
    return _tell_counter(writer, row)


def add_counter(writer: Writer, who: Actor, wanted: CounterCreate) -> Counter:
    last = writer.session.scalar(select(func.max(CounterRow.sort))) or 0
    row = CounterRow(
        hall_id=writer.hall_id, id=uuid7(), label=wanted.label, name=wanted.name, name_en=wanted.name_en or wanted.name,
        floor=wanted.floor or "", zone=wanted.zone or "", state="closed", retired=False, sort=last + 1,
    )  # fmt: skip
    _refuse_label(writer, row, wanted.label)
    writer.touch_catalogue()
    writer.session.add(row)
    writer.flush()
    _apply_counter(writer, row, wanted)
    audit.record(writer, who, "counter.added", "counter", row.id, label=row.label)
    return _tell_counter(writer, row)


def _refuse_unseen(wanted: ServiceEdit | CounterEdit, version: str) -> None:
    if wanted.version is not None and wanted.version != version:
        raise HallError("changed_meanwhile", status=409)


def _given(wanted: ServiceEdit | CounterEdit) -> list[str]:
    return sorted(wanted.model_dump(exclude_unset=True, exclude_none=True, exclude={"version"}))


def _model_of(writer: Writer, parent: ServiceRow | None) -> ServiceRow | None:
    """Whose hours and audience a new service takes: a group has none of its own, a service beside it has."""
    chosen = select(ServiceRow).where(ServiceRow.hall_id == writer.hall_id, ServiceRow.ticketable, ~ServiceRow.retired)
    closest: list[list[ColumnElement[bool]]] = [[]]
    if parent is not None:
        closest = [
            [ServiceRow.parent_id == parent.id], [ServiceRow.department_id == parent.department_id], [],
        ]  # fmt: skip
    for where in closest:
        found = writer.session.scalars(chosen.where(*where).order_by(ServiceRow.sort).limit(1)).first()
        if found is not None:
            return found
    return None


def _apply_service(writer: Writer, row: ServiceRow, wanted: ServiceEdit) -> None:
    fields = wanted.model_dump(
        exclude_unset=True, exclude_none=True, exclude={"parent_id", "department_id", "ticketable", "version"}
    )
    if wanted.ticketable is not None and wanted.ticketable != row.ticketable:
        _make_ticketable(writer, row, wanted.ticketable)
    if "series" in fields:
        if not row.ticketable:
            raise HallError("service_not_ticketable", status=409, service=row.name)
        refuse_series(writer, fields["series"])
    elif row.ticketable and not row.series:
        raise HallError("series_needed", status=422)
    for name, value in fields.items():
        setattr(row, name, value)
    if not row.spelled or NAMES & fields.keys():
        index(row)


def _make_ticketable(writer: Writer, row: ServiceRow, ticketable: bool) -> None:
    """A group gives numbers itself from now on, or no more. It has had no hours: it takes those of what is in it.
    Whoever waits for it when it becomes a mere group is still called."""
    row.ticketable = ticketable
    like = _model_of(writer, row) if ticketable and not row.hours else None
    if like is not None:
        row.audience, row.hours = like.audience, like.hours
        row.hours_text, row.hours_text_en = like.hours_text, like.hours_text_en


def _apply_counter(writer: Writer, row: CounterRow, wanted: CounterEdit) -> None:
    fields = wanted.model_dump(exclude_unset=True, exclude_none=True, exclude={"service_ids", "breaks", "version"})
    if "label" in fields:
        _refuse_label(writer, row, fields["label"])
    for name, value in fields.items():
        setattr(row, name, value)
    if wanted.breaks is not None:
        row.breaks = {
            kind: [one.model_dump() for one in sorted(breaks, key=lambda one: one.start)]
            for kind, breaks in wanted.breaks.items()
            if breaks
        }
    if wanted.service_ids is not None:
        known = catalogue(writer).services
        for service_id in wanted.service_ids:
            if service_id not in known or not known[service_id].ticketable:
                raise HallError("service_unknown", status=404)
        writer.session.execute(delete(CounterServiceRow).where(CounterServiceRow.counter_id == row.id))
        writer.session.add_all(
            CounterServiceRow(hall_id=writer.hall_id, counter_id=row.id, service_id=service_id)
            for service_id in dict.fromkeys(wanted.service_ids)
        )


def _refuse_label(writer: Writer, row: CounterRow, label: str) -> None:
    with writer.session.no_autoflush:
        taken = writer.session.scalars(
            select(CounterRow.id).where(
                CounterRow.hall_id == writer.hall_id, CounterRow.label == label, CounterRow.id != row.id
            )
        ).first()
    if taken is not None:
        raise HallError("counter_label_taken", status=409, label=label)


def _tell_service(writer: Writer, row: ServiceRow, *, always_open: bool) -> Service:
    writer.touch_catalogue()
    writer.flush()
    nodes = service_tree(writer, always_open=always_open, waiting=None, with_retired=True)
    view = next(node for node in nodes if node.id == row.id)
    writer.emit("service.changed", json.dumps({"service_id": str(row.id)}))
    return view


def _tell_counter(writer: Writer, row: CounterRow) -> Counter:
    writer.touch_catalogue()
    writer.flush()
    view = counter_view(writer, row)
    writer.emit("counter.changed", view.model_dump_json())
    return view
