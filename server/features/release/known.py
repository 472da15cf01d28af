"""What the linter is told of a service: its counters, what these are to do besides, and how long visits take."""

from __future__ import annotations

from uuid import UUID

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import Catalogue, ServiceFacts, catalogue
from server.features.release.service import plans
from shared.domain.release import Assigned, Beside, Known, Neighbour, Plan
from shared.domain.waits.durations import BELIEF


def known_of(
    reader: Reader, context: Context, service: ServiceFacts, *, single_days: bool = False, alone: bool = False
) -> Known:
    """What the linter asks of a service: counters assigned with their planned breaks, what else these are to do, and
    durations as the forecast has learned them, else the typical one.

    ``single_days``: the other services' single days that differ count too. ``alone``: no other service counts, for who
    looks at many days.
    """
    found, in_force = catalogue(reader), plans(reader)
    counters, beside = _pool(found, service.id)
    neighbours = []
    for id_ in () if alone else beside:
        other, plan = found.services[id_], in_force.get(id_, Plan())
        plan = plan if single_days else Plan(plan.by_kind)
        neighbours.append(Neighbour(id_, other.name, other.hours, _visit_s(context, other)[0], plan))
    visit_s, learned = _visit_s(context, service)
    pool = Beside(service.id, service.name, counters, tuple(neighbours))
    return Known(service.hours, visit_s, pool, "learned" if learned else "typical", service.suspended)


def _pool(found: Catalogue, service_id: UUID) -> tuple[tuple[Assigned, ...], list[UUID]]:
    """The counters of a service, the other services they serve, the counters of those, and so on."""
    alive = {id_ for id_, one in found.services.items() if one.ticketable and not (one.retired or one.suspended)}
    alive.add(service_id)
    counters = [one for one in found.counters.values() if not one.retired]
    pool, coming = {service_id}, {service_id}
    while coming:
        coming = {id_ for one in counters if coming & set(one.service_ids) for id_ in one.service_ids} & alive - pool
        pool |= coming
    assigned = tuple(
        Assigned(one.id, frozenset(one.service_ids), one.breaks) for one in counters if pool & set(one.service_ids)
    )
    return assigned, [id_ for id_ in found.services if id_ in pool and id_ != service_id]


def _visit_s(context: Context, service: ServiceFacts) -> tuple[float, bool]:
    """What a visit takes with the gap to the next, and whether that was learned here rather than believed."""
    experience = context.waits.experience
    if experience is None:
        return service.typical_s, False
    of_service = experience.services.get(service.id)
    took = experience.serving(service.id, None).mean_s + experience.gap.now().mean_s
    return took, of_service is not None and of_service.weight >= BELIEF
