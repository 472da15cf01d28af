"""What a hall can set about calling. Times are seconds; a policy is immutable and compares by value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal
from uuid import UUID

from shared.domain.calling.groups import GroupRule

# How booked and walk-in lines become one:
# ``arrival``       who took a number first, booked or not: the longest wait across all lines of the counter
# ``booked_first``  from the start of their slot on, booked people go before walk-ins
# ``ratio``         so many booked, then so many walk-ins, while both wait
# ``ageing``        each minute waited counts; booked people and priority groups have a head start of some minutes
Merge = Literal["arrival", "booked_first", "ratio", "ageing"]
# Where a ticket comes back to: where its issue puts it, before everybody, behind the next few, behind everybody.
Return = Literal["place", "front", "behind", "end"]
MERGES: Final = ("arrival", "booked_first", "ratio", "ageing")
RETURNS: Final = ("place", "front", "behind", "end")
# Priority groups of a ticket: 0 is nobody's, higher goes first.
GROUPS: Final = range(1, 10)
MOST_IN_A_ROW: Final = 5
# So many of its last calls a counter has to remember for any policy.
LOOK_BACK: Final = 24


@dataclass(frozen=True, slots=True)
class ServiceRule:
    """What one service has otherwise than the hall; None: as the hall."""

    patience_s: float | None = None
    booked_head_start_s: float | None = None
    missed_behind: int | None = None
    missed_within_s: float | None = None


def _no_rules() -> Mapping[UUID, ServiceRule]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Policy:
    """A hall's way of calling.

    ``urgent_in_a_row`` (0: no cap): after so many of a priority group in a row, one of nobody's group is called if any
    has waited ``urgent_patience_s``. ``patience_s`` and ``passes`` keep everybody from starving: once somebody has
    waited ``patience_s``, a counter calls at most ``passes`` others before whoever of those has waited longest.
    A person who missed the call and comes back within ``missed_within_s``, at most ``missed_times`` times, stands
    behind the next ``missed_behind``.
    """

    merge: Merge = "booked_first"
    ratio_booked: int = 2
    ratio_walk_in: int = 1
    booked_head_start_s: float = 15 * 60.0
    group_head_start_s: float = 30 * 60.0
    urgent_in_a_row: int = 0
    urgent_patience_s: float = 30 * 60.0
    patience_s: float = 120 * 60.0
    passes: int = 2
    transferred: Return = "place"
    held: Return = "place"
    returned_behind: int = 3
    missed_behind: int = 3
    missed_within_s: float = 30 * 60.0
    missed_times: int = 2
    groups: tuple[GroupRule, ...] = ()
    services: Mapping[UUID, ServiceRule] = field(default_factory=_no_rules)

    def patience_of(self, service_id: UUID) -> float:
        rule = self.services.get(service_id)
        return self.patience_s if rule is None or rule.patience_s is None else rule.patience_s

    def head_start(self, service_id: UUID, priority: int, *, booked: bool) -> float:
        """Seconds that count as waited under ``ageing``; the larger one for who has two reasons."""
        found = self.group_head_start_s if priority else 0.0
        if booked:
            rule = self.services.get(service_id)
            own = None if rule is None else rule.booked_head_start_s
            found = max(found, self.booked_head_start_s if own is None else own)
        return found

    def missed(self, service_id: UUID) -> tuple[int, float]:
        """Behind how many a person of this service comes back who missed the call, and within how many seconds."""
        rule = self.services.get(service_id)
        behind, within = (None, None) if rule is None else (rule.missed_behind, rule.missed_within_s)
        return (
            self.missed_behind if behind is None else behind,
            self.missed_within_s if within is None else within,
        )

    @property
    def looks_back(self) -> bool:
        """May a choice depend on the counter's last calls, even while nobody has waited too long?"""
        return self.merge == "ratio" or (self.merge != "ageing" and self.urgent_in_a_row > 0)


DEFAULT: Final = Policy()


@dataclass(frozen=True, slots=True)
class Preference:
    """What one counter is there for first.

    A service of ``later`` is called only while nobody waits for the counter's other ones, or once its first has waited
    ``step_in_s``.
    """

    later: frozenset[UUID] = frozenset()
    step_in_s: float = 20 * 60.0
