"""An open page of a ticket: what its stream sends as the line moves.

In a full hall a thousand phones look a hundred times a second, nearly always because somebody of their line was called.
Then only the figures have changed: they are read and sent alone, and neither the ticket nor its page is made anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from server.context import Context
from server.database import Reader
from server.features.catalogue.service import catalogue
from server.features.queueing.models import TicketRow
from server.features.queueing.phone import PhoneTicket, clock, draw, figures, phone_ticket
from server.features.queueing.view import estimate_fields, glance, place_of, wait_of
from server.features.queueing.why import Lately, overtaken
from server.mobile.stream import Live, rest_of
from shared.domain.tickets import Status

# Whether somebody who came later was called first is looked up less often than the line moves.
_LATELY = Lately(overtaken)
# So long a ticket counts as known; what names neither it nor its line (a reminder) shows within this.
KNOWN_FOR: Final = timedelta(seconds=60)
_FIGURES: Final = ("ahead", "wait", "step_out", "title", "say")


@dataclass(frozen=True, slots=True)
class Known:
    """What the last look found: a ticket that waits, as long as only its line moves."""

    row: TicketRow
    ticket: PhoneTicket
    version: int
    day: date
    at: datetime

    def holds(self, reader: Reader) -> bool:
        same = (self.version, self.day) == (reader.clocks.catalogue_version, reader.day)
        # A clock that was set back must not make the minute an hour.
        return same and timedelta() <= reader.now - self.at < KNOWN_FOR


def live(
    reader: Reader, context: Context, code: str, language: str, query: str, *, own: bool = True,
    before: Live | None = None,
) -> Live:  # fmt: skip
    """What the stream sends now. ``before``: what it sent last; ``own``: something happened to the ticket itself."""
    known: Known | None = before.known if before is not None else None
    moved = None if known is None or own or not known.holds(reader) else _moved(reader, context, known, language)
    if moved is None:
        row = glance(reader, code)
        ticket = phone_ticket(reader, context, row, language, _LATELY)
        known = Known(row, ticket, reader.clocks.catalogue_version, reader.day, reader.now)
    else:
        assert known is not None
        row, ticket, known = known.row, moved, replace(known, ticket=moved)
    page = None
    if before is None or before.known is None or not _same_shape(before.known.ticket, ticket):
        html, mark = draw(ticket, row.qr, language, query)
        page = {"mark": mark, "html": html}
    message = {
        "state": ticket.state, "alert": ticket.alert, "title": ticket.title, "say": ticket.say,
        "number": ticket.number, "ahead": ticket.ahead, "wait": ticket.wait, "step_out": ticket.step_out,
        "counter": ticket.counter or None, "counters": ticket.counters,
    }  # fmt: skip
    # Once called, what happens in the line no longer matters.
    line = str(row.service_id) if row.status == Status.WAITING else ""
    over = ticket.state in ("rated", "expired") or row.service_day != reader.day
    return Live(message, clock(reader), str(row.id), line, rest_of(ticket.ahead), over, page, known)


def _moved(reader: Reader, context: Context, known: Known, language: str) -> PhoneTicket | None:
    """The known ticket with the figures of now; none, where more than those has changed."""
    row, ticket = known.row, known.ticket
    if ticket.state != Status.WAITING or ticket.overtaken != _LATELY(reader, row):
        return None
    found = catalogue(reader)
    ahead = place_of(reader, row)
    wait = wait_of(context, found, found.services[row.service_id], row, ahead, reader.now)
    fields = figures(reader, row.number, ticket.state, ticket.counter, ahead, estimate_fields(wait), language)
    return replace(ticket, **fields)


def _same_shape(before: PhoneTicket, now: PhoneTicket) -> bool:
    """Whether a page that shows ``before`` need only change its figures."""
    blank: dict[str, Any] = dict.fromkeys(_FIGURES, "")
    shown = (bool(before.ahead), bool(before.step_out)) == (bool(now.ahead), bool(now.step_out))
    return shown and replace(before, **blank) == replace(now, **blank)
