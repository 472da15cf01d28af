"""How a terminal stands beside what it says of itself: whether it should be on, and which alarms of it stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.terminals.models import PowerPlanRow, TerminalRow
from shared.domain.power import Expected, Kept, PowerNow, Span, Week, expected, power_at, raised, read_span
from shared.schemas.power import Spot
from shared.schemas.terminals import MachineAlarm

# The hall's own; consoles and people are on line when they are.
POWERED = ("kiosk", "counter", "display")


def plan_of(reader: Reader, row: TerminalRow) -> PowerPlanRow | None:
    return reader.session.get(PowerPlanRow, row.plan_id) if row.plan_id is not None else None


def power_of(reader: Reader, row: TerminalRow) -> PowerNow | None:
    """What its plan says of now; None without one."""
    plan = plan_of(reader, row)
    return power_by(reader, plan, row.plan_place) if plan is not None else None


def power_by(reader: Reader, plan: PowerPlanRow, place: int) -> PowerNow:
    delay = timedelta(seconds=plan.stagger_s * place)
    return power_at(week_of(plan.week), reader.now, catalogue(reader).calendar, reader.clocks.zone, delay)


def week_of(kept: Mapping[str, Any]) -> Week:
    return {day: [_span(one) for one in times] for day, times in kept.items()}


def expected_of(reader: Reader, row: TerminalRow, power: PowerNow | None) -> Expected:
    return expected(reader.now, power, row.ordered_off_at, row.out_until)


def standing(reader: Reader, row: TerminalRow) -> dict[str, Any]:
    """The fields of ``Terminal`` that a terminal does not tell itself."""
    power = power_of(reader, row)
    wanted, kept = expected_of(reader, row, power), read_kept(row.watched)
    # A look comes every few seconds; what is off on purpose alarms nobody meanwhile either.
    alarms = [] if wanted.quiet else [MachineAlarm(kind=kind, since=kept[kind].since) for kind in raised(kept)]
    spot = Spot(floor=row.spot_floor, x=row.spot_x, y=row.spot_y) if row.spot_floor else None
    return {
        "machine": row.machine, "alarms": alarms, "expected": wanted.why,
        "changes_at": power.until if power is not None else None,
        "out_until": row.out_until if wanted.why == "out" else None,
        "out_note": row.out_note if wanted.why == "out" else "",
        "plan_id": row.plan_id, "spot": spot,
    }  # fmt: skip


def read_kept(watched: Mapping[str, Any]) -> dict[str, Kept]:
    return {
        kind: Kept(
            one["raised"], datetime.fromisoformat(one["since"]),
            datetime.fromisoformat(one["turning"]) if one["turning"] else None,
        )
        for kind, one in watched.items()
    }  # fmt: skip


def write_kept(kept: Mapping[str, Kept]) -> dict[str, Any]:
    return {
        kind: {
            "raised": one.raised, "since": one.since.isoformat(),
            "turning": one.turning.isoformat() if one.turning else None,
        }
        for kind, one in kept.items()
    }  # fmt: skip


def _span(kept: Mapping[str, str]) -> Span:
    return read_span(kept["on"], kept["off"])
