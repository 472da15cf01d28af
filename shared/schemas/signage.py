"""What walls show, on the wire: layouts, playlists, schedules, the program of one display."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, NaiveDatetime, StringConstraints, model_validator

from shared.domain.signage.layout import CallsOver, Place, ZoneKind, faults
from shared.domain.signage.recurrence import parse
from shared.domain.signage.schedule import LONGEST_MINUTES, MOST_DAYS, Days, Rule
from shared.schemas.base import Message, Moment, OptionalText, ShortText

ContentKind = Literal["layout", "playlist", "schedule"]
Media = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
ZoneId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Pixels = Annotated[int, Field(ge=0, le=16_384)]
WEB_ADDRESS: Final = re.compile(r"https?://[^\s/]+[^\s]*\Z")
FigureName = Literal["waiting", "served", "average", "longest", "services"]
# Whole minutes: a timeline knows nothing smaller.
Minute = Annotated[NaiveDatetime, AfterValidator(lambda at: at.replace(second=0, microsecond=0))]


class SignageZone(Message):
    """``playlist``: of a media zone, None for the schedule's. ``words``: of a text, a ticker or a QR code, the address
    of a web page. ``media``, ``as_of``: the page's last picture, as the server tells displays. ``sound``: films are
    heard, as loud as the display is set to. ``figures``: which, None for all there are."""

    id: ZoneId
    kind: ZoneKind
    x: Pixels
    y: Pixels
    width: Pixels
    height: Pixels
    layer: Annotated[int, Field(ge=0, le=9)] = 0
    playlist: UUID | None = None
    words: OptionalText = ""
    media: Media | None = None
    as_of: Moment | None = None
    sound: bool = False
    figures: Annotated[list[FigureName], Field(max_length=8)] | None = None

    @model_validator(mode="after")
    def _leads_somewhere(self) -> SignageZone:
        if self.kind is ZoneKind.WEB and self.words and not WEB_ADDRESS.match(self.words):
            raise ValueError("a web page needs an address that begins with http")
        return self

    @property
    def place(self) -> Place:
        return Place(self.kind, self.x, self.y, self.width, self.height, self.layer)


class SignageLayout(Message):
    """Zones on a canvas of ``width`` × ``height`` pixels; a display of another size stretches it."""

    width: Pixels = 1920
    height: Pixels = 1080
    calls_over: CallsOver = CallsOver.BAND
    zones: Annotated[list[SignageZone], Field(max_length=24)] = []

    @model_validator(mode="after")
    def _sound(self) -> SignageLayout:
        if len({zone.id for zone in self.zones}) < len(self.zones):
            raise ValueError("two zones have one id")
        if wrong := faults((self.width, self.height), [zone.place for zone in self.zones], self.calls_over):
            raise ValueError(", ".join(name for name, _ in wrong))
        return self


class PlaylistItem(Message):
    """``seconds``: how long it is shown; None for a video: to its end. ``size`` in bytes, as the store told it."""

    media: Media
    kind: Literal["picture", "video"] = "picture"
    name: OptionalText = ""
    size: Annotated[int, Field(ge=0)] = 0
    seconds: Annotated[float, Field(ge=1, le=3600)] | None = None
    transition: Literal["cut", "fade"] = "fade"
    fit: Literal["cover", "contain"] = "contain"

    @model_validator(mode="after")
    def _ends(self) -> PlaylistItem:
        if self.kind == "picture" and self.seconds is None:
            raise ValueError("a picture needs seconds")
        return self


class SignagePlaylist(Message):
    items: Annotated[list[PlaylistItem], Field(max_length=200)] = []


class ScheduleRule(Message):
    """One iCalendar rule; times are the hall's wall clock. ``playlist`` and ``layout`` None: as the schedule has them.
    ``without``: EXDATE, starts or whole days. ``interrupt``: over all that is only planned."""

    name: OptionalText = ""
    first: Minute
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MINUTES)]
    rule: Annotated[str, StringConstraints(max_length=300)] = ""
    without: Annotated[list[Minute | date], Field(max_length=200)] = []
    also: Annotated[list[Minute], Field(max_length=200)] = []
    days: Days = Days.ANY
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    interrupt: bool = False
    playlist: UUID | None = None
    layout: UUID | None = None

    @model_validator(mode="after")
    def _understood(self) -> ScheduleRule:
        if self.rule:
            parse(self.rule)
        return self

    def as_rule(self, plays: str = "") -> Rule:
        return Rule(
            first=self.first, minutes=self.minutes, plays=plays, rule=self.rule, without=frozenset(self.without),
            also=tuple(self.also), days=self.days, priority=self.priority,
        )  # fmt: skip


class SignageSchedule(Message):
    """``layout`` None: the built-in screen of calls. ``playlist``: what plays while no rule says otherwise."""

    layout: UUID | None = None
    playlist: UUID | None = None
    rules: Annotated[list[ScheduleRule], Field(max_length=100)] = []


class SignageContent(Message):
    """``data`` is a SignageLayout, SignagePlaylist or SignageSchedule. ``hall``, ``kiosks`` and ``terminals``: where a
    schedule is shown."""

    id: UUID
    kind: ContentKind
    name: str
    version: int
    data: dict[str, Any]
    retired: bool
    changed_by: str
    changed_at: Moment
    hall: bool = False
    kiosks: bool = False
    terminals: list[UUID] = []


class ContentCreate(Message):
    kind: ContentKind
    name: ShortText
    data: dict[str, Any]


class ContentEdit(Message):
    """What is left out stays; ``version`` is that of what was read."""

    version: Annotated[int, Field(ge=0)]
    name: ShortText | None = None
    data: dict[str, Any] | None = None
    retired: bool | None = None


class ContentVersion(Message):
    number: int
    name: str
    data: dict[str, Any]
    changed_by: str
    changed_at: Moment


class ContentPlaces(Message):
    """``terminals``: displays and kiosks. ``kiosks``: every kiosk without a schedule of its own; ``hall``: every other
    screen without one."""

    version: Annotated[int, Field(ge=0)]
    hall: bool = False
    kiosks: bool = False
    terminals: Annotated[list[UUID], Field(max_length=500)] = []


# Seconds, both included.
ATTRACT_S: Final = (5, 3600)
AttractSeconds = Annotated[int, Field(ge=ATTRACT_S[0], le=ATTRACT_S[1])]


class AttractRule(Message):
    """After how many seconds without a touch a kiosk leaves its start screen for the attract loop. ``terminal`` None:
    every kiosk without a rule of its own."""

    terminal: UUID | None = None
    after_s: AttractSeconds


class AttractRuleEdit(Message):
    """``after_s`` None: it has no rule any more. ``before_s``: the rule as it was read, None where there was none."""

    terminal: UUID | None = None
    after_s: AttractSeconds | None = None
    before_s: AttractSeconds | None = None


class WebPage(Message):
    """A page that some layout shows. ``problem``: the code of why the last attempt gave no picture; empty: it did.
    ``next_at``: when it is fetched again; None: as soon as it can be."""

    address: str
    width: int
    height: int
    media: str | None = None
    taken_at: Moment | None = None
    problem: str = ""
    next_at: Moment | None = None


class WebPageFetch(Message):
    """Fetch a page now, in every size it is shown in."""

    address: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ServiceFigures(Message):
    name: str
    name_en: str
    waiting: int
    served: int


class SignageFigures(Message):
    """The day so far for everybody to see. Seconds; None before anybody was called or while nobody waits.

    ``services``: those people wait for or were served in, the longest lines first."""

    at: Moment
    waiting: int
    served: int
    wait_mean_s: float | None
    longest_waiting_s: float | None
    services: list[ServiceFigures] = []


class ProgramSpan(Message):
    """On the hall's wall clock, ``end`` not included."""

    begin: datetime
    end: datetime
    playlist: UUID | None
    layout: UUID | None


class ProgramMedia(Message):
    media: str
    kind: Literal["picture", "video"]
    size: int


class SignageProgram(Message):
    """All a display needs to go on alone for ``days``; ``hash`` tells whether anything is different.

    ``layout`` None: the built-in screen. After the last day the usual layout and playlist stay on. ``attract_after_s``:
    the rule for when a kiosk rests; None: there is none.
    """

    hash: str = ""
    schedule: str = ""
    time_zone: str
    first: date
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)]
    layout: UUID | None = None
    playlist: UUID | None = None
    layouts: dict[UUID, SignageLayout] = {}
    playlists: dict[UUID, SignagePlaylist] = {}
    timeline: list[ProgramSpan] = []
    interrupts: list[ProgramSpan] = []
    media: list[ProgramMedia] = []
    attract_after_s: int | None = None
