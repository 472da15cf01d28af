"""What all messages of the wire have in common."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, StringConstraints


class Message(BaseModel):
    """Unknown fields are passed over, so that an older program understands a newer one.

    Errors go to logs: they name the field and not what stood in it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


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


def _utc(moment: datetime) -> datetime:
    if not MINYEAR < moment.year < MAXYEAR:
        raise ValueError("a time at the end of the calendar exists only in some zones")
    return moment.astimezone(UTC)


# A moment somebody tells us: with its zone, else nobody knows when it was. Kept and answered as UTC.
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]

# Nothing invisible in a name: it goes to paper, where it would be a printer's command, and to loudspeakers.
UNPRINTABLE = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff"
_LINE = rf"^[^{UNPRINTABLE}]*$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_LINE)]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=_LINE)]
# Several lines, such as a remark or a note.
OptionalText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000, pattern=_LINES)]
