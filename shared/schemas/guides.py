"""Guides of official items (the elements of the national catalogue), departments, and bringing guides in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.schemas.base import UNPRINTABLE, Message, OptionalText, ShortText, Text
from shared.schemas.upstreams import SecureAddress

Audience = Literal["person", "enterprise"]
Kind = Literal[
    "licence", "payment", "confirmation", "ruling", "reward", "collection", "other_power", "public_service"
]  # fmt: skip
# Codes of the catalogue differ by province: opaque, without blanks.
Code = Annotated[str, StringConstraints(strip_whitespace=True, pattern=rf"^[^\s{UNPRINTABLE}]{{1,64}}$")]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=rf"^[^{UNPRINTABLE}]*$")]
ShortLine = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64, pattern=rf"^[^{UNPRINTABLE}]*$")]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[0-9+()\-\s,;/\u3001\u8f6c]{0,100}$")]
Paragraph = Annotated[OptionalText, Field(min_length=1)]
Days = Annotated[int, Field(ge=0, le=3650)]
Copies = Annotated[int, Field(ge=0, le=99)]


class GuideMaterial(Message):
    """A paper to bring. ``source``: who makes it out."""

    name: Text
    form: Literal["paper", "electronic", "either"] = "paper"
    originals: Copies = 1
    copies: Copies = 0
    source: Literal["applicant", "government", "other"] = "applicant"
    required: bool = True
    note: OptionalText = ""


class GuideStep(Message):
    """``duration`` in words, such as "1 working day"."""

    name: Text
    duration: Line = ""
    outcome: Line = ""
    note: OptionalText = ""


class GuideBasis(Message):
    """A law or rule: its title, number and article, and what it says."""

    title: Text
    number: Line = ""
    article: Line = ""
    text: OptionalText = ""


class GuideFee(Message):
    """``fen``: hundredths of a yuan, per ``unit``."""

    name: Text
    fen: int = Field(ge=0, le=10**10)
    unit: Line = ""
    basis: Line = ""
    note: OptionalText = ""


class GuideWindow(Message):
    """A counter by its label, an area, or both."""

    label: Line = ""
    area: Line = ""


class GuideFields(Message):
    """What a guide says. ``legal_days``, ``promised_days``: working days, 0 on the spot, None not set; no ``fees``:
    free of charge; no ``windows``: those of the service it is linked with.
    """

    code: Code
    name: Text
    name_en: Line = ""
    department: Text
    kind: Kind = "public_service"
    audience: tuple[Audience, ...] = Field(min_length=1, max_length=2)
    themes: tuple[Text, ...] = Field((), max_length=20)
    summary: OptionalText = ""
    conditions: tuple[Paragraph, ...] = Field((), max_length=50)
    materials: tuple[GuideMaterial, ...] = Field((), max_length=100)
    steps: tuple[GuideStep, ...] = Field((), max_length=50)
    basis: tuple[GuideBasis, ...] = Field((), max_length=50)
    legal_days: Days | None = None
    promised_days: Days | None = None
    limit_note: OptionalText = ""
    fees: tuple[GuideFee, ...] = Field((), max_length=50)
    result: Line = ""
    result_ways: tuple[Literal["window", "kiosk", "express", "electronic"], ...] = Field((), max_length=4)
    windows: tuple[GuideWindow, ...] = Field((), max_length=50)
    address: Line = ""
    hours: OptionalText = ""
    consult_phone: Phone = ""
    complaint_phone: Phone = ""
    visits: int | None = Field(None, ge=0, le=20)

    @model_validator(mode="after")
    def _promise_holds(self) -> GuideFields:
        if self.legal_days is not None and self.promised_days is not None and self.promised_days > self.legal_days:
            raise PydanticCustomError("promised_longer", "promised later than the law allows")
        return self


class GuideSummary(Message):
    """One of a list. ``source``: ``files``, ``console`` or ``import``."""

    id: UUID
    code: str
    name: str
    name_en: str
    kind: str
    audience: tuple[str, ...]
    themes: tuple[str, ...]
    department_id: UUID
    department_name: str
    department_name_en: str
    service_id: UUID | None
    legal_days: int | None
    promised_days: int | None
    source: str
    retired: bool
    version: int


class Guide(GuideSummary):
    """The whole of it. ``counter_labels``: the counters that serve the linked service now; ``link``: its phone page.
    ``kept``: what this hall says itself; ``given``: what the item system says in its place.
    """

    fields: GuideFields
    kept: tuple[str, ...] = ()
    given: dict[str, Any] = Field(default_factory=dict)
    service_name: str
    service_name_en: str
    counter_labels: tuple[str, ...]
    changed_at: datetime
    link: str = ""


class GuideVersion(Message):
    """What a guide said until ``at``, when ``by`` replaced it."""

    number: int
    fields: GuideFields
    source: str
    by: str
    at: datetime


class GuideCreate(Message):
    fields: GuideFields
    service_id: UUID | None = None


class GuideEdit(Message):
    """Only what is given changes; ``unlink`` takes the link with a service away. ``version`` as it was read."""

    version: int
    fields: GuideFields | None = None
    service_id: UUID | None = None
    unlink: bool = False
    retired: bool | None = None


class Theme(Message):
    name: str
    count: int


class Leader(Message):
    """What may be known of a leader: name, post, duty and a picture of the hall's media; told when ``published``."""

    name: Line = ""
    title: Text
    duty: Line = ""
    portrait: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")] = ""
    published: bool = True


class DutyPlace(Message):
    """A counter that is staffed now; name and number as far as the hall shows them."""

    counter_label: str
    state: str
    staff_name: str
    staff_title: str
    staff_number: str = ""


class Business(Message):
    """A service of the department for which numbers are given."""

    id: UUID
    name: str
    name_en: str


class DepartmentFacts(Message):
    """A department in the hall. ``parent_id``: above it in the organisation chart; ``counter_labels``: where its
    services are; ``on_duty``: who of its staff is signed in now; ``flows``: how things go there.
    """

    id: UUID
    name: str
    name_en: str
    short_name: str
    category: str
    floor: str
    phone: str
    parent_id: UUID | None
    scope: str
    windows: str
    leaders: tuple[Leader, ...]
    counter_labels: tuple[str, ...]
    guides: int
    on_duty: tuple[DutyPlace, ...]
    version: int
    flows: str = ""
    businesses: tuple[Business, ...] = ()
    retired: bool = False


class DepartmentEdit(Message):
    """Only what is given changes; ``top`` puts it to the top of the chart. ``version`` as it was read."""

    version: int
    name: Text | None = None
    short_name: ShortText | None = None
    name_en: Line | None = None
    category: ShortText | None = None
    floor: ShortLine | None = None
    phone: Phone | None = None
    parent_id: UUID | None = None
    top: bool = False
    scope: OptionalText | None = None
    windows: OptionalText | None = None
    flows: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] | None = None
    leaders: tuple[Leader, ...] | None = Field(None, max_length=20)
    retired: bool | None = None


class DepartmentCreate(Message):
    """A new department; ``unit_id``: of a unit that stands in the organisation already, else one is made for it."""

    unit_id: UUID | None = None
    name: Text
    short_name: ShortText | None = None
    name_en: Line = ""
    category: ShortText
    floor: ShortLine = ""
    phone: Phone = ""
    parent_id: UUID | None = None


OnDuty = Literal["name", "surname", "number", "nobody"]


class DepartmentSettings(Message):
    """How those on duty are named: name and number, surname and number, number, not at all. ``version`` as read."""

    on_duty: OnDuty = "surname"
    version: int = 0


Outcome = Literal["created", "changed", "retired", "unchanged", "skipped", "refused"]


class GuideRunRow(Message):
    """What came of one item. ``why`` is a code (``guides.why.…``), ``field`` where in the row."""

    code: str
    name: str = ""
    outcome: Outcome
    why: str = ""
    field: str = ""


class GuideRun(Message):
    """One bringing in; the ``state`` of a trial is ``tried``. ``rows``: all but the unchanged, as many as are kept;
    ``held_for``: why somebody has to agree first.
    """

    id: UUID
    mode: Literal["full", "changes", "file"]
    state: Literal["waiting", "reading", "held", "done", "failed", "dropped", "tried"]
    by: str
    begun_at: datetime
    ended_at: datetime | None
    counts: dict[Outcome, int]
    rows: list[GuideRunRow]
    held_for: Literal["", "retires_many", "refuses_many"] = ""
    fault: str = ""
    fault_params: dict[str, Any] = Field(default_factory=dict)


class GuideRunWanted(Message):
    mode: Literal["full", "changes"]


def _plain(address: str) -> str:
    if "?" in address or "#" in address:
        raise ValueError("no query")
    return address.rstrip("/")


class GuideSource(Message):
    """The item system guides come from. ``minutes``: 0 never by itself; ``full_hours``: how often all of it is read;
    ``percent``: how much of what stands one run may retire by itself; ``inside``: it may stand in a private network.
    """

    address: Annotated[SecureAddress, AfterValidator(_plain)] | Literal[""] = ""
    auth: Literal["none", "bearer", "signed"] = "bearer"
    minutes: int = Field(0, ge=0, le=10_080)
    full_hours: int = Field(24, ge=1, le=720)
    percent: int = Field(20, ge=1, le=100)
    inside: bool = False


class GuideSourceEdit(GuideSource):
    """All of it; ``secret`` None stays, empty goes. ``version`` as it was read."""

    version: int
    secret: str | None = Field(None, max_length=1000, repr=False)


class GuideSourceShown(GuideSource):
    version: int
    has_secret: bool
    next_at: datetime | None
    last_full_at: datetime | None
