"""The rules a hall may set, each a kind with its own typed parameters, checked before any of them is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from shared.domain.errors import HallError

# Lowest and highest value of a number, both possible.
Bounds = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OneActive:
    """How many numbers and bookings a person may have that are not over yet.

    ``scope``: in the whole ``hall`` or of each ``service``. ``span``: on ``any_day`` or only of the ``same_day``: by
    default a booking for Friday keeps nobody from a number today, nor does one that a stranger made in their name.
    """

    count: int = 1
    scope: str = "hall"
    span: str = "same_day"
    bounds: ClassVar[Mapping[str, Bounds]] = {"count": (1, 9)}
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {"scope": ("hall", "service"), "span": ("any_day", "same_day")}


@dataclass(frozen=True, slots=True)
class PerDay:
    """How many numbers and bookings a person may have for one day, those that are over included."""

    count: int = 3
    bounds: ClassVar[Mapping[str, Bounds]] = {"count": (1, 50)}
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class PerService:
    """As ``PerDay``, of one service; ``service_ids`` empty: of every service."""

    count: int = 2
    service_ids: tuple[str, ...] = ()
    bounds: ClassVar[Mapping[str, Bounds]] = {"count": (1, 20)}
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long before its begin a visit may be booked."""

    min_minutes: int = 60
    max_days: int = 7
    bounds: ClassVar[Mapping[str, Bounds]] = {"min_minutes": (0, 14 * 1440), "max_days": (0, 90)}
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class Cancellations:
    """Until when a booking may be cancelled or changed, and how many of it in how many days are too many."""

    until_minutes: int = 60
    count: int = 3
    within_days: int = 30
    rest_days: int = 7
    bounds: ClassVar[Mapping[str, Bounds]] = {
        "until_minutes": (0, 7 * 1440), "count": (1, 50), "within_days": (1, 180), "rest_days": (1, 90),
    }  # fmt: skip
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {}


@dataclass(frozen=True, slots=True)
class NoShows:
    """Who misses ``count`` calls or bookings within some days rests: no new ``booking``, ``ticket``, or ``both``."""

    count: int = 3
    within_days: int = 30
    rest_days: int = 7
    forbids: str = "booking"
    bounds: ClassVar[Mapping[str, Bounds]] = {"count": (1, 20), "within_days": (1, 180), "rest_days": (1, 90)}
    choices: ClassVar[Mapping[str, tuple[str, ...]]] = {"forbids": ("booking", "ticket", "both")}


Rule = OneActive | PerDay | PerService | LeadTime | Cancellations | NoShows
KINDS: Final[Mapping[str, type[Rule]]] = {
    "one_active": OneActive, "per_day": PerDay, "per_service": PerService, "lead_time": LeadTime,
    "cancellations": Cancellations, "no_shows": NoShows,
}  # fmt: skip
# What every hall begins with: no second number before the first one is over.
ON_AT_FIRST: Final = frozenset({"one_active"})


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that are on; None is off."""

    one_active: OneActive | None = None
    per_day: PerDay | None = None
    per_service: PerService | None = None
    lead_time: LeadTime | None = None
    cancellations: Cancellations | None = None
    no_shows: NoShows | None = None

    @property
    def counts(self) -> bool:
        """Whether somebody's numbers must be counted at all."""
        return bool(self.one_active or self.per_day or self.per_service)

    @property
    def remembers(self) -> bool:
        """Whether missed and cancelled visits must be remembered."""
        return bool(self.cancellations or self.no_shows)


def rule_of(kind: str, params: Mapping[str, Any]) -> Rule:
    """The rule these parameters mean; what they leave out is as at first.

    ``HallError("limit_rule_unknown")``, or ``limit_rule_wrong`` with the field and what it may be.
    """
    made = KINDS.get(kind)
    if made is None:
        raise HallError("limit_rule_unknown", status=404, kind=kind)
    values: dict[str, Any] = {}
    for field in fields(made):
        value = params.get(field.name, field.default)
        if field.name in made.bounds:
            low, high = made.bounds[field.name]
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise HallError("limit_rule_wrong", status=422, field=field.name, low=low, high=high)
        elif field.name in made.choices:
            if value not in made.choices[field.name]:
                raise HallError("limit_rule_wrong", status=422, field=field.name, low="", high="")
        else:
            value = tuple(dict.fromkeys(str(one) for one in value))
        values[field.name] = value
    return made(**values)


def params_of(rule: Rule) -> dict[str, Any]:
    """The parameters as they are kept and sent."""
    values = {field.name: getattr(rule, field.name) for field in fields(rule)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def refuse_nonsense(rules: Rules) -> None:
    """``HallError`` for rules that together mean something nobody can want; each alone is right already."""
    one, day, service, lead = rules.one_active, rules.per_day, rules.per_service, rules.lead_time
    if one and day and one.count > day.count:
        raise HallError("limit_rules_active_over_day", status=422, active=one.count, day=day.count)
    if service and day and service.count > day.count:
        raise HallError("limit_rules_service_over_day", status=422, service=service.count, day=day.count)
    if lead and lead.min_minutes >= (lead.max_days + 1) * 1440:
        raise HallError("limit_rules_lead_empty", status=422, minutes=lead.min_minutes, days=lead.max_days)
    for rule in (rules.no_shows, rules.cancellations):
        # A single slip would shut somebody out for longer than it is remembered.
        if rule and rule.count == 1 and rule.rest_days > rule.within_days:
            raise HallError("limit_rules_rest_longer", status=422, rest=rule.rest_days, within=rule.within_days)
