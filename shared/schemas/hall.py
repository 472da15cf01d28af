"""The hall, its services and its counters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.schemas.base import UNPRINTABLE, Message, OptionalText, ShortText, Text
from shared.schemas.tickets import StaffTicket

CounterStateName = Literal["closed", "open", "paused"]
IdentityRule = Literal["required", "optional", "none"]


class Health(Message):
    status: Literal["ok"]
    version: str
    database: Literal["sqlite", "postgresql"]
    hall_id: UUID
    epoch: int
    seq: int
    epoch_mark: str = ""


class Zone(Message):
    """A waiting area; its displays show the calls of ``counter_labels``, of some ``service_ids`` only or of all."""

    key: str
    name: str
    name_en: str
    floor: str
    display_text: str
    display_text_en: str
    counter_labels: list[str]
    service_ids: list[UUID] | None = None


class Floor(Message):
    key: str
    name: str
    name_en: str
    about: str
    about_en: str


class Line(Message):
    """A public note, or a reason offered to somebody who is not satisfied."""

    key: str
    text: str
    text_en: str


class Hall(Message):
    """Facts of the hall that every screen may show."""

    id: UUID
    name: str
    name_en: str
    address: str
    address_en: str
    phone: str
    time_zone: str
    now: datetime
    floors: list[Floor]
    zones: list[Zone]
    notes: list[Line]
    languages: list[str]
    speech_languages: list[Literal["mandarin", "cantonese", "english"]]
    rating_levels: Literal[3, 5]
    rating_reasons: list[Line]


class Service(Message):
    """A node of the category tree. ``spelled`` is what it is found by (``shared.domain.search``): its names and
    keywords as ``shared.domain.spelling`` reads them. ``uses``: how often it was chosen lately.

    ``waiting`` is None where it was not counted; a group counts what is below it.
    """

    id: UUID
    parent_id: UUID | None
    name: str
    name_en: str
    short_name: str
    series: str | None
    ticketable: bool
    open: bool
    closed_reason: Literal["suspended", "hours", "no_counter", "none_left", "not_now"] | None
    closed_note: str
    closed_note_en: str
    identity: IdentityRule
    audience: Literal["person", "enterprise", "both"]
    # Whose it is: who may change it hangs on that. None: the whole hall's.
    department_id: UUID | None = None
    department_name: str
    department_name_en: str
    floor: str
    typical_minutes: float
    hint: str = ""
    waiting: int | None
    # Numbers left on site at this time; None: any number. When more are given, by the hall's clock.
    left: int | None = None
    next_release: str = ""
    counter_labels: list[str]
    hours_text: str
    hours_text_en: str
    spelled: list[str] = []
    uses: int = 0
    sort: int
    retired: bool
    # Of what an administrator may change.
    version: str = ""


Version = Annotated[str, Field(max_length=32, pattern=r"^[0-9a-f]*$")]


class ServiceEdit(Message):
    """Fields an administrator may change; what is left out stays.

    ``version`` is the one that was looked at: another one meanwhile, and nothing is changed. None asks nothing.
    """

    version: Version | None = None

    name: Text | None = None
    name_en: Text | None = None
    short_name: Annotated[Text, Field(max_length=12)] | None = None
    series: Annotated[str, Field(pattern=r"^[A-Z]{1,2}$")] | None = None
    # A group, too, may give numbers itself.
    ticketable: bool | None = None
    identity: IdentityRule | None = None
    typical_minutes: Annotated[float, Field(gt=0, le=480)] | None = None
    hint: OptionalText | None = None
    suspended: bool | None = None
    suspended_note: OptionalText | None = None
    retired: bool | None = None


class ServiceCreate(ServiceEdit):
    """``department_id`` is taken from the parent when left out; ``ticketable`` is true."""

    name: Text
    parent_id: UUID | None = None
    department_id: UUID | None = None
    ticketable: bool = True


class StaffMember(Message):
    id: UUID
    number: str
    name: str
    title: str
    department_name: str


DateKindName = Literal["weekday", "weekend", "holiday", "adjusted", "special"]


class PlannedBreak(Message):
    """When a counter is away by plan: minutes of the hall's local day, and what for."""

    start: Annotated[int, Field(ge=0, lt=1440)]
    end: Annotated[int, Field(gt=0, le=1440)]
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=30, pattern=rf"^[^{UNPRINTABLE}]*$")] = ""

    @model_validator(mode="after")
    def _forwards(self) -> PlannedBreak:
        if self.end <= self.start:
            raise ValueError("a break ends after it begins")
        return self


PlannedBreaks = dict[DateKindName, Annotated[list[PlannedBreak], Field(max_length=8)]]


class Counter(Message):
    """A window and what it is doing; ``breaks``: those it has planned by kind of day."""

    id: UUID
    label: str
    name: str
    name_en: str
    floor: str
    zone: str
    state: CounterStateName
    pause_reason: str | None
    staff: StaffMember | None
    service_ids: list[UUID]
    ticket_id: UUID | None
    ticket_number: str | None
    ticket_status: str | None
    since: datetime | None
    retired: bool
    breaks: PlannedBreaks = {}
    # Of what an administrator may change, not of what it is doing.
    version: str = ""


class CounterEdit(Message):
    """As ``ServiceEdit``."""

    version: Version | None = None
    label: ShortText | None = None
    name: Text | None = None
    name_en: Text | None = None
    floor: ShortText | None = None
    zone: ShortText | None = None
    service_ids: Annotated[list[UUID], Field(max_length=500)] | None = None
    retired: bool | None = None
    breaks: PlannedBreaks | None = None


class CounterCreate(CounterEdit):
    label: ShortText
    name: Text


class SignIn(Message):
    """Without a staff number the counter opens nameless (tools and tests, with a token of the server's own machine).

    ``staff_token``: the access token of the person who signs in, when the caller is an enrolled terminal.
    """

    staff_number: ShortText | None = None
    staff_token: str | None = Field(None, max_length=4000, repr=False)


class Pause(Message):
    reason: Text = "break"


class UndoableAction(Message):
    """The last step at a counter while it can be taken back."""

    step: str
    ticket_number: str
    until: datetime


class HandOver(Message):
    """What a colleague left for whoever sits here next; ``staff``: who it was, empty when nobody was signed in."""

    id: UUID
    staff: str
    note: str
    parked: int
    held: int
    given_at: datetime


class HandOverRequest(Message):
    """The note is for the colleague who takes over."""

    note: OptionalText = ""


class CallReceipts(Message):
    """Where the call in hand arrived."""

    call_id: UUID
    called_at: datetime
    shown: int
    spoken: int


class CounterDesk(Message):
    """All the operator sees: the counter, the ticket in hand, the queue, who is held or missed."""

    counter: Counter
    ticket: StaffTicket | None
    waiting_count: int
    waiting: list[StaffTicket]
    held: list[StaffTicket]
    missed: list[StaffTicket]
    # At this counter, who is due first stands first.
    parked: list[StaffTicket] = []
    # Until whoever took over has read it.
    hand_over: HandOver | None = None
    # Whether the person on duty may call somebody out of turn.
    may_call_by_number: bool = False
    undoable: UndoableAction | None
    call: CallReceipts | None
    served_today: int
