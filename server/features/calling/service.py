"""The policy in use, as one copy in memory, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from server import audit
from server.database import Reader, Writer
from server.features.calling.models import CallingPolicyRow
from server.features.catalogue.service import Catalogue, catalogue
from shared.domain.calling import GroupRule, Policy, Preference, ServiceRule
from shared.domain.errors import HallError
from shared.schemas.calling import CallingPolicy, KioskCalling, KioskGroup
from shared.schemas.events import RULES_CHANGED


@dataclass(frozen=True, slots=True)
class Rules:
    """The policy as the domain reads it, with what each counter is there for first."""

    version: int
    policy: Policy
    preferences: Mapping[UUID, Preference]
    missed_by_number: bool = False


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
        groups=tuple(GroupRule(one.group, one.declared, one.from_age) for one in wire.groups),
        services=MappingProxyType({
            one.service_id: ServiceRule(
                _seconds(one.patience_min), _seconds(one.booked_head_start_min), one.missed_behind,
                _seconds(one.missed_within_min),
            )
            for one in wire.services
        }),
    )  # fmt: skip
    preferences = {one.counter_id: Preference(frozenset(one.later), one.step_in_min * 60.0) for one in wire.counters}
    return Rules(wire.version, policy, MappingProxyType(preferences), wire.missed_by_number)


def at_kiosks(reader: Reader) -> KioskCalling:
    """What people may do by themselves: the groups they may choose, the highest first."""
    ruled = rules(reader)
    chosen = [one for one in ruled.policy.groups if one.declared != "no"]
    groups = [
        KioskGroup.model_validate({"group": one.group, "declared": one.declared})
        for one in sorted(chosen, key=lambda one: -one.group)
    ]
    return KioskCalling(items=groups, missed_by_number=ruled.missed_by_number)


def _seconds(minutes: int | None) -> float | None:
    return None if minutes is None else minutes * 60.0


def set_policy(writer: Writer, who: audit.Actor, wanted: CallingPolicy) -> CallingPolicy:
    """Put another policy in use from the next call on; refused when somebody else did so since ``wanted.version``."""
    now = wire_policy(writer)
    if wanted.version != now.version:
        raise HallError("calling_changed_meanwhile", status=409)
    check(catalogue(writer), wanted)
    before, after = now.model_dump(mode="json"), wanted.model_dump(mode="json")
    changed = {key: value for key, value in after.items() if value != before[key]}
    if not changed:
        return now
    version = now.version + 1
    row = writer.session.get(CallingPolicyRow, writer.hall_id)
    if row is None:
        row = CallingPolicyRow(hall_id=writer.hall_id)
        writer.session.add(row)
    row.version, row.data = version, {key: value for key, value in after.items() if key != "version"}
    writer.touch_catalogue()
    writer.emit(RULES_CHANGED, '{"rules":"calling"}')
    # What it was is there too: a policy can be put back from the trail.
    was = {key: before[key] for key in changed}
    audit.record(writer, who, "calling.policy_changed", "calling", version, now=changed, was=was)
    return wanted.model_copy(update={"version": version})


def check(found: Catalogue, wanted: CallingPolicy) -> None:
    """HallError for a policy that names what is not there, or leaves a counter nothing to serve first."""
    services = [one.service_id for one in wanted.services]
    for service_id in services:
        found.service(service_id)
    counters = [one.counter_id for one in wanted.counters]
    groups = [one.group for one in wanted.groups]
    if any(len(set(named)) < len(named) for named in (services, counters, groups)):
        raise HallError("calling_named_twice", status=422)
    for one in wanted.counters:
        counter = found.counter(one.counter_id)
        serves, later = set(counter.service_ids), set(one.later)
        if not later <= serves:
            missing = next(iter(later - serves))
            name = found.services[missing].name if missing in found.services else str(missing)
            raise HallError("counter_does_not_serve", status=409, counter=counter.label, service=name)
        if later == serves:
            raise HallError("calling_nothing_first", status=422, counter=counter.label)
