"""Looks after the hall's terminals beside its work: who fell silent, what is an alarm, whose plan has switched."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from server import audit
from server.database import Database, Reader, Writer
from server.features.terminals import orders, waking
from server.features.terminals.models import TerminalOrderRow, TerminalRow
from server.features.terminals.service import announce, is_online
from server.features.terminals.standing import (
    POWERED,
    expected_of,
    plan_of,
    power_of,
    read_kept,
    write_kept,
)
from server.settings import Settings
from shared.domain.errors import HallError
from shared.domain.power import Act, Expected, Kept, PowerNow, Seen, next_act, next_kept, raised
from shared.schemas.orders import OrderAsk

log = logging.getLogger(__name__)
FIRST_S: Final = 5.0
LOOK_S: Final = 10.0
_ORDERS: Final = ("display_on", "display_off", "power_off")


@dataclass(frozen=True, slots=True)
class Found:
    """A terminal of which something is to be kept, told or done."""

    row: TerminalRow
    kept: dict[str, Kept]
    power: PowerNow | None
    act: Act | None


class FleetKeeper:
    """For as long as the server runs; of several processes of one hall, whichever comes first does each thing."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._to = database, settings.wake_to

    async def work_often(self) -> None:
        await asyncio.sleep(FIRST_S)
        while True:
            try:
                await asyncio.to_thread(self.step)
            except HallError as error:
                log.info("terminals not looked after", extra={"code": error.code})
            except Exception:
                log.exception("terminals not looked after")
            await asyncio.sleep(LOOK_S)

    def step(self) -> None:
        """Look once, and write only where there is something."""
        if self._database.read(orders.has_due):
            self._database.write(orders.tell_due)
        if self._database.read(lambda reader: any(True for _ in look(reader))):
            wakes = self._database.write(tend)
            waking.send_and_note(self._database, self._to, audit.SYSTEM, wakes)


def look(reader: Reader) -> Iterator[Found]:
    """The terminals with which something is to be done."""
    rows = reader.session.scalars(
        select(TerminalRow)
        .where(TerminalRow.hall_id == reader.hall_id, TerminalRow.state != "revoked")
        .order_by(TerminalRow.plan_id, TerminalRow.plan_place, TerminalRow.name)
    ).all()
    for row in rows:
        power = power_of(reader, row) if row.kind in POWERED else None
        wanted, online = expected_of(reader, row, power), is_online(row, reader)
        before = read_kept(row.watched)
        kept = next_kept(before, _figures(reader, row, wanted, online), reader.now, quiet=wanted.quiet)
        act = _act(reader, row, power, wanted, online)
        if kept != before or act is not None or (row.told_online and not online):
            yield Found(row, kept, power, act)


def tend(writer: Writer) -> list[waking.Wake]:
    """Do it; answers who is to be woken once this is committed."""
    wakes = []
    for found in look(writer):
        row, before = found.row, read_kept(found.row.watched)
        told = (row.told_online, list(raised(before)))
        row.watched, row.told_online = write_kept(found.kept), is_online(row, writer)
        if found.act is not None:
            assert found.power is not None
            if found.act == "wake":
                wakes.append(waking.wake_of(row))
            _carry_out(writer, row, found.act, found.power)
        writer.flush()
        for kind in set(raised(before)) ^ set(raised(found.kept)):
            action = "terminal.alarm_raised" if kind in raised(found.kept) else "terminal.alarm_ended"
            audit.record(writer, audit.SYSTEM, action, "terminal", row.id, name=row.name, alarm=kind)
        if told != (row.told_online, list(raised(found.kept))):
            announce(writer, row)
    return wakes


def _carry_out(writer: Writer, row: TerminalRow, act: Act, power: PowerNow) -> None:
    if act == "settle":
        row.powered_for = power.since
        return
    if act != "wake":
        try:
            orders.ask(
                writer, audit.SYSTEM, row.id,
                OrderAsk(kind=act, wake_at=power.until if act == "power_off" else None),
            )  # fmt: skip
        except HallError as error:
            # Another order is under way; the next look is soon.
            log.info("not switched yet", extra={"terminal": row.name, "code": error.code})
            return
    row.power_tried_at = writer.now


def _act(reader: Reader, row: TerminalRow, power: PowerNow | None, wanted: Expected, online: bool) -> Act | None:
    """Who is out of service, or was switched off by hand, is left alone."""
    plan = plan_of(reader, row)
    if plan is None or power is None or wanted.why not in ("on", "off") or row.powered_for == power.since:
        return None
    can = (row.machine or {}).get("can", ())
    seen = Seen(online, can, row.powered_for, row.power_tried_at, _answer(reader, row, power))
    return next_act(power, seen, "machine" if plan.off == "machine" else "display", reader.now)


def _answer(reader: Reader, row: TerminalRow, power: PowerNow) -> str:
    """To the last order about its power since the plan switched."""
    chosen = (
        select(TerminalOrderRow)
        .where(
            TerminalOrderRow.hall_id == reader.hall_id, TerminalOrderRow.terminal_id == row.id,
            TerminalOrderRow.kind.in_(_ORDERS), TerminalOrderRow.asked_at >= power.since,
        )
        .order_by(TerminalOrderRow.asked_at.desc(), TerminalOrderRow.id.desc())
        .limit(1)
    )  # fmt: skip
    last = reader.session.scalars(chosen).one_or_none()
    return "" if last is None else last.code or last.result


def _figures(reader: Reader, row: TerminalRow, wanted: Expected, online: bool) -> dict[str, float | None]:
    """By kind of alarm; what a silent terminal said last is nobody's measure."""
    silent = (reader.now - max(row.last_seen_at, wanted.since or row.last_seen_at)).total_seconds()
    found: dict[str, float | None] = {"not_on": silent if wanted.must_be_on and row.version else None}
    if online and row.kind in POWERED:
        found["device_error"] = sum(device["state"] == "error" for device in row.devices)
        found |= _of_machine(row, row.machine or {})
    return found


def _of_machine(row: TerminalRow, machine: dict[str, object]) -> dict[str, float | None]:
    free, total = machine.get("memory_free_mb"), machine.get("memory_total_mb")
    screens = machine.get("screens")
    dark = [one for one in screens if one["lit"] is False] if isinstance(screens, list) else []
    return {
        "disk_low": _number(machine.get("disk_free_mb")),
        "memory_low": 100 * free / total if isinstance(free, int) and isinstance(total, int) and total else None,
        "hot": _number(machine.get("temperature_c")),
        "screen_off": None if not screens or row.dark_ordered else len(dark),
    }


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
