"""Tickets, calls and what is done with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.domain.items import MOST_ITEMS
from shared.schemas.base import Message, Moment, OptionalText, ShortText, Text

TicketStatus = Literal["waiting", "called", "serving", "held", "parked", "no_show", "finished"]
IdentityKind = Literal[
    "resident", "social_security", "hk_macau_taiwan", "foreigner", "organisation", "passport", "other"
]
# 0 normal, then e.g. 1 expectant, 2 elderly, 3 disabled, 4 military: a higher group goes first.
Priority = Annotated[int, Field(ge=0, le=9)]


class Identity(Message):
    """Who takes the ticket. The number is never kept in clear and never logged."""

    kind: IdentityKind
    number: ShortText
    name: ShortText | None = None

    def __repr__(self) -> str:
        return f"Identity(kind={self.kind!r})"

    __str__ = __repr__


class TicketRequest(Message):
    """``id`` is the UUID the terminal made (version 7); the same id never makes a second ticket.

    ``agent``: who takes it for the person of ``identity``; only somebody the hall lets take numbers for others.
    ``items``: the services of a visit for several matters, in order; ``service_id`` is the first of them.
    """

    id: UUID | None = None
    service_id: UUID
    items: Annotated[list[UUID], Field(max_length=MOST_ITEMS)] = []
    identity: Identity | None = None
    agent: Identity | None = None
    priority: Priority = 0
    appointment_id: UUID | None = None


class Estimate(Message):
    """Expected wait in seconds: half of the people wait no longer than p50, nine of ten no longer than p90.

    One of ten is called before ``early_s``; 0 where nobody can say.
    """

    p50_s: int
    p90_s: int
    early_s: int = 0


class TicketItem(Message):
    """One of several matters of a ticket: ``done`` is ended, ``now`` waits or is dealt with, ``open`` comes after."""

    service_id: UUID
    service_name: str
    service_name_en: str
    state: Literal["done", "now", "open"]


class Ticket(Message):
    """A ticket as anyone may see it; ``qr`` is the text of its code: the address of its live page, opaque.

    ``due_at``: the time somebody booked who checked in; None for walk-ins.
    """

    id: UUID
    number: str
    service_id: UUID
    service_name: str
    service_name_en: str
    department_name: str
    department_name_en: str
    hint: str
    hint_en: str
    status: TicketStatus
    # How many of its service the policy puts before it, as one order for all counters: their caps and preferences are
    # in ``estimate`` only.
    ahead: int
    estimate: Estimate | None
    counter_labels: list[str]
    counter_label: str | None
    issued_at: datetime
    called_at: datetime | None
    due_at: datetime | None = None
    priority: Priority
    # A kiosk asked for a priority group that the hall offers to nobody there: it stands in line as any other.
    priority_refused: bool = False
    qr: str
    rated: bool
    # Of one that a kiosk gave without the server: when ``ahead`` was known last.
    as_of: datetime | None = None
    # All of them when there are several, in order; ``service_id`` is the one that is ``now``.
    items: list[TicketItem] = []


class StaffTicket(Ticket):
    """What the staff sees besides: who, masked; how often it was called."""

    identity_kind: IdentityKind | None
    identity_masked: str | None
    name_masked: str | None
    # Who took the number for them, where somebody did.
    agent_masked: str | None = None
    agent_name_masked: str | None = None
    # How their priority group is known: by the age in the document, ``shown`` (still to be proven at the counter), by
    # their word, or from the staff; ``refused``: see ``priority_refused``.
    priority_proof: Literal["", "age", "shown", "word", "staff", "refused"] = ""
    recalls: int
    started_at: datetime | None
    finished_at: datetime | None
    counter_id: UUID | None
    # Sent to one certain counter, and waits for that one.
    reserved_counter_id: UUID | None = None
    # Its papers may have been sent in advance.
    appointment_id: UUID | None = None
    note: str
    # Of a parked ticket: since when, why, and when they said they would be back.
    parked_at: datetime | None = None
    parked_until: datetime | None = None
    park_reason: str = ""
    # Seconds of this visit during which it was parked: no part of serving.
    parked_s: int = 0
    # Called without loudspeaker and displays.
    silent: bool = False


class CallReference(Message):
    """A call: its id answers receipts, its seq is the event's."""

    id: UUID
    seq: int


class CallAnswer(Message):
    """``call`` is None once the ticket's only call was taken back."""

    call: CallReference | None
    ticket: StaffTicket


class TransferRequest(Message):
    """To another service, or to one counter, or both; the note is for the colleague."""

    service_id: UUID | None = None
    counter_id: UUID | None = None
    note: OptionalText = ""


class CallRequest(Message):
    """``silent``: no loudspeaker and no display in the hall; the counter's own display and the phone show it."""

    silent: bool = False


class _OneTicket(Message):
    """By its id, or by the number on its paper."""

    ticket_id: UUID | None = None
    number: Annotated[ShortText, Field(max_length=12)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.ticket_id is None) == (self.number is None):
            raise ValueError("either ticket_id or number")
        return self


class CallTicketRequest(CallRequest, _OneTicket):
    """Call one certain ticket: held, missed, parked or waiting."""


class ReturnRequest(_OneTicket):
    """Which missed or held ticket goes back into its line, and why: the reason stays in the audit trail."""

    reason: Text


class MissedTicket(Message):
    """Somebody who missed the call. ``place``: how many they would have before them if they came back now, None and
    ``refused`` when they may not come back any more."""

    ticket: StaffTicket
    place: int | None
    refused: Literal["missed_too_often", "missed_too_long"] | None


class TicketSearch(Message):
    """Whose ticket stands before a kiosk: by its scanned code, its printed number, or the person. One of the three."""

    code: Annotated[ShortText, Field(max_length=300)] | None = None
    number: Annotated[ShortText, Field(max_length=12)] | None = None
    identity: Identity | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> TicketSearch:
        if sum(one is not None for one in (self.code, self.number, self.identity)) != 1:
            raise ValueError("one of code, number, identity")
        return self


class Returnable(Message):
    """A ticket that may have missed its call. ``behind``: behind how many it comes back, until ``until``.

    ``code``, ``params``: why it may not come back, as a key of the errors' words; empty where it may, or did not miss.
    """

    ticket: Ticket
    may_return: bool
    behind: int = 0
    until: datetime | None = None
    code: str = ""
    params: dict[str, str | int] = {}


class ParkRequest(Message):
    """Why somebody is sent off for a while, and in how many minutes they think to be back."""

    reason: Text = "materials"
    minutes: Annotated[int, Field(ge=1, le=480)] | None = None


class UnparkRequest(Message):
    """Which parked ticket of the counter comes back; None: the one that is due first."""

    ticket_id: UUID | None = None


class PriorityRequest(Message):
    """Another priority group for a ticket that waits, and why: the reason stays in the audit trail."""

    ticket_id: UUID
    priority: Priority
    reason: Text


class Receipt(Message):
    """A display answers shown, a loudspeaker spoken, when it really happened."""

    stage: Literal["shown", "spoken"]
    at: Moment


class PaperRecord(Message):
    """One attempt to put a ticket on paper, as the terminal saw it."""

    copy_id: UUID
    outcome: Literal["printed", "not_printed", "unknown"]
    code: ShortText | None = None
    at: Moment


class Paper(PaperRecord):
    terminal: str


class RatingRequest(Message):
    """``level`` on the national five-level scale: 5 very satisfied … 1 very dissatisfied."""

    level: Annotated[int, Field(ge=1, le=5)]
    reasons: list[ShortText] = Field(default_factory=list, max_length=10)
    comment: OptionalText = ""


class Rating(RatingRequest):
    ticket_id: UUID
    channel: Literal["counter", "phone"]
    at: datetime


class RecentServicesRequest(Message):
    identity: Identity
