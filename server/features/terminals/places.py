"""Where terminals stand: the picture of each floor, the place of each terminal on it, and who is out of service."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.catalogue.service import catalogue
from server.features.media.service import describe, media_exists
from server.features.terminals.codes import find_terminal
from server.features.terminals.models import FloorPlanRow
from server.features.terminals.service import announce
from shared.domain.errors import HallError
from shared.schemas.media import MediaUse
from shared.schemas.power import FloorPlan, FloorPlanEdit, OutOfService, SpotEdit
from shared.schemas.terminals import Terminal

CHANGED: Final = "floor_plans.changed"
LONGEST_OUT: Final = timedelta(days=400)


def floor_plans(reader: Reader) -> list[FloorPlan]:
    """Of every floor of the hall, in its order; then of floors it had."""
    rows = {
        row.floor: row
        for row in reader.session.scalars(select(FloorPlanRow).where(FloorPlanRow.hall_id == reader.hall_id))
    }
    floors = [str(floor["key"]) for floor in catalogue(reader).facts.get("floors", ())]
    return [
        FloorPlan(floor=floor, picture=rows[floor].picture, version=rows[floor].version)
        if floor in rows else FloorPlan(floor=floor)
        for floor in dict.fromkeys((*floors, *sorted(rows)))
    ]  # fmt: skip


def keep_floor_plan(writer: Writer, who: Actor, floor: str, wanted: FloorPlanEdit) -> FloorPlan:
    """HallError ``floor_unknown``, ``changed_meanwhile``, ``media_unknown``, ``floor_plan_no_picture``."""
    if floor not in {one.floor for one in floor_plans(writer)}:
        raise HallError("floor_unknown", status=404)
    row = writer.session.get(FloorPlanRow, (writer.hall_id, floor))
    if (row.version if row is not None else 0) != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    if wanted.picture is not None:
        if not media_exists(writer, wanted.picture):
            raise HallError("media_unknown", status=404)
        if not describe(writer, {wanted.picture})[wanted.picture].media_type.startswith("image/"):
            raise HallError("floor_plan_no_picture", status=422)
    if row is None:
        row = FloorPlanRow(hall_id=writer.hall_id, floor=floor, version=0)
        writer.session.add(row)
    row.picture, row.version = wanted.picture, row.version + 1
    writer.flush()
    audit.record(writer, who, "floor_plan.kept", "floor", floor, picture=wanted.picture)
    writer.emit(CHANGED, json.dumps({"floor": floor}))
    return FloorPlan(floor=floor, picture=row.picture, version=row.version)


def place(writer: Writer, who: Actor, terminal_id: UUID, wanted: SpotEdit) -> Terminal:
    """HallError ``terminal_unknown``, ``floor_unknown``."""
    row, spot = find_terminal(writer, terminal_id), wanted.spot
    if spot is not None and spot.floor not in {one.floor for one in floor_plans(writer)}:
        raise HallError("floor_unknown", status=404)
    row.spot_floor, row.spot_x, row.spot_y = (spot.floor, spot.x, spot.y) if spot is not None else ("", 0.0, 0.0)
    writer.flush()
    audit.record(writer, who, "terminal.placed", "terminal", row.id, name=row.name, floor=row.spot_floor)
    return announce(writer, row)


def set_out(writer: Writer, who: Actor, terminal_id: UUID, wanted: OutOfService) -> Terminal:
    """Out of service until a moment, or back. HallError ``terminal_unknown``, ``out_of_service_wrong``."""
    row = find_terminal(writer, terminal_id)
    if wanted.until is not None and not writer.now < wanted.until <= writer.now + LONGEST_OUT:
        raise HallError("out_of_service_wrong", status=422)
    # Back: from now on it should be on again, and has time to come.
    row.out_until = wanted.until or (writer.now if row.out_until is not None else None)
    row.out_note = wanted.note if wanted.until is not None else ""
    writer.flush()
    action = "terminal.out_of_service" if wanted.until is not None else "terminal.in_service"
    until = wanted.until.isoformat(timespec="minutes") if wanted.until is not None else ""
    audit.record(writer, who, action, "terminal", row.id, name=row.name, until=until, note=row.out_note)
    return announce(writer, row)


def uses_of_media(reader: Reader, sha256: str) -> list[MediaUse]:
    """Floors that are shown on it."""
    rows = reader.session.scalars(
        select(FloorPlanRow).where(FloorPlanRow.hall_id == reader.hall_id, FloorPlanRow.picture == sha256)
    )
    return [MediaUse(kind="floor_plan", id=row.floor, name=row.floor) for row in rows]
