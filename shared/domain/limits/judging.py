"""What the rules say to one request, from what is known of the person; pure, so that a preview runs the same code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from shared.domain.limits.rules import Rules

Act = Literal["ticket", "booking"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A number or a booking of somebody, for a day; ``place`` is None once it is over."""

    act: Act
    id: object
    service_id: object
    day: date
    scope: str
    place: int | None
    # A ticket's number, a booking's time.
    label: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of a person; moments with a zone, oldest first or in any order."""

    claims: Sequence[Claim] = ()
    missed: Sequence[datetime] = ()
    cancelled: Sequence[datetime] = ()
    # Until and with which day nothing is given to them.
    blocked_until: date | None = None
    # How many more numbers they may have today for who comes with them.
    companions: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A number now, or a booking of a day; ``now`` and ``begins`` in the hall's own time."""

    act: Act
    service_id: object
    now: datetime
    day: date
    begins: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which rule refuses; ``code`` is the key of its words in ``errors``."""

    rule: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    # What stands in the way, for a print or a cancellation.
    claim: Claim | None = None


def judge(rules: Rules, facts: Facts, asked: Asked) -> Refusal | None:
    """The first rule that refuses, the gravest first; None: nothing does."""
    today = asked.now.date()
    if facts.blocked_until is not None and facts.blocked_until >= today:
        return block_refusal(facts.blocked_until)
    return _resting(rules, facts, asked) or _too_many(rules, facts, asked) or _lead(rules, asked)


def block_refusal(until: date) -> Refusal:
    """What somebody is told who is shut out until and with a day."""
    return Refusal("blocked", "limit_blocked", {"again": until + timedelta(days=1)})


def scope_of(rules: Rules, service_id: object, day: date) -> str:
    """Within which numbers are counted against each other: the key the database keeps unique places under."""
    one = rules.one_active
    where = "hall" if one is None or one.scope == "hall" else str(service_id)
    return where if one is None or one.span == "any_day" else f"{where} {day.isoformat()}"


def free_place(facts: Facts, scope: str) -> int:
    """The first place nobody of theirs holds."""
    taken = {claim.place for claim in facts.claims if claim.scope == scope}
    return next(place for place in range(len(taken) + 1) if place not in taken)


def allowed(rules: Rules, facts: Facts, day: date, today: date) -> int | None:
    """How many may be open at a time in one scope; None: any number."""
    one = rules.one_active
    return None if one is None else one.count + (facts.companions if day == today else 0)


def rests_until(moments: Sequence[datetime], count: int, within_days: int, rest_days: int) -> datetime | None:
    """When the rest ends that the latest ``count`` slips within some days began; None when there were never so many."""
    ordered = sorted(moments)
    within = timedelta(days=within_days)
    for last in range(len(ordered) - 1, count - 2, -1):
        if ordered[last] - ordered[last - count + 1] < within:
            return ordered[last] + timedelta(days=rest_days)
    return None


def cancellable(rules: Rules, now: datetime, begins: datetime) -> Refusal | None:
    """Whether a booking may still be cancelled or changed."""
    rule = rules.cancellations
    if rule is None or begins - now >= timedelta(minutes=rule.until_minutes):
        return None
    return Refusal("cancellations", "limit_cancel_late", {"minutes": rule.until_minutes})


def _resting(rules: Rules, facts: Facts, asked: Asked) -> Refusal | None:
    missed, cancelled = rules.no_shows, rules.cancellations
    if missed and missed.forbids in (asked.act, "both"):
        until = rests_until(facts.missed, missed.count, missed.within_days, missed.rest_days)
        if until is not None and asked.now < until:
            return Refusal("no_shows", "limit_missed", {"count": missed.count, "again": _again(until, asked)})
    if cancelled and asked.act == "booking":
        until = rests_until(facts.cancelled, cancelled.count, cancelled.within_days, cancelled.rest_days)
        if until is not None and asked.now < until:
            params = {"count": cancelled.count, "again": _again(until, asked)}
            return Refusal("cancellations", "limit_cancelled", params)
    return None


def _again(until: datetime, asked: Asked) -> date:
    """The first whole day they may come again."""
    return (until.astimezone(asked.now.tzinfo) - timedelta(microseconds=1)).date() + timedelta(days=1)


def _too_many(rules: Rules, facts: Facts, asked: Asked) -> Refusal | None:
    scope = scope_of(rules, asked.service_id, asked.day)
    active = [claim for claim in facts.claims if claim.place is not None and claim.scope == scope]
    most = allowed(rules, facts, asked.day, asked.now.date())
    if most is not None and len(active) >= most:
        # The one of today first: that is the paper they may have lost.
        claim = min(active, key=lambda one: (one.day, one.act != "ticket", one.place))
        code = "limit_has_number" if claim.act == "ticket" else "limit_has_booking"
        return Refusal("one_active", code, {"day": claim.day}, claim)
    day, service = rules.per_day, rules.per_service
    of_day = [claim for claim in facts.claims if claim.day == asked.day]
    more = facts.companions if asked.day == asked.now.date() else 0
    if day and len(of_day) >= day.count + more:
        return Refusal("per_day", "limit_per_day", {"count": day.count, "day": asked.day})
    if service and (not service.service_ids or str(asked.service_id) in service.service_ids):
        of_service = sum(claim.service_id == asked.service_id for claim in of_day)
        if of_service >= service.count + more:
            return Refusal("per_service", "limit_per_service", {"count": service.count, "day": asked.day})
    return None


def _lead(rules: Rules, asked: Asked) -> Refusal | None:
    lead = rules.lead_time
    if lead is None or asked.act != "booking" or asked.begins is None:
        return None
    if asked.begins - asked.now < timedelta(minutes=lead.min_minutes):
        return Refusal("lead_time", "limit_lead_late", {"minutes": lead.min_minutes})
    if (asked.begins.date() - asked.now.date()).days > lead.max_days:
        return Refusal("lead_time", "limit_lead_early", {"days": lead.max_days})
    return None
