"""What all messages of the wire have in common."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints


class Message(BaseModel):
    """Unknown fields are passed over, so that an older program understands a newer one."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Item = TypeVar("Item")


class Page(Message, Generic[Item]):
    """One page of a list; ``next_cursor`` is None on the last one."""

    items: list[Item]
    next_cursor: str | None = None


class Problem(Message):
    """``application/problem+json`` (RFC 9457); ``code`` and ``params`` are for programs, ``detail`` for people."""

    type: str
    title: str
    status: int
    code: str
    params: dict[str, Any]
    detail: str


def _in_every_zone(moment: datetime) -> datetime:
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError("a time at the end of the calendar exists only in some zones")
    return moment


# A moment somebody tells us: with its zone, else nobody knows when it was.
Moment = Annotated[AwareDatetime, AfterValidator(_in_every_zone)]

# PostgreSQL has no NUL character in text, and nothing a person types has one.
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=r"^[^\x00]*$")]
