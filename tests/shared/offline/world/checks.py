"""What must hold when all is well again, whatever happened before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from shared.domain.island.leasing import fates
from shared.domain.island.numbers import is_of_band
from tests.shared.offline.world.play import World


def violations(world: World) -> Iterator[str]:
    """Each broken promise in words."""
    yield from _twice(world)
    yield from _lost(world)
    yield from _gaps(world)
    yield from _applied(world)


def _twice(world: World) -> Iterator[str]:
    """No number is on two papers of different tickets, and no two tickets have one."""
    papers = [paper for kiosk in world.kiosks for paper in (*kiosk.papers, *kiosk.lost)]
    holders: dict[tuple[object, str], set[str]] = {}
    for paper in papers:
        holders.setdefault((paper.day, paper.number), set()).add(paper.ticket_id)
    for (day, number), ids in holders.items():
        if len(ids) > 1:
            yield f"number twice: {number} of {day} is on {len(ids)} papers"
    for (day, number), count in Counter((one.day, one.number) for one in world.server.tickets.values()).items():
        if count > 1:
            yield f"number twice: {count} tickets {number} of {day}"


def _lost(world: World) -> Iterator[str]:
    """Who holds a paper whose journal still exists has a ticket, by the number on it or by one a conflict names."""
    told = {(one.ticket_id, one.paper, one.number) for one in world.server.conflicts}
    for kiosk in world.kiosks:
        for paper in kiosk.papers:
            ticket = world.server.tickets.get(paper.ticket_id)
            if ticket is None:
                yield f"ticket lost: {paper.number} of {paper.kiosk}"
            elif ticket.number != paper.number and (ticket.id, paper.number, ticket.number) not in told:
                yield f"ticket lost: {paper.number} became {ticket.number} and nobody was told"


def _gaps(world: World) -> Iterator[str]:
    """Within a band every number is of one lease, which says what became of it."""
    conflicts = {one.ticket_id for one in world.server.conflicts if one.kind == "outside_lease"}
    bands: dict[tuple[object, str, int], dict[int, str]] = {}
    by_series: dict[tuple[object, str], list[int]] = {}
    for one in world.server.tickets.values():
        by_series.setdefault((one.day, one.series), []).append(one.count)
    for _, lease in world.server.leases:
        counts = by_series.get((lease.service_day, f"{lease.series}·K{lease.band}"), [])
        own = bands.setdefault((lease.service_day, lease.series, lease.band), {})
        for count, fate in fates(lease, counts).items():
            if count in own:
                yield f"gap unexplained: {lease.series}·K{lease.band}-{count} is leased twice"
            own[count] = fate
        if lease.used != sum(lease.holds(count) for count in counts):
            yield f"gap unexplained: {lease.series}·K{lease.band} counts {lease.used} used of {counts}"
    for (day, series, band), known in bands.items():
        missing = set(range(1, max(known) + 1)) - known.keys()
        taken = set(by_series.get((day, f"{series}·K{band}"), []))
        if missing - taken:
            yield f"gap unexplained: {sorted(missing - taken)} of {series}·K{band} on {day}"
    for one in world.server.tickets.values():
        if is_of_band(one.number) and one.id not in conflicts:
            series, _, band = one.series.partition("·K")
            if one.count not in bands.get((one.day, series, int(band)), {}):
                yield f"gap unexplained: {one.number} is in no lease"


def _applied(world: World) -> Iterator[str]:
    """Each entry is applied once, in the journal's order, and both sides tell the same of it."""
    counted = Counter(world.server.applied)
    for id_, times in counted.items():
        if times > 1:
            yield f"applied twice: entry {id_.hex[:8]} {times} times"
    for kiosk in world.kiosks:
        if kiosk.behind:
            yield f"not applied: {kiosk.behind} entries of {kiosk.name} never arrived"
        rows = kiosk.disk_rows
        for id_, verdict in rows:
            if counted[id_] == 0:
                yield f"not applied: {kiosk.name} believes the server has {id_.hex[:8]}"
            elif world.server.verdicts[id_].verdict != verdict:
                yield f"told otherwise: {verdict} here, {world.server.verdicts[id_].verdict} there"
        places = [place for place, id_ in enumerate(world.server.applied) if id_ in {row[0] for row in rows}]
        order = [world.server.applied[place] for place in places]
        if counted.total() == len(counted) and order != [id_ for id_, _ in rows if counted[id_]]:
            yield f"out of order: {kiosk.name}"
