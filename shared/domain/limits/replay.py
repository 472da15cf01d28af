"""What a rule would have done to days that were: the editor's preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.domain.limits.judging import Asked, Claim, Facts, free_place, judge, scope_of
from shared.domain.limits.rules import Rules


@dataclass(frozen=True, slots=True)
class Visit:
    """A number somebody took; in the hall's own time. ``over_at`` None: not over that day. ``missed``: not come."""

    person: Hashable
    id: object
    service_id: object
    taken_at: datetime
    over_at: datetime | None
    missed: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of ``taken`` numbers of ``people`` persons, which would not have been given, by rule."""

    taken: int
    people: int
    refused: tuple[tuple[Visit, str], ...]

    @property
    def by_rule(self) -> Counter[str]:
        return Counter(rule for _, rule in self.refused)

    @property
    def people_refused(self) -> int:
        return len({visit.person for visit, _ in self.refused})


def replay(rules: Rules, visits: Sequence[Visit]) -> Outcome:
    """Take every number again under these rules. One that is refused is never held against its person later."""
    told: dict[Hashable, list[Visit]] = {}
    refused: list[tuple[Visit, str]] = []
    for visit in sorted(visits, key=lambda one: one.taken_at):
        given = told.setdefault(visit.person, [])
        now, day = visit.taken_at, visit.taken_at.date()
        facts = _facts(rules, given, now)
        verdict = judge(rules, facts, Asked("ticket", visit.service_id, now, day))
        if verdict is None:
            given.append(visit)
        else:
            refused.append((visit, verdict.rule))
    return Outcome(len(visits), len(told), tuple(refused))


def _facts(rules: Rules, given: Sequence[Visit], now: datetime) -> Facts:
    facts = Facts(missed=[one.over_at for one in given if one.missed and one.over_at and one.over_at <= now])
    for one in given:
        day = one.taken_at.date()
        if day != now.date():
            continue
        scope = scope_of(rules, one.service_id, day)
        over = one.over_at is not None and one.over_at <= now
        place = None if over else free_place(facts, scope)
        claim = Claim("ticket", one.id, one.service_id, day, scope, place)
        facts = replace(facts, claims=[*facts.claims, claim])
    return facts
