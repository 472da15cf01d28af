"""The release of numbers on the wire: days of kinds, plans of windows, changes of a single day, findings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import UNPRINTABLE, Message, OptionalText
from shared.schemas.hall import DateKindName

OptionalName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60, pattern=rf"^[^{UNPRINTABLE}]*$")]
# Minutes of the hall's local day.
Minute = Annotated[int, Field(ge=0, le=1440)]
Quantity = Annotated[int, Field(ge=0, le=9999)]
Shares = Annotated[dict[Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")], Quantity], Field(max_length=12)]


class Window(Message):
    """A row of a plan: ``onsite`` numbers for the whole window (None: any number), ``booking`` for each slot.

    ``…_shares``: channels such as ``kiosk`` or ``phone`` that have a part of the quantity for themselves.
    """

    start: Minute
    end: Minute
    slot_minutes: Annotated[int, Field(ge=5, le=720)]
    onsite: Quantity | None = None
    onsite_shares: Shares = {}
    booking: Quantity = 0
    booking_shares: Shares = {}


Windows = Annotated[list[Window], Field(max_length=24)]


WindowsByKind = dict[DateKindName, Windows]
CalendarKind = Literal["holiday", "adjusted", "special"]
WeekdayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class CalendarDay(Message):
    """A day that differs. ``source``: ``files`` of the hall, a ``table`` that was loaded, or set by ``hand``."""

    day: date
    kind: CalendarKind
    name: str
    name_en: str
    opens_like: WeekdayName | None
    source: Literal["files", "table", "hand"]
    version: int


class CalendarDayEdit(Message):
    """``version``: the one that was looked at; None: the day was a usual one. ``opens_like``: of an adjusted day."""

    kind: CalendarKind
    name: OptionalName = ""
    name_en: OptionalName = ""
    opens_like: WeekdayName | None = None
    version: int | None = None


class CalendarRow(Message):
    """What became, or would become, of one row of a table that is loaded; ``row`` as the spreadsheet counts."""

    row: int
    first: str
    last: str
    name: str
    outcome: Literal["added", "changed", "same", "wrong"]
    code: str = ""


class CalendarReport(Message):
    """``wrong``: nothing was kept. ``ready``: a dry run found nothing wrong."""

    outcome: Literal["ready", "wrong", "done"]
    days: int
    rows: list[CalendarRow]


class Finding(Message):
    """``row`` counts from 0; None: it is about the whole plan. The words are ``release.finding.<code>``."""

    level: Literal["error", "warning"]
    code: str
    kind: DateKindName | None
    row: int | None
    params: dict[str, Any]


class PlanVersion(Message):
    id: UUID
    number: int
    state: Literal["draft", "published", "past"]
    windows: WindowsByKind
    note: str
    changed_by: str
    changed_at: datetime
    published_by: str | None
    published_at: datetime | None
    reason: str
    warnings: list[Finding]
    version: int


class DayChange(Message):
    """A single day that differs from its kind."""

    day: date
    windows: Windows
    note: str
    changed_by: str
    changed_at: datetime
    version: int


class PlanSummary(Message):
    """A service in the list of plans; None: it has none. Numbers are those of a usual weekday."""

    service_id: UUID
    name: str
    name_en: str
    department_id: UUID | None
    department_name: str
    number: int | None
    published_at: datetime | None
    onsite: int | None
    booking: int | None
    has_draft: bool
    changed_days: int


class BookedOutside(Message):
    """So many have booked a time that begins no slot of the plan; who they are is a question to the appointments."""

    day: date
    start: int
    count: int


class ServicePlan(Message):
    """All that is known of a service's plan; ``findings`` are of the draft, or of what is in force without one.

    ``outside``: booked times that lie in none of its slots, the next ones; ``outside_count``: all such bookings.
    """

    service_id: UUID
    published: PlanVersion | None
    draft: PlanVersion | None
    past: list[PlanVersion]
    changes: list[DayChange]
    findings: list[Finding]
    counters: int
    visit_minutes: float
    # Whether visits here have taken so long, or the catalogue says so; and the services that share its counters.
    visits_learned: bool
    neighbours: list[str]
    outside: list[BookedOutside]
    outside_count: int


class PlansRow(Message):
    """What became, or would become, of one row of a table of plans; ``row`` as the spreadsheet counts.

    ``changed``: its service gets a draft. ``column``: the cell that is wrong, where it is one.
    """

    row: int
    service: str
    outcome: Literal["changed", "same", "wrong"]
    code: str = ""
    column: str = ""


class PlansReport(Message):
    """``wrong``: nothing was kept. ``ready``: a dry run found nothing wrong. ``services``: so many get a draft."""

    outcome: Literal["ready", "wrong", "done"]
    services: int
    rows: list[PlansRow]


class DraftEdit(Message):
    """``version``: of the draft that was looked at; None: there was none."""

    windows: WindowsByKind
    note: OptionalText = ""
    version: int | None = None


class Publish(Message):
    """``reason`` is asked for when there are warnings. ``bookings``: what becomes of those in no slot any more; they
    keep their time.
    """

    version: int
    reason: OptionalText = ""
    bookings: Literal["keep"] = "keep"


class SlotShown(Message):
    start: int
    end: int
    quantity: int
    taken: int


class WindowShown(Message):
    """``onsite`` None: any number."""

    start: int
    end: int
    onsite: int | None
    onsite_taken: int
    slots: list[SlotShown]


class DayShown(Message):
    """What a day looks like: its kind, its opening hours in minutes, its windows with what was taken of them."""

    day: date
    kind: DateKindName
    name: str
    name_en: str
    hours: list[tuple[int, int]]
    changed: bool
    rows: Windows
    windows: list[WindowShown]
    findings: list[Finding]


class DayTry(Message):
    """Windows a day might have; None: those of its kind, as if it had not been changed."""

    windows: Windows | None = None


class DayEdit(Message):
    """``version``: of the change that was looked at; None: there was none."""

    windows: Windows
    note: OptionalText = ""
    reason: OptionalText = ""
    version: int | None = None
