"""The policy in use, as one copy in memory, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from server.database import Reader
from server.features.calling.models import CallingPolicyRow
from shared.domain.calling import Policy, Preference, ServiceRule
from shared.schemas.calling import CallingPolicy


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy as the domain reads it, with what each counter is there for first."""

    version: int
    policy: Policy
    preferences: Mapping[UUID, Preference]


def rules(reader: Reader) -> Rules:
    """The copy that fits the reader's snapshot: it changes with the catalogue's version."""
    return reader.database.copy("calling", reader, _load)


def wire_policy(reader: Reader) -> CallingPolicy:
    row = reader.session.get(CallingPolicyRow, reader.hall_id)
    if row is None:
        return CallingPolicy()
    return CallingPolicy.model_validate(row.data | {"version": row.version})


def _load(reader: Reader) -> Rules:
    return rules_of(wire_policy(reader))


def rules_of(wire: CallingPolicy) -> Rules:
    """A policy of the wire, minutes, as the domain has it, seconds."""
    policy = Policy(
        merge=wire.merge, ratio_booked=wire.ratio_booked, ratio_walk_in=wire.ratio_walk_in,
        booked_head_start_s=wire.booked_head_start_min * 60.0, group_head_start_s=wire.group_head_start_min * 60.0,
        urgent_in_a_row=wire.urgent_in_a_row, urgent_patience_s=wire.urgent_patience_min * 60.0,
        patience_s=wire.patience_min * 60.0, passes=wire.passes, transferred=wire.transferred, held=wire.held,
        returned_behind=wire.returned_behind, missed_behind=wire.missed_behind,
        missed_within_s=wire.missed_within_min * 60.0, missed_times=wire.missed_times,
        services=MappingProxyType({
            one.service_id: ServiceRule(
                _seconds(one.patience_min), _seconds(one.booked_head_start_min), one.missed_behind,
                _seconds(one.missed_within_min),
            )
            for one in wire.services
        }),
    )  # fmt: skip
    preferences = {one.counter_id: Preference(frozenset(one.later), one.step_in_min * 60.0) for one in wire.counters}
    return Rules(wire.version, policy, MappingProxyType(preferences))


def _seconds(minutes: int | None) -> float | None:
    return None if minutes is None else minutes * 60.0
