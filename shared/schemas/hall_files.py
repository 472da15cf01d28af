"""What the files that describe a hall hold (assets/demo shows them all); strict, and unknown fields are refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from shared.domain.hours import WEEKDAYS
from shared.schemas.base import UNPRINTABLE

CODE_PATTERNS = {
    "bad_key": r"[a-z0-9]+(-[a-z0-9]+)*",
    "bad_label": r"[A-Z]{1,2}[0-9]{2,3}",
    "bad_series": r"[A-Z]{1,2}",
    "bad_phone": r"[0-9+][0-9 ()-]{2,24}",
    "bad_staff_number": r"[A-Z0-9]{2,16}",
}
_RANGE = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")


def _matches(code: str) -> Callable[[str], str]:
    """A check that fails with ``code``, which is also the key of its text in hall_files.toml."""
    pattern = re.compile(CODE_PATTERNS[code])

    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise PydanticCustomError(code, "{value}", {"value": value[:40]})
        return value

    return check


def words(value: object) -> object:
    """A cell of a table holds its list as words; anything else is left for the type check."""
    return tuple(value.split()) if isinstance(value, str) else value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("bad_time_zone", "{value}", {"value": value[:40]}) from None
    return value


def _time_ranges(value: tuple[str, ...]) -> tuple[str, ...]:
    """Each range ends after it begins, and the next one begins after that."""
    before = ""
    for span in value:
        begin, _, end = span.partition("-")
        if not _RANGE.fullmatch(span) or end <= begin:
            raise PydanticCustomError("bad_time_range", "{value}", {"value": span[:40]})
        if begin < before:
            raise PydanticCustomError("overlapping_times", "{value}", {"value": span})
        before = end
    return value


Key = Annotated[str, Field(max_length=60), AfterValidator(_matches("bad_key"))]
Label = Annotated[str, AfterValidator(_matches("bad_label"))]
Series = Annotated[str, AfterValidator(_matches("bad_series"))]
Phone = Annotated[str, AfterValidator(_matches("bad_phone"))]
StaffNumber = Annotated[str, AfterValidator(_matches("bad_staff_number"))]
_WORDS = rf"^[^{UNPRINTABLE}]*[^\s{UNPRINTABLE}][^{UNPRINTABLE}]*$"
Words = Annotated[str, Field(min_length=1, max_length=200, pattern=_WORDS)]
ShortName = Annotated[Words, Field(max_length=12)]
Keywords = tuple[Annotated[Words, Field(max_length=30)], ...]
DayRanges = Annotated[tuple[str, ...], AfterValidator(_time_ranges)]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
CellWords = Annotated[tuple[str, ...], Field(min_length=1), BeforeValidator(words)]
Minutes = Annotated[int, Field(ge=1, le=480)]
Identity = Literal["required", "optional", "none"]
Audience = Literal["person", "enterprise", "both"]


class Described(BaseModel):
    """Strict: a number in quotation marks is a mistake of the file, not a number."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Hall(Described):
    key: Key
    name: Words
    name_en: Words
    address: Words
    address_en: Words
    phone: Phone
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    hours: str
    rating_levels: Literal[3, 5] = 3
    speech_languages: Annotated[tuple[Literal["mandarin", "cantonese", "english"], ...], Field(min_length=1)] = (
        "mandarin",
        "cantonese",
    )


class Floor(Described):
    key: Key
    name: ShortName
    name_en: Words
    about: Words
    about_en: Words


class Line(Described):
    """A public note of the hall, or a reason for a bad rating."""

    key: Key
    text: Words
    text_en: Words


class Category(Described):
    key: Key
    name: Words
    name_en: Words


class Department(Described):
    key: Key
    name: Words
    short_name: ShortName
    name_en: Words
    category: str
    floor: str
    zone: str
    phone: Phone
    leader_title: Words
    leader_duty: Words


class Zone(Described):
    """A waiting area; ``shows_*`` say what a display that hangs there shows."""

    key: Key
    name: Words
    name_en: Words
    floor: str
    display_text: Words
    display_text_en: Words
    shows_zones: tuple[str, ...] = ()
    shows_counters: tuple[str, ...] = ()
    shows_services: tuple[str, ...] = ()


class Schedule(Described):
    """A week of opening hours, ``HH:MM-HH:MM`` in the hall's time zone; a day without ranges is closed."""

    key: Key
    text: Words
    text_en: Words
    mon: DayRanges = ()
    tue: DayRanges = ()
    wed: DayRanges = ()
    thu: DayRanges = ()
    fri: DayRanges = ()
    sat: DayRanges = ()
    sun: DayRanges = ()

    @property
    def week(self) -> dict[str, list[tuple[str, str]]]:
        """The same as shared.domain.hours takes it."""
        days: dict[str, tuple[str, ...]] = {day: getattr(self, day) for day in WEEKDAYS}
        return {day: [(span[:5], span[6:]) for span in spans] for day, spans in days.items() if spans}


class Holiday(Described):
    """Closed from ``first`` to ``last``, both included (``from`` and ``to`` in the file)."""

    key: Key
    name: Words
    name_en: Words
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date, Field(alias="to")]

    @model_validator(mode="after")
    def _forward(self) -> Holiday:
        if self.last < self.first:
            raise PydanticCustomError("bad_date_range", "{first}", {"first": str(self.first), "last": str(self.last)})
        return self


class Workday(Described):
    """A day that is opened like another day of the week."""

    day: date
    name: Words
    name_en: Words
    opens_like: Weekday


class MaterialFields(Described):
    """A document that people bring; services name it by its key. As ``shared.schemas.booking.MaterialEdit``."""

    key: Key
    name: Words
    name_en: Words
    note: Words | None = None
    note_en: Words | None = None
    originals: Annotated[int, Field(ge=0, le=20)] = 1
    copies: Annotated[int, Field(ge=0, le=20)] = 0
    in_advance: bool = True
    kinds: Annotated[tuple[Literal["jpg", "png", "pdf"], ...], Field(min_length=1)] = ("jpg", "png", "pdf")
    largest_mb: Annotated[int, Field(ge=1, le=10)] = 10

    @model_validator(mode="after")
    def _asks_for_something(self) -> MaterialFields:
        if not (self.originals or self.copies or self.in_advance):
            raise PydanticCustomError("material_without_paper", "{name}", {"name": self.name})
        return self


class NodeFields(Described):
    """A line of the service tree as it stands in the file; what is None is taken from the groups above."""

    key: Key
    parent: str | None = None
    name: Words
    name_en: Words
    keywords: Keywords = ()
    department: str | None = None
    series: Series | None = None
    typical_minutes: Minutes | None = None
    identity: Identity | None = None
    audience: Audience | None = None
    hours: str | None = None
    materials: tuple[str, ...] | None = None
    materials_if_any: tuple[str, ...] | None = None


class ServiceFields(NodeFields):
    short_name: ShortName | None = None
    hint: Words | None = None
    hint_en: Words | None = None
    suspended: bool = False
    suspended_reason: Words | None = None
    suspended_reason_en: Words | None = None

    @model_validator(mode="after")
    def _says_what_paper_and_screen_need(self) -> ServiceFields:
        if self.short_name is None and len(self.name) > 12:
            raise PydanticCustomError("short_name_needed", "{name}", {"name": self.name})
        if self.suspended and not (self.suspended_reason and self.suspended_reason_en):
            raise PydanticCustomError("suspended_without_reason", "", {})
        return self


class Group(Described):
    key: str
    parent: str | None
    name: str
    name_en: str
    keywords: tuple[str, ...]
    department: str | None


class Service(Described):
    """A leaf of the tree with everything it takes from its groups filled in.

    ``materials`` are keys of what must be brought, ``materials_if_any`` of what is brought by whom it concerns.
    """

    key: str
    parent: str
    name: str
    name_en: str
    short_name: str
    keywords: tuple[str, ...]
    department: str
    series: str
    typical_minutes: int
    identity: Identity
    audience: Audience
    hours: str
    hint: str
    hint_en: str
    suspended: bool
    suspended_reason: str
    suspended_reason_en: str
    materials: tuple[str, ...]
    materials_if_any: tuple[str, ...]


class CounterFields(Described):
    label: Label
    name: Words
    name_en: Words
    floor: str
    zone: str
    services: CellWords


class Counter(CounterFields):
    """``services`` are keys of leaves here: the groups of the file are already opened up."""


class Staff(Described):
    number: StaffNumber
    name: Words
    name_en: Words | None = None
    spoken_name: Words | None = None
    department: str
    title: Words
    counters: CellWords


class HallFiles(Described):
    """A hall as its files describe it, every reference checked; everything stands in the order of the files."""

    hall: Hall
    floors: tuple[Floor, ...]
    notes: tuple[Line, ...]
    rating_reasons: tuple[Line, ...]
    categories: tuple[Category, ...]
    departments: tuple[Department, ...]
    zones: tuple[Zone, ...]
    schedules: tuple[Schedule, ...]
    holidays: tuple[Holiday, ...]
    workdays: tuple[Workday, ...]
    materials: tuple[MaterialFields, ...]
    groups: tuple[Group, ...]
    services: tuple[Service, ...]
    tree: tuple[str, ...]
    """Keys of all groups and services, depth first: a group before what is below it."""
    counters: tuple[Counter, ...]
    staff: tuple[Staff, ...]

    @cached_property
    def _nodes(self) -> dict[str, Group | Service]:
        return {node.key: node for nodes in (self.groups, self.services) for node in nodes}

    def node(self, key: str) -> Group | Service:
        """A group or service by its key."""
        return self._nodes[key]

    def path(self, key: str) -> tuple[str, ...]:
        """Keys from the root down to this one, both included."""
        path: list[str] = []
        at: str | None = key
        while at is not None:
            path.append(at)
            at = self._nodes[at].parent
        return tuple(reversed(path))

    def counters_of(self, service: str) -> tuple[str, ...]:
        """Labels of the counters that serve a service."""
        return tuple(counter.label for counter in self.counters if service in counter.services)


class HallFileProblem(Described):
    """One mistake in the files; ``code`` is the key of its text in hall_files.toml, table ``problem``."""

    file: str
    line: int | None
    where: str
    code: str
    params: dict[str, Any]
