"""What is kept about a person: found, shown in full, taken along, erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.schemas.base import UNPRINTABLE, Message, ShortText

Reason = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=4, max_length=200, pattern=rf"^[^{UNPRINTABLE}]*$")
]
Kept = Literal["ticket", "account", "staff"]
Part = Literal["number", "name", "phone"]


class PersonNamed(Message):
    """Who is meant, by document number or by phone number; at least one of them."""

    number: ShortText | None = None
    phone: ShortText | None = None

    def __repr__(self) -> str:
        return "PersonNamed()"

    __str__ = __repr__


class PersonAsked(PersonNamed):
    """For what is written down with its reason."""

    reason: Reason


class KeptTicket(Message):
    id: UUID
    number: str
    service_day: date
    service_name: str
    department_name: str
    status: str
    identity_masked: str = ""
    name_masked: str = ""
    # The full values that may be shown.
    sealed: list[Part] = []
    has_comment: bool = False


class KeptAccount(Message):
    id: UUID
    kind: str
    status: str
    created_at: datetime
    name_masked: str = ""
    number_masked: str = ""
    phone_masked: str = ""
    sealed: list[Part] = []


class Person(Message):
    """All that is kept about somebody, masked; ``active_ticket`` is the number of one that is open today."""

    tickets: list[KeptTicket]
    accounts: list[KeptAccount]
    active_ticket: str = ""


class RevealRequest(Message):
    """One value in full: of which row, which part, and why."""

    kind: Kept
    id: UUID
    part: Part
    reason: Reason


class Revealed(Message):
    value: str

    def __repr__(self) -> str:
        return "Revealed()"

    __str__ = __repr__


class PersonExport(Message):
    """Everything in full, for the person; ``made_at`` is when it was."""

    made_at: datetime
    tickets: list[dict[str, Any]]
    accounts: list[dict[str, Any]]
    # Missed visits, blocks, exceptions: what the rules against hoarding keep.
    limits: list[dict[str, Any]] = []


class Erased(Message):
    """How many rows lost what named the person."""

    tickets: int = Field(ge=0)
    comments: int = Field(ge=0)
    accounts: int = Field(ge=0)
