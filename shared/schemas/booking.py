"""Appointments on the wire. Names and numbers come in clear and go out masked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared.domain.booking.papers import LARGEST
from shared.schemas.base import Message, OptionalText, ShortText, Text
from shared.schemas.tickets import Identity, IdentityKind

AppointmentState = Literal["booked", "checked_in", "cancelled", "missed"]
WaitingState = Literal["waiting", "offered", "taken", "lapsed", "left", "over"]
# ``HH:MM`` of the hall's own time; ``24:00`` is the end of the day.
ClockTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class BookingRules(Message):
    """How the hall books.

    ``early_minutes`` before the slot's start to ``late_minutes`` after its end somebody checks in as booked; ``late``:
    what becomes of those who come later that day. ``offer_minutes``: how long a freed slot is kept for whoever it was
    offered to. ``waiting_per_person``: for how many days and services somebody may wait at a time; ``waiting_per_day``:
    how many may wait for a day of one service. ``papers_days``: how long after the visit papers sent in advance are
    kept. ``proof``: what somebody who books on a phone without an account must do first; ``proof_days``: how long a
    browser need not do so again.
    """

    early_minutes: int = Field(30, ge=0, le=240)
    late_minutes: int = Field(15, ge=0, le=240)
    late: Literal["walk_in", "rebook"] = "walk_in"
    days_ahead: int = Field(14, ge=1, le=90)
    offer_minutes: int = Field(30, ge=5, le=1440)
    papers_days: int = Field(3, ge=0, le=90)
    waiting_list: bool = True
    waiting_per_person: int = Field(3, ge=1, le=50)
    waiting_per_day: int = Field(50, ge=1, le=1000)
    proof: Literal["off", "phone_code"] = "off"
    proof_days: int = Field(30, ge=0, le=365)


class BookableSlot(Message):
    day: date
    start: ClockTime
    end: ClockTime
    left: int


class Booking(Message):
    """Who books what, when. ``id``: made by the caller, so that asking twice books once."""

    id: UUID | None = None
    service_id: UUID
    day: date
    start: ClockTime
    identity: Identity
    phone: ShortText
    language: Literal["zh-CN", "en"] = "zh-CN"

    def __repr__(self) -> str:
        return f"Booking(service_id={self.service_id}, day={self.day}, start={self.start!r})"

    __str__ = __repr__


class Rebooking(Message):
    """Another slot of the same service."""

    day: date
    start: ClockTime


class Cancellation(Message):
    reason: OptionalText = ""


class Appointment(Message):
    """``qr`` is the address of its page and the text of its code; ``opens_at`` … ``closes_at``: when to check in."""

    id: UUID
    state: AppointmentState
    service_id: UUID
    service_name: str
    service_name_en: str
    department_name: str
    department_name_en: str
    day: date
    start: ClockTime
    end: ClockTime
    starts_at: datetime
    ends_at: datetime
    opens_at: datetime
    closes_at: datetime
    identity_kind: IdentityKind | None
    identity_masked: str | None
    name_masked: str | None
    phone_masked: str | None
    channel: str
    papers: int
    booked_at: datetime
    ended_at: datetime | None
    ended_by: str
    reason: str
    ticket_id: UUID | None
    ticket_number: str | None
    qr: str


class Arriving(Message):
    """Who stands at a kiosk: by what their code says, or by who they are. One of the two."""

    code: Annotated[str, Field(max_length=300, pattern=r"^[^\x00]*$")] | None = None
    identity: Identity | None = None


class Arrived(Message):
    """What a kiosk may do with an appointment of today.

    ``arrival``: early, in_time, walk_in, rebook; ``done``: not an appointment to check in with any more, see ``state``.
    """

    appointment_id: UUID
    arrival: Literal["early", "in_time", "walk_in", "rebook", "other_day", "done"]
    state: AppointmentState
    service_id: UUID
    service_name: str
    service_name_en: str
    day: date
    start: ClockTime
    end: ClockTime
    opens: ClockTime
    closes: ClockTime
    name_masked: str | None
    ticket_id: UUID | None
    ticket_number: str | None


class Arrivals(Message):
    items: list[Arrived]


class WaitingRequest(Message):
    id: UUID | None = None
    service_id: UUID
    day: date
    identity: Identity
    phone: ShortText
    language: Literal["zh-CN", "en"] = "zh-CN"

    def __repr__(self) -> str:
        return f"WaitingRequest(service_id={self.service_id}, day={self.day})"

    __str__ = __repr__


class WaitingEntry(Message):
    """Somebody on the waiting list; ``link`` is the address of its page."""

    id: UUID
    state: WaitingState
    service_id: UUID
    service_name: str
    service_name_en: str
    day: date
    before: int
    offer_start: ClockTime | None
    offer_end: ClockTime | None
    offer_until: datetime | None
    appointment_id: UUID | None
    name_masked: str | None
    joined_at: datetime
    link: str


PaperKind = Literal["image/jpeg", "image/png", "application/pdf"]
PAPER_KINDS: tuple[PaperKind, ...] = ("image/jpeg", "image/png", "application/pdf")
# Of one paper, how many to bring; of one list, how many lines.
MOST_COPIES, MOST_LINES = 20, 30


class MaterialEdit(Message):
    """One line of a checklist. ``id``: a line that stays, with whatever of it changes; a new one has none.

    ``originals`` and ``copies`` are how many to bring of each. ``in_advance``: a picture or scan of it may be sent, of
    one of ``kinds`` and at most ``largest_mb`` megabytes.
    """

    id: UUID | None = None
    name: Text
    name_en: OptionalText = ""
    note: OptionalText = ""
    note_en: OptionalText = ""
    required: bool = True
    originals: int = Field(1, ge=0, le=MOST_COPIES)
    copies: int = Field(0, ge=0, le=MOST_COPIES)
    in_advance: bool = True
    kinds: Annotated[tuple[PaperKind, ...], Field(min_length=1, max_length=len(PAPER_KINDS))] = PAPER_KINDS
    largest_mb: int = Field(LARGEST // 1024**2, ge=1, le=LARGEST // 1024**2)

    @model_validator(mode="after")
    def _asks_for_something(self) -> MaterialEdit:
        if not (self.originals or self.copies or self.in_advance):
            raise ValueError("a line asks for an original, a copy or a file")
        return self


class Material(MaterialEdit):
    """One line of what to bring for a service, as it stands."""

    id: UUID


class Checklist(Message):
    """In the order it is shown; lines that are left out are taken away.

    ``version``: of the list that was looked at; empty to write over whatever stands.
    """

    items: Annotated[list[MaterialEdit], Field(max_length=MOST_LINES)]
    version: Annotated[str, Field(max_length=64)] = ""


class Materials(Message):
    """The checklist of one service; ``version`` differs as soon as any of it does."""

    service_id: UUID
    version: str
    items: list[Material]


class LineFault(Message):
    """What is wrong in a row of a workbook; ``code`` is the key of its words."""

    row: int
    column: str
    code: str


class ChecklistRead(Message):
    """A checklist as a workbook says it; nothing of it is kept. With faults there are no lines."""

    items: list[MaterialEdit]
    faults: list[LineFault]


class PaperSent(Message):
    """A paper that was sent in advance, without its content."""

    id: UUID
    material_id: UUID | None
    material_name: str
    material_name_en: str
    media_type: PaperKind
    size: int
    sent_at: datetime
    # Empty: nothing was said of it yet.
    verdict: Literal["", "accepted", "refused"] = ""
    verdict_note: str = ""


class PaperVerdict(Message):
    """What a counter says of a paper; refused, it says why to whoever sent it."""

    verdict: Literal["accepted", "refused"]
    note: OptionalText = ""

    @model_validator(mode="after")
    def _refused_with_why(self) -> Self:
        if self.verdict == "refused" and not self.note:
            raise ValueError("a refusal says why")
        return self


class PapersSent(Message):
    items: list[PaperSent]
