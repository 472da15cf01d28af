"""How the hall's numbers are written, as an administrator sets it."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared.domain.numbering import NumberFormat, Numbering
from shared.schemas.base import Message

# Letters and hanzi only: a digit in a prefix could make two series write one number, and at most this fits displays.
Prefix = Annotated[str, StringConstraints(strip_whitespace=True, pattern="^([A-Z\u4e00-\u9fff]{1,3})?$")]
Series = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,2}$")]
Separator = Literal["", "-", "."]
Digits = Annotated[int, Field(ge=2, le=5)]
Start = Annotated[int, Field(ge=1, le=9999)]


class SeriesFormat(Message):
    """A series that differs; what is None is the hall's."""

    series: Series
    prefix: Prefix = ""
    booked_prefix: Prefix = ""
    separator: Separator | None = None
    digits: Digits | None = None
    start: Start | None = None


class NumberingRules(Message):
    """The hall's format, and those of series that differ."""

    digits: Digits = 3
    separator: Separator = ""
    start: Start = 1
    series: Annotated[list[SeriesFormat], Field(max_length=200)] = []
    # How many numbers of each series a kiosk holds, to give out while the server is away.
    leased: Annotated[int, Field(ge=5, le=200)] = 20

    @model_validator(mode="after")
    def _each_once(self) -> NumberingRules:
        if len({one.series for one in self.series}) < len(self.series):
            raise ValueError("a series is named twice")
        return self

    def domain(self) -> Numbering:
        """As the rules read it."""
        own = {
            one.series: NumberFormat(
                one.prefix,
                one.booked_prefix,
                self.separator if one.separator is None else one.separator,
                one.digits or self.digits,
                one.start or self.start,
            )
            for one in self.series
        }
        return Numbering(NumberFormat("", "", self.separator, self.digits, self.start), MappingProxyType(own))


class NumberingState(Message):
    """What is in use, what follows from ``from_day`` on, and every series there is."""

    version: int
    today: date
    now: NumberingRules
    later: NumberingRules | None
    from_day: date | None
    series: list[str]


class NumberingChange(Message):
    """``rules`` from now on, or from the next day on; ``version`` is that of what was read."""

    version: Annotated[int, Field(ge=0)]
    begins: Literal["now", "tomorrow"]
    rules: NumberingRules
