"""When terminals are on by rule, and where they stand on the plan of their floor."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from shared.domain.power import Span, read_span
from shared.schemas.base import Message, Moment, ShortText
from shared.schemas.media import Sha256

Clock = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
PowerDay = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday", "adjusted", "special"]
OffMeans = Literal["display", "machine"]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class PowerTimes(Message):
    """From ``on`` to ``off``; an ``off`` that is not later than ``on`` is of the next day."""

    on: Clock
    off: Clock

    @model_validator(mode="after")
    def _sound(self) -> PowerTimes:
        self.span()
        return self

    def span(self) -> Span:
        return read_span(self.on, self.off)


class PowerPlanEdit(Message):
    """``week``: times by day of the week and kind of day; a holiday that is not named is off all day, other kinds are
    as the day they are opened like. ``terminal_ids`` in the order in which they are switched on, each ``stagger_s``
    seconds after the one before. ``off``: what is switched off, the displays only or the machine with them.
    """

    name: ShortText
    week: dict[PowerDay, Annotated[list[PowerTimes], Field(max_length=6)]] = Field(default_factory=dict)
    stagger_s: Annotated[int, Field(ge=0, le=600)] = 10
    off: OffMeans = "machine"
    terminal_ids: Annotated[list[UUID], Field(max_length=500)] = Field(default_factory=list)
    # The one that was looked at; None: it is new.
    version: int | None = None


class PowerPlan(PowerPlanEdit):
    id: UUID
    version: int


class OutOfService(Message):
    """``until`` None: back in service."""

    until: Moment | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""


class Spot(Message):
    """Where a terminal stands, as shares of the picture's width and height from its left and upper edge."""

    floor: ShortText
    x: Share
    y: Share


class SpotEdit(Message):
    """None: it is taken off the plan."""

    spot: Spot | None = None


class FloorPlan(Message):
    """``picture``: the SHA-256 of a picture of the hall's media; None: the floor has none yet."""

    floor: ShortText
    picture: Sha256 | None = None
    version: int = 0


class FloorPlanEdit(Message):
    picture: Sha256 | None = None
    version: int = 0
