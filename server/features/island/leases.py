"""Leases of numbers to kiosks: a band for each, topped up when half is used, burnt with a journal that was lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import func, select, update

from server.audit import Actor, record
from server.auth import Principal
from server.context import Context
from server.database import Writer
from server.features.catalogue import numbering
from server.features.catalogue.service import catalogue
from server.features.island.models import BandRow, LeaseRow
from server.features.queueing.models import TicketRow
from shared.domain.errors import HallError
from shared.domain.identifiers import uuid7
from shared.domain.island.leasing import Known, top_up, turn
from shared.domain.island.numbers import DOT, Lease, band_name
from shared.schemas.island import Lease as LeaseSaid
from shared.schemas.island import LeaseRequest, Leases


def lease(writer: Writer, context: Context, principal: Principal, asked: LeaseRequest) -> Leases:
    """All open leases of the calling kiosk for today and tomorrow, topped up. Asking again is harmless."""
    if principal.kind != "kiosk":
        raise HallError("not_a_terminal", status=403)
    band = _band(writer, principal, asked)
    close_past(writer, principal.label)
    days = (writer.day, writer.day + timedelta(days=1))
    known = [_domain(row) for row in _rows(writer, principal.label, days)]
    highest = _highest(writer, band.band, days)
    size = numbering.lease_size(writer)
    for day in days:
        formats = numbering.on(writer, day)
        for series in _series(writer):
            own = [one for one in known if (one.service_day, one.series) == (day, series)]
            span = top_up(own, band.epoch, highest.get((day, series), 0), size)
            if span is not None:
                known.append(_grant(writer, principal.label, band, day, series, formats.of(series).head(series), span))
    open_ = [one for one in known if one.epoch == band.epoch and not one.closed]
    return Leases(
        band=band_name(band.band), epoch=band.epoch, now=writer.now, link_base=context.link_base,
        leases=[_said(one) for one in sorted(open_, key=lambda one: (one.service_day, one.series, one.first))],
    )  # fmt: skip


def close_past(writer: Writer, terminal: str | None = None) -> None:
    """Leases of days that are over give no more numbers: those that were not given out are no gap any more.

    ``terminal``: only its own; else those of all.
    """
    of = (LeaseRow.hall_id == writer.hall_id, LeaseRow.service_day < writer.day, LeaseRow.closed_at.is_(None))
    mine = (LeaseRow.terminal == terminal,) if terminal is not None else ()
    writer.session.execute(update(LeaseRow).where(*of, *mine).values(closed_at=writer.now))


def _band(writer: Writer, principal: Principal, asked: LeaseRequest) -> BandRow:
    """The kiosk's band, given at its first request; another journal than the last burns what that one had."""
    row = writer.session.get(BandRow, (writer.hall_id, principal.label))
    known = Known(row.epoch, row.journal) if row is not None else None
    now = turn(known, asked.epoch, asked.journal)
    if row is None:
        last = writer.session.scalar(select(func.max(BandRow.band)).where(BandRow.hall_id == writer.hall_id)) or 0
        row = BandRow(hall_id=writer.hall_id, terminal=principal.label, band=last + 1, epoch=0, journal=asked.journal)
        writer.session.add(row)
    row.epoch, row.journal = now.epoch, asked.journal
    writer.flush()
    if now.burns:
        _burn(writer, principal.label, now.epoch)
    return row


def _burn(writer: Writer, terminal: str, epoch: int) -> None:
    """Nobody knows any more which of these are on paper, so nobody is given them again."""
    of = (LeaseRow.hall_id == writer.hall_id, LeaseRow.terminal == terminal, LeaseRow.epoch < epoch)
    open_ = (*of, LeaseRow.closed_at.is_(None))
    lost = writer.session.scalar(select(func.sum(LeaseRow.last - LeaseRow.first + 1 - LeaseRow.used)).where(*open_))
    writer.session.execute(update(LeaseRow).where(*open_).values(closed_at=writer.now, burnt=True))
    record(writer, Actor(terminal), "numbers.burnt", "terminal", terminal, numbers=int(lost or 0), epoch=epoch)


def _grant(
    writer: Writer, terminal: str, band: BandRow, day: date, series: str, head: str, span: tuple[int, int]
) -> Lease:  # fmt: skip
    row = LeaseRow(
        hall_id=writer.hall_id, id=uuid7(), terminal=terminal, service_day=day, series=series, head=head,
        band=band.band, first=span[0], last=span[1], epoch=band.epoch, granted_at=writer.now, used=0, closed_at=None,
        burnt=False,
    )  # fmt: skip
    writer.session.add(row)
    return _domain(row)


def _rows(writer: Writer, terminal: str, days: Sequence[date]) -> Sequence[LeaseRow]:
    return writer.session.scalars(
        select(LeaseRow).where(
            LeaseRow.hall_id == writer.hall_id, LeaseRow.terminal == terminal, LeaseRow.service_day.in_(days)
        )
    ).all()  # fmt: skip


def _highest(writer: Writer, band: int, days: Sequence[date]) -> dict[tuple[date, str], int]:
    """The highest count of each day and series that is a ticket of this band, leased or not."""
    found = writer.session.execute(
        select(TicketRow.service_day, TicketRow.series, func.max(TicketRow.count))
        .where(
            TicketRow.hall_id == writer.hall_id, TicketRow.service_day.in_(days),
            TicketRow.series.endswith(DOT + band_name(band), autoescape=True),
        )
        .group_by(TicketRow.service_day, TicketRow.series)
    )  # fmt: skip
    return {(day, series.partition(DOT)[0]): int(count) for day, series, count in found}


def _series(writer: Writer) -> list[str]:
    services = catalogue(writer).services.values()
    return sorted({one.series for one in services if one.series and one.ticketable and not one.retired})


def _domain(row: LeaseRow) -> Lease:
    return Lease(
        row.id, row.service_day, row.series, row.head, row.band, row.first, row.last, row.epoch, row.granted_at,
        row.used, row.closed_at is not None, row.burnt,
    )  # fmt: skip


def _said(one: Lease) -> LeaseSaid:
    return LeaseSaid(
        id=one.id, service_day=one.service_day, series=one.series, head=one.head, band=band_name(one.band),
        first=one.first, last=one.last, granted_at=one.granted_at,
    )  # fmt: skip
