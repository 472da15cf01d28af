"""A workbook is brought in: all its rows in one transaction, with one event, or none of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from server import audit
from server.audit import Actor, Entry
from server.auth import Principal, access_changed
from server.crypto import Vault
from server.database import Base, Reader, Writer
from server.features.catalogue.models import CounterRow, StaffRow
from server.features.catalogue.view import counter_view
from server.features.organisation import people, service
from server.features.organisation.exchange import Wanted
from server.features.organisation.models import UnitRow
from server.features.organisation.rehearsal import Key, Rehearsal
from server.features.organisation.standing import Place, Somebody, Standing
from server.features.organisation.tree import settle_departments
from shared.domain.errors import HallError
from shared.schemas.organisation import ImportReport


class NotBroughtInError(Exception):
    """Takes back what was begun; carries what is wrong."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__("not kept")
        self.report = report


def rehearse(reader: Reader, principal: Principal, wanted: Wanted, language: str) -> Rehearsal:
    """What the rows would do, as everything stands now; nothing is written."""
    tried = Rehearsal(Standing(reader, principal), wanted, language)
    tried.run()
    return tried


def report_of(tried: Rehearsal) -> ImportReport:
    return tried.report("wrong" if tried.faults else "ready")


def bring_in(
    writer: Writer, principal: Principal, who: Actor, vault: Vault, wanted: Wanted, language: str
) -> ImportReport:
    """Write all rows; ``NotBroughtInError`` with the report when one of them is wrong."""
    tried = rehearse(writer, principal, wanted, language)
    if not tried.faults:
        _Bringing(writer, principal, who, vault, tried).run()
    if tried.faults:
        raise NotBroughtInError(report_of(tried))
    return tried.report("done")


class _Bringing:
    """Sets what the rehearsal found; each rule has been asked there, but for those that accounts bring."""

    def __init__(self, writer: Writer, principal: Principal, who: Actor, vault: Vault, tried: Rehearsal) -> None:
        self._writer, self._principal, self._who, self._vault, self._tried = writer, principal, who, vault, tried
        self._entries: list[Entry] = []
        self._ended: list[UUID] = []
        self._begun: list[UUID] = []

    def run(self) -> None:
        # Each once, though a file may name it twice.
        units = {place.id: place for place in self._tried.units.values()}.values()
        staff = {person.id: (key, person) for key, person in self._tried.people.items()}.values()
        for place in units:
            if place.row is None:
                self._add_unit(place)
        # Whatever moves below a new unit finds it there.
        self._writer.flush()
        for place in units:
            if place.row is not None and place.changed:
                self._change_unit(place, place.row)
        for key, person in staff:
            self._person(key, person)
        self._writer.flush()
        if not self._tried.faults:
            self._tell([person for _, person in staff])

    def _tell(self, staff: Sequence[Somebody]) -> None:
        """One event for all of it, and one change of rights; the trail says each row."""
        changed = bool(self._entries)
        report = self._tried.report("done")
        told = {"units": report.units.model_dump(), "people": report.people.model_dump()}
        audit.record_all(
            self._writer, self._who, [*self._entries, Entry("organisation.imported", "organisation", "", told)]
        )
        if changed:
            settle_departments(self._writer)
            self._accounts(staff)
            self._writer.emit(service.EVENT, json.dumps({"imported": True}))
            self._tell_counters(staff)
            access_changed(self._writer, ended=self._ended, begun=self._begun)

    def _add_unit(self, place: Place) -> None:
        values = place.values
        self._writer.session.add(UnitRow(hall_id=self._writer.hall_id, id=place.id, version=0, **values))
        detail = {"parent": values["parent_id"], "name": values["name"]}
        self._entries.append(Entry("unit.added", "unit", place.id, detail))

    def _change_unit(self, place: Place, row: UnitRow) -> None:
        service.apply(self._writer, row, place.changed, settle=False)
        action = service.action_of("unit", "parent_id", place.changed)
        self._entries.append(Entry(action, "unit", place.id, dict(place.changed)))

    def _person(self, key: Key, person: Somebody) -> None:
        row = person.row
        if row is None:
            row = StaffRow(hall_id=self._writer.hall_id, id=person.id, version=0, department_id=None, **person.values)
            people.seal_phone(row, self._vault, person.phone or "")
            self._writer.session.add(row)
            self._entries.append(Entry("person.added", "person", row.id, {"unit": row.unit_id}))
            return
        if not person.changed and person.phone is None:
            return
        try:
            with ExitStack() as around:
                for asked in people.on_leaving if "retired" in person.changed else ():
                    around.enter_context(asked(self._writer, self._principal, row))
                for name, value in person.changed.items():
                    setattr(row, name, value)
        except HallError as error:
            self._tried.refused(key, error)
            return
        if person.phone is not None:
            people.seal_phone(row, self._vault, person.phone)
        row.version += 1
        names = sorted(person.changed) + (["phone"] if person.phone is not None else [])
        action = service.action_of("person", "unit_id", person.changed)
        self._entries.append(Entry(action, "person", row.id, {"fields": names, "unit": row.unit_id}))

    def _accounts(self, staff: Sequence[Somebody]) -> None:
        """Accounts are administered where their people stand, and are good for nothing once these have left."""
        # By its table: accounts stand above the organisation, which knows nothing of them.
        accounts = Base.metadata.tables["accounts"]
        moved = [person for person in staff if "unit_id" in person.changed]
        if moved:
            where = update(accounts).where(accounts.c.staff_id == bindparam("who")).values(unit_id=bindparam("place"))
            rows: list[dict[str, Any]] = [{"who": person.id, "place": person.values["unit_id"]} for person in moved]
            self._writer.connection.execute(where, rows)
        turned = {person.id: person.values["retired"] for person in staff if "retired" in person.changed}
        if turned:
            of = select(accounts.c.id, accounts.c.staff_id).where(accounts.c.staff_id.in_(turned))
            for account_id, staff_id in self._writer.session.execute(of):
                (self._ended if turned[staff_id] else self._begun).append(account_id)

    def _tell_counters(self, staff: Sequence[Somebody]) -> None:
        shown = [person.id for person in staff if people.TOLD & person.changed.keys()]
        if shown:
            for counter in self._writer.session.scalars(select(CounterRow).where(CounterRow.staff_id.in_(shown))):
                self._writer.emit("counter.changed", counter_view(self._writer, counter).model_dump_json())
