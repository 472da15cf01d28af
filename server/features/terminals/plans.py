"""Plans of power: which terminals are on when. A change counts from its next switching on or off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.terminals.codes import find_terminal
from server.features.terminals.models import PowerPlanRow, TerminalRow
from server.features.terminals.service import announce
from server.features.terminals.standing import POWERED, power_by
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.schemas.power import PowerPlan, PowerPlanEdit

CHANGED: Final = "power_plans.changed"


def plans(reader: Reader) -> list[PowerPlan]:
    rows = reader.session.scalars(
        select(PowerPlanRow).where(PowerPlanRow.hall_id == reader.hall_id).order_by(PowerPlanRow.name)
    )
    return [_view(reader, row) for row in rows]


def keep_plan(writer: Writer, who: Actor, plan_id: UUID | None, wanted: PowerPlanEdit) -> PowerPlan:
    """A new one, or this one anew. HallError ``power_plan_unknown``, ``changed_meanwhile``, ``power_plan_name_taken``,
    ``terminal_unknown``, ``power_plan_terminal_wrong``.
    """
    row = _looked_at(writer, plan_id, wanted.version) if plan_id is not None else None
    named = select(PowerPlanRow.id).where(PowerPlanRow.hall_id == writer.hall_id, PowerPlanRow.name == wanted.name)
    if writer.session.scalars(named).one_or_none() not in (None, plan_id):
        raise HallError("power_plan_name_taken", status=409, name=wanted.name)
    members = [find_terminal(writer, id_) for id_ in dict.fromkeys(wanted.terminal_ids)]
    for member in members:
        if member.kind not in POWERED:
            raise HallError("power_plan_terminal_wrong", status=422, name=member.name)
    if row is None:
        row = PowerPlanRow(hall_id=writer.hall_id, id=uuid7(), version=-1)
        writer.session.add(row)
    row.name, row.stagger_s, row.off, row.version = wanted.name, wanted.stagger_s, wanted.off, row.version + 1
    row.week = wanted.model_dump(mode="json")["week"]
    writer.flush()
    _assign(writer, row, members)
    audit.record(
        writer, who, "power_plan.kept", "power_plan", row.id, name=row.name, week=row.week, off=row.off,
        stagger_s=row.stagger_s, terminals=[member.name for member in members],
    )  # fmt: skip
    writer.emit(CHANGED, "{}")
    return _view(writer, row)


def remove_plan(writer: Writer, who: Actor, plan_id: UUID, version: int) -> None:
    """Its terminals are on and off as somebody switches them."""
    row = _looked_at(writer, plan_id, version)
    _assign(writer, row, [])
    writer.session.delete(row)
    writer.flush()
    audit.record(writer, who, "power_plan.removed", "power_plan", plan_id, name=row.name)
    writer.emit(CHANGED, "{}")


def _assign(writer: Writer, plan: PowerPlanRow, members: Sequence[TerminalRow]) -> None:
    before = {row.id: row for row in _members(writer, plan)}
    for place, row in enumerate(members):
        row.plan_id, row.plan_place = plan.id, place
        # As it is now is nobody's surprise: the new plan begins with its next change.
        row.powered_for = power_by(writer, plan, place).since
        before.pop(row.id, None)
    for row in before.values():
        row.plan_id, row.plan_place, row.powered_for = None, 0, None
    writer.flush()
    for row in (*members, *before.values()):
        announce(writer, row)


def _members(reader: Reader, plan: PowerPlanRow) -> Sequence[TerminalRow]:
    chosen = select(TerminalRow).where(TerminalRow.hall_id == reader.hall_id, TerminalRow.plan_id == plan.id)
    return reader.session.scalars(chosen.order_by(TerminalRow.plan_place, TerminalRow.name)).all()


def _looked_at(writer: Writer, plan_id: UUID, version: int | None) -> PowerPlanRow:
    row = writer.session.get(PowerPlanRow, plan_id)
    if row is None or row.hall_id != writer.hall_id:
        raise HallError("power_plan_unknown", status=404)
    if row.version != version:
        raise HallError("changed_meanwhile", status=409)
    return row


def _view(reader: Reader, row: PowerPlanRow) -> PowerPlan:
    return PowerPlan.model_validate(
        {
            "id": row.id, "name": row.name, "week": row.week, "stagger_s": row.stagger_s, "off": row.off,
            "terminal_ids": [one.id for one in _members(reader, row)], "version": row.version,
        }
    )  # fmt: skip
