"""What stands on a printed ticket, before any printer decides how it looks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class TicketDocument(BaseModel):
    """The words of one ticket, in the citizen's language; labels such as "Department" come from the catalogue."""

    model_config = ConfigDict(frozen=True)

    language: str = "zh-CN"
    hall_name: str
    service_id: UUID | None = None
    number: str = Field(description="the call number, printed as large as the paper allows")
    item: str = Field(description="name of the service or item; wraps when long")
    items: tuple[str, ...] = Field(default=(), description="all of a visit for several matters, in order")
    department: str = ""
    counters: tuple[str, ...] = Field(default=(), description="labels of the counters that may call the number")
    place: str = Field(default="", description="where to wait, e.g. floor and zone")
    issued_at: datetime = Field(description="printed as it stands: hand it over in the hall's own time zone")
    people_ahead: int | None = Field(default=None, ge=0)
    wait_minutes: int | None = Field(default=None, ge=0, description="expected wait")
    wait_minutes_high: int | None = Field(default=None, ge=0, description="wait that nine out of ten stay below")
    hint: str = Field(default="", description="one or two sentences for the holder")
    qr: str = Field(default="", description="text of the QR code: an opaque link, never name or number of a person")
    reprint: bool = Field(default=False, description="a second paper of the same ticket; says so")
    trial: bool = Field(default=False, description="printed to see a layout: says that it is no number")
    booked: bool = Field(default=False, description="its holder booked the time")
    due_at: datetime | None = Field(default=None, description="the booked time, in the hall's own time zone")
    elder: bool = Field(default=False, description="taken in elder mode")
    layout: dict[str, Any] | None = Field(
        default=None, description="a TicketLayout as the hall published it, maybe by a newer program; None: built in"
    )
