"""The formats in use, as one copy in memory, and changing them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from server import audit
from server.audit import Actor
from server.database import Reader, Writer
from server.features.catalogue.models import NumberFormatsRow
from server.features.catalogue.service import catalogue
from shared.domain.errors import HallError
from shared.domain.numbering import Numbering, Plan, refuse_shared
from shared.schemas.numbering import NumberingChange, NumberingRules, NumberingState


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    now: NumberingRules
    later: NumberingRules | None
    plan: Plan


def today(reader: Reader) -> Numbering:
    """The formats of the reader's day."""
    return _kept(reader).plan.on(reader.day)


def on(reader: Reader, day: date) -> Numbering:
    """The formats of a day."""
    return _kept(reader).plan.on(day)


def lease_size(reader: Reader) -> int:
    """How many numbers of a series a kiosk holds for the time without the server."""
    return state(reader).now.leased


def state(reader: Reader) -> NumberingState:
    kept, plan = _kept(reader), _kept(reader).plan
    arrived = plan.from_day is not None and reader.day >= plan.from_day and kept.later is not None
    now, later = (kept.later, None) if arrived and kept.later else (kept.now, kept.later)
    return NumberingState(
        version=kept.version, today=reader.day, now=now, later=later, from_day=plan.from_day if later else None,
        series=_series(reader),
    )  # fmt: skip


def change_formats(writer: Writer, who: Actor, wanted: NumberingChange) -> NumberingState:
    """HallError ``changed_meanwhile``, ``number_prefix_taken``, ``number_prefix_used_today``, all 409."""
    kept = _kept(writer)
    if kept.version != wanted.version:
        raise HallError("changed_meanwhile", status=409)
    starts = writer.day if wanted.begins == "now" else writer.day + timedelta(days=1)
    plan = kept.plan.changed(wanted.rules.domain(), _series(writer), writer.day, starts)
    now = state(writer).now if plan.later else wanted.rules
    row = writer.session.get(NumberFormatsRow, writer.hall_id) or NumberFormatsRow(hall_id=writer.hall_id)
    row.version = kept.version + 1
    row.data = {
        "now": now.model_dump(mode="json"),
        "later": wanted.rules.model_dump(mode="json") if plan.later else None,
        "from_day": _iso(plan.from_day),
        "spent_on": _iso(plan.spent_on),
        "spent": {head: sorted(users) for head, users in plan.spent.items()},
    }
    writer.session.add(row)
    audit.record(writer, who, "numbering.changed", "numbering", begins=starts.isoformat())
    writer.touch_catalogue()
    writer.flush()
    return state(writer)


def refuse_series(writer: Writer, series: str) -> None:
    """Before a service takes a series: HallError ``number_prefix_taken`` when another writes its letters."""
    plan = _kept(writer).plan
    for numbering in filter(None, (plan.on(writer.day), plan.later)):
        refuse_shared(numbering.heads(sorted({*_series(writer), *numbering.series, series})))


def _series(reader: Reader) -> list[str]:
    return sorted({service.series for service in catalogue(reader).services.values() if service.series})


def _kept(reader: Reader) -> _Kept:
    return reader.database.copy("numbering", reader, _load)


def _load(reader: Reader) -> _Kept:
    row = reader.session.get(NumberFormatsRow, reader.hall_id)
    if row is None:
        return _Kept(0, NumberingRules(), None, Plan())
    data: dict[str, Any] = row.data
    now = NumberingRules.model_validate(data["now"])
    later = NumberingRules.model_validate(data["later"]) if data["later"] else None
    spent = MappingProxyType({head: frozenset(users) for head, users in data["spent"].items()})
    plan = Plan(now.domain(), later.domain() if later else None, _day(data["from_day"]), _day(data["spent_on"]), spent)
    return _Kept(row.version, now, later, plan)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
