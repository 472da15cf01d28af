"""Guides of official items: what they are sorted by, and what bringing some in would do to those that stand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

AUDIENCES: Final = ("person", "enterprise")
# Of the national catalogue: licence, payment, confirmation, ruling, reward, collection, other power, public service.
KINDS: Final = (
    "licence", "payment", "confirmation", "ruling", "reward", "collection", "other_power", "public_service",
)  # fmt: skip
# What is of this hall and not of the item: may be kept by hand over what the item system says.
LOCAL: Final = ("name_en", "themes", "windows", "address", "hours", "consult_phone", "complaint_phone")
# pydantic's kinds of faults that have words of their own (``guides.why``); everything else is "wrong".
WHY: Final = {
    "missing": "missing", "string_too_long": "too_long", "too_long": "too_many", "too_short": "missing",
    "string_too_short": "missing", "promised_longer": "promised_longer",
}  # fmt: skip
# What came of a row that was brought.
OUTCOMES: Final = ("created", "changed", "retired", "unchanged", "skipped", "refused")


@dataclass(frozen=True, slots=True)
class Standing:
    """A guide that is there. ``mark``: what it says, as a hash; ``brought``: an import gave it, so one may take it."""

    mark: str
    brought: bool
    retired: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Codes by what becomes of them; each code that was given stands in one of them, once."""

    created: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()


def plan(
    standing: Mapping[str, Standing], given: Mapping[str, str | None], *, whole: bool, unread: Collection[str] = ()
) -> Plan:
    """What ``given`` (code → mark, None: deleted) does to what stands.

    ``whole``: it is all there is, so that what an import gave before and is missing now is retired, but for
    ``unread``: codes that were given and could not be understood. What people wrote here nobody retires by silence.
    """
    parts: dict[str, list[str]] = {name: [] for name in ("created", "changed", "retired", "unchanged")}
    for code, mark in given.items():
        there = standing.get(code)
        if mark is None:
            stands = there is not None and there.brought and not there.retired
            parts["retired" if stands else "unchanged"].append(code)
        elif there is None:
            parts["created"].append(code)
        else:
            # Who gives what stands here already owns it from now on, and nothing else about it changes.
            same = there.mark == mark and not there.retired and there.brought
            parts["unchanged" if same else "changed"].append(code)
    if whole:
        for code, there in standing.items():
            if there.brought and not there.retired and code not in given and code not in unread:
                parts["retired"].append(code)
    return Plan(**{name: tuple(codes) for name, codes in parts.items()})


def retires_many(made: Plan, standing: Mapping[str, Standing], percent: int) -> bool:
    """Whether more would be retired than ``percent`` of what stands; one alone never is many."""
    there = sum(not one.retired for one in standing.values() if one.brought)
    return len(made.retired) > max(1, there * percent // 100)


def refuses_many(refused: int, given: int) -> bool:
    """Whether so much could not be understood that the rest is no better known: over half, or all of it."""
    return refused > 0 and refused * 2 > refused + given
