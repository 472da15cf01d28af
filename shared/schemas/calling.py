"""How a hall calls: what the console edits, and what a call was chosen from. Times are minutes here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from shared.domain.calling.policy import MOST_IN_A_ROW
from shared.schemas.base import Message, Page

# The domain's own ``Merge``, ``Return``, ``Kind`` and ``Reason``, as the wire names them.
MergeName = Literal["arrival", "booked_first", "ratio", "ageing"]
ReturnName = Literal["place", "front", "behind", "end"]
KindName = Literal["urgent", "booked", "walk_in"]
ReasonName = Literal["only", "overdue", "preferred", "urgent", "cap", "booked", "ratio", "aged", "first", "by_hand"]

InARow = Annotated[int, Field(ge=1, le=MOST_IN_A_ROW)]
HeadStart = Annotated[int, Field(ge=0, le=120)]
Patience = Annotated[int, Field(ge=10, le=480)]
Behind = Annotated[int, Field(ge=1, le=20)]
Within = Annotated[int, Field(ge=1, le=240)]


class ServiceCalling(Message):
    """What one service has otherwise than the hall; None: as the hall."""

    service_id: UUID
    patience_min: Patience | None = None
    booked_head_start_min: HeadStart | None = None
    missed_behind: Behind | None = None
    missed_within_min: Within | None = None


class CounterCalling(Message):
    """A counter that is there for some of its services first: the ``later`` ones wait for those, or ``step_in_min``."""

    counter_id: UUID
    later: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    step_in_min: Annotated[int, Field(ge=0, le=240)] = 20


class GroupCalling(Message):
    """How somebody comes into one priority group; see ``shared.domain.calling.groups``."""

    group: Annotated[int, Field(ge=1, le=9)]
    declared: Literal["no", "shown", "word"] = "no"
    from_age: Annotated[int, Field(ge=1, le=120)] | None = None


class KioskGroup(Message):
    """A priority group people may choose themselves at a kiosk; ``shown``: the counter asks for the proof."""

    group: int
    declared: Literal["shown", "word"]


class KioskCalling(Page[KioskGroup]):
    """What people may do by themselves at a kiosk: the groups they may choose, the highest first.

    ``missed_by_number``: a missed ticket comes back by its printed number alone, without its code or its holder's card.
    """

    missed_by_number: bool = False


class CallingPolicy(Message):
    """See ``shared.domain.calling.policy.Policy``. ``urgent_in_a_row`` 0: no cap.

    ``version`` is the one that was read: a change of another one in between is refused.
    """

    version: int = Field(0, ge=0)
    merge: MergeName = "booked_first"
    ratio_booked: InARow = 2
    ratio_walk_in: InARow = 1
    booked_head_start_min: HeadStart = 15
    group_head_start_min: HeadStart = 30
    urgent_in_a_row: int = Field(0, ge=0, le=MOST_IN_A_ROW)
    urgent_patience_min: int = Field(30, ge=0, le=240)
    patience_min: Patience = 120
    passes: InARow = 2
    transferred: ReturnName = "place"
    held: ReturnName = "place"
    returned_behind: Behind = 3
    missed_behind: Behind = 3
    missed_within_min: Within = 30
    missed_times: InARow = 2
    # Numbers are shown and called to the whole hall: who types one need not be who holds the ticket.
    missed_by_number: bool = False
    groups: Annotated[list[GroupCalling], Field(max_length=9)] = []
    services: Annotated[list[ServiceCalling], Field(max_length=2000)] = []
    counters: Annotated[list[CounterCalling], Field(max_length=500)] = []


class WaitingOne(Message):
    """Somebody who was, or would be, called or not. ``waited_s``: until then; of a booked one since the slot's start.

    ``why``: by which rule they were left waiting; None for who was called.
    """

    number: str
    service_id: UUID
    service_name: str
    kind: KindName
    priority: int
    waited_s: int
    why: ReasonName | None = None


class Choice(Message):
    """One call and what it was chosen from. ``others`` is empty when it was called by hand, or alone."""

    call_id: UUID
    called_at: datetime
    counter_label: str
    number: str
    rule: ReasonName
    merge: MergeName | None
    policy_version: int | None
    chosen: WaitingOne | None
    others: list[WaitingOne]
    # In one sentence for anybody, in the language asked for.
    sentence: str


class CalledBefore(Message):
    """Somebody called before a ticket, and why; ``reason`` is the key of ``calling.why.*``."""

    number: str
    called_at: datetime
    counter_label: str
    reason: str
    sentence: str


class PreviewRequest(Message):
    policy: CallingPolicy
    counter_id: UUID


class CallingPreview(Message):
    """Whom a counter would call one after the other, and by which rule (``why``); ``waiting``: how many in all."""

    waiting: int
    now: list[WaitingOne]
    then: list[WaitingOne]


class ReplayRequest(Message):
    """``day``: one of the hall's past days."""

    policy: CallingPolicy
    day: date


class ReplayFigures(Message):
    """What some people waited, in seconds; None: nobody came. Who was not called waited until the counters closed."""

    tickets: int
    called: int
    median_s: float | None
    p90_s: float | None
    longest_s: float | None


class ReplayRow(Message):
    """Everybody (``all``), or one group: what they waited under the policy in use and under the other one."""

    group: Literal["all", "urgent", "booked", "walk_in"]
    before: ReplayFigures
    after: ReplayFigures


class Moved(Message):
    """Somebody who would have been called at another time; seconds waited."""

    number: str
    service_name: str
    kind: KindName
    before_s: float
    after_s: float


class Replayed(Message):
    """A real day under the policy in use and under another one, both run from the same people and staffed counters.

    ``real``: what people really waited. ``guessed``: when the counters were staffed was concluded from their calls.
    ``earlier`` and ``later``: how many would be called a minute or more sooner or later; ``moved``: those it changes
    most, at most 20 of each.
    """

    day: date
    guessed: bool
    real: ReplayFigures
    rows: list[ReplayRow]
    earlier: int
    later: int
    moved: list[Moved]


class ReplayDays(Message):
    """The days that can be run again, the newest first."""

    items: list[date]
