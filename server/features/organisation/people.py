"""People of the organisation: look, add, change, move, retire."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update

from server import audit
from server.audit import Actor
from server.auth import Principal, access_changed
from server.crypto import Vault, place
from server.database import Base, Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.catalogue.view import counter_view
from server.features.organisation.models import UnitRow
from server.features.organisation.service import EVENT, action_of, find_unit
from server.features.organisation.tree import department_of, departments_of, parents_of, subtrees
from server.finding import found, part
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.names import mask_phone
from shared.schemas.organisation import People, Person, PersonCreate, PersonEdit

VIEW, CHANGE = "organisation.people:view", "organisation.people:change"
# Accounts stand above the organisation and know what hangs on a person: they are asked around leaving and coming back,
# and refuse by an error.
on_leaving: Final[list[Callable[[Writer, Principal, StaffRow], AbstractContextManager[None]]]] = []
# As far as it can be told beforehand.
may_leave: Final[list[Callable[[Reader, Principal, StaffRow], None]]] = []
TOLD = frozenset({"number", "name", "title", "unit_id"})


def people_list(
    reader: Reader, principal: Principal, *, unit_id: UUID | None = None, below: bool = True, query: str = "",
    with_retired: bool = False, limit: int = 100, cursor: str | None = None,
) -> People:  # fmt: skip
    """The people the caller may see, by number; in a unit and all below it, found by name or number."""
    where: list[ColumnElement[bool]] = [StaffRow.hall_id == reader.hall_id]
    scope = principal.scope(VIEW)
    if unit_id is not None:
        units = subtrees(reader).get(unit_id, frozenset()) if below else frozenset({unit_id})
        where.append(StaffRow.unit_id.in_(units if scope is None else units & scope))
    elif scope is not None:
        where.append(StaffRow.unit_id.in_(scope))
    if not with_retired:
        where.append(StaffRow.retired.is_(False))
    if query.strip():
        seen = reader.session.execute(select(StaffRow.id, StaffRow.name, StaffRow.number).where(*where)).all()
        hits = found(((id_, (name, number)) for id_, name, number in seen), query)
        total = len(hits)
        numbers = ((number, id_) for id_, _, number in seen if id_ in hits)
        where = [StaffRow.id.in_(part(numbers, cursor, limit + 1))]
    else:
        total = reader.session.scalar(select(func.count()).select_from(StaffRow).where(*where)) or 0
        if cursor:
            where.append(StaffRow.number > cursor)
    chosen = select(StaffRow, UnitRow.name).outerjoin(UnitRow, UnitRow.id == StaffRow.unit_id).where(*where)
    rows = list(reader.session.execute(chosen.order_by(StaffRow.number).limit(limit + 1)))
    if query.strip():
        # A database may order letters in another way.
        rows.sort(key=lambda row: row[0].number)
    items = [_view(row, name or "") for row, name in rows[:limit]]
    return People(items=items, total=total, next_cursor=items[-1].number if len(rows) > limit else None)


def find_person(reader: Reader, person_id: UUID) -> StaffRow:
    row = reader.session.get(StaffRow, person_id)
    if row is None or row.hall_id != reader.hall_id or row.unit_id is None:
        raise HallError("person_unknown", status=404)
    return row


def add_person(writer: Writer, principal: Principal, who: Actor, vault: Vault, wanted: PersonCreate) -> Person:
    unit = find_unit(writer, wanted.unit_id)
    principal.require(CHANGE, unit.id)
    refuse_unit(unit)
    refuse_number(writer, wanted.number, None)
    row = StaffRow(
        hall_id=writer.hall_id, id=uuid7(), number=wanted.number, name=wanted.name, title=wanted.title,
        unit_id=unit.id, department_id=department_of(parents_of(writer), departments_of(writer), unit.id),
        retired=False, version=0,
    )  # fmt: skip
    seal_phone(row, vault, wanted.phone)
    writer.session.add(row)
    writer.flush()
    audit.record(writer, who, "person.added", "person", row.id, unit=unit.id)
    _tell(writer, row)
    return _view(row, unit.name)


def edit_person(
    writer: Writer, principal: Principal, who: Actor, vault: Vault, person_id: UUID, wanted: PersonEdit
) -> Person:
    """Change what is given. Moving asks for the right in both units."""
    row = find_person(writer, person_id)
    principal.require(CHANGE, row.unit_id)
    if row.version != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    fields = wanted.model_dump(exclude_unset=True, exclude_none=True, exclude={"version", "phone"})
    fields = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if "unit_id" in fields:
        principal.require(CHANGE, fields["unit_id"])
    if "unit_id" in fields or fields.get("retired") is False:
        refuse_unit(find_unit(writer, fields.get("unit_id") or _unit_of(row)))
    if "number" in fields:
        refuse_number(writer, fields["number"], row.id)
    if fields.get("retired"):
        _refuse_retiring(writer, row)
    with ExitStack() as around:
        for asked in on_leaving if "retired" in fields else ():
            around.enter_context(asked(writer, principal, row))
        if fields or wanted.phone is not None:
            change(writer, who, vault, row, fields, wanted.phone)
    return _view(row, find_unit(writer, _unit_of(row)).name)


def change(writer: Writer, who: Actor, vault: Vault, row: StaffRow, fields: dict[str, Any], phone: str | None) -> None:
    """Set what has been checked, with all that hangs on it; a ``phone`` of None stays as it is."""
    for name, value in fields.items():
        setattr(row, name, value)
    if phone is not None:
        seal_phone(row, vault, phone)
    row.version += 1
    if "unit_id" in fields:
        row.department_id = department_of(parents_of(writer), departments_of(writer), fields["unit_id"])
    writer.flush()
    _tell(writer, row)
    _follow(writer, row, fields)
    if TOLD & fields.keys():
        _tell_counter(writer, row)
    # Which fields, not what stands in them: a name is nobody's business in the audit trail.
    names = sorted(fields) + (["phone"] if phone is not None else [])
    audit.record(writer, who, action_of("person", "unit_id", fields), "person", row.id, fields=names, unit=row.unit_id)


def seal_phone(row: StaffRow, vault: Vault, phone: str) -> None:
    row.phone_masked = mask_phone(phone) if phone else None
    row.phone_cipher = vault.seal(phone, place("staff", "phone", row.id)) if phone else None


def refuse_unit(unit: UnitRow) -> None:
    if unit.retired:
        raise HallError("unit_retired", status=409, unit=unit.name)


def refuse_number(writer: Writer, number: str, own: UUID | None) -> None:
    with writer.session.no_autoflush:
        taken = writer.session.scalars(
            select(StaffRow.id).where(
                StaffRow.hall_id == writer.hall_id, StaffRow.number == number, StaffRow.id != (own or UUID(int=0))
            )
        ).first()
    if taken is not None:
        raise HallError("person_number_taken", status=409, number=number)


def _refuse_retiring(writer: Writer, row: StaffRow) -> None:
    counter = writer.session.scalars(select(CounterRow).where(CounterRow.staff_id == row.id)).first()
    if counter is not None:
        raise HallError("person_at_counter", status=409, counter=counter.label)


def _follow(writer: Writer, row: StaffRow, fields: dict[str, Any]) -> None:
    """The person's account is administered where the person stands, and is good for nothing once they have left."""
    # By its table: accounts stand above the organisation, which knows nothing of them.
    accounts = Base.metadata.tables["accounts"]
    if "unit_id" in fields:
        writer.session.execute(update(accounts).where(accounts.c.staff_id == row.id).values(unit_id=row.unit_id))
    if "retired" in fields:
        found = list(writer.session.scalars(select(accounts.c.id).where(accounts.c.staff_id == row.id)))
        access_changed(writer, ended=found if row.retired else (), begun=() if row.retired else found)


def _tell(writer: Writer, row: StaffRow) -> None:
    writer.emit(EVENT, json.dumps({"person_id": str(row.id)}))


def _tell_counter(writer: Writer, row: StaffRow) -> None:
    for counter in writer.session.scalars(select(CounterRow).where(CounterRow.staff_id == row.id)):
        writer.emit("counter.changed", counter_view(writer, counter).model_dump_json())


def _unit_of(row: StaffRow) -> UUID:
    """Everybody has been given a unit when the hall was furnished."""
    assert row.unit_id is not None
    return row.unit_id


def _view(row: StaffRow, unit_name: str) -> Person:
    return Person(
        id=row.id, number=row.number, name=row.name, title=row.title, unit_id=_unit_of(row), unit_name=unit_name,
        department_id=row.department_id, phone_masked=row.phone_masked, retired=row.retired, version=row.version,
    )  # fmt: skip
