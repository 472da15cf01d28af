"""The release of numbers on the wire: days of kinds, plans of windows, changes of a single day, findings."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shared.schemas.base import Message

DateKindName = Literal["weekday", "weekend", "holiday", "adjusted", "special"]
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
