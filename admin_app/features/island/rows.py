"""Conflicts and leases as rows and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from shared.i18n import catalogue, text
from shared.schemas.island import Conflict, LeaseRecord

# Somebody was at two places, or on no list: more urgent than a number that only reads otherwise.
URGENT = frozenset({"called_twice", "hand_replaced", "number_unknown"})


def conflict_rows(
    found: Iterable[Conflict], labels: Mapping[UUID, str], zone: tzinfo, language: str
) -> tuple[dict[str, Any], ...]:  # fmt: skip
    return tuple(
        {
            "id": str(one.id), "at": _moment(one.happened_at, zone), "number": one.number,
            "kind": _kind(one, language), "counter": _counter(one.counter_id, labels),
            "other": _counter(one.other_counter_id, labels), "terminal": one.terminal.partition(":")[2],
            "tone": "off" if one.settled_at else "error" if one.kind in URGENT else "warn",
        }
        for one in found
    )  # fmt: skip


def about(one: Conflict, labels: Mapping[UUID, str], zone: tzinfo, language: str) -> tuple[str, ...]:
    """What happened, step by step, and what to do; each a paragraph."""

    def say(key: str, **params: object) -> str:
        return text(f"island.{key}", language, **params)

    detail = one.detail
    named = {
        "number": one.number, "counter": _counter(one.counter_id, labels), "terminal": one.terminal.partition(":")[2],
        "other": _counter(one.other_counter_id, labels) or say("somewhere"),
        "called": detail.get("called", ""), "on_screens": detail.get("on_screens", one.number),
    }  # fmt: skip
    told = [say(f"about.{one.kind}", **named)]
    codes = [_rule(str(code), language) for code in detail.get("codes", ())]
    if codes:
        told.append(say("codes", rules=say("separator").join(codes)))
    steps = [
        say("step", time=f"{datetime.fromisoformat(at).astimezone(zone):%H:%M:%S}", step=say(f"step_{what}"))
        for what, at in detail.get("steps", ())
    ]
    if steps:
        told.append("\n".join([say("steps", counter=named["counter"]), *steps]))
    if one.settled_at is None:
        told.append(say(f"todo.{one.kind}", **named))
    else:
        told.append(say("settled", by=one.settled_by.partition(":")[2], time=_moment(one.settled_at, zone)))
        told.append(say("note", note=one.note))
    return tuple(told)


def lease_rows(found: Iterable[LeaseRecord], zone: tzinfo, language: str) -> tuple[dict[str, Any], ...]:
    rows = []
    for one in found:
        size = one.last - one.first + 1
        state = "burnt" if one.burnt else "closed" if one.closed_at else "open"
        dash = "\N{EN DASH}"
        rows.append(
            {
                "terminal": one.terminal.partition(":")[2],
                "numbers": f"{one.head}\N{MIDDLE DOT}{one.band}-{one.first:02d} {dash} {one.last:02d}",
                "used": f"{one.used} / {size}", "left": str(size - one.used), "epoch": str(one.epoch),
                "granted": _moment(one.granted_at, zone), "state": text(f"island.lease.{state}", language),
                "gap": text(f"island.gap.{state}", language, n=size - one.used) if size > one.used else "",
                "tone": {"burnt": "warn", "closed": "off", "open": "ok"}[state],
            }
        )  # fmt: skip
    return tuple(rows)


def _kind(one: Conflict, language: str) -> str:
    words = text(f"island.kind.{one.kind}", language)
    return text("island.kind_settled", language, kind=words) if one.settled_at is not None else words


def _counter(counter_id: UUID | None, labels: Mapping[UUID, str]) -> str:
    return labels.get(counter_id, "?") if counter_id is not None else ""


def _moment(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%m-%d %H:%M}"


def _rule(code: str, language: str) -> str:
    key = f"island.rule.{code}"
    return text(key, language) if catalogue().has(key) else code
