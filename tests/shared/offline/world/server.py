"""A server in memory: the rules of the real one, from the same functions, without its database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from shared.domain.island.leasing import Known, top_up, turn
from shared.domain.island.numbers import Lease, band_label, band_name, band_series, next_first
from shared.domain.island.verdicts import judge_number
from shared.schemas.island import EntryVerdict, LeaseRequest, Leases
from shared.schemas.island import Lease as LeaseSaid

SERIES = ("A", "B")
SERVICES = {series: uuid5(NAMESPACE_OID, series) for series in SERIES}
SIZE = 6


@dataclass(frozen=True)
class Made:
    """A ticket as the server has it."""

    id: str
    day: date
    series: str
    count: int
    number: str


@dataclass(frozen=True)
class Conflict:
    kind: str
    ticket_id: str
    paper: str
    number: str


class MemoryServer:
    """Each method is one transaction."""

    def __init__(self) -> None:
        self.today = date(2026, 11, 27)
        self.now = datetime.fromisoformat("2026-11-27T01:00:00+00:00")
        self.bands: dict[str, tuple[int, Known]] = {}
        self.leases: list[tuple[str, Lease]] = []
        self.as_said: dict[UUID, LeaseSaid] = {}
        self.tickets: dict[str, Made] = {}
        self.conflicts: list[Conflict] = []
        self.verdicts: dict[UUID, EntryVerdict] = {}
        # How often each entry was applied; the checker's, not the server's.
        self.applied: list[UUID] = []

    # ---- what terminals ask

    def service(self, series: str) -> UUID:
        return SERVICES[series]

    def issue(self, kiosk: str, ticket_id: str, series: str) -> Made:
        known = self.tickets.get(ticket_id)
        if known is not None:
            return known
        count = 1 + max((one.count for one in self.of(self.today, series)), default=0)
        made = self.tickets[ticket_id] = Made(ticket_id, self.today, series, count, f"{series}{count:03d}")
        return made

    def lease(self, kiosk: str, asked: LeaseRequest, tomorrow: date) -> Leases:
        band, known = self.bands.get(kiosk, (0, None))
        now = turn(known, asked.epoch, asked.journal)
        band = band or len(self.bands) + 1
        self.bands[kiosk] = (band, Known(now.epoch, asked.journal))
        self.leases = [
            (who, self.aged(one, burns=now.burns) if who == kiosk else one) for who, one in self.leases
        ]  # fmt: skip
        for day in (self.today, tomorrow):
            for series in SERIES:
                own = [
                    one for who, one in self.leases if who == kiosk and one.service_day == day and one.series == series
                ]
                highest = max((one.count for one in self.of(day, band_series(series, band))), default=0)
                span = self.span(own, now.epoch, highest)
                if span is not None:
                    granted = Lease(uuid4(), day, series, series, band, *span, now.epoch, self.now)
                    self.leases.append((kiosk, granted))
        open_ = [one for who, one in self.leases if who == kiosk and not one.closed and one.epoch == now.epoch]
        return Leases(
            band=band_name(band),
            epoch=now.epoch,
            now=self.now,
            link_base="http://hall",
            leases=[self.as_said.get(one.id) or self.as_said.setdefault(one.id, said(one)) for one in open_],
        )

    def upload(self, kiosk: str, entries: list[dict[str, Any]]) -> list[EntryVerdict]:
        return [self.entry(kiosk, UUID(one["id"]), one) for one in entries]

    # ---- how it answers them; what a planted fault changes

    def span(self, own: list[Lease], epoch: int, highest: int) -> tuple[int, int] | None:
        return top_up(own, epoch, highest, SIZE)

    def aged(self, lease: Lease, *, burns: bool) -> Lease:
        if lease.closed:
            return lease
        if burns:
            return replace(lease, closed=True, burnt=True)
        return replace(lease, closed=True) if lease.service_day < self.today else lease

    def entry(self, kiosk: str, id_: UUID, said_: dict[str, Any]) -> EntryVerdict:
        known = self.verdicts.get(id_)
        if known is not None:
            return known
        self.applied.append(id_)
        verdict = self.verdicts[id_] = self.apply(kiosk, id_, said_)
        return verdict

    def apply(self, kiosk: str, id_: UUID, said_: dict[str, Any]) -> EntryVerdict:
        if said_["kind"] != "ticket.issued":
            return EntryVerdict(id=id_, verdict="taken")
        body = said_["body"]
        ticket, band, count = body["id"], int(body["band"][1:]), int(body["count"])
        day, paper = date.fromisoformat(body["service_day"]), body["number"]
        known = self.tickets.get(ticket)
        if known is not None:
            if known.number == paper:
                return EntryVerdict(id=id_, verdict="known")
            self.conflicts.append(Conflict("number_differs", ticket, paper, known.number))
            return EntryVerdict(id=id_, verdict="conflict", code="number_differs")
        series = band_series(body["series"], band)
        of_band = [
            (place, who) for place, (who, one) in enumerate(self.leases)
            if (one.service_day, one.series, one.band) == (day, body["series"], band)
        ]  # fmt: skip
        place = next((place for place, who in of_band if who == kiosk and self.leases[place][1].holds(count)), None)
        lease = self.leases[place][1] if place is not None else None
        free = all(one.count != count for one in self.of(day, series))
        own = self.bands[kiosk][0] if kiosk in self.bands else None
        judged = judge_number(
            own_band=own, band=band, leased=lease is not None, burnt=lease is not None and lease.burnt, free=free
        )
        number = paper
        if judged.is_double:
            letter, highest = body["series"], max(one.count for one in self.of(day, series))
            count = next_first([self.leases[place][1] for place, _ in of_band], highest)
            number = band_label(letter, band, count)
            self.leases.append((kiosk, Lease(uuid4(), day, letter, letter, band, count, count, 0, self.now, 1, True)))
        elif place is not None and lease is not None:
            self.leases[place] = (kiosk, replace(lease, used=lease.used + 1))
        self.tickets[ticket] = Made(ticket, day, series, count, number)
        if judged.conflict:
            self.conflicts.append(Conflict(judged.conflict, ticket, paper, number))
            return EntryVerdict(id=id_, verdict="conflict", code=judged.conflict)
        return EntryVerdict(id=id_, verdict="taken")

    def of(self, day: date, series: str) -> list[Made]:
        return [one for one in self.tickets.values() if one.day == day and one.series == series]


def said(one: Lease) -> LeaseSaid:
    return LeaseSaid(
        id=one.id, service_day=one.service_day, series=one.series, head=one.head, band=band_name(one.band),
        first=one.first, last=one.last, granted_at=one.granted_at,
    )  # fmt: skip
