"""Taking one of what is released, giving it back, and what is left.

Never oversold: the count changes by an UPDATE that carries its condition, a CHECK in the database sees it again, and
the hall's writers follow one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from server.database import Reader, Writer
from server.features.catalogue.service import Catalogue, ServiceFacts, catalogue
from server.features.release.models import DayChangeRow, PlanRow, TakenRow
from shared.domain.errors import HallError
from shared.domain.hours import DateKind
from shared.domain.release import (
    Act,
    Left,
    Next,
    Plan,
    Quota,
    Slot,
    Window,
    clock_of,
    day_plan,
    next_release,
    on_site,
    open_minutes,
    slots_of,
)
from shared.domain.release.plan import Windows

_KEY = (
    TakenRow.service_id == bindparam("service"), TakenRow.day == bindparam("day_"), TakenRow.act == bindparam("act_"),
    TakenRow.start == bindparam("start_"), TakenRow.pool == bindparam("pool_"),
)  # fmt: skip
_TAKE = (
    update(TakenRow)
    .where(*_KEY, TakenRow.taken < bindparam("most"))
    .values(taken=TakenRow.taken + 1, quantity=bindparam("most"))
    .returning(TakenRow.taken)
)
_KNOWN = select(TakenRow.taken).where(*_KEY)
_FIRST = TakenRow.__table__.insert()  # type: ignore[attr-defined]
_GIVE_BACK = update(TakenRow).where(*_KEY, TakenRow.taken > 0).values(taken=TakenRow.taken - 1)
_ANY_POOL = select(TakenRow.pool).where(*_KEY[:-1], TakenRow.taken > 0).order_by(TakenRow.pool).limit(1)
_ALL_TODAY = select(TakenRow.service_id, TakenRow.start, TakenRow.pool, TakenRow.taken).where(
    TakenRow.hall_id == bindparam("hall"), TakenRow.day == bindparam("day_"), TakenRow.act == "onsite"
)
_OF_SERVICE = select(TakenRow.day, TakenRow.start, TakenRow.pool, TakenRow.taken).where(
    TakenRow.service_id == bindparam("service"), TakenRow.act == "booking",
    TakenRow.day.between(bindparam("first"), bindparam("last")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlotLeft:
    """A slot that can be booked and how many are left of it for the channel that asked."""

    slot: Slot
    left: int
    quantity: int


def plans(reader: Reader) -> Mapping[UUID, Plan]:
    """The plans in force of all services that have one: the copy that fits the reader's snapshot."""
    return reader.database.copy("release", reader, _load)


def counted(reader: Reader) -> frozenset[UUID]:
    """The services whose numbers on site are counted at some time: all others cost nothing at an issue."""
    return reader.database.copy(
        "release_counted", reader,
        lambda found: frozenset(id_ for id_, plan in plans(found).items() if plan.counts_on_site()),
    )  # fmt: skip


def take(
    writer: Writer, service: ServiceFacts, channel: Act, slot: Slot | None = None, *, through: str = "kiosk",
    pool: str | None = None, always_open: bool = False, at: datetime | None = None,
) -> int | None:  # fmt: skip
    """Count one of now's numbers on site, or one of a slot. Answers how many are left, None where it isn't counted.

    ``through``: the channel that takes it, for its share; ``pool``: the share itself, see ``pool_of``. ``always_open``:
    at times that no window covers numbers are given all the same, uncounted. ``at``: when one on site was given, if
    that was not now. HallError: nothing is left, or none are given at this time.
    """
    plan = plans(writer).get(service.id)
    if channel == "booking":
        assert slot is not None, "a booking is of a slot"
        return _take_slot(writer, service, plan, slot, through, pool)
    if plan is None or service.id not in counted(writer):
        return None
    return _take_on_site(writer, service, plan, through, always_open, at or writer.now)


def pool_of(reader: Reader, service: ServiceFacts, slot: Slot, through: str) -> str:
    """The share of a slot's quantity that a channel takes from: what must be remembered to give one back."""
    plan = plans(reader).get(service.id, Plan())
    return dict(_bookable(catalogue(reader), service, plan, slot.day)).get(slot, Quota(0)).pool(through)


def give_back(writer: Writer, service_id: UUID, slot: Slot, pool: str) -> None:
    """Somebody else may have one of a slot that was booked, of the share it was taken from.

    Numbers on site do not come back: a ticket ends at a counter, and who does not come has had the number.
    """
    key = _key(service_id, slot.day, "booking", slot.start, pool)
    if writer.connection.execute(_GIVE_BACK, key).rowcount == 0:
        # Taken when shares were not remembered yet, under another plan: from whichever there is.
        other = writer.connection.execute(_ANY_POOL, key).scalar()
        if other is not None:
            writer.connection.execute(_GIVE_BACK, key | {"pool_": other})


def slots(
    reader: Reader, service: ServiceFacts, first: date, days: int, *, through: str = "phone"
) -> list[SlotLeft]:  # fmt: skip
    """All slots of the days from ``first`` on in which the plan has any, in order; also those with none left.

    Slots that have begun are left out. Without a plan there are none.
    """
    plan = plans(reader).get(service.id)
    if plan is None or days <= 0:
        return []
    found = catalogue(reader)
    local = reader.now.astimezone(reader.clocks.zone)
    last = first + timedelta(days=days - 1)
    rows = reader.connection.execute(_OF_SERVICE, {"service": service.id, "first": first, "last": last})
    taken = {(row.day, row.start, row.pool): row.taken for row in rows}
    made = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        for slot, quota in _bookable(found, service, plan, day):
            if (slot.day, slot.start) > (local.date(), _minute(local)):
                quantity = quota.of(through) or 0
                used = taken.get((day, slot.start, quota.pool(through)), 0)
                made.append(SlotLeft(slot, max(0, quantity - used), quantity))
    return made


def last_slots(reader: Reader, days: int) -> Mapping[UUID, Slot]:
    """Of each service with a plan the last slot within so many days from today, whether it is taken or not.

    Made once for a day and a catalogue: nothing is asked of the database, however many services there are.
    """
    made: dict[tuple[date, int], Mapping[UUID, Slot]] = reader.database.copy("release_last_slots", reader, lambda _: {})
    key = (reader.day, days)
    known = made.get(key)
    if known is None:
        found: dict[UUID, Slot] = {}
        for id_, plan in plans(reader).items():
            service = catalogue(reader).services[id_]
            for offset in range(days - 1, -1, -1):
                slots_ = _bookable(catalogue(reader), service, plan, reader.day + timedelta(days=offset))
                if slots_:
                    found[id_] = max(slot for slot, _ in slots_)
                    break
        # Of another day nobody asks any more.
        made.clear()
        made[key] = known = found
    return known


def on_site_now(reader: Reader, *, always_open: bool, through: str = "kiosk") -> dict[UUID, Left]:
    """What can be taken on site now, of the services whose plan limits it today."""
    local = reader.now.astimezone(reader.clocks.zone)
    found, minute, day = catalogue(reader), _minute(local), local.date()
    limited = {
        id_: now
        for id_ in counted(reader)
        if (plan := plans(reader).get(id_)) is not None
        and id_ in found.services
        and (now := on_site(_windows(found, plan, day), minute)).limited
    }
    if not limited:
        return {}
    rows = reader.connection.execute(_ALL_TODAY, {"hall": reader.hall_id, "day_": day})
    taken = {(row.service_id, row.start, row.pool): row.taken for row in rows}
    made = {}
    for id_, now in limited.items():
        if now.window is None:
            if not always_open:
                made[id_] = Left(0, "not_now", _next_told(reader, found.services[id_], local, through))
            continue
        most = now.window.onsite.of(through)
        if most is None:
            continue
        left = max(0, most - taken.get((id_, now.window.start, now.window.onsite.pool(through)), 0))
        coming = "" if left else _next_told(reader, found.services[id_], local, through)
        made[id_] = Left(left, None if left else "none_left", coming)
    return made


def _take_on_site(
    writer: Writer, service: ServiceFacts, plan: Plan, through: str, always_open: bool, at: datetime
) -> int | None:  # fmt: skip
    local = at.astimezone(writer.clocks.zone)
    now = on_site(_windows(catalogue(writer), plan, local.date()), _minute(local))
    if not now.limited:
        return None
    window = now.window
    if window is None:
        if always_open:
            return None
        raise _refusal("release_onsite_not_now", writer, service, local, through)
    most = window.onsite.of(through)
    if most is None:
        return None
    left = _count(writer, _key(service.id, local.date(), "onsite", window.start, window.onsite.pool(through)), most)
    if left is None:
        span = {"from": clock_of(window.start), "to": clock_of(window.end)}
        raise _refusal("release_onsite_none_left", writer, service, local, through, quantity=most, **span)
    if left == 0:
        tell(writer, service.id)
    return left


def _take_slot(
    writer: Writer, service: ServiceFacts, plan: Plan | None, slot: Slot, through: str, pool: str | None
) -> int:  # fmt: skip
    local = writer.now.astimezone(writer.clocks.zone)
    told = {
        "service": service.name, "day": slot.day.isoformat(), "from": clock_of(slot.start), "to": clock_of(slot.end),
    }  # fmt: skip
    quotas = dict(_bookable(catalogue(writer), service, plan or Plan(), slot.day))
    quota = quotas.get(slot)
    if quota is None or (slot.day, slot.end) <= (local.date(), _minute(local)):
        raise HallError("release_not_now", status=409, **told)
    pool = quota.pool(through) if pool is None else pool
    left = _count(writer, _key(service.id, slot.day, "booking", slot.start, pool), quota.of_pool(pool) or 0)
    if left is None:
        raise HallError("release_none_left", status=409, **told)
    return left


def _count(writer: Writer, key: dict[str, Any], most: int) -> int | None:
    """Take one more of a pool; answers how many are left, None when there was none."""
    if most <= 0:
        return None
    taken = writer.connection.execute(_TAKE, key | {"most": most}).scalar()
    if taken is None:
        if writer.connection.execute(_KNOWN, key).scalar() is not None:
            return None
        taken = 1
        row = {
            "hall_id": writer.hall_id, "service_id": key["service"], "day": key["day_"], "act": key["act_"],
            "start": key["start_"], "pool": key["pool_"], "taken": taken, "quantity": most,
        }  # fmt: skip
        writer.connection.execute(_FIRST, row)
    return most - int(taken)


def _key(service_id: UUID, day: date, act: Act, start: int, pool: str) -> dict[str, Any]:
    return {"service": service_id, "day_": day, "act_": act, "start_": start, "pool_": pool}


def _minute(local: datetime) -> int:
    return local.hour * 60 + local.minute


def _windows(found: Catalogue, plan: Plan, day: date) -> Windows:
    return day_plan(plan, day, found.calendar)


def _bookable(found: Catalogue, service: ServiceFacts, plan: Plan, day: date) -> list[tuple[Slot, Quota]]:
    hours = open_minutes(service.hours, day, found.calendar)
    return list(slots_of(_windows(found, plan, day), day, hours)) if hours else []


def _next_told(reader: Reader, service: ServiceFacts, local: datetime, through: str) -> str:
    coming = _next(reader, service, local, through)
    return coming.told(local.date()) if coming is not None else ""


def _next(reader: Reader, service: ServiceFacts, local: datetime, through: str) -> Next | None:
    catalogue_, plan = catalogue(reader), plans(reader).get(service.id, Plan())

    def open_windows(day: date) -> Windows:
        hours = open_minutes(service.hours, day, catalogue_.calendar)
        return _windows(catalogue_, plan, day) if hours else ()

    return next_release(open_windows, local.date(), _minute(local), through)


def _refusal(
    code: str, reader: Reader, service: ServiceFacts, local: datetime, through: str, **told: object
) -> HallError:  # fmt: skip
    """Says when the next numbers are released, in words that fit what is known of them."""
    coming = _next(reader, service, local, through)
    if coming is None:
        return HallError(f"{code}_at_all", status=409, service=service.name, **told)
    told |= {
        "next": coming.told(local.date()), "next_day": coming.day.isoformat(), "next_quantity": coming.quantity,
    }  # fmt: skip
    if coming.quantity is None and code == "release_onsite_none_left":
        code = f"{code}_until"
    return HallError(code, status=409, service=service.name, **told)


def tell(writer: Writer, service_id: UUID) -> None:
    """Screens look again: the last number was taken, or one came back."""
    writer.emit("service.changed", f'{{"service_id":"{service_id}"}}')


def _load(reader: Reader) -> dict[UUID, Plan]:
    rows = reader.session.execute(select(PlanRow.service_id, PlanRow.windows).where(PlanRow.state == "published"))
    by_kind = {
        service_id: {DateKind(kind): windows_of(given) for kind, given in windows.items() if given}
        for service_id, windows in rows
    }
    by_day: dict[UUID, dict[date, Windows]] = {}
    # A day before: the hall's zone may lag behind, and a booking of yesterday may be given back.
    since = reader.day - timedelta(days=1)
    changes = select(DayChangeRow.service_id, DayChangeRow.day, DayChangeRow.windows).where(DayChangeRow.day >= since)
    for service_id, day, given in reader.session.execute(changes):
        by_day.setdefault(service_id, {})[day] = windows_of(given)
    return {id_: Plan(by_kind.get(id_, {}), by_day.get(id_, {})) for id_ in by_kind.keys() | by_day.keys()}


def windows_of(given: list[dict[str, Any]]) -> Windows:
    """Windows as they are kept, which is how they are written on the wire."""
    return tuple(
        Window(
            one["start"], one["end"], one["slot_minutes"],
            Quota(one["onsite"], dict(one["onsite_shares"])), Quota(one["booking"], dict(one["booking_shares"])),
        )
        for one in given
    )  # fmt: skip
