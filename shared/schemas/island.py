"""What terminals and the server say to each other about the time without a line: leases of numbers, and entries of
their journals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from shared.schemas.base import Message, Moment, ShortText, Text
from shared.schemas.tickets import Identity, Priority

# More are sent in the next request: a batch stays small beside the largest body a server takes.
BATCH: int = 50
EntryKind = Literal[
    "ticket.issued", "visit.called", "visit.started", "visit.finished", "visit.no_show", "visit.held",
    "visit.next_item", "visit.parked", "visit.unparked", "counter.paused", "counter.resumed",
]  # fmt: skip
Verdict = Literal["taken", "known", "conflict", "refused", "pending"]
ConflictKind = Literal[
    # A paper's number that is not the ticket's, that no lease covers, or that was given up as lost.
    "number_differs", "outside_lease", "burnt_number",
    # What the rules of the hall would have refused had the server been there; ``code`` says which.
    "against_rules",
    # Two counters called one ticket; a number that no terminal has told of by the end of its day.
    "called_twice", "number_unknown",
    # Whose call the counter never heard of, because its line broke just then: put on hold when it called somebody else.
    "hand_replaced",
    # A pause, or its end, of a counter that was closed or paused by somebody else meanwhile.
    "pause_overtaken",
]  # fmt: skip


class Lease(Message):
    """Numbers ``first`` to ``last`` of a series that one kiosk alone may give on a day: ``A·K3-01`` and on.

    ``head`` is what stands before the dot: the prefix of the series as that day writes it.
    """

    id: UUID
    service_day: date
    series: str
    head: str
    band: str
    first: int
    last: int
    granted_at: datetime


class LeaseRequest(Message):
    """``epoch``: that of the leases it has, 0 when it has none. ``journal`` names the journal they are kept in: another
    one means that the terminal has lost what it knew."""

    epoch: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    journal: UUID


class Leases(Message):
    """Every open lease of the terminal, of today and tomorrow; those it has and are not named are over.

    ``link_base``: what an address of a ticket's page begins with.
    """

    band: str
    epoch: int
    now: datetime
    link_base: str
    leases: list[Lease]


class IslandEntry(Message):
    """One line of a terminal's journal. ``at``: when it happened, by the hall's clock as the terminal knew it."""

    id: UUID
    kind: EntryKind
    at: Moment
    counter_id: UUID | None = None
    body: dict[str, Any] = {}


class IslandTicket(Message):
    """The body of ``ticket.issued``: the number stands on paper already."""

    id: UUID
    service_id: UUID
    items: Annotated[list[UUID], Field(max_length=20)] = []
    service_day: date
    series: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")]
    band: Annotated[str, Field(pattern=r"^K[1-9][0-9]{0,3}$")]
    count: Annotated[int, Field(ge=1, le=99_999)]
    number: Annotated[ShortText, Field(max_length=20)]
    # The secret of its page, as its code on the paper holds it.
    qr: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{22}$", repr=False)]
    identity: Identity | None = None
    agent: Identity | None = None
    priority: Priority = 0


class IslandVisit(Message):
    """The body of ``visit.*``: a step of a counter with the ticket it knew, or the number on a paper.

    ``as_of``: when it last knew the hall; ``staff_id``: who was on duty; ``item``: the place of its matter.
    """

    ticket_id: UUID | None = None
    number: Annotated[ShortText, Field(max_length=20)]
    as_of: Moment
    staff_id: UUID | None = None
    item: Annotated[int, Field(ge=0, le=20)] | None = None
    # Of who is sent off for a while: as in a ``ParkRequest``.
    reason: Text | None = None
    minutes: Annotated[int, Field(ge=1, le=480)] | None = None


class IslandPause(Message):
    """The body of ``counter.*``: a pause with its reason, or its end.

    ``since``: from when on the counter was what it was before, as far as its terminal knew.
    """

    as_of: Moment
    since: Moment | None = None
    reason: Text | None = None


class EntryBatch(Message):
    """In the order of the journal. Sending one again is harmless: its id is answered as it was the first time."""

    entries: Annotated[list[IslandEntry], Field(min_length=1, max_length=BATCH)]


class EntryVerdict(Message):
    """What became of an entry. ``taken``: it holds; ``known``: it was there already; ``conflict``: it is kept, and
    somebody has to look; ``refused``: it is not kept, ``code`` says why; ``pending``: it waits for another entry."""

    id: UUID
    verdict: Verdict
    code: str = ""
    conflict_id: UUID | None = None


class EntryAnswers(Message):
    entries: list[EntryVerdict]


class Conflict(Message):
    """What two sides did without knowing of each other. ``number``: as it stands on the paper; the counter's label
    where it is about no ticket."""

    id: UUID
    service_day: date
    kind: ConflictKind
    ticket_id: UUID | None
    number: str
    counter_id: UUID | None
    other_counter_id: UUID | None
    terminal: str
    detail: dict[str, Any]
    happened_at: datetime
    recorded_at: datetime
    settled_at: datetime | None = None
    settled_by: str = ""
    note: str = ""


class SettleRequest(Message):
    """What came of looking into a conflict."""

    note: Text


class LeaseRecord(Lease):
    """A line of the ledger. ``used``: how many of its numbers are tickets here; the others explain every gap:
    never given out when it was closed, or ``burnt`` with a journal that was lost."""

    terminal: str
    epoch: int
    used: int
    closed_at: datetime | None
    burnt: bool
